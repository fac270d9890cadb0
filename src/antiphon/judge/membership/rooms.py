"""A room: which users may be in it, and which connections are."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from antiphon.judge.membership.timeline import IN, NEVER_S, OUT, PARTLY, Change, Timeline
from antiphon.judge.people import Hearer, People, Person
from antiphon.target.laws.membership import RoomKind

FOREVER_S = float("inf")


class Inside(msgspec.Struct, frozen=True, eq=False):
    """Who is in a room for certain, as long as nothing changes.

    Attributes:
        hearers: The connections inside.
        people: Whose they are, those whom nobody has named left out.
        since_s: From when on; before that a change was under way. Infinite while one is in doubt.
    """

    hearers: frozenset[Hearer]
    people: frozenset[Person]
    since_s: float


class Room:
    """One room.

    Attributes:
        kind: What the profile says of rooms of its kind.
        id: At the target.
        facts: What is known of it.
        grants: User's id → when that user might be in it.
        everyone: The same for all who have no timeline of their own.
        joins: Connection → name of the join → when it was in it.
        inside: Who is in it now; None where something changed since it was asked last.
    """

    __slots__ = ("everyone", "facts", "grants", "id", "inside", "joins", "kind")

    def __init__(self, kind: RoomKind, room_id: str) -> None:
        self.kind = kind
        self.id = room_id
        self.facts: dict[str, object] = {}
        self.grants: dict[str, Timeline] = {}
        self.everyone = Timeline(OUT)
        self.joins: dict[Hearer, dict[str, Timeline]] = {}
        self.inside: Inside | None = None

    def __repr__(self) -> str:
        return f"Room({self.kind.name} {self.id})"

    @property
    def by_join_only(self) -> bool:
        """Whether a connection that is in it needs no grant, because the profile knows of none."""
        return not self.kind.granted

    @property
    def is_known(self) -> bool:
        """Whether anybody was ever granted or denied it, if it takes a grant to be in it."""
        return bool(self.grants or self.everyone.changes or self.by_join_only)

    def grant(self, user_id: str, change: Change, keep_s: float = NEVER_S) -> None:
        """Let a user come into the room, or lose it."""
        self.inside = None
        timeline = self.grants.get(user_id)
        if timeline is None:
            timeline = self.grants[user_id] = Timeline(OUT, self.everyone.changes)
        timeline.add(change, keep_s)

    def grant_everyone(self, change: Change, keep_s: float = NEVER_S) -> None:
        """Let everybody come into the room, or lose it."""
        self.inside = None
        self.everyone.add(change, keep_s)
        for timeline in self.grants.values():
            timeline.add(change, keep_s)

    def join(self, hearer: Hearer, change: Change, name: str = "", keep_s: float = NEVER_S) -> None:
        """Let a connection come into the room, or leave it."""
        self.inside = None
        named = self.joins.setdefault(hearer, {})
        timeline = named.get(name)
        if timeline is None:
            timeline = named[name] = Timeline(IN if self.kind.by_grant else OUT)
        timeline.add(change, keep_s)

    def granted(self, user_id: str, from_s: float, to_s: float, leave_out: int = 0, at_once: int = 0) -> int:
        """Return whether a user might be in it: a mask of all that may have been the case in that time."""
        timeline = self.grants.get(user_id, self.everyone)
        return timeline.mask(from_s, to_s, leave_out=leave_out, at_once=at_once)

    def joined(self, hearer: Hearer, from_s: float, to_s: float, leave_out: int = 0, at_once: int = 0) -> int:
        """Return whether a connection was in it: a mask of all that may have been the case in that time."""
        named = self.joins.get(hearer)
        if not named:
            return IN if self.kind.by_grant else OUT
        found = [t.mask(from_s, to_s, leave_out=leave_out, at_once=at_once) for t in named.values()]
        if IN in found:
            return IN
        mask = 0
        for one in found:
            mask |= one
        return mask

    def joins_of(self, hearer: Hearer, from_s: float, to_s: float, seq: int = 0) -> tuple[int, int]:
        """Return how many named joins of a connection held for certain all the time, and how many may have."""
        named = self.joins.get(hearer)
        if not named:
            return (1, 1) if self.kind.by_grant else (0, 0)
        masks = [timeline.mask(from_s, to_s, at_once=seq) for timeline in named.values()]
        return sum(mask == IN for mask in masks), sum(mask != OUT for mask in masks)

    def hearers(self, people: People) -> Iterator[Hearer]:
        """Yield every connection that might be in it, or might have been."""
        if self.by_join_only:
            yield from self.joins
            return
        if self.everyone.changes:
            yield from people.hearers.values()
            return
        for user_id in self.grants:
            person = people.by_id.get(user_id)
            if person is not None:
                yield from person.hearers.values()

    def now_inside(self, people: People) -> Inside:
        """Return who is in it for certain."""
        found = self.inside
        if found is None:
            found = self.inside = self._look(people)
        return found

    def _look(self, people: People) -> Inside:
        since_s = NEVER_S
        inside = []
        for hearer in self.hearers(people):
            timelines = [hearer.open, hearer.session, *self.joins.get(hearer, {}).values()]
            if not self.by_join_only:
                timelines.append(self.grants.get(hearer.person.id, self.everyone))
            for timeline in timelines:
                for change in timeline.changes:
                    since_s = max(since_s, change.to_s if change.certain else FOREVER_S)
            if since_s == FOREVER_S:
                break
            at_s = max(since_s, 0.0)
            grant = IN if self.by_join_only else self.granted(hearer.person.id, at_s, at_s)
            if grant == IN == self.joined(hearer, at_s, at_s) and hearer.alive(at_s, at_s) == IN:
                inside.append(hearer)
        people_inside = (one.person for one in inside if one.person.id or self.by_join_only)
        return Inside(frozenset(inside), frozenset(people_inside), since_s)

    def proof(self, hearer: Hearer) -> tuple[int, ...]:
        """Return the entries that tell whether a connection is in it."""
        found = [hearer.open.proof()]
        if not self.by_join_only:
            found.append(self.grants.get(hearer.person.id, self.everyone).proof())
        found += [timeline.proof() for timeline in self.joins.get(hearer, {}).values()]
        return tuple(dict.fromkeys(seq for seq in found if seq))


def state_of(*, coming: bool, partly: bool) -> int:
    """Return the state that a change brings about."""
    if not coming:
        return OUT
    return PARTLY if partly else IN
