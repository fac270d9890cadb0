"""The profile's own thresholds: what is measured for each of them, and whether it stayed below."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct, field

from antiphon.core.durations import duration_text
from antiphon.history.entries import Call
from antiphon.judge.measures import Distribution, is_delivery
from antiphon.judge.thresholds import ThresholdVerdict
from antiphon.judge.timing import Measured, limit_text
from antiphon.judge.verdicts import Outcome, Verdict
from antiphon.target.catalogue_model import Aggregate, Threshold

_QUANTILES = {"p50": 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99}
_NAMES = {"api_response": "api response", "event_delivery": "event delivery"}


class _Seen(Struct):
    """What one threshold is about, as measured, and the least and most that it truly can have been."""

    measured: Distribution = field(default_factory=Distribution)
    least: Distribution = field(default_factory=Distribution)
    most: Distribution = field(default_factory=Distribution)

    def add(self, value: Measured) -> None:
        self.measured.add(max(value.measured_s, 0.0))
        self.least.add(max(value.least_s, 0.0))
        self.most.add(max(value.most_s, 0.0))


class Limits:
    """Measures what thresholds are about, and judges them when the run is over."""

    def __init__(self, thresholds: Sequence[Threshold]) -> None:
        """Begin with nothing measured."""
        self._seen = [(threshold, _Seen()) for threshold in thresholds]

    def call(self, call: Call, *, lag_end_s: float = 0.0, target_wait_s: float = 0.0) -> None:
        """Count a call, if it is a step's and was answered."""
        if not self._seen or call.purpose != "step" or call.status is None or call.sent_s is None:
            return
        took = Measured(measured_s=max(call.at_s - call.sent_s, 0.0), lag_end_s=lag_end_s, target_wait_s=target_wait_s)
        operation = f"{call.method} {call.template}"
        for threshold, seen in self._seen:
            if threshold.metric == "api_response" and threshold.name in ("", operation):
                seen.add(took)

    def verdict(self, verdict: Verdict) -> None:
        """Count a delivery, if the verdict is about one that was heard and promised."""
        if verdict.latency_s is None or not is_delivery(verdict):
            return
        took = Measured(
            measured_s=verdict.latency_s,
            lag_start_s=0.0 if verdict.early else verdict.lag_start_s or 0.0,
            lag_end_s=verdict.lag_end_s or 0.0,
            target_wait_s=verdict.target_wait_s or 0.0,
        )
        for threshold, seen in self._seen:
            if threshold.metric == "event_delivery" and threshold.name in ("", verdict.event):
                seen.add(took)

    def judged(self) -> tuple[ThresholdVerdict, ...]:
        """Return the verdict of each, in the order of the profile."""
        return tuple(_judged(threshold, seen) for threshold, seen in self._seen)


def _judged(threshold: Threshold, seen: _Seen) -> ThresholdVerdict:
    value_s, least_s, most_s = (_of(threshold.aggregate, values) for values in (seen.measured, seen.least, seen.most))
    what = f"{threshold.aggregate} of {_NAMES[threshold.metric]}" + (f" {threshold.name}" if threshold.name else "")
    limit, value = limit_text(threshold.limit_s), duration_text(value_s)
    if not seen.measured.count:
        outcome, sentence = Outcome.NOT_RUN, f"{what} below {limit}: not exercised"
    elif most_s < threshold.limit_s:
        outcome, sentence = Outcome.HELD, f"{what} was {value}, below {limit}"
    elif least_s >= threshold.limit_s:
        outcome, sentence = Outcome.FAILED, f"{what} was {value}, not below {limit}"
    else:
        between = f"between {duration_text(least_s)} and {duration_text(most_s)}"
        sentence = f"cannot tell whether {what} was below {limit}: measured {value}, truly {between}"
        outcome = Outcome.VOID
    return ThresholdVerdict(
        name=threshold.text,
        outcome=outcome,
        sentence=sentence,
        value_s=value_s,
        limit_s=threshold.limit_s,
        least_s=least_s,
        most_s=most_s,
        count=seen.measured.count,
    )


def _of(aggregate: Aggregate, values: Distribution) -> float:
    match aggregate:
        case "avg":
            return values.mean
        case "min":
            return values.min
        case "max":
            return values.max
        case _:
            return values.quantile(_QUANTILES[aggregate])
