"""Who comes back may be told of what was caused while they were in, and of nothing that was caused after."""

from __future__ import annotations

import pytest
from tests.judge.laws.histories import SENT, Script, checker, judged, told


def away(*, sent_ms: float, back_ms: float | None) -> Script:
    """Return a talk in which bob is put out at 100 ms, and told at 1 s of what was sent at `sent_ms`."""
    script = Script().users("alice", "bob").room("alice", "r", "bob").drop("alice", "r", "bob", 90, 100)
    script.send("alice", sent_ms, sent_ms + 10).message("alice", sent_ms + 5)
    if back_ms is not None:
        script.close("bob", 20).connect("bob", back_ms)
    return script


def test_who_was_away_may_be_told_after_coming_back_of_what_was_caused_while_they_were_in() -> None:
    assert judged(checker(SENT), away(sent_ms=50, back_ms=900).message("bob", 1_000)) == []


@pytest.mark.parametrize("back_ms", [900, None])
def test_nobody_is_told_of_what_was_caused_when_they_were_out(back_ms: float | None) -> None:
    assert told(judged(checker(SENT), away(sent_ms=200, back_ms=back_ms).message("bob", 1_000))) == [
        "leaked bob message"
    ]


def test_who_stayed_has_missed_nothing() -> None:
    assert told(judged(checker(SENT), away(sent_ms=50, back_ms=None).message("bob", 1_000))) == ["leaked bob message"]


def test_what_was_missed_is_told_soon_after_coming_back_or_not_at_all() -> None:
    assert judged(checker(SENT), away(sent_ms=50, back_ms=900).message("bob", 5_800)) == []
    assert told(judged(checker(SENT), away(sent_ms=50, back_ms=900).message("bob", 6_000))) == ["leaked bob message"]


def test_what_was_heard_before_is_not_told_again() -> None:
    script = Script().users("alice", "bob").room("alice", "r", "bob").drop("alice", "r", "bob", 90, 100)
    script.send("alice", 10, 20).message("alice, bob", 15).close("bob", 30).connect("bob", 900).message("bob", 1_000)
    assert told(judged(checker(SENT), script)) == ["doubled bob message"]


def test_what_was_heard_just_before_a_play_ended_is_explained_by_what_was_caused_long_ago() -> None:
    script = Script().users("alice", "bob").room("alice", "r", "bob").send("alice", 10, 20).message("alice", 15)
    # 5 s and 10 s after the answer it is asked whether it may be forgotten, and then every 5 s.
    script.close("bob", 50).connect("bob", 14_900).message("bob", 14_950).end(14_990)
    for at_ms in range(100, 16_000, 100):
        script.tick(at_ms)
    assert judged(checker(SENT), script) == []
