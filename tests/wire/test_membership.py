from __future__ import annotations

import itertools

import pytest

from antiphon.wire.errors import LocalProtocolError, RemoteProtocolError
from antiphon.wire.membership import SENDABLE, TRANSITIONS, Do, Membership, State, on_packet, on_send
from antiphon.wire.socketio import Kind, Packet

_RAW = {Kind.CONNECT: b'{"sid":"s1"}', Kind.CONNECT_ERROR: b'{"message":"no"}', Kind.DISCONNECT: b""}


def _packet(kind: Kind, namespace: str = "/") -> Packet:
    acknowledges = kind in (Kind.ACK, Kind.BINARY_ACK)
    return Packet(kind, namespace, 0 if acknowledges else None, _RAW.get(kind, b'["a"]'))


@pytest.mark.parametrize(("state", "kind"), list(itertools.product(State, Kind)))
def test_every_state_has_an_answer_to_every_packet(state: State, kind: Kind) -> None:
    step = TRANSITIONS.get((state, kind))
    if step is None:
        with pytest.raises(RemoteProtocolError, match=f"does not send {kind.name} to a client that has {state.value}"):
            on_packet(Membership("/", state), _packet(kind))
    else:
        after, do = on_packet(Membership("/", state), _packet(kind))
        assert (after.state, do) == step


@pytest.mark.parametrize(("state", "kind"), list(itertools.product(State, Kind)))
def test_a_packet_of_another_namespace_changes_nothing_and_its_events_are_heard(state: State, kind: Kind) -> None:
    before = Membership("/chat", state, "s1")
    after, do = on_packet(before, _packet(kind, "/other"))
    assert after == before
    heard = kind in (Kind.EVENT, Kind.BINARY_EVENT) and state is not State.OUT
    assert do is (Do.HEAR if heard else Do.NOTHING)


def test_the_answer_to_connect_names_the_socket() -> None:
    joined, do = on_packet(Membership(), _packet(Kind.CONNECT))
    assert do is Do.WELCOME
    assert joined.socket_id == "s1"


@pytest.mark.parametrize("raw", [b"", b"{}", b'{"sid":1}', b'{"sid":""}', b'["s1"]'])
def test_an_admission_without_a_name_is_that_of_an_older_protocol(raw: bytes) -> None:
    with pytest.raises(RemoteProtocolError, match="version 3 or newer is needed"):
        on_packet(Membership(), Packet(Kind.CONNECT, raw=raw))


@pytest.mark.parametrize(("state", "kind"), list(itertools.product(State, Kind)))
def test_a_client_says_only_what_its_state_allows(state: State, kind: Kind) -> None:
    before = Membership("/", state, "s1")
    if kind not in SENDABLE[state]:
        with pytest.raises(LocalProtocolError, match=f"a client that is {state.value} does not send {kind.name}"):
            on_send(before, kind)
    else:
        after = on_send(before, kind)
        assert after.state is (State.OUT if kind is Kind.DISCONNECT else state)
        assert after.socket_id == "s1"
