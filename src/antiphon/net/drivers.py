"""What every kind of socket can do, and which kind an endpoint needs."""

from __future__ import annotations

from collections.abc import Coroutine, Sequence
from typing import Any, Protocol

from antiphon.core.clock import Clock
from antiphon.net.plain import PlainConnection
from antiphon.net.socket_facts import (
    Allow,
    Closed,
    Endpoint,
    FrameKind,
    Opened,
    PlainEndpoint,
    Refused,
    Sent,
    SocketListener,
)
from antiphon.net.socketio import SocketIOConnection
from antiphon.net.ways import DIRECT, Ways

AnyEndpoint = Endpoint | PlainEndpoint


class Driver(Protocol):
    """One connection of one user, whatever it speaks; `tests/net/sockets/test_drivers.py` is its contract."""

    def emit(self, name: str, args: Sequence[object], *, ack: bool) -> Sent:
        """Write an event now; raises `NotConnected` or `LocalProtocolError`."""
        ...

    def acknowledge(self, ack_id: int, args: Sequence[object]) -> Sent:
        """Answer an event that asked for it; raises `NotConnected` or `LocalProtocolError`."""
        ...

    async def flushed(self) -> None:
        """Return when all that was sent has left."""
        ...

    def send_frame(self, kind: FrameKind, payload: bytes = b"", *, code: int | None = None) -> float:
        """Write a raw frame now, and return when; raises `NotConnected` or `LocalProtocolError`."""
        ...

    @property
    def is_open(self) -> bool:
        """Whether the target let us in, and nobody has ended that since."""
        ...

    @property
    def closed(self) -> Closed | None:
        """How an open connection ended; None before that."""
        ...

    def close(self) -> None:
        """Leave politely."""
        ...

    def drop(self) -> None:
        """End the connection as a lost network would."""
        ...

    async def wait_closed(self, timeout_s: float) -> Closed:
        """Return how the connection ended; after `timeout_s` it is aborted."""
        ...


def driver_for(
    endpoint: AnyEndpoint,
    listener: SocketListener,
    *,
    clock: Clock,
    allow: Allow,
    ways: Ways = DIRECT,
    connect_timeout_s: float,
    beside: Sequence[Driver] = (),
) -> tuple[Driver, Coroutine[Any, Any, Opened | Refused]]:
    """Return a connection of the kind that the endpoint needs, and what opens it.

    Args:
        endpoint: Where it leads.
        listener: Is told what comes.
        clock: Takes the stamps.
        allow: What may be connected to.
        ways: Through which proxy, and whom TLS trusts.
        connect_timeout_s: How long opening may take.
        beside: Other sockets, of which one may carry this one, if they lead to the same place.
    """
    if isinstance(endpoint, PlainEndpoint):
        plain = PlainConnection(listener, clock=clock, allow=allow, ways=ways, connect_timeout_s=connect_timeout_s)
        return plain, plain.open(endpoint)
    socketio = SocketIOConnection(listener, clock=clock, allow=allow, ways=ways, connect_timeout_s=connect_timeout_s)
    carriers = [driver for driver in beside if isinstance(driver, SocketIOConnection)]
    return socketio, socketio.open(endpoint, beside=carriers)
