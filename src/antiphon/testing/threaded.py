"""A scripted target on a loop and in a thread of its own, for tests that wait without one: of commands, of pytest."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from antiphon.testing.scripted_target import ScriptedTarget

_WITHIN_S = 30.0


@contextmanager
def threaded(target: ScriptedTarget) -> Iterator[ScriptedTarget]:
    """Run a target until the context ends."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="scripted target")
    thread.start()
    asyncio.run_coroutine_threadsafe(target.__aenter__(), loop).result(_WITHIN_S)
    try:
        yield target
    finally:
        asyncio.run_coroutine_threadsafe(target.__aexit__(None, None, None), loop).result(_WITHIN_S)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
