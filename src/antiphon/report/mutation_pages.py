"""What came of mutants as files: JSON for programs, Markdown for a build server, one HTML page for people."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from antiphon.report.files import write_whole
from antiphon.report.html import page
from antiphon.report.json_report import written
from antiphon.report.markdown import code, md
from antiphon.report.markup import Markup, el, lines, table
from antiphon.report.mutation import COLUMNS, score_line, survivors, warnings, where
from antiphon.report.safe import shown, unobeyed
from antiphon.run.mutate.campaign import Campaign
from antiphon.run.mutate.model import Fate, Operator, Outcome
from antiphon.run.results import RunSummary

SCHEMA: Final = "antiphon.mutation/1"
HTML: Final = "mutation.html"
JSON: Final = "mutation.json"
MARKDOWN: Final = "mutation.md"
_MOST_ROWS = 500


def write_mutation(folder: Path, summary: RunSummary, campaign: Campaign) -> tuple[Path, ...]:
    """Write what became of a run's mutants, and return where that is, the HTML page first.

    Raises:
        OSError: The folder cannot be written to.
    """
    folder.mkdir(parents=True, exist_ok=True)
    return (
        write_whole(folder / HTML, mutation_html(summary, campaign).encode()),
        write_whole(folder / JSON, mutation_json(summary, campaign)),
        write_whole(folder / MARKDOWN, mutation_markdown(summary, campaign).encode()),
    )


def mutation_json(summary: RunSummary, campaign: Campaign) -> bytes:
    """Return every mutant with what became of it."""
    outcomes = campaign.outcomes
    return written(
        {
            "schema": SCHEMA,
            "run": summary.id,
            "target": summary.target,
            "seed": summary.seed,
            "planned": campaign.planned,
            "judged": len(outcomes),
            "played": sum(one.played for one in outcomes),
            "score": campaign.score,
            "counts": {fate.value: campaign.count(fate) for fate in Fate},
            "ended": campaign.ended or None,
            "leftOut": dict(campaign.left_out),
            "warnings": list(warnings(campaign)),
            "mutants": [_entity(one) for one in outcomes],
        }
    )


def _entity(outcome: Outcome) -> dict[str, Any]:
    mutant = outcome.mutant
    return {
        "scenario": mutant.scenario,
        "step": mutant.step,
        "operator": mutant.operator.value,
        "subject": mutant.subject,
        "field": mutant.field or None,
        "place": mutant.place.value,
        "entry": mutant.seq,
        "user": mutant.user,
        "connection": mutant.connection or None,
        "told": mutant.told,
        "fate": outcome.fate.value,
        "by": outcome.by.value if outcome.by is not None else None,
        "name": outcome.name or None,
        "sentence": outcome.sentence or None,
        "played": outcome.played,
        "expectation": outcome.advice or None,
        "law": outcome.law or None,
    }


def mutation_markdown(summary: RunSummary, campaign: Campaign) -> str:
    """Return the score, the table and the survivors as GitHub-flavoured Markdown."""
    told = [f"## {md(summary.target, limit=80)}: {md(score_line(campaign).plain)}", ""]
    told += [f"- {md(line)}" for line in warnings(campaign)]
    told += ["", "| operator | " + " | ".join(COLUMNS) + " |", "|---|" + "---:|" * len(COLUMNS)]
    told += [f"| {operator} | " + " | ".join(counts) + " |" for operator, counts in _rows(campaign)]
    told += ["", *_markdown_survivors(campaign), *_markdown_equivalent(campaign), ""]
    return unobeyed("\n".join(told))


def _rows(campaign: Campaign) -> Iterator[tuple[str, list[str]]]:
    for operator in Operator:
        row = [one for one in campaign.outcomes if one.mutant.operator is operator]
        if row:
            yield operator.value, [f"{sum(one.fate is fate for one in row):,}" for fate in COLUMNS]


def _markdown_survivors(campaign: Campaign) -> Iterator[str]:
    found = survivors(campaign.outcomes)
    if not found:
        return
    yield "### Survivors"
    yield ""
    for one in found[:_MOST_ROWS]:
        outcome = one.first
        more = f" (and in {len(one.scenarios) - 1} more)" if len(one.scenarios) > 1 else ""
        yield f"- {md(outcome.mutant.told)}: {md(where(outcome.mutant))}{more}"
        if outcome.advice:
            yield f"  - expect {code(outcome.advice)}"
        if outcome.law:
            yield f"  - law {code(outcome.law)}"
    if len(found) > _MOST_ROWS:
        yield f"- and {len(found) - _MOST_ROWS} more: `{JSON}` has all"
    yield ""


def _markdown_equivalent(campaign: Campaign) -> Iterator[str]:
    counts = _by_rule(campaign)
    if counts:
        yield "### Equivalent"
        yield ""
        yield from (f"- {count:,}: {md(rule)}" for rule, count in counts)
        yield ""


def _by_rule(campaign: Campaign) -> list[tuple[str, int]]:
    counts: dict[str, int] = {}
    for one in campaign.outcomes:
        if one.fate is Fate.EQUIVALENT:
            counts[one.sentence] = counts.get(one.sentence, 0) + 1
    return sorted(counts.items(), key=lambda rule: (-rule[1], rule[0]))


def mutation_html(summary: RunSummary, campaign: Campaign) -> str:
    """Return the same as one page that needs no script, no network and no other file."""
    head = [el("th", "Operator"), *(el("th", name.capitalize(), class_="number") for name in COLUMNS)]
    rows = [
        el("tr", el("td", operator), *(el("td", count, class_="number") for count in counts))
        for operator, counts in _rows(campaign)
    ]
    rules = [el("li", f"{count:,}: {shown(rule)}") for rule, count in _by_rule(campaign)]
    inside = (
        table(head, rows),
        *(el("p", line, class_="key") for line in warnings(campaign)),
        el("h2", "Survivors") if campaign.count(Fate.SURVIVED) else Markup(),
        *_html_survivors(campaign),
        el("h2", "Equivalent") if rules else Markup(),
        el("ul", *rules) if rules else Markup(),
    )
    target = shown(summary.target, limit=80)
    header = el(
        "header",
        el("p", f"Antiphon {shown(summary.version, limit=40)} · run {shown(summary.id, limit=40)}", class_="brand"),
        el("h1", f"{target}: {score_line(campaign).plain}"),
    )
    return page(f"{target} · mutation · Antiphon", (header, el("main", lines(inside))))


def _html_survivors(campaign: Campaign) -> Iterator[Markup]:
    found = survivors(campaign.outcomes)
    if not found:
        return
    rows = []
    for one in found[:_MOST_ROWS]:
        outcome = one.first
        lines_of = [
            el("code", shown(f"{name}: {line}", limit=600))
            for name, line in (("expect", outcome.advice), ("law", outcome.law))
            if line
        ]
        catches = [part for line in lines_of for part in (line, Markup("<br>"))][:-1]
        places = ", ".join(shown(name, limit=80) for name in one.scenarios[:5])
        more = f" and {len(one.scenarios) - 5} more" if len(one.scenarios) > 5 else ""
        cells = (el("td", shown(outcome.mutant.told)), el("td", f"{places}{more}"), el("td", *catches))
        rows.append(el("tr", *cells))
    yield table((el("th", "What nobody noticed"), el("th", "Where"), el("th", "What would catch it")), rows)
    if len(found) > _MOST_ROWS:
        yield el("p", f"and {len(found) - _MOST_ROWS:,} more: {JSON} has all")
