"""Who must hear, who may, and who must not: an audience as it is for one cause."""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum

from antiphon.judge.deeds import Deed, as_text, value_at
from antiphon.judge.membership.members import Members
from antiphon.judge.membership.rooms import Room
from antiphon.judge.membership.timeline import IN, OUT
from antiphon.judge.people import Hearer, People, Person
from antiphon.language.scope import MISSING, Scope
from antiphon.target.laws.audiences import Audience, Term


class Standing(IntEnum):
    """What one connection is to a cause; the greater is the stronger."""

    MUST_NOT = 0
    MAY = 1
    MUST = 2


class _Seat:
    """One term of an audience, its addresses looked up."""

    __slots__ = ("hearer", "kind", "person", "role", "rooms", "user_id", "value")

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.rooms: list[Room] = []
        self.role = ""
        self.user_id = ""
        self.value = ""
        self.person: Person | None = None
        self.hearer: Hearer | None = None


class Circle:
    """An audience for one cause.

    Attributes:
        known: Whether all its addresses led somewhere, to rooms of which something is known.
        room: The one room whose members it is, where it is nothing else.
        why: What led nowhere.
    """

    __slots__ = ("_before", "_but", "_deed", "_members", "_seats", "known", "room", "why")

    def __init__(
        self,
        audience: Audience,
        deed: Deed,
        members: Members,
        scope: Scope | None = None,
        room: Room | None = None,
    ) -> None:
        """Look up what an audience names.

        Args:
            audience: The law's.
            deed: The cause.
            members: Who is in which room.
            scope: The cause's scope; None: the deed's.
            room: The one room whose members it is, where that is known already.
        """
        self._deed = deed
        self._members = members
        self.known = True
        self.why = ""
        when = audience.when or ("before" if deed.revokes else "after")
        self._before = when == "before"
        scope = deed.scope if scope is None else scope
        self._seats = [self._seat(term, scope, room) for term in audience.terms]
        self._but = [self._seat(term, scope) for term in audience.but]
        self.room: Room | None = None
        if len(self._seats) == 1 and not self._but and self._seats[0].kind == "members" and self.known:
            self.room = self._seats[0].rooms[0]

    def _seat(self, term: Term, scope: Scope, room: Room | None = None) -> _Seat:
        seat = _Seat(term.kind)
        members, deed = self._members, self._deed
        at = value_at(term.at, scope) if term.at is not None else MISSING
        match term.kind:
            case "members" | "role":
                room = room or members.room(term.room, as_text(at))
                if room is None:
                    self.known = False
                    where = term.at.text if term.at is not None else term.room
                    self.why = f"`{where}` leads to no known {term.room}"
                else:
                    seat.rooms = [room]
                if term.kind == "role":
                    seat.value = self._value(term, scope)
            case "user" | "colleagues":
                user_id = as_text(at.get("id", MISSING) if isinstance(at, dict) else at)
                if user_id is None:
                    self.known = False
                    self.why = f"`{term.at.text if term.at is not None else ''}` is absent"
                seat.user_id = user_id or ""
                if term.kind == "colleagues":
                    seat.rooms = members.outer_rooms(seat.user_id)
            case "with":
                seat.value = self._value(term, scope)
                seat.role = term.field
            case "caller" | "others":
                seat.person, seat.hearer = deed.person, deed.hearer
        return seat

    def _value(self, term: Term, scope: Scope) -> str:
        if isinstance(term.value, str):
            return term.value
        return as_text(value_at(term.value, scope)) or ""

    def must(self, hearer: Hearer, from_s: float, to_s: float) -> bool:
        """Return whether a connection is in the audience for certain, all the time."""
        own = self._deed.seq
        leave_out, at_once = (own, 0) if self._before else (0, own)
        return self._standing(hearer, from_s, to_s, leave_out, at_once) is Standing.MUST

    def outside(self, hearer: Hearer, from_s: float, to_s: float) -> bool:
        """Return whether a connection is outside for certain, all the time, whichever way the cause is looked at."""
        if not self.known:
            return False
        return self._standing(hearer, from_s, to_s, 0, 0) is Standing.MUST_NOT

    def _standing(self, hearer: Hearer, from_s: float, to_s: float, leave_out: int, at_once: int) -> Standing:
        best = Standing.MUST_NOT
        for seat in self._seats:
            best = max(best, self._seated(seat, hearer, from_s, to_s, leave_out, at_once))
        if best is Standing.MUST_NOT:
            return best
        session = hearer.session.mask(from_s, to_s)
        if session == OUT:
            return Standing.MUST_NOT
        if best is Standing.MUST:
            opened = hearer.open.mask(from_s, to_s, leave_out=leave_out, at_once=at_once)
            if opened != IN or session != IN or not self.known:
                best = Standing.MAY
        for seat in self._but:
            excepted = self._seated(seat, hearer, from_s, to_s, leave_out, at_once)
            if excepted is Standing.MUST:
                return Standing.MUST_NOT
            if excepted is Standing.MAY:
                best = Standing.MAY
        return best

    def _seated(
        self, seat: _Seat, hearer: Hearer, from_s: float, to_s: float, leave_out: int, at_once: int
    ) -> Standing:
        person = hearer.person
        match seat.kind:
            case "members":
                return _in_rooms(seat.rooms, hearer, from_s, to_s, leave_out, at_once)
            case "role":
                if as_text(person.facts.get("role", MISSING)) != seat.value:
                    return Standing.MUST_NOT
                return _in_rooms(seat.rooms, hearer, from_s, to_s, leave_out, at_once)
            case "colleagues":
                return self._colleague(seat, hearer, from_s, to_s, leave_out, at_once)
            case "user":
                return _is_user(person, seat.user_id)
            case "with":
                return _either(as_text(person.facts.get(seat.role, MISSING)) == seat.value)
            case "caller":
                return _either(person is seat.person)
            case "others":
                return _either(person is seat.person and hearer is not seat.hearer)
            case "everyone":
                return Standing.MUST
            case _:
                return Standing.MUST_NOT

    def _colleague(
        self, seat: _Seat, hearer: Hearer, from_s: float, to_s: float, leave_out: int, at_once: int
    ) -> Standing:
        best = Standing.MUST_NOT
        for room in seat.rooms:
            other = room.granted(seat.user_id, from_s, to_s, leave_out, at_once)
            if other == OUT:
                continue
            found = _in_rooms([room], hearer, from_s, to_s, leave_out, at_once)
            best = max(best, found if other == IN else min(found, Standing.MAY))
        return best

    def hearers(self) -> Iterator[Hearer]:
        """Yield every connection that may be in the audience; some more than once."""
        people = self._members.people
        for seat in self._seats:
            match seat.kind:
                case "members" | "role" | "colleagues":
                    for room in seat.rooms:
                        yield from room.hearers(people)
                case "user":
                    person = people.by_id.get(seat.user_id)
                    yield from person.hearers.values() if person is not None else ()
                case "caller" | "others":
                    yield from seat.person.hearers.values() if seat.person is not None else ()
                case "with" | "everyone":
                    yield from people.hearers.values()

    def joins(self, hearer: Hearer, from_s: float, to_s: float) -> tuple[int, int]:
        """Return how often a connection is in the audience's rooms: for certain, and perhaps."""
        found = [room.joins_of(hearer, from_s, to_s, self._deed.seq) for seat in self._seats for room in seat.rooms]
        if not found:
            return (1, 1)
        return sum(certain for certain, _ in found), sum(most for _, most in found)

    def may_cause(self, deed: Deed) -> Standing:
        """Return whether whoever did a deed may: for certain, perhaps, or not."""
        if deed.person is None:
            return Standing.MUST_NOT if self.known else Standing.MAY
        if not self.known:
            return Standing.MAY
        if self.room is not None and is_inside(self.room, deed, self._members.people):
            return Standing.MUST
        best = Standing.MUST_NOT
        for seat in self._seats:
            best = max(best, self._causing(seat, deed))
        for seat in self._but:
            excepted = self._causing(seat, deed)
            if excepted is Standing.MUST:
                return Standing.MUST_NOT
            if excepted is Standing.MAY:
                best = min(best, Standing.MAY)
        return best

    def _causing(self, seat: _Seat, deed: Deed) -> Standing:
        """Return whether a seat is that of whoever did a deed; a grant is enough for a call."""
        person = deed.person
        if person is None:
            return Standing.MUST_NOT
        if seat.kind in ("members", "role", "colleagues"):
            if seat.kind == "role" and as_text(person.facts.get("role", MISSING)) != seat.value:
                return Standing.MUST_NOT
            best = Standing.MUST_NOT
            for room in seat.rooms:
                best = max(best, _may_cause_in(room, deed, person))
            return best
        if seat.kind == "user":
            return _is_user(person, seat.user_id)
        if seat.kind == "with":
            return _either(as_text(person.facts.get(seat.role, MISSING)) == seat.value)
        return Standing.MUST if seat.kind in ("caller", "others", "everyone") else Standing.MUST_NOT

    def proofs(self, hearer: Hearer) -> tuple[int, ...]:
        """Return the entries that tell whether a connection is in the audience."""
        found = [seq for seat in self._seats for room in seat.rooms for seq in room.proof(hearer)]
        return tuple(dict.fromkeys(found)) or tuple(filter(None, (hearer.open.proof(),)))


