"""What a ticker saw: how late each tick came, and how long the thread had waited for a processor by then.

Pure: it is told the ticks and answers how much a stamp between two of them can be wrong.
"""

from __future__ import annotations

import math
from array import array
from bisect import bisect_right
from collections.abc import Sequence

from msgspec import Struct

ALLOWANCE_S = 0.001
"""Added to every lag: uvloop's timers count whole milliseconds."""

_FINENESS = 32  # buckets for each doubling: 3 %


class Lag(Struct, frozen=True):
    """Antiphon's own lag over a run, weighed by time: what a stamp at any moment would have met."""

    ticks: int
    mean_s: float
    p50_s: float
    p95_s: float
    p99_s: float
    max_s: float


class Ticks:
    """The last `kept` ticks, and the distribution of lag over all of them."""

    __slots__ = ("_buckets", "_came_s", "_count", "_kept", "_late_s", "_max_s", "_waited_s")

    def __init__(self, kept: int) -> None:
        self._kept = kept
        self._count = 0
        self._came_s = array("d", bytes(8 * kept))
        self._late_s = array("d", bytes(8 * kept))
        self._waited_s = array("d", bytes(8 * kept))
        self._buckets: dict[int, float] = {}
        self._max_s = 0.0

    def add(self, *, due_s: float, came_s: float, waited_s: float) -> None:
        """Note a tick: when it was due, when it came, the run-queue wait of its thread up to then."""
        late_s = max(came_s - due_s, 0.0)
        if self._count:
            before = (self._count - 1) % self._kept
            lag_s = max(self._late_s[before], late_s) + max(waited_s - self._waited_s[before], 0.0)
            bucket = _bucket(lag_s)
            # Weighed by time, not by ticks: a stall of a second is one tick, but 200 of them are missing.
            self._buckets[bucket] = self._buckets.get(bucket, 0.0) + came_s - self._came_s[before]
            self._max_s = max(self._max_s, lag_s)
        slot = self._count % self._kept
        self._came_s[slot] = came_s
        self._late_s[slot] = late_s
        self._waited_s[slot] = waited_s
        self._count += 1

    def newest_s(self) -> float:
        """Return when the last tick came; minus infinity if there was none."""
        return self._came_s[(self._count - 1) % self._kept] if self._count else -math.inf

    def lag_at(self, stamp_s: float) -> float | None:
        """Return by how much a stamp of receipt can be late.

        The larger lateness of the two ticks around it, plus the growth of the run-queue wait between
        them, plus a millisecond.

        Returns:
            None until the tick after the stamp has come; infinity for a stamp before the first tick
            that is remembered, of which nothing is known.
        """
        if stamp_s >= self.newest_s():
            return None
        oldest = max(self._count - self._kept, 0)
        if oldest:
            after = bisect_right(_Turning(self._came_s, oldest, self._count), stamp_s) + oldest
        else:  # not yet turned, and so in order as it lies: a tenth of the time
            after = bisect_right(self._came_s, stamp_s, 0, self._count)
        if after == oldest:
            return math.inf
        one, two = (after - 1) % self._kept, after % self._kept
        growth_s = max(self._waited_s[two] - self._waited_s[one], 0.0)
        return max(self._late_s[one], self._late_s[two]) + growth_s + ALLOWANCE_S

    def percentiles(self) -> Lag:
        """Return the lag of the whole run, without the allowance; zeros before the second tick."""
        weight_s = sum(self._buckets.values())
        mean_s = (
            sum(_upper_s(bucket) * weight for bucket, weight in self._buckets.items()) / weight_s if weight_s else 0.0
        )
        return Lag(
            ticks=self._count,
            mean_s=min(mean_s, self._max_s),
            p50_s=self._percentile(0.5),
            p95_s=self._percentile(0.95),
            p99_s=self._percentile(0.99),
            max_s=self._max_s,
        )

    def _percentile(self, share: float) -> float:
        wanted_s = share * sum(self._buckets.values())
        seen_s = 0.0
        for bucket in sorted(self._buckets):
            seen_s += self._buckets[bucket]
            if seen_s >= wanted_s:
                return min(_upper_s(bucket), self._max_s)
        return 0.0


class _Turning(Sequence[float]):
    """A ring read as the sequence that it holds, oldest first."""

    __slots__ = ("_from", "_ring", "_until")

    def __init__(self, ring: array[float], start: int, end: int) -> None:
        self._ring = ring
        self._from = start
        self._until = end

    def __len__(self) -> int:
        return self._until - self._from

    def __getitem__(self, index: int) -> float:  # type: ignore[override] # bisect asks for single items only
        return self._ring[(self._from + index) % len(self._ring)]


def _bucket(lag_s: float) -> int:
    microseconds = max(lag_s * 1e6, 1.0)
    mantissa, exponent = math.frexp(microseconds)
    return exponent * _FINENESS + int((mantissa - 0.5) * 2 * _FINENESS)


def _upper_s(bucket: int) -> float:
    exponent, part = divmod(bucket, _FINENESS)
    return math.ldexp(0.5 + (part + 1) / (2 * _FINENESS), exponent) / 1e6
