"""Tables of keys: what may stand in a map of a file, what its values may be, and who reads them.

One table says what a place of a file accepts. From it maps are read, unknown keys are told with the nearest name,
and the words of later versions are refused by name.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any, Generic, Literal, TypeVar, cast

from msgspec import Struct, field

from antiphon.core.errors import NotYetPlayed, Problems, UnknownKey
from antiphon.core.source import Source
from antiphon.language.nodes import Mapping, Node, Scalar, Sequence, kind_of

Kind = Literal["map", "list", "text", "number", "boolean", "empty"]

_HOW: dict[Kind, str] = {
    "map": "write {name: value}",
    "list": "write [one, two]",
    "text": "write a text, in quotes",
    "number": "write a number, such as 3",
    "boolean": "write true or false",
    "empty": "leave it empty",
}

C = TypeVar("C", contravariant=True)
T = TypeVar("T", covariant=True)
V = TypeVar("V")

ANYTHING: tuple[Kind, ...] = ("map", "list", "text", "number", "boolean", "empty")
_NAMES: dict[Kind, str] = {
    "map": "a map",
    "list": "a list",
    "text": "a text",
    "number": "a number",
    "boolean": "true or false",
    "empty": "empty",
}


class Reading(Struct):
    """What every reader of a map has at hand.

    Attributes:
        problems: Where mistakes go.
        file_problem: Returns why a file that is named cannot be used, or None if it can.
    """

    problems: Problems = field(default_factory=Problems)
    file_problem: Callable[[str], str | None] = lambda _name: None


class Key(Struct, Generic[C, T], frozen=True):
    """One key of a place.

    Attributes:
        name: As it is written.
        kinds: What its value may be.
        parse: Makes the value of it, or notes a problem and returns None.
        about: What it says, in a few words.
        required: Whether the place is wrong without it.
        later: Whether it belongs to a later version, so that it is refused by name.
    """

    name: str
    kinds: tuple[Kind, ...]
    parse: Callable[[Node, C], T | None]
    about: str = ""
    required: bool = False
    later: bool = False


def later(name: str) -> Key[object, None]:
    """Return a key of the language that this version does not play yet."""
    return Key(name, ANYTHING, lambda _node, _reading: None, later=True)


def kept(name: str, kinds: tuple[Kind, ...], about: str = "", *, required: bool = False) -> Key[object, Node]:
    """Return a key whose value is kept as it stands, for a reader that knows more."""
    return Key(name, kinds, _as_it_stands, about, required=required)


def _as_it_stands(node: Node, _reading: object) -> Node:
    return node


class Fields:
    """The values of a map that was read by its table."""

    def __init__(self, source: Source) -> None:
        """Begin with none; `source` is where the map stands."""
        self.source = source
        self._values: dict[str, object] = {}
        self._nodes: dict[str, Node] = {}

    def put(self, name: str, node: Node, value: object) -> None:
        """Keep the value of a key that was written."""
        self._nodes[name] = node
        self._values[name] = value

    def get(self, key: Key[Any, V]) -> V | None:
        """Return the key's value; None where it was not written or was wrong."""
        return cast("V | None", self._values.get(key.name))

    def has(self, key: Key[Any, Any]) -> bool:
        """Return whether the key was written, be its value right or wrong."""
        return key.name in self._nodes

    def node(self, key: Key[Any, Any]) -> Node | None:
        """Return the node that the key's value was read from."""
        return self._nodes.get(key.name)

    def at(self, key: Key[Any, Any]) -> Source:
        """Return where the key's value stands; where it was not written, where the map does."""
        node = self._nodes.get(key.name)
        return node.source if node is not None else self.source

    def __iter__(self) -> Iterator[str]:
        return iter(self._nodes)


class Place(Generic[C]):
    """A place of a file: the keys that a map there may have."""

    def __init__(self, name: str, keys: Iterable[Key[C, Any]]) -> None:
        """Name the place as a sentence does (`a scenario`) and list its keys."""
        self.name = name
        self.keys = {key.name: key for key in keys}

    @property
    def known(self) -> tuple[str, ...]:
        """The keys that may be written by now."""
        return tuple(name for name, key in self.keys.items() if not key.later)

    def read(self, mapping: Mapping, reading: C, problems: Problems, *, besides: Collection[str] = ()) -> Fields:
        """Return the values of `mapping`; all that is wrong with its keys is noted.

        Args:
            mapping: What stands in the file.
            reading: Handed to each key's parser.
            problems: Where mistakes go.
            besides: Keys that another reader takes care of.
        """
        fields = Fields(mapping.source)
        for entry in mapping:
            if entry.name in besides:
                continue
            key = self.keys.get(entry.name)
            if key is None:
                problems.add(
                    UnknownKey(key=entry.name, source=entry.key.source, known=self.known, where=self.name),
                )
            elif key.later:
                problems.add(NotYetPlayed(word=entry.name, source=entry.key.source))
            elif fits(entry.value, key.kinds, f"`{entry.name}`", problems):
                fields.put(entry.name, entry.value, key.parse(entry.value, reading))
            else:
                fields.put(entry.name, entry.value, None)
        for key in self.keys.values():
            if key.required and key.name not in mapping:
                problems.mistake(f"{self.name} needs `{key.name}`", mapping.source, key.about or None)
        return fields


def fits(node: Node, kinds: tuple[Kind, ...], what: str, problems: Problems) -> bool:
    """Return whether the node is of one of `kinds`; if not, the wrong type is noted under the name `what`."""
    if kind(node) in kinds:
        return True
    wanted = [_NAMES[one] for one in kinds if one != "empty"]
    last = f"{',' if 'boolean' in kinds else ''} or {wanted[-1]}"
    words = wanted[0] if len(wanted) == 1 else f"{', '.join(wanted[:-1])}{last}"
    hint = _HOW[kinds[0] if kinds[0] != "empty" else kinds[1]]
    if isinstance(node, Scalar) and "text" in kinds and node.raw:
        hint = f'quote it to make it a text: "{node.raw[:40]}"'
    found = "is empty" if kind(node) == "empty" else f"is {kind_of(node)}"
    problems.mistake(f"{what} {found}, but must be {words}", node.source, hint)
    return False


def kind(node: Node) -> Kind:
    """Return what a node is."""
    match node:
        case Mapping():
            return "map"
        case Sequence():
            return "list"
        case Scalar(value=None):
            return "empty"
        case Scalar(value=bool()):
            return "boolean"
        case Scalar(value=int() | float()):
            return "number"
        case _:
            return "text"
