"""Cheapest flow through a small network: successive shortest paths, as many units at a time as fit."""

from __future__ import annotations

from collections import deque


class Network:
    """Directed edges with capacities and costs; a cost below 0 is a gain.

    There must be no circle whose costs sum to less than 0.
    """

    __slots__ = ("_capacity", "_cost", "_edges", "_to")

    def __init__(self, nodes: int) -> None:
        self._edges: list[list[int]] = [[] for _ in range(nodes)]
        self._to: list[int] = []
        self._capacity: list[int] = []
        self._cost: list[int] = []

    def join(self, start: int, end: int, *, capacity: int, cost: int = 0) -> int:
        """Add an edge and return its number."""
        number = len(self._to)
        for node, other, room, price in ((start, end, capacity, cost), (end, start, 0, -cost)):
            self._edges[node].append(len(self._to))
            self._to.append(other)
            self._capacity.append(room)
            self._cost.append(price)
        return number

    def used(self, edge: int) -> int:
        """Return how many units run over the edge with that number."""
        return self._capacity[edge ^ 1]

    def fill(self, source: int, sink: int) -> None:
        """Send units from `source` to `sink` for as long as each of them is a gain."""
        while (path := self._best_path(source, sink)) is not None:
            units = min(self._capacity[edge] for edge in path)
            for edge in path:
                self._capacity[edge] -= units
                self._capacity[edge ^ 1] += units

    def _best_path(self, source: int, sink: int) -> list[int] | None:
        to, capacity, cost = self._to, self._capacity, self._cost
        cheapest: list[int | None] = [None] * len(self._edges)
        arrived_by = [-1] * len(self._edges)
        waiting = [False] * len(self._edges)
        cheapest[source] = 0
        queue = deque([source])
        while queue:
            node = queue.popleft()
            waiting[node] = False
            here = cheapest[node] or 0
            for edge in self._edges[node]:
                if capacity[edge] <= 0:
                    continue
                other, price = to[edge], here + cost[edge]
                known = cheapest[other]
                if known is None or price < known:
                    cheapest[other] = price
                    arrived_by[other] = edge
                    if not waiting[other]:
                        waiting[other] = True
                        queue.append(other)
        price_there = cheapest[sink]
        if price_there is None or price_there >= 0:
            return None
        path = []
        node = sink
        while node != source:
            path.append(arrived_by[node])
            node = to[arrived_by[node] ^ 1]
        return path
