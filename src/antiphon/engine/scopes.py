"""A name space of a play: what its users, saves, vars and inputs are called."""

from __future__ import annotations

from collections.abc import Mapping

from antiphon.language.scope import MISSING


class NameSpace:
    """What names mean in a scenario, or inside one use of a fragment; grows as steps save."""

    __slots__ = ("known",)

    def __init__(self, known: Mapping[str, object] | None = None) -> None:
        self.known: dict[str, object] = dict(known or {})

    def lookup(self, name: str) -> object:
        """Return what `name` means, or MISSING."""
        return self.known.get(name, MISSING)

    def set(self, name: str, value: object) -> None:
        """Give `name` a meaning; a dotted name sets a part of a map."""
        first, *rest = name.split(".")
        if not rest:
            self.known[first] = value
            return
        set_part(self.known.setdefault(first, {}), rest, value)

    def append(self, name: str, value: object) -> None:
        """Add a value to the list that `name` means; the first makes it."""
        kept = self.known.get(name)
        self.known[name] = [*kept, value] if isinstance(kept, list) else [value]


def set_part(place: object, path: list[str], value: object) -> None:
    """Set a part of nested maps, making those that are missing; what is no map is left alone."""
    for part in path[:-1]:
        if not isinstance(place, dict):
            return
        place = place.setdefault(part, {})
    if isinstance(place, dict):
        place[path[-1]] = value
