"""Readers of a profile's `socket` and `fence`: how the target speaks in real time, and what proves absence."""

from __future__ import annotations

from collections.abc import Mapping as MappingType
from typing import Literal, cast

from antiphon.core.errors import NotYetPlayed, UnknownName
from antiphon.core.source import Source
from antiphon.language import plain_values as plain
from antiphon.language.address import Address, address_of
from antiphon.language.keys import ANYTHING, Fields, Key, Place, Reading, fits, kept, later
from antiphon.language.matcher import Matcher, compile_matcher
from antiphon.language.nodes import Mapping, Node, Scalar, Sequence
from antiphon.language.template import compile_value
from antiphon.target.http_section import SOCKET_WAY, is_template, read_ways
from antiphon.target.model import Fence, SocketProfile
from antiphon.target.reading import SELF_ROOTS, ProfileReading
from antiphon.target.urls import SOCKET_SCHEMES, url_problem

WAYS = ("connect_error", "dropped", "http")
_EVENT_ROOTS = frozenset({"event", "args", "self"})


def _protocol(node: Node, reading: Reading) -> str | None:
    word = node.value if isinstance(node, Scalar) else None
    if word == "websocket":
        reading.problems.add(NotYetPlayed(word="protocol: websocket", source=node.source))
        return None
    return plain.one_of("protocol", ("socketio", "websocket"))(node, reading)


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
PROTOCOL = Key("protocol", ("text",), _protocol, "socketio")
PATH = Key("path", ("text",), _slashed, "the path of the handshake")
NAMESPACE = Key("namespace", ("text",), _slashed, "the Socket.IO namespace")
TRANSPORTS = Key("transports", ("list", "text"), _transports, "websocket, polling, or both: the first is begun with")
TOKEN = kept("token", ("map", "list"), "where a token travels")
READY = Key("ready", ("text",), plain.text, "the event after which a connection is ready, or `handshake`")
EVENT_ID = kept("event_id", ("text", "list", "map"), "what tells one event from a copy")
AMBIENT = Key("ambient", ("list", "text"), plain.texts, "events that may come at any time")
_LATER = tuple(
    later(name)
    for name in (*("answers", "name", "emit_name", "correlation", "data", "handshake", "keepalive", "subprotocol"),)
)
REFUSED = kept("refused", ("list", "text", "map"), "the ways in which a connection is turned away")
DROPPED_WITHIN = Key("dropped_within", ("text", "number"), plain.duration(), "how soon it is dropped", required=True)
DROPPED = Place[Reading]("a way to refuse", (DROPPED_WITHIN,))
SOCKET = Place[Reading](
    "`socket`", (URL, PROTOCOL, PATH, NAMESPACE, TRANSPORTS, TOKEN, READY, REFUSED, EVENT_ID, AMBIENT, *_LATER)
)

