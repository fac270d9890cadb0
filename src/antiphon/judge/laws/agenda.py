"""What is to be looked at when: the earliest first.

Nearly all comes in the order in which it is due, as long as things of one kind are compared. So each kind has a lane,
and only what comes out of order goes into a heap, which costs several times as much with 20,000 things in it.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import count

Due = tuple[float, int, object]


class Agenda:
    """Things with the moments at which they are due."""

    __slots__ = ("_heap", "_lanes", "_number")

    def __init__(self, lanes: int) -> None:
        self._lanes: list[deque[Due]] = [deque() for _ in range(lanes)]
        self._heap: list[Due] = []
        self._number = count()

    def add(self, lane: int, due_s: float, thing: object) -> None:
        """Add a thing of the kind that has this lane."""
        waiting = self._lanes[lane]
        due = (due_s, next(self._number), thing)
        if not waiting or waiting[-1][0] <= due_s:
            waiting.append(due)
        else:
            heapq.heappush(self._heap, due)

    def pop(self, before_s: float) -> Due | None:
        """Return the earliest that is due before a moment, and forget it; None if there is none."""
        best: deque[Due] | None = None
        best_s = before_s
        number = -1
        for waiting in self._lanes:
            if waiting:
                due_s, order, _ = waiting[0]
                if due_s < best_s or (due_s == best_s and best is not None and order < number):
                    best, best_s, number = waiting, due_s, order
        heap = self._heap
        if heap and (heap[0][0] < best_s or (heap[0][0] == best_s and best is not None and heap[0][1] < number)):
            return heapq.heappop(heap)
        return best.popleft() if best is not None else None

    def latest(self, lane: int) -> Iterator[object]:
        """Yield the things of one lane, and those that came out of order, those that are due last first."""
        in_order: Iterable[Due] = reversed(self._lanes[lane])
        if self._heap:
            others = sorted(self._heap, key=_order, reverse=True)
            in_order = heapq.merge(in_order, others, key=_order, reverse=True)
        yield from (thing for _, _, thing in in_order)

    def __len__(self) -> int:
        return len(self._heap) + sum(len(waiting) for waiting in self._lanes)


def _order(due: Due) -> tuple[float, int]:
    return due[0], due[1]
