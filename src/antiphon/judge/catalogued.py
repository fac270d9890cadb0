"""Finds what was seen in a target's catalogue: the operation that a call was, the name of an event on its socket."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from msgspec import Struct

from antiphon.history.entries import AnyEntry, Call, Connection
from antiphon.language.route import Operation, OperationIndex

_NO_ROUTE = (404, 405)
_MOST_KEPT = 4_096


class Found(Struct, frozen=True):
    """An operation, and whether the catalogue has it."""

    operation: Operation
    known: bool


class Operations:
    """Tells which operation a call was.

    Args:
        operations: Those of the catalogue.
        base_url: What their paths are relative to.
        services: Names of the target's services.
    """

    def __init__(self, operations: Collection[Operation], base_url: str, services: Collection[str]) -> None:
        self._known = frozenset(operations)
        self._base_url = base_url.rstrip("/")
        self._services = frozenset(services)
        self._index = OperationIndex(operations)
        self._plain: dict[tuple[str, str], Found] = {}

    def of(self, call: Call) -> Found | None:
        """Return the operation that a call was; None for a call to something else than the catalogue speaks of."""
        if not self._known:
            return None
        found = self._plain.get((call.method, call.template))
        if found is not None:
            return found
        operation = Operation(call.method, call.template)
        service = call.template.partition(":/")[0] if ":/" in call.template else ""
        if service in self._services:
            operation = Operation(call.method, call.template.partition("?")[0])
            return self._kept(call, operation) if operation in self._known else None
        return self._kept(call, operation) if operation in self._known else self._by_url(call)

    def _kept(self, call: Call, operation: Operation) -> Found:
        found = Found(operation, known=True)
        if len(self._plain) < _MOST_KEPT:
            self._plain[call.method, call.template] = found
        return found

    def _by_url(self, call: Call) -> Found | None:
        base, url = self._base_url, call.url
        if not url.startswith(base) or url[len(base) : len(base) + 1] not in ("/", "?", ""):
            return None
        path = url[len(base) :].partition("?")[0] or "/"
        found = self._index.operation_of(call.method, path)
        if found is None and call.method == "HEAD":  # answered as GET is, without the body
            found = self._index.operation_of("GET", path)
        if found is not None:
            return Found(found, known=True)
        return Found(Operation(call.method, call.template.partition("?")[0] or path), known=False)


def is_served(call: Call) -> bool:
    """Return whether the answer to a call that no catalogue names shows that the target has such an operation."""
    return call.status is not None and call.status not in _NO_ROUTE and call.status < 500 and call.method != "OPTIONS"


class Sockets:
    """Tells by what name the catalogue knows an event: one on the socket of a service is named with it.

    Args:
        services: The services of whose events the catalogue speaks.
    """

    def __init__(self, services: Collection[str]) -> None:
        self._speaking = frozenset(services)
        self._services: dict[tuple[str, str], str] = {}

    def note(self, entry: AnyEntry) -> None:
        """Take in whose socket a connection leads to."""
        if type(entry) is Connection and entry.service and entry.what == "connected":
            self._services[entry.play, entry.connection] = entry.service

    def named(self, play: str, connection: str, name: str) -> str | None:
        """Return an event's name as the catalogue has it; None on a socket of which it does not speak."""
        service = self._services.get((play, connection), "") if self._services else ""
        if not service:
            return name
        return f"{service}:{name}" if service in self._speaking else None

    def forget(self, plays: Iterable[str]) -> None:
        """Let go of what was kept of plays that are over."""
        over = frozenset(plays)
        if self._services:
            self._services = {place: name for place, name in self._services.items() if place[0] not in over}


def speaking(services: Collection[str], names: Iterable[str]) -> frozenset[str]:
    """Return of which services some of these names of events are (`billing:paid`)."""
    return frozenset(services) & {name.partition(":")[0] for name in names}
