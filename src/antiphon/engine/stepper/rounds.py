"""A virtual user and its rounds: small objects that wait in lists, never in tasks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

from antiphon.engine.players import Player, UserView
from antiphon.engine.scopes import MemberNames, NameSpace
from antiphon.history.entries import Call, Emit
from antiphon.language.scope import MISSING
from antiphon.net.exchange import Exchange
from antiphon.net.http_connection import HttpConnection
from antiphon.wire.heard import Acknowledged

NEVER_S = float("inf")
_NOTHING: dict[str, object] = {}
LATER = frozenset({"request", "response", "body", "status", "headers", "path", "query"})
"""What is known of a call only when it is asked for: most steps never do."""


ActorOf = Callable[["Round"], Player]


class Keeper(Protocol):
    """Whoever began a round."""

    def ended(self, round_: Round) -> None:
        """Take note that a round has ended."""
        ...

    def failed(self, error: Exception) -> None:
        """Take note that no more can be played."""
        ...


class Op(Protocol):
    """A light step, bound once to where it stands."""

    next: Op | None

    def start(self, round_: Round) -> bool:
        """Begin it; return whether it has ended already. Else the round goes on when what it waits for has come."""
        ...

    def answered(self, round_: Round, ack: Acknowledged | None) -> None:
        """Take an acknowledgement, or that none can come any more."""
        ...

    def out_of_time(self, round_: Round) -> None:
        """End it because its deadline has passed."""
        ...

    def abandon(self, round_: Round) -> None:
        """Let go of what it waits for: nobody does any more."""
        ...


class VirtualUser:
    """Who goes through rounds: a player with the names that it sees.

    Attributes:
        suffix: What step numbers have behind the round's.
        sinks: The name spaces that know what it saves, the innermost first.
        begun: How many of its rounds have begun.
        under_way: Whether one is being begun at this moment, so that the next is not begun inside it.
    """

    __slots__ = ("begun", "name", "names", "player", "sinks", "suffix", "under_way", "view")

    def __init__(self, player: Player | None, names: NameSpace, suffix: str) -> None:
        self.player = player
        self.name = player.name if player is not None else ""
        self.view = UserView(player) if player is not None else None
        self.names = names
        self.suffix = suffix
        self.sinks = tuple(_sinks(names))
        self.begun = 0
        self.under_way = False


def _sinks(names: NameSpace) -> Iterable[dict[str, object]]:
    yield names.known
    if isinstance(names, MemberNames):
        yield from _sinks(names.shared)


class Round:
    """One round of one user under way, which is also the scope of what stands in it.

    Attributes:
        known: What only this round knows: its item, and what it saved itself.
        facts: What addresses that speak of the step under way see.
        later: Makes more of that when an address asks for a name that only these have, and sets itself None then.
        acting: Who does the step under way.
        view: The same, as templates see it.
        suffix: What its step numbers end with (`[3][0]`).
        op: The step under way.
        deadline_s: When that runs out of time.
        exchange: The call under way.
        connection: What that was sent on.
    """

    __slots__ = (
        *("acting", "connection", "deadline_s", "entry", "exchange", "facts", "keeper", "known", "later", "op"),
        *("suffix", "ticket", "user", "view"),
    )

    def __init__(self, user: VirtualUser, known: dict[str, object], suffix: str, first: Op, keeper: Keeper) -> None:
        self.user = user
        self.known = known
        self.suffix = suffix
        self.facts = _NOTHING
        self.acting: Player | None = user.player
        self.view = user.view
        self.op: Op | None = first
        self.deadline_s = NEVER_S
        self.entry: Call | Emit | None = None
        self.ticket: int | None = None
        self.later: Callable[[Round], None] | None = None
        self.exchange: Exchange | None = None
        self.connection: HttpConnection | None = None
        self.keeper = keeper

    def lookup(self, name: str) -> object:
        """Return what a name means in this round, or `MISSING`."""
        found = self.facts.get(name, MISSING)
        if found is not MISSING:
            return found
        if self.later is not None and name in LATER:
            self.later(self)
            return self.lookup(name)
        found = self.known.get(name, MISSING)
        if found is not MISSING:
            return found
        if (name == "caller" or name == "self") and self.view is not None:
            return self.view
        return self.user.names.lookup(name)

    def act(self, acting: ActorOf | None) -> Player:
        """Let somebody act: the round's own user, or whom a step names."""
        player = self.user.player
        if acting is not None:
            named = acting(self)
            if named is not player or self.acting is not named:
                self.view = UserView(named)
            player = named
        assert player is not None  # noqa: S101 - rounds without a user have steps that name one
        self.acting = player
        return player

    def answered(self, ack: Acknowledged | None) -> None:
        """Take an acknowledgement; called in the protocol's callback."""
        try:
            if self.op is not None:
                self.op.answered(self, ack)
        except Exception as error:  # noqa: BLE001 - as in `run`
            self.keeper.failed(error)

    def run(self) -> None:
        """Do the step under way, and those behind it, until one has to wait or there is no more."""
        try:
            op = self.op
            while op is not None:
                if not op.start(self):
                    return
                op = self.op = op.next
            self.keeper.ended(self)
        except Exception as error:  # noqa: BLE001 - the edge: in a protocol's callback it would be anybody's but ours
            self.keeper.failed(error)

    def go_on(self) -> None:
        """The step under way has ended: do the next one."""
        self.facts = _NOTHING
        self.later = None
        self.deadline_s = NEVER_S
        if self.op is not None:  # else it was stopped
            self.op = self.op.next
        if self.op is not None:
            self.run()
        else:
            self.keeper.ended(self)

    def stop(self) -> None:
        """Do no more steps."""
        self.facts = _NOTHING
        self.later = None
        self.deadline_s = NEVER_S
        self.op = None
        self.keeper.ended(self)
