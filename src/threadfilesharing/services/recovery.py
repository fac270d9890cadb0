"""What a socket is owed of the time when it was not there."""

from typing import Any

import orjson
from sqlalchemy import select

from threadfilesharing.database.tables import companies, memberships, outbox, users
from threadfilesharing.live.acts import Tell, company_room, user_room
from threadfilesharing.live.presence import Presence
from threadfilesharing.services.core import Reads
from threadfilesharing.services.people import COLUMNS, Person, person_of


async def newest_event(reads: Reads, company_id: str) -> int:
    """Return the number of a company's newest lasting event."""
    row = await reads.first(select(companies.c.last_event_id).where(companies.c.id == company_id))
    return int(row[0]) if row is not None else 0


async def rooms_of(reads: Reads, user_id: str) -> list[str]:
    """Return the chatrooms and threads that a user is in, as rooms."""
    rows = await reads.all(
        select(memberships.c.room).where(memberships.c.user_id == user_id, memberships.c.until_event.is_(None))
    )
    return [str(row[0]) for row in rows]


async def owed(reads: Reads, person: Person, *, after: int, up_to: int) -> list[Tell]:
    """Return the lasting events that a user was owed, those of rooms that it has left since included.

    Args:
        reads: The database.
        person: Whose they are.
        after: The newest event that the user has.
        up_to: The newest event to return.
    """
    after = max(after, person.since_event - 1)
    if after >= up_to:
        return []
    spans: dict[str, list[tuple[int, int]]] = {}
    for room, since, until in await reads.all(
        select(memberships.c.room, memberships.c.since_event, memberships.c.until_event).where(
            memberships.c.user_id == person.id
        )
    ):
        spans.setdefault(str(room), []).append((int(since), up_to if until is None else int(until)))
    always = {company_room(person.company_id), user_room(person.id)}
    letters = []
    for event_id, name, rooms, data in await reads.all(
        select(outbox.c.event_id, outbox.c.name, outbox.c.rooms, outbox.c.data)
        .where(outbox.c.company_id == person.company_id, outbox.c.event_id > after, outbox.c.event_id <= up_to)
        .order_by(outbox.c.event_id)
    ):
        told = tuple(orjson.loads(rooms))
        if any(
            room in always or any(since <= event_id <= until for since, until in spans.get(room, ())) for room in told
        ):
            letters.append(Tell(name=name, rooms=told, data=orjson.loads(data), event_id=int(event_id)))
    return letters


async def changed_statuses(
    reads: Reads, presence: Presence, person: Person, *, last_event_id: int
) -> list[dict[str, Any]]:
    """Return the present statuses of the colleagues whose status changed after a user was last there."""
    mark = presence.missed_by(person.id, last_event_id)
    rows = await reads.all(
        select(*COLUMNS).where(
            users.c.company_id == person.company_id,
            users.c.id != person.id,
            users.c.status_changed_at > users.c.created_at,
        )
    )
    colleagues = [person_of(row) for row in rows]
    return [
        each.status_view
        for each in colleagues
        if (each.status_event >= last_event_id if mark is None else presence.changed_after(each.id, mark))
    ]
