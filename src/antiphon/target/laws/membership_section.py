"""Reader of a profile's `membership`: who may be in a room (grants), and which connection is in it (joins)."""

from __future__ import annotations

from collections.abc import Mapping as MappingType
from types import MappingProxyType
from typing import Literal, cast

from antiphon.language import plain_values as plain
from antiphon.language.address import Address
from antiphon.language.keys import Fields, Key, Place, Reading, fits, kept
from antiphon.language.nodes import Entry, Mapping, Node, Scalar
from antiphon.language.nodes import plain as plain_data
from antiphon.target.laws.audience_text import who_at
from antiphon.target.laws.audiences import Term
from antiphon.target.laws.cause_text import cause_at
from antiphon.target.laws.causes import Cause, EmitCause
from antiphon.target.laws.membership import Change, Membership, RoomKind
from antiphon.target.laws.session_section import SESSION_NAME, read_session
from antiphon.target.laws.words import LawWords, address_at, claim_at, scope_of

BY_GRANT = "by grant"

INSIDE = Key("inside", ("text",), plain.text, "the kind of the outer room: who loses that one loses this one")
GRANTED = kept("granted", ("list", "map"), "by what a user may be in it")
REVOKED = kept("revoked", ("list", "map"), "by what a user may be in it no more")
JOINED = kept("joined", ("list", "map", "text"), "by what a connection is in it; `by grant`: the server sees to it")
LEFT = kept("left", ("list", "map"), "by what that connection is in it no more")
REJOINED = kept("rejoined", ("list", "map"), "by what a connection that left is in it again")
AFTER_RECONNECT = Key(
    "after_reconnect",
    ("text",),
    plain.one_of("after_reconnect", ("restored", "lost")),
    "whether joins are there again after a reconnection: restored, or lost",
)
ROOM = Place[Reading]("a room", (INSIDE, GRANTED, REVOKED, JOINED, LEFT, REJOINED, AFTER_RECONNECT))

BY = kept("by", ("text",), "the cause", required=True)
IF = kept("if", ("map",), "a claim over the cause; it counts only where that holds")
ROOM_AT = kept("room", ("text",), "where the room's id is (`payload.id`)")
ROOMS = kept("rooms", ("map",), "in place of `room`: all rooms with these facts; {}: every room, later ones too")
WHO = kept("who", ("text", "list"), "whom it concerns: addresses of ids, or terms of an audience")
FACTS = kept("facts", ("map",), "what is known of the room from then on; by the name of the outer kind its outer room")
PARTLY = Key("partly", ("boolean",), plain.flag, "whether those concerned may hear, and never must")
AS = kept("as", ("text",), "the name of this one join, where a connection may be in a room several times")
GRANT = Place[Reading]("a grant", (BY, IF, ROOM_AT, ROOMS, WHO, FACTS, PARTLY))
REVOCATION = Place[Reading]("a revocation", (BY, IF, ROOM_AT, ROOMS, WHO))
JOIN = Place[Reading]("a join", (BY, IF, ROOM_AT, AS, PARTLY))
LEAVE = Place[Reading]("a leave", (BY, IF, ROOM_AT, AS))

_NO_FACTS: MappingType[str, Address] = MappingProxyType({})


def room_names(node: Node | None) -> frozenset[str]:
    """Return the kinds of rooms that `membership` names."""
    entries = plain.map_of(node) if node is not None else ()
    return frozenset(one.name for one in entries if one.name != SESSION_NAME and plain.is_name(one.name))


def read_membership(node: Node, words: LawWords) -> Membership:
    """Return who may be in which rooms, and by what a connection is."""
    rooms: dict[str, RoomKind] = {}
    session = None
    for entry in plain.map_of(node):
        if entry.name == SESSION_NAME:
            session = read_session(entry.value, words)
        elif not plain.is_name(entry.name):
            hint = "letters, digits, `_` and `-`; it begins with a letter"
            words.mistake(f"`{entry.name}` cannot name a kind of room", entry.key.source, hint)
        elif fits(entry.value, ("map",), f"the room `{entry.name}`", words.profile.problems):
            rooms[entry.name] = _Room(entry, words).read()
    _check_nesting(rooms, words)
    return Membership(rooms=MappingProxyType(rooms), session=session)


