"""A Socket.IO connection over WebSocket: what the wire's tables say, done on a real network."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final, Literal

from antiphon.core.clock import Clock
from antiphon.net.address import NoAddress, checked_headers, websocket_address
from antiphon.net.refusing import ended_before, not_upgraded
from antiphon.net.socket_facts import (
    Allow,
    Closed,
    Endpoint,
    FrameKind,
    NotConnected,
    Opened,
    Refused,
    Sent,
    SocketListener,
)
from antiphon.net.ways import DIRECT, Ways
from antiphon.net.websocket import FRAME_LIMIT_BYTES, Ended, WebSocket
from antiphon.wire import engineio, membership
from antiphon.wire.errors import LocalProtocolError, excerpt
from antiphon.wire.heard import Acknowledged, Received
from antiphon.wire.membership import Membership
from antiphon.wire.payload import dump
from antiphon.wire.socketio import (
    MOST_ID_DIGITS,
    Decoder,
    Kind,
    Packet,
    acknowledgement,
    connect,
    encode,
    event_name,
    namespace_prefix,
)

_ENGINE_QUERY: Final = (("EIO", "4"), ("transport", "websocket"))
_LOOK_AGAIN_S: Final = 0.02
"""Our own lag may have kept us from reading a ping that is in time: read what is there, then decide."""
_LONGEST_TIMER_S: Final = 3600.0

_PHASES: Final = ("the connection", "the WebSocket upgrade", "the Engine.IO handshake", "the answer to CONNECT")


class SocketIOConnection:
    """One socket of one user in one namespace; it is opened once."""

    __slots__ = (
        "_ack_head",
        "_allow",
        "_answer",
        "_closed",
        "_connect_packet",
        "_connect_timeout_s",
        "_decoder",
        "_engine",
        "_event_head",
        "_event_prefix",
        "_hot",
        "_listener",
        "_looked_again",
        "_membership",
        "_next_ack_id",
        "_now",
        "_opened",
        "_started_s",
        "_timer",
        "_ways",
        "_ws",
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
        self._listener = listener
        self._now = clock.now_s
        self._allow = allow
        self._ways = ways
        self._connect_timeout_s = connect_timeout_s
        self._ws = WebSocket(self, clock=clock, limit_bytes=limit_bytes)
        self._engine = engineio.Session()
        self._membership = Membership()
        self._decoder = Decoder(limit_bytes=limit_bytes)
        self._answer: asyncio.Future[Opened | Refused] | None = None
        self._started_s = 0.0
        self._connect_packet = b""
        self._event_prefix = b"42"
        self._event_head = b'42["'
        self._ack_head = b"43"
        self._opened: Opened | None = None
        self._closed: Closed | None = None
        self._next_ack_id = 0
        self._hot = False  # between packets of an open session: an event may be taken by its first bytes
        self._timer: asyncio.TimerHandle | None = None
        self._looked_again = False

    async def open(self, endpoint: Endpoint) -> Opened | Refused:
        """Connect and join the namespace; events may be heard before this returns.

        Raises:
            LocalProtocolError: The endpoint cannot be put on a wire, or this connection was opened before.
            NotAllowed: The allow-list refuses the address.
        """
        if self._answer is not None:
            raise LocalProtocolError(breach="a connection is opened once; make a new one")
        self._started_s = self._now()
        self._connect_packet = b"4" + connect(endpoint.namespace, endpoint.auth)
        prefix = namespace_prefix(endpoint.namespace)
        self._event_prefix, self._event_head, self._ack_head = b"42" + prefix, b'42%b["' % prefix, b"43" + prefix
        self._membership = Membership(endpoint.namespace)
        headers = checked_headers(endpoint.headers)
        self._answer = asyncio.get_running_loop().create_future()
        try:
            address = websocket_address(endpoint.url, path=endpoint.path, query=(*_ENGINE_QUERY, *endpoint.query))
        except NoAddress as error:
            return Refused(self._now(), "unreachable", str(error))
        try:
            async with asyncio.timeout(self._connect_timeout_s):
                missing = await self._ws.connect(address, allow=self._allow, ways=self._ways, headers=headers)
                if missing is not None:
                    return not_upgraded(missing, self._now(), foreign="not socket.io")
                return await self._answer
        except TimeoutError:
            if self._opened is not None:
                return self._opened
            return self._timed_out()
        except BaseException:
            self._drop()
            raise
        finally:
            if self._opened is None:
                self._leave()

    def _timed_out(self) -> Refused:
        waited = _PHASES[self._phase()]
        self._drop()
        return Refused(self._now(), "timeout", f"{waited} did not come within {self._connect_timeout_s:g} s")

    def _phase(self) -> int:
        if self._engine.state is engineio.State.OPEN:
            return 3
        return self._ws.progress

    def on_text(self, payload: bytes, at_s: float) -> None:
        """Take a text message; called by the WebSocket."""
        # The hot path: a plain event or acknowledgement of our namespace makes no packet and takes no step of a table
        # (0.5 and 0.6 microseconds against 5 and 6, benchmarks/socketio_cpu.py). All else, and all doubt, goes there.
        if self._hot and payload.endswith(b"]"):
            if payload.startswith(self._event_head):
                raw = payload[len(self._event_head) - 2 :]
                self._listener.on_event(Received(at_s, at_s, self._membership.namespace, event_name(raw), raw))
                return
            if payload.startswith(self._ack_head) and self._opened is not None:
                start = len(self._ack_head)
                cut = payload.find(b"[", start, start + MOST_ID_DIGITS + 1)
                digits = payload[start:cut] if cut > 0 else b""
                if digits.isdigit():
                    self._listener.on_ack(Acknowledged(at_s, int(digits), payload[cut:]))
                    return
        self._on_packet(engineio.decode(payload), at_s)

    def on_binary(self, payload: bytes, at_s: float) -> None:
        """Take a binary message; called by the WebSocket."""
        self._on_packet(engineio.decode(payload, binary=True), at_s)

    def on_sign(self, at_s: float, kind: Literal["ping", "pong"], payload: bytes) -> None:
        """Take note of a control frame; called by the WebSocket."""
        self._listener.on_frame(at_s, kind, payload)

    def _on_packet(self, packet: engineio.Packet, at_s: float) -> None:
        self._engine, do = engineio.on_packet(self._engine, packet, now_s=at_s)
        match do:
            case engineio.Do.DELIVER:
                self._on_message(packet, at_s)
            case engineio.Do.ANSWER:
                self._ws.send_text(b"3" + packet.data)
                self._listener.on_beat(at_s, "ping")
            case engineio.Do.GREET:
                self._ws.send_text(self._connect_packet)
                self._hot = True
                self._watch_silence()
            case engineio.Do.HANG_UP:
                self._finish(Closed(at_s, "target", "close packet"))
                self._ws.close()
            case engineio.Do.NOTHING:
                pass

    def _on_message(self, message: engineio.Packet, at_s: float) -> None:
        decoder = self._decoder
        packet = decoder.binary(message.data) if message.binary else decoder.text(message.data, now_s=at_s)
        self._hot = not decoder.collecting
        if packet is None:
            return
        self._membership, do = membership.on_packet(self._membership, packet)
        match do:
            case membership.Do.HEAR:
                self._listener.on_event(_received(packet, decoder.first_s, at_s))
            case membership.Do.ANSWER:
                if packet.ack_id is not None:
                    self._listener.on_ack(Acknowledged(at_s, packet.ack_id, packet.raw, packet.attachments))
            case membership.Do.WELCOME:
                self._welcome(at_s)
            case membership.Do.REFUSE:
                self._refuse(packet, at_s)
            case membership.Do.LEAVE:
                self._finish(Closed(at_s, "target", "disconnect packet"))
                self._ws.close()
            case membership.Do.NOTHING:
                pass

    def _welcome(self, at_s: float) -> None:
        sid = self._engine.handshake.sid if self._engine.handshake is not None else ""
        self._opened = Opened(at_s, self._started_s, sid, self._membership.socket_id)
        self._settle(self._opened)

    def _refuse(self, packet: Packet, at_s: float) -> None:
        self._settle(Refused(at_s, "connect_error", excerpt(packet.raw), packet.data))
        self._leave()

    def on_ended(self, ended: Ended) -> None:
        """Take note of the connection's end; called by the WebSocket."""
        how = "disconnect packet" if ended.by == "us" and ended.how == "close frame" else ended.how
        self._finish(Closed(ended.at_s, ended.by, how, ended.code, ended.reason, ended.detail))

    def _finish(self, closed: Closed) -> None:
        if self._closed is not None:
            return
        self._closed = closed
        self._engine = engineio.on_hang_up(self._engine)
        self._stop_timer()
        if self._opened is not None:
            self._listener.on_closed(closed)
        else:
            self._settle(ended_before(closed, "CONNECT was answered", foreign="not socket.io"))

    def _settle(self, outcome: Opened | Refused) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(outcome)

    def emit(self, name: str, args: Sequence[object], *, ack: bool) -> Sent:
        """Write an event now; bytes among the arguments go as attachments.

        Raises:
            NotConnected: The connection is not open.
            LocalProtocolError: An argument cannot be sent as JSON.
        """
        raw, attachments = dump([name, *args])
        return self.emit_raw(raw, attachments, ack=ack)

    def emit_raw(self, raw: bytes, attachments: tuple[bytes, ...] = (), *, ack: bool) -> Sent:
        """Write an event whose payload is JSON already: a list, the name first.

        Raises:
            NotConnected: The connection is not open.
        """
        if not self.is_open:
            raise NotConnected(closed=self._closed)
        ack_id = None
        if ack:
            ack_id = self._next_ack_id
            self._next_ack_id += 1
        if attachments:
            packet = Packet(Kind.BINARY_EVENT, self._membership.namespace, ack_id, raw, attachments)
            return Sent(self._send(packet), ack_id)
        text = self._event_prefix + raw if ack_id is None else b"%b%d%b" % (self._event_prefix, ack_id, raw)
        at_s = self._now()
        self._ws.send_text(text)
        return Sent(at_s, ack_id)

    def acknowledge(self, ack_id: int, args: Sequence[object]) -> None:
        """Answer an event that asked for it.

        Raises:
            NotConnected: The connection is not open.
            LocalProtocolError: An argument cannot be sent as JSON.
        """
        if not self.is_open:
            raise NotConnected(closed=self._closed)
        self._send(acknowledgement(ack_id, args, namespace=self._membership.namespace))

    def send_frame(self, kind: FrameKind, payload: bytes = b"", *, code: int | None = None) -> float:
        """Write a raw frame now, and return when; a close frame's payload is its reason.

        Raises:
            NotConnected: The connection is not open.
        """
        if not self.is_open:
            raise NotConnected(closed=self._closed)
        return self._ws.send_frame(kind, payload, code=code)

    def _send(self, packet: Packet) -> float:
        self._membership = membership.on_send(self._membership, packet.kind)
        text = b"4" + encode(packet)
        at_s = self._now()
        self._ws.send_text(text)
        for attachment in packet.attachments:
            self._ws.send_binary(attachment)
        return at_s

    @property
    def is_open(self) -> bool:
        """Whether the namespace let us in, and nobody has ended that since."""
        return self._opened is not None and self._closed is None and not self._ws.closing

    @property
    def closed(self) -> Closed | None:
        """How an open connection ended; None before that."""
        return self._closed if self._opened is not None else None

    @property
    def unsent_bytes(self) -> int:
        """How much of what was emitted still waits for the network, because the target does not read."""
        return self._ws.unsent_bytes

    def close(self) -> None:
        """Leave politely: a disconnect packet, then a close frame, which the target has two seconds to answer."""
        if self.is_open:
            self._send(Packet(Kind.DISCONNECT, self._membership.namespace))
            self._stop_timer()
            self._ws.close()

    async def wait_closed(self, timeout_s: float) -> Closed:
        """Return how the connection ended, once it has; after `timeout_s` it is aborted.

        Raises:
            NotConnected: It was never open.
        """
        await self._ws.wait_gone(timeout_s)
        if self._opened is None or self._closed is None:
            raise NotConnected
        return self._closed

    def _leave(self) -> None:
        self._stop_timer()
        self._ws.leave()

    def _drop(self) -> None:
        self._stop_timer()
        self._ws.abort()

    def _watch_silence(self) -> None:
        left_s = self._engine.ping_due_s - self._now()
        if left_s > 0:
            self._looked_again = False
            self._call_later(min(max(left_s, 0.001), _LONGEST_TIMER_S))
        elif not self._looked_again:
            self._looked_again = True
            self._call_later(_LOOK_AGAIN_S)
        else:
            silence_s = self._engine.handshake.silence_s if self._engine.handshake is not None else 0.0
            detail = f"no ping came for {silence_s:g} s"
            self._finish(Closed(self._now(), "network", "ping timeout", detail=detail))
            self._ws.abort()

    def _call_later(self, delay_s: float) -> None:
        self._timer = asyncio.get_running_loop().call_later(delay_s, self._watch_silence)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def _received(packet: Packet, first_s: float, at_s: float) -> Received:
    return Received(
        at_s, first_s, packet.namespace, event_name(packet.raw), packet.raw, packet.attachments, packet.ack_id
    )
