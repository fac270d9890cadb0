"""What names mean while a scenario runs: the one thing that addresses, templates and matchers ask."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, Final, Literal, Protocol


class Missing(Enum):
    """The type of `MISSING`."""

    MISSING = object()  # nothing that JSON could carry by mistake

    def __repr__(self) -> str:
        return "MISSING"

    def __bool__(self) -> Literal[False]:
        return False

    def __reduce_ex__(self, _protocol: object) -> tuple[Any, ...]:
        return (_the_one, ())  # its value is another object in every process


def _the_one() -> Missing:
    return MISSING


MISSING: Final = Missing.MISSING
"""What an address gives that leads nowhere; not null, which is a value."""


class Scope(Protocol):
    """Gives names their values.

    A value is JSON-like data, bytes, a `Mapping` (users are: `bob.id`, `bob.token`), or `Lazy`.
    `fake` is a Mapping of callables; `now` and `range` are callables.
    """

    def lookup(self, name: str) -> object:
        """Return the value of `name`, or `MISSING`."""
        ...


class Lazy:
    """A value that is made when it is first asked for, and once, such as a raw body that is parsed then."""

    __slots__ = ("_made", "_make")

    def __init__(self, make: Callable[[], object]) -> None:
        self._make: Callable[[], object] | None = make
        self._made: object = MISSING

    def value(self) -> object:
        """Return the value: JSON-like data, or `MISSING`."""
        if self._make is not None:
            self._made, self._make = self._make(), None
        return self._made


class Names:
    """A scope made of a mapping, over another scope that is asked for all other names."""

    __slots__ = ("outer", "values")

    def __init__(self, values: Mapping[str, object], outer: Scope | None = None) -> None:
        self.values = values
        self.outer = outer

    def lookup(self, name: str) -> object:
        """Return the value of `name`, or `MISSING`."""
        found = self.values.get(name, MISSING)
        if found is MISSING and self.outer is not None:
            return self.outer.lookup(name)
        return found


NO_NAMES: Final = Names({})
"""The scope in which nothing has a name."""


def resolved(value: object) -> object:
    """Return what a value stands for: itself, unless it is `Lazy`."""
    return value.value() if isinstance(value, Lazy) else value


def child(value: object, key: str | int) -> object:
    """Return the part of `value` under `key` (a text of a map, a position of a list), or `MISSING`."""
    if type(value) is dict:
        found = value.get(key, MISSING)
        return found.value() if isinstance(found, Lazy) else found
    if isinstance(key, int):
        if isinstance(value, list | tuple) and -len(value) <= key < len(value):
            return resolved(value[key])
        return MISSING
    if isinstance(value, Mapping):
        return resolved(value.get(key, MISSING))
    return MISSING


def header(value: object, name: str) -> object:
    """Return the header `name`, in whatever case it was sent, or `MISSING`."""
    if not isinstance(value, Mapping):
        return MISSING
    found = value.get(name.lower(), MISSING)
    if found is not MISSING:
        return found
    folded = name.casefold()
    return next((text for key, text in value.items() if isinstance(key, str) and key.casefold() == folded), MISSING)
