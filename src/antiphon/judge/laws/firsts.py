"""Which events were heard for the first time: what all hear of one message is one cause of others."""

from __future__ import annotations

from collections.abc import Container

from antiphon.history.entries import Event
from antiphon.judge.people import Hearer


class Firsts:
    """Those events that were heard not long ago, and by whom."""

    def __init__(self, told_apart: Container[str]) -> None:
        """Remember.

        Args:
            told_apart: Names of events that something tells from a copy.
        """
        self._told_apart = told_apart
        self._heard: dict[tuple[str, bytes], tuple[float, set[Hearer]]] = {}

    def take(self, event: Event, hearer: Hearer) -> bool:
        """Return whether nobody heard just this before; heard again by the same one, it is another."""
        key = (event.name, event.args)
        known = self._heard.get(key)
        if known is None or (hearer in known[1] and event.name not in self._told_apart):
            self._heard[key] = event.at_s, {hearer}
            return True
        known[1].add(hearer)
        return False

    def forget(self, before_s: float) -> None:
        """Forget what was first heard before a moment."""
        if self._heard:
            self._heard = {key: known for key, known in self._heard.items() if known[0] >= before_s}

    @property
    def size(self) -> int:
        """How much is remembered."""
        return len(self._heard)