FENCE_KINDS = ("delivery", "connection", "alive", "none")
KIND = Key("kind", ("text",), plain.one_of("kind of fence", FENCE_KINDS), "what its answer proves", required=True)
EMIT = Key("emit", ("text",), plain.text, "the event that asks")
DATA = kept("data", ANYTHING, "its first argument")
HEARD = kept("heard", ("map",), "the event that answers, if no acknowledgement does")
SETTLE = Key("settle", ("text", "number"), plain.duration(), "how long before asking")
FENCE: Place[Reading] = Place("`fence`", (KIND, EMIT, DATA, HEARD, SETTLE, later("canary")))


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
    url = _url(fields, reading, base_url, override)
    token = fields.get(TOKEN)
    token_ways = read_ways(token, SOCKET_WAY, reading) if token is not None else ()
    ready = fields.get(READY)
    ready = None if ready == "handshake" else ready
    if ready is not None:
        _known_event(ready, fields.at(READY), reading)
    ambient = fields.get(AMBIENT) or ()
    for name in ambient:
        _known_event(name, fields.at(AMBIENT), reading)
    event_id = fields.get(EVENT_ID)
    identity = _identity(event_id, reading) if event_id is not None else {}
    refused = fields.get(REFUSED)
    ways, dropped_within_s = _refusals(refused, reading) if refused is not None else ((), None)
    if url is None:
        return None
    return SocketProfile(
        url=url,
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


def _url(fields: Fields, reading: ProfileReading, base_url: str | None, override: str | None) -> str | None:
    node = fields.get(URL)
    if node is not None and is_template(node):
        reading.problems.add(NotYetPlayed(word="a template in socket.url", source=node.source))
        return None
    if override is not None:
        return override
    if node is None:
        if fields.has(URL) or base_url is None:
            return None
        scheme, _, rest = base_url.partition("://")
        return f"{scheme}://{rest.partition('/')[0]}"
    text = str(node.value) if isinstance(node, Scalar) else ""
    why = url_problem(text, SOCKET_SCHEMES)
    if why is not None:
        reading.problems.mistake(f"`{text[:80]}` is not a socket's URL: {why}", node.source, "write http://HOST:PORT")
        return None
    return text.rstrip("/")


def _known_event(name: str, source: Source, reading: ProfileReading) -> None:
    if not reading.vocabulary.knows_event(name):
        known = sorted(reading.vocabulary.events_heard)
        reading.problems.add(UnknownName(kind="event", name=name, source=source, known=known))


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
            _known_event(entry.name, entry.key.source, reading)
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
    later_way = plain.map_of(node).get("canary") is not None
    _fence_makes_sense(kind, fields, reading, later_way=later_way)
    if emit is not None and not reading.vocabulary.knows_emit(emit):
        known = sorted(reading.vocabulary.events_emitted)
        reading.problems.add(UnknownName(kind="event to emit", name=emit, source=fields.at(EMIT), known=known))
    data = fields.get(DATA)
    reading.check_node(data, SELF_ROOTS)
    items = (data,) if data is not None else ()
    return Fence(
        kind=kind or "none",
        source=node.source,
        emit=emit,
        data=compile_value(Sequence(items, node.source), reading.problems) if emit is not None else None,
        heard=_heard(fields, reading),
        settle_s=fields.get(SETTLE) or settle_s,
    )


def _fence_makes_sense(kind: str | None, fields: Fields, reading: ProfileReading, *, later_way: bool) -> None:
    problems = reading.problems
    if kind in ("delivery", "connection") and not fields.has(EMIT) and not later_way:
        problems.mistake(f"a fence of the kind {kind} asks by an event", fields.source, "add emit: EVENT")
    for key in (DATA, HEARD):
        if fields.has(key) and not fields.has(EMIT):
            problems.mistake(f"`{key.name}` without `emit`", fields.at(key), "name the event that asks: emit: EVENT")
    if kind == "connection" and fields.has(HEARD):
        hint = "kind: delivery is answered by an event"
        problems.mistake("a fence of the kind connection is answered by the acknowledgement", fields.at(HEARD), hint)
    if kind is not None and kind != "alive" and fields.has(SETTLE):
        problems.mistake(f"`settle` does not go with kind: {kind}", fields.at(SETTLE), "it belongs to kind: alive")
    if kind == "none" and fields.has(EMIT):
        problems.mistake("`emit` does not go with kind: none", fields.at(EMIT), "leave it out")


def _heard(fields: Fields, reading: ProfileReading) -> tuple[str, Matcher | None] | None:
    node = fields.get(HEARD)
    if node is None:
        return None
    entries = plain.map_of(node).entries
    if len(entries) != 1:
        reading.problems.mistake("a fence is answered by one event", node.source, "write heard: {EVENT: MATCHER}")
        return None
    name, value = entries[0].name, entries[0].value
    _known_event(name, entries[0].key.source, reading)
    if isinstance(value, Scalar) and value.value is None and not value.raw:
        return name, None
    reading.check_node(value, SELF_ROOTS | {"data"})
    return name, compile_matcher(value, reading.problems)
