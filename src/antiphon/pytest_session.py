"""A suite and its run, as pytest asks for them: files, scenarios one by one, outcomes in pytest's words.

The run lives on a loop in a thread of its own, so that Antiphon's lag is watched while pytest does other things.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterable, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any, Literal, TypeVar

import uvloop
from msgspec import Struct, field

from antiphon.cli.asking import run_options
from antiphon.cli.jobs import new_job
from antiphon.cli.loading import Loaded, load
from antiphon.cli.telling import failures_text, make_report_folder, stopped
from antiphon.core.errors import AntiphonError
from antiphon.engine.play import Play
from antiphon.judge.findings import Finding
from antiphon.judge.outcomes import EXIT_FAILED
from antiphon.judge.verdicts import Outcome, PlayOutcome
from antiphon.report.console import summary_text
from antiphon.report.failure import error_text, failure_text
from antiphon.report.files import write_all
from antiphon.report.safe import shown
from antiphon.report.told import told_entries
from antiphon.run.folder import StoredRun
from antiphon.run.options import RunOptions
from antiphon.run.results import RunSummary, ScenarioResult
from antiphon.run.runner import Run
from antiphon.scenario.model import Scenario

T = TypeVar("T")
Kind = Literal["passed", "failed", "error", "skipped"]

_KINDS: dict[PlayOutcome, Kind] = {
    PlayOutcome.PASSED: "passed",
    PlayOutcome.FLAKY: "passed",
    PlayOutcome.FAILED: "failed",
    PlayOutcome.TIMEOUT: "failed",
    PlayOutcome.ERROR: "error",
    PlayOutcome.CANCELLED: "error",
    PlayOutcome.VOID: "skipped",
    PlayOutcome.SKIPPED: "skipped",
    PlayOutcome.NOT_RUN: "skipped",
}


class ItemOutcome(Struct, frozen=True, kw_only=True):
    """What came of a scenario, in pytest's words.

    Attributes:
        kind: How pytest counts it.
        text: Why; Antiphon's own text with the lines of the source.
        properties: What goes into pytest's own reports.
    """

    kind: Kind
    text: str = ""
    properties: tuple[tuple[str, object], ...] = ()


class PlayedItems(Struct, eq=False):
    """The suite of a profile, and one run for all that pytest plays of it.

    Attributes:
        summary: What the run came to, once it has ended.
    """

    profile: Path
    seed: str | None = None
    report: str | None = None
    summary: str = ""
    _loaded: Loaded | None = None
    _by_path: dict[Path, list[Scenario]] = field(default_factory=dict)
    _by_id: dict[str, Scenario] = field(default_factory=dict)
    _running: _Running | None = None

    # -- collecting ------------------------------------------------------------------------------

    def may_hold(self, path: Path) -> bool:
        """Return whether a file lies where scenarios of the suite do."""
        return path.resolve().is_relative_to((self.profile.parent / "scenarios").resolve())

    def named(self, path: Path) -> Sequence[str]:
        """Return the names of a file's scenarios."""
        return [scenario.id for scenario in self._by_path.get(path.resolve(), ())]

    def short(self, identity: str, path: Path) -> str:
        """Return a scenario's name beside its file's."""
        return identity.rsplit("/", 1)[-1] if path.suffix == ".py" else path.stem + identity.partition(path.stem)[2]

    def tags(self, identity: str) -> tuple[str, ...]:
        """Return a scenario's tags, its category and what it covers."""
        scenario = self._by_id[identity]
        return tuple(one for one in (*scenario.tags, scenario.category, *scenario.covers) if one)

    def line(self, identity: str) -> int:
        """Return the line in which a scenario begins."""
        return self._by_id[identity].source.line

    def in_order(self, items: Sequence[T], identity: Callable[[T], str]) -> list[T]:
        """Return items in the order in which the suite plays them."""
        order = {name: index for index, name in enumerate(self._by_id)}
        return sorted(items, key=lambda item: order[identity(item)])

    def read(self) -> None:
        """Read the suite.

        Raises:
            AntiphonError: It cannot be read; the error tells all of its problems.
        """
        loaded = self._loaded = load((), self.profile)
        for scenario in loaded.suite.scenarios:
            self._by_path.setdefault((loaded.folder.root / scenario.path).resolve(), []).append(scenario)
            self._by_id[scenario.id] = scenario

    @property
    def loaded(self) -> Loaded:
        """The suite."""
        if self._loaded is None:
            raise RuntimeError("the suite has not been read")
        return self._loaded

    def text_of(self, error: AntiphonError) -> str:
        """Return an error as the command line tells it."""
        return error_text(error).plain

    # -- playing ---------------------------------------------------------------------------------

    def begin(self, wanted: Iterable[str]) -> None:
        """Begin the run; the target is asked for its health.

        Raises:
            AntiphonError: It cannot begin.
        """
        loaded = self.loaded
        report = Path(self.report) if self.report else None
        options = run_options(loaded, seed=self.seed, report=report, command="pytest")
        scenarios = tuple(self._by_id[name] for name in dict.fromkeys(wanted))
        if report is not None:
            make_report_folder(report)
        self._running = _Running(loaded, scenarios, options)
        trouble = self._running.run.stopped
        if trouble is not None:
            self.end()
            self.summary = ""  # the error says it
            raise stopped(trouble)

    @property
    def running(self) -> _Running:
        """The run; only between its beginning and its end."""
        if self._running is None:
            raise RuntimeError("no run has begun")
        return self._running

    def scenario(self, name: str) -> Scenario:
        """Return the scenario of a name or the end of one.

        Raises:
            AntiphonError: There is none, or the suite cannot be read.
        """
        from antiphon.run.selection import Selection, select

        return select(self.loaded.suite.scenarios, Selection(only=(name,)))[0]

    def play(self, identity: str) -> ItemOutcome:
        """Play a scenario of the suite."""
        return self.play_scenario(self._by_id[identity])

    def play_scenario(self, scenario: Scenario) -> ItemOutcome:
        """Play any scenario as part of the run."""
        return self.running.outcome(self.running.call(self.running.run.play_one(scenario)))

    def end(self) -> int:
        """End the run, write its reports, and return 1 if it failed beside its items, else 0."""
        running, self._running = self.running, None
        self.summary, code = running.end()
        return 1 if code == EXIT_FAILED else 0


