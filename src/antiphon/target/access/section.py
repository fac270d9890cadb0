"""Reader of a profile's `access`: rows, rooms, tokens and ids; users and steps are left to whoever plays them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from antiphon.core.errors import UnknownKey, UnknownName
from antiphon.language import plain_values as plain
from antiphon.language.call import StatusSpec
from antiphon.language.call_compiler import HEADERS, QUERY, compile_call, status
from antiphon.language.keys import Fields, Key, fits
from antiphon.language.nodes import Entry, Mapping, Node, Scalar, Sequence
from antiphon.language.route import Operation, parse_operation
from antiphon.language.template import compile_value
from antiphon.target.access import keys
from antiphon.target.access.model import (
    NOBODY,
    OTHERS,
    AccessProfile,
    AccessRoom,
    AccessRow,
    ActorStatus,
    IdKind,
    ReadBack,
    TokenKind,
)
from antiphon.target.reading import ProfileReading

READING = ("GET", "HEAD", "OPTIONS")
"""Methods that change nothing."""


def read_access(node: Node, reading: ProfileReading) -> AccessProfile | None:
    """Return what the section says; None where it has no actors."""
    fields = keys.ACCESS.read(plain.map_of(node), reading, reading.problems)
    actors = fields.get(keys.ACTORS)
    if not isinstance(actors, Mapping):
        return None
    reader = _Reader(reading, actors)
    return AccessProfile(
        actors=actors,
        source=node.source,
        steps=_steps(fields.get(keys.WITH)),
        rows=tuple(reader.rows(fields.get(keys.ROWS))),
        rooms=tuple(reader.rooms(fields.get(keys.ROOMS))),
        public=tuple(reader.public(fields.get(keys.PUBLIC))),
        tokens=cast("tuple[tuple[TokenKind, StatusSpec], ...]", reader.kinds(fields, keys.TOKENS)),
        ids=cast("tuple[tuple[IdKind, StatusSpec], ...]", reader.kinds(fields, keys.IDS)),
    )


def _steps(node: Node | None) -> Sequence | None:
    return node if isinstance(node, Sequence) else None


class _Reader:
    """Reads the parts that name actors."""

    def __init__(self, reading: ProfileReading, actors: Mapping) -> None:
        self.reading = reading
        self.problems = reading.problems
        self.actors = actors.keys()
        for entry in actors:
            if entry.name in (NOBODY, OTHERS) or entry.name in keys.ROW.keys:
                hint = "it has a meaning of its own in rows; take another name"
                self.problems.mistake(f"`{entry.name}` cannot name an actor", entry.key.source, hint)

    # --- rows

    def rows(self, node: Node | None) -> Iterator[AccessRow]:
        for entry in plain.map_of(node) if node is not None else ():
            for item in plain.items_of(entry.value):
                row = self._row(entry, item)
                if row is not None:
                    yield row

    def _row(self, entry: Entry, item: Node) -> AccessRow | None:
        problems = self.problems
        if not fits(item, ("map",), f"the row `{entry.name}`", problems) or not isinstance(item, Mapping):
            return None
        people = [one for one in item if self._may_be_actor(one.name)]
        strangers = [one for one in item if one not in people and one.name not in keys.ROW.keys]
        known = (*self.actors, NOBODY, OTHERS, *keys.ROW.known)
        for one in strangers:
            problems.add(UnknownKey(key=one.name, source=one.key.source, known=known, where=keys.ROW.name))
        besides = {one.name for one in (*people, *strangers)}
        fields = keys.ROW.read(item, self.reading, problems, besides=besides)
        line = entry.key
        call = compile_call(line, str(line.value).strip(), fields, self.reading, self.reading.vocabulary)
        statuses = tuple(found for one in people if (found := self._status(one)) is not None)
        if not people and not strangers:
            hint = f"write how actors are answered, such as {self.actors[0] if self.actors else 'owner'}: 200"
            problems.mistake(f"the row `{entry.name}` tries nobody", item.source, hint)
        if call is None:
            return None
        return AccessRow(
            line=line,
            call=call,
            statuses=statuses,
            source=line.source if item is entry.value else item.source,
            reads=self._reads(fields),
            steps=_steps(fields.get(keys.ROW_WITH)),
            ids=tuple(self._row_ids(fields)),
            nodes=(line, *_nodes(fields, keys.REQUEST)),
        )

    def _may_be_actor(self, name: str) -> bool:
        return name in self.actors or name in (NOBODY, OTHERS)

    def _status(self, entry: Entry) -> ActorStatus | None:
        what = f"`{entry.name}`"
        if not fits(entry.value, ("number", "text", "list"), what, self.problems):
            return None
        found = self._fixed(entry.value)
        return ActorStatus(actor=entry.name, status=found, source=entry.key.source) if found is not None else None

    def _fixed(self, node: Node) -> StatusSpec | None:
        """Return a status that is known before the run: what a cell is tried for cannot depend on it."""
        found = status(node, self.reading)
        if found is None:
            return None
        if found.template is not None or found.any:
            hint = "write 403, [403, 404] or 2xx"
            self.problems.mistake(f"`{found.text}` is no status that a cell could miss", node.source, hint)
            return None
        if allows(found) and refuses(found):
            hint = "a cell is allowed (below 400) or refused"
            self.problems.mistake(f"`{found.text}` both allows and refuses", node.source, hint)
            return None
        return found

    def _row_ids(self, fields: Fields) -> Iterator[tuple[IdKind, StatusSpec | None]]:
        node = fields.get(keys.ROW_ID_STATUSES)
        if node is None:
            return
        own = keys.ROW_IDS.read(plain.map_of(node), self.reading, self.problems)
        for key in keys.ROW_ID_KEYS:
            value = own.get(key)
            if value is None:
                continue
            if isinstance(value, Scalar) and value.value == "none":
                yield cast("IdKind", key.name), None
            elif (found := self._refusal(key.name, value)) is not None:
                yield cast("IdKind", key.name), found

    def kinds(self, fields: Fields, section: Key[Any, Node]) -> tuple[tuple[str, StatusSpec], ...]:
        """Return the statuses of `tokens` or `ids`, in the order written."""
        node = fields.get(section)
        if node is None:
            return ()
        place = keys.TOKEN_STATUSES if section is keys.TOKENS else keys.ID_STATUSES
        own = place.read(plain.map_of(node), self.reading, self.problems)
        written = [(name, own.node(place.keys[name])) for name in own]
        found = [(name, self._refusal(name, value)) for name, value in written if value is not None]
        return tuple((name, spec) for name, spec in found if spec is not None)

    def _refusal(self, name: str, node: Node) -> StatusSpec | None:
        found = self._fixed(node)
        if found is not None and not refuses(found):
            hint = "write 401, [400, 404] or 4xx"
            self.problems.mistake(f"`{name}: {found.text}` is no refusal", node.source, hint)
            return None
        return found

    # --- what reads back

    def _reads(self, fields: Fields) -> tuple[ReadBack, ...] | None:
        node = fields.get(keys.READ)
        if node is None:
            return None
        if isinstance(node, Scalar) and node.value == "none":
            return ()
        return tuple(read for item in plain.items_of(node) if (read := self._read(item)) is not None)

    def _read(self, item: Node) -> ReadBack | None:
        problems = self.problems
        if not fits(item, ("text", "map"), "`read`", problems):
            return None
        fields = Fields(item.source)
        line: Node | None = item
        if isinstance(item, Mapping):
            fields = keys.READ_KEYS.read(item, self.reading, problems)
            line = fields.get(keys.READ_CALL)
        if not isinstance(line, Scalar):
            return None
        call = compile_call(line, str(line.value).strip(), fields, self.reading, self.reading.vocabulary)
        if call is None:
            return None
        if call.method not in READING:
            problems.mistake(f"{call.method} may change something", line.source, "what reads back is a GET")
            return None
        by = fields.get(keys.READ_BY) or ""
        if by:
            self._known(by, fields.at(keys.READ_BY))
        return ReadBack(call=call, by=by, source=line.source, nodes=(line, *_nodes(fields, (QUERY, HEADERS))))

    # --- rooms, and what is public

    def rooms(self, node: Node | None) -> Iterator[AccessRoom]:
        for entry in plain.map_of(node) if node is not None else ():
            for item in plain.items_of(entry.value):
                room = self._room(entry, item)
                if room is not None:
                    yield room

    def _room(self, entry: Entry, item: Node) -> AccessRoom | None:
        problems, vocabulary = self.problems, self.reading.vocabulary
        if not vocabulary.on(None).speaks:
            problems.mistake("`rooms` needs a socket, and the profile describes none", entry.key.source, "add `socket`")
            return None
        if not vocabulary.knows_emit(entry.name):
            known = sorted(vocabulary.events_emitted)
            problems.add(UnknownName(kind="event to emit", name=entry.name, source=entry.key.source, known=known))
        if not fits(item, ("map",), f"the room `{entry.name}`", problems) or not isinstance(item, Mapping):
            return None
        fields = keys.ROOM.read(item, self.reading, problems)
        if fields.has(keys.DATA) and fields.has(keys.ARGS):
            hint = "`data` is the first argument, `args` are all"
            problems.mistake("both `data` and `args`", fields.at(keys.ARGS), hint)
        may = fields.get(keys.MAY) or ()
        for node in plain.items_of(fields.node(keys.MAY) or item):
            if isinstance(node, Scalar):
                self._known(str(node.value), node.source)
        data, args = fields.get(keys.DATA), fields.get(keys.ARGS)
        sent = args if args is not None else Sequence((data,) if data is not None else (), item.source)
        return AccessRoom(
            emit=entry.name,
            args=compile_value(sent, problems),
            may=may,
            source=entry.key.source if item is entry.value else item.source,
            then=fields.get(keys.THEN),
            steps=_steps(fields.get(keys.ROW_WITH)),
            nodes=_nodes(fields, (keys.DATA, keys.ARGS)),
        )

    def public(self, node: Node | None) -> Iterator[Operation]:
        vocabulary = self.reading.vocabulary
        for item in plain.items_of(node) if node is not None else ():
            text = str(item.value).strip() if isinstance(item, Scalar) else ""
            found = parse_operation(text, item.source, self.problems)
            if found is None:
                continue
            if vocabulary.operations and found not in vocabulary.operations:
                known = [str(one) for one in vocabulary.operations]
                self.problems.add(UnknownName(kind="operation", name=text, source=item.source, known=known))
            yield found

    def _known(self, name: str, source: Any) -> None:
        if name not in self.actors:
            self.problems.add(UnknownName(kind="actor", name=name, source=source, known=self.actors))


def allows(spec: StatusSpec) -> bool:
    """Return whether a status below 400 is among those expected."""
    return any(status < 400 for status in spec.allowed) or any(first < 4 for first in spec.classes)


def refuses(spec: StatusSpec) -> bool:
    """Return whether a status from 400 on is among those expected."""
    return any(status >= 400 for status in spec.allowed) or any(first >= 4 for first in spec.classes)


def _nodes(fields: Fields, some: tuple[Key[Any, Any], ...]) -> tuple[Node, ...]:
    return tuple(node for key in some if (node := fields.node(key)) is not None)
