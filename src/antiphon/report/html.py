"""The report of a run as one HTML page that needs no script, no network and no other file."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files

from antiphon.history.entries import AnyEntry
from antiphon.judge.verdicts import Outcome, PlayOutcome
from antiphon.report.access import access_html
from antiphon.report.charts import histogram_chart, outcome_bar
from antiphon.report.coverage_html import coverage_html
from antiphon.report.failure import trouble_text
from antiphon.report.html_findings import findings_html
from antiphon.report.html_scenario import PLAYED, Part, folded, painted_html, part_of, row, slug, state, unfolded
from antiphon.report.markup import Markup, el, lines, table, together
from antiphon.report.measured import api_times, delivery_times, histogram
from antiphon.report.repeating import repeat_run
from antiphon.report.requirements import Requirement, requirement_rows
from antiphon.report.safe import shown
from antiphon.report.sequence_build import by_play
from antiphon.report.words import UNSOUND, counted, ms, short_names, took, totals
from antiphon.run.results import Figures, RunSummary, ScenarioResult

_NONE = "\u2013"
_KEY = (
    "In the drawings time runs downwards, in milliseconds since the step began. Thin lines are REST, thick ones the"
    " socket, ◇ is a fence's answer. Dashed and red is what should have come and did not."
)
_OF_VOID = (
    "A verdict is void when Antiphon's own lag, the target's waits or a lost connection leave it open, or when an"
    " absence was asked to be proven and could not be. It is neither a finding nor a pass."
)


def html_report(
    summary: RunSummary,
    results: Sequence[ScenarioResult],
    entries: Sequence[AnyEntry],
    texts: Mapping[str, str] | None = None,
) -> str:
    """Return the whole page.

    Args:
        summary: The run.
        results: Its scenarios, in the order in which they were played.
        entries: Its history; diagrams are drawn from it.
        texts: The files' contents by path, where they are at hand.
    """
    plays = by_play(entries)
    names = short_names(results)
    parts = [
        part_of(
            number,
            result,
            summary,
            name=names[result.id],
            own=plays.get(result.plays[-1], []) if result.plays else [],
            texts=texts or {},
        )
        for number, result in enumerate(results, 1)
    ]
    unsound, void, unplayed, sound = _sorted(parts)
    anchors = {part.result.id: part.anchor for part in parts}
    inside = (
        findings_html(summary, results, plays),
        el("h2", "Scenarios"),
        table(
            (_title("Outcome"), _title("Scenario"), _title("Covers", "wide"), _title("Took", "number")),
            map(row, (*unsound, *void, *unplayed, *sound)),
        ),
        _section("What did not hold", _KEY, map(unfolded, unsound)),
        _section("What could not be judged", _OF_VOID, map(unfolded, void)),
        _section("What was not played", "", map(unfolded, unplayed)),
        _section("What passed", "", map(folded, sound)),
        access_html(summary, results),
        _requirements(requirement_rows(results), anchors),
        coverage_html(summary.coverage, anchors),
        el("h2", "Times"),
        _times(summary),
        _thresholds(summary),
        _charts(summary, results, entries),
        _left(summary.leftovers),
        el("h2", "This run"),
        _this_run(summary),
    )
    body = (
        _header(summary, every_passed=len(sound) == len(parts), number=len(parts)),
        el("main", lines(inside)),
        el("footer", f"Made by Antiphon {shown(summary.version, limit=40)}."),
    )
    return page(f"{shown(summary.target, limit=80)} · run {shown(summary.id, limit=40)} · Antiphon", body)


def page(title: str, body: Iterable[Markup]) -> str:
    """Return a whole page with this inside: it may load nothing and run nothing."""
    return f'<!doctype html>\n<html lang="en">\n{_head(title)}\n{el("body", lines(body))}\n</html>'


def _sorted(parts: Sequence[Part]) -> tuple[list[Part], list[Part], list[Part], list[Part]]:
    """Return what did not hold, what is void, what was not played, and what passed."""
    unsound: list[Part] = []
    void: list[Part] = []
    unplayed: list[Part] = []
    sound: list[Part] = []
    for part in parts:
        if part.result.outcome in PLAYED:
            sound.append(part)
        elif part.result.outcome is PlayOutcome.VOID:
            void.append(part)
        elif part.result.plays or part.result.outcome in UNSOUND:
            unsound.append(part)
        else:
            unplayed.append(part)
    return unsound, void, unplayed, sound


def _head(title: str) -> Markup:
    style = _style()
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    inside = (
        Markup('<meta charset="utf-8">'),
        Markup(f'<meta http-equiv="Content-Security-Policy" content="{policy}">'),
        Markup('<meta name="referrer" content="no-referrer">'),
        Markup('<meta name="viewport" content="width=device-width, initial-scale=1">'),
        el("title", title),
        el("style", Markup(style)),
    )
    return el("head", lines(inside))


def _header(summary: RunSummary, *, every_passed: bool, number: int) -> Markup:
    counts = totals(summary)
    if not summary.outcomes:
        told = "no scenario was played"
    else:
        told = "every scenario passed" if every_passed else f"{counts[0][1]} of {number} scenarios passed"
    found = sum(not one.is_accepted for one in summary.findings)
    if found:
        told = f"{counted(found, 'finding')}, {told}"
    lead = (
        el("span", shown(summary.base_url, limit=200), class_="bidi"),
        f" · {_moment(summary.started)} · {took(summary.duration_s)} · seed ",
        el("code", shown(summary.seed, limit=80)),
    )
    inside = (
        el("p", f"Antiphon {shown(summary.version, limit=40)} · run {shown(summary.id, limit=40)}", class_="brand"),
        el("h1", f"{shown(summary.target, limit=80)}: {told}{_unkept(summary)}"),
        el("p", *lead, class_="lead"),
        Markup(outcome_bar(counts)),
        el("ul", lines((*(_count(outcome, count) for outcome, count in counts), _found(found))), class_="legend"),
        *_notices(summary),
        el("dl", lines(_figures(summary)), class_="figures"),
    )
    return el("header", lines(inside))


def _unkept(summary: RunSummary) -> str:
    """Return what of the thresholds belongs behind `every scenario passed`."""
    missed = sum(threshold.outcome is Outcome.FAILED for threshold in summary.thresholds)
    open_still = sum(threshold.outcome is Outcome.VOID for threshold in summary.thresholds)
    told = f", {counted(missed, 'threshold')} missed" if missed else ""
    return told + (f", {counted(open_still, 'threshold')} not judgeable" if open_still else "")


def _count(outcome: PlayOutcome, count: int) -> Markup:
    return el("li", el("strong", f"{count:,}"), str(outcome), class_=slug(outcome) if count else "none")


def _found(count: int) -> Markup:
    if not count:
        return Markup()
    return el("li", el("strong", f"{count:,}"), "finding" if count == 1 else "findings", class_="failed")


def _notices(summary: RunSummary) -> list[Markup]:
    grave: list[Markup] = []
    if summary.stopped_because:
        grave.append(el("pre", painted_html(trouble_text(summary.stopped_because, head="stopped"))))
    if summary.interrupted:
        grave.append(together("The run was interrupted; what was done is here, and clean-up has run."))
    if not summary.finished and not grave:
        grave.append(together("This run did not come to its end."))
    warnings = (el("div", shown(warning), class_="notice") for warning in summary.warnings)
    return [*(el("div", told, class_="notice grave") for told in grave), *warnings]


def _figures(summary: RunSummary) -> Iterable[Markup]:
    lag = ms(summary.own_lag.p99) if summary.own_lag.count else _NONE
    of_lag = "p99" if summary.target_wait_known else "p99; the target's waits are unknown and count as 0"
    yield _figure("REST calls", f"{summary.calls:,}")
    yield _figure("Events heard", f"{summary.events:,}", counted(summary.emits, "emit"))
    yield _figure("Users", f"{summary.users:,}")
    yield _figure("Absences", f"{summary.absences_proven} proven", f"{summary.absences_waited} waited")
    yield _figure("Laws", "", shown(summary.laws))
    yield _figure("Antiphon's own lag", lag, of_lag)


def _figure(name: str, value: str, beside: str = "") -> Markup:
    return el("div", el("dt", name), el("dd", value, el("small", beside) if beside else ""))


def _title(name: str, class_: str = "") -> Markup:
    return el("th", name, class_=class_)


def _section(title: str, key: str, articles: Iterable[Markup]) -> Markup:
    """Return a heading with what stands under it; nothing if there is nothing."""
    made = list(articles)
    if not made:
        return Markup()
    return lines((el("h2", title), el("p", key, class_="key") if key else "", *made))


def _requirements(found: Sequence[Requirement], anchors: Mapping[str, str]) -> Markup:
    if not found:
        return Markup()
    head = (_title("Outcome"), _title("Requirement"), _title("Scenarios"), _title("Passed", "number"))
    return lines((el("h2", "Requirements"), table(head, (_requirement(one, anchors) for one in found))))


def _requirement(requirement: Requirement, anchors: Mapping[str, str]) -> Markup:
    links: list[str] = []
    for result in requirement.scenarios:
        name = shown(result.id, limit=120)
        links += [", ", el("a", name, href=f"#{anchors[result.id]}", class_=slug(result.outcome))]
    return el(
        "tr",
        el("td", state(requirement.outcome), class_="state"),
        el("td", shown(requirement.name, limit=80)),
        el("td", *links[1:]),
        el("td", f"{requirement.passed} of {len(requirement.scenarios)}", class_="number"),
    )


def _times(summary: RunSummary) -> Markup:
    rows = (
        ("API response", summary.api, summary.api_limit_s),
        ("Event delivery, from the answer", summary.delivery, summary.delivery_limit_s),
        ("Event delivery, from the request", summary.delivery_from_request, None),
        ("Antiphon's own lag", summary.own_lag, None),
    )
    titles = ("Count", "Mean", "p50", "p95", "p99", "Max", "Limit")
    head = (_title("What"), *(_title(title, "number") for title in titles))
    return table(head, (_time(*one) for one in rows))


def _time(name: str, figures: Figures, limit_s: float | None) -> Markup:
    values = (figures.mean, figures.p50, figures.p95, figures.p99, figures.max)
    told = (f"{figures.count:,}", *(ms(value) if figures.count else _NONE for value in values))
    limit = ms(limit_s) if limit_s is not None else ""
    return el("tr", el("td", name), *(el("td", text, class_="number") for text in (*told, limit)))


def _thresholds(summary: RunSummary) -> Markup:
    if not summary.thresholds:
        return Markup()
    rows = (
        el("tr", el("td", state(threshold.outcome), class_="state"), el("td", shown(threshold.sentence)))
        for threshold in summary.thresholds
    )
    return lines((el("h4", "Thresholds"), table((), rows)))


def _charts(summary: RunSummary, results: Sequence[ScenarioResult], entries: Sequence[AnyEntry]) -> Markup:
    drawn = (
        _chart(
            api_times(entries),
            "API response",
            summary.api_limit_s,
            "API responses, counted by how long they took at most",
        ),
        _chart(
            delivery_times(results),
            "event delivery",
            summary.delivery_limit_s,
            "Event deliveries, counted by how long after the answer at most",
        ),
    )
    return el("div", lines(drawn), class_="charts") if any(drawn) else Markup()


def _chart(values: list[float], label: str, limit_s: float | None, caption: str) -> Markup:
    chart = histogram_chart(histogram(values), label=f"{label}: how many took how long", limit_s=limit_s)
    return el("figure", el("figcaption", caption), Markup(chart)) if chart else Markup()


def _left(leftovers: Sequence[str]) -> Markup:
    if not leftovers:
        return Markup()
    return lines(
        (el("h2", "Left at the target"), el("ul", *(el("li", shown(name), class_="bidi") for name in leftovers)))
    )


def _this_run(summary: RunSummary) -> Markup:
    pairs: list[tuple[str, str]] = [
        ("Again", el("code", repeat_run(summary))),
        ("Profile", shown(summary.profile)),
        ("Target", f"{shown(summary.target)} at {shown(summary.base_url)}"),
        ("Exit code", "none yet" if summary.exit_code is None else str(summary.exit_code)),
        *((shown(name, limit=80), shown(value)) for name, value in summary.options.items() if name != "command"),
    ]
    return el("dl", lines(together(el("dt", name), el("dd", value)) for name, value in pairs), class_="pairs")


def _moment(iso: str) -> str:
    """Return `2026-03-01 09:30:00 UTC` for a stamp in ISO 8601."""
    text = shown(iso, limit=40)
    return f"{text[:10]} {text[11:19]} UTC" if len(text) >= 19 and text[10] == "T" else text


@cache
def _style() -> str:
    return files("antiphon.report").joinpath("report.css").read_text("utf-8")
