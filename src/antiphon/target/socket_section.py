"""Readers of a profile's `socket` and `fence`: how the target speaks in real time, and what proves absence."""

from __future__ import annotations

from collections.abc import Mapping as MappingType
from typing import Any, Literal, cast

from msgspec.structs import replace

from antiphon.core.errors import UnknownName
from antiphon.language import plain_values as plain
from antiphon.language.address import Address, address_of
from antiphon.language.keys import ANYTHING, Fields, Key, Place, Reading, fits, kept
from antiphon.language.nodes import Mapping, Node, Scalar, Sequence
from antiphon.language.template import compile_value
from antiphon.target.answers_section import known_emit, known_event, read_answers, read_patterns
from antiphon.target.canary import read_canary
from antiphon.target.http_section import SOCKET_WAY, read_ways
from antiphon.target.plain_section import PLAIN_KEYS, read_plain
from antiphon.target.reading import SELF_ROOTS, ProfileReading
from antiphon.target.socket_model import Fence, SocketProfile
from antiphon.target.socket_url import read_place

WAYS = ("connect_error", "dropped", "http")
_EVENT_ROOTS = frozenset({"event", "args", "self"})


Transport = Literal["polling", "websocket"]


def _transports(node: Node, reading: Reading) -> tuple[Transport, ...] | None:
    words: list[Transport] = []
    for item in plain.items_of(node):
        word = plain.one_of("transport", ("websocket", "polling"))(item, reading)
        if word in words:
            reading.problems.mistake(f"`{word}` is named twice", item.source, "name each transport once")
        elif word is not None:
            words.append(cast("Transport", word))
    if not plain.items_of(node):
        reading.problems.mistake("no transport is named", node.source, "write [polling, websocket], or one of them")
    return tuple(words) or None


def _slashed(node: Node, reading: Reading) -> str | None:
    text = plain.text(node, reading)
    if text is not None and not text.startswith("/"):
        reading.problems.mistake(f"`{text[:60]}` does not begin with `/`", node.source, f"write /{text[:60]}")
        return None
    return text


URL = kept("url", ("text",), "where the socket is")
PROTOCOL = Key("protocol", ("text",), plain.one_of("protocol", ("socketio", "websocket")), "socketio or websocket")
PATH = Key("path", ("text",), _slashed, "the path of the handshake")
NAMESPACE = Key("namespace", ("text",), _slashed, "the Socket.IO namespace")
TRANSPORTS = Key("transports", ("list", "text"), _transports, "websocket, polling, or both: the first is begun with")
TOKEN = kept("token", ("map", "list"), "where a token travels")
READY = Key("ready", ("text",), plain.text, "the event after which a connection is ready, or `handshake`")
EVENT_ID = kept("event_id", ("text", "list", "map"), "what tells one event from a copy")
AMBIENT = Key("ambient", ("list", "text"), plain.texts, "events that may come at any time")
ANSWERS = kept("answers", ("map",), "what stands for the acknowledgement of an emit")
REFUSED = kept("refused", ("list", "text", "map"), "the ways in which a connection is turned away")
DROPPED_WITHIN = Key("dropped_within", ("text", "number"), plain.duration(), "how soon it is dropped", required=True)
DROPPED = Place[Reading]("a way to refuse", (DROPPED_WITHIN,))
_SOCKETIO_ONLY: tuple[Key[Any, Any], ...] = (PATH, NAMESPACE, TRANSPORTS)
_COMMON: tuple[Key[Any, Any], ...] = (URL, PROTOCOL, TOKEN, READY, REFUSED, ANSWERS, EVENT_ID, AMBIENT)
SOCKET = Place[Reading]("`socket`", (*_COMMON, *_SOCKETIO_ONLY, *PLAIN_KEYS))

FENCE_KINDS = ("delivery", "connection", "alive", "none")
KIND = Key("kind", ("text",), plain.one_of("kind of fence", FENCE_KINDS), "what its answer proves", required=True)
EMIT = Key("emit", ("text",), plain.text, "the event that asks")
DATA = kept("data", ANYTHING, "its first argument")
HEARD = kept("heard", ("map", "text"), "the event that answers, if no acknowledgement does; of several, all of them")
SETTLE = Key("settle", ("text", "number"), plain.duration(), "how long before asking")
CANARY = kept("canary", ("map",), "a call whose event is heard after all earlier ones")
FENCE: Place[Reading] = Place("`fence`", (KIND, EMIT, DATA, HEARD, SETTLE, CANARY))


