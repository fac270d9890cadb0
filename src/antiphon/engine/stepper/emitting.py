"""A light emit: its arguments written from a template, its acknowledgement judged in the protocol's own callback."""

from __future__ import annotations

from orjson import JSONDecodeError, loads

from antiphon.core.errors import Mistake, ScenarioError
from antiphon.engine.emits import arguments_json
from antiphon.engine.flight import Departures
from antiphon.engine.play import Play
from antiphon.engine.stepper.ledger import Ledger, roots_of
from antiphon.engine.stepper.rounds import ActorOf, Op, Round
from antiphon.history.entries import Emit
from antiphon.judge.answers import About, emit_verdicts, is_negative, unreadable_verdict
from antiphon.language.generated import holds_of
from antiphon.language.refusals import ValueRefused
from antiphon.language.scope import MISSING
from antiphon.net.socket_facts import NotConnected
from antiphon.scenario.step_model import EmitStep
from antiphon.wire.errors import RemoteProtocolError
from antiphon.wire.heard import Acknowledged
from antiphon.wire.payload import dump, parse_list


class EmitOp:
    """An emit by one user after another."""

    __slots__ = (
        *("_acting", "_head", "_holds_ack", "_json", "_left", "_needs_data", "_number", "_play"),
        *("_step", "_wait_s", "_waiting", "_write", "ledger", "next"),
    )

    def __init__(
        self,
        step: EmitStep,
        *,
        play: Play,
        ledger: Ledger,
        acting: ActorOf | None,
        waiting: set[Round],
        left: Departures | None = None,
    ) -> None:
        self.next: Op | None = None
        self._left = left.since if left is not None else None
        self.ledger = ledger
        self._step = step
        self._play = play
        self._number = ledger.folded.doing.number
        self._acting = acting
        self._waiting = waiting
        self._write = play.setting.recorder.write
        self._head = dump([step.event])[0][:-1]  # `["echo"`
        self._json = step.args.json
        self._wait_s = step.wait_s
        self._holds_ack = holds_of(step.ack) if step.ack is not None else None
        roots = roots_of(step.save) | (step.ack.roots if step.ack is not None else frozenset())
        self._needs_data = "data" in roots

    def start(self, round_: Round) -> bool:
        """Send it; one that asks for no acknowledgement has ended then."""
        step = self._step
        self.ledger.times += 1
        try:
            player = round_.act(self._acting)
            socket = player.socket
            raw, args, attachments, values = self._written(round_)
        except ScenarioError as error:
            self.ledger.problem(round_, error)
            round_.stop()
            return False
        entry = round_.entry = Emit(
            play=self._play.name,
            step=self._number + round_.suffix,
            user=socket.user if socket is not None else player.name,
            connection=socket.name if socket is not None else "",
            epoch=socket.epoch if socket is not None else 0,
            name=step.event,
            args=args,
            attachments=attachments,
            ack_wanted=not step.no_ack,
        )
        try:
            if socket is None or socket.epoch == 0:
                raise NotConnected
            answered = None if step.no_ack else round_.answered
            sent = socket.send_raw(raw, answered) if values is None else socket.send(step.event, values, answered)
        except NotConnected as error:
            entry.sent_s = entry.at_s = self._play.setting.clock.now_s()
            entry.failure = str(error)
            return self._ended(round_, None)
        except Mistake as error:
            self.ledger.problem(round_, error)
            round_.stop()
            return False
        entry.sent_s = entry.at_s = sent.at_s
        if sent.ack_id is None:
            return self._ended(round_, None)
        round_.ticket = sent.ack_id
        round_.deadline_s = sent.at_s + self._wait_s
        self._waiting.add(round_)
        if self._left is not None:
            self._left[round_] = sent.at_s
        return False

    def answered(self, round_: Round, ack: Acknowledged | None) -> None:
        """Take the acknowledgement, or that the connection ended before one came; called in the protocol's callback."""
        self._waiting.discard(round_)
        if self._ended(round_, ack):
            round_.go_on()

    def out_of_time(self, round_: Round) -> None:
        """Wait no longer for the acknowledgement."""
        self.abandon(round_)
        if self._ended(round_, None):
            round_.go_on()

    def abandon(self, round_: Round) -> None:
        """Let nobody wait for the acknowledgement."""
        self._waiting.discard(round_)
        socket = round_.acting.socket if round_.acting is not None else None
        if socket is not None and round_.ticket is not None:
            socket.forget_ack(round_.ticket)

    def _written(self, round_: Round) -> tuple[bytes, bytes, tuple[bytes, ...], list[object] | None]:
        """Return the packet's payload, the arguments as the history keeps them, and their binary parts.

        What is no JSON, such as bytes that go as attachments, is returned as values.
        """
        try:
            args = self._json(round_)
        except ValueRefused:
            values = self._step.args(round_)
            listed = values if isinstance(values, list) else [values]
            return b"", *arguments_json(self._step.event, listed), listed
        if not args.startswith(b"["):
            args = b"[%b]" % args
        return self._head + (b"," + args[1:] if len(args) > 2 else b"]"), args, (), None

    def _ended(self, round_: Round, ack: Acknowledged | None) -> bool:
        """Write and judge it; return whether the round goes on."""
        entry = round_.entry
        assert isinstance(entry, Emit)  # noqa: S101 - made when it was sent
        args: list[object] | None = None
        broken = ""
        if ack is not None:
            entry.acknowledged_s = ack.at_s
            entry.ack, entry.ack_attachments = ack.raw, ack.attachments
            try:
                args = loads(ack.raw) if not ack.attachments else ack.args
            except (JSONDecodeError, RemoteProtocolError):
                broken = _why(ack)
        self._write(entry)
        if self._left is not None:
            self._left.pop(round_, None)
        self._play.emits += 1
        first = args[0] if args else MISSING
        round_.facts = {"ack": first, "data": _first_of(entry)} if self._needs_data else {"ack": first}
        ledger = self.ledger
        if entry.failure:
            answered_s = entry.sent_s
        elif ack is not None:
            answered_s = ack.at_s
        else:
            answered_s = self._play.setting.clock.now_s() if entry.ack_wanted else entry.sent_s
        ledger.sent(entry, entry.sent_s, answered_s, done=ack is not None)
        holds = self._holds_ack
        if (
            args is not None
            and ledger.counts
            and (holds(first, round_) if holds is not None else not is_negative(args))
        ):
            ledger.held += 1
        else:
            self._judge(round_, args, broken)
        if ledger.saves and not ledger.saved(round_):
            round_.stop()
            return False
        return True

    def _judge(self, round_: Round, args: list[object] | None, broken: str) -> None:
        """Judge it as every emit is judged, in words."""
        entry, step = round_.entry, self._step
        assert isinstance(entry, Emit)  # noqa: S101 - as above
        told = About(
            step=entry.step, user=entry.user, connection=entry.connection, cause_seq=entry.seq, source=step.source
        )
        if broken:
            self.ledger.judged((unreadable_verdict(told, entry, broken),))
            return
        socket = round_.acting.socket if round_.acting is not None else None
        closed = socket.closed if socket is not None else None
        self.ledger.judged(
            emit_verdicts(
                entry,
                args,
                round_,
                told,
                matcher=step.ack,
                wait_s=step.wait_s,
                closed_by_target=closed is not None and closed.by == "target",
            )
        )


def _first_of(entry: Emit) -> object:
    listed = parse_list(entry.args, entry.attachments)
    return listed[0] if listed else MISSING


def _why(ack: Acknowledged) -> str:
    try:
        parse_list(ack.raw, ack.attachments)
    except RemoteProtocolError as error:
        return str(error)
    return ""
