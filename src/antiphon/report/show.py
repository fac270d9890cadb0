"""What `antiphon show` says: a run's scenarios, a scenario's steps and claims, and the drawing of what was said."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from antiphon.core.errors import UnknownName, UsageError
from antiphon.core.text import listed, nearest
from antiphon.history.entries import AnyEntry
from antiphon.judge.verdicts import Outcome, PlayOutcome, Verdict
from antiphon.report.console import first_line, summary_text
from antiphon.report.failure import failure_text, trouble_text
from antiphon.report.findings import finding_text
from antiphon.report.painting import Ink, Painted, lines, painted
from antiphon.report.rounds import is_within, told_as
from antiphon.report.safe import shown
from antiphon.report.sequence import AFTER, BEFORE, collapsed
from antiphon.report.sequence_build import build
from antiphon.report.sequence_findings import with_findings
from antiphon.report.sequence_text import drawing
from antiphon.report.words import (
    OUTCOME_INK,
    cut,
    headline,
    line_of,
    ms,
    numbers,
    reason,
    short_name,
    short_names,
    step_outcome,
    took,
)
from antiphon.run.results import RunSummary, ScenarioResult, StepResult, UserFacts
from antiphon.scenario.groups import group_in

MOST_ROWS = 200
MOST_ROWS_OF_A_STEP = 2000
_VERDICT_INK = {Outcome.HELD: Ink.GOOD, Outcome.FAILED: Ink.BAD, Outcome.VOID: Ink.DOUBT, Outcome.NOT_RUN: Ink.FAINT}


@dataclass(eq=False, kw_only=True)
class AmbiguousScenario(UsageError):
    """The end of a scenario's id that several ids have."""

    name: str
    found: Sequence[str]

    def __str__(self) -> str:
        return f"`{shown(self.name)}` may be any of {len(self.found)} scenarios"

    @property
    def hint(self) -> str:
        """The names to choose from."""
        return f"say which: {listed(shown(name) for name in self.found)}"


def find_scenario(results: Sequence[ScenarioResult], name: str) -> ScenarioResult:
    """Return the scenario that is meant by its id, the end of its id, or its title.

    Raises:
        UnknownName: There is none.
        AmbiguousScenario: There are several.
    """
    for result in results:
        if name in (result.id, result.title):
            return result
    found = [result for result in results if result.id.endswith(f"/{name}")]
    if len(found) == 1:
        return found[0]
    if found:
        raise AmbiguousScenario(name=name, found=[result.id for result in found])
    names = short_names(results)
    every = (*names, *names.values())
    # Both forms may be meant, but a list of all has each scenario once.
    known = every if nearest(name, every) else tuple(names.values())
    raise UnknownName(kind="scenario", name=name, source=None, known=known)


def find_step(result: ScenarioResult, number: str) -> str:
    """Return the number of a step, or of a round of it, if the scenario has that step.

    `before` and `after` are what Antiphon did around the steps.

    Raises:
        UnknownName: The scenario has no such step.
    """
    known = [BEFORE, *(step.number for step in result.steps), AFTER]
    if any(is_within(step, number) for step in known) or _is_round(number, known):
        return number
    raise UnknownName(kind="step", name=number, source=None, known=known)


def run_text(summary: RunSummary, results: Sequence[ScenarioResult]) -> Painted:
    """Return a run: its first line, every scenario with its outcome and duration, and the summary."""
    names = [_name(result) for result in results]
    width = min(max((len(name) for name in names), default=0), 48)
    told = [first_line(summary), painted((f"run {shown(summary.id)}, begun {shown(summary.started)}", Ink.FAINT))]
    for result, name in zip(results, names, strict=True):
        duration = took(result.duration_s) if result.plays else ""
        told.append(
            painted(
                (f"{result.outcome:<9}  ", OUTCOME_INK[result.outcome]),
                f"{name:<{width}}  {duration:>7}  ",
                (reason(result), Ink.PLAIN) if reason(result) else (shown(result.title), Ink.FAINT),
            )
        )
    if not summary.finished:
        told.append(painted(("this run did not come to its end", Ink.DOUBT)))
    return lines([*told, summary_text(summary, results)])


