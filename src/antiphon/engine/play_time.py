"""The time that a scenario has: how much is left, and that it stands still while Antiphon itself holds a call back."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class PlayTime:
    """The time limit under which a play is at this moment."""

    __slots__ = ("_held", "_left_s", "_limit")

    def __init__(self) -> None:
        self._limit: asyncio.Timeout | None = None
        self._held = 0
        self._left_s = 0.0

    @contextmanager
    def limited_by(self, limit: asyncio.Timeout) -> Iterator[None]:
        """Let this limit count inside of the block."""
        before, self._limit = self._limit, limit
        try:
            yield
        finally:
            self._limit = before

    def left_s(self) -> float:
        """Return how much is left; infinite without a limit."""
        if self._held:
            return self._left_s
        due_s = self._limit.when() if self._limit is not None else None
        return float("inf") if due_s is None else max(due_s - asyncio.get_running_loop().time(), 0.0)

    @contextmanager
    def stands_still(self) -> Iterator[None]:
        """Let no time pass inside of the block; of several at once the last one lets it go on."""
        limit = self._limit
        if limit is None or limit.expired():
            yield
            return
        if not self._held:
            self._left_s = self.left_s()
            limit.reschedule(None)
        self._held += 1
        try:
            yield
        finally:
            self._held -= 1
            if not self._held and not limit.expired():
                limit.reschedule(asyncio.get_running_loop().time() + self._left_s)
