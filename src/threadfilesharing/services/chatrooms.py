"""Chatrooms and who is in them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, insert, or_, select, update

from threadfilesharing.database.store import Work
from threadfilesharing.database.tables import chatrooms, deliveries, memberships, messages, threads, users
from threadfilesharing.live.acts import Dissolve, chatroom_room, thread_room, user_room
from threadfilesharing.moment import new_id
from threadfilesharing.problems import Code, conflict, forbidden, not_found
from threadfilesharing.services.access import (
    chatroom_for,
    colleague,
    is_in,
    let_in,
    member_ids,
    put_out,
    refuse_guest,
    threads_of,
)
from threadfilesharing.services.core import Core, about, page
from threadfilesharing.services.files import drop_files
from threadfilesharing.services.members import revoke_room
from threadfilesharing.services.people import COLUMNS, Person, Role, person_of


def chatroom_view(row: Any, members: Sequence[str]) -> dict[str, Any]:
    """Return a chatroom as every answer and event shows it."""
    return {
        "id": row.id,
        "name": row.name,
        "isPrivate": bool(row.is_private),
        "createdBy": row.created_by,
        "memberIds": list(members),
        "createdAt": row.created_at,
        "updatedAt": row.updated_at,
    }


class Chatrooms:
    """Making, changing and ending rooms; letting people in and putting them out."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def create(self, person: Person, *, name: str, wanted: Sequence[str], is_private: bool) -> dict[str, Any]:
        """Make a chatroom with its creator and `wanted` as members.

        Raises:
            Problem: 403 for a GUEST (as creator, or as member of a private room), 404 for an unknown member.
        """
        async with self._core.store.write(person.company_id) as work:
            acting = await self._core.acting(person)
            refuse_guest(acting, "create a chatroom")
            members = list(dict.fromkeys([person.id, *wanted]))
            await self._check_members(work, person, members, is_private=is_private)
            chatroom_id, event_id = new_id(), await work.next_event()
            await work.run(
                insert(chatrooms).values(
                    id=chatroom_id,
                    company_id=person.company_id,
                    name=name,
                    is_private=is_private,
                    created_by=person.id,
                    event_id=event_id,
                    created_at=work.at,
                    updated_at=work.at,
                )
            )
            room = chatroom_room(chatroom_id)
            await let_in(work, room, members, since_event=event_id)
            row = await work.first(select(chatrooms).where(chatrooms.c.id == chatroom_id))
            view = chatroom_view(row, members)
            work.tell("chatroom_created", [room], about(view, "chatroomId"), event_id)
        return view

    async def _check_members(self, work: Work, person: Person, ids: Sequence[str], *, is_private: bool) -> None:
        rows = await work.all(select(*COLUMNS).where(users.c.id.in_(ids), users.c.company_id == person.company_id))
        found = [person_of(row) for row in rows]
        if len(found) < len(ids):
            raise not_found("a member")
        if is_private and any(each.role is Role.GUEST for each in found):
            raise forbidden("a GUEST may not be in a private chatroom")

    async def get(self, person: Person, chatroom_id: str) -> dict[str, Any]:
        """Return a chatroom to one of its members.

        Raises:
            Problem: 403, 404.
        """
        place = await chatroom_for(self._core.store, person, chatroom_id)
        place.require_member()
        return chatroom_view(place.row, await member_ids(self._core.store, place.room))

    async def list_all(self, person: Person, *, limit: int, cursor: int | None) -> dict[str, Any]:
        """Return the company's public chatrooms and the private ones that the person is in, newest first."""
        store = self._core.store
        mine = select(memberships.c.room).where(memberships.c.user_id == person.id, memberships.c.until_event.is_(None))
        query = (
            select(chatrooms)
            .where(
                chatrooms.c.company_id == person.company_id,
                or_(chatrooms.c.is_private.is_(False), ("chatroom:" + chatrooms.c.id).in_(mine)),
            )
            .order_by(chatrooms.c.event_id.desc())
            .limit(limit + 1)
        )
        if cursor is not None:
            query = query.where(chatrooms.c.event_id < cursor)
        found = await store.all(query)
        inside: dict[str, list[str]] = {chatroom_room(row.id): [] for row in found}
        for row in await store.all(
            select(memberships.c.room, memberships.c.user_id)
            .where(memberships.c.room.in_(list(inside)), memberships.c.until_event.is_(None))
            .order_by(memberships.c.id)
        ):
            inside[row[0]].append(row[1])
        rows = [{**chatroom_view(row, inside[chatroom_room(row.id)]), "_cursor": row.event_id} for row in found]
        answer = page(rows, limit, "_cursor")
        for item in answer["items"]:
            del item["_cursor"]
        return answer

    async def change(self, person: Person, chatroom_id: str, changes: dict[str, Any]) -> dict[str, Any]:
        """Rename a chatroom, or make it private or public; a private one is left by its GUESTs at once.

        Raises:
            Problem: 403, 404.
        """
        async with self._core.store.write(person.company_id) as work:
            place = await chatroom_for(work, person, chatroom_id)
            place.require_manager(await self._core.acting(person))
            await work.run(update(chatrooms).where(chatrooms.c.id == chatroom_id).values(**changes, updated_at=work.at))
            if changes.get("is_private"):
                for guest_id in await self._guests_in(work, place.room):
                    await revoke_room(work, chatroom_id, guest_id, reason="ROOM_BECAME_PRIVATE")
            row = await work.first(select(chatrooms).where(chatrooms.c.id == chatroom_id))
            view = chatroom_view(row, await member_ids(work, place.room))
            await work.lasting("chatroom_updated", [place.room], about(view, "chatroomId"))
        return view

    async def _guests_in(self, work: Work, room: str) -> list[str]:
        rows = await work.all(
            select(users.c.id).where(users.c.id.in_(await member_ids(work, room)), users.c.role == Role.GUEST.value)
        )
        return [str(row[0]) for row in rows]

    async def delete(self, person: Person, chatroom_id: str) -> None:
        """End a chatroom with all that is in it.

        Raises:
            Problem: 403, 404.
        """
        async with self._core.store.write(person.company_id) as work:
            place = await chatroom_for(work, person, chatroom_id)
            place.require_manager(await self._core.acting(person))
            event_id = await work.lasting(
                "chatroom_deleted", [place.room], {"chatroomId": chatroom_id, "deletedBy": person.id}
            )
            rooms = [place.room, *map(thread_room, await threads_of(work, chatroom_id))]
            await end_rooms(work, rooms, until_event=event_id)
            await work.run(delete(threads).where(threads.c.chatroom_id == chatroom_id))
            await work.run(delete(chatrooms).where(chatrooms.c.id == chatroom_id))
            await drop_files(self._core, work, person.company_id, rooms)

    async def add_member(self, person: Person, chatroom_id: str, user_id: str) -> dict[str, Any]:
        """Let a colleague into a chatroom.

        Raises:
            Problem: 403, 404, or 409 for one who is in it.
        """
        async with self._core.store.write(person.company_id) as work:
            place = await chatroom_for(work, person, chatroom_id)
            place.require_manager(await self._core.acting(person))
            added = await colleague(work, person, user_id)
            if place.row.is_private and added.role is Role.GUEST:
                raise forbidden("a GUEST may not be in a private chatroom")
            if await is_in(work, place.room, user_id):
                raise conflict(Code.ALREADY_MEMBER, "already a member of this chatroom")
            event_id = await work.next_event()
            await let_in(work, place.room, [user_id], since_event=event_id)
            told = {"chatroomId": chatroom_id, "userId": user_id, "user": added.brief, "addedBy": person.id}
            work.tell("chatroom_member_added", [place.room, user_room(user_id)], told, event_id)
        return told

    async def remove_member(self, person: Person, chatroom_id: str, user_id: str) -> None:
        """Put somebody out of a chatroom and its threads: the last that it hears of them is that it was removed.

        Raises:
            Problem: 403, or 404 also for one who is not in it.
        """
        async with self._core.store.write(person.company_id) as work:
            place = await chatroom_for(work, person, chatroom_id)
            place.require_manager(await self._core.acting(person))
            if not await is_in(work, place.room, user_id):
                raise not_found("member")
            told = {"chatroomId": chatroom_id, "userId": user_id, "removedBy": person.id}
            event_id = await work.lasting("chatroom_member_removed", [place.room, user_room(user_id)], told)
            inner = await threads_of(work, chatroom_id, with_member=user_id)
            await put_out(
                work, [place.room, *map(thread_room, inner)], user_id, until_event=event_id, because="removed"
            )


async def end_rooms(work: Work, rooms: Sequence[str], *, until_event: int) -> None:
    """End all memberships and messages of rooms, after the event that says so."""
    await work.run(
        update(memberships)
        .where(memberships.c.room.in_(rooms), memberships.c.until_event.is_(None))
        .values(until_event=until_event)
    )
    gone = select(messages.c.id).where(messages.c.room.in_(rooms))
    await work.run(delete(deliveries).where(deliveries.c.message_id.in_(gone)))
    await work.run(delete(messages).where(messages.c.room.in_(rooms)))
    work.acts.append(Dissolve(tuple(rooms)))
