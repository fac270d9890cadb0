"""A plain WebSocket connection: messages of a target's own dialect, each an event, an answer, or both."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final, Literal

import orjson

from antiphon.core.clock import Clock
from antiphon.language.scope import MISSING
from antiphon.net.address import NoAddress, checked_headers, websocket_address
from antiphon.net.refusing import ended_before, not_upgraded
from antiphon.net.socket_facts import (
    Allow,
    Closed,
    FrameKind,
    NotConnected,
    Opened,
    PlainEndpoint,
    Refused,
    Sent,
    SocketListener,
)
from antiphon.net.ways import DIRECT, Ways
from antiphon.net.websocket import FRAME_LIMIT_BYTES, WebSocket
from antiphon.net.websocket_owner import Ended
from antiphon.wire import plain
from antiphon.wire.errors import LocalProtocolError
from antiphon.wire.heard import Acknowledged, Received
from antiphon.wire.plain import Dialect, Message

_PHASES: Final = ("the connection", "the WebSocket upgrade")
_PLACEHOLDER: Final = b'["binary",{"_placeholder":true,"num":0}]'


class PlainConnection:
    """One socket of one user; it is opened once."""

    __slots__ = (
        "_allow",
        "_answered_by",
        "_begun",
        "_closed",
        "_connect_timeout_s",
        "_dialect",
        "_listener",
        "_next_id",
        "_now",
        "_opened",
        "_prefix",
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
        self._dialect = Dialect()
        self._prefix = ""
        self._begun = False
        self._opened: Opened | None = None
        self._closed: Closed | None = None
        self._next_id = 0
        self._answered_by: dict[str, int] = {}

    async def open(self, endpoint: PlainEndpoint) -> Opened | Refused:
        """Connect; messages may be heard before this returns.

        Raises:
            LocalProtocolError: The endpoint cannot be put on a wire, or this connection was opened before.
            NotAllowed: The allow-list refuses the address.
        """
        if self._begun:
            raise LocalProtocolError(breach="a connection is opened once; make a new one")
        self._begun = True
        started_s = self._now()
        self._dialect, self._prefix = endpoint.dialect, endpoint.correlation_prefix
        headers = checked_headers(endpoint.headers)
        checked_headers([("sec-websocket-protocol", name) for name in endpoint.subprotocols])
        try:
            address = websocket_address(endpoint.url, query=endpoint.query)
        except NoAddress as error:
            return Refused(self._now(), "unreachable", str(error))
        try:
            async with asyncio.timeout(self._connect_timeout_s):
                missing = await self._ws.connect(
                    address,
                    allow=self._allow,
                    ways=self._ways,
                    headers=headers,
                    subprotocols=endpoint.subprotocols,
                )
        except TimeoutError:
            self._ws.abort()
            waited = _PHASES[min(self._ws.progress, 1)]
            return Refused(self._now(), "timeout", f"{waited} did not come within {self._connect_timeout_s:g} s")
        except BaseException:
            self._ws.abort()
            raise
        if missing is not None:
            self._ws.leave()
            return not_upgraded(missing, self._now(), foreign="not websocket")
        if self._closed is not None:  # it ended in the same breath
            return ended_before(self._closed, "anything could be said", foreign="not websocket")
        self._opened = Opened(self._ws.upgraded_s, started_s, subprotocol=self._ws.subprotocol)
        return self._opened

    def on_text(self, payload: bytes, at_s: float) -> None:
        """Take a text message; called by the WebSocket."""
        message = plain.decode(payload, self._dialect)
        answered = self._answered_by.pop(message.correlation, None) if message.correlation is not None else None
        if answered is None or message.is_named:
            self._listener.on_event(_received(message, at_s))
        if answered is not None:
            self._listener.on_ack(Acknowledged(at_s, answered, message.args))

    def on_binary(self, payload: bytes, at_s: float) -> None:
        """Take a binary message; called by the WebSocket."""
        self._listener.on_event(Received(at_s, at_s, "", plain.BINARY, _PLACEHOLDER, (payload,)))

    def on_sign(self, at_s: float, kind: Literal["ping", "pong"], payload: bytes) -> None:
        """Take note of a control frame; called by the WebSocket."""
        self._listener.on_frame(at_s, kind, payload)

    def on_ended(self, ended: Ended) -> None:
        """Take note of the connection's end; called by the WebSocket."""
        if self._closed is not None:
            return
        self._closed = Closed(ended.at_s, ended.by, ended.how, ended.code, ended.reason, ended.detail)
        if self._opened is not None:
            self._listener.on_closed(self._closed)

    def emit(self, name: str, args: Sequence[object], *, ack: bool) -> Sent:
        """Write a message now; an acknowledgement can be asked for where the dialect has a correlation.

        Raises:
            NotConnected: The connection is not open.
            LocalProtocolError: The data cannot be sent as JSON, or has no room for a name.
        """
        if not self.is_open:
            raise NotConnected(closed=self._closed)
        if len(args) > 1:
            raise LocalProtocolError(breach=f"has {len(args)} arguments; a plain message has one, its data")
        dialect, number = self._dialect, self._next_id + 1
        place = dialect.emit_correlation
        made: str | int | None = None
        if place is not None:
            made = number if dialect.correlates_by == "number" else f"{self._prefix}{number}"
        data = args[0] if args else MISSING
        message = plain.message_of(name, data, dialect, correlation=made)
        text = plain.encode(message)
        self._next_id = number
        carried = plain.correlation_text(plain.part_at(message, place)) if place is not None else None
        ack_id = None
        if ack and carried is not None:
            ack_id = number
            self._answered_by[carried] = number
        at_s = self._now()
        self._ws.send_text(text)
        return Sent(at_s, ack_id, message if not dialect.emit_data else None, carried)

    def drop(self) -> None:
        """End it; a plain WebSocket has one way of doing so."""
        self.close()

    async def flushed(self) -> None:
        """Return at once: nothing waits its turn on a WebSocket."""

    def acknowledge(self, ack_id: int, args: Sequence[object]) -> Sent:
        """Refuse: a plain WebSocket asks for no acknowledgement.

        Raises:
            LocalProtocolError: Always.
        """
        raise LocalProtocolError(breach="a plain WebSocket has no acknowledgements to give")

    def send_frame(self, kind: FrameKind, payload: bytes = b"", *, code: int | None = None) -> float:
        """Write a raw frame now, and return when; a close frame's payload is its reason.

        Raises:
            NotConnected: The connection is not open.
        """
        if not self.is_open:
            raise NotConnected(closed=self._closed)
        return self._ws.send_frame(kind, payload, code=code)

    @property
    def is_open(self) -> bool:
        """Whether the target let us in, and nobody has ended that since."""
        return self._opened is not None and self._closed is None and not self._ws.closing

    @property
    def closed(self) -> Closed | None:
        """How an open connection ended; None before that."""
        return self._closed if self._opened is not None else None

    @property
    def unsent_bytes(self) -> int:
        """How much of what was sent still waits for the network, because the target does not read."""
        return self._ws.unsent_bytes

    def close(self) -> None:
        """Leave politely: a close frame, which the target has two seconds to answer."""
        if self.is_open:
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


def _received(message: Message, at_s: float) -> Received:
    rest = message.args[1:]
    raw = b"[" + orjson.dumps(message.name) + (b"]" if rest == b"]" else b"," + rest)
    return Received(at_s, at_s, "", message.name, raw, correlation=message.correlation)
