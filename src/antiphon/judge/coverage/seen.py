"""What was seen of a catalogue, entry by entry, in memory bounded by what there is to name.

For each entry a look-up and a set: coverage must cost next to nothing beside what sends and hears.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping
from typing import TypeVar

from antiphon.history.entries import AnyEntry, Call, Connection, Emit, Event, Mark, User
from antiphon.judge.catalogued import Operations, Sockets, is_served, speaking
from antiphon.judge.coverage.access import AccessCell
from antiphon.judge.deeds import Outcome, emit_outcome
from antiphon.language.route import Operation
from antiphon.target.socket_model import AnswerRule

_MOST_NAMES = 5_000
"""Of each kind: a target that makes up names does not fill the memory."""

K = TypeVar("K", bound=Hashable)
Place = tuple[str, str]
"""A row and a column."""


class Seen:
    """What was seen, and in which plays; of several readers it can be put together.

    Attributes:
        statuses: Operation and status → plays, of operations that the catalogue has.
        unknown: The same of those that it does not have.
        heard: Event → plays.
        emits: Emit → its answers (`ok`, `refused`, `sent`) → plays.
        roles: Operation and role → plays.
        laws: Law and case → plays.
        access: What was tried of the access matrix.
    """

    def __init__(self) -> None:
        self.statuses: dict[tuple[Operation, int], set[str]] = {}
        self.unknown: dict[tuple[Operation, int], set[str]] = {}
        self.heard: dict[str, set[str]] = {}
        self.emits: dict[str, dict[str, set[str]]] = {}
        self.roles: dict[tuple[Operation, str], set[str]] = {}
        self.laws: dict[Place, set[str]] = {}
        self.access: dict[Place, AccessCell] = {}

    def add(self, other: Seen) -> None:
        """Take in what another reader saw: of a run that was played in several parts."""
        _join(self.statuses, other.statuses)
        _join(self.unknown, other.unknown)
        _join(self.heard, other.heard)
        for name, answers in other.emits.items():
            _join(self.emits.setdefault(name, {}), answers)
        _join(self.roles, other.roles)
        self.add_laws(other.laws)
        self.add_access(other.access.values())

    def add_laws(self, laws: Mapping[Place, Collection[str]]) -> None:
        """Take in what was exercised of laws: law and case → plays."""
        for place, plays in laws.items():
            self.laws.setdefault(place, set()).update(plays)

    def add_access(self, cells: Iterable[AccessCell]) -> None:
        """Take in cells of the access matrix; what was tried counts before what was not."""
        for cell in cells:
            known = self.access.get((cell.what, cell.who))
            if known is None or known.outcome == "untried" or cell.outcome == "otherwise":
                self.access[cell.what, cell.who] = cell


def _join(into: dict[K, set[str]], other: Mapping[K, set[str]]) -> None:
    for key, plays in other.items():
        into.setdefault(key, set()).update(plays)


class SeenReader:
    """Reads a history for what it exercises: what steps call and emit, and all that is heard.

    Recipes, clean-up, health calls and fences are Antiphon's own, and cover nothing.

    Args:
        operations: Those of the catalogue.
        base_url: What their paths are relative to.
        services: Names of the target's services.
        events: The names of all events of the catalogue, heard or emitted.
        answers: What stands for the acknowledgement of an emit, by its name.
    """

    def __init__(
        self,
        *,
        operations: Collection[Operation],
        base_url: str,
        services: Collection[str],
        events: Iterable[str],
        answers: Mapping[str, AnswerRule],
    ) -> None:
        self.seen = Seen()
        self._operations = Operations(operations, base_url, services)
        self._events = frozenset(events)
        self._sockets = Sockets(speaking(services, self._events))
        self._has_services = bool(services)
        self._answers = answers
        self._roles: dict[tuple[str, str], str] = {}

    def feed(self, entry: AnyEntry) -> None:
        """Take in one entry."""
        kind = type(entry)
        if kind is Event:
            name: str | None = entry.name  # type: ignore[union-attr]  # looked at by its type, which is cheaper
            if self._has_services:
                name = self._sockets.named(entry.play, entry.connection, entry.name)  # type: ignore[union-attr]
            plays = self.seen.heard.get(name)  # type: ignore[arg-type]
            if plays is not None:
                plays.add(entry.play)
            elif name is not None and len(self.seen.heard) < _MOST_NAMES:
                self.seen.heard[name] = {entry.play}
        elif kind is Call:
            self._call(entry)  # type: ignore[arg-type]
        elif kind is Emit:
            self._emit(entry)  # type: ignore[arg-type]
        else:
            self._rest(entry)

    def _call(self, call: Call) -> None:
        if call.purpose != "step" or call.status is None:
            return
        found = self._operations.of(call)
        if found is None:
            return
        operation = found.operation
        if not found.known:
            if is_served(call):
                _note(self.seen.unknown, (operation, call.status), call.play)
            return
        _note(self.seen.statuses, (operation, call.status), call.play)
        role = self._roles.get((call.play, call.user))
        if role is not None:
            _note(self.seen.roles, (operation, role), call.play)

    def _emit(self, emit: Emit) -> None:
        if emit.frame or emit.failure:
            return
        name: str | None = emit.name
        if self._has_services:
            name = self._sockets.named(emit.play, emit.connection, emit.name)
        if name is None:
            return
        answers = self.seen.emits.get(name)
        if answers is None:
            if len(self.seen.emits) >= _MOST_NAMES:
                return
            answers = self.seen.emits[name] = {"sent": set(), "ok": set(), "refused": set()}
        answers["sent"].add(emit.play)
        if emit.acknowledged_s is None:
            return
        if not emit.answered_by and _says_no_error(emit.ack):
            answers["ok"].add(emit.play)
            return
        outcome, _ = emit_outcome(emit, self._answers)
        if outcome is not Outcome.UNKNOWN:
            answers["ok" if outcome is Outcome.DONE else "refused"].add(emit.play)

    def _rest(self, entry: AnyEntry) -> None:
        match entry:
            case User():
                if entry.role:
                    self._roles[entry.play, entry.user] = entry.role
            case Connection():
                self._sockets.note(entry)
                if entry.what == "refused" and entry.how in self._events:  # Socket.IO's own `connect_error`
                    _note(self.seen.heard, entry.how, entry.play)
            case Mark(what="play", edge="ended"):
                self._sockets.forget((entry.play,))
                self._roles = {place: role for place, role in self._roles.items() if place[0] != entry.play}
            case _:
                pass


def _note(seen: dict[K, set[str]], key: K, play: str) -> None:
    plays = seen.get(key)
    if plays is not None:
        plays.add(play)
    elif len(seen) < _MOST_NAMES:
        seen[key] = {play}


def _says_no_error(ack: bytes | None) -> bool:
    """Return whether an acknowledgement, looked at as bytes, cannot be a refusal; a step under load makes many."""
    return ack is not None and b"false" not in ack and b"error" not in ack and b"\\u" not in ack
