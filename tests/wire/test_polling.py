"""Bodies of long polling: what they are made of, and how much fits into one."""

from __future__ import annotations

import itertools
import json

import engineio.packet as oracle_packet
import engineio.payload as oracle
import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.wire.errors import RemoteProtocolError
from antiphon.wire.polling import Message, decode_body, encode_body, fitting

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=20)
JSON = st.sampled_from(["null", "true", "NaN", '"x"', "[1, 2]", '{"a": null}', "-1", "7"])
MESSAGES = st.one_of(
    (TEXTS | JSON).map(lambda text: Message(b"4" + text.encode())),
    st.binary(max_size=20).map(lambda data: Message(data, True)),
)


@given(st.lists(MESSAGES, min_size=1, max_size=8))
def test_a_body_holds_its_messages_in_order(messages: list[Message]) -> None:
    assert decode_body(encode_body(messages)) == messages


@given(st.lists(MESSAGES, min_size=1, max_size=8))
def test_a_body_is_what_python_engineio_writes_and_reads(messages: list[Message]) -> None:
    body = encode_body(messages).decode()
    packets = [
        oracle_packet.Packet(oracle_packet.MESSAGE, m.payload if m.binary else m.payload[1:].decode()) for m in messages
    ]
    assert oracle.Payload(packets=packets).encode() == body
    # By their looks, for NaN is not equal to itself.
    assert [repr(packet.data) for packet in oracle.Payload(encoded_payload=body).packets] == [
        repr(m.payload if m.binary else _as_python_engineio_takes(m.payload[1:].decode())) for m in messages
    ]


def _as_python_engineio_takes(text: str) -> object:
    """Return the value that it makes of a text that is JSON, unless that begins with a number; else the text."""
    try:
        return text if text[:1].isnumeric() else json.loads(text)
    except ValueError:
        return text


@given(st.binary(max_size=60))
def test_garbage_is_messages_or_a_breach_of_the_peer(body: bytes) -> None:
    try:
        messages = decode_body(body)
    except RemoteProtocolError:
        return
    assert decode_body(encode_body(messages)) == messages


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b'96:0{"sid":"x"}2:40', "as Engine.IO 3 does"),
        (b"\x00\x09\x06\xff0{}", "as Engine.IO 3 does"),
        (b"4a\x1eb#", "no base64"),
        (b"bAA", "no base64"),
    ],
)
def test_what_is_no_body_says_why(body: bytes, why: str) -> None:
    with pytest.raises(RemoteProtocolError, match=why):
        decode_body(body)


@given(st.lists(MESSAGES, min_size=1, max_size=12), st.one_of(st.none(), st.integers(1, 60)))
def test_a_queue_is_cut_into_bodies_that_the_server_takes(messages: list[Message], most: int | None) -> None:
    waiting, bodies = list(messages), []
    while waiting:
        count = fitting(waiting, most)
        assert count >= 1
        bodies.append(waiting[:count])
        waiting = waiting[count:]
    assert [message for body in bodies for message in body] == messages
    for body, after in itertools.pairwise(bodies):
        assert most is not None
        assert len(body) == 1 or len(encode_body(body)) <= most
        assert len(encode_body([*body, after[0]])) > most, "more would have fitted"
    if most is None:
        assert len(bodies) == 1


def test_a_message_is_shown_short_and_harmless() -> None:
    assert str(Message(b"4\x1b[2J")) == "4\\x1b[2J"
    assert str(Message(b"\x00" * 7, binary=True)) == "<7 bytes>"
