"""What a run covered, in words: the shares of its parts, the worst gaps first, what is left out with its reason."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from antiphon.judge.coverage.minimum import percent
from antiphon.judge.coverage.model import Cell, Coverage, PartCoverage, State
from antiphon.report.painting import Ink, Painted, joined, painted
from antiphon.report.safe import shown
from antiphon.target.coverage_model import Part

_MOST_GAPS = 5
_NEVER = {
    Part.OPERATIONS: "never called",
    Part.HEARD: "never heard",
    Part.EMITS: "never emitted",
    Part.LAWS: "never put to the proof",
}
"""How a row is told of which nothing was exercised; of the other parts each cell is told for itself."""


class Gap(Struct, frozen=True):
    """What is not exercised of one row.

    Attributes:
        whole: Whether nothing of the row is.
    """

    part: Part
    row: str
    columns: tuple[str, ...]
    whole: bool

    @property
    def told(self) -> str:
        """The gap in a few words."""
        if self.whole and self.part in _NEVER:
            return f"{shown(self.row, limit=120)} ({_NEVER[self.part]})"
        return f"{shown(self.row, limit=120)} -> {', '.join(shown(column, limit=40) for column in self.columns)}"


def gaps_of(coverage: Coverage) -> list[Gap]:
    """Return what is not exercised, the worst first: whole rows before single cells; roles and the matrix last."""
    found: list[Gap] = []
    for part in coverage.parts:
        if not part.is_counted:
            continue
        rows: dict[str, list[Cell]] = {}
        for cell in part.cells:
            rows.setdefault(cell.row, []).append(cell)
        for row, cells in rows.items():
            columns = tuple(cell.column for cell in cells if cell.state is State.NOT_EXERCISED)
            whole = not any(cell.state is State.COVERED for cell in cells)
            found += [Gap(part.part, row, columns, whole)] if columns else []
    order = list(Part)
    return sorted(found, key=lambda gap: (not (gap.whole and gap.part in _NEVER), order.index(gap.part)))


def left_out(coverage: Coverage) -> dict[str, list[Cell]]:
    """Return what is left out, by the reason."""
    found: dict[str, list[Cell]] = {}
    for part in coverage.parts:
        for cell in part.cells:
            if cell.state is State.LEFT_OUT:
                found.setdefault(cell.note, []).append(cell)
    return found


def coverage_lines(coverage: Coverage) -> Iterator[Painted]:
    """Yield the shares, and the worst gaps; nothing for a part of a suite, whose gaps say nothing."""
    counted = [part for part in coverage.parts if part.is_counted and (part.countable or part.count(State.MISSING))]
    if not counted or not coverage.whole:
        return
    shares = joined("  ", (_share(part) for part in counted))
    out, missing = (sum(part.count(state) for part in counted) for state in (State.LEFT_OUT, State.MISSING))
    beside = [f" · {out} left out" if out else "", f" · {missing} missing from the contract" if missing else ""]
    yield painted("coverage ", shares, *beside)
    gaps = gaps_of(coverage)
    if gaps:
        told = "  ".join(gap.told for gap in gaps[:_MOST_GAPS])
        more = f"  … {len(gaps) - _MOST_GAPS} more in the report" if len(gaps) > _MOST_GAPS else ""
        yield painted(("not exercised: ", Ink.DOUBT), f"{told}{more}")


def _share(part: PartCoverage) -> Painted:
    share = part.share
    if share is None:
        return painted(f"{part.part} none")
    told = f"{percent(share)}" if share == 1 else f"{percent(share)} ({part.covered} of {part.countable})"
    return painted(f"{part.part} ", (told, Ink.PLAIN if share == 1 else Ink.DOUBT))


def coverage_entity(coverage: Coverage) -> dict[str, Any]:
    """Return coverage as it is told outside."""
    return {
        "whole": coverage.whole,
        "parts": [
            {
                "name": str(part.part),
                "counted": part.is_counted,
                "share": None if part.share is None or not part.is_counted else round(part.share, 6),
                "covered": part.covered,
                "countable": part.countable,
                "leftOut": part.count(State.LEFT_OUT),
                "missing": part.count(State.MISSING),
                "cells": [
                    {
                        "row": cell.row,
                        "column": cell.column,
                        "state": str(cell.state),
                        "scenarios": list(coverage.names(cell)),
                        "note": cell.note or None,
                    }
                    for cell in part.cells
                ],
            }
            for part in coverage.parts
        ],
        "needlessExceptions": list(coverage.needless),
    }
