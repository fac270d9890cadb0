"""Feeds deeds into rooms and sessions, as the profile's `membership` says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

import msgspec

from antiphon.judge.deeds import Deed, Outcome, as_text, cause_key, outcome_of, value_at
from antiphon.judge.membership.rooms import Room, state_of
from antiphon.judge.membership.timeline import IN, NEVER_S, OUT, Change
from antiphon.judge.people import Hearer, People, Person
from antiphon.language.address import Address
from antiphon.language.matcher import Claim
from antiphon.language.scope import MISSING, Scope
from antiphon.target.laws.audiences import Term
from antiphon.target.laws.causes import TimeCause
from antiphon.target.laws.membership import Change as Way
from antiphon.target.laws.membership import Membership, RoomKind, SessionEnd

_What = Literal["granted", "revoked", "joined", "left", "rejoined"]
_FROM_THE_ANSWER = frozenset({"payload", "problem", "response", "body", "status", "headers", "ack", "$"})


class _Rule(msgspec.Struct, frozen=True, eq=False):
    kind: RoomKind
    what: _What
    way: Way


class _SessionRule(msgspec.Struct, frozen=True, eq=False):
    revokes: bool
    end: SessionEnd


class _Wild(msgspec.Struct, frozen=True, eq=False):
    """A change that holds for rooms that are not known yet."""

    kind: RoomKind
    facts: Mapping[str, object]
    change: Change


class Members:
    """Who is in which room, and whose session lives; fed deed by deed."""

    def __init__(self, membership: Membership, people: People, *, token_life_s: float | None = None) -> None:
        self.people = people
        self.rooms: dict[str, dict[str, Room]] = {name: {} for name in membership.rooms}
        self.kinds = membership.rooms
        self.keep_s = NEVER_S
        self.cut: dict[Hearer, float] = {}
        self._rooms_of: dict[str, dict[Room, None]] = {}
        self._for_all: dict[Room, None] = {}
        self._joined: dict[Hearer, dict[Room, None]] = {}
        self._ended: dict[Hearer, list[tuple[Room, str]]] = {}
        self._wild: dict[str, list[_Wild]] = {}
        self._rules: dict[str, list[_Rule]] = {}
        self._sessions: dict[str, list[_SessionRule]] = {}
        session = membership.session
        self._session = session
        self._token_life_s = token_life_s
        for kind in membership.rooms.values():
            for what in ("granted", "revoked", "joined", "left", "rejoined"):
                ways: tuple[Way, ...] = getattr(kind, what)
                for way in ways:
                    if not isinstance(way.by, TimeCause):
                        self._rules.setdefault(cause_key(way.by), []).append(_Rule(kind, what, way))
        if session is not None:
            for revokes, ends in ((True, session.revoked), (False, session.granted)):
                for end in ends:
                    if end.by is not None:
                        self._sessions.setdefault(cause_key(end.by), []).append(_SessionRule(revokes, end))
        self._outer = frozenset(kind.inside for kind in membership.rooms.values() if kind.inside)

    @property
    def keys(self) -> frozenset[str]:
        """Under what its causes are found."""
        return frozenset(self._rules) | frozenset(self._sessions)

    @property
    def expires(self) -> bool:
        """Whether sessions end with their tokens."""
        return self._session is not None and any(end.token_expired for end in self._session.revoked)

    def room(self, kind: str, room_id: str | None) -> Room | None:
        """Return a room of which something is known: one that nobody was ever granted may be anybody's."""
        rooms = self.rooms.get(kind)
        room = rooms.get(room_id) if rooms is not None and room_id is not None else None
        return room if room is not None and room.is_known else None

    def rooms_of(self, user_id: str) -> Iterable[Room]:
        """Return the rooms that a user was granted or denied at some time."""
        return self._rooms_of.get(user_id, ())

    def apply(self, deed: Deed) -> None:
        """Take in what a deed does to rooms and sessions; notes in the deed whether it revokes."""
        for key in deed.keys:
            for rule in self._rules.get(key, ()):
                certain = _comes_about(rule.way.by, rule.way.condition, deed)
                if certain is not None:
                    if rule.what == "revoked" and certain:
                        deed.revokes = True
                    self._apply(rule, deed, certain=certain)
            for session_rule in self._sessions.get(key, ()):
                self._apply_session(session_rule, deed)

    def _apply(self, rule: _Rule, deed: Deed, *, certain: bool) -> None:
        way = rule.way
        coming = rule.what in ("granted", "joined", "rejoined")
        state = state_of(coming=coming, partly=way.partly)
        change = Change(state, deed.sent_s, deed.answered_s, certain, deed.seq)
        if way.rooms is not None:
            self._apply_wild(rule, deed, change)
            return
        room_ids = _texts(value_at(way.room, deed.scope)) if way.room is not None else ()
        for room_id in room_ids:
            room = self._known_room(rule.kind, room_id)
            for name, address in way.facts.items():
                value = value_at(address, deed.scope)
                if value is not MISSING:
                    room.facts[name] = value
            if rule.what in ("granted", "revoked"):
                self._grant(room, rule, deed, change)
            elif deed.hearer is not None:
                name = as_text(value_at(way.as_, deed.scope)) or "" if way.as_ is not None else ""
                self._join(room, deed.hearer, change, name)

    def _grant(self, room: Room, rule: _Rule, deed: Deed, change: Change) -> None:
        for who in self._who(rule.way, deed, room):
            if who is None:
                self._for_all[room] = None
                room.grant_everyone(change, self.keep_s)
                if change.state == OUT:
                    for user_id in list(room.grants):
                        self._lose_inner(room, user_id, change)
            else:
                self._grant_one(room, who, change)

    def _grant_one(self, room: Room, user_id: str, change: Change) -> None:
        self._rooms_of.setdefault(user_id, {})[room] = None
        room.grant(user_id, change, self.keep_s)
        if change.state == OUT:
            self._lose_inner(room, user_id, change)
        elif room.kind.by_grant:
            person = self.people.by_id.get(user_id)
            for hearer in person.hearers.values() if person is not None else ():
                if hearer in room.joins and hearer.is_open:  # whoever is granted anew is joined anew
                    room.join(hearer, change, keep_s=self.keep_s)

    def _lose_inner(self, outer: Room, user_id: str, change: Change) -> None:
        """Let a user who loses a room lose those inside of it."""
        if outer.kind.name not in self._outer:
            return
        for room in list(self._rooms_of.get(user_id, ())):
            if room.kind.inside != outer.kind.name:
                continue
            named = as_text(room.facts.get(outer.kind.name, MISSING))
            if named is None or named == outer.id:
                self._grant_one(room, user_id, change)

    def _apply_wild(self, rule: _Rule, deed: Deed, change: Change) -> None:
        facts = rule.way.rooms or {}
        wild = _Wild(rule.kind, facts, change)
        for who in self._who(rule.way, deed, None):
            if who is None:
                continue
            self._wild.setdefault(who, []).append(wild)
            for room in self.rooms[rule.kind.name].values():
                if rule.what == "revoked" and room not in self._rooms_of.get(who, ()):
                    continue
                self._grant_wild(room, who, wild)

    def _grant_wild(self, room: Room, user_id: str, wild: _Wild) -> None:
        known = [room.facts.get(name, MISSING) for name in wild.facts]
        if any(
            value is not MISSING and value != wanted for value, wanted in zip(known, wild.facts.values(), strict=True)
        ):
            return
        change = wild.change
        if MISSING in known:  # whether the room is one of those nobody has said
            change = Change(change.state, change.from_s, change.to_s, certain=False, seq=change.seq)
        self._grant_one(room, user_id, change)

    def _known_room(self, kind: RoomKind, room_id: str) -> Room:
        rooms = self.rooms[kind.name]
        room = rooms.get(room_id)
        if room is None:
            room = rooms[room_id] = Room(kind, room_id)
            for user_id, wilds in self._wild.items():
                for wild in wilds:
                    if wild.kind is kind and wild.change.state != OUT:
                        self._grant_wild(room, user_id, wild)
        return room

    def _join(self, room: Room, hearer: Hearer, change: Change, name: str = "") -> None:
        self._joined.setdefault(hearer, {})[room] = None
        room.join(hearer, change, name, self.keep_s)

    def _who(self, way: Way, deed: Deed, room: Room | None) -> Iterator[str | None]:
        """Yield the ids of those whom a change concerns; None for everybody."""
        for who in way.who:
            if isinstance(who, Address):
                yield from _texts(value_at(who, deed.scope))
            else:
                yield from self._ids(who, deed, room)

    def _ids(self, term: Term, deed: Deed, room: Room | None) -> Iterator[str | None]:
        match term.kind:
            case "everyone":
                yield None
            case "caller" | "others":
                if deed.person is not None and deed.person.id:
                    yield deed.person.id
            case "user":
                yield from _texts(value_at(term.at, deed.scope)) if term.at is not None else ()
            case "members" | "role":
                yield from self._ids_in_room(term, deed, room)
            case "with":
                yield from (
                    one for one in list(self.people.by_id) if self._has(one, term.field, term.value, deed.scope)
                )
            case "colleagues":
                asked = next(iter(_texts(value_at(term.at, deed.scope)) if term.at is not None else ()), None)
                seen = {user for outer in self.outer_rooms(asked or "") for user in outer.grants}
                yield from seen
            case "nobody":
                return

    def _ids_in_room(self, term: Term, deed: Deed, room: Room | None) -> Iterator[str]:
        at = as_text(value_at(term.at, deed.scope)) if term.at is not None else room.id if room else None
        other = self.room(term.room, at)
        for user_id in list(other.grants) if other is not None else ():
            if other is None or other.granted(user_id, deed.sent_s, deed.answered_s) == OUT:
                continue
            if term.kind == "members" or self._has(user_id, "role", term.value, deed.scope):
                yield user_id

    def _has(self, user_id: str, field: str, value: str | Address, scope: Scope) -> bool:
        person = self.people.by_id.get(user_id)
        wanted = value if isinstance(value, str) else as_text(value_at(value, scope))
        return person is not None and as_text(person.facts.get(field, MISSING)) == wanted

    def outer_rooms(self, user_id: str) -> list[Room]:
        """Return the outer rooms that a user was granted at some time: those that make colleagues."""
        return [
            room
            for room in self._rooms_of.get(user_id, ())
            if (room.kind.name in self._outer or not self._outer) and not room.kind.inside
        ]

    def _apply_session(self, rule: _SessionRule, deed: Deed) -> None:
        end = rule.end
        if end.by is None:
            return
        certain = _comes_about(end.by, end.condition, deed)
        if certain is None:
            return
        change = Change(OUT if rule.revokes else IN, deed.sent_s, deed.answered_s, certain, deed.seq)
        if not rule.revokes and deed.hearer is not None and not end.who:
            self._end_session(deed.hearer, change)
            return
        for user_id in self._who(Way(by=end.by, who=end.who), deed, None) if end.who else (_own(deed),):
            persons: Iterable[Person] = self.people.by_id.values() if user_id is None else self._persons(user_id)
            for person in persons:
                for hearer in list(person.hearers.values()):
                    self._end_session(hearer, change)

    def _persons(self, user_id: str) -> Iterator[Person]:
        person = self.people.by_id.get(user_id)
        if person is not None:
            yield person

    def _end_session(self, hearer: Hearer, change: Change) -> None:
        hearer.session.add(change, self.keep_s)
        self.touch(hearer)

    def token_given(self, person: Person, at_s: float, seq: int) -> None:
        """Let the sessions of a user who was given a token end when its life is over."""
        if self._token_life_s is None or not self.expires:
            return
        for hearer in person.hearers.values():
            self._expire(hearer, at_s, seq)

    def _expire(self, hearer: Hearer, given_s: float, seq: int) -> None:
        life_s = self._token_life_s or 0.0
        hearer.session.add(Change(IN, given_s, given_s, certain=True, seq=seq), self.keep_s)
        # Tokens count whole seconds, and this one was made before its answer came.
        hearer.session.add(Change(OUT, given_s + life_s - 1, given_s + life_s + 1, certain=True, seq=seq), self.keep_s)
        self.touch(hearer)

    def touch(self, hearer: Hearer) -> None:
        """Let the rooms of a connection know that something about it changed."""
        for room in self._rooms_of.get(hearer.person.id, ()):
            room.inside = None
        for room in self._joined.get(hearer, ()):
            room.inside = None
        for room in self._for_all:
            room.inside = None

    def forget_cut(self, before_s: float) -> None:
        """Forget who was cut off, or came back, before a moment."""
        for hearer, at_s in list(self.cut.items()):
            if at_s < before_s:
                del self.cut[hearer]
                hearer.missed = hearer.missed or not hearer.is_open

    def end_play(self, play: str) -> None:
        """Note that a play is over: nobody who was cut off in it comes back."""
        self.cut = {hearer: at_s for hearer, at_s in self.cut.items() if hearer.play != play}

    def note_opened(self, hearer: Hearer, change: Change) -> None:
        """Let a connection that was opened come back into its rooms, where the target promises that."""
        if hearer in self.cut:
            self.cut[hearer] = change.to_s
        again = hearer.epoch > 1
        for room, name in self._ended.pop(hearer, ()):
            if room.kind.after_reconnect == "restored":
                self._join(room, hearer, change, name)
        for room in self._rooms_of.get(hearer.person.id, ()):
            if not room.kind.by_grant:
                continue
            if again and room.kind.after_reconnect == "lost":
                lost = Change(OUT, change.from_s, change.to_s, change.certain, change.seq)
                self._join(room, hearer, lost)
            elif hearer in room.joins:  # what it had left before it is in again
                self._join(room, hearer, change)
        if self._session is not None and self._session.of == "connection" and hearer.session.changes:
            hearer.session.add(change, self.keep_s)
        self.touch(hearer)

    def note_closed(self, hearer: Hearer, change: Change) -> None:
        """Let a connection that was closed leave its rooms."""
        self.cut[hearer] = change.to_s
        ended = self._ended.setdefault(hearer, [])
        for room in self._joined.get(hearer, ()):
            if room.kind.by_grant:
                continue
            for name, timeline in room.joins.get(hearer, {}).items():
                if timeline.changes and timeline.changes[-1].state != OUT:
                    ended.append((room, name))
                    timeline.add(change, self.keep_s)
        self.touch(hearer)

    def forget(self, hearer: Hearer) -> None:
        """Forget a connection that is gone for good."""
        for room in self._joined.pop(hearer, ()):
            room.joins.pop(hearer, None)
        self._ended.pop(hearer, None)
        self.cut.pop(hearer, None)
        self.touch(hearer)


def _comes_about(by: object, condition: Claim | None, deed: Deed) -> bool | None:
    """Return whether a change comes about for certain (True), perhaps (False) or not at all (None)."""
    outcome = outcome_of(by, deed)  # type: ignore[arg-type]  # a change's cause is never one of time
    if outcome is None or outcome is Outcome.REFUSED:
        return None
    if condition is not None and not holds(condition, deed.scope, answered=outcome is Outcome.DONE):
        return None
    return outcome is Outcome.DONE


def holds(condition: Claim, scope: Scope, *, answered: bool) -> bool:
    """Return whether a condition holds; without a good answer only what it says of the request is asked."""
    if answered:
        return condition.holds(scope)
    return all(
        address.roots & _FROM_THE_ANSWER or Claim(((address, matcher, source),), source).holds(scope)
        for address, matcher, source in condition.parts
    )


def _texts(value: object) -> Iterator[str]:
    """Yield the ids in a value: a text, a user, or a list of them."""
    if isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)
        return
    if isinstance(value, Mapping):
        value = value.get("id", MISSING)
    found = as_text(value)
    if found is not None:
        yield found


def _own(deed: Deed) -> str:
    return deed.person.id if deed.person is not None else ""
