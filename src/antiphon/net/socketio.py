"""A socket in a Socket.IO namespace: what the wire's tables say, done on a real network."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from antiphon.core.clock import Clock
from antiphon.net.address import NoAddress, checked_headers
from antiphon.net.carrier import Carrier
from antiphon.net.refusing import ended_before, not_upgraded
from antiphon.net.socket_facts import (
    Allow,
    Closed,
    Endpoint,
    FrameKind,
    NotConnected,
    Opened,
    Recoverable,
    Refused,
    Sent,
    SocketListener,
    Upgraded,
)
from antiphon.net.ways import DIRECT, Ways
from antiphon.net.websocket import FRAME_LIMIT_BYTES
from antiphon.wire import membership
from antiphon.wire.errors import LocalProtocolError, excerpt
from antiphon.wire.heard import Acknowledged, Received
from antiphon.wire.membership import Membership
from antiphon.wire.payload import dump
from antiphon.wire.socketio import (
    Kind,
    Packet,
    acknowledgement,
    connect,
    encode,
    event_name,
    namespace_prefix,
)

_JOINED = membership.State.JOINED
_LEAVE_GRACE_S = 2.0
_GOODBYES = ("close frame", "close packet")
_UNREAD = "; a target that reads packets with another parser (msgpack?) ends it so, and Antiphon speaks JSON only"


class SocketIOConnection:
    """One socket of one user in one namespace; it is opened once."""

    __slots__ = (
        "_allow",
        "_answer",
        "_carrier",
        "_clock",
        "_closed",
        "_connect_packet",
        "_connect_timeout_s",
        "_event_prefix",
        "_limit_bytes",
        "_membership",
        "_next_ack_id",
        "_now",
        "_opened",
        "_recover",
        "_sid",
        "_started_s",
        "_ways",
        "listener",
        "namespace",
    )

    def __init__(
        self,
        listener: SocketListener,
        *,
        clock: Clock,
        allow: Allow,
        ways: Ways = DIRECT,
        connect_timeout_s: float = 5.0,
        limit_bytes: int = FRAME_LIMIT_BYTES,
    ) -> None:
        """Make a socket that is not open.

        Args:
            listener: Is told what comes.
            clock: Takes the stamps.
            allow: What may be connected to.
            ways: Through which proxy, and whom TLS trusts.
            connect_timeout_s: How long opening may take.
            limit_bytes: The largest message that is taken.
        """
        self.listener = listener
        self._clock = clock
        self._now = clock.now_s
        self._allow = allow
        self._ways = ways
        self._connect_timeout_s = connect_timeout_s
        self._limit_bytes = limit_bytes
        self._carrier: Carrier | None = None
        self._membership = Membership()
        self._answer: asyncio.Future[Opened | Refused] | None = None
        self._started_s = 0.0
        self._sid = ""
        self._connect_packet = b""
        self._event_prefix = b"42"
        self._opened: Opened | None = None
        self._recover: Recoverable | None = None
        self._closed: Closed | None = None
        self._next_ack_id = 0
        self.namespace = "/"

    # -- opening -----------------------------------------------------------------------------------

    async def open(self, endpoint: Endpoint, *, beside: Sequence[SocketIOConnection] = ()) -> Opened | Refused:
        """Connect and join the namespace; events may be heard before this returns.

        Args:
            endpoint: Where, and as whom.
            beside: Other sockets; the connection of one that leads to the same place carries this one as well.

        Raises:
            LocalProtocolError: The endpoint cannot be put on a wire, or this connection was opened before.
            NotAllowed: The allow-list refuses the address.
        """
        if self._answer is not None:
            raise LocalProtocolError(breach="a connection is opened once; make a new one")
        self._started_s = self._now()
        self._connect_packet = b"4" + connect(endpoint.namespace, _shown(endpoint))
        self._recover = endpoint.recover
        self._event_prefix = b"42" + namespace_prefix(endpoint.namespace)
        self.namespace = endpoint.namespace
        self._membership = Membership(endpoint.namespace)
        endpoint = replace(endpoint, headers=tuple(checked_headers(endpoint.headers)))
        self._answer = asyncio.get_running_loop().create_future()
        carriers = (other._carrier for other in beside if other._carrier is not None)
        shared = next((carrier for carrier in carriers if carrier.takes(endpoint)), None)
        try:
            async with asyncio.timeout(self._connect_timeout_s):
                if shared is not None:
                    self._carrier = shared
                    shared.board(self)
                    outcome = await self._answer
                else:
                    outcome = await self._open_anew(endpoint, self._answer)
        except TimeoutError:
            outcome = self._opened or self._timed_out()
        except NoAddress as error:
            outcome = Refused(self._now(), "unreachable", str(error))
        except BaseException:
            self._drop()
            raise
        if self._opened is None and self._carrier is not None:
            await self._leave(self._carrier)
        return outcome

    async def _open_anew(self, endpoint: Endpoint, answer: asyncio.Future[Opened | Refused]) -> Opened | Refused:
        carrier = Carrier(
            endpoint, clock=self._clock, allow=self._allow, ways=self._ways, limit_bytes=self._limit_bytes
        )
        self._carrier = carrier
        carrier.board(self)
        missing = await carrier.engine.open(endpoint, limit_s=self._connect_timeout_s)
        return await answer if missing is None else not_upgraded(missing, self._now(), foreign="not socket.io")

    def _timed_out(self) -> Refused:
        waited = (self._carrier.engine.phase if self._carrier is not None else "") or "the answer to CONNECT"
        self._drop()
        return Refused(self._now(), "timeout", f"{waited} did not come within {self._connect_timeout_s:g} s")

    async def _leave(self, carrier: Carrier) -> None:
        if carrier.alight(self):
            carrier.engine.leave()
            if carrier.engine.transport == "polling":
                await carrier.engine.wait_gone(_LEAVE_GRACE_S)

    def _drop(self) -> None:
        if self._carrier is not None and self._carrier.alight(self):
            self._carrier.engine.abort()

    # -- what the carrier tells ----------------------------------------------------------------------

    def on_frame(self, at_s: float, kind: FrameKind, payload: bytes) -> None:
        """Take note of a frame that is neither event nor acknowledgement; called by the carrier."""
        self.listener.on_frame(at_s, kind, payload)

    def on_carried(self, sid: str) -> None:
        """Ask for admission; called by the carrier."""
        self._sid = sid
        if self._carrier is not None:
            self._carrier.engine.send_text(self._connect_packet)

    def on_packet(self, packet: Packet, first_s: float, at_s: float) -> None:
        """Take a packet; called by the carrier."""
        self._membership, do = membership.on_packet(self._membership, packet)
        match do:
            case membership.Do.HEAR:
                self.listener.on_event(_received(packet, first_s, at_s))
            case membership.Do.ANSWER:
                if packet.ack_id is not None:
                    self.listener.on_ack(Acknowledged(at_s, packet.ack_id, packet.raw, packet.attachments))
            case membership.Do.WELCOME:
                self._welcome(packet, at_s)
            case membership.Do.REFUSE:
                self._settle(Refused(at_s, "connect_error", excerpt(packet.raw), packet.data))
            case membership.Do.LEAVE:
                self._finish(Closed(at_s, "target", "disconnect packet"))
                if self._carrier is not None and self._carrier.alight(self):
                    self._carrier.engine.close()
            case membership.Do.NOTHING:
                pass

    def on_sign(self, at_s: float, kind: str) -> None:
        """Take note of a sign of life; called by the carrier."""
        self.listener.on_beat(at_s, kind)

    def on_upgraded(self, upgraded: Upgraded) -> None:
        """Take note that the session moved on to WebSocket, or failed to; called by the carrier."""
        self.listener.on_upgraded(upgraded)

    def on_session_closed(self, closed: Closed) -> None:
        """Take note of the session's end; called by the carrier."""
        said_goodbye = self._membership.state is membership.State.OUT
        if closed.by == "us" and closed.how in _GOODBYES and said_goodbye:
            closed = replace(closed, how="disconnect packet")
        self._finish(closed)

    def _welcome(self, packet: Packet, at_s: float) -> None:
        said = packet.data
        pid = str(said.get("pid") or "") if isinstance(said, dict) else ""
        recovered = bool(pid) and self._recover is not None and self._recover.pid == pid
        transport = self._carrier.engine.transport if self._carrier is not None else "websocket"
        self._opened = Opened(
            at_s, self._started_s, self._sid, self._membership.socket_id, "", transport, pid, recovered
        )
        if self._carrier is not None:
            self._carrier.admit(self)
        self._settle(self._opened)

    def _finish(self, closed: Closed) -> None:
        if self._closed is not None:
            return
        self._closed = closed
        if self._opened is not None:
            self.listener.on_closed(closed)
        else:
            refused = ended_before(closed, "CONNECT was answered", foreign="not socket.io")
            wordless = closed.by == "target" and closed.how in _GOODBYES and not closed.reason and closed.code is None
            self._settle(replace(refused, detail=refused.detail + _UNREAD) if wordless else refused)

    def _settle(self, outcome: Opened | Refused) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(outcome)

    # -- what its owner does -------------------------------------------------------------------------

    def emit(self, name: str, args: Sequence[object], *, ack: bool) -> Sent:
        """Send an event now; bytes among the arguments go as attachments.

        Raises:
            NotConnected: The connection is not open.
            LocalProtocolError: An argument cannot be sent as JSON.
        """
        raw, attachments = dump([name, *args])
        return self.emit_raw(raw, attachments, ack=ack)

    def emit_raw(self, raw: bytes, attachments: tuple[bytes, ...] = (), *, ack: bool) -> Sent:
        """Send an event whose payload is JSON already: a list, the name first.

        Raises:
            NotConnected: The connection is not open.
        """
        carrier = self._carrier
        if carrier is None or not self.is_open:
            raise NotConnected(closed=self._closed)
        engine = carrier.engine
        ack_id = None
        if ack:
            ack_id = self._next_ack_id
            self._next_ack_id += 1
        if attachments:
            packet = Packet(Kind.BINARY_EVENT, self.namespace, ack_id, raw, attachments)
            sent = Sent(self._send(packet), ack_id)
        else:
            text = self._event_prefix + raw if ack_id is None else b"%b%d%b" % (self._event_prefix, ack_id, raw)
            sent = Sent(self._now(), ack_id)
            engine.send_text(text)
        if engine.transport == "polling":
            engine.stamp(sent)
        return sent

    def acknowledge(self, ack_id: int, args: Sequence[object]) -> Sent:
        """Answer an event that asked for it.

        Raises:
            NotConnected: The connection is not open.
            LocalProtocolError: An argument cannot be sent as JSON.
        """
        if not self.is_open:
            raise NotConnected(closed=self._closed)
        return Sent(self._send(acknowledgement(ack_id, args, namespace=self.namespace)), ack_id)

    def send_frame(self, kind: FrameKind, payload: bytes = b"", *, code: int | None = None) -> float:
        """Write a raw frame now, and return when; a close frame's payload is its reason.

        Raises:
            NotConnected: The connection is not open.
        """
        if self._carrier is None or not self.is_open:
            raise NotConnected(closed=self._closed)
        return self._carrier.engine.send_frame(kind, payload, code=code)

    def _send(self, packet: Packet) -> float:
        self._membership = membership.on_send(self._membership, packet.kind)
        text = b"4" + encode(packet)
        at_s = self._now()
        if self._carrier is not None:
            self._carrier.engine.send_text(text)
            for attachment in packet.attachments:
                self._carrier.engine.send_binary(attachment)
        return at_s

    async def flushed(self) -> None:
        """Return when all that was sent has left: at once on a WebSocket, where nothing waits its turn."""
        if self._carrier is not None:
            await self._carrier.engine.flushed()

    @property
    def is_open(self) -> bool:
        """Whether the namespace let us in, and nobody has ended that since."""
        carrier = self._carrier
        if carrier is None or self._opened is None or self._closed is not None:
            return False
        return self._membership.state is _JOINED and not carrier.engine.is_over

    @property
    def closed(self) -> Closed | None:
        """How an open connection ended; None before that."""
        return self._closed if self._opened is not None else None

    @property
    def unsent_bytes(self) -> int:
        """How much of what was emitted still waits for the network, because the target does not read."""
        return self._carrier.engine.unsent_bytes if self._carrier is not None else 0

    def close(self) -> None:
        """Leave politely: a disconnect packet, and with the last socket the transport's own goodbye.

        The target has two seconds to answer that one.
        """
        carrier = self._carrier
        if carrier is None or not self.is_open:
            return
        at_s = self._send(Packet(Kind.DISCONNECT, self.namespace))
        if carrier.is_alone(self):
            carrier.engine.close()
        else:
            carrier.alight(self)
            self._finish(Closed(at_s, "us", "disconnect packet"))

    def drop(self) -> None:
        """End the connection without a disconnect packet, as a lost network would: the target keeps its state."""
        if self._carrier is not None and self.is_open:
            self._carrier.engine.close()

    async def wait_closed(self, timeout_s: float) -> Closed:
        """Return how the connection ended, once it has; after `timeout_s` it is aborted.

        Raises:
            NotConnected: It was never open.
        """
        carrier = self._carrier
        if carrier is not None and (self._closed is None or carrier.is_alone(self) or carrier.is_empty):
            await carrier.engine.wait_gone(timeout_s)
        if self._opened is None or self._closed is None:
            raise NotConnected
        return self._closed


def _received(packet: Packet, first_s: float, at_s: float) -> Received:
    return Received(
        at_s, first_s, packet.namespace, event_name(packet.raw), packet.raw, packet.attachments, packet.ack_id
    )


def _shown(endpoint: Endpoint) -> object | None:
    """Return what CONNECT carries: the credentials, and what shows which state is wanted back."""
    recover, auth = endpoint.recover, endpoint.auth
    if recover is None or not (auth is None or isinstance(auth, Mapping)):
        return auth
    own: dict[str, object] = {"pid": recover.pid}
    if recover.offset is not None:
        own["offset"] = recover.offset
    return {**own, **(auth or {})}
