"""Chatrooms and threads over REST: who may, who hears, and in which order."""

from typing import Any


def _fields(event: dict[str, Any], key: str) -> dict[str, Any]:
    fields = {name: value for name, value in event.items() if name not in ("eventId", "timestamp")}
    return {"id": fields.pop(key), **fields}


async def test_a_new_chatroom_is_told_to_its_members_alone_and_agrees_with_the_answer(world: Any) -> None:
    olga, mia, noa = await world.company("MEMBER", "MEMBER")
    hers, other = await mia.socket(), await noa.socket()
    body = {"name": "Plans", "memberIds": [mia.id, mia.id], "isPrivate": True}
    made = await olga.call("POST", "/chatrooms/create", body, status=201)
    assert made["memberIds"] == [olga.id, mia.id]
    await hers.sync()
    await other.sync()
    (event,) = hers.heard("chatroom_created")
    assert _fields(event, "chatroomId") == made == await mia.call("GET", f"/chatrooms/{made['id']}")
    assert other.names() == []


async def test_a_chatroom_with_unknown_or_foreign_members_is_refused(world: Any) -> None:
    (olga,) = await world.company()
    (stranger,) = await world.company()
    for wrong, status in (
        ([stranger.id], 404),
        (["00000000-0000-4000-8000-000000000000"], 404),
        (["nonsense"], 400),
        ("nonsense", 400),
    ):
        await olga.call("POST", "/chatrooms/create", {"name": "x", "memberIds": wrong}, status=status)
    for name in ("", "  ", "x" * 201, None, 7):
        await olga.call("POST", "/chatrooms/create", {"name": name}, status=400)
    await olga.call("POST", "/chatrooms/create", {"name": "x", "isPrivate": "yes"}, status=400)


async def test_public_rooms_are_listed_to_the_company_and_private_ones_to_members(world: Any) -> None:
    olga, mia = await world.company("MEMBER")
    (stranger,) = await world.company()
    hall = await olga.room(private=False)
    den, secret = await olga.room(mia), await olga.room()
    assert [room["id"] for room in (await mia.call("GET", "/chatrooms"))["items"]] == [den, hall]
    assert (await stranger.call("GET", "/chatrooms"))["items"] == []
    page = await olga.call("GET", "/chatrooms?limit=2")
    rest = await olga.call("GET", f"/chatrooms?limit=2&cursor={page['nextCursor']}")
    assert [room["id"] for room in page["items"] + rest["items"]] == [secret, den, hall]
    await mia.call("GET", f"/chatrooms/{hall}", status=403)
    await stranger.call("GET", f"/chatrooms/{hall}", status=404)
    await mia.call("GET", "/chatrooms/nonsense", status=400)
    await mia.call("GET", "/chatrooms?limit=x", status=400)


async def test_a_chatroom_is_changed_and_deleted_by_its_creator_or_a_manager(world: Any) -> None:
    olga, adam, mia, noa = await world.company("ADMIN", "MEMBER", "MEMBER")
    room = await mia.room(noa)
    hers = await noa.socket()
    await noa.call("PUT", f"/chatrooms/{room}", {"name": "mine"}, status=403)
    await noa.call("DELETE", f"/chatrooms/{room}", status=403)
    changed = await mia.call("PUT", f"/chatrooms/{room}", {"name": "New name"}, status=200)
    assert (changed["name"], changed["isPrivate"]) == ("New name", True)
    await adam.call("PUT", f"/chatrooms/{room}", {"isPrivate": False}, status=200)
    await mia.call("PUT", f"/chatrooms/{room}", {"name": " "}, status=400)
    await olga.call("DELETE", f"/chatrooms/{room}", status=204)
    await mia.call("GET", f"/chatrooms/{room}", status=404)
    await mia.call("DELETE", f"/chatrooms/{room}", status=404)
    await mia.call("PUT", f"/chatrooms/{room}", {"name": "x"}, status=404)
    await mia.say(room, status=404)
    await hers.sync()
    assert hers.names() == ["chatroom_updated", "chatroom_updated", "chatroom_deleted"]
    assert _fields(hers.heard("chatroom_updated")[0], "chatroomId") == changed


