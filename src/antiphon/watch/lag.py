"""Antiphon's own lag: a ticker on the loop that takes the stamps.

A stamp of receipt is taken when the loop gets to it, which can only be late. How late, the ticks
around it tell: they were held up by the same loop and the same processor.
"""

from __future__ import annotations

import asyncio
import math

from antiphon.core.clock import Clock
from antiphon.watch.schedstat import OwnThread, ReadWaited
from antiphon.watch.ticks import Lag, Ticks

PERIOD_S = 0.005
KEPT_S = 360.0  # longer than a scenario may take, for much of it is judged at its end; 1.7 MB
_STALLED_S = 30.0


class LagWatch:
    """Watches the loop that it is started on. Start it in the thread of that loop; stop it in the end.

    Attributes:
        schedstat_available: Whether the system tells how long the thread waited for a processor; without it
            that part of the lag counts as 0.
    """

    __slots__ = ("_due_s", "_loop", "_now_s", "_own", "_read", "_ticks", "_timer", "_waiting", "schedstat_available")

    def __init__(self, clock: Clock, *, read_waited: ReadWaited | None = None) -> None:
        """Make a watch that has not started.

        Args:
            clock: The one that takes the stamps.
            read_waited: Tells the seconds that the thread has waited; by default Linux does.
        """
        self._now_s = clock.now_s
        self._own: OwnThread | None = None
        self._read = read_waited
        self._ticks = Ticks(int(KEPT_S / PERIOD_S))
        self._loop: asyncio.AbstractEventLoop | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._due_s = 0.0
        self._waiting: list[tuple[float, asyncio.Future[None]]] = []
        self.schedstat_available = False

    def start(self) -> None:
        """Begin to tick on the running loop; the first tick comes at once."""
        if self._loop is not None:
            raise RuntimeError("the watch is already started")
        self._loop = asyncio.get_running_loop()
        if self._read is None:
            self._own = OwnThread()
            self._read = self._own.read
        self.schedstat_available = self._read() is not None
        self._due_s = self._now_s()
        self._tick()

    def stop(self) -> None:
        """Cease; what was seen stays, and whoever waits for a tick goes on."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._loop = None
        if self._own is not None:
            self._own.close()
            self._own = None
            self._read = None
        self._wake(math.inf)

    def lag_at(self, stamp_s: float) -> float | None:
        """Return by how much a stamp of receipt can be late, in seconds; see `Ticks.lag_at`.

        Returns:
            None until the tick after the stamp has come; infinity for a stamp that nothing is known of.
        """
        return self._ticks.lag_at(stamp_s)

    async def after(self, stamp_s: float) -> None:
        """Return once `lag_at` knows about the stamp; at once if it does, or if the watch is stopped.

        Raises:
            TimeoutError: No tick came for 30 s, or the stamp lies that far ahead.
        """
        if stamp_s < self._ticks.newest_s() or self._loop is None:
            return
        ticked: asyncio.Future[None] = self._loop.create_future()
        self._waiting.append((stamp_s, ticked))
        try:
            async with asyncio.timeout(_STALLED_S):
                await ticked
        except TimeoutError:
            raise TimeoutError(f"the lag at a stamp was not known after {_STALLED_S:.0f} s") from None

    def percentiles(self) -> Lag:
        """Return the own lag over the whole run."""
        return self._ticks.percentiles()

    def _tick(self) -> None:
        now_s = self._now_s()
        loop = self._loop
        if loop is None or self._read is None:
            return
        self._ticks.add(due_s=self._due_s, came_s=now_s, waited_s=self._read() or 0.0)
        # The next is due a period after this one came, not after it was due: a stall is noted once.
        self._due_s = now_s + PERIOD_S
        self._timer = loop.call_later(PERIOD_S, self._tick)
        if self._waiting:
            self._wake(now_s)

    def _wake(self, now_s: float) -> None:
        still = []
        for stamp_s, ticked in self._waiting:
            if ticked.done():  # whoever waited was cancelled
                continue
            if stamp_s < now_s:
                ticked.set_result(None)
            else:
                still.append((stamp_s, ticked))
        self._waiting = still
