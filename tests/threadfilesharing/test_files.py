"""Uploads in chunks, what happens to the files afterwards, and what they take of the quota."""

import asyncio
import hashlib
import io
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from PIL import Image

from threadfilesharing.problems import Problem
from threadfilesharing.rest.files import wanted_range
from threadfilesharing.services.disk import Disk, make_preview, sniff

CHUNK = 65_536


def _content(size: int) -> bytes:
    return (b"The quick brown fox jumps over the lazy dog. " * (size // 40 + 1))[:size]


async def _begin(person: Any, content: bytes, status: int = 201, **more: Any) -> Any:
    body = {
        "fileName": "notes.txt",
        "fileSize": len(content),
        "mimeType": "text/plain",
        "sha256": hashlib.sha256(content).hexdigest(),
        **more,
    }
    return await person.call("POST", "/files/upload/initiate", body, status=status)


async def _chunk(person: Any, session: str, index: Any, content: bytes, status: int = 200) -> Any:
    form = aiohttp.FormData()
    form.add_field("sessionId", session)
    form.add_field("chunkIndex", str(index))
    form.add_field("chunk", content, filename="part", content_type="application/octet-stream")
    return await person.call("POST", "/files/upload/chunk", status=status, data=form)


async def _upload(person: Any, content: bytes, **more: Any) -> Any:
    begun = await _begin(person, content, **more)
    for index in range(begun["totalChunks"]):
        await _chunk(person, begun["sessionId"], index, content[index * CHUNK : (index + 1) * CHUNK])
    return await person.call("POST", "/files/upload/complete", {"sessionId": begun["sessionId"]}, status=201)


async def test_progress_rises_ends_once_and_agrees_with_the_status_over_rest(world: Any) -> None:
    olga, mia, noa = await world.company("MEMBER", "MEMBER")
    room = await olga.room(mia)
    his, hers, other = await olga.socket(), await mia.socket(), await noa.socket()
    content = _content(3 * CHUNK + 100)
    begun = await _begin(olga, content, chatroomId=room)
    assert (begun["chunkSize"], begun["totalChunks"]) == (CHUNK, 4)
    session = begun["sessionId"]
    await hers.emit("join_upload_session", {"id": session})
    assert (await other.emit("join_upload_session", {"id": session}, ok=False))["code"] == "FORBIDDEN"
    for index in (1, 0, 0, 3, 2):
        answer = await _chunk(olga, session, index, content[index * CHUNK : (index + 1) * CHUNK])
        state = await olga.call("GET", f"/files/upload/session/{session}")
        assert {key: state[key] for key in answer} == answer
    file = await olga.call("POST", "/files/upload/complete", {"sessionId": session}, status=201)
    for socket in (his, hers, other):
        await socket.sync()
    told = hers.heard("file_upload_progress")
    assert [event["progress"] for event in told] == [33, 66, 66, 100]
    assert [event["uploadedBytes"] for event in told] == [CHUNK, 2 * CHUNK, 2 * CHUNK + 100, len(content)]
    after = ["file_upload_completed", "storage_quota_updated", "file_processed"]
    assert hers.names() == ["room_joined", *["file_upload_progress"] * 4, *after]
    assert his.names() == after
    assert other.names() == ["error", "storage_quota_updated"]
    (completed,), (processed,) = hers.heard("file_upload_completed"), hers.heard("file_processed")
    assert (completed["fileId"], completed["sha256"], completed["status"]) == (file["id"], file["sha256"], "processing")
    assert (processed["status"], processed["detectedType"], processed["hasPreview"]) == ("ready", "text/plain", False)
    now = await mia.call("GET", f"/files/{file['id']}")
    assert {key: value for key, value in processed.items() if key in now} == {
        key: value for key, value in now.items() if key != "id"
    }
    state = await olga.call("GET", f"/files/upload/session/{session}")
    assert (state["status"], state["progress"], state["fileId"]) == ("completed", 100, file["id"])


async def test_the_quota_follows_files_and_is_told_to_the_whole_company(world: Any) -> None:
    olga, mia, noa = await world.company("MEMBER", "MEMBER")
    room = await olga.room(mia)
    other = await noa.socket()
    assert (await olga.call("GET", "/companies/storage"))["usedBytes"] == 0
    file = await _upload(mia, _content(1000), chatroomId=room)
    assert (await noa.call("GET", "/companies/storage"))["usedBytes"] == 1000
    assert [item["id"] for item in (await olga.call("GET", f"/files?chatroomId={room}"))["items"]] == [file["id"]]
    assert [item["id"] for item in (await olga.call("GET", "/files"))["items"]] == [file["id"]]
    assert (await noa.call("GET", "/files"))["items"] == []
    await noa.call("GET", f"/files?chatroomId={room}", status=403)
    await noa.call("DELETE", f"/files/{file['id']}", status=403)
    await noa.call("GET", f"/files/{file['id']}", status=403)
    await mia.call("DELETE", f"/files/{file['id']}", status=204)
    await mia.call("DELETE", f"/files/{file['id']}", status=404)
    assert (await olga.call("GET", "/companies/storage"))["usedBytes"] == 0
    again = await _upload(mia, _content(500), chatroomId=room)
    await olga.call("DELETE", f"/chatrooms/{room}", status=204)
    await olga.call("GET", f"/files/{again['id']}", status=404)
    await other.sync()
    assert [event["usedBytes"] for event in other.heard("storage_quota_updated")] == [1000, 0, 500, 0]
    disk = world.server.application.disk
    assert not disk.file(olga.company_id, file["id"]).exists()
    assert not disk.file(olga.company_id, again["id"]).exists()


async def test_a_file_of_a_thread_is_its_participants_alone(world: Any) -> None:
    olga, mia = await world.company("MEMBER")
    room = await olga.room(mia)
    thread = await olga.thread(room)
    hers, his = await mia.socket(), await olga.socket()
    file = await _upload(olga, _content(10), threadId=thread)
    await mia.call("GET", f"/files/{file['id']}", status=403)
    await mia.call("GET", f"/files?threadId={thread}", status=403)
    await olga.call("DELETE", f"/files/{file['id']}", status=204)
    await hers.sync()
    await his.sync()
    assert set(hers.names()) == {"storage_quota_updated"}
    assert "file_deleted" in his.names()


async def test_a_picture_gets_a_preview(world: Any) -> None:
    olga, mia = await world.company("MEMBER")
    room = await olga.room(mia)
    hers = await mia.socket()
    picture = io.BytesIO()
    Image.new("RGB", (600, 400), "red").save(picture, "PNG")
    file = await _upload(olga, picture.getvalue(), chatroomId=room, mimeType="image/png", fileName="red.png")
    await hers.sync()
    event = hers.heard("file_processed")[0]
    assert (event["status"], event["hasPreview"], event["detectedType"]) == ("ready", True, "image/png")
    with Image.open(world.server.application.disk.preview(olga.company_id, file["id"])) as preview:
        assert preview.size == (256, 171)


async def test_a_broken_picture_is_tried_three_times_and_then_failed(world: Any) -> None:
    olga, mia = await world.company("MEMBER")
    room = await olga.room(mia)
    hers = await mia.socket()
    broken = b"\x89PNG\r\n\x1a\n" + b"this is not a picture" * 10
    file = await _upload(olga, broken, chatroomId=room, mimeType="image/png", fileName="broken.png")
    await hers.sync()
    told = [name for name in hers.names() if name != "storage_quota_updated"]
    assert told == ["file_upload_completed", "retry_attempt", "retry_attempt", "file_processed"]
    assert [(event["attempt"], event["of"]) for event in hers.heard("retry_attempt")] == [(2, 3), (3, 3)]
    assert hers.heard("file_processed")[0]["status"] == "failed"
    assert (await mia.call("GET", f"/files/{file['id']}"))["status"] == "failed"
    _, raw = await mia.call("GET", f"/files/{file['id']}/download", whole=True)
    assert raw == broken


async def test_a_cancelled_upload_ends_once_and_gives_its_quota_back(serve: Any, visit: Any) -> None:
    world = await visit(serve(company_bytes=1000))
    olga, mia = await world.company("MEMBER")
    room = await olga.room(mia)
    hers = await mia.socket()
    session = (await _begin(olga, _content(800), chatroomId=room))["sessionId"]
    assert (await _begin(mia, _content(300), status=413, chatroomId=room))["code"] == "QUOTA_EXCEEDED"
    await mia.call("DELETE", f"/files/upload/session/{session}", status=403)
    await olga.call("DELETE", f"/files/upload/session/{session}", status=204)
    await olga.call("DELETE", f"/files/upload/session/{session}", status=404)
    await olga.call("GET", f"/files/upload/session/{session}", status=404)
    await _chunk(olga, session, 0, _content(800), status=404)
    await _upload(mia, _content(300), chatroomId=room)
    await hers.sync()
    assert [event["reason"] for event in hers.heard("file_upload_failed")] == ["CANCELLED"]


async def test_a_chunk_of_an_upload_that_was_given_up_meanwhile_leaves_nothing_on_disk(
    world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (olga,) = await world.company()
    session = (await _begin(olga, b"12345", chatroomId=await olga.room()))["sessionId"]
    disk, keep = world.server.application.disk, Disk.keep_chunk

    def give_up(self: Disk, *chunk: Any) -> None:
        keep(self, *chunk)
        application = world.server.application
        cancel = application.uploads.cancel(application.core.people._known[olga.id], session)
        asyncio.run_coroutine_threadsafe(cancel, world.server.loop).result(10)

    monkeypatch.setattr(Disk, "keep_chunk", give_up)
    await _chunk(olga, session, 0, b"12345", status=404)
    assert not disk.upload(session).exists()


async def test_wrong_content_is_found_by_its_checksum_and_ends_the_upload(world: Any) -> None:
    olga, mia = await world.company("MEMBER")
    room = await olga.room(mia)
    hers = await mia.socket()
    session = (await _begin(olga, _content(10), chatroomId=room))["sessionId"]
    await _chunk(olga, session, 0, b"0123456789")
    problem = await olga.call("POST", "/files/upload/complete", {"sessionId": session}, status=422)
    assert problem["code"] == "CHECKSUM_MISMATCH"
    await olga.call("POST", "/files/upload/complete", {"sessionId": session}, status=409)
    await olga.call("DELETE", f"/files/upload/session/{session}", status=409)
    assert (await olga.call("GET", f"/files/upload/session/{session}"))["status"] == "failed"
    assert (await olga.call("GET", "/companies/storage"))["usedBytes"] == 0
    await hers.sync()
    assert [event["reason"] for event in hers.heard("file_upload_failed")] == ["CHECKSUM_MISMATCH"]
    assert hers.names() == ["file_upload_failed"]


async def test_chunks_of_a_wrong_size_or_index_are_refused(world: Any) -> None:
    olga, mia = await world.company("MEMBER")
    room = await olga.room(mia)
    content = _content(CHUNK + 5)
    session = (await _begin(olga, content, chatroomId=room))["sessionId"]
    for index, sent in ((0, b"short"), (1, content[:CHUNK]), (2, b"x"), (1, b"")):
        assert (await _chunk(olga, session, index, sent, status=409))["code"] == "WRONG_CHUNK"
    for index in ("x", "-1", "1.5", str(2**40)):
        await _chunk(olga, session, index, b"x", status=400)
    await _chunk(olga, "nonsense", 0, b"x", status=400)
    await _chunk(olga, room, 0, b"x", status=404)
    await _chunk(mia, session, 0, content[:CHUNK], status=403)
    await olga.call("POST", "/files/upload/chunk", {"sessionId": session}, status=400)
    problem = await olga.call("POST", "/files/upload/complete", {"sessionId": session}, status=409)
    assert problem["code"] == "MISSING_CHUNKS"
    assert problem["details"] == {"receivedChunks": 0, "totalChunks": 2}
    await mia.call("POST", "/files/upload/complete", {"sessionId": session}, status=403)
    await olga.call("POST", "/files/upload/complete", {"sessionId": room}, status=404)
    await olga.call("POST", "/files/upload/complete", {"sessionId": "x"}, status=400)
    await mia.call("GET", f"/files/upload/session/{session}", status=403)
    for method in ("GET", "DELETE"):
        await olga.call(method, "/files/upload/session/x", status=400)


async def test_what_may_not_be_stored_is_refused_with_its_reason(world: Any) -> None:
    (olga,) = await world.company()
    (stranger,) = await world.company()
    room, thread = await olga.room(), ""
    thread = await olga.thread(room)
    good = _content(5)
    assert (await _begin(olga, good, 415, chatroomId=room, mimeType="application/x-msdownload"))["code"]
    assert (await _begin(olga, good, 413, chatroomId=room, fileSize=2**40))["code"] == "FILE_TOO_LARGE"
    for change in (
        {"fileSize": 0},
        {"fileSize": -1},
        {"fileSize": "5"},
        {"fileName": ""},
        {"fileName": "x" * 300},
        {"mimeType": "nonsense"},
        {"sha256": "abc"},
        {"threadId": thread},
        {"chatroomId": None},
        {"chatroomId": "x"},
    ):
        await _begin(olga, good, 400, **{"chatroomId": room, **change})
    await _begin(stranger, good, 404, chatroomId=room)
    await _begin(stranger, good, 404, threadId=thread)
    mia = await world.member(olga)
    await _begin(mia, good, 403, chatroomId=room)


async def test_downloads_come_whole_or_in_ranges(world: Any) -> None:
    olga, mia = await world.company("MEMBER")
    room = await olga.room()
    content = _content(1000)
    file = await _upload(olga, content, chatroomId=room, fileName="\u00fcber \U0001f600.txt")
    path = f"/files/{file['id']}/download"
    headers, raw = await olga.call("GET", path, status=200, whole=True)
    assert raw == content
    assert headers["accept-ranges"] == "bytes"
    assert headers["content-disposition"] == "attachment; filename*=UTF-8''%C3%BCber%20%F0%9F%98%80.txt"
    headers, raw = await olga.call("GET", path, headers={"range": "bytes=10-19"}, status=206, whole=True)
    assert (raw, headers["content-range"]) == (content[10:20], "bytes 10-19/1000")
    problem = await olga.call("GET", path, headers={"range": "bytes=1000-"}, status=416)
    assert problem["code"] == "RANGE_NOT_SATISFIABLE"
    await mia.call("GET", path, status=403)
    await olga.call("GET", f"/files/{room}/download", status=404)
    await olga.call("GET", f"/files/{room}", status=404)
    for bad in ("/files/x/download", "/files/x", "/files?chatroomId=x", "/files?limit=0"):
        await olga.call("GET", bad, status=400)
    await olga.call("GET", f"/files?chatroomId={file['id']}", status=404)
    await olga.call("DELETE", "/files/x", status=400)
    world.server.application.disk.file(olga.company_id, file["id"]).unlink()
    await olga.call("GET", path, status=404)


@pytest.mark.parametrize(
    ("header", "part"),
    [
        (None, None),
        ("bytes=0-0", (0, 1)),
        ("bytes=5-", (5, 10)),
        ("bytes=-3", (7, 10)),
        ("bytes=-30", (0, 10)),
        ("bytes=8-99", (8, 10)),
        ("bytes=0-1,3-4", None),
        ("lines=1-2", None),
        ("bytes=-", None),
        ("bytes=a-b", None),
    ],
)
def test_a_range_is_read_as_the_standard_says(header: str | None, part: Any) -> None:
    assert wanted_range(header, 10) == part


@pytest.mark.parametrize("header", ["bytes=10-", "bytes=10-20", "bytes=5-4", "bytes=-0"])
def test_a_range_with_nothing_in_it_is_refused(header: str) -> None:
    with pytest.raises(Problem):
        wanted_range(header, 10)


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\x89PNG\r\n\x1a\nxxxx", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a...", "image/gif"),
        (b"RIFF1234WEBPVP8 ", "image/webp"),
        (b"%PDF-1.7", "application/pdf"),
        (b"PK\x03\x04....", "application/zip"),
        (b"\x00\x00\x00\x18ftypmp42", "video/mp4"),
        (b"ID3\x04", "audio/mpeg"),
        (b"\x00\x01\x02", "application/octet-stream"),
        (b"\xff\xfe\xfd\xfc\xfb", "application/octet-stream"),
        ("Grüße".encode(), "text/plain"),
        ("half a character: ü".encode()[:-1], "text/plain"),
    ],
)
def test_a_type_is_told_by_the_first_bytes(tmp_path: Any, head: bytes, kind: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(head)
    assert sniff(path) == (kind, hashlib.sha256(head).hexdigest())


async def test_processing_goes_on_after_a_restart(serve: Any, visit: Any, tmp_path: Any) -> None:
    data = str(tmp_path / "kept")
    first = await visit(serve(data=data, preview_pause_s=60.0))
    (olga,) = await first.company()
    room = await olga.room()
    broken = await _upload(olga, b"no picture", chatroomId=room, mimeType="image/png", fileName="x.png")
    his = await olga.socket()
    assert (await olga.call("GET", f"/files/{broken['id']}"))["status"] == "processing"
    await his.leave()
    second = await visit(serve(data=data))
    back = await second.socket(token=olga.token)
    await back.sync()
    assert (await second.call("GET", f"/files/{broken['id']}", token=olga.token))["status"] == "failed"


async def test_somebody_demoted_to_guest_in_the_middle_of_an_upload_cannot_go_on(world: Any) -> None:
    olga, mia = await world.company("MEMBER")
    room = await olga.room(mia, private=False)
    content = _content(CHUNK + 1)
    session = (await _begin(mia, content, chatroomId=room))["sessionId"]
    await _chunk(mia, session, 0, content[:CHUNK])
    await olga.call("PUT", f"/users/{mia.id}/role", {"role": "GUEST"})
    await _chunk(mia, session, 1, content[CHUNK:], status=403)
    await mia.call("POST", "/files/upload/complete", {"sessionId": session}, status=403)
    await mia.call("DELETE", f"/files/upload/session/{session}", status=204)


async def test_an_upload_that_could_not_be_put_together_can_be_completed_again(
    serve: Any, visit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = await visit(serve())
    (olga,) = await world.company()
    content = _content(10)
    session = (await _begin(olga, content, chatroomId=await olga.room()))["sessionId"]
    await _chunk(olga, session, 0, content)

    def full(*_: Any) -> str:
        raise OSError("no space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(Disk, "assemble", full)
        await olga.call("POST", "/files/upload/complete", {"sessionId": session}, status=500)
    state = await olga.call("GET", f"/files/upload/session/{session}")
    assert (state["status"], state["receivedChunks"]) == ("uploading", 1)
    await olga.call("POST", "/files/upload/complete", {"sessionId": session}, status=201)


def test_whatever_a_decoder_stumbles_over_is_a_broken_picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(*_: Any) -> None:
        raise IndexError("a table that is too short")

    monkeypatch.setattr(Image, "open", stumble)
    with pytest.raises(OSError, match="a table that is too short"):
        make_preview(tmp_path / "picture", tmp_path / "preview")
