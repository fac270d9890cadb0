"""How long the target's own threads waited for a processor: time that a busy machine took, not the target."""

from __future__ import annotations

import asyncio
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Callable

from antiphon.core.clock import Clock
from antiphon.watch.schedstat import ProcessThreads

PERIOD_S = 0.01
KEPT_S = 360.0  # as long as the own lag is


class TargetWatch:
    """Samples a process each 10 ms. Without a process, or where it cannot be read, every wait is 0 and `known` False.

    Attributes:
        known: Whether the process was read when it was last asked; if not, the report says so.
    """

    __slots__ = ("_close", "_loop", "_now_s", "_read", "_samples", "_timer", "known", "pid")

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
        self._samples: deque[tuple[float, float]] = deque(maxlen=int(KEPT_S / PERIOD_S))
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
            self._samples.append((self._now_s(), waited_s))

    def wait_between(self, start_s: float, end_s: float) -> float:
        """Return how long the threads waited, all added up, between the samples around two moments.

        If no sample has been taken since the end, one is taken now.
        """
        if self.known and (not self._samples or self._samples[-1][0] < end_s):
            self.sample()
        if len(self._samples) < 2:
            return 0.0
        before = max(_index_after(self._samples, start_s) - 1, 0)
        after = min(_index_from(self._samples, end_s), len(self._samples) - 1)
        return max(self._samples[after][1] - self._samples[before][1], 0.0)

    def _tick(self) -> None:
        self.sample()
        # A process that is gone stays gone: a restarted target has another pid, and another watch.
        if self.known and self._loop is not None:
            self._timer = self._loop.call_later(PERIOD_S, self._tick)


def _nothing() -> None:
    return None


def _index_after(samples: deque[tuple[float, float]], moment_s: float) -> int:
    return bisect_right(samples, moment_s, key=_moment)


def _index_from(samples: deque[tuple[float, float]], moment_s: float) -> int:
    return bisect_left(samples, moment_s, key=_moment)


def _moment(sample: tuple[float, float]) -> float:
    return sample[0]
