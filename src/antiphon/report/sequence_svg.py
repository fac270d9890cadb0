"""A play's diagram as inline SVG: no script, no style of its own, coloured by the page's classes, light or dark."""

from __future__ import annotations

from html import escape
from textwrap import wrap

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
    collapsed,
)
from antiphon.report.words import cut, ms

MOST_ROWS = 120

_TIME = 74
_LANE = 84
_NARROW_LANE = 46
_MOST_LANES = 16
_TEXT = 600
_ROW = 24
_NOTE = 17
_MOST_NOTES = 3
_HEAD = 58
_TOP = 8
# One character of the 12 px monospace text, and of the 12 px system font at its widest usual.
_MONO = 7.25
_SANS = 6.6


def svg(sequence: Sequence, *, identity: str = "sequence", most_rows: int = MOST_ROWS) -> str:
    """Return the diagram as an `<svg>` element.

    Time runs downwards, one row a moment: users' lanes on the left, the target's at their right,
    and beside it what was said. REST is drawn in thin lines, the socket in thick ones, what is
    missing dashed and red. Classes begin with `sq-`; without them it is drawn in the page's colour.

    Args:
        sequence: The diagram.
        identity: Makes the ids of this element unique on its page.
        most_rows: Uneventful rows beyond these are left out.
    """
    return _Canvas(collapsed(sequence, limit=most_rows), identity).drawn()


class _Canvas:
    def __init__(self, sequence: Sequence, identity: str) -> None:
        self._sequence = sequence
        self._identity = escape(identity, quote=True)
        used = sequence.used_lanes()
        self._lanes = _most_telling(used, sequence)
        self._left_out = len(used) - len(self._lanes)
        self._step = _LANE if len(self._lanes) <= 7 else _NARROW_LANE
        self._x = {lane.key: _TIME + 20.0 + number * self._step for number, lane in enumerate(self._lanes)}
        self._target_x = _TIME + 20.0 + len(self._lanes) * self._step
        self._text_x = self._target_x + 18
        self._width = self._text_x + _TEXT
        self._parts: list[str] = []
        self._y = float(_TOP)

    def drawn(self) -> str:
        for section in self._sequence.sections:
            self._section(section)
        if self._left_out:
            self._text(self._text_x, self._y + 14, f"… {self._left_out} more lanes without a flaw", "sq-faint")
            self._y += _ROW
        height = self._y + _TOP
        title = escape(f"{self._sequence.title}: who called, who heard, when, and what was missing")
        mark = f"{self._identity}-title"
        return (
            f'<svg class="sequence" role="img" aria-labelledby="{mark}" viewBox="0 0 {self._width:.0f} {height:.0f}" '
            f'width="{self._width:.0f}" height="{height:.0f}" xmlns="http://www.w3.org/2000/svg">'
            f'<title id="{mark}">{title}</title>{"".join(self._parts)}</svg>'
        )

    def _section(self, section: Section) -> None:
        self._heading(section)
        rows = section.rows
        if all(row.kind is RowKind.GAP for row in rows):
            for row in rows:
                self._text(_TIME + 14, self._y + 14, row.text, "sq-faint")
                self._y += _ROW
            self._y += 6
            return
        self._names()
        top = self._y
        # The lines of life lie below what is drawn upon them; their length is known afterwards.
        place = len(self._parts)
        for row in rows:
            self._row(row, section.began_s)
        lives = [*(self._x[lane.key] for lane in self._lanes), self._target_x]
        self._parts.insert(
            place,
            "".join(_line(x, top - 4, x, self._y, "sq-life", width=1, opacity=0.3) for x in lives),
        )
        self._y += 14

    def _heading(self, section: Section) -> None:
        name = section.label if section.number in (BEFORE, AFTER) else f"Step {section.number}"
        self._text(8, self._y + 16, name, "sq-step", weight=600)
        x = 8 + len(name) * 7.4 + 10
        if section.number not in (BEFORE, AFTER) and section.label:
            label = cut(section.label, 80)
            self._text(x, self._y + 16, label, "sq-label")
            x += len(label) * _SANS + 12
        told = [str(section.outcome)] if section.outcome is not None else []
        if section.duration_s is not None:
            told.append(ms(section.duration_s))
        outcome = f"sq-{section.outcome}".replace(" ", "-") if section.outcome is not None else "sq-faint"
        self._text(x, self._y + 16, " · ".join(told), outcome)
        self._y += 26

    def _names(self) -> None:
        self._text(_TIME - 4, self._y + 14, "ms", "sq-faint", anchor="end")
        for lane in self._lanes:
            label = _lane_label(lane.label, int(self._step / _SANS) - 1)
            self._text(self._x[lane.key], self._y + 14, label, "sq-name", anchor="middle", title=lane.title)
        # Beside the line, as a long name centred upon it would run into the last lane's.
        self._text(self._target_x - 4, self._y + 14, cut(self._sequence.target, 40), "sq-name")
        self._y += _HEAD - 34

    def _row(self, row: Row, began_s: float) -> None:
        middle = self._y + _ROW / 2
        if row.kind is RowKind.GAP:
            self._text(self._text_x, middle + 4, row.text, "sq-faint")
            self._y += _ROW
            return
        kind = _class(row)
        notes = wrap(row.note, int((_TEXT - 20) / _SANS), max_lines=_MOST_NOTES, placeholder=" …")
        time = "" if row.at_s is None else f"{(row.at_s - began_s) * 1000:,.1f}"
        self._parts.append(f'<g class="{kind}"><title>{escape(_told(row, time))}</title>')
        if row.flaw and row.flaw is not Flaw.VOID:
            self._parts.append(
                f'<rect class="sq-band" x="0" y="{self._y:.0f}" width="{self._width:.0f}" '
                f'height="{_ROW + _NOTE * len(notes)}" fill="currentColor" opacity="0.07"/>'
            )
        self._text(_TIME - 4, middle + 4, time, "sq-time", anchor="end")
        self._signs(row, middle)
        self._words(row, middle + 4)
        self._parts.append("</g>")
        self._y += _ROW
        for note in notes:
            self._text(self._text_x + 12, self._y + 11, note, f"sq-note {kind}")
            self._y += _NOTE

    def _signs(self, row: Row, y: float) -> None:
        x = self._x.get(row.lane)
        if x is None:
            return
        if row.kind in TO_TARGET or row.kind in FROM_TARGET:
            missing = row.kind is RowKind.MISSING
            width = 2.25 if row.kind in OVER_SOCKET else 1.25
            start, end = (x, self._target_x) if row.kind in TO_TARGET else (self._target_x, x)
            self._parts.append(_line(start, y, end, y, "sq-arrow", width=width, dashed=missing))
            if missing:
                self._parts.append(_cross(end, y))
            else:
                self._parts.append(_head(end, y, pointing_right=end > start))
            if row.kind in TO_TARGET:
                self._parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="currentColor"/>')
        elif row.kind is RowKind.FENCE:
            self._parts.append(
                f'<path d="M{x - 5:.1f} {y:.1f}l5 -5 5 5 -5 5z" fill="none" stroke="currentColor" stroke-width="1.25"/>'
            )
        elif row.kind is RowKind.OPENED:
            self._parts.append(
                f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5" fill="none" stroke="currentColor" stroke-width="1.5"/>'
            )
        elif row.kind is RowKind.CLOSED:
            self._parts.append(_cross(x, y))
        else:
            self._parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5" fill="currentColor"/>')

    def _words(self, row: Row, y: float) -> None:
        room = _TEXT - 8
        text = f"{row.text} is missing" if row.kind is RowKind.MISSING else row.text
        text = cut(text, int(room / _MONO))
        self._text(self._text_x, y, text, "sq-text", mono=True)
        x = self._text_x + len(text) * _MONO + 10
        if row.flaw not in (Flaw.NONE, Flaw.MISSING):
            self._text(x, y, str(row.flaw), "sq-flaw", weight=600)
            x += len(row.flaw) * 7 + 10
        left = int((self._text_x + room - x) / _MONO)
        if row.payload and left > 8:
            self._text(x, y, cut(row.payload, left), "sq-payload", mono=True)

    def _text(
        self,
        x: float,
        y: float,
        text: str,
        kind: str,
        *,
        anchor: str = "start",
        weight: int = 400,
        mono: bool = False,
        title: str = "",
    ) -> None:
        if not text:
            return
        font = "ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" if mono else "system-ui, sans-serif"
        inside = f"<title>{escape(title)}</title>" if title else ""
        placed = f' text-anchor="{anchor}"' if anchor != "start" else ""
        bold = f' font-weight="{weight}"' if weight != 400 else ""
        self._parts.append(
            f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" font-family="{font}" font-size="12"{placed}{bold} '
            f'fill="currentColor">{inside}{escape(text)}</text>'
        )


