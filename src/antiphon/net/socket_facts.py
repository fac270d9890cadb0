"""What is asked of a user's socket, and what its owner is told: plain facts with their stamps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

import msgspec

from antiphon.core.errors import AntiphonError
from antiphon.wire.heard import Acknowledged, Received

EndedBy = Literal["target", "us", "network"]
EndedHow = Literal["disconnect packet", "close packet", "close frame", "cut", "ping timeout", "protocol error", "fault"]
RefusedBy = Literal["connect_error", "dropped", "http", "unreachable", "timeout", "not socket.io"]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a socket connects, and as whom.

    Attributes:
        url: `http`, `https`, `ws` or `wss`, host and port; a query in it is kept.
        path: Where Engine.IO listens.
        namespace: Which namespace to join.
        auth: What CONNECT carries; None sends nothing.
        headers: Sent with the WebSocket upgrade.
        query: Added to the URL's own.
    """

    url: str
    path: str = "/socket.io/"
    namespace: str = "/"
    auth: object | None = None
    headers: tuple[tuple[str, str], ...] = ()
    query: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Opened:
    """The target let the socket in.

    Attributes:
        at_s: When the answer to CONNECT came.
        started_s: When connecting began.
        sid: The name of the Engine.IO session.
        socket_id: The name of the socket in its namespace.
    """

    at_s: float
    started_s: float
    sid: str
    socket_id: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The socket did not come up.

    Attributes:
        at_s: When that was known.
        by: What refused it. `dropped`: the connection ended before CONNECT was answered.
            `not socket.io`: what answered does not speak Socket.IO 3 or newer over WebSocket.
        detail: What happened, as a sentence part.
        data: The payload of `connect_error`; of `http` the body, parsed if it is JSON, else its
            beginning as text.
        status: The HTTP status that came in place of an upgrade.
        code: The code of the close frame that dropped it.
    """

    at_s: float
    by: RefusedBy
    detail: str
    data: object = None
    status: int | None = None
    code: int | None = None


@dataclass(frozen=True, slots=True)
class Closed:
    """An open connection came to its end.

    Attributes:
        at_s: When the packet, frame or end that closed it was seen.
        by: Who ended it. `target`: its disconnect packet, close packet or close frame was seen.
            `network`: it was cut without a word, or fell silent. `us`: asked for, or broken off
            because of what came.
        how: By what. `fault`: Antiphon itself failed on what came.
        code: The close frame's code, if one came (of a breach: the one that we sent).
        reason: The close frame's reason.
        detail: What happened, as a sentence part.
    """

    at_s: float
    by: EndedBy
    how: EndedHow
    code: int | None = None
    reason: str = ""
    detail: str = ""


class Sent(msgspec.Struct, frozen=True, gc=False):
    """An emit left. A struct, because one is made for each.

    Attributes:
        at_s: When, stamped just before the write.
        ack_id: What the acknowledgement will carry; None if none was asked for.
    """

    at_s: float
    ack_id: int | None


@dataclass(eq=False, kw_only=True)
class NotConnected(AntiphonError):
    """Something was to be sent on a connection that is not open; nothing was sent."""

    closed: Closed | None = None

    def __str__(self) -> str:
        if self.closed is None:
            return "the socket is not open"
        ended = f"the socket is closed: {self.closed.how} by {self.closed.by}"
        return f"{ended}, {self.closed.detail}" if self.closed.detail else ended


class SocketListener(Protocol):
    """Whoever owns a connection. All is called inside the protocol's own callback, and must not wait.

    Events may be heard before `open` returns: in order, with the stamps of their frames.
    """

    def on_event(self, event: Received) -> None:
        """Take an event."""
        ...

    def on_ack(self, ack: Acknowledged) -> None:
        """Take the answer to an emit; numbers that were never asked for may come, too."""
        ...

    def on_beat(self, at_s: float, kind: str) -> None:
        """Take note of a sign of life: `ping` (Engine.IO, already answered), `ping frame` or `pong frame`."""
        ...

    def on_closed(self, closed: Closed) -> None:
        """Take note of the end; once for each connection that was opened, never for a refused one."""
        ...


class Allow(Protocol):
    """Whoever decides what may be connected to."""

    async def addresses(self, host: str, port: int) -> tuple[tuple[str, int], ...]:
        """Return the checked addresses and ports to connect to, in order; raise if none is allowed."""
        ...
