"""The real clock and the real dice."""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import random
import secrets
import time
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class RealClock:
    """The machine's monotonic clock.

    `time.perf_counter`, because uvloop's `loop.time()` counts whole milliseconds.
    """

    now_s = staticmethod(time.perf_counter)

    async def sleep(self, seconds: float) -> None:
        """Return after `seconds`."""
        await asyncio.sleep(max(seconds, 0))


class SeededDice:
    """Dice that repeat their throws for the same seed."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._random = random.Random(hashlib.sha256(seed.encode()).digest())  # noqa: S311 - repeatable by design, no secret

    def uniform(self) -> float:
        """Return a number from 0 up to, but not including, 1."""
        return self._random.random()

    def integer(self, low: int, high: int) -> int:
        """Return a whole number from `low` to `high`, both included."""
        return self._random.randint(low, high)

    def choice(self, items: Sequence[T]) -> T:
        """Return one of `items`."""
        return self._random.choice(items)

    def bytes(self, count: int) -> bytes:
        """Return `count` bytes."""
        return self._random.randbytes(count)

    def child(self, name: str) -> SeededDice:
        """Return dice of their own for `name`."""
        return SeededDice(f"{self._seed}/{name}")


def new_seed() -> str:
    """Return a seed that nobody chose: six hexadecimal digits."""
    return secrets.token_hex(3)


def new_run_id() -> str:
    """Return a run's id: eight hexadecimal digits, different for every run whatever its seed."""
    return secrets.token_hex(4)


def new_key() -> bytes:
    """Return a key for the keyed hashes of one run's redaction."""
    return secrets.token_bytes(16)


def wall_time() -> dt.datetime:
    """Return the time of day in UTC; read once, when a run starts."""
    return dt.datetime.now(dt.UTC)
