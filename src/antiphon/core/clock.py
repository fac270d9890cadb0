"""Time and chance as parameters: whoever needs one is handed it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

T = TypeVar("T")


class Clock(Protocol):
    """The only clock of a run. Seconds, monotonic; the zero means nothing."""

    def now_s(self) -> float:
        """Return the present moment."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Return after `seconds` of this clock; at once if that is not positive."""
        ...


class Dice(Protocol):
    """The only source of chance, seeded, so that a run can be repeated."""

    def uniform(self) -> float:
        """Return a number from 0 up to, but not including, 1."""
        ...

    def integer(self, low: int, high: int) -> int:
        """Return a whole number from `low` to `high`, both included."""
        ...

    def choice(self, items: Sequence[T]) -> T:
        """Return one of `items`, which must not be empty."""
        ...

    def bytes(self, count: int) -> bytes:
        """Return `count` bytes."""
        ...

    def child(self, name: str) -> Dice:
        """Return dice of their own for `name`: the same seed and name give the same throws."""
        ...
