"""What every service works with."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import Executable

from threadfilesharing.database.store import AnyRow, Store, Values
from threadfilesharing.defects.seams import Seams
from threadfilesharing.live.hub import Hub
from threadfilesharing.problems import Code, Problem
from threadfilesharing.services.jobs import Jobs
from threadfilesharing.services.people import People, Person
from threadfilesharing.settings import Settings


@dataclass(frozen=True, slots=True)
class Core:
    """The settings, the truth, the sockets, the work in the background, and what is planted."""

    settings: Settings
    store: Store
    hub: Hub
    people: People
    jobs: Jobs
    seams: Seams

    async def acting(self, person: Person) -> Person:
        """Return who acts as it is now; inside a change nothing can alter it any more.

        Raises:
            Problem: 401; it was removed since its token was looked at.
        """
        now = await self.people.find(self.store, person.id)
        if now is None:
            raise Problem(401, Code.TOKEN_REVOKED, "the account was removed", headers={"www-authenticate": "Bearer"})
        return now


class Reads(Protocol):
    """Whoever can be asked: the store over what is committed, a change over what it sees itself."""

    async def all(self, statement: Executable, values: Values | None = None) -> Sequence[AnyRow]:
        """Return all rows."""

    async def first(self, statement: Executable, values: Values | None = None) -> AnyRow | None:
        """Return the first row."""


def about(view: dict[str, Any], key: str) -> dict[str, Any]:
    """Return a thing's REST fields as its events carry them: the same, but `id` is named after the thing."""
    fields = dict(view)
    return {key: fields.pop("id"), **fields}


def page(rows: list[dict[str, Any]], limit: int, cursor_of: str) -> dict[str, Any]:
    """Return a page from one row more than it shows."""
    items = rows[:limit]
    more = len(rows) > limit
    cursor = str(items[-1][cursor_of]) if more else None
    return {"items": items, "nextCursor": cursor, "hasNext": more}
