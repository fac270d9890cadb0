"""A watch of Antiphon's own lag that knows it beforehand: verdicts about time can be tried with any lag."""

from __future__ import annotations

from antiphon.core.clock import Clock
from antiphon.watch.lag import LagWatch


class SteadyLag(LagWatch):
    """The same lag at every stamp, known at once."""

    def __init__(self, clock: Clock, lag_s: float = 0.0) -> None:
        super().__init__(clock, read_waited=lambda: 0.0)
        self.lag_s = lag_s

    def lag_at(self, stamp_s: float) -> float | None:
        """Return the lag that was chosen."""
        del stamp_s
        return self.lag_s

    async def after(self, stamp_s: float) -> None:
        """Return at once."""
        del stamp_s
