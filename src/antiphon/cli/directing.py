"""`--until` and `--pause-on-failure`: stopping behind a line, and waiting for whoever looks."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from antiphon.cli.loading import Loaded
from antiphon.cli.voice import Voice
from antiphon.core.errors import Mistake
from antiphon.core.source import Source
from antiphon.core.text import listed
from antiphon.engine.doing import Doing
from antiphon.judge.verdicts import Outcome
from antiphon.report.failure import failure_text
from antiphon.run.selection import Selection, select
from antiphon.scenario.model import Scenario
from antiphon.scenario.step_model import Step

PAUSED = "paused: its connections are open. Enter goes on, Ctrl-C ends the run and cleans up"


class Directing:
    """Holds up plays as the command line asked for it.

    Args:
        voice: Tells of a failure, and that Enter is waited for.
        texts: The suite's files.
        until: No step of this file is played that begins behind this line.
        pauses: Whether a failed step is waited at.
    """

    def __init__(self, voice: Voice, texts: Mapping[str, str], *, until: Source | None, pauses: bool) -> None:
        self._voice = voice
        self._texts = texts
        self._until = until
        self._pauses = pauses
        self._turn = asyncio.Lock()

    def why_not(self, step: Step) -> str:
        """Return that the line was reached, if it was."""
        until = self._until
        if until is None or step.source.path != until.path or step.source.line <= until.line:
            return ""
        return f"--until {until.path}:{until.line}"

    async def ended(self, doing: Doing) -> None:
        """Tell of what failed in this very step, and wait for Enter."""
        failed = [verdict for verdict in doing.verdicts if verdict.outcome is Outcome.FAILED]
        if not self._pauses or not failed:
            return
        async with self._turn:
            for verdict in failed:
                self._voice.tell(failure_text(verdict, self._texts.get(verdict.source.path, "").splitlines()))
            self._voice.tell(PAUSED)
            await _enter()


async def _enter() -> None:
    """Return when a line was typed, or nobody can type one any more."""
    loop = asyncio.get_running_loop()
    typed = asyncio.Event()
    number = sys.stdin.fileno()

    def read() -> None:
        if b"\n" in (part := os.read(number, 4096)) or not part:
            typed.set()

    loop.add_reader(number, read)
    try:
        await typed.wait()
    finally:
        loop.remove_reader(number)


def must_be_watched(parallel: int) -> None:
    """Return if somebody can press Enter.

    Raises:
        Mistake: Nobody can, or nobody could tell for which scenario.
    """
    if parallel > 1:
        advice = "leave --parallel out"
        raise Mistake(sentence="--pause-on-failure plays one scenario at a time", advice=advice)
    if not sys.stdin.isatty():
        raise Mistake(
            sentence="--pause-on-failure waits for Enter, and standard input is no terminal",
            advice="--until FILE:LINE stops at a step without anybody there",
        )


def stop_at(written: str, loaded: Loaded, scenarios: Sequence[Scenario]) -> tuple[Source, tuple[Scenario, ...]]:
    """Return the line at which `FILE:LINE` stops, and the one scenario that it stops.

    Raises:
        Mistake: There is no such scenario, or no step of it stands there.
    """
    name, _, number = written.rpartition(":")
    if not name or not number.isdecimal() or len(number) > 9:
        raise Mistake(sentence=f"`--until {written}` is no FILE:LINE", advice="such as scenarios/first.yaml:12")
    line = int(number)
    root = loaded.folder.root.resolve()
    wanted = {name, _below(Path(name), root)}
    here = [scenario for scenario in loaded.suite.scenarios if scenario.path in wanted]
    if not here:
        known = listed(sorted({scenario.path for scenario in loaded.suite.scenarios}))
        raise Mistake(sentence=f"there is no scenario in {name}", advice=f"scenarios stand in {known}")
    last = len(loaded.texts.get(here[0].path, "").splitlines())
    if last and line > last:
        raise Mistake(sentence=f"{here[0].path} has no line {line}", advice=f"its last line is {last}")
    begun = [scenario for scenario in here if scenario.source.line <= line]
    found = begun[-1] if begun else here[0]
    first = min((step.source.line for step in found.steps), default=found.source.line)
    if line < first:
        advice = f"its first step stands in line {first}"
        raise Mistake(sentence=f"no step of {found.path} stands in line {line} or before", advice=advice)
    same = tuple(scenario for scenario in here if scenario.source.line == found.source.line)
    chosen = select(scenarios, Selection(ids=frozenset(scenario.id for scenario in same)))
    return Source(found.path, line, 1), chosen or same


def _below(path: Path, root: Path) -> str:
    resolved = path.resolve()
    return resolved.relative_to(root).as_posix() if resolved.is_relative_to(root) else str(path)
