"""Reads from the results of its plays what became of the cells of the access matrix."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

import msgspec

from antiphon.history.entries import AnyEntry, Call, Emit
from antiphon.judge.access import AccessCell, AccessSummary, Untried, counted_cells
from antiphon.judge.coverage.access import AccessCell as CoveredCell
from antiphon.judge.findings import Finding, FindingKind
from antiphon.judge.verdicts import Kind, Outcome, PlayOutcome, Verdict
from antiphon.run.access.matrix import Matrix
from antiphon.run.access.plan import Plan
from antiphon.run.access.playing import GroupPlay, group_play
from antiphon.run.finding_groups import is_meant
from antiphon.run.results import FindingResult, ScenarioResult
from antiphon.scenario.model import Scenario
from antiphon.target.laws.model import Known

PLAYED_AT_ONCE = 8
"""Plays of the matrix at the same time, where a run asks for no more: they have nothing in common but the target."""


class AccessReader:
    """The matrix of one run.

    Args:
        matrix: The profile's.
        plan: What is played of it.
        known: Findings that are accepted.
        today: For those that are accepted until a day.
    """

    def __init__(self, matrix: Matrix, plan: Plan, *, known: Sequence[Known], today: dt.date) -> None:
        self._matrix = matrix
        self._plan = plan
        self._known = tuple(known)
        self._today = today
        self._plays = {play.scenario.id: play for play in (group_play(matrix, group) for group in plan.groups)}
        self._cells: list[AccessCell] = []
        self._accepted: list[FindingResult] = []

    @property
    def scenarios(self) -> tuple[Scenario, ...]:
        """The plays as scenarios."""
        return tuple(play.scenario for play in self._plays.values())

    def knows(self, scenario: Scenario) -> bool:
        """Return whether a scenario is one of the matrix."""
        return scenario.id in self._plays

    def read(
        self, scenario: Scenario, result: ScenarioResult, entries: Iterable[AnyEntry]
    ) -> tuple[ScenarioResult, Scenario | None]:
        """Return the result with its cells, and what is to be played again: cells behind one that did not hold.

        What must have been refused and was not may have changed what later cells stand on, so that these are played
        by new users.
        """
        play = self._plays[scenario.id]
        causes = {entry.seq: entry for entry in entries if isinstance(entry, Call | Emit)}
        found = [self._cell(play, position, result, causes) for position in range(len(play.cells))]
        rest = self._rest(play, found, result)
        if rest is not None:
            self._plays[rest.scenario.id] = rest
            left = {id(cell) for cell in rest.cells}
            found = [cell for cell, planned in zip(found, play.cells, strict=True) if id(planned) not in left]
        self._cells += found
        result = self._told(play, result, causes)
        return msgspec.structs.replace(result, cells=tuple(found)), rest.scenario if rest is not None else None

    def _cell(
        self, play: GroupPlay, position: int, result: ScenarioResult, causes: dict[int, Call | Emit]
    ) -> AccessCell:
        planned, number = play.cells[position], play.first[position]
        own = [verdict for verdict in result.verdicts if position in _about(play, verdict)]
        outcome, why = Outcome.NOT_RUN, ""
        failed = next((verdict for verdict in own if verdict.outcome is Outcome.FAILED), None)
        void = next((verdict for verdict in own if verdict.outcome is Outcome.VOID), None)
        if failed is not None:
            outcome, why = Outcome.FAILED, failed.sentence
        elif void is not None:
            outcome, why = Outcome.VOID, void.sentence
        elif own and _was_played(play, position, result):
            outcome = Outcome.HELD
        tried = next((verdict for verdict in own if verdict.step == number and verdict.cause_seq), None)
        return msgspec.structs.replace(
            planned.cell,
            outcome=outcome,
            why=why,
            answered=_answered(causes.get(tried.cause_seq) if tried is not None else None, tried),
            scenario=result.id,
            step=number,
        )

    def _rest(self, play: GroupPlay, found: Sequence[AccessCell], result: ScenarioResult) -> GroupPlay | None:
        """Return the play of cells that were not come to because one before them did not hold."""
        if result.outcome is not PlayOutcome.FAILED:
            return None
        left = [at for at, cell in enumerate(found) if cell.outcome is Outcome.NOT_RUN]
        tried = [at for at, cell in enumerate(found) if cell.outcome is not Outcome.NOT_RUN]
        if not left or not tried or min(left) < max(tried):
            return None
        return group_play(self._matrix, play.group, [play.cells[at] for at in left], part=play.part + 1)

    # --- what is accepted

    def _told(self, play: GroupPlay, result: ScenarioResult, causes: dict[int, Call | Emit]) -> ScenarioResult:
        """Return the result without what follows from another failure of its cell, and without what is accepted."""
        kept: list[Verdict] = []
        failing: set[int] = set()
        accepted = 0
        for verdict in result.verdicts:
            about = _about(play, verdict)
            if verdict.outcome is not Outcome.FAILED or not about:
                kept.append(verdict)
                continue
            if failing & set(about):
                continue
            failing |= set(about)
            known = self._accepts(play, about[0], verdict, causes.get(verdict.cause_seq), result)
            if known:
                accepted += 1
            else:
                kept.append(verdict)
        outcome = result.outcome
        if accepted and outcome is PlayOutcome.FAILED and all(one.outcome is not Outcome.FAILED for one in kept):
            outcome = PlayOutcome.PASSED
        return msgspec.structs.replace(result, verdicts=tuple(kept), outcome=outcome)

    def _accepts(
        self, play: GroupPlay, position: int, verdict: Verdict, cause: Call | Emit | None, result: ScenarioResult
    ) -> bool:
        cell = play.cells[position].cell
        finding = Finding(
            kind=FindingKind.ACCESS,
            by=f"access: {cell.who}",
            operation=cell.operation,
            event=verdict.event,
            user=verdict.user,
            play=result.id,
            cause_seq=verdict.cause_seq,
            sentence=verdict.sentence,
            details=verdict.details,
            source=cell.source,
        )
        known = next((one for one in self._known if is_meant(one, finding)), None)
        if known is None or (known.until is not None and known.until < self._today):
            return False
        because = f"{known.because} ({known.ticket})" if known.ticket else known.because
        self._accepted.append(FindingResult(first=finding, cause=cause, scenarios=(result.id,), known=because))
        return True

    @property
    def results(self) -> tuple[FindingResult, ...]:
        """What was found and is accepted; all else are failures of the plays."""
        return tuple(self._accepted)

    def summary(self, *, is_over: bool) -> AccessSummary:
        """Return the matrix as a whole; what was not chosen is told when the run `is_over`."""
        tried = dict.fromkeys(cell.operation for cell in self._cells if cell.outcome is not Outcome.NOT_RUN)
        return AccessSummary(
            cells=counted_cells(self._cells),
            operations=len(tried),
            actors=self._plan.actors,
            untried=(*self._plan.untried, *(self._unchosen() if is_over else ())),
            unread=self._plan.unread,
        )

    @property
    def covered(self) -> Iterator[CoveredCell]:
        """What coverage takes in: each cell, and what is left out."""
        for cell in self._cells:
            tried = _TRIED.get(cell.outcome, "untried")
            yield CoveredCell(
                what=cell.operation,
                who=_named(cell),
                expected=cell.expected,
                outcome=tried,
                came=cell.answered if cell.answered != cell.expected else cell.why,
                scenario=cell.scenario,
            )
        for left in self.summary(is_over=True).untried:
            yield CoveredCell(what=left.operation, who=left.who or "anybody", expected=left.why, outcome="untried")

    def _unchosen(self) -> tuple[Untried, ...]:
        read = {(cell.operation, cell.who, cell.row) for cell in self._cells}
        return tuple(
            Untried(operation=cell.operation, who=_named(cell), why="not chosen")
            for group in self._plan.groups
            for cell in (planned.cell for planned in group.cells)
            if (cell.operation, cell.who, cell.row) not in read
        )


_TRIED: dict[Outcome, Literal["as expected", "otherwise", "untried"]] = {
    Outcome.HELD: "as expected",
    Outcome.FAILED: "otherwise",
}


def _named(cell: AccessCell) -> str:
    return f"{cell.kind}: {cell.who}" if cell.kind in ("token", "id") else cell.who


def _about(play: GroupPlay, verdict: Verdict) -> tuple[int, ...]:
    """Return which cells a verdict speaks of; of a step behind all cells the one of whom it speaks."""
    about = play.steps.get(verdict.step.split(".")[0].split("[")[0], ())
    if len(about) <= 1:
        return about
    return tuple(at for at in about if play.cells[at].cell.who == verdict.user)


def _was_played(play: GroupPlay, position: int, result: ScenarioResult) -> bool:
    """Return whether all steps of a cell were played."""
    own = {number for number, about in play.steps.items() if position in about}
    played = {step.number for step in result.steps if step.ended_s is not None}
    return own <= played


def _answered(cause: Call | Emit | None, verdict: Verdict | None) -> str:
    match cause:
        case Call():
            return str(cause.status) if cause.status is not None else "no answer"
        case Emit():
            refused = verdict is not None and verdict.kind is Kind.REFUSED
            return "refused" if refused else "accepted"
        case _:
            return ""