def scenario_text(
    summary: RunSummary,
    results: Sequence[ScenarioResult],
    result: ScenarioResult,
    entries: Sequence[AnyEntry],
    *,
    texts: Mapping[str, str] | None = None,
    width: int = 100,
) -> Painted:
    """Return a scenario: its steps with their claims, what failed, and the drawing of its last play.

    Args:
        summary: The run.
        results: All scenarios of the run, so that hints can use the shortest name.
        result: The one to show.
        entries: The run's history.
        texts: The files' contents by path, where they are at hand.
        width: Of the drawing.
    """
    told = [*_about(result), painted("")]
    told += [line for step in result.steps for line in _step_lines(step, _claims_of(result, step), every=False)]
    name = short_name(result, results)
    told += _failures(result.verdicts, entries, texts, run=summary.id, scenario=name)
    told += _findings(summary, result)
    if result.earlier:
        told += [painted(""), painted(("An earlier attempt failed:", Ink.DOUBT))]
        told += _failures(result.earlier, entries, texts)
    if result.trouble is not None:
        told += [painted(""), trouble_text(result.trouble, head=str(result.outcome), ink=OUTCOME_INK[result.outcome])]
    result = with_findings(result, summary.findings)
    diagram = collapsed(build(result, entries, target=summary.target), limit=MOST_ROWS)
    return lines([*told, painted(""), drawing(diagram, width=width)])


def step_text(
    summary: RunSummary,
    result: ScenarioResult,
    step: str,
    entries: Sequence[AnyEntry],
    *,
    texts: Mapping[str, str] | None = None,
    width: int = 100,
) -> Painted:
    """Return one step of a scenario: every claim about it, what failed, and its whole drawing.

    Steps in which something breaks this one's claims are drawn as well.
    """
    told = _about(result)
    verdicts = [verdict for verdict in result.verdicts if is_within(verdict.step, step)]
    section = step
    if not any(is_within(each.number, step) for each in result.steps):
        # A round: it is told within its step, of which nothing but this round is drawn.
        section = told_as(step, {each.number for each in result.steps}) or step
        entries = [entry for entry in entries if not is_within(entry.step, section) or is_within(entry.step, step)]
    for each in result.steps:
        if is_within(each.number, section):
            told += [painted(""), *_step_lines(each, _claims_of(result, each), every=True)]
    told += _failures(verdicts, entries, texts)
    # A `never` may be broken long after its step: that moment is what whoever asks for the step wants to see.
    witnesses = frozenset(
        seq for verdict in verdicts if verdict.outcome is Outcome.FAILED for seq in verdict.evidence if seq
    )
    result = with_findings(result, summary.findings)
    diagram = build(result, entries, target=summary.target).only(section, seqs=witnesses)
    if diagram.rows > MOST_ROWS_OF_A_STEP:
        diagram = collapsed(diagram, limit=MOST_ROWS_OF_A_STEP)
    return lines([*told, painted(""), drawing(diagram, width=width)])


def _findings(summary: RunSummary, result: ScenarioResult) -> list[Painted]:
    """Return what laws and contracts found in a scenario."""
    found = (one for one in summary.findings if any(play == one.first.play for play in result.plays))
    return [line for one in found for line in (painted(""), finding_text(one))]


def _name(result: ScenarioResult) -> str:
    line = f":{line_of(result)}" if result.outcome is not PlayOutcome.PASSED else ""
    return f"{cut(shown(result.id), 120)}{line}"


def _is_round(number: str, known: Sequence[str]) -> bool:
    around = told_as(number, known)
    return bool(around) and re.fullmatch(r"(?:\[\d+\])+", number[len(around) :]) is not None


