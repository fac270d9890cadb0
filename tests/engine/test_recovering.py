"""What is remembered of a connection to have its state back."""

from __future__ import annotations

import pytest

from antiphon.engine.recovering import Trail
from antiphon.net.socket_facts import Opened, Recoverable
from antiphon.wire.heard import Received


def _event(raw: bytes) -> Received:
    return Received(1.0, 1.0, "/", "e", raw)


def _opened(pid: str, *, recovered: bool = False) -> Opened:
    return Opened(1.0, 0.5, "sid", "socket", pid=pid, recovered=recovered)


def test_where_the_target_keeps_no_state_there_is_nothing_to_show() -> None:
    trail = Trail()
    assert trail.recoverable is None
    trail.begin(_opened(""))
    trail.note(_event(b'["e","offset"]'))
    assert trail.recoverable is None


@pytest.mark.parametrize(
    ("raws", "offset"),
    [
        ([], None),
        ([b'["e",{"n":1},"o1"]'], "o1"),
        ([b'["e","o1"]', b'["e",{"text":"volatile"}]'], "o1"),
        ([b'["e","o1"]', b'["e","\\u006f2"]'], "o2"),
    ],
)
def test_the_last_offset_that_was_told_is_shown(raws: list[bytes], offset: str | None) -> None:
    trail = Trail()
    trail.begin(_opened("p"))
    for raw in raws:
        trail.note(_event(raw))
    assert trail.recoverable == Recoverable("p", offset)


def test_a_recovered_connection_goes_on_where_it_was_and_a_new_one_begins_anew() -> None:
    trail = Trail()
    trail.begin(_opened("p"))
    trail.note(_event(b'["e","o1"]'))
    trail.begin(_opened("p", recovered=True))
    assert trail.recoverable == Recoverable("p", "o1")
    trail.begin(_opened("q"))
    assert trail.recoverable == Recoverable("q", None)
