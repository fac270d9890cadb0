"""What is asked of a user's socket, and what its owner is told: plain facts with their stamps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import msgspec
from msgspec import Struct, field

from antiphon.core.errors import AntiphonError
from antiphon.wire.heard import Acknowledged, Received
from antiphon.wire.plain import Dialect

EndedBy = Literal["target", "us", "network"]
EndedHow = Literal[
    "disconnect packet",
    "close packet",
    "close frame",
    "cut",
    "ping timeout",
    "http",
    "protocol error",
    "fault",
]
Transport = Literal["polling", "websocket"]
RefusedBy = Literal[
    "connect_error", "dropped", "http", "event", "unreachable", "timeout", "not socket.io", "not websocket"
]
FrameKind = Literal["text", "binary", "ping", "pong", "close"]


class Recoverable(Struct, frozen=True):
    """What a client shows to have the state of a lost connection restored (Socket.IO's connection state recovery).

    Attributes:
        pid: The private name of the lost connection.
        offset: Of the last event that was heard on it; None if none was.
    """

    pid: str
    offset: str | None = None


class Endpoint(Struct, frozen=True):
    """Where a socket connects, and as whom.

    Attributes:
        url: `http`, `https`, `ws` or `wss`, host and port; a query in it is kept.
        path: Where Engine.IO listens.
        namespace: Which namespace to join.
        auth: What CONNECT carries; None sends nothing.
        headers: Sent with the WebSocket upgrade, or with each request of polling.
        query: Added to the URL's own.
        transports: The first is begun with. From polling the connection moves on to WebSocket where that is named,
            too, and the target offers it; where a WebSocket is refused, polling takes its place if it is named.
        recover: The connection whose state is wanted back; None: there is none.
    """

    url: str
    path: str = "/socket.io/"
    namespace: str = "/"
    auth: object | None = None
    headers: tuple[tuple[str, str], ...] = ()
    query: tuple[tuple[str, str], ...] = ()
    transports: tuple[Transport, ...] = ("websocket",)
    recover: Recoverable | None = None


class PlainEndpoint(Struct, frozen=True):
    """Where a plain WebSocket connects, and how its target writes messages.

    Attributes:
        url: `http`, `https`, `ws` or `wss`, host, port, path and query.
        dialect: Where the parts of its messages stand.
        correlation_prefix: What the correlations that are made for emits begin with; unique to this connection.
        headers: Sent with the WebSocket upgrade.
        query: Added to the URL's own.
        subprotocols: Offered with the upgrade; the target must choose one of them.
    """

    url: str
    dialect: Dialect = field(default_factory=Dialect)
    correlation_prefix: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    query: tuple[tuple[str, str], ...] = ()
    subprotocols: tuple[str, ...] = ()


class Opened(Struct, frozen=True):
    """The target let the socket in.

    Attributes:
        at_s: When the answer to CONNECT came; of a plain WebSocket, to the upgrade.
        started_s: When connecting began.
        sid: The name of the Engine.IO session.
        socket_id: The name of the socket in its namespace.
        subprotocol: What the target chose of those that were offered.
        transport: What carried the answer to CONNECT.
        pid: The private name by which the connection's state can be recovered; empty where the target recovers none.
        recovered: Whether it is the state that was asked for.
    """

    at_s: float
    started_s: float
    sid: str = ""
    socket_id: str = ""
    subprotocol: str = ""
    transport: Transport = "websocket"
    pid: str = ""
    recovered: bool = False


class Upgraded(Struct, frozen=True):
    """A connection moved on from polling to WebSocket, or tried in vain and stays with polling.

    Attributes:
        at_s: When the WebSocket took over, or the attempt was given up.
        failure: Why it was in vain; empty if it was not.
    """

    at_s: float
    failure: str = ""


class Refused(Struct, frozen=True):
    """The socket did not come up.

    Attributes:
        at_s: When that was known.
        by: What refused it. `dropped`: the connection ended before CONNECT was answered.
            `event`: one that the profile or the step names. `not socket.io`: what answered does not
            speak Socket.IO 3 or newer; `not websocket`: it does not speak WebSocket.
        detail: What happened, as a sentence part.
        data: The payload of `connect_error`; an event's first argument; of `http` the body, parsed if it
            is JSON, else its beginning as text.
        status: The HTTP status that came in place of an upgrade.
        code: The code of the close frame that dropped it.
        event: The name of the event that refused it.
    """

    at_s: float
    by: RefusedBy
    detail: str
    data: object = None
    status: int | None = None
    code: int | None = None
    event: str = ""


class Closed(Struct, frozen=True):
    """An open connection came to its end.

    Attributes:
        at_s: When the packet, frame or end that closed it was seen.
        by: Who ended it. `target`: its disconnect packet, close packet or close frame was seen.
            `network`: it was cut without a word, or fell silent. `us`: asked for, or broken off
            because of what came.
        how: By what. `http`: a request of polling was answered by something else than success, which says
            that the session is over. `fault`: Antiphon itself failed on what came.
        code: The close frame's code, if one came (of a breach: the one that we sent), or the HTTP status.
        reason: The close frame's reason.
        detail: What happened, as a sentence part.
    """

    at_s: float
    by: EndedBy
    how: EndedHow
    code: int | None = None
    reason: str = ""
    detail: str = ""


class Sent(msgspec.Struct, gc=False):
    """An emit left. A struct, because one is made for each.

    Attributes:
        at_s: When, stamped just before the write. Over polling it is when it was handed over until the request
            leaves that takes it along, and the moment of that from then on.
        ack_id: What the acknowledgement will carry; None if none was asked for, or the target cannot give one.
        data: The data as it went, where a correlation or a name was put into it; None if it went as it was.
        correlation: What an answer that names it will carry; None if nothing.
    """

    at_s: float
    ack_id: int | None
    data: object = None
    correlation: str | None = None


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

    def on_run(self, name: str, args: Sequence[bytes], at_s: float) -> bool:
        """Take events of one name that came with one read, none of which asks for anything.

        Args:
            name: Their name.
            args: The JSON list of each one's arguments, without the name.
            at_s: When they came.

        Returns:
            Whether it took them; else each comes by itself.
        """
        ...

    def on_ack(self, ack: Acknowledged) -> None:
        """Take the answer to an emit; numbers that were never asked for may come, too."""
        ...

    def on_beat(self, at_s: float, kind: str) -> None:
        """Take note of a sign of life: `ping` (Engine.IO, already answered)."""
        ...

    def on_frame(self, at_s: float, kind: FrameKind, payload: bytes) -> None:
        """Take note of a frame that is neither event nor answer: a ping (already answered), a pong, a text."""
        ...

    def on_upgraded(self, upgraded: Upgraded) -> None:
        """Take note that polling gave way to WebSocket, or failed to; perhaps before `open` returns."""
        ...

    def on_closed(self, closed: Closed) -> None:
        """Take note of the end; once for each connection that was opened, never for a refused one."""
        ...


class Allow(Protocol):
    """Whoever decides what may be connected to."""

    async def addresses(self, host: str, port: int) -> tuple[tuple[str, int], ...]:
        """Return the checked addresses and ports to connect to, in order; raise if none is allowed."""
        ...

    async def name_for_proxy(self, host: str, port: int) -> str:
        """Return what a proxy may be asked for; raise if the host is not allowed."""
        ...
