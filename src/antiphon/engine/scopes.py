"""A name space of a play: what its users, saves, vars and inputs are called."""

from __future__ import annotations

from collections.abc import Mapping

from antiphon.language.scope import MISSING


class NameSpace:
    """What names mean in a scenario, or inside one use of a fragment; grows as steps save."""

    __slots__ = ("known", "members")

    def __init__(self, known: Mapping[str, object] | None = None) -> None:
        self.known: dict[str, object] = dict(known or {})
        self.members: dict[str, MemberNames] = {}

    def lookup(self, name: str) -> object:
        """Return what `name` means, or MISSING."""
        return self.known.get(name, MISSING)

    def as_now(self) -> NameSpace:
        """Return a copy that later saves do not change."""
        return NameSpace(self.known)

    def of_member(self, user: str) -> MemberNames:
        """Return the names as one user of a group sees them."""
        found = self.members.get(user)
        if found is None:
            found = self.members[user] = MemberNames(self)
        return found

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


class MemberNames(NameSpace):
    """The names that one user of a group sees: what it saved itself, over what everybody knows.

    What it saves everybody knows as well, until somebody else saves it anew.
    """

    __slots__ = ("shared",)

    def __init__(self, shared: NameSpace) -> None:
        super().__init__()
        self.shared = shared

    def as_now(self) -> NameSpace:
        """Return a copy that later saves do not change, what everybody knows included."""
        return NameSpace({**self.shared.known, **self.known})

    def lookup(self, name: str) -> object:
        """Return what `name` means to this user, or MISSING."""
        found = self.known.get(name, MISSING)
        return found if found is not MISSING else self.shared.lookup(name)

    def set(self, name: str, value: object) -> None:
        """Give `name` a meaning, its own and everybody's."""
        super().set(name, value)
        self.shared.set(name, value)

    def append(self, name: str, value: object) -> None:
        """Add a value to the list that `name` means to everybody."""
        self.shared.append(name, value)


def range_of(first: int, last: int | None = None) -> list[int]:
    """Return the numbers from `first` up to `last`, that one left out; of a single number those below it.

    Raises:
        ValueError: There are more than a million.
    """
    low, high = (0, first) if last is None else (first, last)
    if high - low > 1_000_000:
        raise ValueError("a range has at most a million numbers")
    return list(range(low, high))


def set_part(place: object, path: list[str], value: object) -> None:
    """Set a part of nested maps, making those that are missing; what is no map is left alone."""
    for part in path[:-1]:
        if not isinstance(place, dict):
            return
        place = place.setdefault(part, {})
    if isinstance(place, dict):
        place[path[-1]] = value
