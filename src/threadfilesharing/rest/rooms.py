"""/chatrooms/... and /threads/...: rooms and who is in them."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from threadfilesharing import answers as say
from threadfilesharing.contract import views
from threadfilesharing.fields import Id
from threadfilesharing.rest import bodies
from threadfilesharing.rest.routing import Identify, answers
from threadfilesharing.services.chatrooms import Chatrooms
from threadfilesharing.services.messages import Messages
from threadfilesharing.services.threads import Threads
from threadfilesharing.services.tokens import Caller

InChatroom = Annotated[Id, Query(alias="chatroomId")]


def chatroom_routes(chatrooms: Chatrooms, identify: Identify) -> APIRouter:
    """Return the routes of /chatrooms."""
    router = APIRouter(prefix="/chatrooms", tags=["chatrooms"])
    who = Annotated[Caller, Depends(identify)]

    @router.post("/create", **answers({201: views.Chatroom}, 400, 403, 404, 413))
    async def create(caller: who, body: bodies.CreateChatroom) -> Response:
        """Make a chatroom."""
        made = await chatrooms.create(caller.person, name=body.name, wanted=body.member_ids, is_private=body.is_private)
        return say.success(made, 201)

    @router.get("", **answers({200: views.Page[views.Chatroom]}, 400))
    async def list_all(caller: who, limit: bodies.Limit = 50, cursor: bodies.Cursor = None) -> Response:
        """Return the public chatrooms and one's own private ones."""
        return say.success(await chatrooms.list_all(caller.person, limit=limit, cursor=cursor))

    @router.get("/{id}", **answers({200: views.Chatroom}, 400, 403, 404))
    async def get(caller: who, id: Id) -> Response:  # noqa: A002
        """Return a chatroom."""
        return say.success(await chatrooms.get(caller.person, id))

    @router.put("/{id}", **answers({200: views.Chatroom}, 400, 403, 404, 413))
    async def change(caller: who, id: Id, body: bodies.ChangeChatroom) -> Response:  # noqa: A002
        """Change a chatroom."""
        return say.success(await chatrooms.change(caller.person, id, body.model_dump(exclude_none=True)))

    @router.delete("/{id}", **answers({204: None}, 400, 403, 404))
    async def delete(caller: who, id: Id) -> Response:  # noqa: A002
        """End a chatroom."""
        await chatrooms.delete(caller.person, id)
        return say.nothing()

    @router.post("/{id}/members/{userId}", **answers({201: views.ChatroomMember}, 400, 403, 404, 409))
    async def add_member(caller: who, id: Id, userId: Id) -> Response:  # noqa: A002, N803
        """Let a colleague into a chatroom."""
        return say.success(await chatrooms.add_member(caller.person, id, userId), 201)

    @router.delete("/{id}/members/{userId}", **answers({204: None}, 400, 403, 404))
    async def remove_member(caller: who, id: Id, userId: Id) -> Response:  # noqa: A002, N803
        """Put somebody out of a chatroom."""
        await chatrooms.remove_member(caller.person, id, userId)
        return say.nothing()

    return router


