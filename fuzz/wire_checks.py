"""The codecs of Engine.IO and Socket.IO: what is taken is said again alike, what is not is the peer's breach."""

from __future__ import annotations

from collections.abc import Iterator

from antiphon.core.errors import Problems
from antiphon.core.source import NOWHERE
from antiphon.language.address import WHOLE_MESSAGE, Address, parse_address
from antiphon.wire import engineio, payload, plain, socketio
from antiphon.wire.errors import LocalProtocolError, RemoteProtocolError
from fuzz.target import Target, must

_LIMIT_BYTES = 1_000_000


def _address(text: str) -> Address:
    return parse_address(text, NOWHERE, Problems(), body=WHOLE_MESSAGE)


_DIALECTS = (
    plain.Dialect(),
    plain.Dialect(name=_address("header.msg_type"), data=_address("content"), emit_name=("header", "msg_type")),
    plain.Dialect(
        name=_address("$[0]"),
        data=_address("$[1].x | json"),
        correlation=_address("parent.id | string"),
        emit_name=("type",),
        emit_data=("data",),
        emit_correlation=("id",),
        correlates_by="number",
    ),
)


def engineio_packet(data: bytes) -> None:
    """A packet taken is encoded to what it was; a session answers any packet with a deed or a breach."""
    binary = data[:1] >= b"\x80"
    try:
        packet = engineio.decode(data, binary=binary)
    except RemoteProtocolError as breach:
        _told(breach)
        return
    must(engineio.encode(packet) == data, "a packet changes when it is said again", data, packet)
    must("\n" not in str(packet), "a packet's line has two", packet)
    for state in engineio.State:
        try:
            engineio.on_packet(engineio.Session(state=state), packet, now_s=1.0)
        except RemoteProtocolError as breach:
            _told(breach)


def engineio_handshake(data: bytes) -> None:
    """A handshake taken has times that a clock can count."""
    try:
        handshake = engineio.read_handshake(data)
    except RemoteProtocolError as breach:
        _told(breach)
        return
    must(0 < handshake.silence_s < 1e9, "a handshake without a usable silence", handshake)


def socketio_packet(data: bytes) -> None:
    """Texts and attachments, parted by 0x1e: what is put together is said again alike, its arguments are a list."""
    decoder = socketio.Decoder(limit_bytes=_LIMIT_BYTES)
    for number, part in enumerate(data.split(b"\x1e")):
        try:
            packet = decoder.binary(part) if decoder.collecting and number else decoder.text(part, now_s=float(number))
            if packet is None:
                continue
            _packet(packet)
        except RemoteProtocolError as breach:
            _told(breach)
            return


def _packet(packet: socketio.Packet) -> None:
    again = socketio.decode(socketio.encode(packet))
    must(again.kind == packet.kind, "a packet's kind changes", packet, again)
    must(again.namespace == packet.namespace, "a packet's namespace changes", packet, again)
    must((again.ack_id, again.raw) == (packet.ack_id, packet.raw), "a packet changes", packet, again)
    if packet.kind in (socketio.Kind.EVENT, socketio.Kind.BINARY_EVENT):
        name = socketio.event_name(packet.raw)
        args = payload.parse_list(packet.raw, packet.attachments)
        must(name == str(args[0]), "an event's name depends on how it is read", name, args)


def payload_value(data: bytes) -> None:
    """What parses is the same when it is said and parsed again."""
    raw, *attachments = data.split(b"\x1e")
    try:
        value = payload.parse(raw, attachments)
    except RemoteProtocolError as breach:
        _told(breach)
        return
    try:
        said, parts = payload.dump(value)
    except LocalProtocolError as breach:
        # More levels are read (1,024) than orjson writes (254).
        must(raw.count(b"[") + raw.count(b"{") > 250, "what was read cannot be said", breach)
        return
    must(payload.parse(said, parts) == value, "a value changes when it is said again", value)


def plain_message(data: bytes) -> None:
    """A message has a name and a list of at most one argument in every dialect; said again it is the same."""
    for dialect in _DIALECTS:
        try:
            message = plain.decode(data, dialect)
        except RemoteProtocolError as breach:
            _told(breach)
            return
        args = payload.parse_list(message.args)
        must(bool(message.name) or message.is_named, "a message without a name", message)
        must(len(args) <= 1, "a message with several arguments", message)
        if not args:
            continue
        try:
            said = plain.encode(plain.message_of(message.name, args[0], dialect, correlation=message.correlation))
        except LocalProtocolError:
            continue
        must(plain.decode(said, dialect).args is not None, "what was said cannot be heard", said)


def _told(breach: RemoteProtocolError) -> None:
    must(bool(str(breach)) and "\n" not in str(breach), "a breach is not told in one line", str(breach))


def _packets() -> Iterator[bytes]:
    yield from (b'2["message",{"a":1}]', b'42["m","x"]', b'2/chat,17["message",{"a":[1,2.5,null,true]},"b"]', b"0")
    yield from (
        b'0{"sid":"x"}',
        b'0/chat,{"token":"x"}',
        b'4{"message":"no"}',
        b'4/c,"no"',
        b"1",
        b"1/chat,",
        b"3/a,7[]",
    )
    yield from (b'51-["b",{"_placeholder":true,"num":0}]\x1ebytes', b'61-/c,3[{"_placeholder":true,"num":0}]\x1e\x00')
    yield from (b'52-["b",{"_placeholder":true,"num":1},[{"_placeholder":true,"num":0}]]\x1ea\x1eb', b'2["\\u0061"]')


def _engine() -> Iterator[bytes]:
    yield from (b"0{}", b"1", b"2probe", b"3", b'42["a"]', b"5", b"6", b"\x80binary", b"4\xff")


def _handshakes() -> Iterator[bytes]:
    yield b'{"sid":"a","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}'
    yield from (b'{"sid":"a","pingInterval":1e400,"pingTimeout":1}', b'{"sid":1}', b"[]", b"{", b"")


def _values() -> Iterator[bytes]:
    yield from (
        b"1",
        b'{"a":[1,"\xc3\xa9",null]}',
        b"[1e5,-0.0]",
        b'{"_placeholder":true,"num":0}\x1eabc',
        b'"\\ud800"',
    )
    yield b"[" * 600 + b"]" * 600


def _messages() -> Iterator[bytes]:
    yield from (b'{"event":"a","data":1}', b'{"type":7}', b"[1,{}]", b"text", b"\xff", b'"x"', b"", b"null")
    yield b'{"header":{"msg_type":"status"},"content":{"a":[1]},"parent":{"id":"x"}}'


TARGETS = (
    Target("plain", "a message has a name and at most one argument in every dialect", plain_message, _messages),
    Target("engineio", "a packet taken is encoded to what it was", engineio_packet, _engine),
    Target("handshake", "a handshake taken has usable times", engineio_handshake, _handshakes),
    Target("socketio", "a packet taken is said again alike", socketio_packet, _packets),
    Target("payload", "a value taken is the same when said again", payload_value, _values),
)