def _most_telling(lanes: tuple[Lane, ...], sequence: Sequence) -> tuple[Lane, ...]:
    """Return at most as many lanes as can be read: those with flaws and those who act before those who only hear."""
    if len(lanes) <= _MOST_LANES:
        return lanes
    every = [row for section in sequence.sections for row in section.rows]
    flawed = {row.lane for row in every if row.flaw}
    acting = {row.lane for row in every if row.kind in TO_TARGET}
    ranked = sorted(lanes, key=lambda lane: (lane.key not in flawed, lane.key not in acting))
    kept = {lane.key for lane in ranked[:_MOST_LANES]}
    return tuple(lane for lane in lanes if lane.key in kept)


def _lane_label(label: str, limit: int) -> str:
    """Return a lane's name in so many characters; of a group's member the number is kept."""
    if len(label) <= limit:
        return label
    group, bracket, index = label.rpartition("[")
    if bracket and len(index) + 2 <= limit:
        return f"{group[: limit - len(index) - 2]}…[{index}"
    return cut(label, limit)


def _class(row: Row) -> str:
    match row.flaw:
        case Flaw.NONE:
            quiet = row.kind in (RowKind.FENCE, RowKind.NOTE, RowKind.OPENED, RowKind.CLOSED)
            return "sq-quiet" if quiet else "sq-socket" if row.kind in OVER_SOCKET else "sq-rest"
        case Flaw.VOID:
            return "sq-doubt"
        case _:
            return "sq-bad"


def _told(row: Row, time: str) -> str:
    parts = [f"{time} ms" if time else "", row.kind, row.text, row.flaw, row.note]
    return " · ".join(part for part in parts if part)


def _line(
    x1: float, y1: float, x2: float, y2: float, kind: str, *, width: float, opacity: float = 1.0, dashed: bool = False
) -> str:
    dashes = ' stroke-dasharray="5 4"' if dashed else ""
    faint = f' opacity="{opacity:g}"' if opacity < 1 else ""
    return (
        f'<line class="{kind}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" '
        f'stroke="currentColor" stroke-width="{width:g}"{dashes}{faint}/>'
    )


def _head(x: float, y: float, *, pointing_right: bool) -> str:
    back = -8 if pointing_right else 8
    return f'<path d="M{x:.1f} {y:.1f}l{back} -4.5v9z" fill="currentColor"/>'


def _cross(x: float, y: float) -> str:
    return (
        f'<path d="M{x - 5:.1f} {y - 5:.1f}l10 10m0 -10l-10 10" fill="none" '
        'stroke="currentColor" stroke-width="2" stroke-linecap="round"/>'
    )