def thread_routes(threads: Threads, messages: Messages, identify: Identify) -> APIRouter:
    """Return the routes of /threads."""
    router = APIRouter(prefix="/threads", tags=["threads"])
    who = Annotated[Caller, Depends(identify)]

    @router.post("/create", **answers({201: views.Thread}, 400, 403, 404, 413))
    async def create(caller: who, body: bodies.CreateThread) -> Response:
        """Begin a thread."""
        return say.success(await threads.create(caller.person, **body.model_dump()), 201)

    @router.get("", **answers({200: views.Page[views.Thread]}, 400, 403, 404))
    async def list_in(
        caller: who, chatroom_id: InChatroom, limit: bodies.Limit = 50, cursor: bodies.Cursor = None
    ) -> Response:
        """Return the threads of a chatroom."""
        found = await threads.list_in(caller.person, chatroom_id=chatroom_id, limit=limit, cursor=cursor)
        return say.success(found)

    @router.post("/messages/send", **answers({201: views.Message, 200: views.Message}, 400, 403, 404, 409, 413))
    async def send(caller: who, body: bodies.SendThreadMessage) -> Response:
        """Send a message to a thread; told again, answer 200 with the first one."""
        view, new = await messages.send(caller.person, **body.model_dump())
        return say.success(view, 201 if new else 200)

    @router.get("/{id}", **answers({200: views.Thread}, 400, 403, 404))
    async def get(caller: who, id: Id) -> Response:  # noqa: A002
        """Return a thread."""
        return say.success(await threads.get(caller.person, id))

    @router.put("/{id}", **answers({200: views.Thread}, 400, 403, 404, 413))
    async def change(caller: who, id: Id, body: bodies.ChangeThread) -> Response:  # noqa: A002
        """Change a thread."""
        return say.success(await threads.change(caller.person, id, body.title))

    @router.delete("/{id}", **answers({204: None}, 400, 403, 404))
    async def delete(caller: who, id: Id) -> Response:  # noqa: A002
        """End a thread."""
        await threads.delete(caller.person, id)
        return say.nothing()

    @router.put("/{id}/archive", **answers({200: views.Thread}, 400, 403, 404))
    async def archive(caller: who, id: Id) -> Response:  # noqa: A002
        """Archive a thread."""
        return say.success(await threads.archive(caller.person, id))

    @router.get("/{id}/messages", **answers({200: views.Page[views.Message]}, 400, 403, 404))
    async def list_messages(
        caller: who,
        id: Id,  # noqa: A002
        limit: bodies.Limit = 50,
        cursor: bodies.Cursor = None,
        after: bodies.After = None,
    ) -> Response:
        """Return the messages of a thread, the newest first."""
        found = await messages.list_in(caller.person, thread_id=id, limit=limit, cursor=cursor, after=after)
        return say.success(found)

    @router.post("/{id}/participants/{userId}", **answers({201: views.Participant}, 400, 403, 404, 409))
    async def add_participant(caller: who, id: Id, userId: Id) -> Response:  # noqa: A002, N803
        """Let a member of the chatroom take part."""
        return say.success(await threads.add_participant(caller.person, id, userId), 201)

    @router.delete("/{id}/participants/{userId}", **answers({204: None}, 400, 403, 404))
    async def remove_participant(caller: who, id: Id, userId: Id) -> Response:  # noqa: A002, N803
        """Put somebody out of a thread."""
        await threads.remove_participant(caller.person, id, userId)
        return say.nothing()

    return router


def message_routes(messages: Messages, identify: Identify) -> APIRouter:
    """Return the routes of /messages."""
    router = APIRouter(prefix="/messages", tags=["messages"])
    who = Annotated[Caller, Depends(identify)]

    @router.post("/send", **answers({201: views.Message, 200: views.Message}, 400, 403, 404, 413))
    async def send(caller: who, body: bodies.SendMessage) -> Response:
        """Send a message to a chatroom; told again, answer 200 with the first one."""
        view, new = await messages.send(caller.person, **body.model_dump())
        return say.success(view, 201 if new else 200)

    @router.get("/list", **answers({200: views.Page[views.Message]}, 400, 403, 404))
    async def list_in(
        caller: who,
        chatroom_id: InChatroom,
        limit: bodies.Limit = 50,
        cursor: bodies.Cursor = None,
        after: bodies.After = None,
    ) -> Response:
        """Return the messages of a chatroom, the newest first."""
        found = await messages.list_in(caller.person, chatroom_id=chatroom_id, limit=limit, cursor=cursor, after=after)
        return say.success(found)

    @router.put("/{id}", **answers({200: views.Message}, 400, 403, 404, 413))
    async def edit(caller: who, id: Id, body: bodies.EditMessage) -> Response:  # noqa: A002
        """Change what a message says."""
        return say.success(await messages.edit(caller.person, id, body.content))

    @router.delete("/{id}", **answers({204: None}, 400, 403, 404))
    async def delete(caller: who, id: Id) -> Response:  # noqa: A002
        """Take a message away."""
        await messages.delete(caller.person, id)
        return say.nothing()

    return router
