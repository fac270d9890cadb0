"""The socket: the greeting, rooms, typing, errors, limits, and the fence."""

import asyncio
from typing import Any

import aiohttp
import pytest

MISSING = "00000000-0000-4000-8000-000000000000"


@pytest.mark.parametrize("transport", ["websocket", "polling"])
async def test_a_socket_is_greeted_first_and_then_hears_its_rooms(world: Any, transport: str) -> None:
    olga, mia = await world.company("MEMBER")
    room = await olga.room(mia)
    hers = await mia.socket(transport=transport)
    assert hers.names(greeting=True) == ["connection_established", "authentication_success"]
    greeting = hers.heard("connection_established")[0]
    assert (greeting["userId"], greeting["companyId"]) == (mia.id, mia.company_id)
    assert hers.heard("authentication_success")[0]["user"] == await mia.call("GET", "/users/profile")
    await olga.say(room)
    assert await hers.sync() == ["message_received"]


async def test_connecting_and_disconnecting_tell_nobody_and_change_no_status(world: Any) -> None:
    olga, mia = await world.company("MEMBER")
    await olga.room(mia)
    his = await olga.socket()
    await mia.call("PUT", "/users/status", {"status": "busy"})
    hers = await mia.socket()
    await hers.leave()
    assert await his.sync() == ["user_status_updated"]
    assert (await mia.call("GET", "/users/profile"))["status"] == "busy"


async def test_sync_is_a_fence_after_everything_lasting_or_ephemeral(world: Any) -> None:
    olga, mia = await world.company("MEMBER")
    room = await olga.room(mia)
    his, hers = await olga.socket(), await mia.socket()
    for number in range(5):
        await olga.say(room, f"message {number}")
        await his.emit("chatroom_typing_start", {"chatroomId": room})
        await olga.call("PUT", "/users/status", {"status": "busy"})
        synced = await hers.emit("sync", {})
        assert hers.names()[-3:] == ["message_received", "typing_indicator", "user_status_updated"]
        assert synced["lastEventId"] == hers.heard("message_received")[-1]["eventId"]


async def test_a_muted_socket_hears_nothing_of_the_room_until_it_joins_again(world: Any) -> None:
    olga, mia = await world.company("MEMBER")
    room = await olga.room(mia)
    his, hers, phone = await olga.socket(), await mia.socket(), await mia.socket()
    await hers.emit("leave_chatroom", {"id": room})
    await olga.say(room, "one")
    await phone.emit("leave_chatroom", {"id": room})
    await olga.say(room, "two")
    await hers.emit("join_chatroom", {"id": room})
    await phone.emit("join_chatroom", {"id": room})
    await phone.emit("join_chatroom", {"id": room})
    await olga.say(room, "three")
    assert await his.sync() == [
        "message_received",
        "user_left_chatroom",
        "message_received",
        "user_joined_chatroom",
        "message_received",
    ]
    assert his.heard("user_left_chatroom")[0]["user"] == {"id": mia.id, "fullName": mia.user["fullName"]}
    assert await hers.sync() == ["room_joined", "message_received"]
    assert await phone.sync() == ["message_received", "room_joined", "room_joined", "message_received"]
    assert hers.heard("room_joined")[0]["room"] == "chatroom"


async def test_threads_companies_and_uploads_are_left_and_joined_too(world: Any) -> None:
    olga, mia = await world.company("MEMBER")
    room = await olga.room(mia)
    thread = await olga.thread(room, mia)
    body = {"fileName": "a.txt", "fileSize": 3, "mimeType": "text/plain", "chatroomId": room}
    session = (await olga.call("POST", "/files/upload/initiate", body, status=201))["sessionId"]
    his, hers = await olga.socket(), await mia.socket()
    for kind, room_id in (("company", mia.company_id), ("thread", thread), ("upload_session", session)):
        assert await hers.emit(f"leave_{kind}", {"id": room_id}) == {"room": kind, "id": room_id}
    await olga.call("PUT", "/users/status", {"status": "busy"})
    sent = await his.emit("send_thread_message", {"threadId": thread, "content": "quiet"})
    assert sent["threadId"] == thread
    for kind, room_id in (("company", mia.company_id), ("thread", thread), ("upload_session", session)):
        assert await hers.emit(f"join_{kind}", {"id": room_id}) == {"room": kind, "id": room_id}
    assert await hers.sync() == ["room_joined"] * 3
    assert await his.sync() == [
        "user_left_thread",
        "user_status_updated",
        "message_received",
        "user_joined_thread",
    ]


