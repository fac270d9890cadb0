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
        """Send units from `source` to `sink` for as long as each of them is a gain.

        Of ways that cost the same, the one whose edges were joined first is taken first.
        """
        while True:
            price = self._prices(source)
            there = price[sink]
            if there is None or there >= 0:
                return
            # All the cheapest ways are filled before prices are found anew; a node that led nowhere is left.
            dead = [False] * len(self._edges)
            while (path := self._path(source, sink, price, dead)) is not None:
                units = min(self._capacity[edge] for edge in path)
                for edge in path:
                    self._capacity[edge] -= units
                    self._capacity[edge ^ 1] += units

    def _prices(self, source: int) -> list[int | None]:
        """Return the cheapest price at which each node can be reached; None where it cannot."""
        to, capacity, cost = self._to, self._capacity, self._cost
        cheapest: list[int | None] = [None] * len(self._edges)
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
                    if not waiting[other]:
                        waiting[other] = True
                        queue.append(other)
        return cheapest

    def _path(self, source: int, sink: int, price: list[int | None], dead: list[bool]) -> list[int] | None:
        """Return one of the cheapest ways that has room, edge by edge; None if there is none among living nodes."""
        path: list[int] = []
        passed = {source}
        node = source
        while node != sink:
            here = price[node] or 0
            for edge in self._edges[node]:
                other = self._to[edge]
                if (
                    self._capacity[edge] > 0
                    and other not in passed
                    and not dead[other]
                    and price[other] == here + self._cost[edge]
                ):
                    path.append(edge)
                    passed.add(other)
                    node = other
                    break
            else:
                dead[node] = True
                if node == source:
                    return None
                node = self._to[path.pop() ^ 1]
        return path
