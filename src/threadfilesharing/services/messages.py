"""Messages, in chatrooms and in threads: one path for both, and for both channels."""

from typing import Any

from sqlalchemy import delete, insert, select, update

from threadfilesharing.database.store import AnyRow, Work
from threadfilesharing.database.tables import deliveries, messages, users
from threadfilesharing.defects.seams import Listing
from threadfilesharing.live.acts import user_room
from threadfilesharing.moment import new_id
from threadfilesharing.problems import Code, conflict, forbidden, invalid, not_found
from threadfilesharing.services.access import chatroom_for, is_in, place_for, thread_for
from threadfilesharing.services.core import Core, Reads, about, page
from threadfilesharing.services.people import Person

FORMER = "Former member"
"""The name of a sender who was erased."""

LONGEST = 10_000

_INSERT = insert(messages)


def message_view(row: Any, full_name: str | None) -> dict[str, Any]:
    """Return a message as every answer, list, acknowledgement and event shows it."""
    return {
        "id": row.id,
        "chatroomId": row.chatroom_id,
        "threadId": row.thread_id,
        "content": row.content,
        "messageType": row.message_type,
        "sender": {"id": row.sender_id, "fullName": full_name or FORMER},
        "replyToId": row.reply_to_id,
        "clientMessageId": row.client_message_id,
        "version": row.version,
        "createdAt": row.created_at,
        "editedAt": row.edited_at,
    }


def check_content(content: str) -> None:
    """Refuse an empty message or one that is too long.

    Raises:
        Problem: 400.
    """
    if not content.strip():
        raise invalid("the content is empty", "content")
    if len(content) > LONGEST:
        raise invalid(f"the content has {len(content)} characters, at most {LONGEST} are allowed", "content")


