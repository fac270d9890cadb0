"""JSON Schema (2020-12) of files, made from the same tables of keys from which they are read.

A table knows each key's name, what its value may be and what it says. What a value holds further inside is read
by other tables; whoever describes a file says which, by the key.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from antiphon.language import plain_values as plain
from antiphon.language.keys import ANYTHING, Key, Kind, Place
from antiphon.language.matcher_words import MATCHER_WORDS

Schema = dict[str, Any]
Shape = Callable[["Shapes"], Schema]

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_TYPES: Mapping[Kind, str] = {
    "map": "object",
    "list": "array",
    "text": "string",
    "number": "number",
    "boolean": "boolean",
    "empty": "null",
}
_TEXT: Schema = {"type": "string", "pattern": r"\S"}
_PLAIN: Mapping[object, Schema] = {
    plain.text: _TEXT,
    plain.name: {"type": "string", "pattern": "^[A-Za-z_][A-Za-z0-9_-]*$"},
    plain.texts: {"anyOf": [_TEXT, {"type": "array", "items": _TEXT, "uniqueItems": True}]},
}


class Shapes:
    """The definitions of one schema, made as they are needed.

    Attributes:
        definitions: By name, what `$ref` points at.
    """

    def __init__(self, inside: Iterable[tuple[Key[Any, Any], Shape]]) -> None:
        """Begin with none; `inside` says what the values of keys hold."""
        self.definitions: dict[str, Schema] = {}
        self._inside = {id(key): shape for key, shape in inside}
        self._names: dict[int, str] = {}

    def place(self, place: Place[Any]) -> Schema:
        """Return a map with the keys of a place and no others."""
        name = self._names.get(id(place))
        if name is None:
            name = self._names[id(place)] = self._new_name(place.name)
            self.definitions[name] = {}  # a place may hold itself
            self.definitions[name] = self.map_of(place.keys.values())
        return {"$ref": f"#/$defs/{name}"}

    def map_of(self, keys: Iterable[Key[Any, Any]]) -> Schema:
        """Return a map with these keys and no others; those of later versions are left out."""
        played = [key for key in keys if not key.later]
        required = [key.name for key in played if key.required]
        properties = {key.name: self.key(key) for key in played}
        made: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
        return {**made, "required": required} if required else made

    def key(self, key: Key[Any, Any]) -> Schema:
        """Return what the value of a key may be, with its description."""
        return {"description": key.about, **self._value(key)} if key.about else self._value(key)

    def define(self, name: str, make: Shape) -> Schema:
        """Return a reference to what `make` gives, made once."""
        if name not in self.definitions:
            self.definitions[name] = {}
            self.definitions[name] = make(self)
        return {"$ref": f"#/$defs/{name}"}

    def _value(self, key: Key[Any, Any]) -> Schema:
        shape = self._inside.get(id(key))
        if shape is not None:
            return shape(self)
        if isinstance(key.parse, plain.Parser):
            return dict(key.parse.takes)
        known = _PLAIN.get(key.parse)
        return known if known is not None else any_of_kinds(key.kinds)

    def _new_name(self, said: str) -> str:
        name = re.sub(r"[^a-z_]+", "_", re.sub(r"^(an?|the) ", "", said.lower())).strip("_")
        taken = name
        number = 1
        while taken in self.definitions:
            number += 1
            taken = f"{name}_{number}"
        return taken


def any_of_kinds(kinds: tuple[Kind, ...]) -> Schema:
    """Return a value of one of these kinds."""
    if set(kinds) == set(ANYTHING):
        return {}
    types = [_TYPES[kind] for kind in kinds]
    return {"type": types[0] if len(types) == 1 else types}


def of(place: Place[Any]) -> Shape:
    """Return a map with the keys of a place."""
    return lambda shapes: shapes.place(place)


def each(shape: Shape, *, names: str = "", empty: bool = False) -> Shape:
    """Return a map whose values all have one shape; `empty` lets them be left out."""

    def make(shapes: Shapes) -> Schema:
        value = shape(shapes)
        made: Schema = {
            "type": "object",
            "additionalProperties": {"anyOf": [value, {"type": "null"}]} if empty else value,
        }
        return {**made, "propertyNames": {"pattern": names}} if names else made

    return make


def listed(shape: Shape) -> Shape:
    """Return a list whose items all have one shape."""
    return lambda shapes: {"type": "array", "items": shape(shapes)}


def either(*some: Shape) -> Shape:
    """Return what has one of several shapes."""
    return lambda shapes: {"anyOf": [shape(shapes) for shape in some]}


def kinds(*some: Kind) -> Shape:
    """Return a value of one of these kinds."""
    return lambda _shapes: any_of_kinds(some)


def text(pattern: str = r"\S") -> Shape:
    """Return a text in which a pattern is found."""
    return lambda _shapes: {"type": "string", "pattern": pattern}


def word(*known: object) -> Shape:
    """Return one of these values."""
    return lambda _shapes: {"enum": list(known)}


def matcher(shapes: Shapes) -> Schema:
    """Return a matcher: any value, in which what begins with a single `#` is a known word."""
    return shapes.define("matcher", _matcher)


def claim(shapes: Shapes) -> Schema:
    """Return a claim: a map of addresses and matchers."""
    return {"type": "object", "additionalProperties": matcher(shapes)}


def _matcher(shapes: Shapes) -> Schema:
    del shapes
    names = list(MATCHER_WORDS)
    alone, with_value = names[: names.index("not")], names[names.index("not") :]
    itself = {"$ref": "#/$defs/matcher"}
    return {
        "description": "a value matches itself; maps match partially; what begins with # is a matcher",
        "if": {"type": "string"},
        "then": {"pattern": f"^(?!#)|^##|^#/|^#({'|'.join(alone)})$"},
        "else": {
            "if": {"type": "object"},
            "then": {
                "propertyNames": {"pattern": f"^(?!#)|^##|^#({'|'.join(with_value)})$"},
                "additionalProperties": itself,
                "properties": {
                    f"#{name}": {"description": MATCHER_WORDS[name], **({} if name == "unique" else itself)}
                    for name in with_value
                },
            },
            "else": {"if": {"type": "array"}, "then": {"items": itself}},
        },
    }
