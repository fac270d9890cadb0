"""Profiles, status, roles, members, invitations, erasure: what colleagues hear of one another, and nobody else."""

import json
from typing import Any

import pytest

PASSWORD = "correct-horse-1"


async def test_a_changed_profile_is_told_to_colleagues_as_it_was_answered(world: Any) -> None:
    olga, mia = await world.company("MEMBER")
    (stranger,) = await world.company()
    his, hers, other = await olga.socket(), await mia.socket(), await stranger.socket()
    changed = await mia.call("PUT", "/users/profile", {"fullName": "Mia Neu", "title": "Head"}, status=200)
    assert await mia.call("GET", "/users/profile") == changed
    for socket in (his, hers, other):
        await socket.sync()
    for socket in (his, hers):
        (event,) = socket.heard("user_profile_updated")
        fields = {key: value for key, value in event.items() if key not in ("eventId", "timestamp", "userId")}
        assert {"id": event["userId"], **fields} == changed
    assert other.names() == []
    await mia.call("PUT", "/users/profile", {"fullName": ""}, status=400)
    kept = await mia.call("PUT", "/users/profile", {"bio": "x", "fullName": None}, status=200)
    assert (kept["fullName"], kept["title"], kept["bio"]) == ("Mia Neu", "Head", "x")


async def test_a_status_reaches_every_colleague_on_both_ways_in_and_is_not_kept(world: Any) -> None:
    olga, mia = await world.company("MEMBER")
    his = await olga.socket()
    hers = await mia.socket()
    answered = await mia.call("PUT", "/users/status", {"status": "away", "message": "lunch"}, status=200)
    acknowledged = await hers.emit("update_user_status", {"status": "busy"})
    for socket in (his, hers):
        await socket.sync()
        first, second = socket.heard("user_status_updated")
        for event, answer in ((first, answered), (second, acknowledged)):
            assert "eventId" not in event
            assert {key: event[key] for key in answer} == answer
    assert (await mia.call("GET", "/users/profile"))["status"] == "busy"
    await mia.call("PUT", "/users/status", {"status": "asleep"}, status=400)
    assert (await hers.emit("update_user_status", {"status": "asleep"}, ok=False))["code"] == "VALIDATION_ERROR"
    await mia.call("PUT", "/users/status", {"status": "busy", "message": "x" * 201}, status=400)


async def test_roles_are_changed_by_those_above_and_told_to_the_company(world: Any) -> None:
    olga, adam, mia = await world.company("ADMIN", "MEMBER")
    (stranger,) = await world.company()
    hers = await mia.socket()
    path = f"/users/{mia.id}/role"
    await mia.call("PUT", f"/users/{adam.id}/role", {"role": "MEMBER"}, status=403)
    await adam.call("PUT", path, {"role": "OWNER"}, status=403)
    await adam.call("PUT", f"/users/{olga.id}/role", {"role": "MEMBER"}, status=403)
    await stranger.call("PUT", path, {"role": "GUEST"}, status=404)
    await olga.call("PUT", path, {"role": "KING"}, status=400)
    assert (await olga.call("PUT", f"/users/{olga.id}/role", {"role": "ADMIN"}, status=409))["code"] == "LAST_OWNER"
    changed = await adam.call("PUT", path, {"role": "ADMIN"}, status=200)
    await mia.call("PUT", f"/users/{adam.id}/role", {"role": "MEMBER"}, status=200)
    await hers.sync()
    first, second = hers.heard("user_role_changed")
    assert (first["userId"], first["role"], first["previousRole"], first["changedBy"]) == (
        mia.id,
        changed["role"],
        "MEMBER",
        adam.id,
    )
    assert (second["userId"], second["role"]) == (adam.id, "MEMBER")


