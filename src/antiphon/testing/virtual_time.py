"""An event loop whose time is virtual: when nothing is ready it jumps to the next timer.

For code that waits for timers and futures alone. Where a network takes part nothing may be skipped,
for the kernel knows no other time; such a wait hangs nowhere, it raises `NothingToWaitFor`.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class NothingToWaitFor(RuntimeError):
    """All tasks wait for something that nobody will do: there is no timer to jump to."""

    def __init__(self) -> None:
        super().__init__("nothing is ready, and no timer is set: what is waited for will never come")


class _NoNetwork(selectors.SelectSelector):
    """A selector that never blocks; in place of waiting it moves the loop's time on."""

    def __init__(self) -> None:
        super().__init__()
        self.skipped_s = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Return what is ready now; if nothing is, let `timeout` have passed."""
        ready = super().select(0)
        if not ready:
            if timeout is None:
                raise NothingToWaitFor
            self.skipped_s += max(timeout, 0.0)
        return ready


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """The standard loop, but for its time: it begins at 0 and stands still while anything runs."""

    def __init__(self) -> None:
        self._quick = _NoNetwork()
        super().__init__(self._quick)

    def time(self) -> float:
        """Return the virtual moment."""
        return self._quick.skipped_s


class VirtualClock:
    """The clock of a virtual loop; the counterpart of `ticking.real.RealClock`."""

    def __init__(self, loop: VirtualTimeLoop) -> None:
        self._loop = loop

    def now_s(self) -> float:
        """Return the present moment."""
        return self._loop.time()

    async def sleep(self, seconds: float) -> None:
        """Return after `seconds` of this clock; at once if that is not positive."""
        await asyncio.sleep(max(seconds, 0))


def run_virtually(main: Coroutine[Any, Any, T]) -> T:
    """Run `main` on a virtual loop and return what it returns."""
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        return runner.run(main)
