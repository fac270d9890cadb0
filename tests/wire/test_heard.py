from __future__ import annotations

import pytest

from antiphon.wire.errors import RemoteProtocolError
from antiphon.wire.heard import Acknowledged, Received


def test_an_event_gives_its_arguments_without_its_name() -> None:
    event = Received(1.5, 1.5, "/", "moved", b'["moved",{"x":1},2]')
    assert event.args == [{"x": 1}, 2]


def test_an_event_puts_its_attachments_in_their_places() -> None:
    event = Received(2.0, 1.0, "/", "file", b'["file",{"_placeholder":true,"num":0}]', (b"bytes",))
    assert event.args == [b"bytes"]
    assert event.first_s < event.at_s


def test_an_acknowledgement_gives_all_its_arguments() -> None:
    assert Acknowledged(1.0, 7, b"[1,null]").args == [1, None]


def test_an_event_that_is_no_json_says_so_when_it_is_asked() -> None:
    event = Received(1.0, 1.0, "/", "moved", b'["moved",NaN]')
    with pytest.raises(RemoteProtocolError, match="not JSON"):
        _ = event.args


def test_what_was_heard_reads_well_in_a_log() -> None:
    assert str(Received(1.0, 1.0, "/", "a", b'["a","\x1b[2J"]')) == 'event ["a","\\x1b[2J"]'
    assert str(Acknowledged(1.0, 7, b"[1]")) == "acknowledgement 7 [1]"


def test_an_event_cannot_be_changed() -> None:
    event = Received(1.0, 1.0, "/", "a", b'["a"]')
    with pytest.raises(AttributeError):
        event.name = "b"  # type: ignore[misc]
