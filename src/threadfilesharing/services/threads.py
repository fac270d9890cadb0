"""Threads inside chatrooms, and who takes part in them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, insert, select, update

from threadfilesharing.database.tables import memberships, messages, threads
from threadfilesharing.defects.seams import Looking
from threadfilesharing.live.acts import chatroom_room, thread_room, user_room
from threadfilesharing.moment import new_id
from threadfilesharing.problems import Code, conflict, not_found
from threadfilesharing.services.access import (
    chatroom_for,
    colleague,
    is_in,
    let_in,
    member_ids,
    put_out,
    refuse_guest,
    thread_for,
    was_in,
)
from threadfilesharing.services.chatrooms import end_rooms
from threadfilesharing.services.core import Core, about, page
from threadfilesharing.services.files import drop_files
from threadfilesharing.services.people import Person


def thread_view(row: Any, participants: Sequence[str]) -> dict[str, Any]:
    """Return a thread as every answer and event shows it."""
    return {
        "id": row.id,
        "chatroomId": row.chatroom_id,
        "title": row.title,
        "parentMessageId": row.parent_message_id,
        "isArchived": bool(row.is_archived),
        "createdBy": row.created_by,
        "participantIds": list(participants),
        "createdAt": row.created_at,
        "updatedAt": row.updated_at,
    }


class Threads:
    """Beginning, changing, archiving and ending threads."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def create(
        self, person: Person, *, chatroom_id: str, title: str, parent_message_id: str | None
    ) -> dict[str, Any]:
        """Begin a thread in a chatroom; its creator is its first participant.

        Raises:
            Problem: 403 (also for a GUEST), 404.
        """
        async with self._core.store.write(person.company_id) as work:
            refuse_guest(await self._core.acting(person), "create a thread")
            place = await chatroom_for(work, person, chatroom_id)
            place.require_member()
            if parent_message_id is not None:
                parent = await work.first(
                    select(messages.c.id).where(messages.c.id == parent_message_id, messages.c.room == place.room)
                )
                if parent is None:
                    raise not_found("parent message")
            thread_id, event_id = new_id(), await work.next_event()
            await work.run(
                insert(threads).values(
                    id=thread_id,
                    company_id=person.company_id,
                    chatroom_id=chatroom_id,
                    title=title,
                    parent_message_id=parent_message_id,
                    is_archived=False,
                    created_by=person.id,
                    event_id=event_id,
                    created_at=work.at,
                    updated_at=work.at,
                )
            )
            await let_in(work, thread_room(thread_id), [person.id], since_event=event_id)
            row = await work.first(select(threads).where(threads.c.id == thread_id))
            view = thread_view(row, [person.id])
            work.tell("thread_created", [place.room], about(view, "threadId"), event_id)
        return view

    async def get(self, person: Person, thread_id: str) -> dict[str, Any]:
        """Return a thread to one of its participants.

        Raises:
            Problem: 403, 404.
        """
        place = await thread_for(self._core.store, person, thread_id)
        place.require_member()
        return thread_view(place.row, await member_ids(self._core.store, place.room))

    async def list_in(self, person: Person, *, chatroom_id: str, limit: int, cursor: int | None) -> dict[str, Any]:
        """Return the threads of a chatroom to one of its members, newest first.

        Raises:
            Problem: 403, 404.
        """
        store = self._core.store
        place = await chatroom_for(store, person, chatroom_id)
        looks = self._core.seams.may_look
        if not looks or not looks(
            place.is_member, Looking(person.id, place.room, await was_in(store, place.room, person.id))
        ):
            place.require_member()
        query = (
            select(threads)
            .where(threads.c.chatroom_id == chatroom_id)
            .order_by(threads.c.event_id.desc())
            .limit(limit + 1)
        )
        if cursor is not None:
            query = query.where(threads.c.event_id < cursor)
        found = await store.all(query)
        inside: dict[str, list[str]] = {thread_room(row.id): [] for row in found}
        for row in await store.all(
            select(memberships.c.room, memberships.c.user_id)
            .where(memberships.c.room.in_(list(inside)), memberships.c.until_event.is_(None))
            .order_by(memberships.c.id)
        ):
            inside[row[0]].append(row[1])
        rows = [{**thread_view(row, inside[thread_room(row.id)]), "_cursor": row.event_id} for row in found]
        answer = page(rows, limit, "_cursor")
        for item in answer["items"]:
            del item["_cursor"]
        return answer

    async def change(self, person: Person, thread_id: str, title: str) -> dict[str, Any]:
        """Give a thread another title.

        Raises:
            Problem: 403, 404.
        """
        return await self._update(person, thread_id, "thread_updated", {"title": title})

    async def archive(self, person: Person, thread_id: str) -> dict[str, Any]:
        """Archive a thread: it can still be read, nothing can be added.

        Raises:
            Problem: 403, 404.
        """
        return await self._update(person, thread_id, "thread_archived", {"is_archived": True})

    async def _update(self, person: Person, thread_id: str, event: str, values: dict[str, Any]) -> dict[str, Any]:
        async with self._core.store.write(person.company_id) as work:
            place = await thread_for(work, person, thread_id)
            place.require_member()
            await work.run(update(threads).where(threads.c.id == thread_id).values(**values, updated_at=work.at))
            row = await work.first(select(threads).where(threads.c.id == thread_id))
            view = thread_view(row, await member_ids(work, place.room))
            await work.lasting(event, [place.room], about(view, "threadId"))
        return view

    async def delete(self, person: Person, thread_id: str) -> None:
        """End a thread with all that is in it.

        Raises:
            Problem: 403, 404.
        """
        async with self._core.store.write(person.company_id) as work:
            place = await thread_for(work, person, thread_id)
            place.require_member()
            told = {"threadId": thread_id, "chatroomId": place.chatroom_id, "deletedBy": person.id}
            event_id = await work.lasting("thread_deleted", [place.room], told)
            await end_rooms(work, [place.room], until_event=event_id)
            await work.run(delete(threads).where(threads.c.id == thread_id))
            await drop_files(self._core, work, person.company_id, [place.room])

    async def add_participant(self, person: Person, thread_id: str, user_id: str) -> dict[str, Any]:
        """Let a member of the chatroom take part in the thread.

        Raises:
            Problem: 403, 404, or 409 for one who takes part already or is not in the chatroom.
        """
        async with self._core.store.write(person.company_id) as work:
            place = await thread_for(work, person, thread_id)
            place.require_manager(await self._core.acting(person))
            added = await colleague(work, person, user_id)
            if await is_in(work, place.room, user_id):
                raise conflict(Code.ALREADY_MEMBER, "takes part in this thread already")
            if not await is_in(work, chatroom_room(place.chatroom_id), user_id):
                raise conflict(Code.NOT_A_ROOM_MEMBER, "must be a member of the chatroom first")
            event_id = await work.next_event()
            await let_in(work, place.room, [user_id], since_event=event_id)
            told = {
                "threadId": thread_id,
                "chatroomId": place.chatroom_id,
                "userId": user_id,
                "user": added.brief,
                "addedBy": person.id,
            }
            work.tell("thread_participant_added", [place.room, user_room(user_id)], told, event_id)
        return told

    async def remove_participant(self, person: Person, thread_id: str, user_id: str) -> None:
        """Put somebody out of a thread: the last that it hears of it is that it was removed.

        Raises:
            Problem: 403, or 404 also for one who does not take part.
        """
        async with self._core.store.write(person.company_id) as work:
            place = await thread_for(work, person, thread_id)
            place.require_manager(await self._core.acting(person))
            if not await is_in(work, place.room, user_id):
                raise not_found("participant")
            told = {
                "threadId": thread_id,
                "chatroomId": place.chatroom_id,
                "userId": user_id,
                "removedBy": person.id,
            }
            event_id = await work.lasting("thread_participant_removed", [place.room, user_room(user_id)], told)
            await put_out(work, [place.room], user_id, until_event=event_id, because="removed")
