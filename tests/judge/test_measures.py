"""Distributions: exact where they promise it, near enough elsewhere, and the same however they were put together."""

from __future__ import annotations

from math import ceil, inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.history.entries import Call
from antiphon.judge.measures import Distribution, Measures
from antiphon.judge.verdicts import Kind, Outcome, Verdict

VALUES = st.lists(st.floats(min_value=0, max_value=1e6, allow_nan=False), min_size=1, max_size=60)


def of(values: list[float]) -> Distribution:
    found = Distribution()
    for value in values:
        found.add(value)
    return found


def test_nothing_measures_nothing() -> None:
    empty = Distribution()
    assert (empty.count, empty.mean, empty.max, empty.quantile(0.5), empty.mean_between) == (
        0,
        0.0,
        0.0,
        0.0,
        (0.0, 0.0),
    )


@given(VALUES, st.floats(min_value=0, max_value=1))
def test_a_percentile_is_off_by_at_most_a_thousandth(values: list[float], part: float) -> None:
    exact = sorted(values)[max(ceil(part * len(values)), 1) - 1]
    assert of(values).quantile(part) == pytest.approx(exact, rel=1e-3, abs=1e-300)


@given(VALUES)
def test_count_sum_and_ends_are_exact(values: list[float]) -> None:
    found = of(values)
    assert (found.count, found.min, found.max) == (len(values), min(values), max(values))
    assert found.mean == pytest.approx(sum(values) / len(values))
    assert found.quantile(1) == pytest.approx(max(values), rel=1e-3)


@given(VALUES, VALUES)
def test_two_merged_are_as_one(one: list[float], other: list[float]) -> None:
    merged = of(one)
    merged.merge(of(other))
    whole = of(one + other)
    assert merged.buckets() == whole.buckets()
    assert (merged.count, merged.min, merged.max) == (whole.count, whole.min, whole.max)
    assert merged.total == pytest.approx(whole.total)


def test_merging_with_nothing_changes_nothing() -> None:
    one = of([1.0, 2.0])
    one.merge(Distribution())
    empty = Distribution()
    empty.merge(one)
    assert one.buckets() == empty.buckets()
    assert (empty.min, empty.max, empty.count) == (1.0, 2.0, 2)


@pytest.mark.parametrize("value", [-0.001, nan, inf])
def test_what_is_no_duration_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="no duration"):
        Distribution().add(value)


def test_the_average_knows_what_it_truly_may_be() -> None:
    found = Distribution()
    found.add(0.1, least=0.05, most=0.1)
    found.add(0.2, least=0.2, most=0.4)
    assert found.mean_between == pytest.approx((0.125, 0.25))


def test_only_answered_calls_of_steps_are_counted() -> None:
    measures = Measures()
    answered = Call(method="GET", template="/a", url="u", sent_s=1.0, at_s=1.2, status=200)
    measures.call(answered, lag_end_s=0.05)
    measures.call(Call(method="GET", template="/a", url="u", sent_s=1.0, at_s=9.0, status=None))
    measures.call(Call(method="GET", template="/a", url="u", sent_s=1.0, at_s=9.0, status=200, purpose="recipe"))
    assert measures.api.count == 1
    assert measures.api.mean_between == pytest.approx((0.15, 0.2))


def delivery(latency_s: float | None, kind: Kind = Kind.HEARD, **fields: object) -> Verdict:
    outcome = Outcome.FAILED if kind is not Kind.HEARD else Outcome.HELD
    fields.setdefault("limit_s", 0.1)
    return Verdict(outcome=outcome, kind=kind, claim="", latency_s=latency_s, **fields)  # type: ignore[arg-type]


def test_every_delivery_that_was_heard_counts_the_late_ones_too() -> None:
    measures = Measures()
    measures.verdict(delivery(0.01, lag_start_s=0.001, lag_end_s=0.002))
    measures.verdict(delivery(0.3, Kind.LATE))
    measures.verdict(delivery(0.0, early=True, lag_start_s=0.5))
    measures.verdict(delivery(None, Kind.LOST))
    measures.verdict(delivery(None))
    assert (measures.delivery.count, measures.early, measures.delivery.max) == (3, 1, 0.3)
    assert measures.delivery.mean_between == pytest.approx(((0.008 + 0.3) / 3, (0.011 + 0.3) / 3))


def test_measures_of_two_workers_add_up() -> None:
    one, other = Measures(), Measures()
    one.verdict(delivery(0.1))
    other.verdict(delivery(0.0, early=True))
    one.merge(other)
    assert (one.delivery.count, one.early) == (2, 1)


def test_an_event_without_a_promised_time_is_no_delivery() -> None:
    measures = Measures()
    measures.verdict(delivery(0.5, limit_s=None))
    assert measures.delivery.count == 0


def test_deliveries_are_counted_from_the_request_as_well() -> None:
    measures = Measures()
    measures.verdict(delivery(0.0, early=True, from_request_s=0.004))
    measures.verdict(delivery(0.0, early=True, from_request_s=0.004))
    assert measures.early == 2
    assert measures.from_request.count == 2
    assert measures.from_request.mean == pytest.approx(0.004)
