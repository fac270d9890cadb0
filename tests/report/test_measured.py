from __future__ import annotations

import msgspec
import pytest

from antiphon.judge.measures import is_delivery
from antiphon.judge.verdicts import Kind, Outcome, Verdict
from antiphon.report.measured import api_times, delivery_times, histogram


def test_only_answered_calls_of_steps_are_api_responses(run, make_call) -> None:
    calls = [
        make_call("p", "1", "a", 1, 1.0, 1.5, path="/x"),
        make_call("p", "1", "a", 2, 1.0, 1.5, path="/x", status=None),
        make_call("p", "1", "a", 3, 1.0, 1.5, path="/x", purpose="recipe"),
        msgspec.structs.replace(make_call("p", "1", "a", 4, 1.0, 1.5, path="/x"), sent_s=None),
    ]
    assert api_times([*calls, run.entries[0]]) == [0.5]


def test_a_delivery_is_what_was_heard_in_time_or_late(run) -> None:
    assert sorted(delivery_times(run.results)) == [0.098, 0.3]


@pytest.mark.parametrize(
    ("kind", "outcome", "counts"),
    [
        (Kind.HEARD, Outcome.HELD, True),
        (Kind.LATE, Outcome.FAILED, True),
        (Kind.LATE, Outcome.VOID, True),
        (Kind.LATE, Outcome.NOT_RUN, False),
        (Kind.DIFFERS, Outcome.FAILED, False),
    ],
)
def test_a_verdict_that_judged_no_time_is_no_delivery(kind: Kind, outcome: Outcome, counts: bool) -> None:
    assert is_delivery(Verdict(outcome=outcome, kind=kind, claim="c", latency_s=0.1, limit_s=0.2)) is counts
    assert not is_delivery(Verdict(outcome=outcome, kind=kind, claim="c", limit_s=0.2))


def test_values_are_counted_between_rounded_bounds() -> None:
    bars = histogram([0.0009, 0.001, 0.0011, 0.004, 0.0041])
    assert [(round(bar.upto_s * 1000, 3), bar.count) for bar in bars] == [(1.0, 2), (2.0, 1), (5.0, 2)]


def test_too_few_values_have_no_shape() -> None:
    assert histogram([0.1] * 4) == ()


def test_values_beyond_every_bound_do_not_break_it() -> None:
    assert histogram([0.0, 1e9, 1e9, 1e9, 1e9])[0].count == 1
    assert histogram([1e9] * 9) == ()
