"""Received events, parsed when asked for."""

from __future__ import annotations

import pytest

from antiphon.history.entries import Event
from antiphon.history.heard import Heard
from antiphon.language.scope import MISSING


def test_an_entry_becomes_what_its_hearer_holds() -> None:
    heard = Heard.of(Event(seq=7, at_s=1.5, name="message", args=b'[{"id":1},2]'))
    assert (heard.seq, heard.at_s, heard.name, heard.raw) == (7, 1.5, "message", b'[{"id":1},2]')
    assert (heard.args, heard.data) == ([{"id": 1}, 2], {"id": 1})


def test_arguments_are_parsed_once() -> None:
    heard = Heard(seq=1, at_s=0.0, name="x", raw=b"[1]")
    assert heard.args is heard.args


@pytest.mark.parametrize("raw", [b"[]", b"", b"{}", b"[1", b"\xff", b'"text"'])
def test_what_cannot_be_read_as_arguments_has_none(raw: bytes) -> None:
    heard = Heard(seq=1, at_s=0.0, name="x", raw=raw)
    assert heard.args == []
    assert heard.data is MISSING


def test_it_shows_itself_without_its_payload() -> None:
    assert repr(Heard(seq=1, at_s=0.5, name="x", raw=b"[1]")) == "Heard(seq=1, at_s=0.5, name='x')"
