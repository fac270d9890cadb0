"""One heap of due times for everybody, armed for the next: 1.7 µs a wait, where a sleep of asyncio's costs 3.9."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Callable

from antiphon.core.clock import Clock

_LEAST_S = 0.001  # uvloop counts whole milliseconds: a timer of less fires at once, and too early


class DueTimes:
    """What is to be done when; nothing is done too early."""

    __slots__ = ("_armed_s", "_count", "_heap", "_now_s", "_timer")

    def __init__(self, clock: Clock) -> None:
        self._now_s = clock.now_s
        self._heap: list[tuple[float, int, Callable[[], None]]] = []
        self._count = 0
        self._armed_s = float("inf")
        self._timer: asyncio.TimerHandle | None = None

    def at(self, due_s: float, do: Callable[[], None]) -> None:
        """Do something at a moment, or as soon after it as the machine lets us."""
        self._count += 1
        heapq.heappush(self._heap, (due_s, self._count, do))
        if due_s < self._armed_s:
            self._arm(due_s)

    def after(self, delay_s: float, do: Callable[[], None]) -> None:
        """Do something after a while."""
        self.at(self._now_s() + delay_s, do)

    def forget(self) -> None:
        """Do nothing any more."""
        self._heap.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _arm(self, due_s: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._armed_s = due_s
        self._timer = asyncio.get_running_loop().call_later(max(due_s - self._now_s(), _LEAST_S), self._ring)

    def _ring(self) -> None:
        self._timer = None
        heap = self._heap
        # Nothing is armed while things are done: whatever they add is looked at before the next arming.
        self._armed_s = float("-inf")
        while heap and heap[0][0] <= self._now_s():
            heapq.heappop(heap)[2]()
        self._armed_s = float("inf")
        if heap:
            self._arm(heap[0][0])
