"""Who may be where: chatrooms and threads as one user finds them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Select, Table, bindparam, insert, select, update

from threadfilesharing.database.store import AnyRow, Work
from threadfilesharing.database.tables import chatrooms, memberships, threads
from threadfilesharing.live.acts import Enter, Exit, chatroom_room, thread_room
from threadfilesharing.problems import forbidden, not_found
from threadfilesharing.services.core import Reads
from threadfilesharing.services.people import BY_ID, Person, Role, person_of


@dataclass(frozen=True, slots=True)
class Place:
    """A chatroom or a thread, and whether the one who looks is in it.

    `room` is its room on the socket; `chatroom_id` is its own id, or that of the chatroom around the thread.
    """

    row: AnyRow
    room: str
    chatroom_id: str
    thread_id: str | None
    is_member: bool

    def require_member(self) -> None:
        """Refuse somebody who is not in it.

        Raises:
            Problem: 403.
        """
        if not self.is_member:
            raise forbidden("only members may do this")

    def require_manager(self, person: Person) -> None:
        """Refuse somebody who neither made it (and is still in it) nor manages the company.

        Raises:
            Problem: 403.
        """
        made_it = self.row.created_by == person.id and self.is_member
        if not (made_it or person.role.manages):
            raise forbidden("only its creator, an ADMIN or an OWNER may do this")


_IS_IN = select(memberships.c.id).where(
    memberships.c.room == bindparam("room"),
    memberships.c.user_id == bindparam("user"),
    memberships.c.until_event.is_(None),
)


def _with_membership(table: Table) -> Select[*tuple[Any, ...]]:
    mine = (
        (memberships.c.room == bindparam("room"))
        & (memberships.c.user_id == bindparam("user"))
        & memberships.c.until_event.is_(None)
    )
    return (
        select(table, memberships.c.id.label("membership_id"))
        .select_from(table.outerjoin(memberships, mine))
        .where(table.c.id == bindparam("key"), table.c.company_id == bindparam("company"))
    )


# Built once, because every message asks one of these.
_CHATROOM = _with_membership(chatrooms)
_THREAD = _with_membership(threads)


async def is_in(reads: Reads, room: str, user_id: str) -> bool:
    """Return whether a user is a member of a room."""
    return await reads.first(_IS_IN, {"room": room, "user": user_id}) is not None


async def chatroom_for(reads: Reads, person: Person, chatroom_id: str) -> Place:
    """Return a chatroom of the person's company.

    Raises:
        Problem: 404.
    """
    room = chatroom_room(chatroom_id)
    row = await reads.first(
        _CHATROOM, {"room": room, "user": person.id, "key": chatroom_id, "company": person.company_id}
    )
    if row is None:
        raise not_found("chatroom")
    return Place(row, room, chatroom_id, None, row.membership_id is not None)


async def thread_for(reads: Reads, person: Person, thread_id: str) -> Place:
    """Return a thread of the person's company.

    Raises:
        Problem: 404.
    """
    room = thread_room(thread_id)
    row = await reads.first(_THREAD, {"room": room, "user": person.id, "key": thread_id, "company": person.company_id})
    if row is None:
        raise not_found("thread")
    return Place(row, room, str(row.chatroom_id), thread_id, row.membership_id is not None)


async def place_for(reads: Reads, person: Person, chatroom_id: str | None, thread_id: str | None) -> Place:
    """Return the one place that is named, which the person must be a member of.

    Raises:
        Problem: 403 or 404.
    """
    if thread_id is not None:
        place = await thread_for(reads, person, thread_id)
    else:
        place = await chatroom_for(reads, person, str(chatroom_id))
    place.require_member()
    return place


async def colleague(reads: Reads, person: Person, user_id: str) -> Person:
    """Return a user of the same company.

    Raises:
        Problem: 404.
    """
    row = await reads.first(BY_ID, {"user": user_id})
    if row is None or row.company_id != person.company_id:
        raise not_found("user")
    return person_of(row)


def refuse_guest(person: Person, deed: str) -> None:
    """Refuse a GUEST.

    Raises:
        Problem: 403.
    """
    if person.role is Role.GUEST:
        raise forbidden(f"a GUEST may not {deed}")


async def was_in(reads: Reads, room: str, user_id: str) -> bool:
    """Return whether a user is a member of a room, or was one."""
    found = select(memberships.c.id).where(memberships.c.room == room, memberships.c.user_id == user_id)
    return await reads.first(found) is not None


async def member_ids(reads: Reads, room: str) -> list[str]:
    """Return who is in a room, in the order of joining."""
    rows = await reads.all(
        select(memberships.c.user_id)
        .where(memberships.c.room == room, memberships.c.until_event.is_(None))
        .order_by(memberships.c.id)
    )
    return [str(row[0]) for row in rows]


async def let_in(work: Work, room: str, user_ids: Sequence[str], *, since_event: int) -> None:
    """Make users members of a room from the event `since_event` on, that one included."""
    await work.run_many(
        insert(memberships),
        [{"room": room, "user_id": each, "since_event": since_event, "joined_at": work.at} for each in user_ids],
    )
    work.acts.append(Enter(tuple(user_ids), room))


async def put_out(
    work: Work, rooms: Sequence[str], user_id: str, *, until_event: int, because: Literal["removed", "revoked"]
) -> None:
    """End a user's membership of rooms after the event `until_event`, that one included."""
    await work.run(
        update(memberships)
        .where(memberships.c.room.in_(rooms), memberships.c.user_id == user_id, memberships.c.until_event.is_(None))
        .values(until_event=until_event)
    )
    work.acts.append(Exit(user_id, tuple(rooms), because))


async def threads_of(reads: Reads, chatroom_id: str, *, with_member: str | None = None) -> list[str]:
    """Return the threads of a chatroom, or those of them that a user takes part in."""
    ids = [str(row[0]) for row in await reads.all(select(threads.c.id).where(threads.c.chatroom_id == chatroom_id))]
    if with_member is None or not ids:
        return ids
    rooms = [thread_room(each) for each in ids]
    taking_part = await reads.all(
        select(memberships.c.room).where(
            memberships.c.room.in_(rooms), memberships.c.user_id == with_member, memberships.c.until_event.is_(None)
        )
    )
    mine = {str(row[0]) for row in taking_part}
    return [each for each in ids if thread_room(each) in mine]
