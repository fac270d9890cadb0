"""A play as a diagram: who called, who heard, when, what was missing; drawn by `sequence_text` and `sequence_svg`."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from antiphon.judge.verdicts import PlayOutcome
from antiphon.report.rounds import is_within

BEFORE: Final = "before"
AFTER: Final = "after"
"""The numbers of the two sections that are no steps: what is done before the first one and after the last one."""

_NEIGHBOURS = 3


class RowKind(StrEnum):
    """What a row tells."""

    CALL = "call"
    ANSWER = "answer"
    EMIT = "emit"
    ACK = "acknowledgement"
    EVENT = "event"
    FENCE = "fence"
    OPENED = "opened"
    CLOSED = "closed"
    MISSING = "missing"  # what should have come
    NOTE = "note"
    GAP = "gap"  # stands for rows that are left out


OVER_SOCKET: Final = frozenset({RowKind.EMIT, RowKind.ACK, RowKind.EVENT, RowKind.MISSING})
TO_TARGET: Final = frozenset({RowKind.CALL, RowKind.EMIT})
FROM_TARGET: Final = frozenset({RowKind.ANSWER, RowKind.ACK, RowKind.EVENT, RowKind.MISSING})


class Flaw(StrEnum):
    """What is wrong with a row; the words that stand beside it."""

    NONE = ""
    FAILED = "not as claimed"
    MISSING = "missing"
    LATE = "late"
    DIFFERS = "differs"
    LEAKED = "should not have been heard"
    DOUBLED = "heard too often"
    REORDERED = "out of order"
    BROKEN = "after the fence's answer"
    VOID = "not judgeable"


class Row(Struct, frozen=True):
    """One moment on one lane. All its texts are safe to show.

    Attributes:
        at_s: Seconds since the run began; None for what has no moment of its own, as it never came.
        lane: The key of its lane; empty for the target's own.
        text: What was said (`POST /messages/send`, `201 in 12 ms`, `message_received`).
        payload: The beginning of what was in it.
        note: What a verdict says of it.
        seq: The entry that it shows; 0 for none.
    """

    at_s: float | None
    lane: str
    kind: RowKind
    text: str
    payload: str = ""
    flaw: Flaw = Flaw.NONE
    note: str = ""
    seq: int = 0


class Lane(Struct, frozen=True):
    """A line of life: a connection, or a user who has none.

    Attributes:
        key: The connection's or user's name as it came.
        label: The name, safe to show.
        title: More about it: role and id.
    """

    key: str
    label: str
    title: str = ""


class Section(Struct, frozen=True):
    """The rows of one step, in time order.

    Attributes:
        number: The step's number, `BEFORE` or `AFTER`.
        began_s: What its times count from; seconds since the run began.
    """

    number: str
    label: str
    outcome: PlayOutcome | None
    began_s: float
    duration_s: float | None = None
    rows: tuple[Row, ...] = ()

    @property
    def eventful(self) -> bool:
        """Whether a row of it is flawed."""
        return any(row.flaw for row in self.rows)


class Sequence(Struct, frozen=True):
    """A play as a diagram; the target's lane is not among `lanes`."""

    title: str
    target: str
    lanes: tuple[Lane, ...]
    sections: tuple[Section, ...] = ()

    @property
    def rows(self) -> int:
        """How many rows there are in all sections."""
        return sum(len(section.rows) for section in self.sections)

    def used_lanes(self) -> tuple[Lane, ...]:
        """Return the lanes on which something is drawn, in order."""
        used = {row.lane for section in self.sections for row in section.rows}
        return tuple(lane for lane in self.lanes if lane.key in used)

    def only(self, number: str, *, seqs: frozenset[int] = frozenset()) -> Sequence:
        """Return the diagram of one step, with the steps within it and those in which an entry of `seqs` stands."""
        kept = tuple(
            section
            for section in self.sections
            if is_within(section.number, number) or any(row.seq in seqs for row in section.rows)
        )
        return replace(self, sections=kept)


def collapsed(sequence: Sequence, *, limit: int) -> Sequence:
    """Return the diagram in about `limit` rows: uneventful ones are left out first, flawed ones never.

    What is left out stands as one row `… 212 more`. Preparation and clean-up are left out unless
    something is wrong in them.
    """
    if any(section.number not in (BEFORE, AFTER) for section in sequence.sections):
        quiet = [
            replace(section, rows=(_gap(len(section.rows)),))
            if section.number in (BEFORE, AFTER) and section.rows and not section.eventful
            else section
            for section in sequence.sections
        ]
        sequence = replace(sequence, sections=tuple(quiet))
    if sequence.rows <= limit:
        return sequence
    eventful = any(section.eventful for section in sequence.sections)
    if eventful:
        sections = tuple(
            section if section.eventful or len(section.rows) <= 1 else replace(section, rows=(_gap(len(section.rows)),))
            for section in sequence.sections
        )
        sequence = replace(sequence, sections=sections)
    if sequence.rows <= limit:
        return sequence
    share = max(limit // max(sum(len(section.rows) > 1 for section in sequence.sections), 1), 2 * _NEIGHBOURS)
    return replace(sequence, sections=tuple(_thinned(section, share) for section in sequence.sections))


def _gap(count: int) -> Row:
    return Row(at_s=None, lane="", kind=RowKind.GAP, text=f"… {count:,} more")


def _thinned(section: Section, limit: int) -> Section:
    """Return a section with its first and last rows and the flawed ones with their neighbours."""
    count = len(section.rows)
    if count <= limit:
        return section
    flawed = [position for position, row in enumerate(section.rows) if row.flaw]
    kept = {*range(_NEIGHBOURS), *range(count - _NEIGHBOURS, count)}
    # A thousand flawed rows are not all worth drawing: the first ones tell what happened.
    for position in flawed[:limit]:
        kept.update(range(max(position - _NEIGHBOURS, 0), min(position + _NEIGHBOURS + 1, count)))
    rows: list[Row] = []
    left_out = 0
    for position, row in enumerate(section.rows):
        if position in kept:
            if left_out:
                rows.append(_gap(left_out))
            rows.append(row)
            left_out = 0
        else:
            left_out += 1
    if left_out:
        rows.append(_gap(left_out))
    return replace(section, rows=tuple(rows))
