"""The figures of a run: what is counted of each scenario, and with what the run ends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from antiphon.core.source import NOWHERE
from antiphon.history.entries import AnyEntry, Call, Event
from antiphon.judge.limits import Limits
from antiphon.judge.verdicts import Kind, Outcome, PlayOutcome, Proof, Verdict
from antiphon.run.options import RunOptions
from antiphon.run.results import RunSummary, ScenarioResult, Trouble, UserFacts
from antiphon.run.summing import Totals
from antiphon.target.catalogue_model import Threshold
from antiphon.watch.ticks import Lag

BEGUN = RunSummary(
    id="3f2a", version="1", target="t", base_url="http://h", profile="target.yaml", seed="5eed", started="", scenarios=2
)
OWN_LAG = Lag(ticks=7, mean_s=0.001, p50_s=0.001, p95_s=0.002, p99_s=0.003, max_s=0.004)


def result(outcome: PlayOutcome = PlayOutcome.PASSED, **fields: Any) -> ScenarioResult:
    return ScenarioResult(id=fields.pop("id", "a"), title="a", path="a.yaml", line=1, outcome=outcome, **fields)


def verdict(outcome: Outcome = Outcome.HELD, kind: Kind = Kind.ABSENT, **fields: Any) -> Verdict:
    return Verdict(outcome=outcome, kind=kind, claim="a claim", **fields)


def call(took_s: float, **fields: Any) -> Call:
    return Call(method="GET", template="/a", url="http://h/a", sent_s=1.0, at_s=1.0 + took_s, status=200, **fields)


def totals(
    *results: ScenarioResult, entries: Sequence[AnyEntry] = (), lag_s: float | None = 0.0, **options: Any
) -> Totals:
    found = Totals(begun=BEGUN, options=RunOptions(seed="5eed", **options))
    for one in results:
        found.add(one, entries, lag_at=lambda _: lag_s, target_wait=lambda _start, _end: 0.0)
    return found


def ended(found: Totals, **fields: Any) -> RunSummary:
    settings: dict[str, Any] = {"stopped": None, "fault": None, "interrupted": False}
    return found.final(
        duration_s=2.5, own_lag=OWN_LAG, target_wait_known=True, warnings=["beware"], **{**settings, **fields}
    )


def test_a_run_counts_what_its_scenarios_did() -> None:
    users = (UserFacts(name="alice"), UserFacts(name="bob"))
    first = result(calls=3, emits=2, events=5, users=users, leftovers=("room 7: not removed",))
    second = result(PlayOutcome.VOID, id="b", calls=1, emits=1, events=1, users=users[:1])
    summary = totals(first, second).summary(duration_s=1.5)
    assert (summary.calls, summary.emits, summary.events, summary.users) == (4, 3, 6, 3)
    assert summary.outcomes == {"passed": 1, "void": 1}
    assert summary.leftovers == ("a: room 7: not removed",)
    assert (summary.duration_s, summary.finished, summary.exit_code) == (1.5, False, None)


def test_absences_are_counted_by_what_showed_them_and_only_if_they_held() -> None:
    verdicts = (
        verdict(proof=Proof.PROVEN),
        verdict(proof=Proof.CLOSED),
        verdict(proof=Proof.WAITED),
        verdict(Outcome.VOID),
        verdict(Outcome.FAILED, Kind.LEAKED, proof=Proof.PROVEN),
        verdict(kind=Kind.HEARD),
    )
    summary = totals(result(verdicts=verdicts)).summary(duration_s=0)
    assert (summary.absences_proven, summary.absences_waited) == (2, 1)


def test_only_calls_of_steps_that_were_sent_are_measured() -> None:
    unsent = Call(method="GET", template="/a", url="http://h/a", sent_s=None, failure="connect")
    entries = [call(0.010), call(5.0, purpose="recipe"), call(5.0, purpose="cleanup"), unsent]
    summary = totals(result(), entries=entries).summary(duration_s=0)
    assert summary.api.count == 1
    assert summary.api.max == pytest.approx(0.010, rel=0.05)


def test_a_run_without_calls_has_no_figures() -> None:
    summary = totals(result()).summary(duration_s=0)
    assert (summary.api.count, summary.delivery.count, summary.delivery_early) == (0, 0, 0)


def test_deliveries_are_measured_from_the_answer_and_from_the_request() -> None:
    heard = verdict(kind=Kind.HEARD, latency_s=0.02, from_request_s=0.05, limit_s=0.1)
    early = verdict(kind=Kind.HEARD, latency_s=0.0, from_request_s=0.01, limit_s=0.1, early=True)
    summary = totals(result(verdicts=(heard, early))).summary(duration_s=0)
    assert (summary.delivery.count, summary.delivery_early) == (2, 1)
    assert summary.delivery.max == pytest.approx(0.02, rel=0.05)
    assert summary.delivery_from_request.max == pytest.approx(0.05, rel=0.05)


@pytest.mark.parametrize(
    ("outcomes", "options", "fields", "code"),
    [
        ([PlayOutcome.PASSED], {}, {}, 0),
        ([PlayOutcome.PASSED, PlayOutcome.FAILED], {}, {}, 1),
        ([PlayOutcome.PASSED, PlayOutcome.TIMEOUT], {}, {}, 1),
        ([PlayOutcome.FAILED, PlayOutcome.ERROR], {}, {}, 1),
        ([PlayOutcome.PASSED, PlayOutcome.ERROR], {}, {}, 3),
        ([PlayOutcome.PASSED, PlayOutcome.VOID], {}, {}, 4),
        ([PlayOutcome.PASSED, PlayOutcome.VOID], {"allow_void": True}, {}, 0),
        ([PlayOutcome.FLAKY], {}, {}, 0),
        ([PlayOutcome.FLAKY], {"fail_on_flaky": True}, {}, 1),
        ([PlayOutcome.SKIPPED, PlayOutcome.NOT_RUN], {}, {}, 5),
        ([], {}, {}, 5),
        ([PlayOutcome.FAILED], {}, {"stopped": Trouble(sentence="gone")}, 3),
        ([PlayOutcome.FAILED], {}, {"stopped": Trouble(sentence="gone"), "fault": Trouble(sentence="ours")}, 70),
        ([PlayOutcome.FAILED], {}, {"fault": Trouble(sentence="ours"), "interrupted": True}, 130),
    ],
)
def test_a_run_ends_with_the_first_code_that_applies(
    outcomes: list[PlayOutcome], options: dict[str, Any], fields: dict[str, Any], code: int
) -> None:
    assert ended(totals(*(result(outcome) for outcome in outcomes), **options), **fields).exit_code == code


def test_a_claim_that_failed_before_its_scenario_became_an_error_is_a_finding_all_the_same() -> None:
    failed = verdict(Outcome.FAILED, Kind.STATUS)
    assert ended(totals(result(PlayOutcome.ERROR, verdicts=(verdict(), failed)))).exit_code == 1
    assert ended(totals(result(PlayOutcome.ERROR, verdicts=(verdict(),)))).exit_code == 3


def test_an_average_over_its_limit_fails_the_run() -> None:
    summary = ended(totals(result(), entries=[call(0.9)], api_limit_s=0.5))
    assert (summary.exit_code, [threshold.outcome for threshold in summary.thresholds][:1]) == (1, [Outcome.FAILED])


def test_an_average_that_lag_alone_may_have_raised_is_void() -> None:
    summary = ended(totals(result(), entries=[call(0.9)], lag_s=0.8, api_limit_s=0.5))
    assert (summary.exit_code, [threshold.outcome for threshold in summary.thresholds][:1]) == (4, [Outcome.VOID])


def test_a_run_that_is_over_says_so_with_its_lag_and_warnings() -> None:
    summary = ended(totals(result()))
    assert (summary.finished, summary.duration_s, summary.target_wait_known) == (True, 2.5, True)
    assert (summary.own_lag.count, summary.own_lag.p99, summary.own_lag.max) == (7, 0.003, 0.004)
    assert summary.warnings == ("beware",)


def test_a_fault_of_ours_is_told_before_what_else_stopped_the_run() -> None:
    stopped, fault = Trouble(sentence="gone"), Trouble(sentence="ours")
    assert ended(totals(), stopped=stopped, fault=fault).stopped_because == fault
    assert ended(totals(), stopped=stopped).stopped_because == stopped


def test_a_limit_of_the_profile_that_is_missed_ends_the_run_with_1() -> None:
    slow = Threshold(text="max", aggregate="max", metric="api_response", name="", limit_s=0.3, source=NOWHERE)
    found = Totals(begun=BEGUN, options=RunOptions(seed="5eed"), limits=Limits([slow]))
    found.add(result(), [call(0.4)], lag_at=lambda _: 0.0, target_wait=lambda _start, _end: 0.0)
    summary = ended(found)
    assert (summary.exit_code, summary.thresholds[-1].outcome) == (1, Outcome.FAILED)
    assert summary.thresholds[-1].sentence == "max of api response was 400 ms, not below 300ms"


def test_what_ought_to_be_heard_of_a_service_is_heard_on_its_sockets() -> None:
    found = Totals(begun=BEGUN, options=RunOptions(seed="5eed"))
    entries = [Event(name="paid", connection="bob", args=b"[]"), Event(name="due", connection="bob.bills", args=b"[]")]
    found.add(
        result(),
        entries,
        lag_at=lambda _: 0.0,
        target_wait=lambda _start, _end: 0.0,
        services={"bob.bills": "billing"},
    )
    expected = ("paid", "due", "billing:paid", "billing:due")
    assert found.unheard(expected) == ["due", "billing:paid"]


def test_what_laws_find_ends_the_run_with_1_though_every_scenario_passed() -> None:
    found = Totals(begun=BEGUN, options=RunOptions(seed="5eed"))
    found.add(result(), [], lag_at=lambda _: 0.0, target_wait=lambda _start, _end: 0.0)
    assert ended(found).exit_code == 0
    assert ended(found, findings=1).exit_code == 1