async def test_rooms_refuse_those_who_may_not_be_in_them(world: Any) -> None:
    olga, mia = await world.company("MEMBER")
    (stranger,) = await world.company()
    room = await olga.room()
    thread = await olga.thread(room)
    hers, other = await mia.socket(), await stranger.socket()
    for socket in (hers, other):
        for kind, room_id in (("chatroom", room), ("thread", thread), ("upload_session", MISSING), ("company", room)):
            for verb in ("join", "leave"):
                error = await socket.emit(f"{verb}_{kind}", {"id": room_id}, ok=False)
                assert error["code"] == "FORBIDDEN"
        assert (await socket.emit("join_chatroom", {"id": "x"}, ok=False))["code"] == "VALIDATION_ERROR"
    assert [error["code"] for error in hers.heard("error")] == ["FORBIDDEN"] * 8 + ["VALIDATION_ERROR"]
    await olga.say(room)
    assert "message_received" not in await hers.sync()


async def test_typing_is_shown_to_all_but_the_typing_socket_and_ends_by_itself(world: Any) -> None:
    olga, mia, noa = await world.company("MEMBER", "MEMBER")
    room = await olga.room(mia)
    thread = await olga.thread(room, mia)
    his, hers, other = await olga.socket(), await mia.socket(), await noa.socket()
    assert await hers.emit("chatroom_typing_start", {"chatroomId": room}) == {"isTyping": True}
    await his.hears("typing_indicator", 2)
    assert [event["isTyping"] for event in his.heard("typing_indicator")] == [True, False]
    assert await hers.emit("chatroom_typing_stop", {"chatroomId": room}) == {"isTyping": False}
    await hers.emit("thread_typing_start", {"threadId": thread})
    assert await hers.emit("thread_typing_stop", {"threadId": thread}) == {"isTyping": False}
    await his.sync()
    assert [event.get("threadId") for event in his.heard("typing_indicator")] == [None] * 2 + [thread] * 2
    assert await hers.sync() == []
    for name, data in (("chatroom_typing_start", {"chatroomId": room}), ("thread_typing_stop", {"threadId": thread})):
        assert (await other.emit(name, data, ok=False))["code"] == "FORBIDDEN"
    assert (await other.sync()) == ["error", "error"]


@pytest.mark.parametrize(
    "data",
    [None, "text", 7, [], {}, {"chatroomId": [1]}, {"chatroomId": MISSING, "content": None}, {"content": {"a": 1}}],
)
async def test_a_malformed_emit_is_refused_and_the_socket_lives_on(world: Any, data: Any) -> None:
    (olga,) = await world.company()
    room = await olga.room()
    his = await olga.socket()
    assert (await his.emit("send_chatroom_message", data, ok=False))["code"] == "VALIDATION_ERROR"
    assert his.heard("error")[0]["details"]["fields"]
    await his.emit("send_chatroom_message", {"chatroomId": room, "content": "fine"})


async def test_every_emit_refuses_data_that_lacks_what_it_needs(world: Any) -> None:
    (olga,) = await world.company()
    his = await olga.socket()
    for name in sorted(set(world.server.application.handlers.table) - {"sync"}):
        error = await his.emit(name, {}, ok=False)
        assert (error["code"], len(error["details"]["fields"]) > 0) == ("VALIDATION_ERROR", True), name


async def test_unknown_and_reserved_events_are_refused(world: Any) -> None:
    (olga,) = await world.company()
    his = await olga.socket()
    for name in ("nonsense", "message", "disconnecting", "*"):
        assert (await his.emit(name, {}, ok=False))["code"] == "UNKNOWN_EVENT"
    assert len(his.heard("error")) == 4
    assert (await his.emit("send_chatroom_message", {"chatroomId": MISSING, "content": "x"}, ok=False))[
        "code"
    ] == "NOT_FOUND"


async def _raw(world: Any, person: Any) -> aiohttp.ClientWebSocketResponse:
    http = aiohttp.ClientSession()
    world.stack.push_async_callback(http.close)
    url = world.server.url.replace("http", "ws")
    raw = await http.ws_connect(f"{url}/socket.io/?EIO=4&transport=websocket", max_msg_size=0)
    assert (await raw.receive_str()).startswith("0{")
    await raw.send_str(f'40{{"token":"{person.token}"}}')
    for start in ("40{", '42["connection_established"', '42["authentication_success"'):
        assert (await raw.receive_str()).startswith(start)
    return raw


