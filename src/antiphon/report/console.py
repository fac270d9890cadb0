"""What a run says in a terminal: its first line, each scenario as it ends, and the summary."""

from __future__ import annotations

from collections.abc import Sequence

from antiphon.judge.verdicts import Outcome, PlayOutcome
from antiphon.report.access import access_line
from antiphon.report.coverage import coverage_lines
from antiphon.report.failure import trouble_text
from antiphon.report.findings import findings_line
from antiphon.report.painting import Ink, Painted, joined, lines, painted
from antiphon.report.requirements import Requirement, requirement_rows
from antiphon.report.safe import shown
from antiphon.report.words import (
    OUTCOME_INK,
    UNSOUND,
    counted,
    decisive,
    deliveries,
    line_of,
    look_closer,
    ms,
    open_question,
    reason,
    short_name,
    took,
    totals,
)
from antiphon.run.results import RunSummary, ScenarioResult

_MOST_LISTED = 20
_UNPLAYED = (PlayOutcome.SKIPPED, PlayOutcome.NOT_RUN)


def first_line(summary: RunSummary) -> Painted:
    """Return what every run begins with: the version, the target, its URL, how many scenarios, and the seed."""
    version = ".".join(summary.version.split(".")[:2])
    return painted(
        (f"antiphon {shown(version)}", Ink.STRONG),
        f" · {shown(summary.target, limit=80)} at {shown(summary.base_url, limit=200)}"
        f" · {counted(summary.scenarios, 'scenario')} · seed {shown(summary.seed)}",
        *((" · ", ("INSECURE: TLS certificates are not checked", Ink.BAD)) if summary.insecure else ()),
    )


def scenario_line(result: ScenarioResult) -> Painted:
    """Return a scenario's outcome in one line, told at once: `failed  messaging/fanout:12  bob did not hear …`."""
    name = shown(result.id, limit=120)
    if result.outcome is PlayOutcome.PASSED:
        told = took(result.duration_s)
    else:
        told = reason(result)
        name = f"{name}:{line_of(result)}"
    return painted((f"{result.outcome:<7} ", OUTCOME_INK[result.outcome]), name, f"  {told}" if told else "")


def summary_text(
    summary: RunSummary, results: Sequence[ScenarioResult], *, report: str | None = None, after_lines: bool = False
) -> Painted:
    """Return what a run ends with: what could not be judged, what was left, the totals, and where to look.

    Args:
        summary: The run.
        results: Its scenarios, in the order in which they were played.
        report: Where the report was written; None takes the run's folder, empty names none.
        after_lines: Whether the lines of the scenarios (`scenario_line`) stand above: what they said is not repeated.
    """
    if report is None:
        report = f"{summary.folder.rstrip('/')}/report.html" if summary.folder else ""
    found = findings_line(summary.findings)
    matrix = access_line(summary)
    told = [
        *_stopped(summary),
        *_void_lines(results, after_lines=after_lines),
        *_missed_thresholds(summary),
        *_leftover_lines(summary),
        *(painted(("warning: ", Ink.DOUBT), shown(warning)) for warning in summary.warnings),
        *([found] if found is not None else []),
        *([matrix] if matrix is not None else []),
        _totals_line(summary),
        _figures_line(summary),
        *_requirements_line(results),
        *coverage_lines(summary.coverage),
    ]
    if last := _where_to_look(summary, results, report):
        told.append(last)
    return lines(told)


def void_line(result: ScenarioResult) -> list[Painted]:
    """Return a line for each claim of a scenario that could not be judged, with what kept it from that."""
    name = shown(result.id, limit=120)
    told = []
    for verdict in result.voids:
        line = verdict.source.line if verdict.source.path == result.path else result.line
        told.append(painted(("void    ", Ink.DOUBT), f"{name}:{line}  {open_question(verdict)}"))
    return told


def _stopped(summary: RunSummary) -> list[Painted]:
    told = []
    if summary.stopped_because is not None:
        told.append(trouble_text(summary.stopped_because, head="stopped"))
    if summary.interrupted:
        told.append(painted(("interrupted: ", Ink.DOUBT), "what was done is saved, and clean-up has run"))
    return told


