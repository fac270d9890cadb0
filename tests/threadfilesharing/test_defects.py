"""Planted defects: each changes what it says and nothing else; with none on nothing is changed."""

import asyncio
import json
import sys
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from threadfilesharing.cli import main
from threadfilesharing.defects.catalogue import CATALOGUE, Kind, NotYet
from threadfilesharing.defects.registry import Share, UnknownDefect, plant, read_defect
from threadfilesharing.defects.seams import Seams

MESSAGE = "message_received"


def test_there_are_several_of_each_kind_and_each_says_what_it_breaks_and_what_finds_it() -> None:
    of_kind = Counter(defect.kind for defect in CATALOGUE)
    assert all(of_kind[kind] >= 4 for kind in Kind)
    for defect in CATALOGUE:
        assert defect.summary
        assert defect.suffers
        assert all(requirement.startswith("FR-") for requirement in defect.breaks)
        assert defect.found_by.claim
        assert isinstance(defect.found_by, NotYet) != defect.found_by.scenario.endswith(".yaml")


def test_with_nothing_planted_no_seam_is_bent() -> None:
    seams = Seams()
    assert plant((), seams) == ()
    assert not any(getattr(seams, name) for name in Seams.__slots__)
    assert all(seams_name for seams_name in Seams.__slots__)


@pytest.mark.parametrize("defect", CATALOGUE, ids=lambda defect: defect.name)
def test_each_defect_bends_a_seam(defect: Any) -> None:
    seams = Seams()
    (planted,) = plant((defect.name,), seams)
    assert str(planted) == defect.name
    assert 1 <= sum(bool(getattr(seams, name)) for name in Seams.__slots__) <= 2


def test_a_strength_spreads_the_occasions_evenly() -> None:
    half, all_of_them = Share(0.5), Share(1.0)
    assert [half.acts() for _ in range(6)] == [False, True, False, True, False, True]
    assert all(all_of_them.acts() for _ in range(100))
    assert sum(Share(0.1).acts() for _ in range(1)) == 0
    tenth = Share(0.1)
    assert sum(tenth.acts() for _ in range(1000)) == 100


@pytest.mark.parametrize("text", ["nonsense", "", "doubled-at-once=0", "doubled-at-once=2", "doubled-at-once=x"])
def test_an_unknown_defect_or_strength_is_refused(text: str) -> None:
    with pytest.raises(UnknownDefect):
        read_defect(text)


