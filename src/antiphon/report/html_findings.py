"""What was found beside the scenarios' own claims, on the HTML page: told with its witness, and drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from antiphon.history.entries import AnyEntry
from antiphon.report.findings import finding_text
from antiphon.report.html_scenario import painted_html
from antiphon.report.markup import Markup, el, lines
from antiphon.report.safe import shown
from antiphon.report.sequence import collapsed
from antiphon.report.sequence_findings import drawn
from antiphon.report.sequence_svg import svg
from antiphon.run.results import FindingResult, RunSummary, ScenarioResult

_MOST_DRAWN: Final = 50
_MOST_ROWS: Final = 60


def findings_html(
    summary: RunSummary, results: Sequence[ScenarioResult], plays: Mapping[str, Sequence[AnyEntry]]
) -> Markup:
    """Return the chapter of findings, those that are accepted last; nothing if there is none.

    Args:
        summary: The run.
        results: Its scenarios.
        plays: The history of each play.
    """
    if not summary.findings:
        return Markup()
    by_play = {play: result for result in results for play in result.plays}
    articles = [
        _article(number, one, by_play.get(one.first.play), plays.get(one.first.play, ()), summary)
        for number, one in enumerate(summary.findings, 1)
    ]
    return lines((el("h2", "Findings"), *articles))


def _article(
    number: int, found: FindingResult, result: ScenarioResult | None, own: Sequence[AnyEntry], summary: RunSummary
) -> Markup:
    finding = found.first
    kind = "known" if found.is_accepted else str(finding.kind)
    heading = el(
        "div",
        el("span", el("span", kind, class_="void" if found.is_accepted else "failed"), class_="state"),
        el("h3", shown(finding.by, limit=200)),
        el("span", shown(finding.play, limit=120), class_="quiet"),
        class_="heading",
    )
    diagram = Markup()
    if result is not None and own and number <= _MOST_DRAWN and not found.is_accepted:
        sequence = drawn(found, result, own, target=summary.target)
        if sequence.sections:
            diagram = Markup(svg(collapsed(sequence, limit=_MOST_ROWS), identity=f"finding-{number}"))
    inside = (
        heading,
        el("pre", painted_html(finding_text(found, run=summary.id))),
        el("div", diagram, class_="diagram") if diagram else "",
    )
    return el("article", lines(inside), id=f"found-{number}")
