"""Who somebody is: users as values, remembered until they change.

One process is the only writer, and every change to a user forgets it here before the next change may begin, so a
remembered user is never an outdated one.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import bindparam, select

from threadfilesharing.database.store import AnyRow, Store, Work
from threadfilesharing.database.tables import users


class Role(StrEnum):
    """What a user is in its company, from the mightiest to the least."""

    OWNER = "OWNER"
    ADMIN = "ADMIN"
    MEMBER = "MEMBER"
    GUEST = "GUEST"

    @property
    def manages(self) -> bool:
        """Whether this role manages the company and its rooms."""
        return self in (Role.OWNER, Role.ADMIN)

    def above(self, other: "Role") -> bool:
        """Return whether this role is mightier than another."""
        order = list(Role)
        return order.index(self) < order.index(other)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A user, as it was when it was read."""

    id: str
    company_id: str
    email: str
    full_name: str
    title: str | None
    bio: str | None
    role: Role
    status: str
    status_message: str | None
    status_changed_at: str
    status_event: int
    since_event: int
    created_at: str
    updated_at: str

    @property
    def view(self) -> dict[str, Any]:
        """This user as every answer and event shows it."""
        return {
            "id": self.id,
            "companyId": self.company_id,
            "email": self.email,
            "fullName": self.full_name,
            "title": self.title,
            "bio": self.bio,
            "role": self.role.value,
            "status": self.status,
            "statusMessage": self.status_message,
            "createdAt": self.created_at,
            "updatedAt": self.updated_at,
        }

    @property
    def brief(self) -> dict[str, Any]:
        """This user where only its name matters."""
        return {"id": self.id, "fullName": self.full_name}

    @property
    def status_view(self) -> dict[str, Any]:
        """This user's status, as the answer and the event show it."""
        return {
            "userId": self.id,
            "status": self.status,
            "message": self.status_message,
            "changedAt": self.status_changed_at,
        }


_FIELDS = tuple(name for name in Person.__slots__)
COLUMNS = [users.c[name] for name in _FIELDS]
BY_ID = select(*COLUMNS).where(users.c.id == bindparam("user"))
"""The query for one user, built once."""


def person_of(row: AnyRow) -> Person:
    """Return a user from its row."""
    values = dict(zip(_FIELDS, row, strict=True))
    return Person(**values | {"role": Role(values["role"])})


class People:
    """The users that were asked for."""

    def __init__(self) -> None:
        self._known: dict[str, Person] = {}
        self._changes = 0

    async def find(self, store: Store, user_id: str) -> Person | None:
        """Return a user, or nothing if there is none (any more)."""
        known = self._known.get(user_id)
        if known is not None:
            return known
        changes = self._changes
        row = await store.first(BY_ID, {"user": user_id})
        if row is None:
            return None
        person = person_of(row)
        if changes == self._changes:
            self._known[user_id] = person
        return person

    def added(self, work: Work, person: Person) -> None:
        """Remember a user as soon as the change that makes it is committed."""
        work.after.append(lambda: self._known.update({person.id: person}))

    def changed(self, work: Work, *user_ids: str) -> None:
        """Forget users as soon as a change to them is committed."""

        def forget() -> None:
            self._changes += 1
            for user_id in user_ids:
                self._known.pop(user_id, None)

        work.after.append(forget)
