"""A user's socket: its inbox from the moment of connection, its acknowledgements and its states.

It listens to one connection after another (each an epoch), writes what it hears into the history
in the protocol's own callback, and rings the bell. It judges nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Collection, Sequence
from functools import partial

import orjson

from antiphon.core.clock import Clock
from antiphon.core.errors import Mistake
from antiphon.engine import socket_entries
from antiphon.engine.awaited import AwaitedAnswers, settle
from antiphon.engine.bell import Bell
from antiphon.engine.fence_questions import FenceAnswered, FenceQuestions
from antiphon.engine.keepalive import Keepalive
from antiphon.engine.recorder import E, Recorder
from antiphon.engine.recovering import Trail
from antiphon.engine.socket_entries import at_once, event_entry
from antiphon.engine.socket_states import Change, Question, dropped, heard_since, refusal_in, state_at
from antiphon.engine.tap import Tapped
from antiphon.history.entries import Answer, Beat, Event
from antiphon.history.heard import Heard
from antiphon.net.allow import AllowList
from antiphon.net.drivers import AnyEndpoint, Driver, driver_for
from antiphon.net.socket_facts import (
    Closed,
    Endpoint,
    FrameKind,
    NotConnected,
    Opened,
    Recoverable,
    Refused,
    Sent,
    Upgraded,
)
from antiphon.net.socketio import SocketIOConnection
from antiphon.net.ways import DIRECT, Ways
from antiphon.target.socket_model import Channel
from antiphon.wire.errors import LocalProtocolError
from antiphon.wire.heard import Acknowledged, Received
from antiphon.wire.payload import dump

Greet = Callable[[int, Collection[str], float], Awaitable[Refused | None]]
TakeAck = Callable[[Acknowledged | None], None]
"""Takes an acknowledgement, or that none can come any more, inside the protocol's callback."""
_CLOSING_S = 2.0


