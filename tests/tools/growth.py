"""How the cost of a computation grows, told in the processor's own time: a busy machine makes no verdict."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from typing import Final

#: Below this a cost is the clock's and the cache's rather than the work's.
_LEAST_S: Final = 0.001


def cost_s(work: Callable[[], object]) -> float:
    """Return what a piece of work costs this thread: the least of three times, without the garbage of others."""
    gc.collect()
    gc.disable()
    try:
        return min(_once(work) for _ in range(3))
    finally:
        gc.enable()


def _once(work: Callable[[], object]) -> float:
    began_s = time.thread_time()
    work()
    return time.thread_time() - began_s


def grows_evenly(work: Callable[[int], object], *, size: int) -> bool:
    """Return whether eight times as much costs some eight times as much: 64 times would be quadratic."""
    return cost_s(lambda: work(8 * size)) < 24 * max(cost_s(lambda: work(size)), _LEAST_S)
