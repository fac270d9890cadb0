"""Reader of a profile's `membership`: the emits by which a connection joins and leaves rooms."""

from __future__ import annotations

import re

from antiphon.core.errors import NotYetPlayed, UnknownName
from antiphon.core.source import Source
from antiphon.language import plain_values as plain
from antiphon.language.address import address_of
from antiphon.language.keys import Key, Place, Reading, fits, kept, later
from antiphon.language.nodes import Mapping, Node, Scalar
from antiphon.target.model import RoomWords
from antiphon.target.reading import ProfileReading

_CAUSE = re.compile(r"emit\s+(\S+?)(?:\s*->\s*(\S+))?")

JOINED = kept("joined", ("list", "map", "text"), "the emits by which a connection joins")
LEFT = kept("left", ("list", "map"), "the emits by which it leaves")
REJOINED = kept("rejoined", ("list", "map"), "the emits by which it joins again")
_LATER = tuple(later(name) for name in ("inside", "granted", "revoked", "after_reconnect", "facts", "per"))
ROOM = Place[Reading]("a room", (JOINED, LEFT, REJOINED, *_LATER))

BY = Key("by", ("text",), plain.text, "emit EVENT -> ok", required=True)
ROOM_AT = kept("room", ("text",), "where the room's id is in the emit (`data.id`)", required=True)
CHANGE = Place[Reading]("a join or leave", (BY, ROOM_AT, later("as"), later("partly"), later("if"), later("who")))


def read_membership(node: Node, reading: ProfileReading) -> dict[str, RoomWords]:
    """Return, for each kind of room, the emits by which a connection joins and leaves it."""
    rooms = {}
    for entry in plain.map_of(node):
        if entry.name == "session":
            reading.problems.add(NotYetPlayed(word="session", source=entry.key.source))
            continue
        if not plain.is_name(entry.name):
            hint = "letters, digits, `_` and `-`; it begins with a letter"
            reading.problems.mistake(f"`{entry.name}` cannot name a kind of room", entry.key.source, hint)
            continue
        if fits(entry.value, ("map",), f"the room `{entry.name}`", reading.problems):
            rooms[entry.name] = _room(entry.name, plain.map_of(entry.value), entry.key.source, reading)
    return rooms


def _room(name: str, node: Mapping, source: Source, reading: ProfileReading) -> RoomWords:
    fields = ROOM.read(node, reading, reading.problems)
    joined = fields.get(JOINED)
    if isinstance(joined, Scalar):
        reading.problems.add(NotYetPlayed(word=f"joined: {joined.raw}", source=joined.source))
        joined = None
    joins = [change for key in (joined, fields.get(REJOINED)) for change in _changes(key, reading)]
    leaves = _changes(fields.get(LEFT), reading)
    join, join_address = joins[0] if joins else (None, ())
    leave, leave_address = leaves[0] if leaves else (None, ())
    told = reading.vocabulary.event_in
    services = {told(event)[0] for event, _ in (*joins, *leaves)}
    if len(services) > 1:
        hint = "name two kinds of rooms"
        reading.problems.mistake(f"`{name}` is joined and left on the sockets of several services", source, hint)
    return RoomWords(
        name=name,
        service=min(services, default=""),
        join=told(join)[1] if join is not None else None,
        join_address=join_address,
        leave=told(leave)[1] if leave is not None else None,
        leave_address=leave_address,
        source=source,
    )


def _changes(node: Node | None, reading: ProfileReading) -> list[tuple[str, tuple[str, ...]]]:
    """Return the emits of a list of joins or leaves, each with the path of the room's id in its data."""
    found = []
    for item in plain.items_of(node) if node is not None else ():
        if not fits(item, ("map",), "a join or leave", reading.problems):
            continue
        fields = CHANGE.read(plain.map_of(item), reading, reading.problems)
        by, room = fields.get(BY), fields.get(ROOM_AT)
        event = _event_of(by, fields.at(BY), reading) if by is not None else None
        path = _path_of(room, reading) if room is not None else None
        if event is not None and path is not None:
            found.append((event, path))
    return found


def _event_of(by: str, source: Source, reading: ProfileReading) -> str | None:
    cause = _CAUSE.fullmatch(by.strip())
    if cause is None:
        if by.partition(" ")[0] in ("connect", "heard", "join", "leave") or "/" in by:
            reading.problems.add(NotYetPlayed(word=f"by: {by}", source=source))
        else:
            reading.problems.mistake(f"`{by[:60]}` is no cause", source, "write emit EVENT -> ok")
        return None
    if cause[2] not in (None, "ok"):
        hint = f"write emit {cause[1]} -> ok"
        reading.problems.mistake(
            f"a room is joined or left by an emit that is answered ok, not {cause[2]}", source, hint
        )
        return None
    service, event = reading.vocabulary.event_in(cause[1])
    words = reading.vocabulary.on(service)
    if not words.knows_emit(event):
        known = sorted(words.events_emitted)
        reading.problems.add(UnknownName(kind="event to emit", name=event, source=source, known=known))
    return cause[1]


def _path_of(node: Node, reading: ProfileReading) -> tuple[str, ...] | None:
    address = address_of(node, reading.problems)
    parts = address.text.split(".")
    if parts[0] != "data" or not all(plain.is_name(part) for part in parts):
        if address.root:
            hint = "write data, or data.id"
            reading.problems.mistake(f"`{address.text}` is no place in an emit's data", node.source, hint)
        return None
    return tuple(parts[1:])
