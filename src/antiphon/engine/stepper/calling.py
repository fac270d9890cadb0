"""A light call: written on a connection that is open already, its answer judged in the protocol's own callback."""

from __future__ import annotations

from functools import partial

from antiphon.core.errors import ScenarioError
from antiphon.engine.calls import asked_if_unanswered
from antiphon.engine.play import Play
from antiphon.engine.players import Player
from antiphon.engine.stepper.errands import Errands
from antiphon.engine.stepper.ledger import Ledger
from antiphon.engine.stepper.opening import Noted, noted_answer
from antiphon.engine.stepper.requesting import RequestMaker
from antiphon.engine.stepper.rounds import NEVER_S, ActorOf, Op, Round
from antiphon.history.entries import Call
from antiphon.judge.answers import About, answer_verdicts
from antiphon.judge.envelope import FIRST_ERROR_STATUS, Opened
from antiphon.net.errors import UnsendableRequest
from antiphon.net.exchange import Exchange, Failure, Request
from antiphon.net.http import Lease, Pending
from antiphon.scenario.step_model import CallStep
from antiphon.wire.heard import Acknowledged

_FIRST_REDIRECT = 300


class CallOp:
    """A REST call by one user after another."""

    __slots__ = (
        "_acting",
        "_errands",
        "_number",
        "_play",
        "_request",
        "_simple",
        "_spec",
        "_waiting",
        "ledger",
        "next",
    )

    def __init__(
        self,
        step: CallStep,
        *,
        play: Play,
        ledger: Ledger,
        acting: ActorOf | None,
        waiting: set[Round],
        errands: Errands,
    ) -> None:
        self.next: Op | None = None
        self.ledger = ledger
        self._spec = step.call
        self._play = play
        self._number = ledger.folded.doing.number
        self._acting = acting
        self._waiting = waiting
        self._errands = errands
        self._request = RequestMaker(step.call, play)
        self._simple = step.call.expect_body is None and step.call.expect_headers is None

    def start(self, round_: Round) -> bool:
        """Send it; the round goes on when it is answered."""
        self.ledger.times += 1
        try:
            player = round_.act(self._acting)
            request, sent_data = self._request(round_, player)
            lease = player.http.kept_lease(request.url)
            if lease is not None:
                self._send(round_, player, lease, request, sent_data)
            else:
                self._errands.run(self._send_on_a_new_connection(round_, player, request, sent_data))
        except ScenarioError as error:
            self.ledger.problem(round_, error)
            round_.stop()
        return False

    def _send(self, round_: Round, player: Player, lease: Lease, request: Request, sent_data: object) -> None:
        round_.deadline_s = NEVER_S  # the connection watches its own
        self._waiting.add(round_)
        try:
            round_.pending = lease.send(request, partial(self._over, round_, player, sent_data))
        except UnsendableRequest:
            self._waiting.discard(round_)
            lease.release()
            raise

    async def _send_on_a_new_connection(
        self, round_: Round, player: Player, request: Request, sent_data: object
    ) -> None:
        lease = await player.http.lease(request.url)
        if isinstance(lease, Failure):
            gone = Exchange.failed(request, lease, at_s=self._play.setting.clock.now_s())
            await self._unanswered(round_, player, sent_data, gone)
            return
        try:
            self._send(round_, player, lease, request, sent_data)
        except ScenarioError as error:
            self.ledger.problem(round_, error)
            round_.stop()

    def _over(self, round_: Round, player: Player, sent_data: object, pending: Pending) -> None:
        try:
            self._waiting.discard(round_)
            round_.pending = None
            if pending.exchange.failure is None:
                self._answered(round_, player, sent_data, pending.exchange)
            else:
                self._errands.run(self._again_or_unanswered(round_, player, sent_data, pending))
        except Exception as error:  # noqa: BLE001 - the edge: in a protocol's callback it would be anybody's but ours
            round_.keeper.failed(error)

    async def _again_or_unanswered(self, round_: Round, player: Player, sent_data: object, pending: Pending) -> None:
        done = await pending.answered()  # a kept connection that proved closed is replaced once
        if done.failure is None:
            self._answered(round_, player, sent_data, done)
        else:
            await self._unanswered(round_, player, sent_data, done)

    async def _unanswered(self, round_: Round, player: Player, sent_data: object, done: Exchange) -> None:
        noted = self._noted(round_, player, sent_data, done)
        await asked_if_unanswered(self._play, player, self._spec, done)
        self._judged(round_, player, *noted)

    def _answered(self, round_: Round, player: Player, sent_data: object, done: Exchange) -> None:
        self._judged(round_, player, *self._noted(round_, player, sent_data, done))

    def _noted(self, round_: Round, player: Player, sent_data: object, done: Exchange) -> Noted:
        number = self._number + round_.suffix
        return noted_answer(self._play, player, self._spec, done, sent_data, step=number, view=round_.view)

    def _judged(
        self, round_: Round, player: Player, call: Call, opened: Opened | None, facts: dict[str, object]
    ) -> None:
        spec, ledger = self._spec, self.ledger
        round_.entry = call
        round_.facts = facts
        if call.sent_s is not None:
            is_done = call.status is not None and call.status < _FIRST_REDIRECT
            ledger.sent(call, call.sent_s, call.at_s, done=is_done)
            ledger.folded.doing.calls.append(call)
        try:
            if ledger.counts and self._holds(round_, call, opened):
                ledger.held += 1
            else:
                told = About(step=call.step, user=player.name, cause_seq=call.seq, source=spec.source)
                ledger.judged(answer_verdicts(spec, call, opened, round_, told))
        except ScenarioError as error:  # a status that a template gives, and that is none
            ledger.problem(round_, error)
            round_.stop()
            return
        if ledger.saves and not ledger.saved(round_):
            round_.stop()
            return
        round_.go_on()

    def _holds(self, round_: Round, call: Call, opened: Opened | None) -> bool:
        """Return whether it holds beyond doubt; whatever else there is to say is said in words."""
        status, spec = call.status, self._spec
        if opened is None or status is None or not opened.fits or not self._simple:
            return False
        if not spec.status.of(round_).accepts(status):
            return False
        if not opened.is_json and call.response_body:  # it may call itself JSON, and be none
            return False
        if spec.expect is None:
            return True
        return spec.expect(opened.problem if status >= FIRST_ERROR_STATUS else opened.payload, round_) is None

    def answered(self, round_: Round, ack: Acknowledged | None) -> None:
        """Calls have no acknowledgement."""

    def out_of_time(self, round_: Round) -> None:
        """The connection watches its own deadlines."""

    def abandon(self, round_: Round) -> None:
        """Let nobody wait for the answer."""
        self._waiting.discard(round_)
        if round_.pending is not None:
            round_.pending.abandon()
