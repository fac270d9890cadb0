"""Reader of what a `socket` of the protocol `websocket` says: where messages keep their parts, what opens a connection.

A name that an emit is to have is put where `emit_name` says, without it where `name` begins to look.
"""

from __future__ import annotations

import re
from typing import Any, Literal, cast

from antiphon.core.errors import Problems
from antiphon.core.source import NOWHERE
from antiphon.language import plain_values as plain
from antiphon.language.address import WHOLE_MESSAGE, Address, address_of, parse_address
from antiphon.language.keys import ANYTHING, Fields, Key, Place, Reading, fits, kept
from antiphon.language.nodes import Mapping, Node, Scalar
from antiphon.language.template import Value, compile_value
from antiphon.target.answers_section import known_emit, read_patterns
from antiphon.target.reading import SELF_ROOTS, ProfileReading
from antiphon.target.socket_model import Greeting, KeepaliveRule, PlainProfile

_PATH = re.compile(r"[\w@-]+(?:\.[\w@-]+)*")
NAMELESS = frozenset({"message", "text", "binary"})
"""What a message without a name is heard as: JSON, other text, bytes."""

_DEFAULT_NAME = "event | default(type)"
_DEFAULT_DATA = "$"
_SHORTEST_KEEPALIVE_S = 0.01

NAME = kept("name", ("text",), "where a message's name is; `event | default(type)` if it does not say")
EMIT_NAME = kept("emit_name", ("text",), "where the name of a message that is sent is put; `none`: in no place")
CORRELATION = kept("correlation", ("text", "map"), "where a message says which emit it answers")
DATA = kept("data", ("text",), "where a message's data is; `$`, the message itself, if it does not say")
HANDSHAKE = kept("handshake", ("list", "map"), "messages that open a connection, played at each connect")
KEEPALIVE = kept("keepalive", ("map", "list"), "messages that keep a connection alive")
SUBPROTOCOL = Key("subprotocol", ("text", "list"), plain.texts, "what is offered with the upgrade")
PLAIN_KEYS: tuple[Key[Any, Any], ...] = (NAME, EMIT_NAME, CORRELATION, DATA, HANDSHAKE, KEEPALIVE, SUBPROTOCOL)

EMITTED = kept("emit", ("text",), "where an emit carries it", required=True)
ANSWERED = kept("heard", ("text",), "where its answer carries it", required=True)
MADE = Key("made", ("text",), plain.one_of("kind of correlation", ("text", "number")), "text or number")
CORRELATION_KEYS = Place[Reading]("`correlation`", (EMITTED, ANSWERED, MADE))

EMIT = Key("emit", ("text",), plain.text, "what is sent")
EMIT_DATA = kept("data", ANYTHING, "its data")
HEARD = kept("heard", ("map", "text"), "what is waited for")
REFUSED = kept("refused", ("map", "text"), "what says that the target refuses")
GREETING = Place[Reading]("a part of `handshake`", (EMIT, EMIT_DATA, HEARD, REFUSED))

EVERY = Key("every", ("text", "number"), plain.duration(low_s=_SHORTEST_KEEPALIVE_S), "how often it is sent")
ANSWER = kept("answer", ("map", "text"), "the event that answers what was heard")
SEND = Key("send", ("text",), plain.any_text, "a raw text in place of an event")
KEEPALIVE_KEYS = Place[Reading]("`keepalive`", (HEARD, ANSWER, EVERY, EMIT, EMIT_DATA, SEND))


def read_plain(fields: Fields, reading: ProfileReading) -> PlainProfile:
    """Return how messages are written, by the fields of a `socket`."""
    name = _address(fields.get(NAME), _DEFAULT_NAME, reading)
    data = _address(fields.get(DATA), _DEFAULT_DATA, reading)
    heard, emitted, kind = _correlation(fields.get(CORRELATION), reading)
    return PlainProfile(
        name=name,
        data=data,
        correlation=heard,
        emit_name=_emit_name(fields.get(EMIT_NAME), name, reading),
        emit_data=_beginning(data),
        emit_correlation=emitted,
        correlates_by=kind,
        handshake=_handshake(fields.get(HANDSHAKE), reading),
        keepalive=_keepalive(fields.get(KEEPALIVE), reading),
        subprotocols=fields.get(SUBPROTOCOL) or (),
    )


def _address(node: Node | None, default: str, reading: ProfileReading) -> Address:
    if node is None:
        return parse_address(default, NOWHERE, Problems(), body=WHOLE_MESSAGE)
    return address_of(node, reading.problems, body=WHOLE_MESSAGE)


def _beginning(address: Address) -> tuple[str, ...]:
    """Return the keys that an address begins with; none where it is a query, or `$`."""
    written = address.text.partition("|")[0].strip()
    return tuple(written.split(".")) if _PATH.fullmatch(written) else ()


def _emit_name(node: Node | None, name: Address, reading: ProfileReading) -> tuple[str, ...]:
    if node is None:
        return _beginning(name)
    text = str(node.value) if isinstance(node, Scalar) else ""
    return () if text == "none" else _path(node, reading) or ()


def _path(node: Node, reading: ProfileReading) -> tuple[str, ...] | None:
    text = str(node.value).strip() if isinstance(node, Scalar) else ""
    if not _PATH.fullmatch(text):
        hint = "names joined by dots, such as header.msg_id"
        reading.problems.mistake(f"`{text[:60]}` is no place that something can be put", node.source, hint)
        return None
    return tuple(text.split("."))


