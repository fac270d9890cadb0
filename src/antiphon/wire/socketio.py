"""Socket.IO 5: its packets, as bytes and as values.

Source: https://github.com/socketio/socket.io-protocol (revision 5). A packet on the wire is
`<kind>[<attachments>-][<namespace>,][<ack id>][<JSON>]`; JSON stays bytes until somebody asks.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import IntEnum
from functools import lru_cache
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from antiphon.wire.errors import LocalProtocolError, RemoteProtocolError, excerpt
from antiphon.wire.payload import dump, parse, parse_list

MOST_ATTACHMENTS: Final = 10_000
"""More binary parts than this in one packet are a breach; the protocol names no limit."""


MOST_ID_DIGITS: Final = 16
"""JavaScript's numbers are exact up to 2**53; this many digits hold them, and bound what a peer can make us convert."""


class Kind(IntEnum):
    """The kinds of packets, by the digit that they begin with."""

    CONNECT = 0
    DISCONNECT = 1
    EVENT = 2
    ACK = 3
    CONNECT_ERROR = 4
    BINARY_EVENT = 5
    BINARY_ACK = 6


_BINARY: Final = frozenset({Kind.BINARY_EVENT, Kind.BINARY_ACK})
_EVENTS: Final = frozenset({Kind.EVENT, Kind.BINARY_EVENT})
_LISTS: Final = frozenset({Kind.EVENT, Kind.BINARY_EVENT, Kind.ACK, Kind.BINARY_ACK})
_JSON_SPACE: Final = b" \t\r\n"
_OF_THE_HEAD: Final = frozenset(b"%c" % byte for byte in b"/0123456789")
"""What a payload without a list cannot begin with: said again, it would be read as namespace or id."""
_HEAD: Final = re.compile(rb"([0-6])(?:([0-9]{1,5})-)?(/[^,]*)?,?([0-9]{1,16})?")
_ROOT_HEAD: Final = re.compile(rb"([0-6])(?:([0-9]{1,5})-)?()([0-9]{1,16})?")


class Packet(Struct, frozen=True):
    """One packet.

    Attributes:
        kind: What it is.
        namespace: Where it belongs, `/` unless said otherwise.
        ack_id: On an event: an acknowledgement is asked for. On an acknowledgement: which one it is.
        raw: Its payload as JSON text; empty if it has none.
        attachments: The binary parts, in the order of their placeholders.
        due: How many attachments are still to come.
    """

    kind: Kind
    namespace: str = "/"
    ack_id: int | None = None
    raw: bytes = b""
    attachments: tuple[bytes, ...] = ()
    due: int = 0

    @property
    def data(self) -> object:
        """Its payload as a value, None if it has none; parsed anew at each asking.

        Raises:
            RemoteProtocolError: It is not JSON.
        """
        return parse(self.raw, self.attachments) if self.raw else None

    def __str__(self) -> str:
        place = "" if self.namespace == "/" else f" {excerpt(self.namespace.encode())}"
        asked = "" if self.ack_id is None else f" #{self.ack_id}"
        binary = f" +{len(self.attachments)} binary" if self.attachments else ""
        payload = f" {excerpt(self.raw)}" if self.raw else ""
        return f"{self.kind.name}{place}{asked}{payload}{binary}"


def encode(packet: Packet) -> bytes:
    """Return the text that carries `packet`; its attachments follow as binary messages.

    Raises:
        LocalProtocolError: Attachments on a packet that cannot have them, or a namespace that is none.
    """
    binary = packet.kind in _BINARY
    if packet.attachments and not binary:
        raise LocalProtocolError(breach=f"a {packet.kind.name} packet has no attachments")
    count = b"%d-" % len(packet.attachments) if binary else b""
    asked = b"" if packet.ack_id is None else b"%d" % packet.ack_id
    return b"%d%b%b%b%b" % (packet.kind, count, namespace_prefix(packet.namespace), asked, packet.raw)


def namespace_prefix(namespace: str) -> bytes:
    """Return what stands before the payload of a packet for `namespace`: nothing for `/`, else `/name,`.

    Raises:
        LocalProtocolError: It does not begin with a slash, holds a comma, or is not text.
    """
    if namespace == "/":
        return b""
    if not namespace.startswith("/") or "," in namespace:
        raise LocalProtocolError(breach=f"`{namespace}` is no namespace: it begins with a slash and has no comma")
    try:
        return f"{namespace},".encode()
    except UnicodeEncodeError:
        raise LocalProtocolError(breach="a namespace holds half a character") from None


def connect(namespace: str, auth: object | None) -> bytes:
    """Return the packet that asks to join a namespace.

    Raises:
        LocalProtocolError: The credentials cannot be sent as JSON, or hold binary values.
    """
    if auth is None:
        return encode(Packet(Kind.CONNECT, namespace))
    raw, attachments = dump(auth)
    return encode(Packet(Kind.CONNECT, namespace, raw=raw, attachments=attachments))


def event(name: str, args: Sequence[object], *, namespace: str = "/", ack_id: int | None = None) -> Packet:
    """Return an event that carries `args`; bytes among them become attachments.

    Raises:
        LocalProtocolError: An argument cannot be sent as JSON.
    """
    raw, attachments = dump([name, *args])
    return Packet(Kind.BINARY_EVENT if attachments else Kind.EVENT, namespace, ack_id, raw, attachments)