def test_the_list_of_defects_is_for_people_and_for_tools(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list-defects"]) == 0
    table = capsys.readouterr().out
    assert main(["--list-defects", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [each["name"] for each in listed] == [defect.name for defect in CATALOGUE]
    for each in listed:
        assert each["name"] in table
        assert each["found_by"]["scenario"] in table
        assert each["found_by"]["claim"] in table
        assert each["found_by"]["by"] in ("scenario", "contract", "load", "access")


async def test_a_reader_that_has_read_enough_ends_the_list_quietly() -> None:
    command = f"{sys.executable} -m threadfilesharing --list-defects | head -1"
    process = await asyncio.create_subprocess_shell(
        command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, err = await process.communicate()
    assert out.count(b"\n") == 1
    assert err == b""


@pytest.fixture
def bent(serve: Callable[..., Any], visit: Any) -> Any:
    async def start(*names: str, **settings: Any) -> Any:
        return await visit(serve(defects=names, **settings))

    return start


async def test_lost_to_one_member_loses_for_the_same_one_each_time(bent: Any) -> None:
    world = await bent("lost-to-one-member")
    people = await world.company("MEMBER", "MEMBER")
    room = await people[0].room(*people[1:])
    sockets = [await person.socket() for person in people]
    for number in range(3):
        await people[0].say(room, f"{number}")
    heard = []
    for socket in sockets:
        await socket.sync()
        heard.append(len(socket.heard(MESSAGE)))
    assert heard[0] == 3
    assert sorted(heard[1:]) == [0, 3]
    small = await people[0].room(people[1])
    await people[0].say(small)
    assert (await sockets[1].sync())[-1] == MESSAGE


async def test_doubled_at_once_delivers_each_message_twice(bent: Any) -> None:
    world = await bent("doubled-at-once")
    olga, mia = await world.company("MEMBER")
    hers = await mia.socket()
    await olga.say(await olga.room(mia))
    assert await hers.sync() == ["chatroom_created", MESSAGE, MESSAGE]


async def test_late_by_150_ms_holds_each_message_and_what_follows_in_order(bent: Any) -> None:
    world = await bent("late-by-150-ms")
    olga, mia = await world.company("MEMBER")
    room = await olga.room(mia)
    hers = await mia.socket()
    await olga.say(room, "one")
    await olga.say(room, "two")
    await olga.call("PUT", "/users/status", {"status": "busy"})
    event = await hers.hears(MESSAGE)
    late = datetime.now(UTC) - datetime.fromisoformat(event["createdAt"])
    assert late >= timedelta(milliseconds=150)
    assert await hers.sync() == [MESSAGE, MESSAGE, "user_status_updated"]
    assert [event["content"] for event in hers.heard(MESSAGE)] == ["one", "two"]


async def test_swapped_messages_arrive_the_other_way_round(bent: Any) -> None:
    world = await bent("swapped-messages")
    olga, mia = await world.company("MEMBER")
    room = await olga.room(mia)
    hers, his = await mia.socket(), await olga.socket()
    words = ["one", "two", "three", "four", "five", "six", "seven", "eight"]
    for word in words:
        await his.client.emit("send_chatroom_message", {"chatroomId": room, "content": word})
    await his.sync()
    await hers.sync()
    contents = [event["content"] for event in hers.heard(MESSAGE)]
    assert sorted(contents) == sorted(words)
    assert contents != words
    await olga.say(room, "alone")
    assert (await hers.hears(MESSAGE, 9))["content"] == "alone"


async def test_leaked_to_removed_member_lets_it_hear_on(bent: Any) -> None:
    world = await bent("leaked-to-removed-member")
    olga, mia = await world.company("MEMBER")
    room = await olga.room(mia)
    hers = await mia.socket()
    await olga.call("DELETE", f"/chatrooms/{room}/members/{mia.id}", status=204)
    await olga.say(room, "secret")
    assert await hers.sync() == ["chatroom_member_removed", MESSAGE]
    await mia.call("GET", f"/messages/list?chatroomId={room}", status=403)


async def test_other_content_in_event_differs_from_response_and_list(bent: Any) -> None:
    world = await bent("other-content-in-event")
    olga, mia = await world.company("MEMBER")
    room = await olga.room(mia)
    hers = await mia.socket()
    sent = await olga.say(room, "true")
    await hers.sync()
    assert hers.heard(MESSAGE)[0]["content"] == "true!"
    listed = await olga.call("GET", f"/messages/list?chatroomId={room}")
    assert sent["content"] == listed["items"][0]["content"] == "true"


async def test_list_lacks_newest_message(bent: Any) -> None:
    world = await bent("list-lacks-newest-message")
    (olga,) = await world.company()
    room = await olga.room()
    first = await olga.say(room, "one")
    await olga.say(room, "two")
    listed = await olga.call("GET", f"/messages/list?chatroomId={room}")
    assert [item["id"] for item in listed["items"]] == [first["id"]]


async def test_progress_falls_back_in_the_event_alone(bent: Any) -> None:
    world = await bent("progress-falls-back", chunk_bytes=10)
    olga, mia = await world.company("MEMBER")
    room = await olga.room(mia)
    body = {"fileName": "a.txt", "fileSize": 40, "mimeType": "text/plain", "chatroomId": room}
    session = (await olga.call("POST", "/files/upload/initiate", body, status=201))["sessionId"]
    hers = await mia.socket()
    await hers.emit("join_upload_session", {"id": session})
    answered = []
    for index in range(4):
        form = aiohttp.FormData({"sessionId": session, "chunkIndex": str(index)})
        form.add_field("chunk", b"0123456789", filename="part")
        answered.append((await olga.call("POST", "/files/upload/chunk", status=200, data=form))["progress"])
    await hers.sync()
    assert answered == [25, 50, 75, 100]
    assert [event["progress"] for event in hers.heard("file_upload_progress")] == [25, 16, 75, 100]


async def test_nothing_replayed_sends_nothing_of_what_was_missed(bent: Any) -> None:
    world = await bent("nothing-replayed")
    olga, mia = await world.company("MEMBER")
    room = await olga.room(mia)
    await olga.say(room, "missed")
    back = await mia.socket(lastEventId=0)
    assert await back.sync(since=0) == ["connection_recovered"]
    await olga.say(room, "heard")
    assert await back.sync() == ["connection_recovered", MESSAGE]


async def test_revoked_token_is_accepted_over_rest_alone(bent: Any) -> None:
    world = await bent("revoked-token-accepted-over-rest")
    olga = await world.register()
    await olga.call("POST", "/auth/logout", status=204)
    await olga.call("GET", "/users/profile", status=200)
    with pytest.raises(Exception, match="TOKEN_REVOKED"):
        await olga.socket()


async def test_bad_input_answers_500_over_rest(bent: Any) -> None:
    world = await bent("bad-input-answers-500")
    (olga,) = await world.company()
    room = await olga.room()
    assert (await olga.say(room, "", status=500))["code"] == "INTERNAL_ERROR"
    assert (await olga.call("POST", "/messages/send", {}, status=500))["code"] == "INTERNAL_ERROR"
    await olga.say(MISSING, "x", status=404)


MISSING = "00000000-0000-4000-8000-000000000000"


async def test_a_weakened_defect_acts_on_its_share_of_occasions(bent: Any) -> None:
    world = await bent("doubled-at-once=0.5")
    olga, mia = await world.company("MEMBER")
    room = await olga.room(mia)
    hers = await mia.socket()
    for number in range(4):
        await olga.say(room, f"{number}")
    await hers.sync()
    assert len(hers.heard(MESSAGE)) == 6