async def test_an_added_member_hears_the_room_and_a_removed_one_hears_it_no_more(world: Any) -> None:
    olga, mia, noa = await world.company("MEMBER", "MEMBER")
    room = await olga.room(mia)
    thread = await olga.thread(room)
    his, hers = await olga.socket(), await noa.socket()
    path = f"/chatrooms/{room}/members/{noa.id}"
    await mia.call("POST", path, status=403)
    added = await olga.call("POST", path, status=201)
    assert (await olga.call("POST", path, status=409))["code"] == "ALREADY_MEMBER"
    await olga.call("POST", f"/threads/{thread}/participants/{noa.id}", status=201)
    await olga.say(room, "welcome")
    await mia.call("DELETE", path, status=403)
    await olga.call("DELETE", path, status=204)
    await olga.call("DELETE", path, status=404)
    await olga.say(room, "among ourselves")
    await olga.call("POST", "/threads/messages/send", {"threadId": thread, "content": "and here"}, status=201)
    await hers.sync()
    await his.sync()
    assert hers.names() == [
        "chatroom_member_added",
        "thread_participant_added",
        "message_received",
        "chatroom_member_removed",
    ]
    assert {key: hers.heard("chatroom_member_added")[0][key] for key in added} == added
    assert his.names()[-3:] == ["chatroom_member_removed", "message_received", "message_received"]
    await noa.call("GET", f"/threads/{thread}", status=403)
    await olga.call("POST", f"/chatrooms/{room}/members/{room}", status=404)
    await olga.call("POST", f"/chatrooms/{room}/members/x", status=400)
    await olga.call("DELETE", f"/chatrooms/{room}/members/x", status=400)
    await olga.call("DELETE", "/chatrooms/x", status=400)
    await olga.call("POST", path, status=201)


async def test_a_thread_is_told_to_the_room_and_then_belongs_to_its_participants(world: Any) -> None:
    olga, mia, noa = await world.company("MEMBER", "MEMBER")
    room = await olga.room(mia, noa)
    parent = await olga.say(room, "shall we?")
    hers, other = await mia.socket(), await noa.socket()
    body = {"chatroomId": room, "title": "Plans", "parentMessageId": parent["id"]}
    made = await olga.call("POST", "/threads/create", body, status=201)
    path = f"/threads/{made['id']}"
    added = await olga.call("POST", f"{path}/participants/{mia.id}", status=201)
    sent = await mia.call("POST", "/threads/messages/send", {"threadId": made["id"], "content": "yes"}, status=201)
    changed = await mia.call("PUT", path, {"title": "Better plans"}, status=200)
    archived = await olga.call("PUT", f"{path}/archive", status=200)
    assert (archived["isArchived"], archived["title"]) == (True, "Better plans")
    late = {"threadId": made["id"], "content": "too late"}
    assert (await mia.call("POST", "/threads/messages/send", late, status=409))["code"] == "THREAD_ARCHIVED"
    await olga.call("DELETE", path, status=204)
    await hers.sync()
    await other.sync()
    assert hers.names() == [
        "thread_created",
        "thread_participant_added",
        "message_received",
        "thread_updated",
        "thread_archived",
        "thread_deleted",
    ]
    assert other.names() == ["thread_created"]
    assert _fields(hers.heard("thread_created")[0], "threadId") == made
    assert _fields(hers.heard("thread_updated")[0], "threadId") == changed
    assert _fields(hers.heard("thread_archived")[0], "threadId") == archived
    assert {key: hers.heard("thread_participant_added")[0][key] for key in added} == added
    event = hers.heard("message_received")[0]
    assert (event["messageId"], event["threadId"], event["chatroomId"]) == (sent["id"], made["id"], room)
    await mia.call("GET", path, status=404)
    await mia.call("PUT", path, {"title": "x"}, status=404)
    await mia.call("DELETE", path, status=404)
    await mia.call("PUT", f"{path}/archive", status=404)
    await mia.call("GET", f"{path}/messages", status=404)
    await mia.call("POST", "/threads/messages/send", late, status=404)


