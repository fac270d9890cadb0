"""A WebSocket on picows: messages, signs of life and one end, each stamped in the protocol's own callback.

picows' read buffer grows with the largest frame and does not shrink: after a frame of 100 kB a
connection keeps some 130 KiB until it closes.

Texts that one read of the network brought are stamped once, when the first of them is seen, and handed on
together: a flood costs a call for each read, not for each event.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence
from typing import Any, Final

from picows import (
    WSCloseCode,
    WSFrame,
    WSHandshakeError,
    WSListener,
    WSMsgType,
    WSTransport,
    WSUpgradeRequest,
    WSUpgradeResponse,
    ws_connect,
)

from antiphon.core.clock import Clock
from antiphon.core.text import visible
from antiphon.net.address import Address
from antiphon.net.connect import Reached, reach, reason_of
from antiphon.net.exchange import Failure
from antiphon.net.picows_edges import SILENCE, close_words, number, take_exception
from antiphon.net.proxy import ProxyRefused
from antiphon.net.socket_facts import Allow, FrameKind
from antiphon.net.upgrade_refusal import NotUpgraded, read_refusal
from antiphon.net.ways import DIRECT, Way, Ways
from antiphon.net.websocket_owner import Ended, Owner, TakeTexts
from antiphon.wire.errors import RemoteProtocolError

FRAME_LIMIT_BYTES: Final = 16 * 1024 * 1024
CLOSE_GRACE_S: Final = 2.0
"""How long a close frame of ours waits for its answer."""
END_GRACE_S: Final = 0.25
"""How long the target has to end the connection when both sides have said goodbye (RFC 6455, 7.1.1), before we do."""

_READ_BUFFER_BYTES: Final = 2048  # the least that picows takes; 1,000 idle users keep 2 MiB, not 16
_TEXT: Final = WSMsgType.TEXT


class WebSocket(WSListener):
    """One connection, used once."""

    __slots__ = (
        "_deadline",
        "_ended",
        "_gone",
        "_limit_bytes",
        "_now",
        "_owner",
        "_part_kind",
        "_parts",
        "_parts_bytes",
        "_read_s",
        "_subprotocols",
        "_texts",
        "_transport",
        "_waiter",
        "closing",
        "on_text",
        "on_texts",
        "progress",
        "subprotocol",
        "upgraded_s",
    )

    def __init__(self, owner: Owner, *, clock: Clock, limit_bytes: int = FRAME_LIMIT_BYTES) -> None:
        self._owner = owner
        self._now = clock.now_s
        self._limit_bytes = limit_bytes
        self._transport: WSTransport | None = None
        self._parts: list[bytes] | None = None
        self._parts_bytes = 0
        self._part_kind = _TEXT
        self._texts: list[bytes] = []
        self._read_s = 0.0
        self._ended = False
        self._gone = False
        self._deadline: asyncio.TimerHandle | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._subprotocols: Sequence[str] = ()
        self.subprotocol = ""
        """What the target chose of the subprotocols that were offered."""
        self.on_text = owner.on_text
        """Takes text messages; may be replaced by what needs one call less for each."""
        self.on_texts: TakeTexts | None = None
        """Takes as many as it can of the texts that one read brought; the next one goes to `on_text`."""
        self.closing = False
        """Whether we have said goodbye; nothing is delivered any more."""
        self.upgraded_s = 0.0
        """When the target upgraded the connection."""
        self.progress = 0
        """How far connecting came: 0 nothing, 1 connected, 2 upgraded."""

    async def connect(
        self,
        address: Address,
        *,
        allow: Allow,
        ways: Ways = DIRECT,
        headers: Sequence[tuple[str, str]] = (),
        subprotocols: Sequence[str] = (),
    ) -> NotUpgraded | None:
        """Connect, and return None once frames may come; they may before this returns.

        It has no deadline of its own: cancelling it closes what was begun. Of subprotocols that are offered the
        target must choose one.

        Raises:
            NotAllowed: `allow` refuses the address.
        """
        way = ways.to(address.host, address.port)
        try:
            found = await reach(address.host, address.port, way=way, allow=allow)
        except ProxyRefused as error:
            return NotUpgraded("unreachable", str(error))
        except OSError as error:
            return _unreachable(error, address)
        if isinstance(found, Failure):
            return NotUpgraded("unreachable", found.detail)
        sock = found.sock
        # picows closes its handle of the connection as soon as it has read the head of a refusal.
        # A second one reads the body on, and ends a connection whose opening is cancelled.
        spare = sock.dup()
        self.progress = 1
        self._subprotocols = subprotocols
        if subprotocols:
            headers = (*headers, ("Sec-WebSocket-Protocol", ", ".join(subprotocols)))
        try:
            await self._upgrade(address, found, way, headers)
        except WSHandshakeError as error:
            return await read_refusal(error, None if address.secure else spare)
        except OSError as error:
            return _unreachable(error, address)
        except BaseException:
            _shut(spare)
            raise
        finally:
            spare.close()
        if self._transport is None:
            # The alert in which TLS 1.3 says why is not handed on by picows.
            why = " (over TLS: does the server want a client certificate, `http.tls.cert`?)" if address.secure else ""
            return NotUpgraded("dropped", f"the connection ended before the WebSocket upgrade was answered{why}")
        return None

    async def _upgrade(self, address: Address, reached: Reached, way: Way, headers: Sequence[tuple[str, str]]) -> None:
        tls: dict[str, Any] = {"server_hostname": address.host, "ssl_context": way.tls} if address.secure else {}
        await ws_connect(
            self._taken,
            address.url_at(reached.ip, reached.port),
            websocket_handshake_timeout=None,
            logger_name=SILENCE,
            enable_auto_pong=False,
            max_frame_size=self._limit_bytes,
            extra_headers=[("Host", address.host_header), *headers],
            max_redirects=0,
            read_buffer_init_size=_READ_BUFFER_BYTES,
            socket_factory=lambda _: _still_connected(reached.sock),
            **tls,
        )

    def _taken(self, request: WSUpgradeRequest, response: WSUpgradeResponse) -> WebSocket:
        # RFC 6455, 4.1: an answer that uses what was not offered fails the connection.
        name = "Sec-WebSocket-Extensions"
        if name in response.headers:
            raise WSHandshakeError(f"the upgrade uses `{name}: {response.headers[name]}`, which was not offered")
        self.subprotocol = response.headers.get("Sec-WebSocket-Protocol") or ""
        if self.subprotocol and self.subprotocol not in self._subprotocols:
            chosen = f"Sec-WebSocket-Protocol: {self.subprotocol}"
            raise WSHandshakeError(f"the upgrade uses `{chosen}`, which was not offered")
        if self._subprotocols and not self.subprotocol:  # browsers fail it, too
            offered = ", ".join(self._subprotocols)
            raise WSHandshakeError(f"the upgrade chooses none of the subprotocols that were offered ({offered})")
        return self

    def on_ws_connected(self, transport: WSTransport) -> None:
        """Begin; called by picows."""
        self._transport = transport
        self.upgraded_s = self._now()
        self.progress = 2

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        """Take a frame; called by picows."""
        # The hot path: a whole text. picows hands on all that it has read before it returns, and marks the last.
        kind = frame.msg_type
        if kind is _TEXT and frame.fin and self._parts is None and not frame.rsv1 and not self.closing:
            texts = self._texts
            if not texts:
                self._read_s = self._now()
            texts.append(frame.get_payload_as_bytes())
            if frame.last_in_buffer:
                self._deliver()
            return
        at_s = self._now()
        if self._texts:
            self._deliver()
        if self.closing:
            if kind is WSMsgType.CLOSE:
                self._close_answered(frame, at_s)
            return
        try:
            self._other_frame(transport, frame, kind, at_s)
        except RemoteProtocolError as error:
            self._break_off(at_s, WSCloseCode.PROTOCOL_ERROR, str(error))
        except Exception as error:  # noqa: BLE001 - the edge: an exception of the owner's would vanish in picows
            self._break_off_by_fault(at_s, error)

    def _deliver(self) -> None:
        """Hand on the texts that wait; what comes after a goodbye is not delivered."""
        texts, at_s = self._texts, self._read_s
        self._texts = []
        try:
            if len(texts) == 1:
                self.on_text(texts[0], at_s)
                return
            done = 0
            while done < len(texts) and not self.closing:
                taken = self.on_texts(texts, done, at_s) if self.on_texts is not None else 0
                if not taken:
                    self.on_text(texts[done], at_s)
                done += taken or 1
        except RemoteProtocolError as error:
            self._break_off(at_s, WSCloseCode.PROTOCOL_ERROR, str(error))
        except Exception as error:  # noqa: BLE001 - the edge: an exception of the owner's would vanish in picows
            self._break_off_by_fault(at_s, error)

    def _other_frame(self, transport: WSTransport, frame: WSFrame, kind: WSMsgType, at_s: float) -> None:
        if frame.rsv1 or frame.rsv2 or frame.rsv3:
            raise RemoteProtocolError(breach="a frame uses a WebSocket extension that was not offered")
        match kind:
            case WSMsgType.TEXT | WSMsgType.BINARY | WSMsgType.CONTINUATION:
                self._data_frame(frame, kind, at_s)
            case WSMsgType.PING:
                payload = frame.get_payload_as_bytes()
                transport.send_pong(payload)
                self._owner.on_sign(at_s, "ping", payload)
            case WSMsgType.PONG:
                self._owner.on_sign(at_s, "pong", frame.get_payload_as_bytes())
            case WSMsgType.CLOSE:
                self._closed_by_target(transport, frame, at_s)

    def _data_frame(self, frame: WSFrame, kind: WSMsgType, at_s: float) -> None:
        payload = frame.get_payload_as_bytes()
        if (kind is WSMsgType.CONTINUATION) != (self._parts is not None):
            which = "begins inside another" if self._parts is not None else "goes on that never began"
            raise RemoteProtocolError(breach=f"a fragmented message {which}")
        if self._parts is None:
            if not frame.fin:
                self._parts, self._parts_bytes, self._part_kind = [payload], len(payload), kind
                return
        else:
            self._parts.append(payload)
            self._parts_bytes += len(payload)
            if self._parts_bytes > self._limit_bytes:
                self._break_off(
                    at_s, WSCloseCode.MESSAGE_TOO_BIG, f"a fragmented message exceeds {self._limit_bytes} bytes"
                )
                return
            if not frame.fin:
                return
            payload, kind, self._parts = b"".join(self._parts), self._part_kind, None
        deliver = self.on_text if kind is _TEXT else self._owner.on_binary
        deliver(payload, at_s)

    def _closed_by_target(self, transport: WSTransport, frame: WSFrame, at_s: float) -> None:
        code, reason = close_words(frame)
        self.closing = True
        transport.send_close(WSCloseCode.OK if code is None else code)  # type: ignore[arg-type]  # any int will do
        self._hang_up_after(END_GRACE_S)
        self._tell(Ended(at_s, "target", "close frame", code, reason))

    def _close_answered(self, frame: WSFrame, at_s: float) -> None:
        code, reason = close_words(frame)
        self._hang_up_after(END_GRACE_S)
        self._tell(Ended(at_s, "us", "close frame", code, reason))

    def _break_off(self, at_s: float, code: WSCloseCode, why: str) -> None:
        self.close(code)
        self._tell(Ended(at_s, "us", "protocol error", int(code.value), "", why))

    def _break_off_by_fault(self, at_s: float, error: Exception) -> None:
        self.close(WSCloseCode.INTERNAL_ERROR)
        asyncio.get_running_loop().call_exception_handler(
            {"message": "a listener failed on what came over a WebSocket", "exception": error}
        )
        self._tell(Ended(at_s, "us", "fault", int(WSCloseCode.INTERNAL_ERROR.value), "", f"{error!r}"))

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        """Take note that the connection is gone; called by picows, once."""
        self._gone = True
        if self._texts:  # of a read whose last frame was not marked
            self._deliver()
        if self._deadline is not None:
            self._deadline.cancel()
        if not self._ended:
            self._tell(self._unannounced(transport))
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def _unannounced(self, transport: WSTransport) -> Ended:
        at_s = self._now()
        if self.closing:
            what = "the target did not answer the close frame"
            unsaid = "we ended it without a close frame"
            return Ended(at_s, "us", "cut", detail=what if transport.is_close_frame_sent else unsaid)
        if not transport.is_close_frame_sent:
            return Ended(at_s, "network", "cut", detail="the connection ended without a close frame")
        # picows broke it off because of what came.
        take_exception(transport)
        sent = transport.close_handshake.sent
        code, why = (number(sent.code), sent.reason) if sent is not None else (None, "")
        return Ended(at_s, "us", "protocol error", code, "", visible(why))

    def send_text(self, payload: bytes) -> None:
        """Write a text message now; the caller has checked that the connection is open."""
        assert self._transport is not None  # noqa: S101 - the owner sends only between connect and the end
        self._transport.send(_TEXT, payload)

    def send_binary(self, payload: bytes) -> None:
        """Write a binary message now; the caller has checked that the connection is open."""
        assert self._transport is not None  # noqa: S101 - as above
        self._transport.send(WSMsgType.BINARY, payload)

    def send_frame(self, kind: FrameKind, payload: bytes = b"", *, code: int | None = None) -> float:
        """Write any frame now, and return when; the caller has checked that the connection is open.

        After a close frame nothing is delivered any more, as after `close`.
        """
        assert self._transport is not None  # noqa: S101 - as above
        at_s = self._now()
        match kind:
            case "text":
                self._transport.send(_TEXT, payload)
            case "binary":
                self._transport.send(WSMsgType.BINARY, payload)
            case "ping":
                self._transport.send_ping(payload)
            case "pong":
                self._transport.send_pong(payload)
            case "close":
                self.close(WSCloseCode.OK if code is None else code, payload)
        return at_s

    @property
    def unsent_bytes(self) -> int:
        """How much of what was sent still waits for the network, because the peer does not read."""
        if self._transport is None or self._gone:
            return 0
        return self._transport.underlying_transport.get_write_buffer_size()

    def close(self, code: WSCloseCode | int = WSCloseCode.OK, reason: bytes = b"") -> None:
        """Say goodbye; the connection ends when the target has answered, or after two seconds."""
        if self._transport is None or self.closing:
            return
        self.closing = True
        self._transport.send_close(code, reason)  # type: ignore[arg-type]  # any int will do
        self._hang_up_after(CLOSE_GRACE_S)

    def leave(self) -> None:
        """Say goodbye and end the connection as soon as that is written, the answer unheard."""
        if self._transport is not None and not self._gone:
            self.close()
            self._transport.disconnect()

    def abort(self) -> None:
        """End the connection now, unsent bytes and all."""
        if self._transport is not None and not self._gone:
            self.closing = True
            self._transport.disconnect(graceful=False)

    async def wait_gone(self, timeout_s: float) -> None:
        """Return when the connection has ended; after `timeout_s` it is aborted."""
        if self._transport is None or self._gone:
            return
        if self._waiter is None:
            self._waiter = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(timeout_s):
                await asyncio.shield(self._waiter)
        except TimeoutError:
            self.abort()
            await asyncio.shield(self._waiter)  # the loop calls back in its next round

    def pause_writing(self) -> None:
        """Go on; `unsent_bytes` tells. Called by picows."""

    def resume_writing(self) -> None:
        """Go on. Called by picows."""

    def _hang_up_after(self, grace_s: float) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        self._deadline = asyncio.get_running_loop().call_later(grace_s, self.abort)

    def _tell(self, ended: Ended) -> None:
        if not self._ended:
            self._ended = True
            self._owner.on_ended(ended)


def _unreachable(error: OSError, address: Address) -> NotUpgraded:
    why, advice = reason_of(error, address.host)
    return NotUpgraded("unreachable", f"{why} at {address.host_header}" + (f"; {advice}" if advice else ""))


def _still_connected(sock: socket.socket) -> socket.socket:
    # picows connects a socket that is not connected, and would leave one that cannot be to the collector.
    try:
        sock.getpeername()
    except OSError:
        sock.close()
        raise
    return sock


def _shut(sock: socket.socket) -> None:
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it is gone already