def read_socket(
    node: Node, reading: ProfileReading, *, base_url: str | None, override: str | None
) -> SocketProfile | None:
    """Return how the target speaks in real time; None where its URL is not known.

    Args:
        node: The section.
        reading: The profile's reading.
        base_url: Its origin is where the socket is if the section does not say.
        override: The URL in place of the section's.
    """
    fields = SOCKET.read(plain.map_of(node), reading, reading.problems)
    protocol = cast("Literal['socketio', 'websocket']", fields.get(PROTOCOL) or "socketio")
    _belong_together(protocol, fields, reading)
    place = read_place(
        fields.get(URL),
        reading,
        base_url=base_url,
        override=override,
        has_path=protocol == "websocket",
        written=fields.has(URL),
    )
    plainly = read_plain(fields, reading) if protocol == "websocket" else None
    answers = fields.get(ANSWERS)
    token = fields.get(TOKEN)
    token_ways = read_ways(token, SOCKET_WAY, reading) if token is not None else ()
    ready = fields.get(READY)
    ready = None if ready == "handshake" else ready
    if ready is not None:
        known_event(ready, fields.at(READY), reading)
    ambient = fields.get(AMBIENT) or ()
    for name in ambient:
        known_event(name, fields.at(AMBIENT), reading)
    event_id = fields.get(EVENT_ID)
    identity = _identity(event_id, reading) if event_id is not None else {}
    refused = fields.get(REFUSED)
    ways, dropped_within_s = _refusals(refused, reading) if refused is not None else ((), None)
    if ways and plainly is not None:  # what the handshake takes for a refusal is one
        told = (pattern.name for part in plainly.handshake for pattern in part.refused)
        ways = tuple(dict.fromkeys((*ways, *told)))
    rules = read_answers(answers, reading) if answers is not None else {}
    reading.vocabulary = replace(
        reading.vocabulary,
        acknowledges=plainly is None or plainly.emit_correlation is not None,
        answered=frozenset(rules),
        plain=plainly is not None,
    )
    if not place.is_known:
        return None
    return SocketProfile(
        protocol=protocol,
        url=place.url,
        origin=place.origin,
        url_template=place.template,
        answers=rules,
        plain=plainly,
        source=fields.at(URL),
        path=fields.get(PATH) or "/socket.io/",
        path_source=fields.at(PATH) if fields.has(PATH) else None,
        namespace=fields.get(NAMESPACE) or "/",
        token=token_ways,
        transports=fields.get(TRANSPORTS) or ("websocket",),
        ready=ready,
        identity=identity,
        ambient=frozenset(ambient),
        refused=ways,
        dropped_within_s=dropped_within_s,
    )


def _belong_together(protocol: str, fields: Fields, reading: ProfileReading) -> None:
    """Note keys of the one protocol that stand beside the other."""
    foreign = _SOCKETIO_ONLY if protocol == "websocket" else PLAIN_KEYS
    for key in foreign:
        if fields.has(key):
            hint = "it is for Socket.IO" if protocol == "websocket" else "it is for protocol: websocket"
            hint = "write it into `url`" if key is PATH else hint
            reading.problems.mistake(f"`{key.name}` does not go with protocol: {protocol}", fields.at(key), hint)
    token = fields.get(TOKEN)
    for item in plain.items_of(token) if token is not None and protocol == "websocket" else ():
        entry = plain.map_of(item).entry("auth")
        if entry is not None:
            hint = "a plain WebSocket has no auth payload: write header, query or cookie, or say it in `handshake`"
            reading.problems.mistake("`auth` does not go with protocol: websocket", entry.key.source, hint)


def _refusals(node: Node, reading: ProfileReading) -> tuple[tuple[str, ...], float | None]:
    """Return the ways in which a connection is refused, and how soon one that was let in is dropped."""
    ways: dict[str, None] = {}
    within_s = None
    for item in plain.items_of(node):
        if isinstance(item, Mapping):
            within_s = DROPPED.read(item, reading, reading.problems).get(DROPPED_WITHIN)
            ways["dropped"] = None
            continue
        word = plain.text(item, reading) if fits(item, ("text", "map"), "a way to refuse", reading.problems) else None
        if word is None:
            continue
        if word not in WAYS and not reading.vocabulary.knows_event(word):
            known = [*WAYS, *sorted(reading.vocabulary.events_heard)]
            reading.problems.add(UnknownName(kind="way to refuse", name=word, source=item.source, known=known))
        ways[word] = None
    return tuple(ways), within_s


