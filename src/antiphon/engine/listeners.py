"""One `hear` on one connection: while it is waited for, and what is kept of it until the scenario's end."""

from __future__ import annotations

from dataclasses import dataclass, field

from antiphon.engine.doing import Doing
from antiphon.engine.players import Player
from antiphon.engine.sockets import UserSocket
from antiphon.judge.facts import Facts
from antiphon.language.difference import Difference
from antiphon.scenario.model import Hear, HearItem


@dataclass(eq=False, slots=True, kw_only=True)
class Listener:
    """One `hear` on one connection.

    Attributes:
        known: Matches already computed, handed on from one asking to the next.
    """

    hear: Hear
    player: Player
    socket: UserSocket | None
    known: dict[tuple[int, int], Difference | None] = field(default_factory=dict)

    @property
    def items(self) -> tuple[HearItem, ...]:
        """What is to be heard, ordered or not."""
        return self.hear.positives


@dataclass(frozen=True, slots=True, kw_only=True)
class Final:
    """A judged `hear` that the scenario's end looks at once more.

    Attributes:
        doing: The step that claims.
        sent: The step whose window it is.
    """

    facts: Facts
    listener: Listener
    doing: Doing
    sent: Doing
