"""How long the target's own threads waited for a processor: time that a busy machine took, not the target."""

from __future__ import annotations

import asyncio
from bisect import bisect_left, bisect_right
from collections.abc import Callable

from antiphon.core.clock import Clock
from antiphon.watch.schedstat import ProcessThreads

PERIOD_S = 0.01
KEPT_S = 360.0  # as long as the own lag is
_KEPT = int(KEPT_S / PERIOD_S)


class TargetWatch:
    """Samples a process each 10 ms. Without a process, or where it cannot be read, every wait is 0 and `known` False.

    Attributes:
        known: Whether the process was read when it was last asked; if not, the report says so.
    """

    __slots__ = ("_close", "_loop", "_moments", "_now_s", "_read", "_timer", "_waits", "known", "pid")

    def __init__(self, pid: int | None, clock: Clock, *, root: str = "/proc") -> None:
        """Make a watch that has not started.

        Args:
            pid: The process; None if it runs elsewhere or was not found.
            clock: The one that takes the stamps.
            root: Where the system tells about processes.
        """
        self.pid = pid
        self._now_s = clock.now_s
        threads = ProcessThreads(pid, root) if pid is not None else None
        self._read: Callable[[], float | None] = threads.read if threads is not None else _nothing
        self._close: Callable[[], object] = threads.close if threads is not None else _nothing
        self._moments: list[float] = []
        self._waits: list[float] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._timer: asyncio.TimerHandle | None = None
        self.known = False

    def start(self) -> None:
        """Take the first sample, then one each 10 ms on the running loop."""
        self._loop = asyncio.get_running_loop()
        self._tick()

    def stop(self) -> None:
        """Cease; what was seen stays."""
        self._loop = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._close()

    def sample(self) -> None:
        """Read the process once."""
        waited_s = self._read()
        self.known = waited_s is not None
        if waited_s is not None:
            self._moments.append(self._now_s())
            self._waits.append(waited_s)
            if len(self._moments) >= 2 * _KEPT:
                del self._moments[:_KEPT], self._waits[:_KEPT]

    def wait_between(self, start_s: float, end_s: float) -> float:
        """Return how long the threads waited, all added up, between the samples around two moments.

        If no sample has been taken since the end, one is taken now.
        """
        moments, waits = self._moments, self._waits
        if self.known and (not moments or moments[-1] < end_s):
            self.sample()
        if len(moments) < 2:
            return 0.0
        before = max(bisect_right(moments, start_s) - 1, 0)
        after = min(bisect_left(moments, end_s), len(moments) - 1)
        return max(waits[after] - waits[before], 0.0)

    def _tick(self) -> None:
        self.sample()
        # A process that is gone stays gone: a restarted target has another pid, and another watch.
        if self.known and self._loop is not None:
            self._timer = self._loop.call_later(PERIOD_S, self._tick)


def _nothing() -> None:
    return None
