"""What a target knows, as far as the language must: operations, events, rooms, roles, the fence."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from msgspec import Struct
from msgspec.structs import replace

from antiphon.core.text import nearest
from antiphon.language.call import StatusSpec
from antiphon.language.route import Operation, OperationIndex


class Vocabulary(Struct, frozen=True, dict=True):
    """The words of one target. What is empty was not declared: then every word of its kind is taken.

    Attributes:
        operations: Methods and path templates.
        statuses: Those that operations are documented to answer; an operation that is not here may answer any.
        events_heard: Events that the target sends.
        events_emitted: Events that users may emit.
        rooms: Kinds of rooms (`chatroom`).
        roles: Roles of users, in the profile's order.
        services: Further REST roots, which paths may begin with (`billing:/invoices`).
        sockets: The sockets of services, by name: what is said on each. All else here speaks of the target's own.
        pagings: Ways in which lists are paged.
        fence: The fence's kind: `delivery`, `connection`, `alive` or `none`.
        speaks: Whether the target has a socket, so that anybody can emit or hear.
        acknowledges: Whether an emit can be acknowledged by the protocol itself.
        answered: Emits that an event answers.
        plain: Whether the socket is a plain WebSocket, where every message is an event.
        probes: Whether its database can be asked.
        restarts: Whether there are commands that stop and start it.
    """

    operations: tuple[Operation, ...] = ()
    statuses: tuple[tuple[Operation, StatusSpec], ...] = ()
    events_heard: frozenset[str] = frozenset()
    events_emitted: frozenset[str] = frozenset()
    rooms: frozenset[str] = frozenset()
    roles: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    sockets: tuple[tuple[str, Vocabulary], ...] = ()
    pagings: tuple[str, ...] = ()
    fence: str = "none"
    speaks: bool = True
    acknowledges: bool = True
    answered: frozenset[str] = frozenset()
    plain: bool = False
    probes: bool = False
    restarts: bool = False

    @cached_property
    def index(self) -> OperationIndex:
        """The operations, ready to be asked for a path."""
        return OperationIndex(self.operations)

    @cached_property
    def documented(self) -> dict[Operation, StatusSpec]:
        """The statuses that are documented, by their operation."""
        return dict(self.statuses)

    def on(self, service: str | None) -> Vocabulary:
        """Return the words of one socket: a service's, the target's own (empty), or whichever it may be (None)."""
        if not self.sockets or service == "":
            return self
        words = self._anywhere if service is None else dict(self.sockets)[service]
        return replace(
            self,
            events_heard=words.events_heard,
            events_emitted=words.events_emitted,
            fence=words.fence,
            speaks=words.speaks,
            acknowledges=words.acknowledges,
            answered=words.answered,
            plain=words.plain,
        )

    @cached_property
    def _anywhere(self) -> Vocabulary:
        """What may be said on any of the sockets: where one declares nothing, every word is taken."""
        own = (self,) if self.speaks else ()
        every = (*own, *(words for _, words in self.sockets))
        return Vocabulary(
            events_heard=_of_all(words.events_heard for words in every),
            events_emitted=_of_all(words.events_emitted for words in every),
            acknowledges=any(words.acknowledges for words in every),
            answered=frozenset[str]().union(*(words.answered for words in every)),
            plain=all(words.plain for words in every),
        )

    def event_in(self, text: str) -> tuple[str, str]:
        """Return the service and the event of a name that stands where no connection tells: `billing:invoice_paid`."""
        service, mark, event = text.partition(":")
        return (service, event) if mark and event and service in dict(self.sockets) else ("", text)

    def operation_of(self, method: str, path: str) -> Operation | None:
        """Return the operation that a path belongs to, or None."""
        return self.index.operation_of(method, path)

    def knows_operation(self, method: str, path: str) -> bool:
        """Return whether the target has the operation, or declares none at all."""
        return not self.operations or self.operation_of(method, path) is not None

    def nearest_operation(self, method: str, path: str) -> str | None:
        """Return the declared operation that was probably meant."""
        return nearest(f"{method} {path}", (str(operation) for operation in self.operations))

    def knows_event(self, name: str) -> bool:
        """Return whether the target sends the event, or declares none at all."""
        return not self.events_heard or name in self.events_heard

    def nearest_event(self, name: str) -> str | None:
        """Return the event heard that was probably meant."""
        return nearest(name, self.events_heard)

    def knows_emit(self, name: str) -> bool:
        """Return whether users may emit the event, or the target declares none at all."""
        return not self.events_emitted or name in self.events_emitted

    def nearest_emit(self, name: str) -> str | None:
        """Return the event emitted that was probably meant."""
        return nearest(name, self.events_emitted)

    def knows_room(self, name: str) -> bool:
        """Return whether there are rooms of this kind, or none are declared."""
        return not self.rooms or name in self.rooms

    def knows_role(self, name: str) -> bool:
        """Return whether users may have the role, or none are declared."""
        return not self.roles or name in self.roles


def _of_all(declared: Iterable[frozenset[str]]) -> frozenset[str]:
    found = tuple(declared)
    return frozenset[str]().union(*found) if all(found) else frozenset()
