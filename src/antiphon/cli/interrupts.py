"""Interruptions held back for a moment: one in the middle of an extension module's import crashes the interpreter."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager

_HELD = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def held() -> Iterator[None]:
    """Let Ctrl-C and SIGTERM wait for the end of the block, and take effect then.

    Raises:
        KeyboardInterrupt: One of them came meanwhile.
    """
    came: list[int] = []
    before = {one: signal.signal(one, lambda number, _frame: came.append(number)) for one in _HELD}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
    if came:
        raise KeyboardInterrupt
