from __future__ import annotations

import itertools

import engineio.packet as oracle
import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.wire.engineio import (
    TRANSITIONS,
    Do,
    Handshake,
    Kind,
    Packet,
    Session,
    State,
    decode,
    encode,
    on_hang_up,
    on_packet,
    read_handshake,
)
from antiphon.wire.errors import LocalProtocolError, RemoteProtocolError

HANDSHAKE = b'{"sid":"abc","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}'
OPEN = Session(State.OPEN, Handshake("abc", 25.0, 20.0), 100.0)
EVERY = dict(zip(State, (Session(), OPEN, on_hang_up(OPEN)), strict=True))


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_is_written_and_read_back(kind: Kind) -> None:
    for data in (b"", b"probe", "é".encode()):
        packet = Packet(kind, data)
        assert decode(encode(packet)) == packet


def test_a_binary_message_has_no_digit() -> None:
    packet = Packet(Kind.MESSAGE, b"\x00\x01", binary=True)
    assert encode(packet) == b"\x00\x01"
    assert decode(b"\x00\x01", binary=True) == packet


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.MESSAGE])
def test_only_messages_are_binary(kind: Kind) -> None:
    with pytest.raises(LocalProtocolError, match=f"a {kind.name} packet cannot be binary"):
        encode(Packet(kind, b"", binary=True))


@given(st.binary(max_size=50))
def test_garbage_is_a_packet_or_a_breach_of_the_peer(data: bytes) -> None:
    try:
        packet = decode(data)
    except RemoteProtocolError:
        assert data[:1] not in (b"0", b"1", b"2", b"3", b"4", b"5", b"6")
    else:
        assert encode(packet) == data


@given(st.sampled_from(list(Kind)), st.text(st.characters(codec="utf-8", exclude_characters="0123456789"), max_size=30))
def test_packets_are_read_as_python_engineio_reads_them(kind: Kind, text: str) -> None:
    theirs = oracle.Packet(encoded_packet=f"{kind.value}{text}")
    ours = decode(f"{kind.value}{text}".encode())
    assert theirs.packet_type == ours.kind
    if isinstance(theirs.data, str):
        assert theirs.data == ours.data.decode()


@pytest.mark.parametrize(
    ("packet", "shown"),
    [
        (Packet(Kind.PING), "PING"),
        (Packet(Kind.MESSAGE, b'2["a"]'), 'MESSAGE 2["a"]'),
        (Packet(Kind.MESSAGE, b"\x00" * 9, binary=True), "MESSAGE <9 bytes>"),
        (Packet(Kind.MESSAGE, b"\x1b\xff"), "MESSAGE \\x1b\ufffd"),
    ],
)
def test_a_packet_reads_well_in_a_log(packet: Packet, shown: str) -> None:
    assert str(packet) == shown


def test_a_handshake_is_read_in_seconds() -> None:
    handshake = read_handshake(HANDSHAKE)
    assert handshake == Handshake("abc", 25.0, 20.0, (), 1_000_000)
    assert handshake.silence_s == 45.0


def test_an_interval_below_a_second_may_be_announced_as_none() -> None:
    assert read_handshake(b'{"sid":"a","pingInterval":0,"pingTimeout":500}').silence_s == 0.5


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "not JSON"),
        (b"[]", "not a JSON object"),
        (b"{}", "no `sid`"),
        (b'{"sid":7}', "no `sid`"),
        (b'{"sid":"a"}', "`pingInterval` is no time"),
        (b'{"sid":"a","pingInterval":"1"}', "`pingInterval` is no time"),
        (b'{"sid":"a","pingInterval":true}', "`pingInterval` is no time"),
        (b'{"sid":"a","pingInterval":-1,"pingTimeout":1}', "`pingInterval` is no time"),
        (b'{"sid":"a","pingInterval":0,"pingTimeout":0}', "no time for pings"),
        (b'{"sid":"a","pingInterval":1,"pingTimeout":-1}', "`pingTimeout` is no time"),
        (b'{"sid":"a","pingInterval":1,"pingTimeout":null}', "`pingTimeout` is no time"),
        (b'{"sid":"a","pingInterval":1e92,"pingTimeout":1}', "`pingInterval` is no time that a server can wait"),
    ],
)
def test_a_handshake_that_lacks_something_says_what(data: bytes, why: str) -> None:
    with pytest.raises(RemoteProtocolError, match=why):
        read_handshake(data)


@pytest.mark.parametrize(("state", "kind"), list(itertools.product(State, Kind)))
def test_every_state_has_an_answer_to_every_packet(state: State, kind: Kind) -> None:
    packet = Packet(kind, HANDSHAKE if kind is Kind.OPEN else b"x")
    step = TRANSITIONS.get((state, kind))
    if step is None:
        with pytest.raises(RemoteProtocolError, match=f"does not send {kind.name} while a session is {state.value}"):
            on_packet(EVERY[state], packet, now_s=110.0)
    else:
        session, do = on_packet(EVERY[state], packet, now_s=110.0)
        assert (session.state, do) == step


def test_the_handshake_starts_the_heartbeat() -> None:
    session, do = on_packet(Session(), Packet(Kind.OPEN, HANDSHAKE), now_s=3.0)
    assert do is Do.GREET
    assert session.ping_due_s == 48.0


def test_a_ping_moves_the_deadline_and_a_message_does_not() -> None:
    pinged, do = on_packet(OPEN, Packet(Kind.PING), now_s=120.0)
    assert (do, pinged.ping_due_s) == (Do.ANSWER, 165.0)
    messaged, do = on_packet(OPEN, Packet(Kind.MESSAGE, b"2[]"), now_s=120.0)
    assert (do, messaged.ping_due_s) == (Do.DELIVER, 145.0)


def test_no_ping_is_due_before_the_handshake_nor_after_the_end() -> None:
    assert Session().ping_due_s == float("inf")
    assert on_hang_up(OPEN).ping_due_s == float("inf")


def test_a_breach_in_binary_is_told_without_its_bytes() -> None:
    with pytest.raises(RemoteProtocolError, match=r"does not send MESSAGE while a session is opening$"):
        on_packet(Session(), Packet(Kind.MESSAGE, b"\x00", binary=True), now_s=0.0)
