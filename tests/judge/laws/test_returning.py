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


def test_what_all_heard_who_were_there_is_explained_to_whoever_comes_back_among_many() -> None:
    crowd = [f"u{number}" for number in range(40)]
    script = Script().users("alice", "bob", *crowd).room("alice", "r", "bob").close("bob", 5)
    for name in crowd:
        script.close(name, 6)
    for number in range(50):
        at_ms = 10 + 20 * number
        script.send("alice", at_ms, at_ms + 10, id=f"m{number}").message("alice", at_ms + 5, id=f"m{number}")
        script.message("bob", 14_950, id=f"m{number}")
    script.connect("bob", 14_900)
    for at_ms in range(100, 16_000, 100):
        script.tick(at_ms)
    assert judged(checker(SENT), script) == []


def test_who_was_never_in_is_told_nothing_of_what_all_heard_who_were_there() -> None:
    script = Script().users("alice", "bob", "carol").room("alice", "r", "bob")
    for number in range(50):
        at_ms = 10 + 20 * number
        script.send("alice", at_ms, at_ms + 10, id=f"m{number}").message("alice, bob", at_ms + 5, id=f"m{number}")
    script.tick(7_000).message("carol", 7_500, id="m49").tick(8_000)
    assert told(judged(checker(SENT), script)) == ["leaked carol message"]
