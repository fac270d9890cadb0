"""A client's place in a Socket.IO namespace, as a table of transitions.

It begins when CONNECT has been sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Final

from msgspec import Struct

from antiphon.wire.errors import LocalProtocolError, RemoteProtocolError
from antiphon.wire.socketio import Kind, Packet, encode


class State(Enum):
    """Where the client stands with the namespace."""

    ASKED = "asked"
    JOINED = "joined"
    OUT = "out"


class Do(Enum):
    """What a packet means for whoever sits on the connection."""

    WELCOME = "welcome"  # the namespace let us in
    REFUSE = "refuse"  # it did not
    HEAR = "hear"  # an event
    ANSWER = "answer"  # an acknowledgement of an emit
    LEAVE = "leave"  # the target put us out
    NOTHING = "nothing"


TRANSITIONS: Final[Mapping[tuple[State, Kind], tuple[State, Do]]] = {
    (State.ASKED, Kind.CONNECT): (State.JOINED, Do.WELCOME),
    (State.ASKED, Kind.CONNECT_ERROR): (State.OUT, Do.REFUSE),
    (State.ASKED, Kind.DISCONNECT): (State.OUT, Do.LEAVE),
    # python-socketio sends what a connect handler emits before it sends the answer to CONNECT.
    (State.ASKED, Kind.EVENT): (State.ASKED, Do.HEAR),
    (State.ASKED, Kind.BINARY_EVENT): (State.ASKED, Do.HEAR),
    (State.JOINED, Kind.EVENT): (State.JOINED, Do.HEAR),
    (State.JOINED, Kind.BINARY_EVENT): (State.JOINED, Do.HEAR),
    (State.JOINED, Kind.ACK): (State.JOINED, Do.ANSWER),
    (State.JOINED, Kind.BINARY_ACK): (State.JOINED, Do.ANSWER),
    (State.JOINED, Kind.DISCONNECT): (State.OUT, Do.LEAVE),
    # What was under way when we left is dropped, whatever it is.
    **{(State.OUT, kind): (State.OUT, Do.NOTHING) for kind in Kind},
}
"""Every packet that may come from a server, by the state that it finds. What is not here is a breach."""

SENDABLE: Final[Mapping[State, frozenset[Kind]]] = {
    State.ASKED: frozenset({Kind.DISCONNECT}),
    State.JOINED: frozenset({Kind.DISCONNECT, Kind.EVENT, Kind.BINARY_EVENT, Kind.ACK, Kind.BINARY_ACK}),
    State.OUT: frozenset(),
}
"""What a client may say in each state."""


class Membership(Struct, frozen=True):
    """A client's place in one namespace; `on_packet` and `on_send` make the next one.

    Attributes:
        namespace: Which.
        state: Where the client stands.
        socket_id: The name that the namespace gave it; empty before that.
    """

    namespace: str = "/"
    state: State = State.ASKED
    socket_id: str = ""


def on_packet(membership: Membership, packet: Packet) -> tuple[Membership, Do]:
    """Return the membership after `packet` came, and what it means.

    A packet of another namespace changes nothing; an event of one is heard all the same.

    Raises:
        RemoteProtocolError: A server does not say that here.
    """
    foreign = packet.namespace != membership.namespace
    if foreign:
        hears = membership.state is not State.OUT and packet.kind in (Kind.EVENT, Kind.BINARY_EVENT)
        return membership, Do.HEAR if hears else Do.NOTHING
    step = TRANSITIONS.get((membership.state, packet.kind))
    if step is None:
        raise RemoteProtocolError(
            breach=f"a server does not send {packet.kind.name} to a client that has {membership.state.value}",
            came=encode(packet),
        )
    state, do = step
    socket_id = _socket_id(packet) if do is Do.WELCOME else membership.socket_id
    return Membership(membership.namespace, state, socket_id), do


def on_send(membership: Membership, kind: Kind) -> Membership:
    """Return the membership after we sent a packet of `kind`.

    Raises:
        LocalProtocolError: A client does not say that here.
    """
    if kind not in SENDABLE[membership.state]:
        raise LocalProtocolError(breach=f"a client that is {membership.state.value} does not send {kind.name}")
    if kind is Kind.DISCONNECT:
        return Membership(membership.namespace, State.OUT, membership.socket_id)
    return membership


def _socket_id(packet: Packet) -> str:
    said = packet.data
    sid = said.get("sid") if isinstance(said, dict) else None
    if isinstance(sid, str) and sid:
        return sid
    # Socket.IO 2 (Engine.IO 3) admits every client to `/` by an empty CONNECT, unasked.
    raise RemoteProtocolError(
        breach="CONNECT came without a `sid`, as Socket.IO 2 and older send it; version 3 or newer is needed",
        came=encode(packet),
    )
