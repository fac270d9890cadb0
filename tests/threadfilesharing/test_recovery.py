"""What was missed comes once, in order, before anything new."""

from typing import Any

import pytest


async def _mark(socket: Any) -> int:
    return int((await socket.emit("sync", {}))["lastEventId"])


async def test_what_was_missed_comes_in_order_then_recovered_then_statuses_then_the_new(world: Any) -> None:
    olga, mia, noa = await world.company("MEMBER", "MEMBER")
    room = await olga.room(mia)
    hers = await mia.socket()
    await olga.say(room, "before")
    last = await _mark(hers)
    await hers.leave()
    missed = [await olga.say(room, f"missed {number}") for number in range(3)]
    await olga.call("PUT", f"/messages/{missed[0]['id']}", {"content": "edited"})
    await olga.call("PUT", "/users/status", {"status": "away"})
    await olga.call("PUT", "/users/status", {"status": "busy"})
    await mia.call("PUT", "/users/status", {"status": "busy"})
    back = await mia.socket(lastEventId=last)
    await olga.say(room, "after")
    assert await back.sync() == [
        "message_received",
        "message_received",
        "message_received",
        "message_edited",
        "connection_recovered",
        "user_status_updated",
        "message_received",
    ]
    assert [event["content"] for event in back.heard("message_received")] == [
        "missed 0",
        "missed 1",
        "missed 2",
        "after",
    ]
    numbers = [data["eventId"] for _, data in back.inbox if "eventId" in data]
    assert numbers == sorted(set(numbers))
    recovered = back.heard("connection_recovered")[0]
    assert (recovered["missed"], recovered["lastEventId"]) == (4, numbers[3])
    status = back.heard("user_status_updated")[0]
    assert (status["userId"], status["status"]) == (olga.id, "busy")
    assert "eventId" not in status
    assert noa.id != status["userId"]


async def test_a_replayed_event_is_the_event_that_others_heard(world: Any) -> None:
    olga, mia = await world.company("MEMBER")
    room = await olga.room(mia)
    his, hers = await olga.socket(), await mia.socket()
    last = await _mark(hers)
    await hers.leave()
    await olga.say(room, "hello")
    await his.sync()
    back = await mia.socket(lastEventId=last)
    await back.sync()
    assert back.heard("message_received") == his.heard("message_received")


async def test_a_status_heard_before_leaving_is_not_told_again(world: Any) -> None:
    olga, mia = await world.company("MEMBER")
    hers = await mia.socket()
    await olga.call("PUT", "/users/status", {"status": "busy"})
    last = await _mark(hers)
    await hers.leave()
    back = await mia.socket(lastEventId=last)
    assert await back.sync() == ["connection_recovered"]


async def test_a_former_member_is_owed_what_was_before_it_left_and_nothing_after(world: Any) -> None:
    olga, mia = await world.company("MEMBER")
    room = await olga.room()
    hers = await mia.socket()
    last = await _mark(hers)
    await hers.leave()
    await olga.say(room, "before she was in")
    await olga.call("POST", f"/chatrooms/{room}/members/{mia.id}", status=201)
    await olga.say(room, "while she was in")
    await olga.call("DELETE", f"/chatrooms/{room}/members/{mia.id}", status=204)
    await olga.say(room, "after she left")
    await olga.call("POST", f"/chatrooms/{room}/members/{mia.id}", status=201)
    await olga.say(room, "since she is back")
    back = await mia.socket(lastEventId=last)
    await back.sync()
    assert [event["content"] for event in back.heard("message_received")] == ["while she was in", "since she is back"]


async def test_nothing_of_another_company_is_replayed(world: Any) -> None:
    olga, mia = await world.company("MEMBER")
    (stranger,) = await world.company()
    await olga.say(await olga.room(mia))
    other = await stranger.socket(lastEventId=0)
    assert await other.sync() == ["connection_recovered"]


async def test_sync_since_an_event_sends_what_the_socket_has_not_got_once(world: Any) -> None:
    olga, mia = await world.company("MEMBER")
    room = await olga.room(mia)
    first = await mia.socket()
    last = await _mark(first)
    await first.leave()
    await olga.say(room, "missed")
    hers = await mia.socket()
    await olga.say(room, "heard")
    await hers.sync()
    await hers.sync(since=last)
    await hers.sync(since=last)
    assert [event["content"] for event in hers.heard("message_received")] == ["heard", "missed"]
    assert (await hers.emit("sync", {"since": -1}, ok=False))["code"] == "VALIDATION_ERROR"
    assert (await hers.emit("sync", {"since": "x"}, ok=False))["code"] == "VALIDATION_ERROR"


async def test_an_event_number_from_the_future_misses_nothing(world: Any) -> None:
    (olga,) = await world.company()
    his = await olga.socket(lastEventId=10**12)
    assert await his.sync() == ["connection_recovered"]
    assert his.heard("connection_recovered")[0]["missed"] == 0


@pytest.mark.parametrize("wrong", ["x", -1, 1.5, True, [1], 2**60])
async def test_a_last_event_that_is_no_number_is_refused(world: Any, wrong: Any) -> None:
    (olga,) = await world.company()
    with pytest.raises(Exception, match="VALIDATION_ERROR"):
        await olga.socket(lastEventId=wrong)


async def test_what_was_missed_survives_a_restart(serve: Any, visit: Any, tmp_path: Any) -> None:
    data = str(tmp_path / "kept")
    first = await visit(serve(data=data))
    olga, mia = await first.company("MEMBER")
    room = await olga.room(mia)
    hers = await mia.socket()
    last = await _mark(hers)
    await hers.leave()
    await olga.say(room, "missed")
    await olga.call("PUT", "/users/status", {"status": "busy"})
    second = await visit(serve(data=data))
    back = await second.socket(token=mia.token, lastEventId=last)
    assert await back.sync() == ["message_received", "connection_recovered", "user_status_updated"]


async def test_what_was_told_before_somebody_came_is_not_owed_to_it(world: Any) -> None:
    olga, noa = await world.company("MEMBER")
    await olga.call("PUT", "/users/profile", {"title": "founder"})
    mia = await world.member(olga)
    await olga.call("PUT", "/users/profile", {"title": "chief"})
    hers = await mia.socket(lastEventId=0)
    assert await hers.sync() == ["user_joined_company", "user_profile_updated", "connection_recovered"]
    assert hers.heard("user_joined_company")[0]["userId"] == mia.id
    assert hers.heard("connection_recovered")[0]["missed"] == 2
    again = await mia.socket()
    assert await again.sync(since=0) == ["user_joined_company", "user_profile_updated"]
    assert noa.id != mia.id
