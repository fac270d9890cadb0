"""What each emit does; the same services as REST, so the same checks, rows and events."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from threadfilesharing.defects.seams import Joining
from threadfilesharing.fields import Body
from threadfilesharing.live.acts import (
    Tell,
    chatroom_room,
    company_room,
    thread_room,
    upload_room,
)
from threadfilesharing.live.sessions import Session
from threadfilesharing.moment import iso
from threadfilesharing.problems import Code, Problem, forbidden
from threadfilesharing.realtime import payloads
from threadfilesharing.realtime.expiry import Expiry
from threadfilesharing.realtime.typing import Typing
from threadfilesharing.services.access import is_in
from threadfilesharing.services.core import Core
from threadfilesharing.services.members import Members
from threadfilesharing.services.messages import Messages
from threadfilesharing.services.people import Person
from threadfilesharing.services.recovery import owed
from threadfilesharing.services.tokens import Tokens
from threadfilesharing.services.uploads import Uploads

Run = Callable[[Session, Person, Any], Awaitable[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Handler:
    """What an emit carries and what it does."""

    payload: type[Body]
    run: Run


class Handlers:
    """The table of everything that a client may emit."""

    def __init__(
        self,
        core: Core,
        *,
        tokens: Tokens,
        messages: Messages,
        members: Members,
        uploads: Uploads,
        expiry: Expiry,
    ) -> None:
        self._core = core
        self._tokens = tokens
        self._messages = messages
        self._members = members
        self._uploads = uploads
        self._expiry = expiry
        self._typing = Typing(core.hub, core.settings.typing_ends_s)
        self.table: dict[str, Handler] = {
            "authenticate": Handler(payloads.Authenticate, self._authenticate),
            "send_chatroom_message": Handler(payloads.SendChatroomMessage, self._send_to_chatroom),
            "send_thread_message": Handler(payloads.SendThreadMessage, self._send_to_thread),
            "chatroom_typing_start": Handler(payloads.ChatroomTyping, self._start_in_chatroom),
            "chatroom_typing_stop": Handler(payloads.ChatroomTyping, self._stop_in_chatroom),
            "thread_typing_start": Handler(payloads.ThreadTyping, self._start_in_thread),
            "thread_typing_stop": Handler(payloads.ThreadTyping, self._stop_in_thread),
            "message_ack": Handler(payloads.MessageAck, self._acknowledge),
            "update_user_status": Handler(payloads.UpdateUserStatus, self._status),
            "sync": Handler(payloads.Sync, self._sync),
        }
        for kind in ("company", "chatroom", "thread", "upload_session"):
            self.table[f"join_{kind}"] = Handler(payloads.RoomId, self._joining(kind))
            self.table[f"leave_{kind}"] = Handler(payloads.RoomId, self._leaving(kind))

    async def _authenticate(self, session: Session, person: Person, body: payloads.Authenticate) -> dict[str, Any]:
        caller = await self._tokens.caller(body.token, channel="socket")
        if caller.person.id != person.id:
            raise forbidden("this token is another user's")
        session.family_id = caller.family_id
        self._expiry.arm(session, caller.expires_s)
        self._core.hub.release(session)
        return {"userId": person.id, "expiresAt": iso(caller.expires_s)}

    async def _send_to_chatroom(
        self, _session: Session, person: Person, body: payloads.SendChatroomMessage
    ) -> dict[str, Any]:
        view, _new = await self._messages.send(person, **body.model_dump())
        return view

    async def _send_to_thread(
        self, _session: Session, person: Person, body: payloads.SendThreadMessage
    ) -> dict[str, Any]:
        view, _new = await self._messages.send(person, **body.model_dump())
        return view

    async def _may_type(self, person: Person, room: str) -> None:
        if not await is_in(self._core.store, room, person.id):
            raise forbidden("only members may type here")

    async def _start_in_chatroom(
        self, session: Session, person: Person, body: payloads.ChatroomTyping
    ) -> dict[str, Any]:
        return await self._start(session, person, chatroom_room(body.chatroom_id))

    async def _stop_in_chatroom(
        self, session: Session, person: Person, body: payloads.ChatroomTyping
    ) -> dict[str, Any]:
        return await self._stop(session, person, chatroom_room(body.chatroom_id))

    async def _start_in_thread(self, session: Session, person: Person, body: payloads.ThreadTyping) -> dict[str, Any]:
        return await self._start(session, person, thread_room(body.thread_id))

    async def _stop_in_thread(self, session: Session, person: Person, body: payloads.ThreadTyping) -> dict[str, Any]:
        return await self._stop(session, person, thread_room(body.thread_id))

    async def _start(self, session: Session, person: Person, room: str) -> dict[str, Any]:
        # Held still, so that nobody types in a room after it was told to be out of it.
        async with self._core.store.still():
            await self._may_type(person, room)
            self._typing.start(session, person, room)
        return {"isTyping": True}

    async def _stop(self, session: Session, person: Person, room: str) -> dict[str, Any]:
        async with self._core.store.still():
            await self._may_type(person, room)
            self._typing.stop(session, person, room)
        return {"isTyping": False}

    async def _acknowledge(self, _session: Session, person: Person, body: payloads.MessageAck) -> dict[str, Any]:
        return await self._messages.acknowledge(person, body.message_id)

    async def _status(self, _session: Session, person: Person, body: payloads.UpdateUserStatus) -> dict[str, Any]:
        return await self._members.change_status(person, body.status, body.message)

    async def _sync(self, session: Session, person: Person, body: payloads.Sync) -> dict[str, Any]:
        await self._core.jobs.settled(person.company_id)
        since = body.since
        lane = self._core.hub.lane_of(session)
        if since is not None and since < session.complete_from:
            async with self._core.store.still():
                letters = await owed(self._core.store, person, after=since, up_to=session.complete_from)
                letters = self._core.seams.missed(letters, session)
                self._core.hub.replay(session, letters, complete_from=since)
        await lane.passed()
        return {"lastEventId": lane.last_event_id}

    # Rooms.

    async def _room(self, kind: str, person: Person, room_id: str) -> tuple[str, str | None]:
        """Return the room that is meant and, for an upload, the room around it; refuse what the user may not hear."""
        if kind == "company":
            if room_id != person.company_id:
                raise forbidden("this is not your company")
            return company_room(room_id), None
        if kind == "upload_session":
            return upload_room(room_id), await self._uploads.room_for(person, room_id)
        room = f"{kind}:{room_id}"
        may = await is_in(self._core.store, room, person.id)
        if not self._core.seams.may_join(may, Joining(person.id, room)):
            raise forbidden(f"only members may be in this {kind}")
        return room, None

    def _joining(self, kind: str) -> Run:
        async def join(session: Session, person: Person, body: payloads.RoomId) -> dict[str, Any]:
            async with self._core.store.still():
                room, parent = await self._room(kind, person, body.id)
                first = self._core.hub.join(session, room, parent=parent)
            if first and kind in ("chatroom", "thread"):
                self._tell_others(session, person, f"user_joined_{kind}", room)
            self._core.hub.write_to(session, "room_joined", {"room": kind, "id": body.id, "timestamp": iso()})
            return {"room": kind, "id": body.id}

        return join

    def _leaving(self, kind: str) -> Run:
        async def leave(session: Session, person: Person, body: payloads.RoomId) -> dict[str, Any]:
            async with self._core.store.still():
                room, _parent = await self._room(kind, person, body.id)
                last = self._core.hub.leave(session, room)
            if last and kind in ("chatroom", "thread"):
                self._tell_others(session, person, f"user_left_{kind}", room)
            return {"room": kind, "id": body.id}

        return leave

    def _tell_others(self, session: Session, person: Person, name: str, room: str) -> None:
        kind, _, room_id = room.partition(":")
        data = {f"{kind}Id": room_id, "user": person.brief}
        self._core.hub.tell_now(person.company_id, Tell(name=name, rooms=(room,), data=data, skip_sid=session.sid))


def check_limits(session: Session, name: str, *, now_s: float, limit: int) -> None:
    """Refuse an emit above the rate, or one by a socket whose token has expired.

    Raises:
        Problem: Rate or expiry.
    """
    if not session.may_emit(now_s, limit, fence=name == "sync"):
        raise Problem(429, Code.RATE_LIMITED, "too many emits", {"limitPerSecond": limit})
    if session.expired and name != "authenticate":
        raise Problem(401, Code.TOKEN_EXPIRED, "the token has expired; emit `authenticate` with a new one")
