"""The cells of the access matrix: who tries what, what must come of it, and what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Literal

import msgspec

from antiphon.core.source import NOWHERE, Source
from antiphon.judge.verdicts import Outcome

CellKind = Literal["actor", "token", "id", "room"]


class AccessCell(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True):
    """One cell.

    Attributes:
        operation: `PUT /chatrooms/:id`, `emit join_chatroom`, or `connect` of the socket.
        kind: What is tried: an actor with its own token and real ids, a kind of token, a kind of id, an emit.
        who: The actor, or the kind of token or id (`unknown :id`).
        expected: The statuses, `refused` or `accepted`.
        outcome: Whether it came so; not run, where something before it did not hold.
        answered: What came, where that is known: a status, `refused` or `accepted`.
        why: What differs, in a few words; empty where nothing does.
        row: Which of several rows of one operation; empty if there is but one.
        scenario: In which play.
        step: In which step of it.
    """

    operation: str
    kind: CellKind
    who: str
    expected: str
    outcome: Outcome = Outcome.NOT_RUN
    answered: str = ""
    why: str = ""
    row: str = ""
    scenario: str = ""
    step: str = ""
    source: Source = NOWHERE


class Untried(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True):
    """What the matrix does not try.

    Attributes:
        operation: The operation or emit.
        who: The actor, kind of token or kind of id; empty: nobody and nothing.
        why: In a few words.
    """

    operation: str
    who: str = ""
    why: str = ""


class AccessSummary(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True):
    """The matrix as a whole.

    Attributes:
        cells: Number of cells by outcome.
        operations: How many operations and emits are tried.
        actors: Who acts, in the order of the profile.
        untried: What is left out.
        unread: Refused changes of which nothing tells whether they were made: the rows.
    """

    cells: dict[str, int] = {}
    operations: int = 0
    actors: tuple[str, ...] = ()
    untried: tuple[Untried, ...] = ()
    unread: tuple[str, ...] = ()

    @property
    def planned(self) -> int:
        """How many cells there are."""
        return sum(self.cells.values())


def counted_cells(cells: Iterable[AccessCell]) -> dict[str, int]:
    """Return how many cells came out how."""
    return dict(Counter(cell.outcome.value for cell in cells))
