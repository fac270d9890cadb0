"""The profile's own limits: what is counted for each, and how it is judged."""

from __future__ import annotations

import msgspec
import pytest
from msgspec.structs import replace

from antiphon.core.source import NOWHERE
from antiphon.history.entries import Call
from antiphon.judge.limits import Limits
from antiphon.judge.verdicts import Kind, Outcome, Verdict
from antiphon.target.catalogue_model import Aggregate, Threshold

P95 = Threshold(text="p95", aggregate="p95", metric="api_response", name="", limit_s=0.3, source=NOWHERE)
HEARD = Verdict(
    outcome=Outcome.HELD,
    kind=Kind.HEARD,
    claim="",
    sentence="",
    event="said",
    latency_s=0.02,
    limit_s=0.1,
    source=NOWHERE,
)


def call(took_s: float, *, method: str = "GET", template: str = "/rooms", purpose: str = "step") -> Call:
    return Call(
        method=method,
        template=template,
        url="",
        sent_s=1.0,
        at_s=1.0 + took_s,
        status=200,
        purpose=purpose,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("aggregate", "value_s"),
    [("avg", 0.0505), ("min", 0.001), ("max", 0.1), ("p50", 0.05), ("p90", 0.09), ("p95", 0.095), ("p99", 0.099)],
)
def test_every_aggregate_is_of_all_values(aggregate: Aggregate, value_s: float) -> None:
    limits = Limits([replace(P95, aggregate=aggregate)])
    for number in range(1, 101):
        limits.call(call(number / 1000))
    (found,) = limits.judged()
    assert found.value_s == pytest.approx(value_s, rel=0.002)
    assert (found.outcome, found.count) == (Outcome.HELD, 100)


@pytest.mark.parametrize(
    ("took_s", "lag_s", "outcome", "sentence"),
    [
        (0.2, 0.0, Outcome.HELD, "p95 of api response was 200 ms, below 300ms"),
        (0.4, 0.0, Outcome.FAILED, "p95 of api response was 400 ms, not below 300ms"),
        (0.4, 0.2, Outcome.VOID, "cannot tell whether p95 of api response was below 300ms: measured 400 ms, truly"),
    ],
)
def test_a_limit_holds_is_missed_or_cannot_be_told(
    took_s: float, lag_s: float, outcome: Outcome, sentence: str
) -> None:
    limits = Limits([P95])
    limits.call(call(took_s), lag_end_s=lag_s)
    (found,) = limits.judged()
    assert (found.outcome, found.sentence[: len(sentence)]) == (outcome, sentence)


def test_only_what_a_limit_names_is_counted() -> None:
    limits = Limits([replace(P95, name="POST /rooms"), replace(P95, metric="event_delivery", name="said", limit_s=0.1)])
    limits.call(call(0.5))
    limits.call(call(0.1, method="POST"))
    limits.call(call(0.5, method="POST", purpose="recipe"))
    limits.verdict(HEARD)
    limits.verdict(msgspec.structs.replace(HEARD, event="left", latency_s=5.0))
    limits.verdict(msgspec.structs.replace(HEARD, limit_s=None, latency_s=5.0))
    answers, deliveries = limits.judged()
    assert (answers.count, deliveries.count) == (1, 1)
    assert answers.sentence == "p95 of api response POST /rooms was 100 ms, below 300ms"
    assert deliveries.sentence == "p95 of event delivery said was 20 ms, below 100ms"


def test_a_limit_of_nothing_is_not_exercised() -> None:
    (found,) = Limits([P95]).judged()
    assert (found.outcome, found.sentence) == (Outcome.NOT_RUN, "p95 of api response below 300ms: not exercised")
