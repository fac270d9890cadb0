"""A bell that many may wait for: rung whenever something was heard, so that whoever waits looks again."""

from __future__ import annotations

import asyncio


class Bell:
    """Wakes everybody who waits; a ring that nobody waits for is forgotten."""

    def __init__(self) -> None:
        self._waiting: list[asyncio.Future[None]] = []

    def ring(self) -> None:
        """Wake all who wait now."""
        if not self._waiting:  # rung at every event, and most of the time nobody waits
            return
        waiting, self._waiting = self._waiting, []
        for future in waiting:
            if not future.done():
                future.set_result(None)

    async def wait(self, timeout_s: float) -> bool:
        """Return True when the bell rang, False when `timeout_s` passed first."""
        if timeout_s <= 0:
            return False
        loop = asyncio.get_running_loop()
        future: asyncio.Future[None] = loop.create_future()
        self._waiting.append(future)
        timer = loop.call_later(timeout_s, _give_up, future)
        try:
            await future
        except _GaveUpError:
            return False
        finally:
            timer.cancel()
            if future in self._waiting:
                self._waiting.remove(future)
        return True


class _GaveUpError(Exception):
    pass


def _give_up(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_exception(_GaveUpError())
