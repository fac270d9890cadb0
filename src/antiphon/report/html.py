"""The report of a run as one HTML page that needs no script, no network and no other file."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from antiphon.history.entries import AnyEntry
from antiphon.judge.verdicts import Outcome, PlayOutcome, Verdict
from antiphon.report.charts import histogram_chart, outcome_bar
from antiphon.report.coverage import requirement_rows
from antiphon.report.failure import failure_text, trouble_text
from antiphon.report.measured import api_times, delivery_times, histogram
from antiphon.report.painting import Painted
from antiphon.report.repeating import repeat_run, repeat_scenario
from antiphon.report.safe import shown
from antiphon.report.sequence_build import build
from antiphon.report.sequence_svg import svg
from antiphon.report.words import (
    OUTCOME_INK,
    UNSOUND,
    counted,
    distribution,
    headline,
    line_of,
    look_closer,
    ms,
    numbers,
    reason,
    short_names,
    step_outcome,
    took,
    totals,
)
from antiphon.run.results import RunSummary, ScenarioResult

if TYPE_CHECKING:
    from jinja2 import Environment

_MOST_CLAIMS = 60
_MOST_DIAGRAMS = 200
_PLAYED: Final = frozenset({PlayOutcome.PASSED, PlayOutcome.FLAKY})
_UNHELD: Final = frozenset({Outcome.FAILED, Outcome.VOID})


class Part(Struct, frozen=True):
    """A scenario with what the page shows of it beside its own fields."""

    result: ScenarioResult
    anchor: str
    reason: str
    line: int
    failures: tuple[str, ...]
    diagram: str
    repeat: str
    look: str


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
    style = _resource("report.css")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    by_play = _by_play(entries)
    names = short_names(results)
    parts = [_part(number, result, summary, names, by_play, texts or {}) for number, result in enumerate(results, 1)]
    counts = totals(summary)
    page = _environment().get_template("report.html.j2")
    return page.render(
        summary=summary,
        style=style,
        policy=f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'",
        parts=parts,
        **_sorted(parts),
        counts=counts,
        bar=outcome_bar(counts),
        charts={
            "api": _chart(api_times(entries), "API response", summary.api_limit_s),
            "delivery": _chart(delivery_times(results), "event delivery", summary.delivery_limit_s),
        },
        requirements=requirement_rows(results),
        unkept=_unkept(summary),
        anchors={part.result.id: part.anchor for part in parts},
        repeat=repeat_run(summary),
        stopped=_painted_html(trouble_text(summary.stopped_because, head="stopped")) if summary.stopped_because else "",
    )


def _unkept(summary: RunSummary) -> str:
    """Return what of the thresholds belongs behind `every scenario passed`."""
    missed = sum(threshold.outcome is Outcome.FAILED for threshold in summary.thresholds)
    open_still = sum(threshold.outcome is Outcome.VOID for threshold in summary.thresholds)
    told = f", {counted(missed, 'threshold')} missed" if missed else ""
    return told + (f", {counted(open_still, 'threshold')} not judgeable" if open_still else "")


def _sorted(parts: Sequence[Part]) -> dict[str, list[Part]]:
    kinds: dict[str, list[Part]] = {"unsound": [], "void": [], "unplayed": [], "sound": []}
    for part in parts:
        if part.result.outcome in _PLAYED:
            kinds["sound"].append(part)
        elif part.result.outcome is PlayOutcome.VOID:
            kinds["void"].append(part)
        elif part.result.plays or part.result.outcome in UNSOUND:
            kinds["unsound"].append(part)
        else:
            kinds["unplayed"].append(part)
    return kinds


def _chart(values: list[float], label: str, limit_s: float | None) -> str:
    return histogram_chart(histogram(values), label=f"{label}: how many took how long", limit_s=limit_s)


def _by_play(entries: Iterable[AnyEntry]) -> dict[str, list[AnyEntry]]:
    plays: dict[str, list[AnyEntry]] = {}
    for entry in entries:
        plays.setdefault(entry.play, []).append(entry)
    return plays


def _part(
    number: int,
    result: ScenarioResult,
    summary: RunSummary,
    names: Mapping[str, str],
    by_play: Mapping[str, list[AnyEntry]],
    texts: Mapping[str, str],
) -> Part:
    own = by_play.get(result.plays[-1], []) if result.plays else []
    sound = result.outcome in _PLAYED
    failures = _failures(result.earlier if sound else result.verdicts, own, texts)
    if result.trouble is not None:
        failures.append(
            _painted_html(trouble_text(result.trouble, head=str(result.outcome), ink=OUTCOME_INK[result.outcome]))
        )
    diagram = ""
    if own and not sound and number <= _MOST_DIAGRAMS:
        diagram = svg(build(result, own, target=summary.target), identity=f"play-{number}")
    return Part(
        result=result,
        anchor=f"scenario-{number}",
        reason=reason(result),
        line=line_of(result),
        failures=tuple(failures),
        diagram=diagram,
        repeat=repeat_scenario(summary, result),
        look=look_closer(summary.id, names[result.id]),
    )


def _failures(verdicts: Iterable[Verdict], own: Sequence[AnyEntry], texts: Mapping[str, str]) -> list[str]:
    unheld = [verdict for verdict in verdicts if verdict.outcome in _UNHELD]
    causes = {entry.seq: entry for entry in own} if unheld else {}
    return [
        _painted_html(
            failure_text(
                verdict,
                texts.get(verdict.source.path, "").splitlines(),
                cause=causes.get(verdict.cause_seq),
            )
        )
        for verdict in unheld
    ]


def _painted_html(text: Painted) -> str:
    pieces = []
    for piece, ink in text.spans:
        inside = escape(piece)
        pieces.append(f'<span class="ink-{ink}">{inside}</span>' if ink else inside)
    return "".join(pieces)


def _claims(result: ScenarioResult, step: str) -> list[Verdict]:
    return [verdict for verdict in result.verdicts if verdict.step == step]


def _claim_text(verdict: Verdict) -> str:
    return shown(verdict.claim) if verdict.outcome is Outcome.HELD else headline(verdict)


def _claim_facts(verdict: Verdict) -> str:
    proof = f"absent, {verdict.proof}" if verdict.proof else ""
    return "; ".join(part for part in (proof, numbers(verdict, full=True)) if part)


def _moment(iso: str) -> str:
    """Return `2026-03-01 09:30:00 UTC` for a stamp in ISO 8601."""
    text = shown(iso, limit=40)
    return f"{text[:10]} {text[11:19]} UTC" if len(text) >= 19 and text[10] == "T" else text


def _slug(outcome: PlayOutcome | Outcome) -> str:
    return str(outcome).replace(" ", "-")


@cache
def _environment() -> Environment:
    # jinja2 takes 80 ms to import; only a run that writes its report needs it.
    from jinja2 import Environment, FunctionLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=FunctionLoader(_resource),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        shown=lambda text, limit=400: shown(str(text), limit=limit),
        ms=ms,
        took=took,
        moment=_moment,
        slug=_slug,
        play=step_outcome,
        claim=_claim_text,
        facts=_claim_facts,
        # Made by this package alone, which escapes whatever it puts into them.
        drawn=Markup,
    )
    environment.globals.update(
        claims=_claims, counted=counted, distribution=distribution, most_claims=_MOST_CLAIMS, Outcome=Outcome
    )
    return environment


@cache
def _resource(name: str) -> str:
    return files("antiphon.report").joinpath("templates", name).read_text("utf-8")
