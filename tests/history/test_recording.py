"""Queries over a stream that was kept."""

from __future__ import annotations

import pytest

from antiphon.history.entries import Beat, Call, Event, Mark
from antiphon.history.recording import Recording

BEGAN = Mark(seq=1, at_s=0.0, what="run", edge="began")
STEP = Mark(seq=2, at_s=0.1, play="a", step="4", what="step", edge="began")
HEARD = Event(seq=3, at_s=0.2, play="a", step="4.1", connection="bob", name="early")
CALL = Call(seq=4, at_s=0.3, play="a", step="4.1", method="GET", template="/x", url="u", sent_s=0.15)
OTHER = Event(seq=5, at_s=0.3, play="b", step="4", connection="bob", name="other")
LATE = Event(seq=6, at_s=0.4, play="a", step="40", connection="bob", name="late")
BEAT = Beat(seq=8, at_s=0.5, play="a", connection="bob", what="fence")
ALL = (BEGAN, STEP, HEARD, CALL, OTHER, LATE, BEAT)


@pytest.fixture
def recording() -> Recording:
    return Recording(ALL)


def test_it_holds_all_in_order(recording: Recording) -> None:
    assert tuple(recording) == ALL
    assert len(recording) == 7


def test_it_only_grows(recording: Recording) -> None:
    with pytest.raises(ValueError, match="entry 8 cannot follow entry 8"):
        recording.append(BEAT)


def test_an_entry_is_found_by_its_number(recording: Recording) -> None:
    assert recording.entry(4) is CALL
    assert recording.entry(7) is None
    assert recording.entry(99) is None


def test_plays_are_told_apart(recording: Recording) -> None:
    assert recording.plays() == ("a", "b")
    assert list(recording.of_play("b")) == [OTHER]
    assert list(recording.of_play("none")) == []


def test_a_step_has_what_is_inside_it_and_not_what_begins_alike(recording: Recording) -> None:
    assert list(recording.of_step("a", "4")) == [STEP, HEARD, CALL]
    assert list(recording.of_step("a", "4.1")) == [HEARD, CALL]


def test_a_connections_events_are_those_of_one_play(recording: Recording) -> None:
    assert list(recording.events("a", "bob")) == [HEARD, LATE]
    assert list(recording.events("a", "bob", since_s=0.4)) == [LATE]
    assert list(recording.events("a", "alice")) == []


def test_entries_are_found_by_kind(recording: Recording) -> None:
    assert list(recording.of_kind(Event)) == [HEARD, OTHER, LATE]
    assert list(recording.of_kind(Event, play="b")) == [OTHER]


def test_a_stretch_of_time_has_what_was_sent_or_answered_in_it(recording: Recording) -> None:
    assert list(recording.between("a", 0.14, 0.25)) == [HEARD, CALL]
    assert list(recording.between("a", 0.25, 0.35)) == [CALL]
