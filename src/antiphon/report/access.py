"""The access matrix as people look at it: operations by who tried them, and one line for the whole."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from msgspec import Struct

from antiphon.judge.access import AccessCell, AccessSummary
from antiphon.judge.verdicts import Outcome
from antiphon.report.markup import Markup, el, lines, table
from antiphon.report.painting import Ink, Painted, painted
from antiphon.report.safe import shown
from antiphon.report.words import counted
from antiphon.run.results import RunSummary, ScenarioResult
from antiphon.target.access.model import ID_KINDS, TOKEN_KINDS

_WORST = (Outcome.FAILED, Outcome.VOID, Outcome.NOT_RUN, Outcome.HELD)
_SHORT = {"accepted": "yes", "refused": "no"}
_INK = {Outcome.FAILED: Ink.BAD, Outcome.VOID: Ink.DOUBT, Outcome.NOT_RUN: Ink.DOUBT}
_SIGN = {Outcome.FAILED: "❌", Outcome.VOID: "⚠️", Outcome.NOT_RUN: "·"}
_MOST_LISTED = 200
_NONE = "\u00b7"


class Line(Struct, frozen=True):
    """One row of the picture.

    Attributes:
        operation: The operation or emit.
        row: Which of several rows of it.
        cells: Column → its cells; several where a path holds several ids.
    """

    operation: str
    row: str
    cells: dict[str, tuple[AccessCell, ...]]


class Picture(Struct, frozen=True):
    """The matrix as it is drawn.

    Attributes:
        actors: The columns of actors.
        others: The columns of tokens and ids.
        lines: The rows, in the order of the profile.
    """

    actors: tuple[str, ...]
    others: tuple[str, ...]
    lines: tuple[Line, ...]


def cells_of(results: Iterable[ScenarioResult]) -> tuple[AccessCell, ...]:
    """Return all cells that a run played, by their place in the profile."""
    found = [cell for result in results for cell in result.cells]
    first: dict[str, tuple[int, int]] = {}
    for cell in found:
        place = (cell.source.line, cell.source.column)
        if cell.kind in ("actor", "room"):
            first[cell.operation] = min(place, first.get(cell.operation, place))
    return tuple(sorted(found, key=lambda one: (first.get(one.operation, (1 << 30, 0)), one.operation, one.row)))


def picture(summary: AccessSummary, cells: Sequence[AccessCell]) -> Picture:
    """Return what is drawn of a matrix."""
    columns: dict[str, None] = {}
    rows: dict[tuple[str, str], dict[str, list[AccessCell]]] = {}
    for cell in cells:
        columns.setdefault(_column(cell))
        rows.setdefault((cell.operation, cell.row), {}).setdefault(_column(cell), []).append(cell)
    named = (*summary.actors, "nobody")
    return Picture(
        actors=tuple(name for name in named if name in columns),
        others=tuple(sorted((name for name in columns if name not in named), key=_order)),
        lines=tuple(
            Line(operation, row, {column: tuple(some) for column, some in by.items()})
            for (operation, row), by in rows.items()
        ),
    )


def _order(column: str) -> tuple[bool, int]:
    """Return what sorts tokens before ids, and each as the profile's reference names them."""
    kind, _, name = column.partition(": ")
    known: tuple[str, ...] = TOKEN_KINDS if kind == "token" else ID_KINDS
    return kind != "token", known.index(name) if name in known else len(known)


def _column(cell: AccessCell) -> str:
    if cell.kind in ("actor", "room"):
        return cell.who
    return f"{cell.kind}: {cell.who.partition(' ')[0]}"


def worst(cells: Sequence[AccessCell]) -> AccessCell:
    """Return the cell to show of several."""
    return min(cells, key=lambda cell: _WORST.index(cell.outcome))


def cell_text(cell: AccessCell) -> str:
    """Return what a cell shows: how it was answered, and how it should have been where that differs."""
    answered, expected = _SHORT.get(cell.answered, cell.answered), _SHORT.get(cell.expected, cell.expected)
    if cell.outcome is Outcome.FAILED and answered and answered != expected:
        return f"{answered} ≠ {expected}"
    if cell.outcome is Outcome.FAILED:
        return f"{expected} ≠"
    return answered or expected


# --- the console


def access_line(summary: RunSummary) -> Painted | None:
    """Return the matrix in one line: `access: 809 of 812 cells as the profile says, 3 differ · …`."""
    access = summary.access
    if access is None:
        return None
    held = access.cells.get(Outcome.HELD, 0)
    told = [painted(f"access: {held:,} of {counted(access.planned, 'cell')} as the profile says")]
    told += [painted(", ", (f"{access.cells[key]} {word}", ink)) for key, word, ink in _WORDS if access.cells.get(key)]
    parts = [counted(access.operations, "operation"), counted(len(access.actors), "actor")]
    parts += [f"{len(access.untried)} untried"] if access.untried else []
    parts += [f"{counted(len(access.unread), 'row')} not read back"] if access.unread else []
    return painted(*told, " · ", " · ".join(parts))


_WORDS: tuple[tuple[str, str, Ink], ...] = (
    (Outcome.FAILED, "differ", Ink.BAD),
    (Outcome.VOID, "void", Ink.DOUBT),
    (Outcome.NOT_RUN, "not run", Ink.DOUBT),
)


