"""What the calls of several branches are answered with, counted together."""

from __future__ import annotations

import pytest

from antiphon.core.source import Source
from antiphon.history.entries import Call
from antiphon.judge.answers import About
from antiphon.judge.statuses import statuses_verdict
from antiphon.judge.verdicts import Kind, Outcome
from antiphon.language.call import StatusSpec
from antiphon.scenario.claim_model import StatusCount, StatusCounts

HERE = Source("race.yaml", 9, 15, "  statuses: {201: 1, 409: 7}")


def exactly(status: int, low: int, high: int | None) -> StatusCount:
    spec = StatusSpec(allowed=frozenset({status}), classes=frozenset(), text=str(status))
    return StatusCount(status=spec, low=low, high=high)


def of_class(first: int, low: int, high: int | None) -> StatusCount:
    return StatusCount(status=StatusSpec(classes=frozenset({first}), text=f"{first}xx"), low=low, high=high)


def calls(*statuses: int | None) -> list[Call]:
    return [
        Call(
            seq=index,
            at_s=1.0,
            user="alice",
            step=f"3.{index}",
            method="POST",
            template="/seats",
            url="http://127.0.0.1/seats",
            status=status,
        )
        for index, status in enumerate(statuses, 1)
    ]


@pytest.mark.parametrize(
    ("counts", "answered", "holds"),
    [
        ([exactly(201, 1, 1), exactly(409, 2, 2)], (409, 201, 409), True),
        ([exactly(201, 1, 1), exactly(409, 2, 2)], (409, 409, 409), False),
        ([exactly(201, 1, 1), exactly(409, 2, 2)], (201, 409), False),
        ([exactly(201, 1, 1)], (201, 500), False),
        ([exactly(201, 1, 1)], (201, None), False),
        ([of_class(2, 1, None)], (200, 201, 204), True),
        ([of_class(4, 1, 1), exactly(409, 1, 1)], (409, 404), True),
        ([of_class(4, 2, 2), exactly(409, 0, 1)], (409, 404), False),
        ([exactly(200, 0, 2), exactly(429, 1, 3)], (429, 429), True),
    ],
)
def test_each_status_comes_as_often_as_claimed(counts: list[StatusCount], answered: tuple[int], holds: bool) -> None:
    found = statuses_verdict(StatusCounts(counts=tuple(counts), source=HERE), calls(*answered), About(step="3"))
    assert (found.outcome, found.kind) == (Outcome.HELD if holds else Outcome.FAILED, Kind.STATUS)
    assert found.source == HERE


def test_a_failure_says_what_came_and_from_which_steps() -> None:
    wanted = StatusCounts(counts=(exactly(201, 1, 1), exactly(409, 1, 2)), source=HERE)
    found = statuses_verdict(wanted, calls(201, 201, 409), About(step="3"))
    assert found.claim == "the 3 calls were answered 201 once, 409 1 to 2 times"
    assert found.sentence == ("the 3 calls were answered 201 2 times, 409 once, not 201 once, 409 1 to 2 times")
    assert found.details == (
        "step 3.1: alice's POST /seats was answered 201",
        "step 3.2: alice's POST /seats was answered 201",
    )


def test_where_no_call_was_made_the_failure_says_so() -> None:
    wanted = StatusCounts(counts=(exactly(403, 4, 4),), source=HERE)
    found = statuses_verdict(wanted, (), About(step="3"))
    assert found.outcome is Outcome.FAILED
    assert found.sentence == "no call was made that could be answered 403 4 times"


def test_only_some_of_many_are_named() -> None:
    wanted = StatusCounts(counts=(exactly(201, 1, 1),), source=HERE)
    found = statuses_verdict(wanted, calls(*[500] * 8), About(step="3"))
    assert len(found.details) == 6
    assert found.details[-1] == "… 3 more"
    assert found.sentence == "the 8 calls were answered 500 8 times, not 201 once"
