"""A light call: written on a connection that is open already, its answer judged in the protocol's own callback."""

from __future__ import annotations

from functools import partial

from antiphon.core.errors import ScenarioError
from antiphon.engine.calls import answer_facts, asked_if_unanswered, call_entry
from antiphon.engine.flight import Departures
from antiphon.engine.made import note_answer
from antiphon.engine.play import Play
from antiphon.engine.players import Player
from antiphon.engine.requests import JsonLater
from antiphon.engine.stepper.errands import Errands
from antiphon.engine.stepper.ledger import Ledger
from antiphon.engine.stepper.requesting import RequestMaker
from antiphon.engine.stepper.rounds import NEVER_S, ActorOf, Op, Round
from antiphon.history.entries import Call
from antiphon.judge.answers import About, answer_verdicts
from antiphon.judge.envelope import FIRST_ERROR_STATUS, Opened, opened
from antiphon.language.generated import holds_of
from antiphon.language.scope import MISSING
from antiphon.net.exchange import Exchange, Failure
from antiphon.net.http_connection import HttpConnection
from antiphon.net.prepared import Prepared
from antiphon.scenario.step_model import CallStep
from antiphon.wire.heard import Acknowledged

_FIRST_REDIRECT = 300


class CallOp:
    """A REST call by one user after another."""

    __slots__ = (
        *(
            "_acting",
            "_curl_to",
            "_envelope",
            "_errands",
            "_expects",
            "_left",
            "_number",
            "_play",
            "_request",
            "_simple",
            "_spec",
        ),
        *("_waiting", "_write", "ledger", "next"),
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
        left: Departures | None = None,
    ) -> None:
        self.next: Op | None = None
        self._left = left.since if left is not None else None
        self.ledger = ledger
        self._spec = step.call
        self._play = play
        self._number = ledger.folded.doing.number
        self._acting = acting
        self._waiting = waiting
        self._errands = errands
        self._request = RequestMaker(step.call, play)
        self._expects = holds_of(step.call.expect) if step.call.expect is not None else None
        self._simple = step.call.expect_body is None and step.call.expect_headers is None
        self._envelope = play.setting.target.http.envelope
        self._curl_to = play.setting.ways.curl_to
        self._write = play.setting.recorder.write

    def start(self, round_: Round) -> bool:
        """Send it; the round goes on when it is answered."""
        self.ledger.times += 1
        try:
            player = round_.act(self._acting)
            prepared, body = self._request(round_, player)
        except ScenarioError as error:
            self.ledger.problem(round_, error)
            round_.stop()
            return False
        exchange = round_.exchange = prepared.exchange(body)
        connection = player.http.kept(prepared.origin)
        if connection is not None:
            self._send(round_, player, connection, prepared, exchange)
        else:
            self._errands.run(self._send_on_a_new_connection(round_, player, prepared, exchange))
        return False

    def _send(
        self, round_: Round, player: Player, connection: HttpConnection, prepared: Prepared, exchange: Exchange
    ) -> None:
        round_.deadline_s = NEVER_S  # the connection watches its own
        round_.connection = connection
        self._waiting.add(round_)
        if self._left is not None:
            self._left[round_] = self._play.setting.clock.now_s()
        player.http.send_prepared(connection, prepared, exchange, partial(self._over, round_, player, exchange))

    async def _send_on_a_new_connection(
        self, round_: Round, player: Player, prepared: Prepared, exchange: Exchange
    ) -> None:
        lease = await player.http.lease(prepared.request.url)
        if isinstance(lease, Failure):
            exchange.failure, exchange.answered_s = lease, self._play.setting.clock.now_s()
            await self._unanswered(round_, player, exchange)
            return
        exchange.new_connection = not lease.reused
        self._send(round_, player, lease.connection, prepared, exchange)

    def _over(self, round_: Round, player: Player, exchange: Exchange) -> None:
        try:
            self._waiting.discard(round_)
            if exchange.failure is None:
                self._judged(round_, player, self._noted(round_, player, exchange))
            else:
                self._errands.run(self._again_or_unanswered(round_, player, exchange))
        except Exception as error:  # noqa: BLE001 - the edge: in a protocol's callback it would be anybody's but ours
            round_.keeper.failed(error)

    async def _again_or_unanswered(self, round_: Round, player: Player, exchange: Exchange) -> None:
        connection = round_.connection
        if connection is not None:  # a kept connection that proved closed is replaced once
            exchange = round_.exchange = await player.http.pending(connection, exchange).answered()
        if exchange.failure is None:
            self._judged(round_, player, self._noted(round_, player, exchange))
        else:
            await self._unanswered(round_, player, exchange)

    async def _unanswered(self, round_: Round, player: Player, exchange: Exchange) -> None:
        call = self._noted(round_, player, exchange)
        await asked_if_unanswered(self._play, player, self._spec, exchange)
        self._judged(round_, player, call)

    def _noted(self, round_: Round, player: Player, exchange: Exchange) -> Call:
        """Note the call in the history."""
        play, step = self._play, self._number + round_.suffix
        call = call_entry(exchange, template=self._spec.template, step=step, purpose="step", play=play.name)
        call.user = player.name
        call.curl = self._curl_to(call.url)
        call.declared = call.status is not None and self._spec.status.names(call.status)
        play.calls += 1
        self._write(call)
        if self._left is not None:
            self._left.pop(round_, None)
        return call

    def _judged(self, round_: Round, player: Player, call: Call) -> None:
        spec, ledger, status = self._spec, self.ledger, call.status
        round_.entry = call
        facts: dict[str, object] = {"caller": round_.view}
        round_.facts = facts
        round_.later = self._more_facts
        unwrapped = None
        if status is not None:
            unwrapped = opened(self._envelope, status=status, headers=call.response_headers, body=call.response_body)
            facts["payload"], facts["problem"] = unwrapped.payload, unwrapped.problem
        if self._play.setting.target.resources:
            self._more_facts(round_)
            note_answer(self._play, player, call, facts)
        if call.sent_s is not None:
            is_done = status is not None and status < _FIRST_REDIRECT
            ledger.sent(call, call.sent_s, call.at_s, done=is_done)
            ledger.folded.doing.calls.append(call)
        try:
            if ledger.counts and self._holds(round_, call, unwrapped):
                ledger.held += 1
            else:
                told = About(step=call.step, user=player.name, cause_seq=call.seq, source=spec.source)
                ledger.judged(answer_verdicts(spec, call, unwrapped, round_, told))
        except ScenarioError as error:  # a status that a template gives, and that is none
            ledger.problem(round_, error)
            round_.stop()
            return
        if ledger.saves and not ledger.saved(round_):
            round_.stop()
            return
        round_.go_on()

    def _more_facts(self, round_: Round) -> None:
        """Let addresses see all that can be known of the call."""
        call, spec = round_.entry, self._spec
        assert isinstance(call, Call)  # noqa: S101 - made when it was answered
        round_.later = None
        sent = JsonLater(call.request_body) if spec.body is not None else MISSING
        base_url = self._play.setting.target.base_url
        round_.facts.update(answer_facts(call, spec, sent, base_url, asked=call.url))

    def _holds(self, round_: Round, call: Call, opened: Opened | None) -> bool:
        """Return whether it holds beyond doubt; whatever else there is to say is said in words."""
        status, spec = call.status, self._spec
        if opened is None or status is None or not opened.fits or not self._simple:
            return False
        if not spec.status.of(round_).accepts(status):
            return False
        if not opened.is_json and call.response_body:  # it may call itself JSON, and be none
            return False
        if self._expects is None:
            return True
        return self._expects(opened.problem if status >= FIRST_ERROR_STATUS else opened.payload, round_)

    def answered(self, round_: Round, ack: Acknowledged | None) -> None:
        """Calls have no acknowledgement."""

    def out_of_time(self, round_: Round) -> None:
        """The connection watches its own deadlines."""

    def abandon(self, round_: Round) -> None:
        """Let nobody wait for the answer."""
        self._waiting.discard(round_)
        if round_.connection is not None and round_.exchange is not None and round_.exchange.answered_s is None:
            round_.connection.abandon()
