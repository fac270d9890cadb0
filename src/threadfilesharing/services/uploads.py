"""Uploads in chunks: begun, followed, completed or given up."""

import asyncio
from typing import Any

from sqlalchemy import Select, delete, func, insert, select, update

from threadfilesharing.database.store import AnyRow, Work
from threadfilesharing.database.tables import companies, files, upload_chunks, upload_sessions
from threadfilesharing.defects.seams import Progress
from threadfilesharing.live.acts import Dissolve, chatroom_room, thread_room, upload_room
from threadfilesharing.moment import iso, new_id, now_s
from threadfilesharing.problems import Code, Problem, conflict, forbidden, not_found
from threadfilesharing.services.access import is_in, place_for, refuse_guest
from threadfilesharing.services.core import Core, Reads, about
from threadfilesharing.services.disk import Disk, remove
from threadfilesharing.services.files import change_quota, file_view, sweep
from threadfilesharing.services.people import Person
from threadfilesharing.services.processing import Processing

ACTIVE = "uploading"
ASSEMBLING = "assembling"
COMPLETED = "completed"
FAILED = "failed"


def room_of(row: Any) -> str:
    """Return the room of the chatroom or thread that an upload or a file belongs to."""
    return thread_room(row.thread_id) if row.thread_id else chatroom_room(row.chatroom_id)


def _chunk(session_id: str, index: int) -> Select[int]:
    return select(upload_chunks.c.size_bytes).where(
        upload_chunks.c.session_id == session_id, upload_chunks.c.chunk_index == index
    )


