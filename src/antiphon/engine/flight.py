"""What has left and whose entry is still to come: so that a reader of the history knows what it need not wait for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from antiphon.core.clock import Clock


class Departures:
    """One thing that many do, one after the other: who has begun it and not ended it, and since when.

    Attributes:
        names: What it is, as causes name it.
        since: Since when; the oldest stands first, for each is put in when it leaves.
    """

    __slots__ = ("names", "since")

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names
        self.since: dict[object, float] = {}


class Flight:
    """Calls, emits and connections under way, by the names that causes have for them."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._open: set[Departures] = set()

    @contextmanager
    def under_way(self, *names: str) -> Iterator[None]:
        """Count something as under way, until its entry is written.

        Args:
            names: What it is: `POST /messages/send`, `emit join_room`, `connect`.
        """
        with self.many(*names) as departures:
            departures.since[self] = self._clock.now_s()
            yield

    @contextmanager
    def many(self, *names: str) -> Iterator[Departures]:
        """Let many be counted as under way by whoever plays them; those that are left at the end are given up."""
        departures = Departures(names)
        self._open.add(departures)
        try:
            yield departures
        finally:
            self._open.discard(departures)

    def in_flight(self) -> tuple[tuple[str, float], ...]:
        """Return what is under way, and since when the oldest of each is."""
        found: dict[str, float] = {}
        for departures in self._open:
            since_s = next(iter(departures.since.values()), None)
            if since_s is not None:
                for name in departures.names:
                    found[name] = min(found.get(name, since_s), since_s)
        return tuple(found.items())
