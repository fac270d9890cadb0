"""The clock of one run: seconds since it began, so that every stamp in its history counts from one zero."""

from __future__ import annotations

from antiphon.core.clock import Clock


class RunClock:
    """A clock whose zero is the moment at which it was made."""

    def __init__(self, clock: Clock) -> None:
        self._now_s = clock.now_s
        self._clock = clock
        self._origin_s = clock.now_s()

    def now_s(self) -> float:
        """Return seconds since the run began."""
        return self._now_s() - self._origin_s

    async def sleep(self, seconds: float) -> None:
        """Return after `seconds`."""
        await self._clock.sleep(seconds)
