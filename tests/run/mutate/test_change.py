"""A changed history: what is gone, what is new, and what comes later because something was waited for."""

from __future__ import annotations

import pytest

from antiphon.history.entries import AnyEntry, Call, Event, Mark
from antiphon.history.heard import Heard
from antiphon.run.mutate.change import Change, Later, changed_entries, changed_heard


def event(seq: int, at_s: float, connection: str = "bob") -> Event:
    """Return an event."""
    return Event(seq=seq, at_s=at_s, connection=connection, name="news")


ENTRIES: list[AnyEntry] = [
    Call(seq=1, at_s=1.0, sent_s=0.9, method="POST", template="/do", url="u"),
    event(2, 1.1),
    event(3, 1.2, "carol"),
    Call(seq=4, at_s=2.0, sent_s=1.5, method="POST", template="/do", url="u"),
    Mark(seq=5, at_s=3.0, what="cleanup", edge="began"),
]


@pytest.mark.parametrize(("at_s", "is_s"), [(0.5, 0.5), (1.0, 1.0), (1.5, 3.5), (3.0, 5.0)])
def test_all_that_was_after_a_moment_comes_later(at_s: float, is_s: float) -> None:
    later = Later(1.0, 2.0)
    assert later(at_s) == is_s
    assert later.before(is_s) == at_s


def test_what_is_in_the_time_between_was_when_it_began() -> None:
    assert Later(1.0, 2.0).before(2.5) == 1.0


def test_what_is_gone_is_not_there_and_what_is_new_stands_where_its_time_is() -> None:
    new = event(99, 1.6)
    found = changed_entries(ENTRIES, Change(gone=frozenset({2}), events=(new,)))
    assert [entry.seq for entry in found] == [1, 3, 99, 4, 5] or [entry.seq for entry in found] == [1, 3, 4, 99, 5]
    assert [entry.seq for entry in found if entry.at_s <= 1.6] == [1, 3, 99]


def test_an_answer_is_another() -> None:
    other = Call(seq=4, at_s=2.0, sent_s=1.5, method="POST", template="/do", url="u", status=201)
    assert changed_entries(ENTRIES, Change(answer=other))[3] is other


def test_what_was_done_after_a_wait_is_done_later() -> None:
    found = changed_entries(ENTRIES, Change(later=Later(1.3, 0.4)))
    call = found[3]
    assert isinstance(call, Call)
    assert (call.sent_s, call.at_s, found[4].at_s) == (1.9, 2.4, 3.4)
    assert found[0] is ENTRIES[0]
    assert ENTRIES[3].at_s == 2.0


def test_an_inbox_has_only_what_is_new_on_its_own_connection_and_in_its_window() -> None:
    heard = [Heard.of(event(2, 1.1))]
    change = Change(events=(event(99, 1.0), event(98, 0.5), event(97, 1.3, "carol")))
    assert [one.seq for one in changed_heard(heard, change, "bob", 0.9)] == [99, 2]
    assert [one.seq for one in changed_heard(heard, change, None, 0.9)] == [2]
