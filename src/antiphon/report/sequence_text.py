"""A play's diagram in characters: one row a moment, REST in single lines and the socket in double ones."""

from __future__ import annotations

from textwrap import wrap

from antiphon.report.painting import Ink, Painted, lines, painted
from antiphon.report.safe import shown
from antiphon.report.sequence import (
    AFTER,
    BEFORE,
    FROM_TARGET,
    OVER_SOCKET,
    TO_TARGET,
    Flaw,
    Lane,
    Row,
    RowKind,
    Section,
    Sequence,
)
from antiphon.report.words import OUTCOME_INK, cut, ms

_TIME = 10
_WIDEST_LANE = 14
_NARROWEST_LANE = 5
_MARKERS = {
    RowKind.FENCE: "◇",
    RowKind.OPENED: "○",
    RowKind.CLOSED: "✗",
    RowKind.NOTE: "·",
}


def drawing(sequence: Sequence, *, width: int = 100) -> Painted:
    """Return the diagram as lines of at most `width` characters, with times in milliseconds since the step began.

    Lanes that would take more than half of the width give way to a column that names them.
    """
    if not sequence.sections:
        return painted(("nothing was recorded", Ink.FAINT))
    lanes = sequence.used_lanes()
    lane_width = _lane_width(lanes, width)
    pen = _Pen(lanes if lane_width else (), lane_width or _named_width(lanes), width)
    told: list[Painted] = []
    for section in sequence.sections:
        if told:
            told.append(painted(""))
        told.append(_heading(section, max(width - 40, 20)))
        if any(row.kind is not RowKind.GAP for row in section.rows):
            told.append(pen.header(sequence.target))
        told += [line for row in section.rows for line in pen.row(row, section.began_s)]
    return lines(told)


def _lane_width(lanes: tuple[Lane, ...], width: int) -> int:
    """Return how many characters a lane gets; 0 where there is no room for lanes."""
    if not lanes:
        return 0
    wanted = min(max(max(len(lane.label) for lane in lanes), 6), _WIDEST_LANE) + 2
    room = (width - _TIME - 2) // 2 // len(lanes)
    fitting = min(wanted, room)
    return fitting if fitting >= _NARROWEST_LANE else 0


def _named_width(lanes: tuple[Lane, ...]) -> int:
    return min(max((len(lane.label) for lane in lanes), default=6), 24)


def _heading(section: Section, room: int) -> Painted:
    name = section.label if section.number in (BEFORE, AFTER) else f"step {section.number}"
    pieces: list[str | tuple[str, Ink]] = [(name, Ink.STRONG)]
    if section.number not in (BEFORE, AFTER) and section.label:
        pieces.append(f" · {cut(section.label, room)}")
    if section.outcome is not None:
        pieces += [" · ", (str(section.outcome), OUTCOME_INK[section.outcome])]
    if section.duration_s is not None:
        pieces.append((f" · {ms(section.duration_s)}", Ink.FAINT))
    return painted(*pieces)


class _Pen:
    """Draws rows; without lanes it names them in a column."""

    def __init__(self, lanes: tuple[Lane, ...], lane_width: int, width: int) -> None:
        self._lanes = lanes
        self._positions = {lane.key: number for number, lane in enumerate(lanes)}
        self._lane_width = lane_width
        self._room = max(width - _TIME - 2 - (len(lanes) * lane_width + 1 if lanes else lane_width + 4) - 2, 24)
        self._indent = " " * (_TIME + 2)

    def header(self, target: str) -> Painted:
        """Return the line that names the lanes."""
        if not self._lanes:
            return painted((f"{'ms':>{_TIME}}", Ink.FAINT))
        names = "".join(cut(lane.label, self._lane_width - 1).ljust(self._lane_width) for lane in self._lanes)
        return painted((f"{'ms':>{_TIME}}  ", Ink.FAINT), (f"{names}{cut(target, self._room)}", Ink.FAINT))

    def row(self, row: Row, began_s: float) -> list[Painted]:
        """Return a row as a line, and a second one where a verdict says something of it."""
        if row.kind is RowKind.GAP:
            return [painted((f"{self._indent}{row.text}", Ink.FAINT))]
        time = "" if row.at_s is None else f"{(row.at_s - began_s) * 1000:.1f}"
        ink = _ink(row)
        text = row.text if row.kind is not RowKind.MISSING else f"{row.text} is missing"
        flaw = "" if row.flaw in (Flaw.NONE, Flaw.MISSING) else f"  {str(row.flaw).upper()}"
        text = cut(text, max(self._room - len(flaw), 20))
        room = self._room - len(text) - len(flaw) - 2
        payload = f"  {cut(row.payload, room)}" if row.payload and room > 8 else ""
        first = painted(
            (f"{time:>{_TIME}}  ", Ink.FAINT), (self._lines(row), ink), "  ", (text + flaw, ink), (payload, Ink.FAINT)
        )
        if not row.note or row.note in text:
            return [first]
        return [first, *self._noted(row.note, ink)]

    def _noted(self, note: str, ink: Ink) -> list[Painted]:
        blank = Row(at_s=None, lane="", kind=RowKind.GAP, text="")
        margin = f"{self._indent}{self._lines(blank)}  "
        parts = wrap(note, self._room - 2, max_lines=4, placeholder=" …", drop_whitespace=True)
        return [
            painted((margin, Ink.FAINT), (f"{'  ' if number else '└ '}{part}", ink))
            for number, part in enumerate(parts)
        ]

    def _lines(self, row: Row) -> str:
        if not self._lanes:
            return self._named(row)
        cells = [" "] * (len(self._lanes) * self._lane_width + 1)
        for number in range(len(self._lanes)):
            cells[number * self._lane_width] = "│"
        cells[-1] = "│"
        start = self._positions.get(row.lane)
        if start is None:
            return "".join(cells)
        start *= self._lane_width
        if row.kind in TO_TARGET or row.kind in FROM_TARGET:
            self._arrow(cells, start, row)
        else:
            cells[start] = _MARKERS.get(row.kind, "·")
        return "".join(cells)

    def _arrow(self, cells: list[str], start: int, row: Row) -> None:
        along, across = ("═", "╪") if row.kind in OVER_SOCKET else ("─", "┼")
        if row.kind is RowKind.MISSING:
            along, across = "╌", "┆"
        for position in range(start + 1, len(cells) - 1):
            cells[position] = across if cells[position] == "│" else along
        if row.kind in TO_TARGET:
            cells[start], cells[-2] = "●", "▶"
        else:
            cells[start] = "✗" if row.kind is RowKind.MISSING else "◀"

    def _named(self, row: Row) -> str:
        arrow = {
            RowKind.CALL: "──▶",
            RowKind.ANSWER: "◀──",
            RowKind.EMIT: "══▶",
            RowKind.ACK: "◀══",
            RowKind.EVENT: "◀══",
            RowKind.MISSING: "✗╌╌",
        }.get(row.kind, f" {_MARKERS.get(row.kind, ' ')} ")
        name = "" if row.kind is RowKind.GAP else row.lane
        return f"{cut(shown(name, limit=24), self._lane_width).ljust(self._lane_width)} {arrow}"


def _ink(row: Row) -> Ink:
    match row.flaw:
        case Flaw.NONE:
            return Ink.FAINT if row.kind in (RowKind.FENCE, RowKind.NOTE, RowKind.GAP) else Ink.PLAIN
        case Flaw.VOID:
            return Ink.DOUBT
        case _:
            return Ink.BAD
