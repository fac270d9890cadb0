"""A scenario on the HTML page: its line among all, its steps and claims, who took part, what did not hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Final

from msgspec import Struct

from antiphon.history.entries import AnyEntry
from antiphon.judge.verdicts import Outcome, PlayOutcome, Verdict
from antiphon.report.failure import failure_text, trouble_text
from antiphon.report.markup import Markup, el, lines, table, together
from antiphon.report.painting import Painted
from antiphon.report.repeating import repeat_scenario
from antiphon.report.safe import shown
from antiphon.report.sequence_build import build
from antiphon.report.sequence_svg import svg
from antiphon.report.words import (
    OUTCOME_INK,
    counted,
    headline,
    line_of,
    look_closer,
    ms,
    numbers,
    reason,
    step_outcome,
    took,
)
from antiphon.run.results import RunSummary, ScenarioResult, StepResult, UserFacts

PLAYED: Final = frozenset({PlayOutcome.PASSED, PlayOutcome.FLAKY})
"""What is folded away: it held."""
_UNHELD: Final = frozenset({Outcome.FAILED, Outcome.VOID})
_MOST_CLAIMS = 60
_MOST_DIAGRAMS = 200


class Part(Struct, frozen=True):
    """A scenario with what the page shows of it beside its own fields."""

    result: ScenarioResult
    anchor: str
    reason: str
    failures: tuple[Markup, ...]
    diagram: Markup
    repeat: str
    look: str


def part_of(
    number: int,
    result: ScenarioResult,
    summary: RunSummary,
    *,
    name: str,
    own: Sequence[AnyEntry],
    texts: Mapping[str, str],
) -> Part:
    """Return what the page shows of a scenario.

    Args:
        number: Its place in the run, from 1.
        result: The scenario.
        summary: The run.
        name: By which `show` finds it.
        own: The entries of its last play.
        texts: The files' contents by path, where they are at hand.
    """
    sound = result.outcome in PLAYED
    failures = _failures(result.earlier if sound else result.verdicts, own, texts)
    if result.trouble is not None:
        failures.append(
            painted_html(trouble_text(result.trouble, head=str(result.outcome), ink=OUTCOME_INK[result.outcome]))
        )
    diagram = Markup()
    if own and not sound and number <= _MOST_DIAGRAMS:
        diagram = Markup(svg(build(result, own, target=summary.target), identity=f"play-{number}"))
    return Part(
        result=result,
        anchor=f"scenario-{number}",
        reason=reason(result),
        failures=tuple(failures),
        diagram=diagram,
        repeat=repeat_scenario(summary, result),
        look=look_closer(summary.id, name),
    )


def _failures(verdicts: Iterable[Verdict], own: Sequence[AnyEntry], texts: Mapping[str, str]) -> list[Markup]:
    unheld = [verdict for verdict in verdicts if verdict.outcome in _UNHELD]
    causes = {entry.seq: entry for entry in own} if unheld else {}
    return [
        painted_html(
            failure_text(
                verdict,
                texts.get(verdict.source.path, "").splitlines(),
                cause=causes.get(verdict.cause_seq),
            )
        )
        for verdict in unheld
    ]


def painted_html(text: Painted) -> Markup:
    """Return a text with its inks, each a class."""
    return together(*(el("span", piece, class_=f"ink-{ink}") if ink else piece for piece, ink in text.spans))


@cache
def state(outcome: PlayOutcome | Outcome) -> Markup:
    """Return an outcome in its colour."""
    return el("span", str(outcome), class_=slug(outcome))


def slug(outcome: PlayOutcome | Outcome) -> str:
    """Return the class of an outcome."""
    return str(outcome).replace(" ", "-")


def row(part: Part) -> Markup:
    """Return a scenario's line in the table of all."""
    result = part.result
    return el(
        "tr",
        el("td", state(result.outcome), class_="state"),
        el("td", el("a", shown(result.id, limit=120), href=f"#{part.anchor}"), " ", _why_or_title(part)),
        el("td", shown(", ".join(result.covers), limit=120), class_="quiet wide"),
        el("td", took(result.duration_s) if result.plays else "", class_="number"),
    )


def _why_or_title(part: Part) -> Markup:
    told = el("span", part.reason or shown(part.result.title), class_="quiet")
    count = part.result.findings
    return together(told, " ", el("span", counted(count, "finding"), class_="failed")) if count else told


def unfolded(part: Part) -> Markup:
    """Return a scenario that did not hold, with its drawing."""
    result = part.result
    told = f"{counted(len(result.steps), 'step')}, {counted(len(result.verdicts), 'claim')}"
    again = [el("dt", "Play it again"), el("dd", el("code", part.repeat))]
    if part.diagram:
        again = [el("dt", "All that was said"), el("dd", el("code", part.look)), *again]
    inside = (
        el(
            "div",
            el("span", state(result.outcome), class_="state"),
            el("h3", shown(result.title)),
            el(
                "span",
                shown(result.id, limit=120),
                f" · {took(result.duration_s)}" if result.plays else "",
                class_="quiet",
            ),
            class_="heading",
        ),
        _about(result),
        *(el("pre", failure) for failure in part.failures),
        el("div", part.diagram, class_="diagram") if part.diagram else "",
        _folded(told, _steps(result)) if result.plays else "",
        _people(result.users),
        _left(result),
        el("dl", *again, class_="pairs again"),
    )
    return el("article", lines(inside), id=part.anchor)


