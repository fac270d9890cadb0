"""A contract document's bytes as plain data, held to limits that no honest document reaches."""

from __future__ import annotations

from dataclasses import dataclass

import orjson

from antiphon.core.errors import Problems, ScenarioError
from antiphon.core.source import Source
from antiphon.core.text import shortened
from antiphon.language import document
from antiphon.language.nodes import Mapping, plain

LARGEST_BYTES = 16_000_000
DEEPEST = 200
MOST_NODES = 2_000_000


@dataclass(eq=False, kw_only=True)
class BadDocument(ScenarioError):
    """A contract document cannot be used."""

    name: str
    why: str
    source: Source | None = None
    advice: str = "correct the document, or take it out of the profile"

    def __str__(self) -> str:
        return f"the contract document `{shortened(self.name)}` cannot be used: {self.why}"

    @property
    def hint(self) -> str:
        """What to do next."""
        return self.advice


def parsed(data: bytes, name: str, source: Source) -> dict[str, object]:
    """Return what a document says, JSON or YAML.

    Raises:
        BadDocument: It is neither, no map, too large or nested too deep.
    """
    if len(data) > LARGEST_BYTES:
        raise BadDocument(name=name, why=f"it is larger than {LARGEST_BYTES // 10**6} MB", source=source)
    found = _json(data) if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{" else None
    if found is None:
        found = _yaml(data, name, source)
    if not isinstance(found, dict):
        raise BadDocument(name=name, why="it is no map", source=source)
    _measure(found, name, source)
    return found


def _json(data: bytes) -> object:
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        return None  # a flow map of YAML begins alike, and the reader of YAML says where the mistake is


def _yaml(data: bytes, name: str, source: Source) -> object:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadDocument(name=name, why="it is no UTF-8", source=source) from None
    read = document.read(text, name)
    problems: Problems | tuple[ScenarioError, ...] = read.problems
    first = next(iter(problems), None)
    if first is not None:
        raise BadDocument(name=name, why=f"{first.source}: {first}", source=source)
    return plain(read.root) if isinstance(read.root, Mapping) else None


def _measure(found: object, name: str, source: Source) -> None:
    """Walk without recursion, for the depth is not known to be harmless yet."""
    waiting: list[tuple[object, int]] = [(found, 1)]
    seen = 0
    while waiting:
        value, depth = waiting.pop()
        seen += 1
        if depth > DEEPEST:
            raise BadDocument(name=name, why=f"it is nested deeper than {DEEPEST}", source=source)
        if seen > MOST_NODES:
            raise BadDocument(name=name, why=f"it has more than {MOST_NODES:,} values", source=source)
        inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        waiting.extend((inner, depth + 1) for inner in inside)
