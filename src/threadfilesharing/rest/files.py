"""/files/...: uploads in chunks, and the files made of them."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Header, Query, Response, UploadFile
from starlette.responses import StreamingResponse

from threadfilesharing import answers as say
from threadfilesharing.contract import views
from threadfilesharing.fields import Id
from threadfilesharing.problems import Code, Problem, not_found
from threadfilesharing.rest import bodies
from threadfilesharing.rest.routing import Identify, answers
from threadfilesharing.services.disk import BLOCK
from threadfilesharing.services.files import Files
from threadfilesharing.services.tokens import Caller
from threadfilesharing.services.uploads import Uploads

ChatroomFilter = Annotated[Id | None, Query(alias="chatroomId")]
ThreadFilter = Annotated[Id | None, Query(alias="threadId")]
# A file is sent as what it was found to be.
CONTENT: dict[str, Any] = {"content": {"*/*": {}}}


def upload_routes(uploads: Uploads, identify: Identify) -> APIRouter:
    """Return the routes of /files/upload."""
    router = APIRouter(prefix="/files/upload", tags=["files"])
    who = Annotated[Caller, Depends(identify)]

    @router.post("/initiate", **answers({201: views.UploadBegun}, 400, 403, 404, 413, 415))
    async def initiate(caller: who, body: bodies.InitiateUpload) -> Response:
        """Begin an upload."""
        return say.success(await uploads.initiate(caller.person, **body.model_dump()), 201)

    @router.post("/chunk", **answers({200: views.ChunkTaken}, 400, 403, 404, 409, 413))
    async def take_chunk(
        caller: who,
        session_id: Annotated[Id, Form(alias="sessionId")],
        chunk_index: Annotated[int, Form(alias="chunkIndex", ge=0, le=2**31 - 1)],
        chunk: UploadFile,
    ) -> Response:
        """Take one chunk of an upload."""
        return say.success(await uploads.chunk(caller.person, session_id, chunk_index, await chunk.read()))

    @router.post("/complete", **answers({201: views.File}, 400, 403, 404, 409, 413, 422))
    async def complete(caller: who, body: bodies.CompleteUpload) -> Response:
        """Make a file of an upload."""
        return say.success(await uploads.complete(caller.person, body.session_id), 201)

    @router.get("/session/{id}", **answers({200: views.UploadState}, 400, 403, 404))
    async def state(caller: who, id: Id) -> Response:  # noqa: A002
        """Return how far an upload has come."""
        return say.success(await uploads.state(caller.person, id))

    @router.delete("/session/{id}", **answers({204: None}, 400, 403, 404, 409))
    async def cancel(caller: who, id: Id) -> Response:  # noqa: A002
        """Give an upload up."""
        await uploads.cancel(caller.person, id)
        return say.nothing()

    return router


def file_routes(files: Files, identify: Identify) -> APIRouter:
    """Return the routes of /files."""
    router = APIRouter(prefix="/files", tags=["files"])
    who = Annotated[Caller, Depends(identify)]

    @router.get("", **answers({200: views.Page[views.File]}, 400, 403, 404))
    async def list_all(
        caller: who,
        chatroom_id: ChatroomFilter = None,
        thread_id: ThreadFilter = None,
        limit: bodies.Limit = 50,
        cursor: bodies.Cursor = None,
    ) -> Response:
        """Return the files that one may see."""
        found = await files.list_all(
            caller.person, chatroom_id=chatroom_id, thread_id=thread_id, limit=limit, cursor=cursor
        )
        return say.success(found)

    @router.get("/{id}", **answers({200: views.File}, 400, 403, 404))
    async def get(caller: who, id: Id) -> Response:  # noqa: A002
        """Return a file's description."""
        return say.success(await files.get(caller.person, id))

    @router.delete("/{id}", **answers({204: None}, 400, 403, 404))
    async def delete(caller: who, id: Id) -> Response:  # noqa: A002
        """Delete a file."""
        await files.delete(caller.person, id)
        return say.nothing()

    download_answers = answers({200: None, 206: None}, 400, 403, 404, 416)
    for status in (200, 206):
        download_answers["responses"][status] |= CONTENT

    @router.get("/{id}/download", **download_answers)
    async def download(caller: who, id: Id, range: Annotated[str | None, Header()] = None) -> Response:  # noqa: A002
        """Return a file's content, or one range of it."""
        view = await files.get(caller.person, id)
        path = files.disk.file(caller.person.company_id, id)
        if not await asyncio.to_thread(path.is_file):
            raise not_found("content")
        size = int(view["fileSize"])
        part = wanted_range(range, size)
        start, stop = part or (0, size)
        headers = {
            "accept-ranges": "bytes",
            "etag": f'"{view["sha256"]}"',
            "content-length": str(stop - start),
            "content-disposition": f"attachment; filename*=UTF-8''{quote(view['fileName'], safe='')}",
            "x-content-type-options": "nosniff",
        }
        if part is not None:
            headers["content-range"] = f"bytes {start}-{stop - 1}/{size}"
        return StreamingResponse(
            _blocks(path, start, stop),
            status_code=200 if part is None else 206,
            headers=headers,
            media_type=view["mimeType"],
        )

    return router


def wanted_range(header: str | None, size: int) -> tuple[int, int] | None:
    """Return the first byte of a range and the one after its last, or nothing for the whole.

    Several ranges at once are answered with the whole, as RFC 9110, 14.2 allows; so is a unit that is not known.

    Raises:
        Problem: 416 when nothing of the file lies in the range.
    """
    if header is None or not header.startswith("bytes=") or "," in header:
        return None
    found = re.fullmatch(r"bytes=\s*(\d{0,18})-(\d{0,18})\s*", header)
    if found is None or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    start = int(first) if first else max(0, size - int(last))
    stop = min(size, int(last) + 1) if first and last else size
    if start >= size or start >= stop:
        raise Problem(
            416,
            Code.RANGE_NOT_SATISFIABLE,
            "nothing of the file lies in this range",
            {"sizeBytes": size},
            {"content-range": f"bytes */{size}"},
        )
    return start, stop


async def _blocks(path: Path, start: int, stop: int) -> AsyncIterator[bytes]:
    source = await asyncio.to_thread(path.open, "rb")
    try:
        await asyncio.to_thread(source.seek, start)
        while start < stop:
            block = await asyncio.to_thread(source.read, min(BLOCK, stop - start))
            if not block:
                return
            start += len(block)
            yield block
    finally:
        source.close()