@pytest.mark.parametrize(
    "packet",
    ["42", "42{", "42[]", "42[7]", '42{"a":1}', "4", "4x", "49[]", "451-", '42["sync"', "42" + "[" * 5000, "43", "44"],
)
async def test_a_packet_that_is_none_is_answered_with_an_error_and_the_socket_lives_on(world: Any, packet: str) -> None:
    (olga,) = await world.company()
    raw = await _raw(world, olga)
    await raw.send_str(packet)
    await raw.send_str('427["sync",{}]')
    heard = []
    async with asyncio.timeout(60):
        while not (text := await raw.receive_str()).startswith("437["):
            heard.append(text)
    assert '"ok":true' in text
    assert all('42["error"' in each for each in heard)
    await raw.close()


async def test_reserved_names_from_a_client_are_events_like_any_other(world: Any) -> None:
    (olga,) = await world.company()
    raw = await _raw(world, olga)
    for name in ("connect", "disconnect"):
        await raw.send_str(f'421["{name}",{{}}]')
        assert "UNKNOWN_EVENT" in await raw.receive_str()
        assert (await raw.receive_str()).startswith("431[")
    await raw.close()


@pytest.mark.parametrize("frame", ["", "x", "b4", "\u00e9", "9"])
async def test_a_frame_that_is_no_packet_closes_the_socket_and_leaves_nothing_behind(world: Any, frame: str) -> None:
    (olga,) = await world.company()
    raw = await _raw(world, olga)
    mine = world.server.application.core.hub.presence
    await raw.send_str(frame)
    message = await raw.receive(timeout=60)
    assert message.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED)
    # The server has noticed: whoever comes back with what it had has missed no status.
    his = await olga.socket()
    await his.sync()
    assert mine.missed_by(olga.id, (await his.emit("sync", {}))["lastEventId"]) is not None


async def test_a_frame_above_the_limit_closes_the_socket(world: Any) -> None:
    (olga,) = await world.company()
    raw = await _raw(world, olga)
    await raw.send_str('42["sync",{"x":"' + "x" * 1_000_001 + '"}]')
    message = await raw.receive(timeout=60)
    assert (message.type, message.data) == (aiohttp.WSMsgType.CLOSE, 1009)


async def test_too_many_emits_are_refused_one_by_one_and_the_socket_stays_open(world: Any) -> None:
    olga, mia = await world.company("MEMBER")
    room = await olga.room(mia)
    his = await olga.socket()
    answers = await asyncio.gather(
        *[his.client.call("chatroom_typing_stop", {"chatroomId": room}, timeout=60) for _ in range(200)]
    )
    refused = [answer for answer in answers if not answer["ok"]]
    assert 1 <= len(refused) <= 150
    assert {answer["error"]["code"] for answer in refused} == {"RATE_LIMITED"}
    await his.emit("sync", {})
    assert [error["code"] for error in his.heard("error")] == ["RATE_LIMITED"] * len(refused)
    await mia.say(room, "still there")
    assert "message_received" in await his.sync()


async def test_a_second_connect_packet_and_other_namespaces_open_nothing(world: Any) -> None:
    (olga,) = await world.company()
    raw = await _raw(world, olga)
    await raw.send_str(f'40{{"token":"{olga.token}"}}')
    await raw.send_str('40/admin,{"token":"x"}')
    assert await raw.receive_str() == '44/admin,{"code":"NOT_FOUND","message":"no such namespace"}'
    await raw.send_str('421["sync",{}]')
    assert (await raw.receive_str()).startswith("431[")
    await raw.close()


async def test_connections_above_the_limit_are_refused(serve: Any, visit: Any) -> None:
    world = await visit(serve(connection_limit=1))
    (olga,) = await world.company()
    await olga.socket()
    with pytest.raises(Exception, match="CONNECTION_LIMIT"):
        await olga.socket()
    problem = await world.call("GET", "/health", status=503)
    assert problem["details"]["parts"]["socket"] == {"state": "down"}


