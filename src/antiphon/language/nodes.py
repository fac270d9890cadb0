"""The tree that a file becomes: scalars, maps and lists, each knowing where it was written.

Nothing here reads text; `antiphon.language.document` makes these.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias, assert_never

from msgspec import Struct

from antiphon.core.source import Source


class Scalar(Struct, frozen=True):
    """A text, number, boolean or null.

    Attributes:
        value: As YAML 1.2's core schema reads it. A key's is always a text.
        source: Where it begins; of a quoted text the quote.
        quoted: Whether it was written in quotes or as a block text, so that it is a text for certain.
        raw: The characters of the text, before `true` became a boolean and `12` a number.
    """

    value: str | int | float | bool | None
    source: Source
    quoted: bool = False
    raw: str = ""

    def at(self, offset: int) -> Source:
        """Return the place of the character at `offset` of the text, as exactly as the file allows.

        Of a text with escapes or of several lines it is the place where the text begins.
        """
        start = self.source.column - 1 + (1 if self.quoted else 0)
        if not self.raw or not self.source.text.startswith(self.raw, start):
            return self.source
        return Source(self.source.path, self.source.line, start + offset + 1, self.source.text)


class Entry(Struct, frozen=True):
    """A key of a map and its value."""

    key: Scalar
    value: Node

    @property
    def name(self) -> str:
        """The key's text."""
        return str(self.key.value)


class Mapping(Struct, frozen=True):
    """A map, in the order of the file; its keys are distinct texts.

    Attributes:
        entries: Keys and values.
        source: Where it begins.
        flow: Whether it was written in braces.
    """

    entries: tuple[Entry, ...]
    source: Source
    flow: bool = False

    def entry(self, key: str) -> Entry | None:
        """Return the entry of `key`, or None where there is none."""
        for entry in self.entries:
            if entry.key.value == key:
                return entry
        return None

    def get(self, key: str) -> Node | None:
        """Return the value of `key`, or None where the map has no such key."""
        found = self.entry(key)
        return found.value if found is not None else None

    def keys(self) -> tuple[str, ...]:
        """Return the keys' texts, in order."""
        return tuple(entry.name for entry in self.entries)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    def __contains__(self, key: object) -> bool:
        return any(entry.key.value == key for entry in self.entries)


class Sequence(Struct, frozen=True):
    """A list.

    Attributes:
        items: Its nodes.
        source: Where it begins.
        flow: Whether it was written in brackets.
    """

    items: tuple[Node, ...]
    source: Source
    flow: bool = False

    def __iter__(self) -> Iterator[Node]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


Node: TypeAlias = Scalar | Mapping | Sequence
Plain: TypeAlias = "str | int | float | bool | list[Plain] | dict[str, Plain] | None"


def plain(node: Node) -> Plain:
    """Return the node as plain Python data, new at each call."""
    match node:
        case Scalar():
            return node.value
        case Mapping():
            return {entry.name: plain(entry.value) for entry in node.entries}
        case Sequence():
            return [plain(item) for item in node.items]
        case _:
            assert_never(node)


def kind_of(node: Node) -> str:
    """Return what a node is, as a sentence says it: `a map`, `a list`, `a text`, `a number`, ..."""
    match node:
        case Mapping():
            return "a map"
        case Sequence():
            return "a list"
        case Scalar(value=None):
            return "empty"
        case Scalar(value=bool()):
            return "a boolean"
        case Scalar(value=int() | float()):
            return "a number"
        case Scalar():
            return "a text"
        case _:
            assert_never(node)
