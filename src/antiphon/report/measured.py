"""What the history and the verdicts of a run measured: single values for charts, answers and events for reports."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence

from msgspec import Struct

from antiphon.history.entries import AnyEntry, Call
from antiphon.judge.measures import is_delivery
from antiphon.judge.verdicts import Kind
from antiphon.run.results import ScenarioResult

_FEWEST = 5
_DELIVERIES = frozenset({Kind.HEARD, Kind.LATE})


class Bar(Struct, frozen=True):
    """How many values lie above the bound of the bar before and up to `upto_s`."""

    upto_s: float
    count: int


def api_times(entries: Iterable[AnyEntry]) -> list[float]:
    """Return how long the answered calls of steps took, from first byte sent to last byte received; seconds."""
    return [
        entry.at_s - entry.sent_s
        for entry in entries
        if isinstance(entry, Call)
        and entry.purpose == "step"
        and entry.status is not None
        and entry.sent_s is not None
        and entry.at_s >= entry.sent_s
    ]


def delivery_times(results: Iterable[ScenarioResult]) -> list[float]:
    """Return the latencies of the judged deliveries, from the answer to the event; seconds."""
    return [
        verdict.latency_s
        for result in results
        for verdict in result.verdicts
        if is_delivery(verdict) and verdict.latency_s is not None
    ]


def histogram(values_s: Sequence[float]) -> tuple[Bar, ...]:
    """Return the values counted between 1, 2, 5, 10, … of a unit; nothing where there are too few to have a shape."""
    if len(values_s) < _FEWEST:
        return ()
    bounds = [step * 10.0**power for power in range(-5, 3) for step in (1, 2, 5)]
    counts = [0] * (len(bounds) + 1)
    for value in values_s:
        counts[bisect_left(bounds, value)] += 1
    filled = [position for position, count in enumerate(counts[:-1]) if count]
    if not filled:
        return ()
    return tuple(Bar(bounds[position], counts[position]) for position in range(filled[0], filled[-1] + 1))
