"""Mutation from the command line: the run that is recorded, its mutants as they are judged, what is told of them."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Sequence

import uvloop
from msgspec.structs import replace

from antiphon.cli.ending import end_at_once
from antiphon.cli.jobs import new_job
from antiphon.cli.loading import Loaded
from antiphon.cli.playing import Console
from antiphon.cli.screen import terminal
from antiphon.cli.telling import make_report_folder, tell_end
from antiphon.cli.voice import Voice
from antiphon.core.durations import duration_s, duration_text
from antiphon.core.errors import Mistake
from antiphon.engine.setting import Setting
from antiphon.judge.outcomes import EXIT_FAILED, EXIT_INTERRUPTED, EXIT_NOTHING_PLAYED, EXIT_OK
from antiphon.report.mutation import mutation_text, percent
from antiphon.report.mutation_pages import write_mutation
from antiphon.run.job import Finished, Job
from antiphon.run.mutate.campaign import Campaign, Progress, campaign
from antiphon.run.mutate.keeping import Keeper
from antiphon.run.mutate.playing import Stage, patience_of
from antiphon.run.mutate.trial import Trial
from antiphon.run.options import RunOptions
from antiphon.run.runner import Run
from antiphon.scenario.model import Scenario
from antiphon.ticking.real import SeededDice
from antiphon.watch.lag import LagWatch

_REDRAWN_S = 0.2


def budget_s(text: str | None) -> float | None:
    """Return a budget in seconds; None: as long as it takes.

    Raises:
        Mistake: It is no duration.
    """
    if text is None:
        return None
    seconds = duration_s(text)
    if seconds is None or seconds <= 0:
        raise Mistake(sentence=f"`--budget {text}` is no duration", advice="write it as 5m, 90s or 500ms")
    return seconds


def mutate(
    loaded: Loaded,
    scenarios: Sequence[Scenario],
    options: RunOptions,
    *,
    budget_s: float | None,
    score_min: float | None,
) -> int:
    """Play scenarios, judge their mutants, tell about them, and return the exit code.

    Args:
        loaded: The suite.
        scenarios: Those of it that are played.
        options: How.
        budget_s: For how long mutants are judged; None: until all are.
        score_min: The least score that is good, in percent.
    """
    if options.report_folder is not None:
        make_report_folder(options.report_folder)
    voice = Voice(terminal())
    job = new_job(loaded, scenarios, options)
    console = Console(voice, job)
    keeper = Keeper(console)
    job = replace(job, kept=keeper.keep)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        finished, found = runner.run(_both(job, console, keeper, loaded, voice, budget_s))
    code = tell_end(finished, options, loaded.texts, voice, brief_void=True)
    if found is None:
        for name, how in keeper.left_out.items():
            voice.tell(f"no mutants of {name}, which was left out: {how}")
        return code or EXIT_NOTHING_PLAYED
    voice.say("")
    voice.say(mutation_text(found))
    for folder in (finished.folder, options.report_folder):
        if folder is not None:
            write_mutation(folder, finished.summary, found)
    return _code(found, score_min, voice)


def _code(found: Campaign, score_min: float | None, voice: Voice) -> int:
    if found.ended == "interrupted":
        return EXIT_INTERRUPTED
    if found.score is None:
        return EXIT_NOTHING_PLAYED
    if score_min is not None and found.score * 100 < score_min:
        voice.say(f"the score {percent(found.score)} is below --score-min {score_min:g} %")
        return EXIT_FAILED
    return EXIT_OK


async def _both(
    job: Job, console: Console, keeper: Keeper, loaded: Loaded, voice: Voice, budget_s: float | None
) -> tuple[Finished, Campaign | None]:
    """Play the run, and judge its mutants if it came to its end."""
    stop = asyncio.Event()
    found: list[Campaign] = []
    redrawing = asyncio.ensure_future(console.redraw())
    is_played = False

    async def afterwards(setting: Setting) -> None:
        nonlocal is_played
        is_played = True
        setting.lag.stop()  # its figures are the run's, and judging holds up the loop
        redrawing.cancel()
        console.close()
        if keeper.recorded:
            found.append(await _campaign(setting, job, keeper, loaded, voice, budget_s, stop))

    run = Run(replace(job, afterwards=afterwards), keeper)
    loop = asyncio.get_running_loop()

    def interrupted() -> None:
        if stop.is_set():
            end_at_once(EXIT_INTERRUPTED)
        stop.set()
        if is_played:
            voice.tell("interrupted: what is played is played to its end (once more ends at once)")
        else:
            console.say_interrupted()
            run.interrupt()

    loop.add_signal_handler(signal.SIGINT, interrupted)
    loop.add_signal_handler(signal.SIGTERM, interrupted)
    try:
        return await run.play(), found[0] if found else None
    finally:
        redrawing.cancel()
        console.close()
        loop.remove_signal_handler(signal.SIGINT)
        loop.remove_signal_handler(signal.SIGTERM)


async def _campaign(
    setting: Setting,
    job: Job,
    keeper: Keeper,
    loaded: Loaded,
    voice: Voice,
    budget_s: float | None,
    stop: asyncio.Event,
) -> Campaign:
    clock = setting.clock
    lag = LagWatch(clock)
    lag.start()
    setting = replace(setting, lag=lag)
    ends_s = clock.now_s() + budget_s if budget_s is not None else None
    trial = Trial(job.target, job.contract, loaded.texts)
    found = await campaign(
        keeper.recorded,
        trial,
        Stage(setting, trial, most_s=patience_of([*keeper.recorded.values()])),
        dice=SeededDice(job.options.seed).child("mutants"),
        clock=clock,
        until_s=ends_s,
        stop=stop,
        progress=_Line(voice, clock.now_s, ends_s).show,
    )
    lag.stop()
    voice.transient("")
    return replace(found, left_out=keeper.left_out)


class _Line:
    """The line that tells how far the mutants are."""

    def __init__(self, voice: Voice, now_s: Callable[[], float], ends_s: float | None) -> None:
        self._voice = voice
        self._now_s = now_s
        self._ends_s = ends_s
        self._shown_s = 0.0

    def show(self, state: Progress) -> None:
        """Show it anew, a few times a second."""
        if not self._voice.rewrites:
            return
        now_s = self._now_s()
        if now_s - self._shown_s < _REDRAWN_S:
            return
        self._shown_s = now_s
        left = f" · {duration_text(max(self._ends_s - now_s, 0.0))} left" if self._ends_s is not None else ""
        self._voice.transient(f"[{state.judged:,}/{state.planned:,}] mutants · {state.caught:,} caught{left}")