class _Room:
    """Reads one kind of room."""

    def __init__(self, entry: Entry, words: LawWords) -> None:
        self.name = entry.name
        self.source = entry.key.source
        self.words = words
        self.fields = ROOM.read(plain.map_of(entry.value), words.profile, words.profile.problems)
        self.facts = self._all_facts()
        self.services: set[str] = set()

    def read(self) -> RoomKind:
        fields = self.fields
        inside = fields.get(INSIDE) or ""
        if inside:
            self.words.known_room(inside, fields.at(INSIDE))
        joined = fields.get(JOINED)
        by_grant = isinstance(joined, Scalar)
        if isinstance(joined, Scalar) and joined.value != BY_GRANT:
            hint = f"write joined: {BY_GRANT}, or [{{by: emit join -> ok, room: data.id}}]"
            self.words.mistake(f"`{joined.raw[:60]}` is no way to join", joined.source, hint)
        elif by_grant and not fields.has(GRANTED):
            self.words.mistake("joined by grant, but nothing grants it", fields.at(JOINED), "add granted")
        kind = RoomKind(
            name=self.name,
            inside=inside,
            granted=self._changes(GRANTED, GRANT),
            revoked=self._changes(REVOKED, REVOCATION),
            by_grant=by_grant,
            joined=() if by_grant else self._changes(JOINED, JOIN),
            left=self._changes(LEFT, LEAVE),
            rejoined=self._changes(REJOINED, JOIN),
            after_reconnect=cast("Literal['restored', 'lost']", fields.get(AFTER_RECONNECT) or "lost"),
            source=self.source,
        )
        if len(self.services) > 1:
            sentence = f"`{self.name}` is joined and left on the sockets of several services"
            self.words.mistake(sentence, self.source, "name two kinds of rooms")
        return kind

    def _changes(self, key: Key[object, Node], place: Place[Reading]) -> tuple[Change, ...]:
        node = self.fields.get(key)
        found = []
        for item in plain.items_of(node) if node is not None else ():
            if fits(item, ("map",), place.name, self.words.profile.problems):
                change = self._change(plain.map_of(item), place)
                found += [change] if change is not None else []
        return tuple(found)

    def _change(self, node: Mapping, place: Place[Reading]) -> Change | None:
        words, problems = self.words, self.words.profile.problems
        before = len(problems)
        fields = place.read(node, words.profile, problems)
        by_node = fields.get(BY)
        by = cause_at(by_node, words) if by_node is not None else None
        if by is None:
            return None
        scope = scope_of([by])
        if place in (JOIN, LEAVE) and isinstance(by, EmitCause):
            self.services.add(by.service)
        if place in (JOIN, LEAVE) and isinstance(by, EmitCause) and by.outcome == "refused":
            hint = f"write emit {by.name} -> ok"
            sentence = "a room is joined or left by an emit that is answered ok, not refused"
            words.mistake(sentence, fields.at(BY), hint)
        room, condition, as_ = fields.get(ROOM_AT), fields.get(IF), fields.get(AS)
        change = Change(
            by=by,
            condition=claim_at(condition, "`if`", words, scope) if condition is not None else None,
            room=address_at(room, "`room`", words, scope) if room is not None else None,
            rooms=self._rooms(fields, place),
            who=self._who(fields, place, by),
            facts=self._facts(fields, by),
            partly=bool(fields.get(PARTLY)),
            as_=address_at(as_, "`as`", words, scope) if as_ is not None else None,
            source=node.source,
        )
        return change if len(problems) == before else None

    def _rooms(self, fields: Fields, place: Place[Reading]) -> MappingType[str, object] | None:
        node = fields.get(ROOMS)
        if node is None:
            if not fields.has(ROOM_AT) and not fields.has(ROOMS):
                hint = "where the room's id is in the cause, such as payload.id or data.id"
                self.words.mistake(f"{place.name} needs `room`", fields.source, hint)
            return None
        if fields.has(ROOM_AT):
            self.words.mistake("both `room` and `rooms`", fields.at(ROOMS), "one room, or all rooms with some facts")
        wanted = {}
        for entry in plain.map_of(node):
            what = f"the fact `{entry.name}`"
            if entry.name not in self.facts:
                self._unknown_fact(entry)
            if fits(entry.value, ("text", "number", "boolean"), what, self.words.profile.problems):
                wanted[entry.name] = cast("object", plain_data(entry.value))
        return MappingProxyType(wanted)

    def _all_facts(self) -> set[str]:
        """Return the names of all facts that grants of this kind give; grants may name them, too."""
        node = self.fields.get(GRANTED)
        maps = [plain.map_of(item) for item in plain.items_of(node)] if node is not None else []
        facts = [one.get(FACTS.name) for one in maps]
        return {entry.name for one in facts if one is not None for entry in plain.map_of(one)}

    def _unknown_fact(self, entry: Entry) -> None:
        if self.facts:
            self.words.unknown("fact", entry.name, entry.key.source, self.facts)
            return
        hint = f"add facts: {{{entry.name}: ADDRESS}} to the grant that makes the room"
        self.words.mistake(f"no grant says `{entry.name}` of a room", entry.key.source, hint)

    def _who(self, fields: Fields, place: Place[Reading], by: Cause) -> tuple[Term | Address, ...]:
        node = fields.get(WHO)
        if node is not None:
            return who_at(node, self.words, scope_of([by])) or ()
        if place in (GRANT, REVOCATION) and not fields.has(WHO):
            hint = "write who: caller, who: path.userId, or who: everyone"
            self.words.mistake(f"{place.name} needs `who`", fields.source, hint)
        return ()

    def _facts(self, fields: Fields, by: Cause) -> MappingType[str, Address]:
        node = fields.get(FACTS)
        if node is None:
            return _NO_FACTS
        found = {}
        for entry in plain.map_of(node):
            address = address_at(entry.value, f"the fact `{entry.name}`", self.words, scope_of([by]))
            if address is not None:
                found[entry.name] = address
        return MappingProxyType(found)


def _check_nesting(rooms: MappingType[str, RoomKind], words: LawWords) -> None:
    """Note rooms that are inside one another, each circle once."""
    for room in rooms.values():
        circle = [room.name]
        while (outer := rooms.get(circle[-1])) is not None and outer.inside not in ("", *circle):
            circle.append(outer.inside)
        if outer is not None and outer.inside == room.name and room.name == min(circle):
            shown = " inside ".join([*circle, room.name])
            words.mistake(f"rooms in a circle: {shown}", room.source, "take one `inside` out")