def _identity(node: Node, reading: ProfileReading) -> MappingType[str, tuple[Address, ...]]:
    """Return the addresses that identify an event, by its name; `*` for all others."""
    if not isinstance(node, Mapping):
        return {"*": _addresses(node, reading)}
    for entry in node:
        if entry.name != "*":
            known_event(entry.name, entry.key.source, reading)
    return {entry.name: _addresses(entry.value, reading) for entry in node}


def _addresses(node: Node, reading: ProfileReading) -> tuple[Address, ...]:
    if not fits(node, ("text", "list"), "an identity", reading.problems):
        return ()
    if isinstance(node, Sequence) and not node.items:
        reading.problems.mistake("an identity of no address", node.source, "write event.id")
    addresses = tuple(address_of(item, reading.problems, body="event") for item in plain.items_of(node))
    reading.check_addresses(addresses, _EVENT_ROOTS)
    return addresses


def read_fence(node: Node, reading: ProfileReading, *, settle_s: float) -> Fence:
    """Return what the target promises about a question's answer.

    Args:
        node: The section, or `none`.
        reading: The profile's reading.
        settle_s: What `settle` is where the section does not say.
    """
    if isinstance(node, Scalar):
        if node.value != "none":
            hint = "write none, or {kind: delivery, emit: EVENT}"
            reading.problems.mistake(f"`{node.raw}` is no fence", node.source, hint)
        return Fence(kind="none", source=node.source, settle_s=settle_s)
    fields = FENCE.read(plain.map_of(node), reading, reading.problems)
    kind = cast("Literal['delivery', 'connection', 'alive', 'none'] | None", fields.get(KIND))
    emit = fields.get(EMIT)
    _fence_makes_sense(kind, fields, reading)
    if emit is not None:
        known_emit(emit, fields.at(EMIT), reading)
    data = fields.get(DATA)
    reading.check_node(data, SELF_ROOTS)
    items = (data,) if data is not None else ()
    return Fence(
        kind=kind or "none",
        source=node.source,
        emit=emit,
        data=compile_value(Sequence(items, node.source), reading.problems) if emit is not None else None,
        heard=read_patterns(fields.get(HEARD), reading),
        settle_s=fields.get(SETTLE) or settle_s,
        canary=read_canary(canary, reading) if (canary := fields.get(CANARY)) is not None else None,
    )


def _fence_makes_sense(kind: str | None, fields: Fields, reading: ProfileReading) -> None:
    problems = reading.problems
    if fields.has(CANARY) and kind != "delivery":
        hint = "an event that is heard after all earlier ones is a fence of the kind delivery"
        problems.mistake(f"a canary does not go with kind: {kind}", fields.at(CANARY), hint)
    if fields.has(CANARY) and fields.has(EMIT):
        hint = "keep `emit`, which is asked on the hearer's own connection, or the canary"
        problems.mistake("both `emit` and `canary`", fields.at(CANARY), hint)
    if kind in ("delivery", "connection") and not fields.has(EMIT) and not fields.has(CANARY):
        problems.mistake(f"a fence of the kind {kind} asks by an event", fields.source, "add emit: EVENT")
    for key in (DATA, HEARD):
        if fields.has(key) and not fields.has(EMIT):
            problems.mistake(f"`{key.name}` without `emit`", fields.at(key), "name the event that asks: emit: EVENT")
    if kind == "connection" and fields.has(HEARD):
        hint = "kind: delivery is answered by an event"
        problems.mistake("a fence of the kind connection is answered by the acknowledgement", fields.at(HEARD), hint)
    if kind is not None and kind != "alive" and fields.has(SETTLE):
        problems.mistake(f"`settle` does not go with kind: {kind}", fields.at(SETTLE), "it belongs to kind: alive")
    if fields.has(EMIT) and kind != "none" and not fields.has(HEARD) and not reading.vocabulary.acknowledges:
        hint = "name what answers, heard: {EVENT: MATCHER}, or the socket's `correlation`"
        problems.mistake("nothing acknowledges the fence's emit on this socket", fields.at(EMIT), hint)
    if kind == "none" and fields.has(EMIT):
        problems.mistake("`emit` does not go with kind: none", fields.at(EMIT), "leave it out")
