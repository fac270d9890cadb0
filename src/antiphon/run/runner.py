"""A run: scenarios in order or several at once, each result on the disk as soon as it is there."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from antiphon.core.clock import Clock
from antiphon.core.errors import AntiphonError
from antiphon.core.redaction import Redactor
from antiphon.engine.health import Health
from antiphon.engine.play import Play
from antiphon.engine.plays import Played, play_scenario
from antiphon.engine.recorder import Recorder
from antiphon.engine.run_clock import RunClock
from antiphon.engine.setting import Setting
from antiphon.history.entries import AnyEntry
from antiphon.judge.verdicts import PlayOutcome, Verdict
from antiphon.net.allow import AllowList
from antiphon.run.assembling import result_of, stops_the_run, trouble_of, unplayed
from antiphon.run.folder import RunFolder
from antiphon.run.options import RunOptions
from antiphon.run.results import RunSummary, ScenarioResult, Trouble
from antiphon.run.summing import Totals
from antiphon.scenario.model import Scenario
from antiphon.target.model import Target
from antiphon.ticking.real import SeededDice
from antiphon.watch.lag import LagWatch
from antiphon.watch.process import find_process
from antiphon.watch.target import TargetWatch

_FIRST_PAUSE_S = 0.2
_RETRIED = (PlayOutcome.FAILED, PlayOutcome.TIMEOUT)


class Watcher(Protocol):
    """Whoever wants to be told how the run goes."""

    def run_began(self, summary: RunSummary) -> None:
        """The run begins."""
        ...

    def scenario_began(self, scenario: Scenario, play: Play) -> None:
        """A play of a scenario begins; `play` can be asked what it is doing."""
        ...

    def scenario_ended(self, scenario: Scenario, result: ScenarioResult) -> None:
        """A scenario has its result."""
        ...

    def run_ended(self, summary: RunSummary, results: Sequence[ScenarioResult]) -> None:
        """The run is over; everything is on the disk."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What is played, and with what means.

    Attributes:
        environment: The variables that the profile's templates may read.
        read_file: Gives the bytes of a file of the suite.
        here: Below which the run's folder is made.
        version: Of Antiphon.
        started: The wall time, read once.
        key: For the keyed hashes of redacted secrets.
    """

    target: Target
    scenarios: Sequence[Scenario]
    options: RunOptions
    environment: Mapping[str, str]
    read_file: Callable[[str], bytes]
    here: Path
    run_id: str
    version: str
    started: dt.datetime
    key: bytes
    clock: Clock


@dataclass(eq=False, slots=True, kw_only=True)
class Finished:
    """A run that is over, and all that reports need.

    Attributes:
        entries: The whole history, redacted as it is on the disk.
    """

    summary: RunSummary
    results: tuple[ScenarioResult, ...]
    folder: Path
    redactor: Redactor
    entries: tuple[AnyEntry, ...] = field(default=())


class Run:
    """One run under way."""

    def __init__(self, job: Job, watcher: Watcher) -> None:
        self._job = job
        self._watcher = watcher
        self._results: dict[str, ScenarioResult] = {}
        self._buffers: dict[str, list[AnyEntry]] = {}
        self._running: set[asyncio.Task[None]] = set()
        self._stopped: Trouble | None = None
        self._interrupted = False
        self._failed = False
        self._redactor = Redactor(job.key)
        for name, value in job.environment.items():
            if _is_secret_name(name):
                self._redactor.register(value, name)
        self._clock = RunClock(job.clock)
        self._folder = RunFolder.made(job.here, job.run_id, self._redactor)
        self._totals = Totals(begun=_begun(job, self._folder.path), options=job.options)

    def interrupt(self) -> None:
        """Break off what is played; clean-up still runs, and what is done is kept."""
        self._interrupted = True
        for task in self._running:
            task.cancel()

    async def play(self) -> Finished:
        """Play all scenarios and return what became of them."""
        job = self._job
        setting = self._setting()
        setting.lag.start()
        setting.target_watch.start()
        try:
            self._watcher.run_began(self._totals.begun)
            self._folder.write_summary(self._totals.begun)
            trouble = await Health(setting).trouble()
            if trouble is not None:
                self._stopped = trouble_of(trouble)
            else:
                await self._play_all(setting)
        finally:
            setting.target_watch.stop()
            setting.lag.stop()
        for scenario in job.scenarios:
            if scenario.id not in self._results:
                sentence = "interrupted before it began" if self._interrupted else self._why_not_run()
                self._keep(setting, scenario, unplayed(scenario, PlayOutcome.NOT_RUN, sentence))
        for name in list(self._buffers):
            self._folder.add_entries(self._buffers.pop(name))
        summary = self._totals.final(
            duration_s=self._clock.now_s(),
            own_lag=setting.lag.percentiles(),
            stopped=self._stopped,
            interrupted=self._interrupted,
            target_wait_known=setting.target_watch.known,
            warnings=self._warnings(setting),
        )
        self._folder.write_summary(summary)
        self._folder.close()
        return Finished(summary=summary, results=self._in_order(), folder=self._folder.path, redactor=self._redactor)

    def _warnings(self, setting: Setting) -> tuple[str, ...]:
        found = list(self._redactor.warnings)
        if not setting.target.health:
            found.append(
                "the profile names no `health` call: the target counts as living while its port can be reached"
            )
        return tuple(found)

    def _why_not_run(self) -> str:
        if self._stopped is not None:
            return "the run had stopped before it began"
        return "not begun: a scenario had failed, and --fail-fast was given"

    async def _play_all(self, setting: Setting) -> None:
        waiting = list(reversed(self._job.scenarios))

        async def lane() -> None:
            while waiting and not self._must_stop():
                await self._play_one(setting, waiting.pop())

        lanes = [asyncio.ensure_future(lane()) for _ in range(max(1, min(self._job.options.parallel, len(waiting))))]
        self._running.update(lanes)
        outcomes = await asyncio.gather(*lanes, return_exceptions=True)
        self._running.clear()
        for outcome in outcomes:
            if isinstance(outcome, BaseException) and not isinstance(outcome, asyncio.CancelledError):
                raise outcome

    def _must_stop(self) -> bool:
        return self._stopped is not None or self._interrupted or (self._failed and self._job.options.fail_fast)

    async def _play_one(self, setting: Setting, scenario: Scenario) -> None:
        missing = [feature for feature in scenario.needs if feature not in setting.target.features]
        if missing:
            sentence = f"it needs {', '.join(missing)}, which this target does not have"
            self._keep(
                setting, scenario, unplayed(scenario, PlayOutcome.SKIPPED, sentence, began_s=self._clock.now_s())
            )
            return
        retries = scenario.retries if scenario.retries is not None else self._job.options.retries
        plays: list[str] = []
        earlier: list[Verdict] = []
        while True:
            name = scenario.id if not plays else f"{scenario.id}#{len(plays) + 1}"
            plays.append(name)
            played = await play_scenario(
                setting, scenario, name, watch=lambda play: self._watcher.scenario_began(scenario, play)
            )
            result = result_of(scenario, played, plays=plays, earlier=earlier)
            if not self._is_tried_again(result, played, len(plays), retries):
                break
            earlier.extend(result.failures)
            pause_s = _FIRST_PAUSE_S * 2 ** (len(plays) - 1)
            await setting.clock.sleep(pause_s * (0.5 + setting.dice.child(name).uniform()))
        if stops_the_run(played):
            self._stopped = result.trouble
        self._keep(setting, scenario, result)

    def _is_tried_again(self, result: ScenarioResult, played: Played, tried: int, retries: int) -> bool:
        return result.outcome in _RETRIED and tried <= retries and not self._interrupted and not stops_the_run(played)

    def _keep(self, setting: Setting, scenario: Scenario, result: ScenarioResult) -> None:
        self._results[scenario.id] = result
        self._failed = self._failed or result.outcome in (*_RETRIED, PlayOutcome.ERROR)
        entries = [entry for name in result.plays for entry in self._buffers.pop(name, ())]
        self._folder.add(result, entries)
        self._totals.add(result, entries, lag_at=setting.lag.lag_at, target_wait=setting.target_watch.wait_between)
        self._folder.write_summary(self._totals.summary(duration_s=self._clock.now_s()))
        self._watcher.scenario_ended(scenario, result)

    def _in_order(self) -> tuple[ScenarioResult, ...]:
        found = (self._results.get(scenario.id) for scenario in self._job.scenarios)
        return tuple(result for result in found if result is not None)

    def _record(self, entry: AnyEntry) -> None:
        self._buffers.setdefault(entry.play, []).append(entry)

    def _setting(self) -> Setting:
        job = self._job
        options = job.options
        return Setting(
            target=job.target,
            clock=self._clock,
            dice=SeededDice(options.seed),
            allow=AllowList((*job.target.allow, *options.also_allowed)),
            recorder=Recorder([self._record]),
            redactor=self._redactor,
            lag=LagWatch(self._clock),
            target_watch=TargetWatch(_process_of(job), self._clock),
            run_id=job.run_id,
            seed=options.seed,
            started=job.started,
            read_file=job.read_file,
            environment=job.environment,
            inputs=options.inputs,
            scenario_timeout_s=options.scenario_timeout_s,
            keep_data=options.keep_data,
            strict_absence=options.strict_absence,
        )


def _begun(job: Job, folder: Path) -> RunSummary:
    options = job.options
    return RunSummary(
        id=job.run_id,
        version=job.version,
        target=job.target.name,
        base_url=job.target.base_url,
        profile=job.target.path,
        seed=options.seed,
        started=job.started.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        scenarios=len(job.scenarios),
        folder=_relative(folder, job.here),
        api_limit_s=options.api_limit_s,
        delivery_limit_s=options.delivery_limit_s,
        options=dict(options.told),
    )


def _relative(path: Path, here: Path) -> str:
    return path.relative_to(here).as_posix() if path.is_relative_to(here) else path.as_posix()


def _is_secret_name(name: str) -> bool:
    return any(word in name.upper() for word in ("SECRET", "TOKEN", "PASSWORD", "KEY", "CREDENTIAL"))


def _process_of(job: Job) -> int | None:
    if job.options.process_id is not None:
        return job.options.process_id
    process = job.target.process
    try:
        if process is not None:
            return find_process(pid=process.pid, port=process.port, name=process.name)
        return find_process(port=_loopback_port(job.target.base_url))
    except (AntiphonError, ValueError, OSError):
        return None


def _loopback_port(base_url: str) -> int | None:
    from urllib.parse import urlsplit

    parts = urlsplit(base_url)
    if parts.hostname not in ("127.0.0.1", "localhost", "::1"):
        return None
    return parts.port or (443 if parts.scheme == "https" else 80)
