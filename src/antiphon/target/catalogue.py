"""Reader of a catalogue that stands in the profile itself: operations and events, with what is known of each.

The names are what scenarios are checked against. Statuses, bodies and matchers are what contracts judge.
"""

from __future__ import annotations

from collections.abc import Mapping as MappingType

from msgspec import Struct, field

from antiphon.language import plain_values as plain
from antiphon.language.call_compiler import status
from antiphon.language.keys import ANYTHING, Key, Place, Reading, fits, kept
from antiphon.language.matcher import Matcher, compile_matcher
from antiphon.language.nodes import Mapping, Node, Scalar
from antiphon.language.route import Operation, parse_operation
from antiphon.target.catalogue_model import OperationShape
from antiphon.target.reading import ProfileReading


def _matcher(node: Node, reading: Reading) -> Matcher:
    return compile_matcher(node, reading.problems)


STATUSES = Key("statuses", ("number", "text", "list"), status, "the statuses that it may answer")
BODY = Key("body", ANYTHING, _matcher, "what its requests match")
ANSWER = Key("answer", ANYTHING, _matcher, "what its successful answers carry")
SHAPE = Place[Reading]("an operation", (STATUSES, BODY, ANSWER))

HEAR = kept("hear", ("list", "text", "map"), "events that the target sends")
EMIT = kept("emit", ("list", "text", "map"), "events that users may emit")
EVENTS = Place[Reading]("`events`", (HEAR, EMIT))


def read_operations(node: Node, reading: ProfileReading) -> dict[Operation, OperationShape]:
    """Return the operations of a list of `METHOD /path/:parameter`, or of a map that says what each is like."""
    found: dict[Operation, OperationShape] = {}
    lines: list[tuple[Node, Node | None]] = [(item, None) for item in plain.items_of(node)]
    if isinstance(node, Mapping):
        lines = [(entry.key, entry.value) for entry in node]
    for line, value in lines:
        if not fits(line, ("text",), "an operation", reading.problems) or not isinstance(line, Scalar):
            continue
        operation = parse_operation(str(line.value), line.source, reading.problems)
        if operation is None:
            continue
        if operation in found:
            reading.problems.mistake(f"`{operation}` is listed twice", line.source, "leave one of them out")
        found[operation] = _shape(operation, value, reading)
    return found


def _shape(operation: Operation, node: Node | None, reading: ProfileReading) -> OperationShape:
    if node is None or _is_empty(node) or not fits(node, ("map",), f"`{operation}`", reading.problems):
        return OperationShape()
    reading.check_node(node, frozenset())
    fields = SHAPE.read(plain.map_of(node), reading, reading.problems)
    return OperationShape(statuses=fields.get(STATUSES), body=fields.get(BODY), answer=fields.get(ANSWER))


class EventWords(Struct, frozen=True):
    """The events of a target, by direction, each with what its first argument matches."""

    heard: MappingType[str, Matcher | None] = field(default_factory=dict)
    emitted: MappingType[str, Matcher | None] = field(default_factory=dict)


def read_events(node: Node, reading: ProfileReading) -> EventWords:
    """Return the events that are declared."""
    fields = EVENTS.read(plain.map_of(node), reading, reading.problems)
    return EventWords(_events(fields.get(HEAR), reading), _events(fields.get(EMIT), reading))


def _events(node: Node | None, reading: ProfileReading) -> dict[str, Matcher | None]:
    if node is None:
        return {}
    if not isinstance(node, Mapping):
        return dict.fromkeys(plain.texts(node, reading))
    found: dict[str, Matcher | None] = {}
    for entry in node:
        if not entry.name.strip():
            reading.problems.mistake("an event without a name", entry.key.source, "write EVENT: MATCHER")
            continue
        reading.check_node(entry.value, frozenset())
        found[entry.name] = None if _is_empty(entry.value) else compile_matcher(entry.value, reading.problems)
    return found


def _is_empty(node: Node) -> bool:
    return isinstance(node, Scalar) and node.value is None and not node.raw