class _Running:
    """A run under way, on a loop of its own."""

    def __init__(self, loaded: Loaded, scenarios: Sequence[Scenario], options: RunOptions) -> None:
        self.loaded = loaded
        self.options = options
        self.job = new_job(loaded, scenarios, options)
        self._loop = uvloop.new_event_loop()
        self._thread = threading.Thread(target=self._turn, name="antiphon", daemon=True)
        self.run = Run(self.job, _Nobody())
        self._thread.start()
        self.call(self.run.begin())

    def submit(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Begin something on the run's loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def call(self, work: Coroutine[Any, Any, T]) -> T:
        """Do something on the run's loop; Ctrl-C breaks off what is played, and its clean-up runs first."""
        return self.result_of(self.submit(work))

    def result_of(self, doing: Future[T]) -> T:
        """Return what was begun when it is done."""
        try:
            return doing.result()
        except KeyboardInterrupt:
            self._loop.call_soon_threadsafe(self.run.interrupt)
            doing.result()
            raise

    def outcome(self, result: ScenarioResult) -> ItemOutcome:
        """Return a result in pytest's words, as it was written: without secrets."""
        stored = StoredRun(self.job.here / ".antiphon" / "runs" / self.job.run_id)
        written = next((one for one in reversed(stored.results()) if one.id == result.id), result)
        properties = tuple((name, value) for name, value in (("antiphon_run", self.job.run_id),) if value)
        kind = _KINDS[result.outcome]
        if kind == "passed":
            return ItemOutcome(kind=kind, properties=(*properties, ("antiphon_outcome", str(result.outcome))))
        if kind == "skipped":
            return ItemOutcome(kind=kind, text=_why_not_judged(written))
        summary = stored.summary()
        texts = failures_text(summary, [written], stored.entries(), self.loaded.texts)
        said = "\n\n".join(text.plain for text in texts)
        return ItemOutcome(kind=kind, text=said or f"{written.id}: {written.outcome}", properties=properties)

    def end(self) -> tuple[str, int]:
        """End the run; return its summary, and with what a command would end."""
        self.call(self.run.empty_pool())
        finished = self.call(_done(self.run.end))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        stored = StoredRun(finished.folder)
        summary, results = stored.summary(), stored.results()
        entries = told_entries(stored, results, summary.findings)
        folders = [folder for folder in (finished.folder, self.options.report_folder) if folder is not None]
        for folder in folders:
            folder.mkdir(parents=True, exist_ok=True)
            write_all(folder, summary, results, entries, self.loaded.texts)
        report = _relative(folders[-1], self.job.here) / "report.html"
        told = summary_text(summary, list(results), report=report.as_posix())
        return told.plain, summary.exit_code or 0

    def _turn(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()


class _Nobody:
    """Watches a run and says nothing: pytest does."""

    def run_began(self, summary: RunSummary) -> None:
        """Say nothing."""

    def scenario_began(self, scenario: Scenario, play: Play) -> None:
        """Say nothing."""

    def scenario_ended(self, scenario: Scenario, result: ScenarioResult) -> None:
        """Say nothing."""

    def found(self, finding: Finding) -> None:
        """Say nothing: it is told with the run's end."""


async def _done(work: Callable[[], T]) -> T:
    return work()


def _why_not_judged(result: ScenarioResult) -> str:
    if result.trouble is not None:
        return shown(result.trouble.sentence)
    void = [verdict for verdict in result.verdicts if verdict.outcome is Outcome.VOID]
    return failure_text(void[0]).plain if void else str(result.outcome)


def _relative(path: Path, here: Path) -> Path:
    return path.relative_to(here) if path.is_relative_to(here) else path
