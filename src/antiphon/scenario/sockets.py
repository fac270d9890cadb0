"""The sockets that a user has beside the own one, as `sockets` names them."""

from __future__ import annotations

from antiphon.language import plain_values as plain
from antiphon.language.keys import Key, Place, Reading, fits, kept
from antiphon.language.nodes import Entry, Mapping, Node, Scalar
from antiphon.scenario.model import SocketSpec


def _slashed(node: Node, reading: Reading) -> str | None:
    text = plain.text(node, reading)
    if text is not None and (not text.startswith("/") or "," in text):
        reading.problems.mistake(f"`{text[:60]}` is no namespace", node.source, "it begins with `/` and has no comma")
        return None
    return text


NAMESPACE = Key("namespace", ("text",), _slashed, "a Socket.IO namespace, over the connection of the user's own socket")
SOCKET = Place[Reading]("a user's socket", (NAMESPACE,))
SOCKETS = kept("sockets", ("list", "map", "text"), "further sockets of the user, by name")


def socket_name(user: str, socket: str) -> str:
    """Return what a user's socket is called, in scenarios and in reports: `bob.phone`."""
    return f"{user}.{socket}"


def read_sockets(node: Node, reading: Reading) -> tuple[SocketSpec, ...]:
    """Return the sockets of `[phone, tablet]`, or of `{phone: {}, admin: {namespace: /admin}}`."""
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


def _of_entry(entry: Entry, reading: Reading) -> SocketSpec | None:
    node = entry.value
    if isinstance(node, Scalar) and node.value is None:
        node = Mapping((), entry.key.source)
    if not fits(node, ("map",), f"the socket `{entry.name}`", reading.problems):
        return None
    fields = SOCKET.read(plain.map_of(node), reading, reading.problems)
    return SocketSpec(name=entry.name, source=entry.key.source, namespace=fields.get(NAMESPACE))


def _named(node: Node, reading: Reading) -> SocketSpec | None:
    if not fits(node, ("text",), "a socket's name", reading.problems):
        return None
    name = plain.name(node, reading)
    return SocketSpec(name=name, source=node.source) if name is not None else None
