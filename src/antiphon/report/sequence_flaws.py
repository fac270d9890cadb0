"""From the verdicts of a play to the flaws in its diagram: what was missing, late, wrong, or heard by the wrong one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct, field
from msgspec.structs import replace

from antiphon.core.durations import duration_text
from antiphon.history.entries import AnyEntry, Call, Emit
from antiphon.judge.verdicts import Kind, Outcome, Verdict
from antiphon.report.safe import shown
from antiphon.report.sequence import FROM_TARGET, Flaw, Row, RowKind
from antiphon.report.words import headline

_FLAWS: Mapping[Kind, Flaw] = {
    Kind.LATE: Flaw.LATE,
    Kind.DIFFERS: Flaw.DIFFERS,
    Kind.DOUBLED: Flaw.DOUBLED,
    Kind.REORDERED: Flaw.REORDERED,
    Kind.LEAKED: Flaw.LEAKED,
    Kind.FENCE_BROKEN: Flaw.BROKEN,
}
_WAS_DUE = frozenset({Kind.LOST, Kind.LATE, Kind.DIFFERS})


class Placed(Struct):
    """The rows of a play by section, in time order; flaws are added to it."""

    rows: dict[str, list[Row]] = field(default_factory=dict)

    def flaw(self, seqs: Iterable[int], flaw: Flaw, note: str, *, answers_only: bool = False) -> bool:
        """Mark the rows of some entries; of a call the answer. Return whether there was one."""
        wanted = {seq for seq in seqs if seq}
        marked = False
        for rows in self.rows.values():
            for position, row in enumerate(rows):
                if row.seq not in wanted or row.kind in (RowKind.CALL, RowKind.EMIT, RowKind.MISSING):
                    continue
                if answers_only and row.kind not in (RowKind.ANSWER, RowKind.ACK, RowKind.NOTE):
                    continue
                # The first verdict about a row is the one that decided.
                if not row.flaw or row.flaw is Flaw.VOID:
                    rows[position] = replace(row, flaw=flaw, note=note)
                marked = True
        return marked

    def insert(self, section: str, row: Row, *, after: int) -> None:
        """Put a row into a section behind the one at `after`."""
        self.rows.setdefault(section, []).insert(after + 1, row)


def add_flaws(placed: Placed, verdicts: Iterable[Verdict], causes: Mapping[int, AnyEntry]) -> None:
    """Add what the verdicts that did not hold say: rows are marked, and missing ones drawn where they were due.

    Args:
        placed: The rows, changed in place.
        verdicts: Of the play.
        causes: Its calls and emits, by sequence number.
    """
    for verdict in verdicts:
        if verdict.outcome is Outcome.VOID:
            placed.flaw(verdict.evidence, Flaw.VOID, headline(verdict, limit=200))
        elif verdict.outcome is Outcome.FAILED:
            _add(placed, verdict, causes)


def _add(placed: Placed, verdict: Verdict, causes: Mapping[int, AnyEntry]) -> None:
    flaw = _FLAWS.get(verdict.kind)
    if flaw is not None:
        marked = placed.flaw(verdict.evidence, flaw, _note(verdict))
    else:
        told = headline(verdict, limit=200)
        marked = verdict.kind is not Kind.LOST and (
            placed.flaw(verdict.evidence, Flaw.FAILED, told)
            or placed.flaw([verdict.cause_seq], Flaw.FAILED, told, answers_only=True)
        )
    if verdict.kind in _WAS_DUE:
        _draw_missing(placed, verdict, causes.get(verdict.cause_seq))
    elif not marked:
        section = _section_of(placed, verdict)
        note = Row(
            at_s=None, lane=_lane(verdict), kind=RowKind.NOTE, text=headline(verdict, limit=200), flaw=Flaw.FAILED
        )
        placed.insert(section, note, after=len(placed.rows.get(section, [])))


def _note(verdict: Verdict) -> str:
    if verdict.kind is Kind.LATE and verdict.latency_s is not None:
        limit = f", limit {duration_text(verdict.limit_s)}" if verdict.limit_s is not None else ""
        return f"{duration_text(verdict.latency_s)} after the answer{limit}"
    if verdict.kind is Kind.DIFFERS and verdict.details:
        return shown(verdict.details[0], limit=300)
    return headline(verdict, limit=300)


def _draw_missing(placed: Placed, verdict: Verdict, cause: AnyEntry | None) -> None:
    section = _section_of(placed, verdict)
    rows = placed.rows.setdefault(section, [])
    answered_s = _answered_s(cause)
    # The limit of what never came is the wait that was granted, not the promise of the claim.
    how_long = f", listened for {duration_text(verdict.limit_s)}" if verdict.limit_s is not None else " at all"
    due_s = answered_s + verdict.limit_s if answered_s is not None and verdict.limit_s is not None else None
    missing = Row(
        at_s=due_s if verdict.kind is Kind.LATE else None,
        lane=_lane(verdict),
        kind=RowKind.MISSING,
        text=shown(verdict.event, limit=120) or "an event",
        flaw=Flaw.MISSING,
        note="was due by now" if verdict.kind is Kind.LATE else f"not heard as claimed{how_long}",
    )
    if missing.at_s is not None:
        position = sum(row.at_s is not None and row.at_s <= missing.at_s for row in rows) - 1
    else:
        position = _place_of_missing(rows, verdict, answered_s)
    placed.insert(section, missing, after=position)


def _place_of_missing(rows: list[Row], verdict: Verdict, answered_s: float | None) -> int:
    """Return the row behind which an event was due: the last like it that others heard, else the cause's answer."""
    evidence = set(verdict.evidence)
    if verdict.kind is Kind.DIFFERS:
        for position, row in enumerate(rows):
            if row.seq in evidence:
                return position - 1
    lane, event = _lane(verdict), shown(verdict.event, limit=120)
    likes = [
        position
        for position, row in enumerate(rows)
        if row.text == event
        and row.lane != lane
        and row.kind in (RowKind.EVENT, RowKind.MISSING)
        and (row.at_s is None or answered_s is None or row.at_s < answered_s + 1.0)
    ]
    if likes:
        return likes[-1]
    answers = [
        position for position, row in enumerate(rows) if row.seq == verdict.cause_seq and row.kind in FROM_TARGET
    ]
    if answers:
        return answers[-1]
    causes = [position for position, row in enumerate(rows) if verdict.cause_seq and row.seq == verdict.cause_seq]
    return causes[-1] if causes else len(rows) - 1


def _answered_s(cause: AnyEntry | None) -> float | None:
    match cause:
        case Call():
            return cause.at_s
        case Emit():
            return cause.acknowledged_s if cause.acknowledged_s is not None else cause.sent_s
        case _:
            return None


def _section_of(placed: Placed, verdict: Verdict) -> str:
    for section, rows in placed.rows.items():
        if verdict.cause_seq and any(row.seq == verdict.cause_seq for row in rows):
            return section
    return verdict.step if verdict.step in placed.rows or not placed.rows else _nearest_section(placed, verdict.step)


def _nearest_section(placed: Placed, step: str) -> str:
    parent = step
    while "." in parent:
        parent = parent.rpartition(".")[0]
        if parent in placed.rows:
            return parent
    return step


def _lane(verdict: Verdict) -> str:
    return verdict.connection or verdict.user
