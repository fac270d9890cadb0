from __future__ import annotations

import contextlib
import json

import pytest
import socketio.packet as oracle
from hypothesis import given
from hypothesis import strategies as st

from antiphon.wire.errors import LocalProtocolError, RemoteProtocolError
from antiphon.wire.socketio import (
    MOST_ATTACHMENTS,
    Decoder,
    Kind,
    Packet,
    acknowledgement,
    connect,
    decode,
    encode,
    event,
    event_name,
)

_TEXT = st.text(st.characters(codec="utf-8"), max_size=12)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | _TEXT | st.binary(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=8,
)
_NAMESPACES = st.just("/") | st.text("abc/-_.09é", max_size=8).map("/{}".format)
_IDS = st.none() | st.integers(0, 10**16 - 1)
LIMIT = 1_000_000


def _whole(texts: list[bytes]) -> Packet | None:
    decoder = Decoder(limit_bytes=LIMIT)
    packet = decoder.text(texts[0], now_s=1.0)
    for attachment in texts[1:]:
        assert packet is None
        packet = decoder.binary(attachment)
    return packet


@given(_TEXT, st.lists(_VALUES, max_size=3), _NAMESPACES, _IDS)
def test_python_socketio_reads_our_events(name: str, args: list[object], namespace: str, ack_id: int | None) -> None:
    packet = event(name, args, namespace=namespace, ack_id=ack_id)
    theirs = oracle.Packet(encoded_packet=encode(packet).decode())
    for attachment in packet.attachments:
        theirs.add_attachment(attachment)
    assert theirs.packet_type == packet.kind
    assert (theirs.namespace or "/", theirs.id) == (namespace, ack_id)
    assert theirs.data == [name, *args]


@given(_TEXT, st.lists(_VALUES, max_size=3), _NAMESPACES, _IDS)
def test_we_read_the_events_of_python_socketio(
    name: str, args: list[object], namespace: str, ack_id: int | None
) -> None:
    theirs = oracle.Packet(oracle.EVENT, [name, *args], namespace, ack_id).encode()
    texts = theirs if isinstance(theirs, list) else [theirs]
    packet = _whole([text.encode() if isinstance(text, str) else bytes(text) for text in texts])
    assert packet is not None
    assert (packet.namespace, packet.ack_id) == (namespace, ack_id)
    assert packet.kind == (Kind.BINARY_EVENT if len(texts) > 1 else Kind.EVENT)
    assert event_name(packet.raw) == name
    assert packet.data == [name, *args]


@given(st.lists(_VALUES, max_size=3), _NAMESPACES, st.integers(0, 10**16 - 1))
def test_acknowledgements_agree_with_python_socketio_both_ways(args: list[object], namespace: str, ack_id: int) -> None:
    ours = acknowledgement(ack_id, args, namespace=namespace)
    theirs = oracle.Packet(encoded_packet=encode(ours).decode())
    for attachment in ours.attachments:
        theirs.add_attachment(attachment)
    assert (theirs.id, theirs.namespace or "/", theirs.data) == (ack_id, namespace, args)
    again = oracle.Packet(oracle.ACK, args, namespace, ack_id).encode()
    texts = again if isinstance(again, list) else [again]
    packet = _whole([text.encode() if isinstance(text, str) else bytes(text) for text in texts])
    assert packet is not None
    assert (packet.ack_id, packet.namespace, packet.data) == (ack_id, namespace, args)


@given(
    st.sampled_from("0123456").flatmap(
        lambda digit: st.text('0123456789-/,[]{}"ab é', max_size=16).map(lambda rest: digit + rest)
    )
)
def test_whatever_we_take_python_socketio_reads_alike(text: str) -> None:
    try:
        ours = decode(text.encode())
        data = ours.data if not ours.due else None
    except RemoteProtocolError:
        return
    theirs = oracle.Packet(encoded_packet=text)
    assert theirs.packet_type == ours.kind
    assert theirs.attachment_count == ours.due
    assert theirs.id == ours.ack_id
    assert (theirs.namespace or "/") == ours.namespace.partition("?")[0]
    if not ours.due:
        assert theirs.data == data


