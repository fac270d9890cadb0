"""One `hear` on one connection: while it is waited for, and what is kept of it until the scenario's end."""

from __future__ import annotations

from msgspec import Struct, field

from antiphon.engine.doing import Doing
from antiphon.engine.players import Player
from antiphon.engine.sockets import UserSocket
from antiphon.judge.facts import Facts
from antiphon.judge.rows import Row
from antiphon.language.difference import Difference
from antiphon.scenario.claim_model import Hear, HearItem


class Anybody(Struct, eq=False, kw_only=True):
    """A `hear` of which it is enough that one of a group hears it.

    Attributes:
        name: The group's.
        fulfilled: Who heard it, once that is judged.
    """

    name: str
    fulfilled: Player | None = None


class Listener(Struct, eq=False, kw_only=True):
    """One `hear` on one connection.

    Attributes:
        anybody: What it shares with the others of a group of whom one must hear it; None if each must.
        known: Matches already computed, handed on from one asking to the next.
        row: The claim as events are counted for it while they come; None if it is no long row.
        looked_at: How much had been heard, and how often its connection had changed, when it was last looked at.
    """

    hear: Hear
    player: Player
    socket: UserSocket | None
    anybody: Anybody | None = None
    looked_at: tuple[int, int] = (-1, -1)
    row: Row | None = None
    known: dict[tuple[int, int], Difference | None] = field(default_factory=dict)

    @property
    def heard_so_far(self) -> tuple[int, int]:
        """How much its connection has heard, frames included, and how often its state has changed."""
        socket = self.socket
        return (len(socket.inbox) + len(socket.frames), len(socket.changes)) if socket is not None else (0, 0)

    @property
    def is_judged(self) -> bool:
        """Whether it counts: of a group of whom one must hear it, only who has."""
        return self.anybody is None or self.anybody.fulfilled is self.player

    @property
    def items(self) -> tuple[HearItem, ...]:
        """What is to be heard, ordered or not."""
        return self.hear.positives


class Final(Struct, frozen=True, kw_only=True):
    """A judged `hear` that the scenario's end looks at once more.

    Attributes:
        doing: The step that claims.
        sent: The step whose window it is.
    """

    facts: Facts
    listener: Listener
    doing: Doing
    sent: Doing
