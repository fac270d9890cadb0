"""Python values as nodes of a file, each with the place of the call that they stand in.

What a scenario in Python hands over is taken as it is: braces in a text are no template, because Python has
f-strings. Such a text, bytes, and whatever `value` marks, stand in the step as a name of its own, so that the
compiler of steps takes them for nothing else than a value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from antiphon.core.errors import Mistake
from antiphon.core.source import Source
from antiphon.core.text import shortened
from antiphon.language.nodes import Entry, Node, Scalar
from antiphon.language.nodes import Mapping as MapNode
from antiphon.language.nodes import Sequence as ListNode
from antiphon.python.parts import Part

NAME = "python"
_MARKED = re.compile(r"\{\{ python\[(\d+)\] \}\}")


class Value(Struct, frozen=True):
    """Something that is taken as it is, though it looks like a matcher."""

    it: object


def value(it: object) -> Any:
    """Return a value as it is: in a claim `value("#string")` matches this very text."""
    return Value(it)


class Literals:
    """The values of one step that stand in it by name."""

    def __init__(self, source: Source, root: Path | None = None) -> None:
        """Begin with none; every node stands at `source`, or, below `root`, where a part of a `hear` was written."""
        self.source = source
        self.root = root
        self.kept: list[object] = []

    def node(self, given: object) -> Node:
        """Return a Python value as a node.

        Raises:
            Mistake: It is nothing that can be sent or compared.
        """
        match given:
            case None | bool() | int() | float():
                return Scalar(given, self.source, raw=_raw(given))
            case str():
                return self.text(given) if "{{" not in given else self.name(given)
            case bytes() | bytearray() | memoryview():
                return self.name(bytes(given))
            case Value(it):
                return self.name(it)
            case Part():
                own = Literals(given.spot.source(self.root), self.root)
                own.kept = self.kept
                return own.map_of(given)
            case Mapping():
                return self.map_of({str(key): one for key, one in given.items()})
            case list() | tuple():
                return ListNode(tuple(self.node(one) for one in given), self.source, flow=True)
            case _:
                raise Mistake(
                    sentence=f"{shortened(repr(given), limit=80)} is no value of a step",
                    source=self.source,
                    advice="write texts, numbers, lists, maps, bytes or None; of a user its id: bob.id",
                )

    def map_of(self, given: Mapping[str, object]) -> MapNode:
        """Return a map of Python values."""
        entries = [Entry(self.text(key), self.node(one)) for key, one in given.items()]
        return MapNode(tuple(entries), self.source, flow=True)

    def text(self, text: str) -> Scalar:
        """Return a text that the language reads."""
        return Scalar(text, self.source, quoted=True, raw=text)

    def name(self, given: object) -> Scalar:
        """Return what stands for a value that is kept as it is."""
        return self.text(self.template(given))

    def template(self, given: object) -> str:
        """Return the template that gives a value which is kept as it is."""
        self.kept.append(given)
        return f"{{{{ {NAME}[{len(self.kept) - 1}] }}}}"

    def shown(self, label: str) -> str:
        """Return a step's label with the kept values themselves in it."""
        return _MARKED.sub(lambda found: shortened(str(self.kept[int(found[1])]), limit=60), label)


def line(text: str, source: Source) -> str:
    """Return a path or a name as it stands in a verb line.

    Raises:
        Mistake: It would be read as something else.
    """
    if "{{" in text or "\n" in text:
        advice = "f-strings fill in values; parameters={'id': ...} fills in `:id`"
        raise Mistake(sentence=f"`{shortened(text, limit=80)}` cannot stand in a step", source=source, advice=advice)
    return text


def _raw(given: object) -> str:
    return "" if given is None else str(given).lower() if isinstance(given, bool) else str(given)
