"""What laws ask of the engine: what is under way, what is told of users, and that a play ends when nothing is owed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext

import orjson
from msgspec import Struct

from antiphon.core.clock import Clock
from antiphon.engine.bell import Bell
from antiphon.engine.flight import Departures, Flight
from antiphon.engine.tap import Patience

LONGEST_WAIT_S = 60.0
_LOOK_EVERY_S = 0.1
_NOTHING: AbstractContextManager[None] = nullcontext()


def no_connections(_play: str) -> frozenset[str]:
    """Return that nothing waits for a fence."""
    return frozenset()


class Lawful(Struct, frozen=True, kw_only=True):
    """The engine's side of laws.

    Attributes:
        flight: What is under way.
        told: Which facts of users laws look at.
        awaited_until: Returns until when events are awaited that a play's causes owe; None if none are.
        unanswered: Returns the connections of a play on which something was emitted that only a fence can answer.
    """

    flight: Flight
    told: frozenset[str]
    awaited_until: Callable[[str], float | None]
    unanswered: Callable[[str], frozenset[str]] = no_connections

    def facts_of(self, known: Mapping[str, object]) -> bytes:
        """Return what laws may look at of a user, as JSON."""
        found = {name: value for name, value in known.items() if name in self.told and _is_plain(value)}
        return orjson.dumps(found) if found else b""

    async def settled(self, play: str, bell: Bell, clock: Clock, patience: Patience) -> None:
        """Wait until nothing that a play's causes owe is awaited any more: it is there, or it is lost."""
        ends_s = clock.now_s() + patience.wait_s(LONGEST_WAIT_S)
        while (until_s := self.awaited_until(play)) is not None and (now_s := clock.now_s()) < until_s:
            if now_s >= ends_s:
                patience.gave_up(now_s, until_s)
                break
            await bell.wait(min(until_s - now_s, ends_s - now_s, _LOOK_EVERY_S))


def under_way(lawful: Lawful | None, *names: str) -> AbstractContextManager[None]:
    """Count something as under way for laws, where there are any."""
    return _NOTHING if lawful is None else lawful.flight.under_way(*names)


def departures(lawful: Lawful | None, *names: str) -> AbstractContextManager[Departures | None]:
    """Let many be counted as under way for laws, where there are any."""
    return nullcontext() if lawful is None else lawful.flight.many(*names)


def _is_plain(value: object) -> bool:
    return isinstance(value, str | int | float | bool)