async def test_a_token_that_expires_is_told_and_renewed_on_the_same_connection(serve: Any, visit: Any) -> None:
    world = await visit(serve(access_token_s=3, expiry_grace_s=30.0))
    olga, mia = await world.company("MEMBER")
    hers = await mia.socket()
    error = await hers.hears("error")
    assert (error["code"], error["details"]) == ("TOKEN_EXPIRED", {"graceSeconds": 30.0})
    assert (await hers.emit("sync", {}, ok=False))["code"] == "TOKEN_EXPIRED"
    assert (await mia.call("GET", "/users/profile", status=401))["code"] == "TOKEN_EXPIRED"
    assert (await hers.emit("authenticate", {"token": mia.token}, ok=False))["code"] == "TOKEN_EXPIRED"
    olga = await world.login(olga.email)
    assert (await hers.emit("authenticate", {"token": olga.token}, ok=False))["code"] == "FORBIDDEN"
    await olga.call("PUT", "/users/status", {"status": "away"})
    assert "user_status_updated" not in hers.names()
    renewed = await world.login(mia.email)
    assert (await hers.emit("authenticate", {"token": renewed.token}))["userId"] == mia.id
    assert "user_status_updated" in await hers.sync()


async def test_a_socket_whose_token_is_not_renewed_is_closed_after_the_grace(serve: Any, visit: Any) -> None:
    world = await visit(serve(access_token_s=3, expiry_grace_s=0.1))
    (olga,) = await world.company()
    his = await olga.socket()
    await his.closed()
    assert his.names() == ["error"]


async def test_muting_a_chatroom_mutes_no_upload_and_losing_it_ends_the_upload_too(world: Any) -> None:
    olga, mia = await world.company("MEMBER")
    room = await olga.room(mia)
    body = {"fileName": "a.txt", "fileSize": 10, "mimeType": "text/plain", "chatroomId": room}
    sessions = [(await olga.call("POST", "/files/upload/initiate", body, status=201))["sessionId"] for _ in range(2)]
    hers = await mia.socket()
    for session in sessions:
        await hers.emit("join_upload_session", {"id": session})
    await hers.emit("leave_chatroom", {"id": room})
    await olga.call("DELETE", f"/files/upload/session/{sessions[0]}", status=204)
    await hers.sync()
    assert [event["sessionId"] for event in hers.heard("file_upload_failed")] == [sessions[0]]
    await olga.call("DELETE", f"/chatrooms/{room}/members/{mia.id}", status=204)
    await olga.call("DELETE", f"/files/upload/session/{sessions[1]}", status=204)
    await hers.sync()
    assert len(hers.heard("file_upload_failed")) == 1


async def test_typing_waits_for_the_change_under_way_which_may_end_it(world: Any) -> None:
    olga, mia = await world.company("MEMBER")
    room = await olga.room(mia)
    his, hers = await olga.socket(), await mia.socket()
    lock, loop = world.server.application.core.store._lock, world.server.loop
    await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(lock.acquire(), loop))
    try:
        typing = asyncio.create_task(his.emit("chatroom_typing_start", {"chatroomId": room}))
        await his.client.emit("sync", {})
        assert await hers.sync() == []
        assert not typing.done()
    finally:
        loop.call_soon_threadsafe(lock.release)
    await typing
    assert (await hers.sync())[0] == "typing_indicator"


async def test_a_server_that_waits_for_the_disk_serves_the_same(serve: Any, visit: Any) -> None:
    world = await visit(serve(loose_writes=False))
    olga, mia = await world.company("MEMBER")
    room = await olga.room(mia)
    hers = await mia.socket()
    sent = await olga.say(room)
    await hers.sync()
    assert hers.heard("message_received")[0]["messageId"] == sent["id"]
    await olga.call("DELETE", "/companies/me", status=204)
    await hers.closed()


async def test_who_does_not_type_stops_nothing_however_often_it_says_so(world: Any) -> None:
    olga, mia = await world.company("MEMBER")
    room = await olga.room(mia)
    hers, his = await mia.socket(), await olga.socket()
    await his.emit("chatroom_typing_stop", {"chatroomId": room})
    await his.emit("chatroom_typing_start", {"chatroomId": room})
    await his.emit("chatroom_typing_stop", {"chatroomId": room})
    await his.emit("chatroom_typing_stop", {"chatroomId": room})
    await hers.sync()
    assert [event["isTyping"] for event in hers.heard("typing_indicator")] == [True, False]