def _claims_of(result: ScenarioResult, step: StepResult) -> list[Verdict]:
    return [verdict for verdict in result.verdicts if verdict.step == step.number]


def _about(result: ScenarioResult) -> list[Painted]:
    facts = [f"{shown(result.path)}:{result.line}"]
    if result.covers:
        facts.append(f"covers {listed(shown(name) for name in result.covers)}")
    if len(result.plays) > 1:
        facts.append(f"attempt {len(result.plays)}")
    told = [
        painted(
            (shown(result.id, limit=120), Ink.STRONG),
            f" · {shown(result.title)} · ",
            (str(result.outcome), OUTCOME_INK[result.outcome]),
            f" · {took(result.duration_s)}" if result.plays else "",
        ),
        painted((" · ".join(facts), Ink.FAINT)),
    ]
    if result.users:
        users = _people(result.users)
        told.append(painted((f"users: {' · '.join(users)}", Ink.FAINT)))
    return told


def _people(users: Sequence[UserFacts]) -> Iterator[str]:
    """Yield who takes part: each user with role and id, a group with its number and role."""
    members: dict[str, list[UserFacts]] = {}
    for user in users:
        members.setdefault(group_in(user.name), []).append(user)
    for name, found in members.items():
        if len(found) == 1:
            yield shown(f"{found[0].name} {found[0].role} {found[0].id}".strip(), limit=80)
        else:
            yield shown(f"{name} {len(found):,} {found[0].role}".strip(), limit=80)


def _step_lines(step: StepResult, verdicts: Sequence[Verdict], *, every: bool) -> list[Painted]:
    outcome = step_outcome(step.outcome)
    took_s = step.ended_s - step.began_s if step.began_s is not None and step.ended_s is not None else None
    told = [
        painted(
            (f"{outcome:<7}  ", OUTCOME_INK[outcome]),
            f"{step.number:<4} {shown(step.label, limit=160)}",
            (f"  {ms(took_s)}" if took_s is not None else "", Ink.FAINT),
            (f"  {shown(step.note)}" if step.note else "", Ink.FAINT),
        )
    ]
    told += [
        _verdict_line(verdict, every=every) for verdict in verdicts if every or verdict.outcome is not Outcome.HELD
    ]
    held = sum(verdict.outcome is Outcome.HELD for verdict in verdicts)
    if held and not every:
        told.append(painted((f"{'':14}{held} {'claim' if held == 1 else 'claims'} held", Ink.FAINT)))
    return told


def _verdict_line(verdict: Verdict, *, every: bool) -> Painted:
    told = shown(verdict.claim) if verdict.outcome is Outcome.HELD else headline(verdict)
    facts = [f"absent, {verdict.proof}"] if verdict.proof else []
    facts += [figures] if every and (figures := numbers(verdict)) else []
    return painted(
        f"{'':14}",
        (f"{verdict.outcome:<7} ", _VERDICT_INK[verdict.outcome]),
        told,
        (f"  ({'; '.join(facts)})" if facts else "", Ink.FAINT),
    )


def _failures(
    verdicts: Sequence[Verdict],
    entries: Sequence[AnyEntry],
    texts: Mapping[str, str] | None,
    *,
    run: str = "",
    scenario: str = "",
) -> list[Painted]:
    told: list[Painted] = []
    unheld = [verdict for verdict in verdicts if verdict.outcome in (Outcome.FAILED, Outcome.VOID)]
    wanted = {verdict.cause_seq for verdict in unheld if verdict.cause_seq}
    causes = {entry.seq: entry for entry in entries if entry.seq in wanted}
    for verdict in unheld:
        lines_of_file = (texts or {}).get(verdict.source.path, "").splitlines()
        cause = causes.get(verdict.cause_seq)
        told += [painted(""), failure_text(verdict, lines_of_file, cause=cause, run=run, scenario=scenario)]
    return told