async def test_demotion_to_guest_takes_somebody_out_of_private_rooms_and_their_threads_at_once(world: Any) -> None:
    olga, mia = await world.company("MEMBER")
    den, hall = await olga.room(mia), await olga.room(mia, private=False)
    thread = await olga.thread(den, mia)
    open_thread = await olga.thread(hall, mia)
    hers = await mia.socket()
    await olga.call("PUT", f"/users/{mia.id}/role", {"role": "GUEST"}, status=200)
    await olga.say(den, "in private")
    await olga.call("POST", "/threads/messages/send", {"threadId": thread, "content": "in private"}, status=201)
    await olga.say(hall, "in public")
    await olga.call("POST", "/threads/messages/send", {"threadId": open_thread, "content": "in public"}, status=201)
    await hers.sync()
    assert hers.names() == [
        "user_role_changed",
        "room_access_revoked",
        "room_access_revoked",
        "message_received",
        "message_received",
    ]
    lost = [(event["room"], event["id"]) for event in hers.heard("room_access_revoked")]
    assert lost == [("thread", thread), ("chatroom", den)]
    assert {event["content"] for event in hers.heard("message_received")} == {"in public"}
    await mia.call("GET", f"/chatrooms/{den}", status=403)
    assert (await hers.emit("join_chatroom", {"id": den}, ok=False))["code"] == "FORBIDDEN"
    await olga.call("PUT", f"/users/{mia.id}/role", {"role": "MEMBER"}, status=200)
    await mia.call("GET", f"/chatrooms/{den}", status=403)


async def test_a_guest_creates_nothing_and_comes_into_no_private_room(world: Any) -> None:
    olga, gina = await world.company("GUEST")
    hall = await olga.room(gina, private=False)
    den = await olga.room()
    await gina.say(hall, "hello")
    await gina.call("POST", "/chatrooms/create", {"name": "mine"}, status=403)
    await gina.call("POST", "/threads/create", {"chatroomId": hall, "title": "mine"}, status=403)
    upload = {"fileName": "a.txt", "fileSize": 1, "mimeType": "text/plain", "chatroomId": hall}
    await gina.call("POST", "/files/upload/initiate", upload, status=403)
    await olga.call("POST", f"/chatrooms/{den}/members/{gina.id}", status=403)
    body = {"name": "x", "memberIds": [gina.id], "isPrivate": True}
    await olga.call("POST", "/chatrooms/create", body, status=403)
    hers = await gina.socket()
    await olga.call("PUT", f"/chatrooms/{hall}", {"isPrivate": True}, status=200)
    await hers.sync()
    assert hers.names() == ["room_access_revoked"]
    assert hers.heard("room_access_revoked")[0]["reason"] == "ROOM_BECAME_PRIVATE"


async def test_a_new_colleague_is_announced_and_listed(world: Any) -> None:
    olga, adam, mia = await world.company("ADMIN", "MEMBER")
    hers = await mia.socket()
    body = {"email": f"nina-{olga.id}@example.test", "password": PASSWORD, "fullName": "Nina", "role": "MEMBER"}
    added = await adam.call("POST", "/companies/members/add", body, status=201)
    await hers.sync()
    (event,) = hers.heard("user_joined_company")
    assert (event["userId"], event["fullName"], event["role"]) == (added["id"], "Nina", "MEMBER")
    assert added in (await mia.call("GET", "/companies/members"))["items"]
    await adam.call("POST", "/companies/members/add", body, status=409)
    await mia.call("POST", "/companies/members/add", {**body, "email": "z@example.test"}, status=403)
    await adam.call("POST", "/companies/members/add", {**body, "email": "z@example.test", "role": "OWNER"}, status=403)
    await adam.call("POST", "/companies/members/add", {**body, "email": "z@x.test", "password": "weak"}, status=400)
    first = await mia.call("GET", "/companies/members?limit=3")
    rest = await mia.call("GET", f"/companies/members?limit=3&cursor={first['nextCursor']}")
    assert len({each["id"] for each in first["items"] + rest["items"]}) == 4
    await mia.call("GET", "/companies/members?cursor=nonsense", status=400)


async def test_an_invitation_lets_one_person_register_once(world: Any) -> None:
    olga, mia = await world.company("MEMBER")
    hers = await mia.socket()
    email = f"greta-{olga.id}@example.test"
    await mia.call("POST", "/companies/invitations", {"email": email, "role": "GUEST"}, status=403)
    await olga.call("POST", "/companies/invitations", {"email": "nonsense", "role": "GUEST"}, status=400)
    invited = await olga.call("POST", "/companies/invitations", {"email": email, "role": "GUEST"}, status=201)
    body = {"email": email, "password": PASSWORD, "fullName": "Greta", "invitationToken": invited["invitationToken"]}
    await world.call("POST", "/auth/register", {**body, "email": f"x{email}"}, status=400)
    made = await world.call("POST", "/auth/register", body, status=201)
    assert (made["user"]["role"], made["user"]["companyId"]) == ("GUEST", olga.company_id)
    await hers.sync()
    assert [event["userId"] for event in hers.heard("user_joined_company")] == [made["user"]["id"]]
    await world.call("POST", "/auth/register", {**body, "email": f"y{email}"}, status=400)


