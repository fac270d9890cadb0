"""Many judgements of one step told as few."""

from __future__ import annotations

from antiphon.core.source import Source
from antiphon.judge.tally import MOST_TOLD, Tally
from antiphon.judge.verdicts import Kind, Outcome, Verdict


def judged(index: int, outcome: Outcome = Outcome.HELD, kind: Kind = Kind.ANSWER, line: int = 3) -> Verdict:
    user = f"crowd[{index}]"
    return Verdict(
        outcome=outcome,
        kind=kind,
        claim=f"{user}'s emit echo is acknowledged",
        sentence=f"{user}'s emit echo was acknowledged",
        user=user,
        connection=user,
        step=f"3.1[1][{index}]",
        source=Source("a.yaml", line, 5),
    )


def test_what_held_is_told_once_for_the_whole_group_with_its_number() -> None:
    tally = Tally("3.1", "crowd")
    for index in range(3):
        tally.add(judged(index))
    tally.held_again(judged(0), 1997)
    (told,) = tally.verdicts()
    assert (told.times, told.user, told.connection, told.step) == (2000, "crowd", "", "3.1")
    assert told.claim == "crowd's emit echo is acknowledged"
    assert told.sentence == "crowd's emit echo was acknowledged (2,000 times)"
    assert (tally.count, tally.failed) == (2000, 0)


def test_what_was_judged_once_says_nothing_of_numbers() -> None:
    tally = Tally("3.1")
    tally.add(judged(0))
    (told,) = tally.verdicts()
    assert (told.user, told.times) == ("crowd[0]", 1)
    assert told.sentence == "crowd[0]'s emit echo was acknowledged"


def test_failures_are_told_one_by_one_up_to_a_number_and_then_counted() -> None:
    tally = Tally("3.1", "crowd")
    for index in range(MOST_TOLD + 32):
        tally.add(judged(index, Outcome.FAILED, Kind.NO_ANSWER))
    told = tally.verdicts()
    assert len(told) == MOST_TOLD + 1
    assert [verdict.user for verdict in told[:2]] == ["crowd[0]", "crowd[1]"]
    rest = told[-1]
    assert (rest.times, rest.outcome, rest.user) == (32, Outcome.FAILED, "crowd")
    assert rest.sentence == "32 more rounds of step 3.1 failed here, too"
    assert tally.failed == MOST_TOLD + 32


def test_claims_of_other_places_and_other_outcomes_are_told_apart() -> None:
    tally = Tally("3.1", "crowd")
    for verdict in (judged(0), judged(0, line=4), judged(1, Outcome.FAILED), judged(1, kind=Kind.STATUS)):
        tally.add(verdict)
    assert [(verdict.outcome.value, verdict.kind.value, verdict.times) for verdict in tally.verdicts()] == [
        ("held", "answer", 1),
        ("held", "answer", 1),
        ("failed", "answer", 1),
        ("held", "status", 1),
    ]
