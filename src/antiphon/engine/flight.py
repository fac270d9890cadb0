"""What has left and whose entry is still to come: so that a reader of the history knows what it need not wait for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

from antiphon.core.clock import Clock


class Flight:
    """Calls, emits and connections under way, by the names that causes have for them."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._number = count()
        self._since: dict[int, tuple[tuple[str, ...], float]] = {}

    @contextmanager
    def under_way(self, *names: str) -> Iterator[None]:
        """Count something as under way, until its entry is written.

        Args:
            names: What it is: `POST /messages/send`, `emit join_room`, `connect`.
        """
        number = next(self._number)
        self._since[number] = names, self._clock.now_s()
        try:
            yield
        finally:
            del self._since[number]

    def in_flight(self) -> tuple[tuple[str, float], ...]:
        """Return what is under way, and since when the oldest of each is."""
        found: dict[str, float] = {}
        for names, since_s in self._since.values():
            for name in names:
                found[name] = min(found.get(name, since_s), since_s)
        return tuple(found.items())
