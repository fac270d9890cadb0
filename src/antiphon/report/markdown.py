"""The summary of a run in Markdown, for the page that a build server shows beside a job."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from antiphon.history.entries import AnyEntry
from antiphon.judge.verdicts import Outcome, PlayOutcome
from antiphon.report.access import access_markdown
from antiphon.report.coverage_markdown import coverage_markdown
from antiphon.report.failure import failure_text, trouble_text
from antiphon.report.findings import finding_text
from antiphon.report.repeating import repeat_run
from antiphon.report.requirements import requirement_rows
from antiphon.report.safe import shown, unobeyed
from antiphon.report.words import counted, deliveries, distribution, line_of, ms, reason, took, totals
from antiphon.run.results import RunSummary, ScenarioResult

_MOST_ROWS = 500
_MOST_FAILURES = 30
_MEANT = re.compile(r"[\\*_\[\]<>&|`~$#@]|^[-+=]|\b(?:https?|ftp|www)(?=[:.])", re.IGNORECASE)
_ENTITIES = {"<": "&lt;", ">": "&gt;", "&": "&amp;", "|": "&#124;", "`": "&#96;", "$": "&#36;", "#": "&#35;"}
# A mention or an address that nobody wrote would become a link; a space of no width keeps it from that.
_NO_LINK = "&#8203;"
_SIGN = {
    PlayOutcome.PASSED: "✅",
    PlayOutcome.FLAKY: "⚠️",
    PlayOutcome.FAILED: "❌",
    PlayOutcome.TIMEOUT: "❌",
    PlayOutcome.ERROR: "❌",
    PlayOutcome.VOID: "⚠️",
}


def markdown_report(
    summary: RunSummary,
    results: Sequence[ScenarioResult],
    entries: Sequence[AnyEntry] = (),
    texts: Mapping[str, str] | None = None,
) -> str:
    """Return the summary as GitHub-flavoured Markdown; nothing that comes from outside acts as markup or command."""
    passed = summary.outcomes.get(PlayOutcome.PASSED, 0)
    parts = [
        f"## {md(summary.target, limit=80)}: {passed} of {counted(len(results), 'scenario')} passed",
        "",
        " · ".join(
            [
                *(f"**{count}** {outcome}" for outcome, count in totals(summary)),
                counted(summary.calls, "call"),
                counted(summary.events, "event"),
                f"absences: {summary.absences_proven} proven, {summary.absences_waited} waited",
                took(summary.duration_s),
            ]
        ),
        "",
        f"{code(summary.base_url)} · run {code(summary.id)} · seed {code(summary.seed)} · laws: {md(summary.laws)}",
        "",
        *_stopped(summary),
        *_times(summary),
        *_table(results),
        *_failures(results, entries, texts or {}),
        *_findings(summary),
        *access_markdown(summary, results, md),
        *_requirements(results),
        *coverage_markdown(summary.coverage, md),
        *_bullets("Left at the target", summary.leftovers),
        *_bullets("Warnings", summary.warnings),
        f"Again: {code(repeat_run(summary), limit=2000)}",
        "",
    ]
    return unobeyed("\n".join(parts))


def md(text: str, *, limit: int = 400) -> str:
    """Return text that Markdown shows as it is: no link, no emphasis, no tag, no mention, no cell of a table."""
    return _MEANT.sub(_unmeant, shown(text, limit=limit))


def code(text: str, *, limit: int = 400) -> str:
    """Return text as a code span that no backtick in it can end; not for tables, whose cells end at any bar."""
    safe = shown(text, limit=limit) or " "
    fence = "`" * (_longest_run(safe) + 1)
    pad = " " if safe.startswith("`") or safe.endswith("`") else ""
    return f"{fence}{pad}{safe}{pad}{fence}"


def _unmeant(found: re.Match[str]) -> str:
    sign = found[0]
    if len(sign) > 1 or sign == "@":
        return sign + _NO_LINK
    return _ENTITIES.get(sign, f"\\{sign}")


def block(text: str) -> list[str]:
    """Return lines as a code block that no backtick in them can end."""
    fence = "`" * max(_longest_run(text) + 1, 3)
    return [f"{fence}text", *text.splitlines(), fence]


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)


def _stopped(summary: RunSummary) -> list[str]:
    told = []
    if summary.stopped_because is not None:
        told += [*block(trouble_text(summary.stopped_because, head="stopped").plain), ""]
    if summary.interrupted:
        told += ["**Interrupted**: what was done is here, and clean-up has run.", ""]
    elif not summary.finished and summary.stopped_because is None:
        told += ["**This run did not come to its end.**", ""]
    return told


def _findings(summary: RunSummary) -> list[str]:
    if not summary.findings:
        return []
    told = ["### Findings", ""]
    for one in summary.findings:
        told += [*block(finding_text(one, run=summary.id).plain), ""]
    return told


def _times(summary: RunSummary) -> list[str]:
    known = "" if summary.target_wait_known else "; the target's waits are unknown and count as 0"
    told = [
        f"- API response: {distribution(summary.api, summary.api_limit_s)}",
        f"- event delivery: {deliveries(summary)}",
        f"- own lag: {f'p99 {ms(summary.own_lag.p99)}' if summary.own_lag.count else 'not measured'}{known}",
    ]
    told += [f"- threshold {threshold.outcome}: {md(threshold.sentence)}" for threshold in summary.thresholds]
    return [*told, ""]


def _table(results: Sequence[ScenarioResult]) -> list[str]:
    if not results:
        return []
    told = ["| | Scenario | What happened | Took |", "|---|---|---|---:|"]
    for result in results[:_MOST_ROWS]:
        sign = _SIGN.get(result.outcome, "·")
        what = md(reason(result) or result.title, limit=300)
        duration = took(result.duration_s) if result.plays else ""
        line = "" if result.outcome is PlayOutcome.PASSED else f":{line_of(result)}"
        told.append(f"| {sign} {result.outcome} | {md(result.id, limit=120)}{line} | {what} | {duration} |")
    if len(results) > _MOST_ROWS:
        told.append(f"| | … {len(results) - _MOST_ROWS} more | | |")
    return [*told, ""]


def _failures(results: Sequence[ScenarioResult], entries: Sequence[AnyEntry], texts: Mapping[str, str]) -> list[str]:
    unheld = [
        (result, verdict)
        for result in results
        for verdict in (*result.failures, *(result.voids if result.outcome is PlayOutcome.VOID else ()))
    ]
    wanted = {verdict.cause_seq for _, verdict in unheld if verdict.cause_seq}
    causes = {entry.seq: entry for entry in entries if entry.seq in wanted}
    told: list[str] = []
    for result, verdict in unheld[:_MOST_FAILURES]:
        source_lines = texts.get(verdict.source.path, "").splitlines()
        void = " (void)" if verdict.outcome is Outcome.VOID else ""
        text = failure_text(verdict, source_lines, cause=causes.get(verdict.cause_seq)).plain
        told += [f"### {md(result.id, limit=120)}{void}", "", *block(text), ""]
    if len(unheld) > _MOST_FAILURES:
        told += [f"… {len(unheld) - _MOST_FAILURES} more, all of them in the HTML report.", ""]
    for result in results:
        if result.trouble is not None and result.outcome is PlayOutcome.ERROR:
            told += [f"### {md(result.id, limit=120)}", "", *block(trouble_text(result.trouble).plain), ""]
    return told


def _requirements(results: Sequence[ScenarioResult]) -> list[str]:
    rows = requirement_rows(results)
    if not rows:
        return []
    told = ["| Requirement | Outcome | Scenarios passed |", "|---|---|---:|"]
    told += [
        f"| {md(row.name, limit=80)} | {row.outcome} | {row.passed} of {len(row.scenarios)} |"
        for row in rows[:_MOST_ROWS]
    ]
    return [*told, ""]


def _bullets(title: str, names: Sequence[str]) -> list[str]:
    if not names:
        return []
    more = [f"- … {len(names) - 50} more"] if len(names) > 50 else []
    return [f"### {title}", "", *(f"- {md(name)}" for name in names[:50]), *more, ""]
