"""JSON pointers and `$ref`: where a value of a document stands, and what it refers to.

Another file is read only if it lies in the suite's folder; nothing is fetched for a reference.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator
from urllib.parse import unquote

from antiphon.core.errors import ScenarioError
from antiphon.core.source import Source
from antiphon.core.text import shortened
from antiphon.target.contracts.model import SchemaAt
from antiphon.target.contracts.parsing import BadDocument, parsed

ReadFile = Callable[[str], bytes]
MOST_FILES = 100
_MOST_HOPS = 50
# A schema's own values stand here; a `$ref` among them refers to nothing.
_VALUES = frozenset({"example", "examples", "default", "const", "enum"})
IN_PLACE = ("allOf", "anyOf", "oneOf", "not", "if", "then", "else")


def escaped(part: str) -> str:
    """Return a key as a part of a JSON pointer."""
    return part.replace("~", "~0").replace("/", "~1")


class Files:
    """A document and the files that it refers to.

    Args:
        name: The document's.
        root: What it says.
        read: Gives the bytes of a file of the suite; None where references may not leave the document.
        source: Where the profile names it.
    """

    def __init__(self, name: str, root: dict[str, object], read: ReadFile | None, source: Source) -> None:
        self.name = name
        self.source = source
        self._read = read
        self.found: dict[str, dict[str, object]] = {name: root}
        waiting = [name]
        while waiting:
            file = waiting.pop()
            for place, text in _references(self.found[file]):
                target = self.file_of(text, file, f"{file}#{place}")
                if target not in self.found:
                    self.found[target] = self._other(target, f"{file}#{place}")
                    waiting.append(target)

    def bad(self, why: str) -> BadDocument:
        """Return the error that says why the document cannot be used."""
        return BadDocument(name=self.name, why=why, source=self.source)

    def file_of(self, reference: str, file: str, place: str) -> str:
        """Return the file that a reference leads to.

        Raises:
            BadDocument: It leads out of the suite's folder.
        """
        path = reference.partition("#")[0]
        if not path:
            return file
        if "://" in path or path.startswith("//") or self._read is None:
            raise self.bad(
                f"`$ref: {shortened(reference)}` at {place} leads out of it, and nothing is fetched for a reference"
            )
        return posixpath.normpath(posixpath.join(posixpath.dirname(file), unquote(path)))

    def _other(self, name: str, place: str) -> dict[str, object]:
        if len(self.found) >= MOST_FILES:
            raise self.bad(f"it refers to more than {MOST_FILES} files")
        try:
            data = self._read(name) if self._read is not None else b""
        except ScenarioError as error:
            raise self.bad(f"the reference at {place} leads nowhere: {error}") from None
        return parsed(data, name, self.source)

    def at(self, place: SchemaAt) -> object:
        """Return the value at a place.

        Raises:
            BadDocument: There is none.
        """
        value: object = self.found[place.file]
        for part in place.pointer.split("/")[1:]:
            key = part.replace("~1", "/").replace("~0", "~")
            if isinstance(value, dict) and key in value:
                value = value[key]
            elif isinstance(value, list) and key.isdigit() and int(key) < len(value):
                value = value[int(key)]
            else:
                raise self.bad(f"there is nothing at {shortened(str(place))}")
        return value

    def target_of(self, reference: str, file: str, place: str) -> SchemaAt:
        """Return the place that a reference names."""
        target = self.file_of(reference, file, place)
        pointer = unquote(reference.partition("#")[2])
        if pointer and not pointer.startswith("/"):
            raise self.bad(f"`$ref: {shortened(reference)}` at {place} names no JSON pointer")
        return SchemaAt(target, pointer)

    def resolved(self, place: SchemaAt) -> tuple[SchemaAt, dict[str, object]]:
        """Return the map at a place, references followed, and where it truly stands.

        Raises:
            BadDocument: There is none, or the references go round in a circle.
        """
        for _ in range(_MOST_HOPS):
            value = self.at(place)
            if not isinstance(value, dict):
                raise self.bad(f"{shortened(str(place))} is no map")
            reference = value.get("$ref")
            if not isinstance(reference, str):
                return place, value
            place = self.target_of(reference, place.file, str(place))
        raise self.bad(f"the references at {shortened(str(place))} go round in a circle")

    def inside(self, place: SchemaAt, *parts: str) -> SchemaAt:
        """Return a place further in."""
        return SchemaAt(place.file, place.pointer + "".join(f"/{escaped(part)}" for part in parts))

    def refuse_endless_schemas(self) -> None:
        """Refuse schemas that apply themselves to the same value again, by whatever way: no check of theirs would end.

        Raises:
            BadDocument: There is one.
        """
        state: dict[SchemaAt, int] = {}  # 1: being looked at, 2: known to end
        for start in [SchemaAt(file, place) for file, root in self.found.items() for place, _ in _references(root)]:
            waiting: list[tuple[SchemaAt, Iterator[SchemaAt]]] = []
            if state.get(start) is None:
                state[start] = 1
                waiting.append((start, self._applied(start)))
            while waiting:
                place, rest = waiting[-1]
                onward = next(rest, None)
                if onward is None:
                    state[place] = 2
                    waiting.pop()
                elif state.get(onward) == 1:
                    raise self.bad(f"the schema at {shortened(str(onward))} refers to itself without end")
                elif onward not in state:
                    state[onward] = 1
                    waiting.append((onward, self._applied(onward)))

    def _applied(self, place: SchemaAt) -> Iterator[SchemaAt]:
        """Yield the schemas that a schema applies to the value that it is given itself."""
        value = self.at(place)
        if not isinstance(value, dict):
            return
        reference = value.get("$ref")
        if isinstance(reference, str):
            yield self.target_of(reference, place.file, str(place))
        for key in IN_PLACE:
            inner = value.get(key)
            if isinstance(inner, list):
                yield from (self.inside(place, key, str(index)) for index in range(len(inner)))
            elif isinstance(inner, dict):
                yield self.inside(place, key)
        for key in ("dependentSchemas", "dependencies"):
            named = value.get(key)
            if isinstance(named, dict):
                yield from (self.inside(place, key, str(name)) for name in named)


def _references(root: object) -> Iterator[tuple[str, str]]:
    """Yield each `$ref` of a document: the pointer of the map that it stands in, and what it says."""
    waiting: list[tuple[str, object, bool]] = [("", root, False)]
    while waiting:
        place, value, named = waiting.pop()
        if isinstance(value, dict):
            reference = value.get("$ref")
            if isinstance(reference, str) and not named:
                yield place, reference
            for key, inner in value.items():
                if named or (key not in _VALUES and not str(key).startswith("x-example")):
                    is_named = key in ("properties", "patternProperties") and not named
                    waiting.append((f"{place}/{escaped(str(key))}", inner, is_named))
        elif isinstance(value, list):
            waiting.extend((f"{place}/{index}", inner, False) for index, inner in enumerate(value))
