"""Engine.IO 4: its packets, and a client's session as a table of transitions.

Source: https://github.com/socketio/engine.io-protocol (revision 4).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, IntEnum
from typing import Final, assert_never

from msgspec import Struct
from msgspec.structs import replace

from antiphon.wire.errors import LocalProtocolError, RemoteProtocolError, excerpt
from antiphon.wire.payload import parse

LONGEST_PING_MS: Final = 2**31 - 1
"""The longest that a timer of JavaScript waits; a longer one of Node fires at once."""


class Kind(IntEnum):
    """The kinds of packets, by the digit that they begin with."""

    OPEN = 0
    CLOSE = 1
    PING = 2
    PONG = 3
    MESSAGE = 4
    UPGRADE = 5
    NOOP = 6


class Packet(Struct, frozen=True):
    """One packet; over WebSocket each is one message, over polling a part of a body.

    Attributes:
        kind: What it is.
        data: What it carries: UTF-8 text, or the bytes of a binary message.
        binary: Whether it goes as a binary message, which has no digit.
    """

    kind: Kind
    data: bytes = b""
    binary: bool = False

    def __str__(self) -> str:
        if self.binary:
            return f"{self.kind.name} <{len(self.data)} bytes>"
        return f"{self.kind.name} {excerpt(self.data)}" if self.data else self.kind.name


def encode(packet: Packet) -> bytes:
    """Return the payload of the WebSocket message that carries `packet`.

    Raises:
        LocalProtocolError: A binary packet that is not a message.
    """
    if not packet.binary:
        return b"%d%b" % (packet.kind, packet.data)
    if packet.kind is not Kind.MESSAGE:
        raise LocalProtocolError(breach=f"a {packet.kind.name} packet cannot be binary")
    return packet.data


def decode(payload: bytes, *, binary: bool = False) -> Packet:
    """Return the packet that a WebSocket message carries.

    Raises:
        RemoteProtocolError: The message is empty or begins with no known digit.
    """
    if binary:
        return Packet(Kind.MESSAGE, payload, binary=True)
    digit = payload[:1]
    if not digit or digit not in b"0123456":
        raise RemoteProtocolError(
            breach="not an Engine.IO packet" if payload else "an empty message is no Engine.IO packet", came=payload
        )
    return Packet(Kind(int(digit)), payload[1:])


class Handshake(Struct, frozen=True):
    """What the server says when it opens a session.

    Attributes:
        sid: The session's name.
        ping_interval_s: How long after a ping the next one comes.
        ping_timeout_s: How much later than that it may come.
        upgrades: The transports that the session may move on to.
        most_bytes: The largest body of a request that the server takes; None if it does not say.
    """

    sid: str
    ping_interval_s: float
    ping_timeout_s: float
    upgrades: tuple[str, ...] = ()
    most_bytes: int | None = None

    @property
    def silence_s(self) -> float:
        """How long a server may stay silent before its client takes it for gone."""
        return self.ping_interval_s + self.ping_timeout_s


def read_handshake(data: bytes) -> Handshake:
    """Return what an OPEN packet says.

    Raises:
        RemoteProtocolError: A part is missing or of the wrong type.
    """
    said = parse(data)
    if not isinstance(said, dict):
        raise RemoteProtocolError(breach="a handshake is not a JSON object", came=data)
    sid = said.get("sid")
    if not isinstance(sid, str) or not sid:
        raise RemoteProtocolError(breach="a handshake has no `sid`", came=data)
    upgrades, most_bytes = said.get("upgrades"), said.get("maxPayload")
    handshake = Handshake(
        sid,
        _seconds(said, "pingInterval", data),
        _seconds(said, "pingTimeout", data),
        tuple(str(each) for each in upgrades) if isinstance(upgrades, list) else (),
        most_bytes if type(most_bytes) is int and most_bytes > 0 else None,
    )
    if not handshake.silence_s:
        raise RemoteProtocolError(breach="a handshake leaves no time for pings", came=data)
    return handshake


def _seconds(said: Mapping[str, object], key: str, data: bytes) -> float:
    milliseconds = said.get(key)
    # Either may be 0: python-engineio announces whole seconds, 0 for an interval below one.
    if isinstance(milliseconds, bool) or not isinstance(milliseconds, int | float):
        raise RemoteProtocolError(breach=f"a handshake's `{key}` is no time", came=data)
    if not 0 <= milliseconds <= LONGEST_PING_MS:
        raise RemoteProtocolError(breach=f"a handshake's `{key}` is no time that a server can wait", came=data)
    return milliseconds / 1000


class State(Enum):
    """Where a session stands."""

    OPENING = "opening"
    OPEN = "open"
    CLOSED = "closed"


class Do(Enum):
    """What the transport must do after a packet."""

    GREET = "greet"  # the session is open: begin what rides on it
    ANSWER = "answer"  # send a PONG with the PING's data, at once
    DELIVER = "deliver"  # hand the message up
    HANG_UP = "hang up"  # the server ended the session: close the transport
    NOTHING = "nothing"


TRANSITIONS: Final[Mapping[tuple[State, Kind], tuple[State, Do]]] = {
    (State.OPENING, Kind.OPEN): (State.OPEN, Do.GREET),
    (State.OPENING, Kind.CLOSE): (State.CLOSED, Do.HANG_UP),
    (State.OPEN, Kind.PING): (State.OPEN, Do.ANSWER),
    (State.OPEN, Kind.MESSAGE): (State.OPEN, Do.DELIVER),
    (State.OPEN, Kind.NOOP): (State.OPEN, Do.NOTHING),
    (State.OPEN, Kind.CLOSE): (State.CLOSED, Do.HANG_UP),
    # What was under way when the session ended is dropped, whatever it is.
    **{(State.CLOSED, kind): (State.CLOSED, Do.NOTHING) for kind in Kind},
}
"""Every packet that may come from a server, by the state that it finds. What is not here is a breach."""


class Session(Struct, frozen=True):
    """A client's side of a session; `on_packet` and `on_hang_up` make the next one.

    Attributes:
        state: Where it stands.
        handshake: What the server said at the start; None before that.
        pinged_s: When the last ping came, or the handshake.
    """

    state: State = State.OPENING
    handshake: Handshake | None = None
    pinged_s: float = 0.0

    @property
    def ping_due_s(self) -> float:
        """When the server's silence has lasted too long; never, before the handshake and after the end."""
        if self.handshake is None or self.state is not State.OPEN:
            return float("inf")
        return self.pinged_s + self.handshake.silence_s


def on_packet(session: Session, packet: Packet, *, now_s: float) -> tuple[Session, Do]:
    """Return the session after `packet` came, and what to do next.

    Raises:
        RemoteProtocolError: A server does not say that here.
    """
    step = TRANSITIONS.get((session.state, packet.kind))
    if step is None:
        raise RemoteProtocolError(
            breach=f"a server does not send {packet.kind.name} while a session is {session.state.value}",
            came=b"" if packet.binary else encode(packet),
        )
    state, do = step
    match do:
        case Do.GREET:
            return Session(state, read_handshake(packet.data), now_s), do
        case Do.ANSWER:
            # "Heartbeat": only pings prove that the server lives; other packets do not move the deadline.
            return replace(session, pinged_s=now_s), do
        case Do.DELIVER | Do.NOTHING:
            return session, do
        case Do.HANG_UP:
            return replace(session, state=state), do
        case _:
            assert_never(do)


def on_hang_up(session: Session) -> Session:
    """Return the session after we, or the network, ended it."""
    return replace(session, state=State.CLOSED)
