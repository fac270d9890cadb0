"""The target stopped and started by the profile's commands, and what state that leaves it in.

Commands are the one thing that Antiphon does to a target beside its wire, so they are run only where that was allowed,
and whatever interrupts them, the state that they leave is known, or said to be unknown.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shlex
import signal
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Literal

from msgspec import Struct, field

from antiphon.core.clock import Clock
from antiphon.core.durations import duration_text
from antiphon.core.text import shortened, visible

COMMAND_WITHIN_S = 60.0
GONE_WITHIN_S = 15.0
HEALTHY_WITHIN_S = 60.0
_LOOK_EVERY_S = 0.05
_MOST_SAID = 400

Trouble = Callable[[], Awaitable[object | None]]


class CommandFailed(Exception):
    """A command of the profile did not do what it is for."""

    def __init__(self, sentence: str, said: str = "") -> None:
        """Say what happened, and what the command said."""
        super().__init__(sentence)
        self.said = said


class Outage(Struct, eq=False, kw_only=True):
    """Stops and starts the target.

    Attributes:
        stop_words: The command that stops it.
        start_words: The command that starts it; both end by themselves.
        folder: Where they are run.
        clock: For their deadlines.
        state: What is known of the target: a command under way, or broken off, leaves it unknown.
        by: The scenario that stopped it last.
    """

    stop_words: Sequence[str]
    start_words: Sequence[str]
    folder: Path
    clock: Clock
    state: Literal["running", "stopped", "unknown"] = "running"
    by: str = ""
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def stop(self, trouble: Trouble, *, by: str) -> float:
        """Stop the target, and return how long it took until it did not answer any more.

        Raises:
            CommandFailed: The command failed, or the target still answers.
        """
        async with self._turn:
            began_s = self.clock.now_s()
            self.state, self.by = "unknown", by
            await self._run("stop", self.stop_words)
            if not await self._comes(lambda found: found is not None, trouble, GONE_WITHIN_S):
                self.state = "running"
                waited = duration_text(GONE_WITHIN_S)
                raise CommandFailed(f"the target still answers {waited} after `{shlex.join(self.stop_words)}`")
            self.state = "stopped"
            return self.clock.now_s() - began_s

    async def start(self, trouble: Trouble) -> float:
        """Start the target, and return how long it took until it was healthy.

        Raises:
            CommandFailed: The command failed, or the target does not become healthy.
        """
        async with self._turn:
            began_s = self.clock.now_s()
            self.state = "unknown"
            await self._run("start", self.start_words)
            if not await self._comes(lambda found: found is None, trouble, HEALTHY_WITHIN_S):
                after = f"{duration_text(HEALTHY_WITHIN_S)} after `{shlex.join(self.start_words)}`"
                raise CommandFailed(f"the target is not healthy {after}: {await trouble()}")
            self.state = "running"
            return self.clock.now_s() - began_s

    @property
    def warning(self) -> str:
        """What must be said at a run's end; empty where the target runs."""
        if self.state == "running":
            return ""
        is_so = "is stopped" if self.state == "stopped" else "may be stopped or half started"
        return f"the target {is_so} since {self.by}: `{shlex.join(self.start_words)}` starts it"

    async def _comes(self, is_so: Callable[[object | None], bool], trouble: Trouble, limit_s: float) -> bool:
        ends_s = self.clock.now_s() + limit_s
        while not is_so(await trouble()):
            if self.clock.now_s() > ends_s:
                return False
            await self.clock.sleep(_LOOK_EVERY_S)
        return True

    async def _run(self, what: str, words: Sequence[str]) -> None:
        """Run a command to its end; who is interrupted meanwhile waits for that end, so that the state is known."""
        running = asyncio.create_task(self._command(what, words))
        try:
            await asyncio.shield(running)
        except asyncio.CancelledError:
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.wait({running}, timeout=COMMAND_WITHIN_S)
            if running.done() and not running.cancelled() and running.exception() is None:
                self.state = "stopped" if what == "stop" else self.state
            running.cancel()
            raise

    async def _command(self, what: str, words: Sequence[str]) -> None:
        shown = shlex.join(words)
        with tempfile.TemporaryFile() as said:
            try:
                # Its own session, so that Ctrl-C is for us alone; a file, because what it starts may keep it open.
                process = await asyncio.create_subprocess_exec(
                    *words,
                    cwd=self.folder,
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=said,
                    stderr=said,
                    start_new_session=True,
                )
            except OSError as error:
                self.state = "running" if what == "stop" else "stopped"
                raise CommandFailed(f"`{shown}` cannot be run: {(error.strerror or str(error)).lower()}") from None
            try:
                async with asyncio.timeout(COMMAND_WITHIN_S):
                    code = await process.wait()
            except TimeoutError:
                raise CommandFailed(f"`{shown}` did not end within {duration_text(COMMAND_WITHIN_S)}") from None
            finally:
                if process.returncode is None:
                    with contextlib.suppress(ProcessLookupError):
                        os.killpg(process.pid, signal.SIGKILL)
                    await process.wait()
            said.seek(0)
            text = said.read(100_000).decode("utf-8", "replace").strip()
        if code != 0:
            raise CommandFailed(f"`{shown}` ended with {code}", shortened(visible(text), limit=_MOST_SAID))
