"""Reader of a socket's `answers`, and of the events that any part of a profile waits for."""

from __future__ import annotations

from collections.abc import Mapping as MappingType

from antiphon.core.errors import UnknownName
from antiphon.core.source import Source
from antiphon.language import plain_values as plain
from antiphon.language.keys import ANYTHING, Key, Place, Reading, fits, kept
from antiphon.language.matcher import compile_matcher
from antiphon.language.nodes import Entry, Mapping, Node, Scalar
from antiphon.target.reading import SELF_ROOTS, ProfileReading
from antiphon.target.socket_model import AnswerRule, EventPattern

_SCOPE = SELF_ROOTS | {"data"}

OK = kept("ok", ("map", "text"), "the event that says that the emit was carried out")
REFUSED = kept("refused", ("map", "text"), "the event that says that it was refused")
AFTER = Key("after", ("text", "number"), plain.duration(), "how long no refusal has to come; in place of `ok`")
ANSWER = Place[Reading]("an answer", (OK, REFUSED, AFTER))
ANSWERS_KINDS = ANYTHING


def known_event(name: str, source: Source, reading: ProfileReading) -> None:
    """Note an event that the target is not declared to send."""
    if not reading.vocabulary.knows_event(name):
        known = sorted(reading.vocabulary.events_heard)
        reading.problems.add(UnknownName(kind="event", name=name, source=source, known=known))


def known_emit(name: str, source: Source, reading: ProfileReading) -> None:
    """Note an event that users are not declared to emit."""
    if not reading.vocabulary.knows_emit(name):
        known = sorted(reading.vocabulary.events_emitted)
        reading.problems.add(UnknownName(kind="event to emit", name=name, source=source, known=known))


def read_patterns(
    node: Node | None, reading: ProfileReading, *, scope: frozenset[str] = _SCOPE
) -> tuple[EventPattern, ...]:
    """Return the events of `{EVENT: MATCHER, …}` or `EVENT`; none of no node.

    Args:
        node: What stands in the profile.
        reading: The profile's reading.
        scope: The names that its matchers may use.
    """
    if node is None:
        return ()
    if isinstance(node, Mapping):
        if not node.entries:
            reading.problems.mistake("no event is named", node.source, "write {EVENT: MATCHER}")
        return tuple(_pattern(entry, reading, scope) for entry in node)
    name = plain.text(node, reading)
    if name is None:
        return ()
    known_event(name, node.source, reading)
    return (EventPattern(name=name),)


def _pattern(entry: Entry, reading: ProfileReading, scope: frozenset[str]) -> EventPattern:
    known_event(entry.name, entry.key.source, reading)
    value = entry.value
    if isinstance(value, Scalar) and value.value is None and not value.raw:
        return EventPattern(name=entry.name)
    reading.check_node(value, scope)
    return EventPattern(name=entry.name, data=compile_matcher(value, reading.problems))


def read_answers(node: Node, reading: ProfileReading) -> MappingType[str, AnswerRule]:
    """Return what answers which emit."""
    found = {}
    for entry in plain.map_of(node):
        known_emit(entry.name, entry.key.source, reading)
        if not fits(entry.value, ("map",), f"the answer to `{entry.name}`", reading.problems):
            continue
        rule = _rule(plain.map_of(entry.value), reading)
        if rule is not None:
            found[entry.name] = rule
    return found


def _rule(node: Mapping, reading: ProfileReading) -> AnswerRule | None:
    fields = ANSWER.read(node, reading, reading.problems)
    ok, refused = read_patterns(fields.get(OK), reading), read_patterns(fields.get(REFUSED), reading)
    if fields.has(OK) and fields.has(AFTER):
        hint = "an emit is answered by an event, or counts as carried out after a time"
        reading.problems.mistake("both `ok` and `after`", fields.at(AFTER), hint)
    if not fields.has(OK) and not fields.has(AFTER):
        hint = "write ok: {EVENT: MATCHER}, or after: 300ms"
        reading.problems.mistake("nothing says that the emit was carried out", node.source, hint)
        return None
    return AnswerRule(ok=ok, refused=refused, after_s=fields.get(AFTER), source=node.source)
