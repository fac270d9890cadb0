"""What a run covered as tables that one looks at: rows by columns, each cell with a sign, a colour, and by whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from antiphon.judge.coverage.minimum import percent
from antiphon.judge.coverage.model import Cell, Coverage, PartCoverage, State
from antiphon.report.coverage import left_out
from antiphon.report.markup import Markup, el, lines, table, together
from antiphon.report.safe import shown
from antiphon.target.coverage_model import Part

_MOST_NAMED = 12
_MOST_ROWS = 1_000
_NONE = "\u2013"
_KEY = (
    "A number says how many scenarios cover the cell, and leads to the first of them; ✗ is not exercised, ○ is left out"
    " on purpose, ! was seen though the contract does not name it. An empty cell is not documented. Why, and by whom,"
    " is told where the pointer rests."
)
_CLASS = {
    State.COVERED: "covered",
    State.NOT_EXERCISED: "gap",
    State.LEFT_OUT: "left-out",
    State.MISSING: "missing",
}
_TITLES = {
    Part.OPERATIONS: "Operations by status",
    Part.HEARD: "Events heard",
    Part.EMITS: "Emits by answer",
    Part.LAWS: "Laws by case",
    Part.ROLES: "Operations by role",
    Part.ACCESS: "The access matrix",
    Part.SERVER_ERRORS: "Server errors, which nobody can ask for and which count for no share",
}


def coverage_html(coverage: Coverage, anchors: Mapping[str, str]) -> Markup:
    """Return the section; empty where nothing is known of what could be covered.

    Args:
        coverage: The run's.
        anchors: Where the page tells of a scenario, by its name.
    """
    if not coverage.parts:
        return Markup()
    titles = (*((name, "") for name in ("Part",)), *((name, "number") for name in ("Covered", "Share", "Left out")))
    head = (*(el("th", name, class_=kind) for name, kind in titles), el("th", "Missing", class_="number"))
    return lines(
        (
            el("h2", "Coverage"),
            "" if coverage.whole else el("p", "Only a part of the suite was played: gaps say little.", class_="key"),
            table(head, map(_share, coverage.parts)),
            el("p", _KEY, class_="key"),
            _reasons(coverage),
            *(_part(part, coverage, anchors) for part in coverage.parts),
        )
    )


def _share(part: PartCoverage) -> Markup:
    share = _NONE if part.share is None or not part.is_counted else percent(part.share)
    numbers = (
        f"{part.covered} of {part.countable}",
        share,
        str(part.count(State.LEFT_OUT)),
        str(part.count(State.MISSING)),
    )
    return el("tr", el("td", str(part.part)), *(el("td", text, class_="number") for text in numbers))


def _reasons(coverage: Coverage) -> Markup:
    """Return why something is left out, each reason once."""
    found = left_out(coverage)
    if not found:
        return Markup()
    rows = (
        el(
            "tr",
            el("td", shown(note, limit=300)),
            el("td", shown(", ".join(map(str, cells)), limit=400), class_="quiet"),
        )
        for note, cells in found.items()
    )
    return lines((el("h4", "Left out"), table((), rows)))


def _part(part: PartCoverage, coverage: Coverage, anchors: Mapping[str, str]) -> Markup:
    columns = _columns(part)
    rows: dict[str, dict[str, Cell]] = {}
    for cell in part.cells:
        rows.setdefault(cell.row, {})[cell.column] = cell
    head = (el("th", ""), *(el("th", shown(column, limit=40)) for column in columns))
    told = list(rows.items())
    body = (
        el(
            "tr",
            el("td", shown(row, limit=120)),
            *(_cell(cells.get(column), coverage, anchors, is_counted=part.is_counted) for column in columns),
        )
        for row, cells in told[:_MOST_ROWS]
    )
    more = el("p", f"… {len(told) - _MOST_ROWS} more", class_="key") if len(told) > _MOST_ROWS else ""
    summary = together(
        el("strong", _TITLES[part.part]), el("span", f"{part.covered} of {part.countable}", class_="quiet")
    )
    inside = el("div", lines((table(head, body, class_="cells"), more)), class_="inside")
    return el("details", el("summary", summary), inside)


def _columns(part: PartCoverage) -> list[str]:
    found = list(dict.fromkeys(cell.column for cell in part.cells))
    return sorted(found) if part.part in (Part.OPERATIONS, Part.SERVER_ERRORS) else found


def _cell(cell: Cell | None, coverage: Coverage, anchors: Mapping[str, str], *, is_counted: bool) -> Markup:
    if cell is None:
        return el("td")
    if not is_counted and cell.state is State.NOT_EXERCISED:
        return el("td", _NONE, class_=_CLASS[State.LEFT_OUT], title=str(cell.state))
    names = coverage.names(cell)
    told = ", ".join(shown(name, limit=80) for name in names[:_MOST_NAMED])
    told += f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    title = ": ".join(text for text in (str(cell.state), shown(cell.note, limit=300), told) if text)
    return el("td", _sign(cell, names, anchors), class_=_CLASS[cell.state], title=title)


def _sign(cell: Cell, names: Iterable[str], anchors: Mapping[str, str]) -> str:
    match cell.state:
        case State.COVERED:
            anchor = next((anchors[name] for name in names if name in anchors), "")
            number = str(len(cell.by))
            return el("a", number, href=f"#{anchor}") if anchor else number
        case State.NOT_EXERCISED:
            return "✗"
        case State.LEFT_OUT:
            return "○"
        case State.MISSING:
            return f"! {len(cell.by)}"
