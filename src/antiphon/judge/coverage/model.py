"""What a run has covered, as results keep it: parts, each a table of cells."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from antiphon.target.coverage_model import COUNTED, Part


class State(StrEnum):
    """What became of a cell."""

    COVERED = "covered"
    NOT_EXERCISED = "not exercised"
    LEFT_OUT = "left out"  # on purpose, with a reason
    MISSING = "missing from the contract"  # seen, and not documented


class Cell(Struct, frozen=True, array_like=True):
    """One cell.

    Attributes:
        row: An operation (`POST /messages/send`), an event, an emit, a law.
        column: A status, `heard`, an answer, a case, a role, an actor.
        by: The scenarios that cover it, as positions in `Coverage.scenarios`.
        note: Why it is left out; of the access matrix, what was expected and what came.
    """

    row: str
    column: str
    state: State
    by: tuple[int, ...] = ()
    note: str = ""

    def __str__(self) -> str:
        return f"{self.row} -> {self.column}"


class PartCoverage(Struct, frozen=True):
    """One part: its cells, row by row."""

    part: Part
    cells: tuple[Cell, ...] = ()

    def count(self, state: State) -> int:
        """Return how many cells are in a state."""
        return sum(cell.state is state for cell in self.cells)

    @property
    def covered(self) -> int:
        """How many cells are covered."""
        return self.count(State.COVERED)

    @property
    def countable(self) -> int:
        """How many there are to be covered."""
        return self.covered + self.count(State.NOT_EXERCISED)

    @property
    def is_counted(self) -> bool:
        """Whether its share is reckoned."""
        return self.part in COUNTED

    @property
    def share(self) -> float | None:
        """Which share is covered, from 0 to 1; None where there is nothing to cover."""
        return self.covered / self.countable if self.countable else None

    @property
    def gaps(self) -> tuple[Cell, ...]:
        """What is not exercised."""
        return tuple(cell for cell in self.cells if cell.state is State.NOT_EXERCISED)


class Coverage(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A run's coverage.

    Attributes:
        scenarios: The names of those that cover anything.
        parts: Those of which anything is known.
        needless: Exceptions that were covered after all, with who did.
        whole: Whether the whole suite was asked for: of a part of it gaps say nothing.
    """

    scenarios: tuple[str, ...] = ()
    parts: tuple[PartCoverage, ...] = ()
    needless: tuple[str, ...] = ()
    whole: bool = True

    def names(self, cell: Cell) -> tuple[str, ...]:
        """Return the scenarios that cover a cell."""
        return tuple(self.scenarios[index] for index in cell.by)

    def part(self, part: Part) -> PartCoverage:
        """Return one part; without cells where nothing is known of it."""
        return next((one for one in self.parts if one.part is part), PartCoverage(part))
