"""Messages: one path for both channels, and the same fields everywhere."""

import asyncio
from typing import Any


def _as_event(view: dict[str, Any]) -> dict[str, Any]:
    fields = dict(view)
    return {"messageId": fields.pop("id"), **fields}


def _without_marks(event: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in event.items() if key not in ("eventId", "timestamp")}


async def test_a_message_over_rest_reaches_every_socket_of_every_member_once(world: Any) -> None:
    olga, mia, noa = await world.company("MEMBER", "MEMBER")
    room = await olga.room(mia)
    sockets = [await olga.socket(), await mia.socket(), await mia.socket(), await noa.socket()]
    message = await olga.say(room, "hello, <b>Mia</b> \U0001f44b")
    for socket in sockets:
        await socket.sync()
    for socket in sockets[:3]:
        (event,) = socket.heard("message_received")
        assert _without_marks(event) == _as_event(message)
    assert "message_received" not in sockets[3].names()


async def test_response_list_event_and_acknowledgement_agree_field_by_field(world: Any) -> None:
    olga, mia = await world.company("MEMBER")
    room = await olga.room(mia)
    hers = await mia.socket()
    sent = await hers.emit("send_chatroom_message", {"chatroomId": room, "content": "over the socket"})
    await hers.sync()
    (event,) = hers.heard("message_received")
    listed = await olga.call("GET", f"/messages/list?chatroomId={room}")
    assert _without_marks(event) == _as_event(sent)
    assert listed == {"items": [sent], "nextCursor": None, "hasNext": False}


async def test_the_same_client_message_id_answers_with_the_first_message_and_causes_nothing(world: Any) -> None:
    olga, mia = await world.company("MEMBER")
    room = await olga.room(mia)
    hers = await mia.socket()
    first = await olga.say(room, "once", clientMessageId="c-1")
    again = await olga.say(room, "twice", status=200, clientMessageId="c-1")
    assert again == first
    other = await mia.say(room, "another's", clientMessageId="c-1")
    assert other["id"] != first["id"]
    await hers.sync()
    assert len(hers.heard("message_received")) == 2


async def test_the_same_client_message_id_at_once_makes_one_message(world: Any) -> None:
    (olga,) = await world.company()
    room = await olga.room()
    body = {"chatroomId": room, "content": "race", "clientMessageId": "c-2"}
    answers = await asyncio.gather(
        *[
            world.http.post(f"{world.server.url}/api/v1/messages/send", json=body, headers=_bearer(olga))
            for _ in range(8)
        ]
    )
    assert sorted(answer.status for answer in answers) == [200] * 7 + [201]
    assert len((await olga.call("GET", f"/messages/list?chatroomId={room}"))["items"]) == 1


def _bearer(person: Any) -> dict[str, str]:
    return {"authorization": f"Bearer {person.token}"}


async def test_empty_and_too_long_messages_are_refused_and_nobody_hears_of_them(world: Any) -> None:
    olga, mia = await world.company("MEMBER")
    room = await olga.room(mia)
    hers = await mia.socket()
    for content in ("", "   \n", "x" * 10_001):
        problem = await olga.say(room, content, status=400)
        assert problem["code"] == "VALIDATION_ERROR"
        assert problem["details"]["fields"][0]["field"] == "content"
        error = await hers.emit("send_chatroom_message", {"chatroomId": room, "content": content}, ok=False)
        assert error["code"] == "VALIDATION_ERROR"
    await olga.say(room, "x" * 10_000)
    await hers.sync()
    assert [len(event["content"]) for event in hers.heard("message_received")] == [10_000]


async def test_messages_are_refused_to_outsiders_with_403_and_to_other_companies_with_404(world: Any) -> None:
    olga, mia = await world.company("MEMBER")
    (stranger,) = await world.company()
    room = await olga.room()
    assert (await mia.say(room, status=403))["code"] == "FORBIDDEN"
    assert (await stranger.say(room, status=404))["code"] == "NOT_FOUND"
    await mia.call("GET", f"/messages/list?chatroomId={room}", status=403)
    await stranger.call("GET", f"/messages/list?chatroomId={room}", status=404)
    await world.call("POST", "/messages/send", {"chatroomId": room, "content": "x"}, status=401)


async def test_a_reply_must_be_to_a_message_of_the_same_room(world: Any) -> None:
    (olga,) = await world.company()
    room, other = await olga.room(), await olga.room()
    there = await olga.say(other)
    await olga.say(room, replyToId=there["id"], status=404)
    here = await olga.say(room)
    assert (await olga.say(room, replyToId=here["id"]))["replyToId"] == here["id"]