# --- Markdown


def access_markdown(summary: RunSummary, results: Sequence[ScenarioResult], escape: Any) -> list[str]:
    """Return the matrix as a table of Markdown.

    Args:
        summary: The run.
        results: Its scenarios.
        escape: Makes text that Markdown shows as it is.
    """
    access = summary.access
    line = access_line(summary)
    if access is None or line is None:
        return []
    drawn = picture(access, cells_of(results))
    columns = (*drawn.actors, *drawn.others)
    told = ["### Who may do what", "", escape(line.plain), ""]
    if drawn.lines:
        told += [
            f"| | {' | '.join(escape(name) for name in columns)} |",
            f"|---|{'---|' * len(columns)}",
            *(
                f"| {escape(_operation(one))} | {' | '.join(_markdown_cell(one, name, escape) for name in columns)} |"
                for one in drawn.lines
            ),
            "",
        ]
    return [*told, *_untried_lines(access, escape)]


def _markdown_cell(line: Line, column: str, escape: Any) -> str:
    cells = line.cells.get(column)
    if not cells:
        return " "
    cell = worst(cells)
    sign = _SIGN.get(cell.outcome, "")
    return f"{sign} {escape(cell_text(cell))}".strip()


def _untried_lines(access: AccessSummary, escape: Any) -> list[str]:
    told = [f"- {escape(text)}" for text in untried_texts(access)[:_MOST_LISTED]]
    return ["Not tried:", "", *told, ""] if told else []


def untried_texts(access: AccessSummary) -> list[str]:
    """Return what the matrix leaves out, one line for each operation and reason."""
    grouped: dict[tuple[str, str], list[str]] = {}
    for one in access.untried:
        grouped.setdefault((one.operation, one.why), []).append(one.who)
    told = []
    for (operation, why), who in grouped.items():
        named = ", ".join(name for name in who if name)
        told.append(f"{operation}{f' by {named}' if named else ''}: {why}")
    told += [f"{row}: nothing reads a refused change back" for row in access.unread]
    return told


def _operation(line: Line) -> str:
    return f"{line.operation} ({line.row})" if line.row else line.operation


# --- HTML


def access_html(summary: RunSummary, results: Sequence[ScenarioResult]) -> Markup:
    """Return the matrix as a picture: a row for each operation, a column for each that tried it."""
    access = summary.access
    line = access_line(summary)
    if access is None or line is None:
        return Markup()
    drawn = picture(access, cells_of(results))
    columns = (*drawn.actors, *drawn.others)
    head = (el("th", "Operation"), *(el("th", el("span", shown(name, limit=40)), class_="upright") for name in columns))
    rows = (
        el(
            "tr",
            el("td", shown(_operation(one), limit=120), class_="operation"),
            *(_html_cell(one, name) for name in columns),
        )
        for one in drawn.lines
    )
    untried = untried_texts(access)
    left = (
        el("h4", "Not tried"),
        el("ul", *(el("li", shown(text, limit=300)) for text in untried[:_MOST_LISTED]), class_="quiet"),
    )
    return lines(
        (
            el("h2", "Who may do what"),
            el("p", line.plain, class_="meta"),
            el("div", table(head, rows, class_="access"), class_="diagram") if drawn.lines else Markup(),
            *(left if untried else ()),
        )
    )


def _html_cell(line: Line, column: str) -> Markup:
    cells = line.cells.get(column)
    if not cells:
        return el("td", _NONE, class_="untried")
    cell = worst(cells)
    told = "\n".join(shown(_told(one), limit=300) for one in cells)
    return el("td", shown(cell_text(cell), limit=40), class_=_class(cell), title=told)


def _told(cell: AccessCell) -> str:
    answered = f", answered {cell.answered}" if cell.answered else ""
    why = f": {cell.why}" if cell.why else ""
    return f"{cell.who}: expected {cell.expected}{answered}{why}"


def _class(cell: AccessCell) -> str:
    if cell.outcome is Outcome.HELD:
        is_refusal = cell.answered == "refused" or cell.answered.startswith(("4", "5"))
        return "refusal" if is_refusal or cell.expected == "refused" else "allowed"
    return {Outcome.FAILED: "differs", Outcome.VOID: "unsure"}.get(cell.outcome, "untried")


# --- JSON


def access_entity(summary: RunSummary, results: Sequence[ScenarioResult]) -> dict[str, Any] | None:
    """Return the matrix as it is told outside."""
    access = summary.access
    if access is None:
        return None
    return {
        "cells": [
            {
                "operation": cell.operation,
                "row": cell.row or None,
                "kind": cell.kind,
                "who": cell.who,
                "expected": cell.expected,
                "answered": cell.answered or None,
                "outcome": str(cell.outcome),
                "why": cell.why or None,
                "scenario": cell.scenario or None,
                "step": cell.step or None,
            }
            for cell in cells_of(results)
        ],
        "counts": dict(access.cells),
        "actors": list(access.actors),
        "untried": [
            {"operation": one.operation, "who": one.who or None, "why": one.why or None} for one in access.untried
        ],
        "notReadBack": list(access.unread),
    }