@given(st.binary(max_size=60))
def test_garbage_is_a_packet_or_a_breach_of_the_peer(data: bytes) -> None:
    with contextlib.suppress(RemoteProtocolError):
        packet = decode(data)
        _ = packet.data
        event_name(packet.raw)


@pytest.mark.parametrize(
    ("text", "packet"),
    [
        (b"0", Packet(Kind.CONNECT)),
        (b'0{"sid":"a"}', Packet(Kind.CONNECT, raw=b'{"sid":"a"}')),
        (b'0/chat,{"sid":"a"}', Packet(Kind.CONNECT, "/chat", raw=b'{"sid":"a"}')),
        (b"0/chat", Packet(Kind.CONNECT, "/chat")),
        (b"1", Packet(Kind.DISCONNECT)),
        (b"1/chat,", Packet(Kind.DISCONNECT, "/chat")),
        (b'2["a"]', Packet(Kind.EVENT, raw=b'["a"]')),
        (b'212["a",1]', Packet(Kind.EVENT, "/", 12, b'["a",1]')),
        (b'2/chat,12["a"]', Packet(Kind.EVENT, "/chat", 12, b'["a"]')),
        (b"30[]", Packet(Kind.ACK, "/", 0, b"[]")),
        (b'4"no"', Packet(Kind.CONNECT_ERROR, raw=b'"no"')),
        (b'4/chat,{"message":"no"}', Packet(Kind.CONNECT_ERROR, "/chat", raw=b'{"message":"no"}')),
        (b'51-["a",{}]', Packet(Kind.BINARY_EVENT, raw=b'["a",{}]', due=1)),
        (b'52-/chat,7["a"]', Packet(Kind.BINARY_EVENT, "/chat", 7, b'["a"]', due=2)),
        (b"61-3[{}]", Packet(Kind.BINARY_ACK, "/", 3, b"[{}]", due=1)),
        (b'50-["a"]', Packet(Kind.BINARY_EVENT, raw=b'["a"]')),
        (b'2 ["a"]\n', Packet(Kind.EVENT, raw=b'["a"]')),
        (b"012{}", Packet(Kind.CONNECT, "/", 12, b"{}")),
    ],
)
def test_each_form_of_a_packet_is_read(text: bytes, packet: Packet) -> None:
    assert decode(text) == packet


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b"", "an empty Socket.IO packet"),
        (b"7[]", "not a Socket.IO packet"),
        (b"x", "not a Socket.IO packet"),
        (b"2", "the payload of EVENT is not a JSON list"),
        (b'2{"a":1}', "the payload of EVENT is not a JSON list"),
        (b'2["a"', "the payload of EVENT is not a JSON list"),
        (b"3[]", "an acknowledgement says not of what"),
        (b"4/,/c1", "the payload of CONNECT_ERROR is neither a map nor a text"),
        (b"0" * 40, "the payload of CONNECT is neither a map nor a text"),
        (b'5["a"]', "BINARY_EVENT packet does not say how many attachments"),
        (b'21-["a"]', "EVENT packet has no attachments"),
        (b'599999-["a"]', f"over {MOST_ATTACHMENTS} attachments"),
        (b'212345678901234567["a"]', "not a JSON list"),
        (b'2/\xff,["a"]', "a namespace is not UTF-8"),
    ],
)
def test_what_breaks_the_form_says_how(text: bytes, why: str) -> None:
    with pytest.raises(RemoteProtocolError, match=why):
        decode(text)


def test_every_prefix_of_a_packet_is_a_packet_or_a_breach() -> None:
    text = b'52-/chat,12["file",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]'
    taken = []
    for end in range(len(text)):
        try:
            taken.append(decode(text[:end]))
        except RemoteProtocolError:
            continue
    assert taken == []
    assert decode(text).due == 2