async def test_a_message_is_edited_by_its_sender_alone(world: Any) -> None:
    olga, mia = await world.company("MEMBER")
    room = await olga.room(mia)
    his = await olga.socket()
    message = await mia.say(room, "tpyo")
    await olga.call("PUT", f"/messages/{message['id']}", {"content": "mine"}, status=403)
    await mia.call("PUT", f"/messages/{message['id']}", {"content": " "}, status=400)
    edited = await mia.call("PUT", f"/messages/{message['id']}", {"content": "typo"}, status=200)
    assert (edited["content"], edited["version"]) == ("typo", 2)
    assert edited["editedAt"] is not None
    await his.sync()
    (event,) = his.heard("message_edited")
    assert _without_marks(event) == _as_event(edited)
    assert (await olga.call("GET", f"/messages/list?chatroomId={room}"))["items"] == [edited]
    await olga.call("DELETE", f"/chatrooms/{room}/members/{mia.id}", status=204)
    await mia.call("PUT", f"/messages/{message['id']}", {"content": "too late"}, status=403)
    await mia.call("PUT", f"/messages/{olga.id}", {"content": "not there"}, status=404)


async def test_a_message_is_deleted_by_its_sender_or_by_whoever_manages_the_company(world: Any) -> None:
    olga, mia, noa = await world.company("MEMBER", "MEMBER")
    room = await olga.room(mia, noa)
    hers = await noa.socket()
    first, second = await mia.say(room, "one"), await mia.say(room, "two")
    await noa.call("DELETE", f"/messages/{first['id']}", status=403)
    await mia.call("DELETE", f"/messages/{first['id']}", status=204)
    await olga.call("DELETE", f"/messages/{second['id']}", status=204)
    await mia.call("DELETE", f"/messages/{first['id']}", status=404)
    await mia.call("DELETE", "/messages/nonsense", status=400)
    await hers.sync()
    gone = hers.heard("message_deleted")
    assert [(event["messageId"], event["deletedBy"]) for event in gone] == [
        (first["id"], mia.id),
        (second["id"], olga.id),
    ]
    assert (await noa.call("GET", f"/messages/list?chatroomId={room}"))["items"] == []


async def test_lists_come_newest_first_in_pages_and_after_an_event(world: Any) -> None:
    olga, mia = await world.company("MEMBER")
    room = await olga.room(mia)
    hers = await mia.socket()
    for number in range(5):
        await olga.say(room, f"message {number}")
    await hers.sync()
    base = f"/messages/list?chatroomId={room}"
    first = await mia.call("GET", f"{base}&limit=2")
    second = await mia.call("GET", f"{base}&limit=2&cursor={first['nextCursor']}")
    third = await mia.call("GET", f"{base}&limit=2&cursor={second['nextCursor']}")
    contents = [item["content"] for page in (first, second, third) for item in page["items"]]
    assert contents == [f"message {number}" for number in (4, 3, 2, 1, 0)]
    assert (first["hasNext"], third["hasNext"], third["nextCursor"]) == (True, False, None)
    after = hers.heard("message_received")[2]["eventId"]
    missed = await mia.call("GET", f"{base}&after={after}")
    assert [item["content"] for item in missed["items"]] == ["message 4", "message 3"]
    for bad in ("limit=0", "limit=101", "limit=x", "cursor=-1", "cursor=abc", f"after={2**60}"):
        await mia.call("GET", f"{base}&{bad}", status=400)
    await mia.call("GET", "/messages/list", status=400)


async def test_the_sender_alone_hears_that_a_recipient_has_the_message_and_only_once(world: Any) -> None:
    olga, mia, noa = await world.company("MEMBER", "MEMBER")
    room = await olga.room(mia)
    message = await olga.say(room)
    his, hers, other = await olga.socket(), await mia.socket(), await noa.socket()
    first = await hers.emit("message_ack", {"messageId": message["id"]})
    again = await hers.emit("message_ack", {"messageId": message["id"]})
    assert first == again
    await his.emit("message_ack", {"messageId": message["id"]})
    assert (await other.emit("message_ack", {"messageId": message["id"]}, ok=False))["code"] == "FORBIDDEN"
    assert (await other.emit("message_ack", {"messageId": olga.id}, ok=False))["code"] == "NOT_FOUND"
    await his.sync()
    await hers.sync()
    (event,) = his.heard("message_delivered")
    assert _without_marks(event) == first
    assert first["userId"] == mia.id
    assert hers.heard("message_delivered") == []


async def test_many_senders_at_once_lose_nothing_and_all_hear_one_order(world: Any) -> None:
    people = await world.company("MEMBER", "MEMBER", "MEMBER")
    room = await people[0].room(*people[1:])
    sockets = [await person.socket() for person in people]

    async def talk(person: Any, socket: Any) -> None:
        for number in range(6):
            await person.say(room, f"rest {number}")
            await socket.emit("send_chatroom_message", {"chatroomId": room, "content": f"socket {number}"})

    await asyncio.gather(*[talk(person, socket) for person, socket in zip(people, sockets, strict=True)])
    for socket in sockets:
        await socket.sync()
    orders = [[event["eventId"] for event in socket.heard("message_received")] for socket in sockets]
    assert len(orders[0]) == 48
    assert orders[0] == sorted(set(orders[0]))
    assert all(order == orders[0] for order in orders)
    listed = await people[0].call("GET", f"/messages/list?chatroomId={room}&limit=100")
    heard = [event["messageId"] for event in sockets[0].heard("message_received")]
    assert [item["id"] for item in listed["items"]] == heard[::-1]