async def test_a_thread_refuses_those_who_do_not_take_part(world: Any) -> None:
    olga, mia, noa = await world.company("MEMBER", "MEMBER")
    room = await olga.room(mia)
    thread = await olga.thread(room)
    path = f"/threads/{thread}"
    for method, more, body in (
        ("GET", "", None),
        ("PUT", "", {"title": "x"}),
        ("DELETE", "", None),
        ("PUT", "/archive", None),
        ("GET", "/messages", None),
        ("POST", f"/participants/{mia.id}", None),
        ("DELETE", f"/participants/{olga.id}", None),
    ):
        await mia.call(method, f"{path}{more}", body, status=403)
    await mia.call("POST", "/threads/messages/send", {"threadId": thread, "content": "x"}, status=403)
    await noa.call("GET", f"/threads?chatroomId={room}", status=403)
    await noa.call("POST", "/threads/create", {"chatroomId": room, "title": "x"}, status=403)
    problem = await olga.call("POST", f"{path}/participants/{noa.id}", status=409)
    assert problem["code"] == "NOT_A_ROOM_MEMBER"
    assert [each["id"] for each in (await mia.call("GET", f"/threads?chatroomId={room}"))["items"]] == [thread]


async def test_threads_refuse_what_is_not_there_or_malformed(world: Any) -> None:
    (olga,) = await world.company()
    room, other = await olga.room(), await olga.room()
    there = await olga.say(other)
    thread = await olga.thread(room)
    body = {"chatroomId": room, "title": "x", "parentMessageId": there["id"]}
    await olga.call("POST", "/threads/create", body, status=404)
    await olga.call("POST", "/threads/create", {"chatroomId": there["id"], "title": "x"}, status=404)
    await olga.call("POST", "/threads/create", {"chatroomId": room}, status=400)
    await olga.call("GET", f"/threads?chatroomId={there['id']}", status=404)
    await olga.call("GET", "/threads", status=400)
    await olga.call("POST", "/threads/messages/send", {"threadId": thread, "content": ""}, status=400)
    for method, more, sent in (
        ("GET", "x", None),
        ("PUT", "x", {"title": "x"}),
        ("PUT", thread, {"title": ""}),
        ("DELETE", "x", None),
        ("PUT", "x/archive", None),
        ("GET", "x/messages", None),
        ("POST", f"x/participants/{olga.id}", None),
        ("DELETE", f"x/participants/{olga.id}", None),
    ):
        await olga.call(method, f"/threads/{more}", sent, status=400)
    missing = there["id"]
    await olga.call("POST", f"/threads/{missing}/participants/{olga.id}", status=404)
    await olga.call("DELETE", f"/threads/{thread}/participants/{missing}", status=404)
    assert (await olga.call("POST", f"/threads/{thread}/participants/{olga.id}", status=409))[
        "code"
    ] == "ALREADY_MEMBER"


async def test_a_removed_participant_hears_of_it_and_then_nothing_more(world: Any) -> None:
    olga, mia = await world.company("MEMBER")
    room = await olga.room(mia)
    thread = await olga.thread(room, mia)
    hers = await mia.socket()
    first = await olga.call("POST", "/threads/messages/send", {"threadId": thread, "content": "one"}, status=201)
    again = {"threadId": thread, "content": "one", "clientMessageId": "c"}
    await olga.call("POST", "/threads/messages/send", again, status=201)
    await olga.call("POST", "/threads/messages/send", again, status=200)
    listed = await mia.call("GET", f"/threads/{thread}/messages")
    assert (await mia.call("GET", f"/threads/{thread}"))["participantIds"] == [olga.id, mia.id]
    assert [item["id"] for item in listed["items"]][-1] == first["id"]
    await olga.call("DELETE", f"/threads/{thread}/participants/{mia.id}", status=204)
    await olga.call("POST", "/threads/messages/send", {"threadId": thread, "content": "two"}, status=201)
    await olga.say(room, "still in the room")
    await hers.sync()
    assert hers.names() == [
        "message_received",
        "message_received",
        "thread_participant_removed",
        "message_received",
    ]
    assert hers.heard("message_received")[-1]["threadId"] is None


async def test_the_end_of_a_chatroom_is_the_end_of_its_threads(world: Any) -> None:
    olga, mia = await world.company("MEMBER")
    room = await olga.room(mia)
    thread = await olga.thread(room, mia)
    hers = await mia.socket()
    await olga.call("DELETE", f"/chatrooms/{room}", status=204)
    await mia.call("GET", f"/threads/{thread}", status=404)
    await hers.sync()
    assert hers.names() == ["chatroom_deleted"]
