"""A run played from the command line: its progress, its results as they come, its reports, its exit code."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path

import uvloop

from antiphon import __version__
from antiphon.cli.loading import Loaded, readable_environment
from antiphon.cli.screen import terminal
from antiphon.engine.play import Play
from antiphon.judge.verdicts import PlayOutcome
from antiphon.report.console import first_line, scenario_line, summary_text
from antiphon.report.failure import failure_text, trouble_text
from antiphon.report.files import write_all
from antiphon.report.progress import Progress
from antiphon.report.terminal import Terminal
from antiphon.report.words import short_names
from antiphon.run.folder import StoredRun
from antiphon.run.options import RunOptions
from antiphon.run.results import RunSummary, ScenarioResult
from antiphon.run.runner import Finished, Job, Run
from antiphon.scenario.model import Scenario
from antiphon.ticking.real import RealClock, new_key, new_run_id, wall_time

_QUIET = (PlayOutcome.PASSED, PlayOutcome.SKIPPED, PlayOutcome.NOT_RUN)
_REDRAWN_S = 0.1


def play(loaded: Loaded, scenarios: Sequence[Scenario], options: RunOptions, *, verbose: bool = False) -> int:
    """Play scenarios, tell about them, write the reports, and return the exit code."""
    job = Job(
        target=loaded.target,
        scenarios=scenarios,
        options=options,
        environment=readable_environment(loaded),
        read_file=loaded.folder.read,
        here=Path.cwd(),
        run_id=new_run_id(),
        version=__version__,
        started=wall_time(),
        key=new_key(),
        clock=RealClock(),
    )
    screen = terminal()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        finished = runner.run(_played(job, _Console(screen, len(scenarios), loaded.texts, verbose=verbose)))
    _write_reports(finished, options, loaded.texts, screen)
    return finished.summary.exit_code if finished.summary.exit_code is not None else 0


async def _played(job: Job, console: _Console) -> Finished:
    run = Run(job, console)
    loop = asyncio.get_running_loop()
    interrupts = 0

    def interrupted() -> None:
        nonlocal interrupts
        interrupts += 1
        if interrupts == 1:
            console.say_interrupted()
            run.interrupt()
        else:
            loop.remove_signal_handler(signal.SIGINT)
            signal.raise_signal(signal.SIGINT)

    loop.add_signal_handler(signal.SIGINT, interrupted)
    loop.add_signal_handler(signal.SIGTERM, interrupted)
    redrawing = asyncio.ensure_future(console.redraw())
    try:
        return await run.play()
    finally:
        redrawing.cancel()
        loop.remove_signal_handler(signal.SIGINT)
        loop.remove_signal_handler(signal.SIGTERM)
        console.close()


def _write_reports(finished: Finished, options: RunOptions, texts: Mapping[str, str], screen: Terminal) -> None:
    stored = StoredRun(finished.folder)
    summary, results, entries = stored.summary(), stored.results(), stored.entries()
    in_order = {result.id: result for result in results}
    ordered = [in_order[result.id] for result in finished.results if result.id in in_order]
    for folder in (finished.folder, options.report_folder):
        if folder is not None:
            write_all(folder, summary, ordered, entries, texts)
    _say_failures(ordered, stored, texts, screen, summary)
    shown = options.report_folder or finished.folder
    screen.say(summary_text(summary, ordered, report=str(_relative(shown) / "report.html")))


def _say_failures(
    results: Sequence[ScenarioResult],
    stored: StoredRun,
    texts: Mapping[str, str],
    screen: Terminal,
    summary: RunSummary,
) -> None:
    by_seq = {entry.seq: entry for entry in stored.entries()}
    names = short_names(results)
    for result in results:
        name = names[result.id]
        if result.trouble is not None and result.outcome not in _QUIET:
            screen.say("")
            screen.say(trouble_text(result.trouble, head=str(result.outcome)))
        for verdict in result.failures:
            lines = texts.get(verdict.source.path, "").splitlines()
            screen.say("")
            screen.say(failure_text(verdict, lines, cause=by_seq.get(verdict.cause_seq), run=summary.id, scenario=name))
    screen.say("")


def _relative(path: Path) -> Path:
    try:
        return path.relative_to(Path.cwd())
    except ValueError:
        return path


class _Console:
    """Tells about a run while it is played."""

    def __init__(self, screen: Terminal, total: int, texts: Mapping[str, str], *, verbose: bool) -> None:
        self._screen = screen
        self._progress = Progress(screen, total=total)
        self._texts = texts
        self._verbose = verbose
        self._plays: dict[str, Play] = {}

    def run_began(self, summary: RunSummary) -> None:
        """Say what is tested, where, with which seed."""
        self._screen.say(first_line(summary))

    def scenario_began(self, scenario: Scenario, play: Play) -> None:
        """Begin to show a scenario's progress."""
        self._plays[scenario.id] = play
        self._progress.began(scenario.id, steps=len(scenario.steps))

    def scenario_ended(self, scenario: Scenario, result: ScenarioResult) -> None:
        """Say at once what became of a scenario, unless it simply passed."""
        self._plays.pop(scenario.id, None)
        self._progress.ended(scenario.id)
        if self._verbose or result.outcome not in _QUIET:
            self._screen.say(scenario_line(result))

    def run_ended(self, summary: RunSummary, results: Sequence[ScenarioResult]) -> None:
        """Take the progress line away."""
        del summary, results
        self.close()

    def say_interrupted(self) -> None:
        """Say that clean-up runs."""
        self._screen.tell("interrupted: cleaning up (once more ends at once)")

    def close(self) -> None:
        """Take the progress line away."""
        self._progress.close()

    async def redraw(self) -> None:
        """Keep the progress line true."""
        while True:
            for name, play in list(self._plays.items()):
                self._show(name, play)
            await asyncio.sleep(_REDRAWN_S)

    def _show(self, name: str, play: Play) -> None:
        number = play.doing_now.split(".")[0].split("[")[0]
        what, since_s, until_s = play.waiting
        if what:
            who, _, event = what.partition(": waiting for ")
            waited_s = play.setting.clock.now_s() - since_s
            self._progress.waiting(name, who, event, waited_s=waited_s, limit_s=until_s - since_s)
        elif number.isdigit():
            self._progress.step(name, int(number), doing=play.label_now)
        else:
            self._progress.doing(name, "making its users")
