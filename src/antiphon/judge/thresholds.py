"""Limits on a run's averages: a claim about a distribution, never about one event."""

from __future__ import annotations

from msgspec import Struct

from antiphon.core.durations import duration_text
from antiphon.judge.measures import Distribution, Measures
from antiphon.judge.timing import limit_text
from antiphon.judge.verdicts import Outcome

API_LIMIT_S = 0.5
DELIVERY_LIMIT_S = 0.1


class ThresholdVerdict(Struct, frozen=True, kw_only=True):
    """A judged limit.

    Attributes:
        name: What is limited (`api response`, `event delivery`).
        outcome: Held or failed; void where own lag leaves it open; not run where nothing was measured.
        sentence: What happened.
        value_s: The average as measured.
        limit_s: What it must stay below.
        least_s: The least that the true average can have been.
        most_s: The most that it can have been.
        count: How many values there were.
    """

    name: str
    outcome: Outcome
    sentence: str
    value_s: float
    limit_s: float
    least_s: float
    most_s: float
    count: int


def judge_average(name: str, values: Distribution, limit_s: float) -> ThresholdVerdict:
    """Return whether the average stayed below a limit."""
    least_s, most_s = values.mean_between
    mean, limit = duration_text(values.mean), limit_text(limit_s)
    if values.count == 0:
        outcome, sentence = Outcome.NOT_RUN, f"{name} below {limit} on average: not exercised"
    elif most_s < limit_s:
        outcome, sentence = Outcome.HELD, f"{name} took {mean} on average, below {limit}"
    elif least_s >= limit_s:
        outcome, sentence = Outcome.FAILED, f"{name} took {mean} on average, not below {limit}"
    else:
        between = f"between {duration_text(least_s)} and {duration_text(most_s)}"
        sentence = f"cannot tell whether {name} took less than {limit} on average: measured {mean}, truly {between}"
        outcome = Outcome.VOID
    return ThresholdVerdict(
        name=name,
        outcome=outcome,
        sentence=sentence,
        value_s=values.mean,
        limit_s=limit_s,
        least_s=least_s,
        most_s=most_s,
        count=values.count,
    )


def judge_thresholds(
    measures: Measures, *, api_limit_s: float = API_LIMIT_S, delivery_limit_s: float = DELIVERY_LIMIT_S
) -> tuple[ThresholdVerdict, ...]:
    """Return the verdicts of a run's limits on its averages."""
    return (
        judge_average("api response", measures.api, api_limit_s),
        judge_average("event delivery", measures.delivery, delivery_limit_s),
    )
