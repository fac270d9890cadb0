"""The sockets that a user has beside the own one, as `sockets` names them."""

from __future__ import annotations

from antiphon.core.errors import UnknownName
from antiphon.language import plain_values as plain
from antiphon.language.keys import Key, Place, Reading, fits, kept
from antiphon.language.nodes import Entry, Mapping, Node, Scalar
from antiphon.scenario.model import SocketSpec
from antiphon.scenario.reading import ScenarioReading


def _slashed(node: Node, reading: Reading) -> str | None:
    text = plain.text(node, reading)
    if text is not None and (not text.startswith("/") or "," in text):
        reading.problems.mistake(f"`{text[:60]}` is no namespace", node.source, "it begins with `/` and has no comma")
        return None
    return text


_OVER = "a Socket.IO namespace, over the connection of the user's first socket there"
NAMESPACE = Key("namespace", ("text",), _slashed, _OVER)
SERVICE = Key("service", ("text",), plain.text, "the service whose socket it is; without it the target's own")
SOCKET = Place[Reading]("a user's socket", (SERVICE, NAMESPACE))
SOCKETS = kept("sockets", ("list", "map", "text"), "further sockets of the user, by name")


def read_sockets(node: Node, reading: ScenarioReading) -> tuple[SocketSpec, ...]:
    """Return the sockets of `[phone, tablet]`, or of `{admin: {namespace: /admin}, bills: {service: billing}}`."""
    if isinstance(node, Mapping):
        found = [_of_entry(entry, reading) for entry in node]
    else:
        found = [_named(item, reading) for item in plain.items_of(node)]
    sockets: dict[str, SocketSpec] = {}
    for socket in found:
        if socket is None:
            continue
        if socket.name in sockets:
            reading.problems.mistake(f"a second socket `{socket.name}`", socket.source, "give it another name")
        sockets[socket.name] = socket
    if not found:
        reading.problems.mistake("`sockets` names none", node.source, "write sockets: [phone], or leave it out")
    return tuple(sockets.values())


def _of_entry(entry: Entry, reading: ScenarioReading) -> SocketSpec | None:
    node = entry.value
    if isinstance(node, Scalar) and node.value is None:
        node = Mapping((), entry.key.source)
    if not fits(node, ("map",), f"the socket `{entry.name}`", reading.problems):
        return None
    fields = SOCKET.read(plain.map_of(node), reading, reading.problems)
    service = fields.get(SERVICE) or ""
    known = [name for name, _ in reading.vocabulary.sockets]
    if service and service not in known:
        problem = UnknownName(kind="service with a socket", name=service, source=fields.at(SERVICE), known=known)
        reading.problems.add(problem)
        service = ""
    return SocketSpec(name=entry.name, source=entry.key.source, service=service, namespace=fields.get(NAMESPACE))


def _named(node: Node, reading: Reading) -> SocketSpec | None:
    if not fits(node, ("text",), "a socket's name", reading.problems):
        return None
    name = plain.name(node, reading)
    return SocketSpec(name=name, source=node.source) if name is not None else None
