"""What the command line says at a run's two ends: what is planned; the failures, the summary, why it stopped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from antiphon.cli.voice import Voice
from antiphon.core.errors import AntiphonError, UsageError
from antiphon.core.source import Source
from antiphon.core.text import listed
from antiphon.history.entries import AnyEntry
from antiphon.judge.outcomes import EXIT_ENVIRONMENT, EXIT_INTERNAL
from antiphon.judge.verdicts import Outcome, PlayOutcome
from antiphon.report.console import summary_text
from antiphon.report.failure import error_text, failure_text, trouble_text
from antiphon.report.files import write_all
from antiphon.report.findings import findings_texts
from antiphon.report.known_list import draftable, known_text
from antiphon.report.painting import Painted, painted
from antiphon.report.safe import shown
from antiphon.report.told import told_entries
from antiphon.report.words import counted, open_question, short_names
from antiphon.run.fault import FAULT, fault_of, keep_traceback, traceback_text
from antiphon.run.folder import StoredRun
from antiphon.run.job import Finished
from antiphon.run.options import RunOptions
from antiphon.run.planning import distant_hosts, plan_of
from antiphon.run.results import RunSummary, ScenarioResult, Trouble
from antiphon.scenario.model import Scenario
from antiphon.target.model import Target

_TOLD = (PlayOutcome.PASSED, PlayOutcome.SKIPPED, PlayOutcome.NOT_RUN)
_UNPLAYED = (PlayOutcome.SKIPPED, PlayOutcome.NOT_RUN)
_MOST_NAMED = 5


@dataclass(eq=False, kw_only=True)
class CannotReport(UsageError):
    """The folder for the reports cannot be written to."""

    folder: Path
    why: str

    def __str__(self) -> str:
        return f"the reports cannot be written to {self.folder}: {self.why}"

    @property
    def hint(self) -> str:
        """What to do next."""
        return "name another folder with --report"


@dataclass(eq=False, kw_only=True)
class CannotDraft(UsageError):
    """The file for the known findings cannot be written."""

    path: Path
    why: str

    def __str__(self) -> str:
        return f"the known findings cannot be written to {self.path}: {self.why}"

    @property
    def hint(self) -> str:
        """What to do next."""
        return "name another file with --write-known, and move from it what is new"


@dataclass(eq=False, kw_only=True)
class Stopped(AntiphonError):
    """Why a run could not begin, as people read any other error.

    Attributes:
        note: A few words about the place.
    """

    trouble: Trouble
    source: Source | None = None
    note: str = ""

    def __str__(self) -> str:
        return self.trouble.sentence

    @property
    def hint(self) -> str | None:
        """What to do next."""
        return self.trouble.hint or None


def stopped(trouble: Trouble, note: str = "") -> Stopped:
    """Return why a run cannot begin; `note` is a few words about the place, by default the first detail."""
    first = trouble.details[0] if trouble.details else ""
    return Stopped(trouble=trouble, source=trouble.source, note=note or first)


def make_report_folder(folder: Path) -> None:
    """Make the folder that `--report` names, before the target is touched.

    Raises:
        CannotReport: It cannot be made, or not be written to.
    """
    probe = folder / ".antiphon-was-here"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise CannotReport(folder=folder, why=(error.strerror or str(error)).lower()) from None


def must_be_new(path: Path) -> None:
    """Refuse, before the target is touched, to write over a list in which people have said why.

    Raises:
        CannotDraft: The file exists, or its folder does not.
    """
    if path.exists():
        raise CannotDraft(path=path, why="it is there already, and may say more than a draft does")
    if not path.parent.is_dir():
        raise CannotDraft(path=path, why="there is no such folder")


def draft_known(path: Path, finished: Finished, target: Target, voice: Voice) -> int:
    """Write what a run has found as a list of accepted findings; return with what the run must end if that fails."""
    summary = StoredRun(finished.folder).summary()
    try:
        path.write_text(known_text(summary, target.laws, target.vocabulary), encoding="utf-8")
    except OSError as error:
        voice.tell(f"the known findings cannot be written to {path}: {(error.strerror or str(error)).lower()}")
        return EXIT_ENVIRONMENT
    count = counted(len(draftable(summary.findings)), "finding")
    voice.say(painted(f"known findings {shown(str(path))}: {count} drafted, for the profile's `known`"))
    return 0


def plan_line(target: Target, scenarios: Sequence[Scenario]) -> str:
    """Return what is about to be asked of a target that is not on this machine; empty if it is."""
    hosts = distant_hosts(target)
    if not hosts:
        return ""
    plan = plan_of(target, scenarios)
    facts = (
        counted(plan.users, "user"),
        counted(plan.rooms, "room") + " joined",
        counted(plan.requests, "request"),
        counted(plan.emits, "emit"),
    )
    return f"planned for {listed(hosts)}: at least {', '.join(facts)}"


def tell_end(
    finished: Finished, options: RunOptions, texts: Mapping[str, str], voice: Voice, *, brief_void: bool = False
) -> int:
    """Write the reports of a run, say what failed and what it comes to, and return the exit code."""
    stored = StoredRun(finished.folder)
    summary, of_disk = stored.summary(), stored.results()
    entries = told_entries(stored, of_disk, summary.findings)
    written = {result.id: result for result in of_disk}
    results = [written[result.id] for result in finished.results if result.id in written]
    code = summary.exit_code or 0
    folders = [folder for folder in (finished.folder, options.report_folder) if folder is not None]
    for folder in folders:
        code = _write(folder, finished, summary, results, entries, texts, voice) or code
    for text in failures_text(summary, results, entries, texts):
        voice.say("")
        voice.say(text)
    for text in findings_texts(summary.findings, run=summary.id):
        voice.say("")
        voice.say(text)
    voice.say("")
    shown = results
    if brief_void and (told := void_summary(results)):
        voice.say(told)
        shown = without_voids(results)
    if summary.stopped_because is not None and all(result.outcome in _UNPLAYED for result in results):
        voice.tell(error_text(stopped(summary.stopped_because)))
        summary = msgspec.structs.replace(summary, stopped_because=None)
    report = (_relative(folders[-1]) / "report.html").as_posix()
    voice.say(summary_text(summary, shown, report=report, after_lines=True))
    return code


def _write(
    folder: Path,
    finished: Finished,
    summary: RunSummary,
    results: Sequence[ScenarioResult],
    entries: Sequence[AnyEntry],
    texts: Mapping[str, str],
    voice: Voice,
) -> int:
    """Write the reports into a folder; return with what the run must end if that fails, else 0."""
    try:
        write_all(folder, summary, results, entries, texts)
    except OSError as error:
        voice.tell(f"the reports cannot be written to {folder}: {(error.strerror or str(error)).lower()}")
        return summary.exit_code or EXIT_ENVIRONMENT
    except Exception as error:  # noqa: BLE001 - a report that fails must not take the others, and the summary, with it
        path = finished.folder / FAULT
        kept = keep_traceback(path, finished.redactor.text(traceback_text(error)))
        voice.tell(error_text(fault_of(error, where=_relative(path).as_posix() if kept else "")))
        return EXIT_INTERNAL
    return 0


def failures_text(
    summary: RunSummary,
    results: Sequence[ScenarioResult],
    entries: Sequence[AnyEntry],
    texts: Mapping[str, str],
) -> Iterator[Painted]:
    """Yield why scenarios could not be played, and each claim that failed, as people read them.

    Args:
        summary: The run.
        results: Of these scenarios.
        entries: The history, for the calls that caused what failed.
        texts: The suite's files, for the lines in which claims stand.
    """
    wanted = {verdict.cause_seq for result in results for verdict in result.failures}
    causes = {entry.seq: entry for entry in entries if entry.seq in wanted}
    names = short_names(results)
    for trouble, outcome, count in _troubles(results):
        likewise = f"\n  likewise in {counted(count - 1, 'more scenario')}" if count > 1 else ""
        yield painted(trouble_text(trouble, head=outcome), likewise)
    for result in results:
        for verdict in result.failures:
            lines = texts.get(verdict.source.path, "").splitlines()
            cause = causes.get(verdict.cause_seq)
            yield failure_text(verdict, lines, cause=cause, run=summary.id, scenario=names[result.id])


def _troubles(results: Sequence[ScenarioResult]) -> list[tuple[Trouble, str, int]]:
    """Return why scenarios could not be played, the same reason once, and for how many it holds."""
    found: dict[tuple[str, str, str], tuple[Trouble, int]] = {}
    for result in results:
        trouble = result.trouble
        if trouble is None or result.outcome in _TOLD:
            continue
        if result.outcome is PlayOutcome.TIMEOUT and result.failures:
            continue  # the verdict that it failed for says the same
        place = str(trouble.source) if trouble.source is not None else trouble.sentence
        key = (str(result.outcome), place, trouble.hint)
        first, count = found.get(key, (trouble, 0))
        found[key] = (first, count + 1)
    return [(trouble, outcome, count) for (outcome, _, _), (trouble, count) in found.items()]


def _relative(path: Path) -> Path:
    try:
        return path.relative_to(Path.cwd())
    except ValueError:
        return path


def void_summary(results: Sequence[ScenarioResult]) -> str:
    """Return in one line what could not be judged, and why; empty if everything could."""
    void = [(result, result.voids) for result in results if result.voids]
    if not void:
        return ""
    claims = sum(len(voids) for _, voids in void)
    names = listed((result.id for result, _ in void), limit=_MOST_NAMED)
    why = open_question(void[0][1][0])
    return f"void: {counted(claims, 'claim')} could not be judged, and neither passed nor failed, in {names}: {why}"


def without_voids(results: Sequence[ScenarioResult]) -> list[ScenarioResult]:
    """Return the results without the claims that `void_summary` has told of."""
    return [
        msgspec.structs.replace(
            result, verdicts=tuple(verdict for verdict in result.verdicts if verdict.outcome is not Outcome.VOID)
        )
        if result.voids
        else result
        for result in results
    ]
