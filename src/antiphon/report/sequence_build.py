"""From a scenario's result and the history to the diagram of its last play."""

from __future__ import annotations

import math
from collections.abc import Iterable
from collections.abc import Sequence as Ordered
from itertools import groupby
from operator import attrgetter

from antiphon.history.entries import AnyEntry, Call, Emit
from antiphon.judge.verdicts import PlayOutcome
from antiphon.report.rounds import told_as
from antiphon.report.safe import shown
from antiphon.report.sequence import AFTER, BEFORE, Lane, Row, Section, Sequence
from antiphon.report.sequence_flaws import Placed, add_flaws
from antiphon.report.sequence_rows import lane_key, rows_of
from antiphon.report.words import step_outcome
from antiphon.run.results import ScenarioResult, StepResult


def by_play(entries: Iterable[AnyEntry]) -> dict[str, list[AnyEntry]]:
    """Return the history of each play; what several of them did at once stays in its order."""
    plays: dict[str, list[AnyEntry]] = {}
    for play, some in groupby(entries, attrgetter("play")):
        plays.setdefault(play, []).extend(some)
    return plays


def play_entries(result: ScenarioResult, entries: Iterable[AnyEntry]) -> list[AnyEntry]:
    """Return the entries of a scenario's last play, the one that decided."""
    play = result.plays[-1] if result.plays else None
    return [entry for entry in entries if play is not None and entry.play == play]


def build(result: ScenarioResult, entries: Iterable[AnyEntry], *, target: str = "target") -> Sequence:
    """Return the diagram of a scenario's last play.

    Args:
        result: The scenario, with the verdicts that are drawn into it.
        entries: The history, or any part of it that holds the play.
        target: The target's name.
    """
    of_play = play_entries(result, entries)
    steps = {step.number: step for step in result.steps}
    timed: dict[str, list[tuple[float, int, int, Row]]] = {}
    for order, (entry, row) in enumerate(rows_of(of_play)):
        section = _section(entry, row, steps, result.steps)
        timed.setdefault(section, []).append((row.at_s or 0.0, entry.seq, order, row))
    placed = Placed({number: [] for number in (BEFORE, *steps)})
    for section, rows in timed.items():
        placed.rows[section] = [row for *_, row in sorted(rows, key=lambda timed_row: timed_row[:3])]
    causes = {entry.seq: entry for entry in of_play if isinstance(entry, Call | Emit)}
    add_flaws(placed, result.verdicts, causes)
    after = placed.rows.pop(AFTER, None)
    if after:
        placed.rows[AFTER] = after
    sections = tuple(_made(number, rows, steps.get(number)) for number, rows in placed.rows.items() if rows)
    lanes = _lanes(result, of_play, sections)
    return Sequence(title=shown(result.title), target=shown(target, limit=40), lanes=lanes, sections=sections)


def _section(entry: AnyEntry, row: Row, steps: dict[str, StepResult], ordered: Ordered[StepResult]) -> str:
    at_s = row.at_s or 0.0
    if entry.step and not isinstance(entry, Call | Emit) and at_s > _last_end_s(ordered):
        # What is heard while Antiphon cleans up still carries the last step's number.
        return AFTER
    if entry.step:
        # A step within a block, or a round of a step, that has no result of its own is shown with what is around it.
        return told_as(entry.step, steps) or entry.step
    for step in ordered:
        if step.began_s is not None and step.ended_s is not None and step.began_s <= at_s <= step.ended_s:
            return step.number
    first_s = min((step.began_s for step in ordered if step.began_s is not None), default=None)
    return BEFORE if first_s is None or at_s < first_s else AFTER


def _last_end_s(steps: Ordered[StepResult]) -> float:
    return max((step.ended_s for step in steps if step.ended_s is not None), default=math.inf)


def _made(number: str, rows: list[Row], step: StepResult | None) -> Section:
    first_s = next((row.at_s for row in rows if row.at_s is not None), 0.0)
    if step is None:
        label = {BEFORE: "before the first step", AFTER: "after the last step"}.get(number, "")
        return Section(number=shown(number, limit=40), label=label, outcome=None, began_s=first_s, rows=tuple(rows))
    began_s = step.began_s if step.began_s is not None else first_s
    outcome: PlayOutcome | None = step_outcome(step.outcome)
    duration_s = step.ended_s - began_s if step.ended_s is not None else None
    return Section(step.number, shown(step.label, limit=120), outcome, began_s, duration_s, tuple(rows))


def _lanes(result: ScenarioResult, entries: list[AnyEntry], sections: tuple[Section, ...]) -> tuple[Lane, ...]:
    facts = {user.name: user for user in result.users}
    owners: dict[str, str] = {user.name: user.name for user in result.users}
    for entry in entries:
        if lane_key(entry):
            owners.setdefault(lane_key(entry), entry.user)
    for section in sections:
        for row in section.rows:
            if row.lane:
                owners.setdefault(row.lane, row.lane)
    order = list(facts)
    keys = sorted(owners, key=lambda key: order.index(owners[key]) if owners[key] in facts else len(order))
    return tuple(_lane(key, facts[owners[key]].role if owners[key] in facts else "") for key in keys)


def _lane(key: str, role: str) -> Lane:
    label = shown(key, limit=24)
    return Lane(key=key, label=label, title=f"{label}, {shown(role, limit=40)}" if role else label)
