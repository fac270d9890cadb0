"""What is going to be played of the access matrix: groups of cells that share their users."""

from __future__ import annotations

from msgspec import Struct

from antiphon.judge.access import AccessCell, Untried
from antiphon.run.access.matrix import Needs, Prelude
from antiphon.scenario.step_model import Step


class Prepared(Struct, frozen=True, kw_only=True):
    """Steps that must have been played once before a cell, whichever of the cells that need them comes first.

    Attributes:
        key: What tells them from others.
    """

    key: str
    steps: tuple[Step, ...]
    needs: Needs = Needs()


class PlannedCell(Struct, frozen=True, kw_only=True):
    """One cell with the steps that try it, which have no numbers yet.

    Attributes:
        cell: As it will be told, but for what comes of it.
        before: What it needs to have been played.
        steps: The first one tries; further ones look whether anything came of it.
        is_heard: Whether it claims that nobody hears of it.
    """

    cell: AccessCell
    steps: tuple[Step, ...]
    before: tuple[Prepared, ...] = ()
    needs: Needs = Needs()
    is_heard: bool = False


class Group(Struct, frozen=True, kw_only=True):
    """Cells that are played one after the other by the same users.

    Attributes:
        id: Of the scenario that plays them.
        afterwards: Steps behind all cells, each with the positions of the cells that it speaks of.
    """

    id: str
    title: str
    prelude: Prelude
    cells: tuple[PlannedCell, ...]
    afterwards: tuple[tuple[Step, tuple[int, ...]], ...] = ()


class Plan(Struct, frozen=True, kw_only=True):
    """All that is played, and what is not.

    Attributes:
        untried: What the profile leaves out, or what cannot be tried.
        unread: Rows whose refused changes nothing reads back.
    """

    groups: tuple[Group, ...]
    untried: tuple[Untried, ...]
    unread: tuple[str, ...]
    actors: tuple[str, ...]

    @property
    def cells(self) -> int:
        """How many cells there are."""
        return sum(len(group.cells) for group in self.groups)
