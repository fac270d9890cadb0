from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.core.errors import AntiphonError
from antiphon.wire.errors import LocalProtocolError, ProtocolError, RemoteProtocolError, excerpt


def test_a_breach_tells_what_was_wrong_and_what_came() -> None:
    error = RemoteProtocolError(breach="not a Socket.IO packet", came=b"9hello")
    assert str(error) == "not a Socket.IO packet: 9hello"


def test_a_breach_without_bytes_is_only_its_sentence() -> None:
    assert (
        str(LocalProtocolError(breach="a MESSAGE packet has no attachments")) == "a MESSAGE packet has no attachments"
    )


@pytest.mark.parametrize("kind", [LocalProtocolError, RemoteProtocolError])
def test_both_sides_are_caught_as_one_and_survive_pickling(kind: type[ProtocolError]) -> None:
    error = kind(breach="b", came=b"c")
    assert isinstance(error, ProtocolError)
    assert isinstance(error, AntiphonError)
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again)) == (kind, "b: c")


def test_an_excerpt_shows_controls_and_broken_text_harmlessly() -> None:
    assert excerpt(b"a\x1b[31mb\xff") == "a\\x1b[31mb\ufffd"


def test_an_excerpt_of_much_names_its_size_and_keeps_both_ends() -> None:
    shown = excerpt(b"begin" + b"x" * 10_000 + b"end")
    assert shown.startswith("begin")
    assert shown.endswith("end (10008 bytes)")
    assert len(shown) < 200


@given(st.binary(max_size=2000))
def test_an_excerpt_of_anything_is_one_short_printable_line(data: bytes) -> None:
    shown = excerpt(data)
    assert len(shown) <= 140
    assert not any(ord(character) < 32 or ord(character) == 127 for character in shown)
