"""What is to be looked at when: the earliest first.

Nearly all comes in the order in which it is due, as long as things of one kind are compared. So each kind has a lane,
and only what comes out of order goes into a heap, which costs several times as much with 20,000 things in it. What is
due is taken out of all lanes at once and sorted, which is little work for rows that are in order already: 0.6 us a
thing, where looking at the head of each lane for each of them takes 1.6.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import chain, count

from antiphon.judge.membership.timeline import NEVER_S

Due = tuple[float, int, object]


class Agenda:
    """Things with the moments at which they are due."""

    __slots__ = ("_heap", "_lanes", "_number", "_taken", "_until_s")

    def __init__(self, lanes: int) -> None:
        self._lanes: list[deque[Due]] = [deque() for _ in range(lanes)]
        self._heap: list[Due] = []
        self._taken: list[Due] = []  # out of the lanes and still to be looked at, the earliest last
        self._until_s = NEVER_S
        self._number = count()

    def add(self, lane: int, due_s: float, thing: object) -> None:
        """Add a thing of the kind that has this lane."""
        waiting = self._lanes[lane]
        due = (due_s, next(self._number), thing)
        if due_s >= self._until_s and (not waiting or waiting[-1][0] <= due_s):
            waiting.append(due)
        else:
            heapq.heappush(self._heap, due)

    def due(self, before_s: float) -> Iterator[Due]:
        """Yield what is due before a moment, the earliest first, and forget it; more may be added meanwhile."""
        taken, heap = self._taken, self._heap
        for waiting in self._lanes:
            while waiting and waiting[0][0] < before_s:
                taken.append(waiting.popleft())
        taken.sort(reverse=True)
        self._until_s = before_s
        while True:
            if heap and heap[0][0] < before_s and (not taken or heap[0] < taken[-1]):
                yield heapq.heappop(heap)
            elif taken:
                yield taken.pop()
            else:
                break
        self._until_s = NEVER_S

    def latest(self, lane: int) -> Iterator[object]:
        """Yield at least the things of one lane, those that are due last first."""
        in_order: Iterable[Due] = chain(reversed(self._lanes[lane]), self._taken)
        if self._heap:
            others = sorted(self._heap, key=_order, reverse=True)
            in_order = heapq.merge(in_order, others, key=_order, reverse=True)
        yield from (thing for _, _, thing in in_order)

    def __len__(self) -> int:
        return len(self._heap) + len(self._taken) + sum(len(waiting) for waiting in self._lanes)


def _order(due: Due) -> tuple[float, int]:
    return due[0], due[1]