def test_attachments_are_put_in_their_places_and_the_first_frame_is_remembered() -> None:
    decoder = Decoder(limit_bytes=LIMIT)
    assert decoder.text(b'52-["f",{"_placeholder":true,"num":1},{"_placeholder":true,"num":0}]', now_s=4.5) is None
    assert decoder.collecting
    assert decoder.binary(b"one") is None
    packet = decoder.binary(b"two")
    assert packet is not None
    assert packet.data == ["f", b"two", b"one"]
    assert not decoder.collecting
    assert decoder.first_s == 4.5


def test_a_text_among_attachments_is_a_breach() -> None:
    decoder = Decoder(limit_bytes=LIMIT)
    decoder.text(b'52-["f"]', now_s=0.0)
    with pytest.raises(RemoteProtocolError, match="where 2 more attachments were due"):
        decoder.text(b'2["a"]', now_s=0.0)


def test_an_attachment_that_nobody_announced_is_a_breach() -> None:
    with pytest.raises(RemoteProtocolError, match="a binary message of 3 bytes that no packet announced"):
        Decoder(limit_bytes=LIMIT).binary(b"abc")


def test_attachments_have_a_limit_together() -> None:
    decoder = Decoder(limit_bytes=20)
    decoder.text(b'53-["f"]', now_s=0.0)
    decoder.binary(b"x" * 10)
    with pytest.raises(RemoteProtocolError, match="exceed 20 bytes"):
        decoder.binary(b"x" * 10)


@pytest.mark.parametrize("name", ["plain", "", "é😀", 'quo"te', "back\\slash", "new\nline", "\u2028"])
def test_a_name_is_read_however_it_is_spelled(name: str) -> None:
    for raw in (json.dumps([name, 1]).encode(), json.dumps([name], ensure_ascii=False).encode()):
        assert event_name(raw) == name


def test_a_name_may_be_a_number_and_have_space_before_it() -> None:
    assert event_name(b"[7,1]") == "7"
    assert event_name(b'[ "a" ]') == "a"


@pytest.mark.parametrize("raw", [b"[]", b"[true]", b"[null]", b"[{}]", b'[["a"]]', b'["\xff"]', b'["a]', b'["\x01"]'])
def test_an_event_without_a_name_is_a_breach(raw: bytes) -> None:
    with pytest.raises(RemoteProtocolError):
        event_name(raw)


def test_connect_carries_the_credentials_in_its_namespace() -> None:
    assert connect("/", None) == b"0"
    assert connect("/chat", {"token": "t"}) == b'0/chat,{"token":"t"}'


def test_credentials_cannot_be_binary() -> None:
    with pytest.raises(LocalProtocolError, match="a CONNECT packet has no attachments"):
        connect("/", {"token": b"t"})


@pytest.mark.parametrize("namespace", ["chat", "", "/a,b", "/\ud800"])
def test_a_namespace_that_is_none_is_refused(namespace: str) -> None:
    with pytest.raises(LocalProtocolError, match="namespace"):
        encode(Packet(Kind.CONNECT, namespace))


@pytest.mark.parametrize(
    ("packet", "shown"),
    [
        (Packet(Kind.DISCONNECT), "DISCONNECT"),
        (Packet(Kind.EVENT, "/chat", 12, b'["a"]'), 'EVENT /chat #12 ["a"]'),
        (Packet(Kind.BINARY_EVENT, raw=b'["a",{}]', attachments=(b"x",)), 'BINARY_EVENT ["a",{}] +1 binary'),
        (Packet(Kind.EVENT, "/\x1b", raw=b'["\x07"]'), 'EVENT /\\x1b ["\\x07"]'),
    ],
)
def test_a_packet_reads_well_in_a_log(packet: Packet, shown: str) -> None:
    assert str(packet) == shown


def test_a_packet_without_payload_has_no_data() -> None:
    assert Packet(Kind.DISCONNECT).data is None