def _void_lines(results: Sequence[ScenarioResult], *, after_lines: bool) -> list[Painted]:
    told = {scenario_line(result).plain for result in results} if after_lines else set()
    every = [line for result in results for line in void_line(result) if line.plain not in told]
    kept = every[:_MOST_LISTED]
    return kept if len(every) <= _MOST_LISTED else [*kept, painted(f"… {len(every) - _MOST_LISTED} more void")]


def _missed_thresholds(summary: RunSummary) -> list[Painted]:
    inks = {Outcome.FAILED: Ink.BAD, Outcome.VOID: Ink.DOUBT}
    return [
        painted((f"{threshold.outcome:<7} ", inks[threshold.outcome]), f"threshold  {shown(threshold.sentence)}")
        for threshold in summary.thresholds
        if threshold.outcome in inks
    ]


def _leftover_lines(summary: RunSummary) -> list[Painted]:
    if not summary.leftovers:
        return []
    names = [painted("  ", shown(name)) for name in summary.leftovers[:_MOST_LISTED]]
    if len(summary.leftovers) > _MOST_LISTED:
        names.append(painted(f"  … {len(summary.leftovers) - _MOST_LISTED} more, all of them in the report"))
    return [painted(("left at the target: ", Ink.DOUBT), counted(len(summary.leftovers), "thing")), *names]


def _totals_line(summary: RunSummary) -> Painted:
    counts = joined(
        "  ",
        (
            painted((f"{count} {outcome}", OUTCOME_INK[outcome] if count else Ink.FAINT))
            for outcome, count in totals(summary)
        ),
    )
    facts = [
        counted(summary.calls, "call"),
        counted(summary.events, "event"),
        f"absences: {summary.absences_proven} proven, {summary.absences_waited} waited",
        took(summary.duration_s),
    ]
    return painted(counts, " · ", " · ".join(facts))


def _figures_line(summary: RunSummary) -> Painted:
    lag = f"own lag p99 {ms(summary.own_lag.p99)}" if summary.own_lag.count else "own lag not measured"
    delivery = f"delivery {deliveries(summary)}"
    return painted(f"{delivery} · {lag} · laws: {shown(summary.laws)}")


def _requirements_line(results: Sequence[ScenarioResult]) -> list[Painted]:
    """Return how many scenarios hold each requirement up, those that do not hold first; which they are is reported."""
    rows = [row for row in requirement_rows(results) if any(one.outcome not in _UNPLAYED for one in row.scenarios)]
    if not rows:
        return []
    shaken = [row for row in rows if row.passed < len(row.scenarios)]
    told = [*shaken, *(row for row in rows if row.passed == len(row.scenarios))]
    parts = [_requirement(row) for row in told[:_MOST_LISTED]]
    if len(told) > _MOST_LISTED:
        parts.append(painted(f"… {len(told) - _MOST_LISTED} more"))
    return [painted("covers ", joined("  ", parts))]


def _requirement(row: Requirement) -> Painted:
    name = shown(row.name, limit=40)
    if row.passed == len(row.scenarios):
        return painted(f"{name} {row.passed}")
    return painted((f"{name} {row.passed} of {len(row.scenarios)}", OUTCOME_INK[row.outcome]))


def _where_to_look(summary: RunSummary, results: Sequence[ScenarioResult], report: str) -> Painted | None:
    parts = [f"report {shown(report)}"] if report else []
    worst = _first_to_look_at(results)
    if worst is not None:
        verdict = decisive(worst)
        step = verdict.step if verdict is not None else ""
        parts.append(f"look closer: {look_closer(summary.id, short_name(worst, results), step)}")
    return painted(" · ".join(parts)) if parts else None


def _first_to_look_at(results: Sequence[ScenarioResult]) -> ScenarioResult | None:
    unsound = [result for result in results if result.outcome in UNSOUND]
    # A claim that failed says more than a scenario that could not be played.
    by_claim = [result for result in unsound if result.failures]
    void = [result for result in results if result.outcome is PlayOutcome.VOID]
    return next(iter((*by_claim, *unsound, *void)), None)
