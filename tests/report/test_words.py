from __future__ import annotations

import shlex

import msgspec
import pytest

from antiphon.judge.verdicts import Kind, Outcome, PlayOutcome, Verdict
from antiphon.report.words import (
    command,
    counted,
    cut,
    decisive,
    deliveries,
    distribution,
    line_of,
    look_closer,
    numbers,
    open_question,
    reason,
    short_name,
    step_outcome,
    took,
    totals,
)
from antiphon.run.results import Figures, RunSummary


def test_numbers_are_grouped_and_names_agree_with_them() -> None:
    assert counted(1, "call") == "1 call"
    assert counted(1903, "event") == "1,903 events"
    assert counted(0, "entry", "entries") == "0 entries"


@pytest.mark.parametrize(
    ("seconds", "told"), [(0.0, "0 ms"), (0.0009, "0.9 ms"), (0.022, "22 ms"), (5.4, "5.4 s"), (125.0, "2 min 5 s")]
)
def test_durations_are_told_in_the_unit_that_suits_them(seconds: float, told: str) -> None:
    assert took(seconds) == told


def test_a_distribution_that_measured_nothing_says_so() -> None:
    assert distribution(Figures(), 0.1) == "none measured"


def test_totals_name_passed_failed_and_void_even_where_there_are_none(run) -> None:
    summary: RunSummary = msgspec.structs.replace(run.summary, outcomes={"passed": 3})
    assert totals(summary) == [(PlayOutcome.PASSED, 3), (PlayOutcome.FAILED, 0), (PlayOutcome.VOID, 0)]


def test_the_numbers_of_a_verdict_are_told_in_full_only_if_they_decided_or_are_asked_for() -> None:
    verdict = Verdict(
        outcome=Outcome.HELD,
        kind=Kind.HEARD,
        claim="c",
        latency_s=0.084,
        limit_s=0.1,
        lag_start_s=0.0,
        lag_end_s=0.001,
        target_wait_s=0.002,
    )
    whole = "84 ms after the answer, limit 100 ms, own lag 0 ms at the start, 1 ms at the end, "
    whole += "the target waited 2 ms for a processor"
    assert numbers(verdict) == "84 ms after the answer, limit 100 ms"
    assert numbers(verdict, full=True) == whole
    assert numbers(msgspec.structs.replace(verdict, outcome=Outcome.VOID)) == whole
    assert numbers(msgspec.structs.replace(verdict, early=True)) == "before the answer, limit 100 ms"
    assert numbers(Verdict(outcome=Outcome.HELD, kind=Kind.STATUS, claim="c")) == ""
    assert numbers(Verdict(outcome=Outcome.FAILED, kind=Kind.LOST, claim="c", limit_s=5.0)) == "listened for 5 s"


def test_what_left_a_verdict_open_is_told_once() -> None:
    verdict = Verdict(outcome=Outcome.VOID, kind=Kind.ABSENT, claim="c", sentence="cannot tell: cut", details=("cut",))
    assert open_question(verdict) == "cannot tell: cut"
    assert open_question(msgspec.structs.replace(verdict, details=("slow",))) == "cannot tell: cut: slow"


def test_a_scenario_is_named_by_the_shortest_end_that_is_its_own(run) -> None:
    assert short_name(run.result("messaging/fanout"), run.results) == "fanout"
    twin = msgspec.structs.replace(run.result("messaging/slow"), id="files/fanout")
    assert short_name(run.result("messaging/fanout"), [*run.results, twin]) == "messaging/fanout"


def test_the_line_to_look_at_is_the_failed_claims_if_it_stands_in_the_scenarios_own_file(run) -> None:
    result = run.result("messaging/fanout")
    assert line_of(result) == 13
    assert line_of(msgspec.structs.replace(result, path="scenarios/other.yaml")) == 1


def test_each_outcome_has_its_reason(run) -> None:
    told = {str(result.outcome): reason(result) for result in run.results}
    assert told["passed"] == ""
    assert told["flaky"] == "held at attempt 2: POST /auth/refresh answered 503, not 2xx"
    assert told["error"] == "the recipe for bob answered 500, not 201"
    assert told["skipped"] == "the profile lacks the feature `quota`"
    assert told["timeout"] == "the scenario's timeout of 60 s ran out at step 1"
    assert told["void"].startswith("cannot tell whether bob heard user_status_updated within 95ms: measured 98 ms")


def test_the_decisive_verdict_is_the_first_failed_one_and_else_the_first_void_one(run) -> None:
    found = decisive(run.result("messaging/fanout"))
    assert found is not None
    assert found.user == "bob"
    assert decisive(run.result("auth/login")) is None


def test_a_command_is_read_by_a_shell_as_it_was_meant() -> None:
    told = look_closer("3f2a", "a b'c;$(x)", "2")
    assert shlex.split(told) == ["antiphon", "show", "3f2a", "a b'c;$(x)", "2"]
    assert command("antiphon", "") == "antiphon ''"


def test_a_name_is_cut_at_its_end() -> None:
    assert cut("abcdef", 4) == "abc…"
    assert cut("abc", 4) == "abc"


@pytest.mark.parametrize("outcome", list(Outcome))
def test_a_steps_outcome_is_told_in_the_words_of_a_scenario(outcome: Outcome) -> None:
    assert step_outcome(outcome) in PlayOutcome


def test_deliveries_that_came_before_their_answers_are_told_from_the_request_too(run) -> None:
    early = msgspec.structs.replace(
        run.summary,
        delivery=Figures(count=4, max=0.001),
        delivery_early=3,
        delivery_from_request=Figures(count=4, p50=0.004, p95=0.009),
        delivery_limit_s=0.1,
    )
    assert deliveries(early) == (
        "p50 0 ms  p95 0 ms  max 1 ms (limit 100 ms), 3 of 4 before the answer; from the request p50 4 ms  p95 9 ms"
    )
    assert deliveries(msgspec.structs.replace(early, delivery_early=0)) == "p50 0 ms  p95 0 ms  max 1 ms (limit 100 ms)"
