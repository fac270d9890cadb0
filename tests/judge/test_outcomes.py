"""The design's table of outcomes and exit codes, row by row."""

from __future__ import annotations

from typing import Any

import pytest

from antiphon.judge.outcomes import Ending, exit_code, play_outcome, worst
from antiphon.judge.verdicts import Kind, Outcome, PlayOutcome, Verdict

P = PlayOutcome


def verdict(outcome: Outcome) -> Verdict:
    return Verdict(outcome=outcome, kind=Kind.STATUS, claim="")


HELD, FAILED, VOID, NOT_RUN = (verdict(outcome) for outcome in Outcome)


@pytest.mark.parametrize(
    ("verdicts", "facts", "expected"),
    [
        ([], {}, P.PASSED),
        ([HELD], {}, P.PASSED),
        ([HELD, NOT_RUN], {}, P.PASSED),
        ([HELD, FAILED, VOID], {}, P.FAILED),
        ([HELD, VOID], {}, P.VOID),
        ([HELD], {"retried": True}, P.FLAKY),
        ([HELD, VOID], {"retried": True}, P.VOID),
        ([FAILED], {"retried": True}, P.FAILED),
        ([HELD], {"timed_out": True}, P.TIMEOUT),
        ([FAILED], {"timed_out": True}, P.TIMEOUT),
        ([FAILED], {"timed_out": True, "error": True}, P.ERROR),
        ([], {"error": True}, P.ERROR),
        ([FAILED], {"cancelled": True, "error": True}, P.CANCELLED),
        ([], {"begun": False}, P.NOT_RUN),
        ([], {"begun": False, "cancelled": True}, P.NOT_RUN),
        ([], {"skipped": True, "begun": False}, P.SKIPPED),
    ],
)
def test_how_a_play_ended(verdicts: list[Verdict], facts: dict[str, Any], expected: PlayOutcome) -> None:
    assert play_outcome(verdicts, **facts) is expected


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ([], Outcome.HELD),
        ([HELD, NOT_RUN], Outcome.HELD),
        ([NOT_RUN], Outcome.NOT_RUN),
        ([HELD, VOID], Outcome.VOID),
        ([VOID, FAILED], Outcome.FAILED),
    ],
)
def test_a_step_is_as_good_as_its_worst_verdict(verdicts: list[Verdict], expected: Outcome) -> None:
    assert worst(verdicts) is expected


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"outcomes": [P.PASSED]}, 0),
        ({"outcomes": [P.PASSED, P.FLAKY]}, 0),
        ({"outcomes": [P.PASSED, P.FLAKY], "fail_on_flaky": True}, 1),
        ({"outcomes": [P.PASSED], "fail_on_flaky": True}, 0),
        ({"outcomes": [P.PASSED, P.FAILED]}, 1),
        ({"outcomes": [P.TIMEOUT]}, 1),
        ({"outcomes": [P.PASSED], "findings": 2}, 1),
        ({"outcomes": [P.PASSED], "thresholds": [Outcome.HELD, Outcome.FAILED]}, 1),
        ({"outcomes": [P.PASSED], "thresholds": [Outcome.HELD, Outcome.NOT_RUN]}, 0),
        ({"outcomes": [P.PASSED], "thresholds": [Outcome.VOID]}, 4),
        ({"outcomes": [P.PASSED, P.VOID]}, 4),
        ({"outcomes": [P.PASSED, P.VOID], "allow_void": True}, 0),
        ({"outcomes": [P.FAILED, P.VOID], "allow_void": True}, 1),
        ({"outcomes": [P.PASSED, P.ERROR]}, 3),
        ({"outcomes": [P.VOID, P.ERROR]}, 3),
        ({"outcomes": [P.FAILED, P.ERROR]}, 1),
        ({"outcomes": [P.FAILED, P.ERROR, P.NOT_RUN], "stopped": True}, 3),
        ({"outcomes": [], "stopped": True}, 3),
        ({"outcomes": []}, 5),
        ({"outcomes": [P.SKIPPED, P.SKIPPED]}, 5),
        ({"outcomes": [P.SKIPPED, P.PASSED]}, 0),
        ({"outcomes": [P.SKIPPED], "thresholds": [Outcome.NOT_RUN], "allow_void": True}, 5),
        ({"outcomes": [P.FAILED], "bad_usage": True}, 2),
        ({"outcomes": [P.FAILED], "internal_fault": True, "bad_usage": True}, 70),
        ({"outcomes": [P.FAILED, P.CANCELLED], "interrupted": True, "internal_fault": True}, 130),
        ({"outcomes": [P.PASSED], "interrupted": True, "stopped": True}, 130),
    ],
)
def test_with_what_a_run_exits(facts: dict[str, Any], code: int) -> None:
    assert exit_code(Ending(**facts)) == code


def test_every_outcome_of_a_scenario_has_an_exit_code_of_its_own() -> None:
    codes = {outcome: exit_code(Ending(outcomes=[outcome])) for outcome in PlayOutcome}
    assert codes == {
        P.PASSED: 0,
        P.FAILED: 1,
        P.TIMEOUT: 1,
        P.ERROR: 3,
        P.VOID: 4,
        P.FLAKY: 0,
        P.SKIPPED: 5,
        P.CANCELLED: 0,
        P.NOT_RUN: 5,
    }