def acknowledgement(ack_id: int, args: Sequence[object], *, namespace: str = "/") -> Packet:
    """Return the answer to an event that asked for one.

    Raises:
        LocalProtocolError: An argument cannot be sent as JSON.
    """
    raw, attachments = dump(list(args))
    return Packet(Kind.BINARY_ACK if attachments else Kind.ACK, namespace, ack_id, raw, attachments)


def decode(text: bytes) -> Packet:
    """Return the packet that a text message carries; of its JSON only the outside is looked at.

    Raises:
        RemoteProtocolError: It is no packet, or one that lacks what its kind must have.
    """
    head = _head(text)
    digit, count, place, asked = head.groups()
    kind = Kind(int(digit))
    raw = text[head.end() :]
    due = int(count) if count is not None else 0
    if (count is not None) != (kind in _BINARY):
        raise RemoteProtocolError(breach=f"a {kind.name} packet {_count_breach(kind)}", came=text)
    if due > MOST_ATTACHMENTS:
        raise RemoteProtocolError(breach=f"a packet announces over {MOST_ATTACHMENTS} attachments", came=text)
    ack_id = int(asked) if asked is not None else None
    if kind in _LISTS:
        if not (raw.startswith(b"[") and raw.endswith(b"]")):
            raw = raw.strip(_JSON_SPACE)
        if not (raw.startswith(b"[") and raw.endswith(b"]")):
            raise RemoteProtocolError(breach=f"the payload of {kind.name} is not a JSON list", came=text)
        if ack_id is None and kind not in _EVENTS:
            raise RemoteProtocolError(breach="an acknowledgement says not of what", came=text)
    elif raw[:1] in _OF_THE_HEAD:  # behind a namespace `/` that is written out, or an id without end
        raise RemoteProtocolError(breach=f"the payload of {kind.name} is neither a map nor a text", came=text)
    return Packet(kind, _namespace(place, text), ack_id, raw, (), due)


def _head(text: bytes) -> re.Match[bytes]:
    # Only a text with a namespace has a comma before its payload.
    head = _ROOT_HEAD.match(text)
    if head is not None and text[head.end() : head.end() + 1] == b"/":
        head = _HEAD.match(text)
    if head is None:
        raise RemoteProtocolError(breach="not a Socket.IO packet" if text else "an empty Socket.IO packet", came=text)
    return head


def _count_breach(kind: Kind) -> str:
    return "does not say how many attachments it has" if kind in _BINARY else "has no attachments"


def _namespace(place: bytes | None, text: bytes) -> str:
    if not place:
        return "/"
    try:
        return place.decode()
    except UnicodeDecodeError:
        raise RemoteProtocolError(breach="a namespace is not UTF-8", came=text) from None


def event_name(raw: bytes) -> str:
    r"""Return the name in an event's payload, without parsing the rest.

    Args:
        raw: A JSON list that begins with the name.

    Raises:
        RemoteProtocolError: The list is empty, or begins with something else.
    """
    if raw.startswith(b'["'):
        end = raw.find(b'"', 2)
        if end > 0 and (name := plain_name(raw[2:end])) is not None:
            return name
    parts = parse_list(raw)
    first = parts[0] if parts else None
    if isinstance(first, str):
        return first
    if isinstance(first, int) and not isinstance(first, bool):  # JavaScript servers may number their events
        return str(first)
    raise RemoteProtocolError(breach="an event has no name", came=raw)


@lru_cache(maxsize=4096)
def plain_name(quoted: bytes) -> str | None:
    """Return a name that stands between quotes as it is; None if only a parser can say what it is."""
    if b"\\" in quoted:
        return None
    try:
        name = quoted.decode()
    except UnicodeDecodeError:
        return None
    return name if name.isprintable() else None


class Decoder:
    """Puts packets together from messages: a text, then as many binary ones as it announced."""

    __slots__ = ("_bytes", "_limit_bytes", "_packet", "_parts", "first_s")

    def __init__(self, *, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._packet: Packet | None = None
        self._parts: list[bytes] = []
        self._bytes = 0
        self.first_s = 0.0

    @property
    def collecting(self) -> bool:
        """Whether attachments are still to come."""
        return self._packet is not None

    def text(self, text: bytes, *, now_s: float) -> Packet | None:
        """Return the packet in `text`, or None if attachments are to follow.

        Raises:
            RemoteProtocolError: It is no packet, or attachments were due.
        """
        if self._packet is not None:
            raise RemoteProtocolError(breach=f"a text came where {self._missing} more attachments were due", came=text)
        packet = decode(text)
        self.first_s = now_s
        if not packet.due:
            return packet
        self._packet, self._bytes = packet, len(text)
        return None

    def binary(self, data: bytes) -> Packet | None:
        """Return the packet that `data` completes, or None if more is to follow.

        Raises:
            RemoteProtocolError: No attachment was due, or all together are too large.
        """
        packet = self._packet
        if packet is None:
            raise RemoteProtocolError(breach=f"a binary message of {len(data)} bytes that no packet announced")
        self._parts.append(data)
        self._bytes += len(data)
        if self._bytes > self._limit_bytes:
            raise RemoteProtocolError(breach=f"a packet and its attachments exceed {self._limit_bytes} bytes")
        if self._missing:
            return None
        complete = replace(packet, attachments=tuple(self._parts), due=0)
        self._packet, self._parts = None, []
        return complete

    @property
    def _missing(self) -> int:
        return (self._packet.due if self._packet is not None else 0) - len(self._parts)