def folded(part: Part) -> Markup:
    """Return a scenario that held, of which one line is seen until it is opened."""
    result = part.result
    line = el(
        "summary",
        el("span", state(result.outcome), class_="state"),
        el("span", shown(result.id, limit=120), class_="name"),
        _why_or_title(part),
        el("span", took(result.duration_s), class_="number"),
    )
    inside = (
        _about(result),
        *(el("pre", failure) for failure in part.failures),
        _steps(result),
        _people(result.users),
        _left(result),
    )
    return el("details", line, el("div", lines(inside), class_="inside"), class_="scenario", id=part.anchor)


def _folded(title: str, inside: Markup) -> Markup:
    return el("details", el("summary", title), el("div", inside, class_="inside"), class_="inner")


def _about(result: ScenarioResult) -> Markup:
    facts = [
        f"covers {shown(', '.join(result.covers))}" if result.covers else "",
        shown(", ".join(result.tags)) if result.tags else "",
        shown(result.type.replace("_", " ")) if result.type else "",
        f"attempt {len(result.plays)}" if len(result.plays) > 1 else "",
    ]
    where = el("code", f"{shown(result.path)}:{line_of(result)}")
    told = el("p", where, *(f" · {fact}" for fact in facts if fact), class_="meta")
    return lines((told, el("p", shown(result.description), class_="meta"))) if result.description else told


def _left(result: ScenarioResult) -> Markup:
    if not result.leftovers:
        return Markup()
    return el("p", f"Left at the target: {shown(', '.join(result.leftovers))}", class_="meta")


def _steps(result: ScenarioResult) -> Markup:
    by_step: dict[str, list[Verdict]] = {}
    for verdict in result.verdicts:
        by_step.setdefault(verdict.step, []).append(verdict)
    head = (el("th", "Outcome", class_="state"), el("th", "Step"), el("th", "Took", class_="number"))
    steps = Markup()
    if result.steps:
        steps = table(head, (_step(step, by_step.get(step.number, ())) for step in result.steps), class_="steps")
    loose = by_step.get("", ())
    if not loose:
        return steps
    return together(steps, el("h4", "Claims of the whole scenario"), el("div", _claims(loose), class_="steps"))


def _step(step: StepResult, own: Sequence[Verdict]) -> Markup:
    note = el("span", f" {shown(step.note)}", class_="quiet") if step.note else ""
    number = el("span", shown(step.number), class_="quiet")
    is_over = step.began_s is not None and step.ended_s is not None
    return el(
        "tr",
        el("td", state(step_outcome(step.outcome)), class_="state"),
        el("td", number, " ", shown(step.label), note, _claims(own) if own else ""),
        el("td", ms((step.ended_s or 0.0) - (step.began_s or 0.0)) if is_over else "", class_="number"),
    )


def _claims(own: Sequence[Verdict]) -> Markup:
    told = [_claim(verdict) for verdict in own[:_MOST_CLAIMS]]
    if len(own) > _MOST_CLAIMS:
        told.append(el("li", f"… {len(own) - _MOST_CLAIMS} more"))
    return el("ul", lines(told))


def _claim(verdict: Verdict) -> Markup:
    text = shown(verdict.claim) if verdict.outcome is Outcome.HELD else headline(verdict)
    proof = f"absent, {verdict.proof}" if verdict.proof else ""
    facts = "; ".join(part for part in (proof, numbers(verdict, full=True)) if part)
    return el(
        "li", state(verdict.outcome), f" · {text}", *((" ", el("span", f"({facts})", class_="none")) if facts else ())
    )


def _people(users: Sequence[UserFacts]) -> Markup:
    if not users:
        return Markup()
    titles = ("Name", "Role", "Id at the target", "Full name", "Mail", "Company")
    head = (el("th", title, class_="wide" if place > 2 else "") for place, title in enumerate(titles))
    return _folded(counted(len(users), "user"), table(head, map(_person, users)))


def _person(user: UserFacts) -> Markup:
    device = el("span", f"a device of {shown(user.device_of, limit=60)}", class_="quiet") if user.device_of else ""
    wide = ((user.full_name, 80), (user.email, 80), (user.company, 60))
    return el(
        "tr",
        el("td", shown(user.name, limit=60), " " if device else "", device),
        el("td", shown(user.role, limit=60)),
        el("td", el("code", shown(user.id, limit=80))),
        *(el("td", shown(text, limit=limit), class_="wide") for text, limit in wide),
    )
