"""A run played from the command line: its progress, its results as they come, its reports, its exit code."""

from __future__ import annotations

import asyncio
import gc
import signal
from collections.abc import Sequence
from pathlib import Path

import uvloop

from antiphon.cli.directing import Directing
from antiphon.cli.ending import end_at_once
from antiphon.cli.jobs import new_job
from antiphon.cli.loading import Loaded
from antiphon.cli.screen import terminal
from antiphon.cli.telling import draft_known, make_report_folder, must_be_new, plan_line, tell_end
from antiphon.cli.voice import Voice
from antiphon.core.source import Source
from antiphon.engine.play import Play
from antiphon.judge.findings import Finding
from antiphon.judge.outcomes import EXIT_INTERRUPTED
from antiphon.judge.verdicts import PlayOutcome
from antiphon.report.console import first_line, scenario_line
from antiphon.report.findings import finding_line
from antiphon.report.progress import Progress
from antiphon.report.trace import trace_line
from antiphon.run.access.reader import AccessReader
from antiphon.run.job import Finished, Job
from antiphon.run.options import RunOptions
from antiphon.run.results import RunSummary, ScenarioResult
from antiphon.run.runner import Run
from antiphon.scenario.model import Scenario

QUIET = (PlayOutcome.PASSED, PlayOutcome.SKIPPED, PlayOutcome.NOT_RUN)
_REDRAWN_S = 0.1


def play(
    loaded: Loaded,
    scenarios: Sequence[Scenario],
    options: RunOptions,
    *,
    verbose: bool = False,
    brief_void: bool = False,
    trace: bool = False,
    until: Source | None = None,
    pause_on_failure: bool = False,
    access: AccessReader | None = None,
    write_known: Path | None = None,
) -> int:
    """Play scenarios, tell about them, write the reports, and return the exit code.

    Args:
        loaded: The suite.
        scenarios: Those of it that are played.
        options: How.
        verbose: Tell of passed scenarios, too.
        brief_void: Tell in one line what could not be judged.
        trace: Tell of each entry of the history as it is written.
        until: Play no step that begins behind this line.
        pause_on_failure: Wait for Enter when a step has failed.
        access: The access matrix, if it is played; its plays are among the scenarios.
        write_known: The file for a list of what is found, as a profile accepts it.
    """
    if write_known is not None:
        must_be_new(write_known)
    if options.report_folder is not None:
        make_report_folder(options.report_folder)
    voice = Voice(terminal())
    director = Directing(voice, loaded.texts, until=until, pauses=pause_on_failure)
    job = new_job(
        loaded,
        scenarios,
        options,
        listener=(lambda entry: voice.tell(trace_line(entry))) if trace else None,
        director=director if until is not None or pause_on_failure else None,
        access=access,
    )
    quiet = (*QUIET, PlayOutcome.VOID) if brief_void else QUIET
    console = Console(voice, job, quiet=() if verbose else quiet)
    gc.freeze()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        finished = runner.run(_played(job, console))
    code = tell_end(finished, options, loaded.texts, voice, brief_void=brief_void)
    if write_known is not None:
        return draft_known(write_known, finished, loaded.target, voice) or code
    return code


async def _played(job: Job, console: Console) -> Finished:
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
            console.say_ended_at_once(run.left_behind)
            end_at_once(EXIT_INTERRUPTED)

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


class Console:
    """Tells about a run while it is played."""

    def __init__(self, voice: Voice, job: Job, *, quiet: Sequence[PlayOutcome] = QUIET) -> None:
        self._voice = voice
        self._job = job
        self._progress = Progress(voice, total=len(job.scenarios))
        self._quiet = quiet
        self._plays: dict[str, Play] = {}
        self._found: set[tuple[str, str, str, str]] = set()

    def run_began(self, summary: RunSummary) -> None:
        """Say what is tested, where, with which seed; and what is planned for a target elsewhere."""
        self._voice.say(first_line(summary))
        if planned := plan_line(self._job.target, self._job.scenarios):
            self._voice.say(planned)

    def scenario_began(self, scenario: Scenario, play: Play) -> None:
        """Begin to show a scenario's progress."""
        self._plays[scenario.id] = play
        self._progress.began(scenario.id, steps=len(scenario.steps))

    def scenario_ended(self, scenario: Scenario, result: ScenarioResult) -> None:
        """Say at once what became of a scenario, unless it simply passed."""
        self._plays.pop(scenario.id, None)
        self._progress.ended(scenario.id)
        if result.outcome not in self._quiet:
            self._voice.say(scenario_line(result))

    def found(self, finding: Finding) -> None:
        """Say at once what was found beside the scenarios' own claims; what is one finding is said once."""
        key = (finding.by, finding.operation, finding.event, finding.kind)
        if key not in self._found:
            self._found.add(key)
            self._voice.say(finding_line(finding))

    def say_interrupted(self) -> None:
        """Say that clean-up runs."""
        self._voice.tell("interrupted: cleaning up (once more ends at once)")

    def say_ended_at_once(self, left_behind: str) -> None:
        """Say what there is, what there is not, and in what state the target is left."""
        self.close()
        shown = f"what was finished is kept: antiphon show {self._job.run_id}"
        self._voice.tell(f"ended at once, without clean-up; {shown}")
        if left_behind:
            self._voice.tell(f"warning: {left_behind}")

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
