"""Events as they were heard: what was told, once, and everybody who heard just that.

Servers tell many hearers the same bytes; those are read once, and compared with a cause once.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import TYPE_CHECKING

import msgspec

from antiphon.history.entries import Event
from antiphon.history.heard import parsed_args
from antiphon.judge.deeds import as_text, value_at
from antiphon.judge.people import Hearer
from antiphon.language.address import Address
from antiphon.language.scope import MISSING, Names

if TYPE_CHECKING:
    from antiphon.judge.laws.obligations import Obligation


class Hearing(msgspec.Struct, eq=False, gc=False):
    """Who heard it, when, and by which entry. Without a way back to what was heard: nothing here may form a circle."""

    hearer: Hearer
    at_s: float
    seq: int


_at_s = attrgetter("at_s")


def span(heard: Sequence[Hearing]) -> tuple[float, float]:
    """Return when something was heard first and last."""
    times = list(map(_at_s, heard))
    return min(times), max(times)


class Message:
    """What was told.

    Attributes:
        name: The event's name.
        key: Under which it is found again.
        open: Who heard it and has not been explained yet.
        groups: The causes that it can be tied to, those by identity first.
        queued: Whether it will be looked at by itself.
    """

    __slots__ = (
        "_args",
        "_raw",
        "_scope",
        "_texts",
        "attachments",
        "groups",
        "key",
        "name",
        "open",
        "queued",
    )

    def __init__(self, event: Event) -> None:
        self.name = event.name
        self.key: object = (event.args, event.attachments) if event.attachments else event.args
        self._raw = event.args
        self.attachments = event.attachments
        self._args: list[object] | None = None
        self._scope: Names | None = None
        self._texts: dict[str, str | None] = {}
        self.open: list[Hearing] = []
        self.groups: list[Group] = []
        self.queued = False

    @property
    def args(self) -> list[object]:
        """Its arguments."""
        if self._args is None:
            self._args = parsed_args(self._raw, self.attachments)
        return self._args

    @property
    def raw(self) -> bytes:
        """Its arguments, as they came."""
        return self._raw

    @property
    def scope(self) -> Names:
        """What addresses see of it."""
        if self._scope is None:
            args = self.args
            self._scope = Names({"event": args[0] if args else MISSING, "args": args})
        return self._scope

    def text(self, address: Address) -> str | None:
        """Return the value at an address as ids are compared; None if there is none."""
        texts, place = self._texts, address.text
        if place in texts:
            return texts[place]
        found = texts[place] = as_text(value_at(address.get, self.scope))
        return found

    def let_go(self) -> None:
        """Let go of what can be read again from the bytes."""
        self._args = self._scope = None

    def value(self, address: Address) -> object:
        """Return the value at an address, or `MISSING`."""
        return value_at(address.get, self.scope)


class Group:
    """Causes and events that agree in what tells them apart.

    Attributes:
        key: The values in which they agree.
        obligations: What the causes owe, in the order in which they were sent.
        messages: The events.
    """

    __slots__ = ("key", "messages", "obligations", "shape")

    def __init__(self, shape: Shape, key: tuple[str, ...]) -> None:
        self.shape = shape
        self.key = key
        self.obligations: list[Obligation] = []
        self.messages: list[Message] = []


class Shape:
    """Places in an event that together lead to its causes.

    Attributes:
        addresses: The places.
        by_identity: Whether they tell one event from every other.
        groups: By the values there.
    """

    __slots__ = ("addresses", "by_identity", "groups", "only")

    def __init__(self, addresses: tuple[Address, ...], *, by_identity: bool) -> None:
        self.addresses = addresses
        self.by_identity = by_identity
        self.only = addresses[0] if len(addresses) == 1 else None
        self.groups: dict[tuple[str, ...], Group] = {}

    def group(self, key: tuple[str, ...]) -> Group:
        """Return the group of these values."""
        found = self.groups.get(key)
        if found is None:
            found = self.groups[key] = Group(self, key)
        return found

    def group_of(self, message: Message) -> Group | None:
        """Return the group that a message belongs to; None where it lacks a place."""
        if self.only is not None:
            text = message.text(self.only)
            return None if text is None else self.group((text,))
        key = []
        for address in self.addresses:
            text = message.text(address)
            if text is None:
                return None
            key.append(text)
        return self.group(tuple(key))