def is_inside(room: Room, deed: Deed, people: People) -> bool:
    """Return whether whoever did a deed was in a room long before, and still is: nearly always. False says nothing."""
    inside = room.now_inside(people)
    is_in = deed.person in inside.people and (deed.hearer is None or deed.hearer in inside.hearers)
    return is_in and inside.since_s <= deed.sent_s


def _is_user(person: Person, user_id: str) -> Standing:
    if not person.id:
        return Standing.MAY  # nobody said who this is
    return _either(person.id == user_id)


def _either(is_so: bool) -> Standing:
    return Standing.MUST if is_so else Standing.MUST_NOT


def _in_rooms(rooms: list[Room], hearer: Hearer, from_s: float, to_s: float, leave_out: int, at_once: int) -> Standing:
    best = Standing.MUST_NOT
    for room in rooms:
        join = room.joined(hearer, from_s, to_s, leave_out, at_once)
        if not hearer.person.id and not room.by_join_only:
            best = Standing.MAY  # nobody said who this is
            continue
        grant = join if room.by_join_only else room.granted(hearer.person.id, from_s, to_s, leave_out, at_once)
        if grant == OUT:
            continue
        if grant == IN == join:
            return Standing.MUST
        best = Standing.MAY
    return best


def _may_cause_in(room: Room, deed: Deed, person: Person) -> Standing:
    from_s, to_s, own = deed.sent_s, deed.answered_s, deed.seq
    hearer = deed.hearer
    if not person.id and not room.by_join_only:
        return Standing.MAY
    if room.by_join_only:
        joins = [hearer] if hearer is not None else list(person.hearers.values())
        masks = [room.joined(one, from_s, to_s, leave_out=own) for one in joins]
        if IN in masks:
            return Standing.MUST
        return Standing.MUST_NOT if all(mask == OUT for mask in masks) else Standing.MAY
    # Whoever loses the room by the deed itself was in it when it began.
    grant = room.granted(person.id, from_s, to_s, leave_out=own)
    if grant == OUT:
        return Standing.MUST_NOT
    if grant == IN and (hearer is None or room.joined(hearer, from_s, to_s, leave_out=own) == IN):
        return Standing.MUST
    return Standing.MAY