class UserSocket:
    """One named socket of a user, through all its connections.

    Attributes:
        name: As the history names it (`alice`).
        user: Whose it is.
        channel: Which of the target's sockets it is opened to, and what is promised there.
        inbox: Every event heard on it, of all epochs, in the order of arrival.
        namespace: Where it is another one than the profile's; then the connection of `beside` carries it as well.
        questions: Events of which the target asks for an acknowledgement that was not given so far.
        answerers: What is told of a new question, and may answer it; whoever adds one removes it.
        frames: Every raw frame that was no event, likewise.
        named_url: Where a step connected it to, if not to the profile's own.
        changes: How its state came to be.
        fence_questions: What fences ask on it; their answers reach no inbox.
        awaited: Its emits that an event is to answer.
        tapped: What events pass that are heard on it; None: they are what they are.
        overhears: Tells events of fences, whoever asked; None: no fence is one that others may hear.
    """

    def __init__(
        self,
        *,
        name: str,
        user: str,
        channel: Channel,
        play: str,
        clock: Clock,
        allow: AllowList,
        recorder: Recorder,
        bell: Bell,
        ways: Ways = DIRECT,
        namespace: str | None = None,
        beside: UserSocket | None = None,
    ) -> None:
        self.name = name
        self.user = user
        self.channel = channel
        self.epoch = 0
        self.inbox: list[Heard] = []
        self.frames: list[Heard] = []
        self.named_url: str | None = None
        self.questions: list[Question] = []
        self.answerers: list[Callable[[], None]] = []
        self.changes: list[Change] = [Change(0.0, "never", 0)]
        self.heard_s = 0.0
        self.slowest_delivery_s = 0.0
        self.step = ""
        self._play, self._clock = play, clock
        self._allow, self._ways = allow, ways
        self.namespace = namespace
        self._beside = beside
        self._carried: list[UserSocket] = []
        self._trail = Trail()
        if beside is not None and namespace is not None:
            beside._carried.append(self)
        self._recorder = recorder
        self._bell = bell
        self._first_heard = 0
        self._connection: Driver | None = None
        self._acks: dict[int, TakeAck] = {}
        self.fence_questions = FenceQuestions()
        self.overhears: FenceAnswered | None = None
        self.tapped: Tapped | None = None
        self.awaited = AwaitedAnswers()
        self._keepalive: Keepalive | None = None

    def on_event(self, event: Received) -> None:
        """Keep an event."""
        entry = event_entry(event, self._play, self.step, self.user, self.name, self.epoch)
        self.heard_s = event.at_s
        if self._trail.is_kept:
            self._trail.note(event)
        if self.fence_questions and self.fence_questions.take(entry):
            return
        if self.overhears is not None and self.overhears(entry):  # of another's fence, or one answered too late
            self._recorder.write(self._entry_of(Beat(what="fence"), event.at_s))
            return
        if self._keepalive is not None and self._keepalive.answered(Heard.of(entry)):
            self.on_beat(event.at_s, event.name)
            return
        if self.tapped is None:
            self.take(entry, event.correlation, event.ack_id)
        else:
            self.tapped.pass_on(entry, event.correlation, event.ack_id)

    def take(self, entry: Event, correlation: str | None, ack_id: int | None) -> None:
        """Keep what is heard, and let it be an answer or a question if it is one."""
        self._recorder.write(entry)
        heard = Heard.of(entry)
        self.inbox.append(heard)
        if self.awaited:
            self.awaited.take(heard, correlation)
        if ack_id is not None:
            self.questions.append(Question(heard=heard, ack_id=ack_id, epoch=self.epoch))
            for answerer in self.answerers:
                answerer()
        self._bell.ring()

    def on_run(self, name: str, args: Sequence[bytes], at_s: float) -> bool:
        """Keep events that came at once, if nobody must look at each of them as it comes."""
        watched = self.fence_questions or self.awaited or self.overhears is not None
        if watched or self._keepalive is not None or self.tapped is not None:
            return False
        if self._trail.is_kept:
            self._trail.note_run(args)
        events, heard = at_once(self._entry_of(Event(name=name), at_s), args, self._recorder.last_seq + 1)
        self._recorder.write_run(events)
        self.inbox += heard
        self.heard_s = at_s
        self._bell.ring()
        return True

    def on_ack(self, ack: Acknowledged) -> None:
        """Hand an acknowledgement to whoever awaits it."""
        self.heard_s = ack.at_s
        answered = self._acks.pop(ack.ack_id, None)
        if answered is not None:
            answered(ack)
        self._bell.ring()

    def on_beat(self, at_s: float, kind: str) -> None:
        """Note a sign of life."""
        self.heard_s = at_s
        self._recorder.write(self._entry_of(Beat(what="heartbeat"), at_s))
        self._bell.ring()

    def on_frame(self, at_s: float, kind: FrameKind, payload: bytes) -> None:
        """Keep a raw frame that is no event."""
        self.heard_s = at_s
        beat = Beat(what="frame", frame=kind, answer=orjson.dumps([payload.decode(errors="replace")]))
        self._recorder.write(self._entry_of(beat, at_s))
        self.frames.append(Heard.of_frame(beat))
        self._bell.ring()

    def on_upgraded(self, upgraded: Upgraded) -> None:
        """Note that the connection moved on from polling to WebSocket, or could not."""
        self._recorder.write(self._entry_of(socket_entries.upgraded_entry(upgraded), upgraded.at_s))

    def on_closed(self, closed: Closed) -> None:
        """Note the end of the connection, and let nobody wait for what cannot come."""
        self._recorder.write(self._entry_of(socket_entries.closed_entry(closed), closed.at_s))
        self.changes.append(Change(closed.at_s, "closed", self.epoch, closed))
        waiting, self._acks = self._acks, {}
        for answered in waiting.values():
            answered(None)
        self.fence_questions.cancel()
        self.awaited.cancel()
        if self._keepalive is not None:
            self._keepalive.stop()
        self._bell.ring()

    # -- what a user does ------------------------------------------------------------------------

    @property
    def is_open(self) -> bool:
        """Whether the newest connection is open."""
        return self.changes[-1].state == "open"

    @property
    def closed(self) -> Closed | None:
        """How the newest connection ended, if it has."""
        return self.changes[-1].closed

    def heard_since(self, at_s: float, *, frames: bool = False) -> list[Heard]:
        """Return what was heard from a moment on, in recorded order; raw frames only if they are asked for."""
        return heard_since(self.inbox, at_s, self.frames if frames else ())

    def state_at(self, at_s: float) -> Change:
        """Return the state that the socket was in at `at_s`."""
        return state_at(self.changes, at_s)

    async def open(
        self,
        endpoint: AnyEndpoint,
        *,
        ready: str | None,
        timeout_s: float,
        refusing: Collection[str] = (),
        greet: Greet | None = None,
        keepalive: Keepalive | None = None,
    ) -> Opened | Refused:
        """Connect, and wait until the target says that the connection is ready.

        Args:
            endpoint: Where, and with what credentials.
            ready: The event that says so; None: the handshake does.
            timeout_s: How long all of it may take.
            refusing: Events by which it says that it is not wanted.
            greet: Plays a handshake of the target's own; given where the connection's inbox begins, what refuses it,
                and a deadline.
            keepalive: What keeps the connection alive.
        """
        self.epoch += 1
        started_s = self._clock.now_s()
        self._first_heard = len(self.inbox)
        self._connection, opening = driver_for(
            endpoint,
            self,
            clock=self._clock,
            allow=self._allow,
            ways=self._ways,
            connect_timeout_s=min(timeout_s, 5.0),
            beside=[socket._connection for socket in self._family if socket._connection is not None],
        )
        if keepalive is not None:
            keepalive.begin(self._connection)
        self._keepalive = keepalive
        try:
            outcome = await opening
        except LocalProtocolError as error:
            raise Mistake(sentence=f"the connection cannot be asked for: {error}") from None
        if isinstance(outcome, Refused):
            self._note_refused(outcome, started_s)
            return outcome
        if self.changes[-1].epoch != self.epoch:  # a close may have come before `open` returned
            self.changes.append(Change(outcome.at_s, "open", self.epoch))
        self._trail.begin(outcome)
        names_transport = isinstance(endpoint, Endpoint) and "polling" in endpoint.transports
        entry = socket_entries.opened_entry(outcome, self.channel, started_s=started_s, names_transport=names_transport)
        self._recorder.write(self._entry_of(entry, outcome.at_s))
        deadline_s = started_s + timeout_s
        unready = await greet(self._first_heard, refusing, deadline_s) if greet is not None else None
        if unready is None and ready is not None:
            unready = await self._until_ready(ready, refusing, deadline_s)
        if unready is None:
            if keepalive is not None:
                keepalive.start()
            return outcome
        await self.turn_away(unready, started_s)
        return unready

    @property
    def _family(self) -> Sequence[UserSocket]:
        """The sockets whose connection may carry this one: those of one user that differ in their namespace alone."""
        if self._beside is None:
            return self._carried
        siblings = [socket for socket in self._beside._carried if socket is not self]
        return [self._beside, *siblings] if self.namespace is not None else ()

    async def turned_away(self, refusing: Collection[str], deadline_s: float) -> Refused | None:
        """Wait whether the target still drops a connection that it has let in, or says that it is not wanted."""
        while (found := self._refusal(refusing, "at once")) is None and await self._rings_before(deadline_s):
            pass
        return found

    async def turn_away(self, refused: Refused, started_s: float) -> None:
        """Close a connection that the target does not want, and note that."""
        await self.close()
        self._note_refused(refused, started_s)

    def _refusal(self, refusing: Collection[str], when: str) -> Refused | None:
        found = refusal_in(self.inbox[self._first_heard :], refusing)
        return found or (None if self.is_open else dropped(self.closed, when, self._clock.now_s()))

    async def _until_ready(self, ready: str, refusing: Collection[str], deadline_s: float) -> Refused | None:
        while not any(event.name == ready for event in self.inbox[self._first_heard :]):
            if (refused := self._refusal(refusing, f"before `{ready}` came")) is not None:
                return refused
            if not await self._rings_before(deadline_s):
                detail = f"connected, but `{ready}` did not come"
                return Refused(at_s=self._clock.now_s(), by="timeout", detail=detail)
        return None

    async def _rings_before(self, deadline_s: float) -> bool:
        """Wait for anything to happen; return False if the deadline is over already."""
        left_s = deadline_s - self._clock.now_s()
        if left_s > 0:
            await self._bell.wait(left_s)
        return left_s > 0

    def emit(self, name: str, args: Sequence[object], *, ack: bool) -> tuple[Sent, asyncio.Future[Acknowledged] | None]:
        """Send an event now; the future is its acknowledgement, cancelled if the connection ends first.

        Raises:
            NotConnected: The connection is not open.
            Mistake: The arguments cannot be sent as JSON.
        """
        future: asyncio.Future[Acknowledged] = asyncio.get_running_loop().create_future()
        sent = self.send(name, args, partial(settle, future) if ack else None)
        return sent, future if sent.ack_id is not None else None

    def send(self, name: str, args: Sequence[object], answered: TakeAck | None) -> Sent:
        """Send an event now; `answered` takes its acknowledgement, without it none is asked for.

        Raises:
            NotConnected: The connection is not open.
            Mistake: The arguments cannot be sent as JSON.
        """
        if self._connection is None:
            raise NotConnected
        try:
            sent = self._connection.emit(name, args, ack=answered is not None)
        except LocalProtocolError as error:
            raise Mistake(sentence=f"the emit {name} {error}") from None
        if answered is not None and sent.ack_id is not None:
            self._acks[sent.ack_id] = answered
        return sent

    def send_raw(self, raw: bytes, answered: TakeAck | None) -> Sent:
        """Send an event whose payload is JSON already: a list, the name first. Socket.IO only.

        Raises:
            NotConnected: The connection is not open.
        """
        connection = self._connection
        if not isinstance(connection, SocketIOConnection):
            raise NotConnected
        if answered is None:
            return connection.emit_raw(raw, ack=False)
        sent = connection.emit_raw(raw, ack=True)
        if sent.ack_id is not None:
            self._acks[sent.ack_id] = answered
        return sent

    def forget_ack(self, ack_id: int) -> None:
        """Forget who waits for an acknowledgement: it came too late, if it comes."""
        self._acks.pop(ack_id, None)

    def answer(self, question: Question, args: Sequence[object]) -> bool:
        """Give the acknowledgement that is asked for; return whether the connection that asked is still there.

        Raises:
            Mistake: The arguments cannot be sent as JSON.
        """
        heard = question.heard
        try:
            raw, attachments = dump(list(args))
        except LocalProtocolError as error:
            raise Mistake(sentence=f"the answer to {heard.name} {error}") from None
        self.questions.remove(question)
        if self._connection is None or question.epoch != self.epoch:
            return False
        try:
            sent = self._connection.acknowledge(question.ack_id, args)
        except NotConnected:
            return False
        heard.answered_s = sent.at_s
        entry = Answer(name=heard.name, event=heard.seq, args=raw, attachments=attachments)
        self._recorder.write(self._entry_of(entry, sent.at_s))
        return True

    async def flushed(self, timeout_s: float) -> None:
        """Return when all that was sent has left, or `timeout_s` is over; only over polling must anything wait."""
        if self._connection is not None:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(timeout_s):
                    await self._connection.flushed()

    def send_frame(self, kind: FrameKind, payload: bytes, *, code: int | None = None) -> float:
        """Write a raw frame now, and return when.

        Raises:
            NotConnected: The connection is not open.
            Mistake: The connection cannot carry such a frame.
        """
        if self._connection is None:
            raise NotConnected
        try:
            return self._connection.send_frame(kind, payload, code=code)
        except LocalProtocolError as error:
            raise Mistake(sentence=f"the frame cannot be sent: {error}") from None

    @property
    def recoverable(self) -> Recoverable | None:
        """What shows the state of the newest connection, to have it back; None where the target keeps none."""
        return self._trail.recoverable

    async def drop(self) -> None:
        """End the connection as a lost network would, so that the target keeps its state; return when it has ended."""
        if self._connection is not None and self.is_open:
            self._connection.drop()
        await self.close()

    async def close(self) -> None:
        """Disconnect politely; returns when the connection has ended and its transport is shut."""
        if self._connection is None:
            return
        if self.is_open:
            self._connection.close()
        with contextlib.suppress(NotConnected):
            await self._connection.wait_closed(_CLOSING_S)

    def _note_refused(self, refused: Refused, started_s: float) -> None:
        entry = socket_entries.refused_entry(refused, self.channel, started_s=started_s)
        self._recorder.write(self._entry_of(entry, refused.at_s))
        if self.changes[-1].state == "open":
            self.changes.append(Change(refused.at_s, "closed", self.epoch))
        self._bell.ring()

    def _entry_of(self, entry: E, at_s: float) -> E:
        entry.at_s, entry.play, entry.step = at_s, self._play, self.step
        entry.user, entry.connection, entry.epoch = self.user, self.name, self.epoch
        return entry