class Messages:
    """Sending, editing, deleting, listing, acknowledging."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def send(
        self,
        person: Person,
        *,
        chatroom_id: str | None = None,
        thread_id: str | None = None,
        content: str,
        message_type: str,
        reply_to_id: str | None,
        client_message_id: str | None,
    ) -> tuple[dict[str, Any], bool]:
        """Return a message and whether it is new; told again, the first one is returned and nothing happens.

        Raises:
            Problem: 400, 403, 404, or 409 in an archived thread.
        """
        check_content(content)
        async with self._core.store.write(person.company_id) as work:
            place = await place_for(work, person, chatroom_id, thread_id)
            if client_message_id is not None:
                first = await work.first(
                    select(messages).where(
                        messages.c.room == place.room,
                        messages.c.sender_id == person.id,
                        messages.c.client_message_id == client_message_id,
                    )
                )
                if first is not None:
                    return message_view(first, person.full_name), False
            if thread_id is not None and place.row.is_archived:
                raise conflict(Code.THREAD_ARCHIVED, "the thread is archived")
            if reply_to_id is not None:
                await self._require_here(work, reply_to_id, place.room)
            event_id = await work.next_event()
            values: dict[str, Any] = {
                "id": new_id(),
                "company_id": person.company_id,
                "chatroom_id": place.chatroom_id,
                "thread_id": place.thread_id,
                "room": place.room,
                "sender_id": person.id,
                "content": content,
                "message_type": message_type,
                "reply_to_id": reply_to_id,
                "client_message_id": client_message_id,
                "version": 1,
                "event_id": event_id,
                "created_at": work.at,
                "edited_at": None,
            }
            await work.run(_INSERT, values)
            view = message_view(_Values(values), person.full_name)
            work.tell("message_received", [place.room], about(view, "messageId"), event_id)
        return view, True

    async def _require_here(self, work: Work, message_id: str, room: str) -> None:
        if (
            await work.first(select(messages.c.id).where(messages.c.id == message_id, messages.c.room == room))
        ) is None:
            raise not_found("the message that this one replies to was")

    async def _message_for(self, reads: Reads, person: Person, message_id: str) -> AnyRow:
        row = await reads.first(
            select(messages, users.c.full_name)
            .select_from(messages.outerjoin(users, users.c.id == messages.c.sender_id))
            .where(messages.c.id == message_id, messages.c.company_id == person.company_id)
        )
        if row is None:
            raise not_found("message")
        return row

    async def edit(self, person: Person, message_id: str, content: str) -> dict[str, Any]:
        """Change what a message says; only its sender may, while in the room.

        Raises:
            Problem: 400, 403, 404.
        """
        check_content(content)
        async with self._core.store.write(person.company_id) as work:
            row = await self._message_for(work, person, message_id)
            if row.sender_id != person.id or not await is_in(work, row.room, person.id):
                raise forbidden("only the sender may edit a message")
            await work.run(
                update(messages)
                .where(messages.c.id == message_id)
                .values(content=content, version=messages.c.version + 1, edited_at=work.at)
            )
            changed = await self._message_for(work, person, message_id)
            view = message_view(changed, changed.full_name)
            await work.lasting("message_edited", [row.room], about(view, "messageId"))
        return view

    async def delete(self, person: Person, message_id: str) -> None:
        """Take a message away; its sender may, and whoever manages the company.

        Raises:
            Problem: 403, 404.
        """
        async with self._core.store.write(person.company_id) as work:
            row = await self._message_for(work, person, message_id)
            mine = row.sender_id == person.id and await is_in(work, row.room, person.id)
            if not (mine or (await self._core.acting(person)).role.manages):
                raise forbidden("only the sender, an ADMIN or an OWNER may delete a message")
            await work.run(delete(messages).where(messages.c.id == message_id))
            await work.run(delete(deliveries).where(deliveries.c.message_id == message_id))
            gone = {
                "messageId": message_id,
                "chatroomId": row.chatroom_id,
                "threadId": row.thread_id,
                "deletedBy": person.id,
            }
            await work.lasting("message_deleted", [row.room], gone)

    async def list_in(
        self,
        person: Person,
        *,
        chatroom_id: str | None = None,
        thread_id: str | None = None,
        limit: int,
        cursor: int | None,
        after: int | None,
    ) -> dict[str, Any]:
        """Return a page of messages, the newest first.

        Args:
            person: Who asks; must be a member.
            chatroom_id: The chatroom, or
            thread_id: the thread.
            limit: How many at most.
            cursor: Go on below this event.
            after: Only what came after this event.

        Raises:
            Problem: 403, 404.
        """
        store = self._core.store
        if thread_id is not None:
            place = await thread_for(store, person, thread_id)
        else:
            place = await chatroom_for(store, person, str(chatroom_id))
        place.require_member()
        query = (
            select(messages, users.c.full_name)
            .select_from(messages.outerjoin(users, users.c.id == messages.c.sender_id))
            .where(messages.c.room == place.room)
            .order_by(messages.c.event_id.desc())
            .limit(limit + 1)
        )
        if cursor is not None:
            query = query.where(messages.c.event_id < cursor)
        if after is not None:
            query = query.where(messages.c.event_id > after)
        rows = [
            {**message_view(row, row.full_name), "_cursor": row.event_id} for row in await self._core.store.all(query)
        ]
        answer = page(rows, limit, "_cursor")
        for item in answer["items"]:
            del item["_cursor"]
        answer["items"] = self._core.seams.listed(answer["items"], Listing("messages", cursor is None))
        return answer

    async def acknowledge(self, person: Person, message_id: str) -> dict[str, Any]:
        """Note that a recipient has a message; its sender is told the first time.

        Raises:
            Problem: 403, 404.
        """
        async with self._core.store.write(person.company_id) as work:
            row = await self._message_for(work, person, message_id)
            if not await is_in(work, row.room, person.id):
                raise forbidden("only members may acknowledge a message")
            known = await work.first(
                select(deliveries.c.delivered_at).where(
                    deliveries.c.message_id == message_id, deliveries.c.user_id == person.id
                )
            )
            told = {
                "messageId": message_id,
                "chatroomId": row.chatroom_id,
                "threadId": row.thread_id,
                "userId": person.id,
                "deliveredAt": known[0] if known is not None else work.at,
            }
            if known is None and row.sender_id != person.id:
                await work.run(
                    insert(deliveries).values(message_id=message_id, user_id=person.id, delivered_at=work.at)
                )
                await work.lasting("message_delivered", [user_room(row.sender_id)], told)
        return told


class _Values:
    """A row that was just written, read by name."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.__dict__ = values