async def test_a_removed_colleague_is_out_on_both_channels(world: Any) -> None:
    olga, adam, mia = await world.company("ADMIN", "MEMBER")
    room = await olga.room(mia)
    his, hers = await adam.socket(), await mia.socket()
    await mia.call("DELETE", f"/companies/members/{adam.id}", status=403)
    await adam.call("DELETE", f"/companies/members/{olga.id}", status=403)
    await olga.call("DELETE", f"/companies/members/{room}", status=404)
    await olga.call("DELETE", "/companies/members/nonsense", status=400)
    await adam.call("DELETE", f"/companies/members/{mia.id}", status=204)
    await hers.closed()
    assert hers.names() == ["user_left_company", "error"]
    assert hers.heard("error")[0]["code"] == "ACCOUNT_REMOVED"
    await his.sync()
    assert his.heard("user_left_company")[0]["userId"] == mia.id
    await mia.call("GET", "/users/profile", status=401)
    with pytest.raises(Exception, match="TOKEN_REVOKED"):
        await mia.socket()
    await world.call("POST", "/auth/login", {"email": mia.email, "password": PASSWORD}, status=401)
    assert (await olga.call("GET", f"/chatrooms/{room}"))["memberIds"] == [olga.id]


async def test_the_last_owner_stays_and_another_may_go(world: Any) -> None:
    olga, otto = await world.company("OWNER")
    await otto.call("DELETE", "/users/me", status=204)
    assert (await olga.call("DELETE", "/users/me", status=409))["code"] == "LAST_OWNER"
    await olga.call("DELETE", f"/companies/members/{olga.id}", status=409)


async def test_nothing_personal_of_an_erased_user_can_be_read_back(world: Any) -> None:
    olga, mia = await world.company("MEMBER")
    room = await olga.room(mia)
    his = await olga.socket()
    await mia.call("PUT", "/users/profile", {"fullName": "Very Personal Name", "bio": "my story"}, status=200)
    message = await mia.say(room, "I was here")
    await his.sync()
    since = his.heard("user_profile_updated")[0]["eventId"] - 1
    await his.leave()
    await mia.call("DELETE", "/users/me", status=204)
    listed = await olga.call("GET", f"/messages/list?chatroomId={room}")
    assert listed["items"][0]["id"] == message["id"]
    assert listed["items"][0]["sender"] == {"id": mia.id, "fullName": "Former member"}
    back = await olga.socket(lastEventId=since)
    names = await back.sync()
    assert names == ["user_profile_updated", "message_received", "user_left_company", "connection_recovered"]
    for personal in ("Very Personal Name", "my story", mia.email):
        assert personal not in json.dumps(back.inbox)


async def test_an_erased_company_is_gone_with_its_files_and_no_other_is_touched(world: Any) -> None:
    olga, mia = await world.company("MEMBER")
    (stranger,) = await world.company()
    room = await olga.room(mia)
    body = {"fileName": "a.txt", "fileSize": 3, "mimeType": "text/plain", "chatroomId": room}
    session = (await olga.call("POST", "/files/upload/initiate", body, status=201))["sessionId"]
    hers, other = await mia.socket(), await stranger.socket()
    disk = world.server.application.disk
    disk.keep_chunk(session, 0, b"abc")
    await mia.call("DELETE", "/companies/me", status=403)
    await olga.call("DELETE", "/companies/me", status=204)
    await hers.closed()
    assert not disk.upload(session).exists()
    await mia.call("GET", "/companies/me", status=401)
    await world.call("POST", "/auth/login", {"email": olga.email, "password": PASSWORD}, status=401)
    await other.sync()
    assert other.names() == []
    await stranger.call("GET", "/companies/me", status=200)
