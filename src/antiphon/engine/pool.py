"""People that scenarios made and leave to later ones, by `users.pool`: company by company, never to two at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from msgspec import Struct, field

from antiphon.language.call import CallSpec
from antiphon.target.model import ResourceRule


class Pooled(Struct, eq=False, kw_only=True):
    """A person that is there already; whoever plays it next logs in anew."""

    role: str
    facts: dict[str, object]


class PooledThing(Struct, eq=False, kw_only=True):
    """What the making of a person made, and who removes it."""

    rule: ResourceRule
    key: object
    cleanup: CallSpec
    by: Pooled | None


class PooledCompany(Struct, eq=False, kw_only=True):
    """People who belong together.

    Attributes:
        name: The company's name at the target.
        place: The category whose scenarios may have it; empty where all may.
        made: What is removed when nobody needs them any more, in the order in which it was made.
    """

    name: str
    place: str
    founder: Pooled | None = None
    members: list[Pooled] = field(default_factory=list)
    made: list[PooledThing] = field(default_factory=list)

    def shared_with(self, roles: Counter[str]) -> int:
        """Return how many of these roles it has people for."""
        there = Counter(member.role for member in self.members)
        if self.founder is not None:
            there[self.founder.role] += 1
        return sum((there & roles).values())


class Pool:
    """The companies that no scenario has at the moment."""

    def __init__(self) -> None:
        """Begin with none."""
        self._free: list[PooledCompany] = []

    def take(self, place: str, roles: Iterable[str]) -> PooledCompany | None:
        """Return the company that has most of these roles; nobody else gets it. None if there is none to have."""
        wanted = Counter(roles)
        there = [company for company in self._free if company.place == place]
        if not there:
            return None
        found = max(there, key=lambda company: company.shared_with(wanted))
        self._free.remove(found)
        return found

    def put(self, company: PooledCompany) -> None:
        """Leave a company to whoever needs one next."""
        self._free.append(company)

    def emptied(self, place: str | None = None) -> list[PooledCompany]:
        """Return the companies of a place, or all, and have them no more; the last one that came is the first."""
        gone = [company for company in self._free if place is None or company.place == place]
        self._free = [company for company in self._free if company not in gone]
        return gone[::-1]
