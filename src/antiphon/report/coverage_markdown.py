"""What a run covered, in Markdown: the shares, what is not exercised, what is left out and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from antiphon.judge.coverage.minimum import percent
from antiphon.judge.coverage.model import Coverage, PartCoverage, State
from antiphon.report.coverage import gaps_of, left_out

_MOST_ROWS = 60
_NONE = "\u2013"

Shown = Callable[[str], str]
"""Makes a text that Markdown shows as it is."""


def coverage_markdown(coverage: Coverage, md: Shown) -> list[str]:
    """Return the section; nothing where nothing is known of what could be covered.

    Args:
        coverage: The run's.
        md: How a text is written so that it is no markup.
    """
    if not coverage.parts:
        return []
    told = ["### Coverage", ""]
    told += [] if coverage.whole else ["Only a part of the suite was played.", ""]
    told += ["| Part | Covered | Share | Left out | Missing from the contract |", "|---|---:|---:|---:|---:|"]
    told += [_row(part) for part in coverage.parts]
    told += [""]
    for title, head, rows in (
        ("Not exercised", "| Part | What | Where |\n|---|---|---|", list(_gaps(coverage, md))),
        ("Left out", "| What | Why |\n|---|---|", list(_left_out(coverage, md))),
        ("Missing from the contract", "| What | Seen by |\n|---|---|", list(_missing(coverage, md))),
    ):
        told += _folded(title, head, rows)
    return told


def _row(part: PartCoverage) -> str:
    share = _NONE if part.share is None or not part.is_counted else percent(part.share)
    numbers = f"{part.covered} of {part.countable} | {share} | {part.count(State.LEFT_OUT)}"
    return f"| {part.part} | {numbers} | {part.count(State.MISSING)} |"


def _folded(title: str, head: str, rows: list[str]) -> list[str]:
    if not rows:
        return []
    more = ["", f"… {len(rows) - _MOST_ROWS} more, all of them in the HTML report."] if len(rows) > _MOST_ROWS else []
    inside = [*head.splitlines(), *rows[:_MOST_ROWS], *more]
    return [f"<details><summary>{title}: {len(rows)}</summary>", "", *inside, "", "</details>", ""]


def _gaps(coverage: Coverage, md: Shown) -> Iterator[str]:
    for gap in gaps_of(coverage):
        where = "everywhere" if gap.whole else ", ".join(md(column) for column in gap.columns)
        yield f"| {gap.part} | {md(gap.row)} | {where} |"


def _left_out(coverage: Coverage, md: Shown) -> Iterator[str]:
    for note, cells in left_out(coverage).items():
        yield f"| {'<br>'.join(md(str(cell)) for cell in cells)} | {md(note)} |"


def _missing(coverage: Coverage, md: Shown) -> Iterator[str]:
    for part in coverage.parts:
        for cell in part.cells:
            if cell.state is State.MISSING:
                names = coverage.names(cell)
                more = f" and {len(names) - 1} more" if len(names) > 1 else ""
                yield f"| {md(str(cell))} | {md(names[0]) if names else _NONE}{more} |"
