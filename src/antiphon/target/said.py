"""What the catalogue declares of each socket: a service's events are named with it, `billing:invoice_paid`."""

from __future__ import annotations

from collections.abc import Iterable

from antiphon.language import plain_values as plain
from antiphon.language.nodes import Node, Scalar
from antiphon.language.vocabulary import Vocabulary
from antiphon.target.catalogue_model import Catalogue
from antiphon.target.plain_section import NAMELESS
from antiphon.target.services_section import speaking


def declared_words(catalogue: Catalogue, socket: Node | None, services: Node | None) -> Vocabulary:
    """Return the events of the target's own socket, and those of each service that has one.

    Args:
        catalogue: The events that are declared.
        socket: The target's own `socket`, not read so far.
        services: The section `services`, likewise.
    """
    sockets = {entry.name: plain.map_of(entry.value).get("socket") for entry in speaking(services)}
    places = Vocabulary(sockets=tuple((name, Vocabulary()) for name in sockets))

    def words(service: str, node: Node | None) -> Vocabulary:
        def of(names: Iterable[str]) -> frozenset[str]:
            told = (places.event_in(name) for name in names)
            return frozenset(event for place, event in told if place == service)

        heard = of(catalogue.heard)
        # What ought to be heard may be waited for, though no contract names it yet.
        more = of(catalogue.expected) | (NAMELESS if _is_plain(node) else frozenset())
        return Vocabulary(events_heard=heard | more if heard else heard, events_emitted=of(catalogue.emitted))

    own = words("", socket)
    further = tuple((name, words(name, node)) for name, node in sockets.items())
    return Vocabulary(events_heard=own.events_heard, events_emitted=own.events_emitted, sockets=further)


def _is_plain(socket: Node | None) -> bool:
    protocol = plain.map_of(socket).get("protocol") if socket is not None else None
    return isinstance(protocol, Scalar) and protocol.value == "websocket"
