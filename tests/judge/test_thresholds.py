"""Limits on averages, in three answers and none."""

from __future__ import annotations

import pytest

from antiphon.judge.measures import Distribution, Measures
from antiphon.judge.thresholds import judge_average, judge_thresholds
from antiphon.judge.verdicts import Outcome


def values(*measured: tuple[float, float, float]) -> Distribution:
    found = Distribution()
    for value, least, most in measured:
        found.add(value, least=least, most=most)
    return found


@pytest.mark.parametrize(
    ("found", "outcome", "sentence"),
    [
        (values((0.05, 0.04, 0.06)), Outcome.HELD, "event delivery took 50 ms on average, below 100ms"),
        (values((0.3, 0.2, 0.3)), Outcome.FAILED, "event delivery took 300 ms on average, not below 100ms"),
        (values((0.1, 0.1, 0.1)), Outcome.FAILED, "event delivery took 100 ms on average, not below 100ms"),
        (
            values((0.12, 0.05, 0.13)),
            Outcome.VOID,
            (
                "cannot tell whether event delivery took less than 100ms on average: measured 120 ms, "
                "truly between 50 ms and 130 ms"
            ),
        ),
        (values(), Outcome.NOT_RUN, "event delivery below 100ms on average: not exercised"),
    ],
)
def test_an_average_is_judged_with_its_doubt(found: Distribution, outcome: Outcome, sentence: str) -> None:
    judged = judge_average("event delivery", found, 0.1)
    assert (judged.outcome, judged.sentence) == (outcome, sentence)


def test_one_late_event_does_not_miss_a_limit_on_the_average() -> None:
    assert judge_average("event delivery", values((0.5, 0.5, 0.5), *[(0.0, 0.0, 0.0)] * 9), 0.1).outcome is Outcome.HELD


def test_a_run_has_a_limit_on_calls_and_one_on_deliveries() -> None:
    measures = Measures()
    measures.api.add(0.7)
    measures.delivery.add(0.01)
    api, delivery = judge_thresholds(measures)
    assert (api.name, api.outcome, api.limit_s) == ("api response", Outcome.FAILED, 0.5)
    assert (delivery.name, delivery.outcome, delivery.limit_s) == ("event delivery", Outcome.HELD, 0.1)
    assert judge_thresholds(measures, api_limit_s=1.0)[0].outcome is Outcome.HELD
    assert judge_thresholds(measures, delivery_limit_s=0.001)[1].outcome is Outcome.FAILED