def _correlation(
    node: Node | None, reading: ProfileReading
) -> tuple[Address | None, tuple[str, ...] | None, Literal["text", "number"]]:
    if node is None:
        return None, None, "text"
    if not isinstance(node, Mapping):
        return address_of(node, reading.problems, body=WHOLE_MESSAGE), _path(node, reading), "text"
    fields = CORRELATION_KEYS.read(node, reading, reading.problems)
    emitted, answered = fields.get(EMITTED), fields.get(ANSWERED)
    kind = cast("Literal['text', 'number']", fields.get(MADE) or "text")
    if emitted is None or answered is None:
        return None, None, kind
    return address_of(answered, reading.problems, body=WHOLE_MESSAGE), _path(emitted, reading), kind


def _handshake(node: Node | None, reading: ProfileReading) -> tuple[Greeting, ...]:
    found = []
    for item in plain.items_of(node) if node is not None else ():
        if not fits(item, ("map",), GREETING.name, reading.problems):
            continue
        fields = GREETING.read(plain.map_of(item), reading, reading.problems)
        emit = fields.get(EMIT)
        if not fields.has(EMIT) and not fields.has(HEARD):
            hint = "write emit: EVENT, heard: EVENT, or both"
            reading.problems.mistake("a part of `handshake` does nothing", item.source, hint)
        if emit is not None:
            known_emit(emit, fields.at(EMIT), reading)
        found.append(
            Greeting(
                emit=emit,
                data=_data(fields, reading, SELF_ROOTS),
                heard=read_patterns(fields.get(HEARD), reading),
                refused=read_patterns(fields.get(REFUSED), reading),
                source=item.source,
            )
        )
    return tuple(found)


def _data(fields: Fields, reading: ProfileReading, scope: frozenset[str]) -> Value | None:
    node = fields.get(EMIT_DATA)
    if node is None:
        return None
    if not fields.has(EMIT):
        reading.problems.mistake("`data` without `emit`", fields.at(EMIT_DATA), "name what is sent: emit: EVENT")
    reading.check_node(node, scope)
    return compile_value(node, reading.problems)


def _keepalive(node: Node | None, reading: ProfileReading) -> tuple[KeepaliveRule, ...]:
    found = []
    for item in plain.items_of(node) if node is not None else ():
        if not fits(item, ("map",), "`keepalive`", reading.problems):
            continue
        fields = KEEPALIVE_KEYS.read(plain.map_of(item), reading, reading.problems)
        if fields.has(HEARD) == fields.has(EVERY):
            hint = "write {heard: EVENT, answer: {EVENT: DATA}} or {every: 20s, emit: EVENT}"
            reading.problems.mistake("a keepalive answers what is heard, or sends every so often", item.source, hint)
        elif fields.has(HEARD):
            found.extend(_answering(fields, reading))
        else:
            found.append(_sending(fields, reading))
    return tuple(found)


def _answering(fields: Fields, reading: ProfileReading) -> list[KeepaliveRule]:
    for key in (EMIT, EMIT_DATA):
        if fields.has(key):
            hint = "what answers is written as answer: {EVENT: DATA}"
            reading.problems.mistake(f"`{key.name}` does not go with `heard`", fields.at(key), hint)
    emit, data = _answer(fields.get(ANSWER), reading)
    _one_thing(fields, ANSWER, reading)
    scope = SELF_ROOTS | {"event"}
    reading.check_node(data, scope)
    value = compile_value(data, reading.problems) if data is not None else None
    return [
        KeepaliveRule(heard=pattern, emit=emit, data=value, text=fields.get(SEND), source=fields.source)
        for pattern in read_patterns(fields.get(HEARD), reading, scope=SELF_ROOTS)
    ]


def _answer(node: Node | None, reading: ProfileReading) -> tuple[str | None, Node | None]:
    """Return the event that answers, and its data."""
    if node is None:
        return None, None
    if not isinstance(node, Mapping):
        name = plain.text(node, reading)
        if name is not None:
            known_emit(name, node.source, reading)
        return name, None
    if len(node.entries) != 1:
        reading.problems.mistake("one event answers", node.source, "write answer: {EVENT: DATA}")
        return None, None
    entry = node.entries[0]
    known_emit(entry.name, entry.key.source, reading)
    return entry.name, entry.value


def _sending(fields: Fields, reading: ProfileReading) -> KeepaliveRule:
    if fields.has(ANSWER):
        hint = "what is sent every so often is written as emit: EVENT"
        reading.problems.mistake("`answer` does not go with `every`", fields.at(ANSWER), hint)
    emit = fields.get(EMIT)
    _one_thing(fields, EMIT, reading)
    if emit is not None:
        known_emit(emit, fields.at(EMIT), reading)
    return KeepaliveRule(
        every_s=fields.get(EVERY),
        emit=emit,
        data=_data(fields, reading, SELF_ROOTS),
        text=fields.get(SEND),
        source=fields.source,
    )


def _one_thing(fields: Fields, event: Key[Reading, str] | Key[object, Node], reading: ProfileReading) -> None:
    if fields.has(event) == fields.has(SEND):
        hint = f"write one of {event.name}: EVENT and send: TEXT"
        reading.problems.mistake("a keepalive sends one thing", fields.source, hint)