class Uploads:
    """The sessions of uploads under way."""

    def __init__(self, core: Core, processing: Processing) -> None:
        self._core = core
        self._processing = processing
        self._disk = Disk(core.settings.data_folder)

    async def initiate(
        self,
        person: Person,
        *,
        file_name: str,
        file_size: int,
        mime_type: str,
        chatroom_id: str | None,
        thread_id: str | None,
        sha256: str | None,
    ) -> dict[str, Any]:
        """Begin an upload into a chatroom or a thread; its bytes count against the quota from now on.

        Raises:
            Problem: 400, 403 (also for a GUEST), 404, 413 over a limit or the quota, 415.
        """
        settings = self._core.settings
        if (chatroom_id is None) == (thread_id is None):
            raise Problem(400, Code.VALIDATION_ERROR, "give either chatroomId or threadId")
        refuse_guest(person, "upload a file")
        if mime_type not in settings.types:
            raise Problem(
                415, Code.UNSUPPORTED_TYPE, "files of this type are not taken", {"allowed": sorted(settings.types)}
            )
        if file_size > settings.file_bytes:
            raise Problem(413, Code.FILE_TOO_LARGE, "the file is too large", {"limitBytes": settings.file_bytes})
        async with self._core.store.write(person.company_id) as work:
            refuse_guest(await self._core.acting(person), "upload a file")
            place = await place_for(work, person, chatroom_id, thread_id)
            await self._forget_abandoned(work, person.company_id)
            await self._check_quota(work, person.company_id, file_size)
            values = {
                "id": new_id(),
                "company_id": person.company_id,
                "owner_id": person.id,
                "chatroom_id": place.chatroom_id,
                "thread_id": place.thread_id,
                "file_name": file_name,
                "file_size": file_size,
                "mime_type": mime_type,
                "sha256": sha256,
                "chunk_size": settings.chunk_bytes,
                "total_chunks": -(-file_size // settings.chunk_bytes),
                "status": ACTIVE,
                "created_at": work.at,
            }
            await work.run(insert(upload_sessions).values(**values))
        return {
            "sessionId": values["id"],
            "chunkSize": values["chunk_size"],
            "totalChunks": values["total_chunks"],
        }

    async def _forget_abandoned(self, work: Work, company_id: str) -> None:
        oldest = iso(now_s() - self._core.settings.upload_life_s)
        rows = await work.all(
            select(upload_sessions.c.id).where(
                upload_sessions.c.company_id == company_id,
                upload_sessions.c.status == ACTIVE,
                upload_sessions.c.created_at < oldest,
            )
        )
        for row in rows:
            await self._forget(work, str(row[0]))
            sweep(self._core, work, company_id, [self._disk.upload(str(row[0]))])

    async def _forget(self, work: Work, session_id: str) -> None:
        await work.run(delete(upload_chunks).where(upload_chunks.c.session_id == session_id))
        await work.run(delete(upload_sessions).where(upload_sessions.c.id == session_id))

    async def _check_quota(self, work: Work, company_id: str, file_size: int) -> None:
        row = await work.first(
            select(companies.c.used_bytes, companies.c.limit_bytes).where(companies.c.id == company_id)
        )
        under_way = await work.first(
            select(func.coalesce(func.sum(upload_sessions.c.file_size), 0)).where(
                upload_sessions.c.company_id == company_id, upload_sessions.c.status.in_([ACTIVE, ASSEMBLING])
            )
        )
        used, limit = (int(row[0]), int(row[1])) if row is not None else (0, 0)
        pending = int(under_way[0]) if under_way is not None else 0
        if used + pending + file_size > limit:
            raise Problem(
                413,
                Code.QUOTA_EXCEEDED,
                "the company's quota does not allow for this file",
                {"usedBytes": used, "underWayBytes": pending, "limitBytes": limit},
            )

    async def _mine(self, reads: Reads, person: Person, session_id: str) -> AnyRow:
        row = await reads.first(
            select(upload_sessions).where(
                upload_sessions.c.id == session_id, upload_sessions.c.company_id == person.company_id
            )
        )
        if row is None:
            raise not_found("upload session")
        if row.owner_id != person.id:
            raise forbidden("only who began an upload may go on with it")
        return row

    async def _mine_open(self, reads: Reads, person: Person, session_id: str) -> AnyRow:
        row = await self._mine(reads, person, session_id)
        refuse_guest(await self._core.acting(person), "upload a file")
        if row.status != ACTIVE:
            raise conflict(Code.UPLOAD_CLOSED, f"the upload is {row.status}", {"status": row.status})
        if not await is_in(reads, room_of(row), person.id):
            raise forbidden("only members of the room may upload into it")
        return row

    async def _received(self, reads: Reads, session_id: str) -> tuple[int, int]:
        row = await reads.first(
            select(func.count(), func.coalesce(func.sum(upload_chunks.c.size_bytes), 0)).where(
                upload_chunks.c.session_id == session_id
            )
        )
        return (int(row[0]), int(row[1])) if row is not None else (0, 0)

    async def chunk(self, person: Person, session_id: str, index: int, content: bytes) -> dict[str, Any]:
        """Take one chunk; the same one again changes nothing.

        Raises:
            Problem: 403, 404, 409 for a wrong index or size or a session that is closed.
        """
        row = await self._mine_open(self._core.store, person, session_id)
        expected = min(row.chunk_size, row.file_size - index * row.chunk_size)
        if not 0 <= index < row.total_chunks:
            raise conflict(Code.WRONG_CHUNK, "no such chunk", {"totalChunks": row.total_chunks})
        if len(content) != expected:
            raise conflict(Code.WRONG_CHUNK, "wrong size", {"expectedBytes": expected, "receivedBytes": len(content)})
        if await self._core.store.first(_chunk(session_id, index)) is None:
            await asyncio.to_thread(self._disk.keep_chunk, session_id, index, content)
        try:
            return await self._count(person, row, index, len(content))
        except Problem as problem:
            if problem.code is Code.NOT_FOUND:
                # Given up meanwhile: what was just written belongs to nothing.
                await asyncio.to_thread(remove, [self._disk.upload(session_id)])
            raise

    async def _count(self, person: Person, row: AnyRow, index: int, size_bytes: int) -> dict[str, Any]:
        session_id = str(row.id)
        known = _chunk(session_id, index)
        async with self._core.store.write(person.company_id) as work:
            await self._mine_open(work, person, session_id)
            new = await work.first(known) is None
            if new:
                await work.run(
                    insert(upload_chunks).values(session_id=session_id, chunk_index=index, size_bytes=size_bytes)
                )
            chunks, uploaded = await self._received(work, session_id)
            answer = {
                "sessionId": session_id,
                "receivedChunks": chunks,
                "uploadedBytes": uploaded,
                "progress": uploaded * 100 // row.file_size,
            }
            if new:
                told = {
                    **answer,
                    "chatroomId": row.chatroom_id,
                    "threadId": row.thread_id,
                    "totalChunks": row.total_chunks,
                    "progress": self._core.seams.progress(
                        answer["progress"], Progress(session_id, chunks, row.total_chunks)
                    ),
                }
                work.ephemeral("file_upload_progress", [upload_room(session_id)], told)
        return answer

    async def state(self, person: Person, session_id: str) -> dict[str, Any]:
        """Return how far an upload has come.

        Raises:
            Problem: 403, 404.
        """
        store = self._core.store
        row = await self._mine(store, person, session_id)
        chunks, size_bytes = await self._received(store, session_id)
        done = row.status == COMPLETED
        return {
            "sessionId": session_id,
            "status": row.status,
            "receivedChunks": row.total_chunks if done else chunks,
            "totalChunks": row.total_chunks,
            "uploadedBytes": row.file_size if done else size_bytes,
            "progress": 100 if done else size_bytes * 100 // row.file_size,
            "fileId": row.file_id,
        }

    async def cancel(self, person: Person, session_id: str) -> None:
        """Give an upload up.

        Raises:
            Problem: 403, 404, 409 when it has ended already.
        """
        async with self._core.store.write(person.company_id) as work:
            row = await self._mine(work, person, session_id)
            if row.status != ACTIVE:
                raise conflict(Code.UPLOAD_CLOSED, f"the upload is {row.status}", {"status": row.status})
            await self._forget(work, session_id)
            await self._tell_failed(work, row, "CANCELLED")
            sweep(self._core, work, person.company_id, [self._disk.upload(session_id)])

    async def _tell_failed(self, work: Work, row: Any, reason: str) -> None:
        told = {
            "sessionId": row.id,
            "chatroomId": row.chatroom_id,
            "threadId": row.thread_id,
            "fileName": row.file_name,
            "reason": reason,
        }
        await work.lasting("file_upload_failed", [room_of(row), upload_room(row.id)], told)
        work.acts.append(Dissolve((upload_room(row.id),)))

    async def complete(self, person: Person, session_id: str) -> dict[str, Any]:
        """Make a file of an upload, and have it processed.

        Raises:
            Problem: 403, 404, 409 while chunks are missing, 422 when the content is not what was announced.
        """
        company_id = person.company_id
        async with self._core.store.write(company_id) as work:
            row = await self._mine_open(work, person, session_id)
            chunks, _ = await self._received(work, session_id)
            if chunks < row.total_chunks:
                raise conflict(
                    Code.MISSING_CHUNKS,
                    "chunks are missing",
                    {"receivedChunks": chunks, "totalChunks": row.total_chunks},
                )
            await self._set(work, session_id, status=ASSEMBLING)
        file_id = new_id()
        target = self._disk.file(company_id, file_id)
        try:
            digest = await asyncio.to_thread(self._disk.assemble, session_id, row.total_chunks, target)
        except OSError:
            # The disk is full, or worse: the chunks are still there, and it can be tried again.
            async with self._core.store.write(company_id) as work:
                await self._set(work, session_id, status=ACTIVE)
                sweep(self._core, work, company_id, [target])
            raise
        differs = row.sha256 is not None and digest != row.sha256
        if self._core.seams.checksum(differs, session_id):
            async with self._core.store.write(company_id) as work:
                await self._set(work, session_id, status=FAILED)
                await self._tell_failed(work, row, "CHECKSUM_MISMATCH")
                sweep(self._core, work, company_id, [self._disk.upload(session_id), target])
            raise Problem(
                422, Code.CHECKSUM_MISMATCH, "the content is not what was announced", {"receivedSha256": digest}
            )
        async with self._core.store.write(company_id) as work:
            if await work.first(select(upload_sessions.c.id).where(upload_sessions.c.id == session_id)) is None:
                sweep(self._core, work, company_id, [target])
                raise not_found("upload session")
            view = await self._insert(work, row, file_id, digest)
            await self._set(work, session_id, status=COMPLETED, file_id=file_id)
            await work.run(delete(upload_chunks).where(upload_chunks.c.session_id == session_id))
            sweep(self._core, work, company_id, [self._disk.upload(session_id)])
            self._processing.begin_after(work, company_id, file_id)
        return view

    async def _set(self, work: Work, session_id: str, **values: Any) -> None:
        await work.run(update(upload_sessions).where(upload_sessions.c.id == session_id).values(**values))

    async def _insert(self, work: Work, row: Any, file_id: str, digest: str) -> dict[str, Any]:
        event_id = await work.next_event()
        await work.run(
            insert(files).values(
                id=file_id,
                company_id=row.company_id,
                chatroom_id=row.chatroom_id,
                thread_id=row.thread_id,
                room=room_of(row),
                session_id=row.id,
                uploaded_by=row.owner_id,
                file_name=row.file_name,
                file_size=row.file_size,
                mime_type=row.mime_type,
                sha256=digest,
                status="processing",
                has_preview=False,
                attempts=0,
                event_id=event_id,
                created_at=work.at,
                updated_at=work.at,
            )
        )
        view = file_view(await work.first(select(files).where(files.c.id == file_id)))
        work.tell("file_upload_completed", [room_of(row), upload_room(row.id)], about(view, "fileId"), event_id)
        await change_quota(work, row.company_id, row.file_size)
        return view

    async def room_for(self, person: Person, session_id: str) -> str:
        """Return the chatroom's or thread's room of an upload that this user may follow.

        Raises:
            Problem: 403; also for an upload that is not there.
        """
        row = await self._core.store.first(
            select(upload_sessions).where(
                upload_sessions.c.id == session_id, upload_sessions.c.company_id == person.company_id
            )
        )
        if row is None or not await is_in(self._core.store, room_of(row), person.id):
            raise forbidden("only members of the upload's room may follow it")
        return room_of(row)
