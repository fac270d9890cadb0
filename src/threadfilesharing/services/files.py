"""Files that were uploaded: who may see them, downloading, deleting, and what they take of the quota."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import delete, select, update

from threadfilesharing.database.store import Work
from threadfilesharing.database.tables import companies, files, memberships, upload_chunks, upload_sessions
from threadfilesharing.live.acts import Dissolve, company_room, upload_room
from threadfilesharing.problems import forbidden, not_found
from threadfilesharing.services.access import is_in, place_for
from threadfilesharing.services.core import Core, Reads, page
from threadfilesharing.services.disk import Disk, remove
from threadfilesharing.services.people import Person


def file_view(row: Any) -> dict[str, Any]:
    """Return a file as every answer and event shows it."""
    return {
        "id": row.id,
        "chatroomId": row.chatroom_id,
        "threadId": row.thread_id,
        "sessionId": row.session_id,
        "uploadedBy": row.uploaded_by,
        "fileName": row.file_name,
        "fileSize": row.file_size,
        "mimeType": row.mime_type,
        "detectedType": row.detected_type,
        "sha256": row.sha256,
        "status": row.status,
        "hasPreview": bool(row.has_preview),
        "createdAt": row.created_at,
        "updatedAt": row.updated_at,
    }


async def change_quota(work: Work, company_id: str, by_bytes: int) -> None:
    """Count a company's bytes up or down and tell the company."""
    row = await work.first(
        update(companies)
        .where(companies.c.id == company_id)
        .values(used_bytes=companies.c.used_bytes + by_bytes)
        .returning(companies.c.used_bytes, companies.c.limit_bytes)
    )
    assert row is not None, "files belong to a company that exists"  # noqa: S101 - an invariant
    told = {"companyId": company_id, "usedBytes": int(row[0]), "limitBytes": int(row[1])}
    await work.lasting("storage_quota_updated", [company_room(company_id)], told)


def sweep(core: Core, work: Work, company_id: str, paths: Sequence[Path]) -> None:
    """Remove paths from disk once the change is committed."""
    if paths:
        work.after.append(lambda: core.jobs.start(company_id, asyncio.to_thread(remove, list(paths))))


async def drop_files(core: Core, work: Work, company_id: str, rooms: Sequence[str]) -> None:
    """Delete the files and the unfinished uploads of rooms that have ended."""
    disk = Disk(core.settings.data_folder)
    chatroom_ids = [room.partition(":")[2] for room in rooms if room.startswith("chatroom:")]
    thread_ids = [room.partition(":")[2] for room in rooms if room.startswith("thread:")]
    found = await work.all(select(files.c.id, files.c.file_size).where(files.c.room.in_(rooms)))
    uploads = await work.all(
        select(upload_sessions.c.id).where(
            upload_sessions.c.chatroom_id.in_(chatroom_ids) | upload_sessions.c.thread_id.in_(thread_ids)
        )
    )
    upload_ids = [str(row[0]) for row in uploads]
    await work.run(delete(upload_chunks).where(upload_chunks.c.session_id.in_(upload_ids)))
    await work.run(delete(upload_sessions).where(upload_sessions.c.id.in_(upload_ids)))
    work.acts.append(Dissolve(tuple(map(upload_room, upload_ids))))
    await work.run(delete(files).where(files.c.room.in_(rooms)))
    paths = [disk.upload(each) for each in upload_ids]
    for row in found:
        paths += [disk.file(company_id, row.id), disk.preview(company_id, row.id)]
    sweep(core, work, company_id, paths)
    if found:
        await change_quota(work, company_id, -sum(int(row.file_size) for row in found))


class Files:
    """What was uploaded."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self.disk = Disk(core.settings.data_folder)

    async def _seen(self, reads: Reads, person: Person, file_id: str) -> Any:
        row = await reads.first(select(files).where(files.c.id == file_id, files.c.company_id == person.company_id))
        if row is None:
            raise not_found("file")
        return row

    async def get(self, person: Person, file_id: str) -> dict[str, Any]:
        """Return a file's description to a member of its room.

        Raises:
            Problem: 403, 404.
        """
        row = await self._seen(self._core.store, person, file_id)
        if not await is_in(self._core.store, row.room, person.id):
            raise forbidden("only members of the file's room may see it")
        return file_view(row)

    async def list_all(
        self,
        person: Person,
        *,
        chatroom_id: str | None,
        thread_id: str | None,
        limit: int,
        cursor: int | None,
    ) -> dict[str, Any]:
        """Return the files that the person may see, or those of one room, newest first.

        Raises:
            Problem: 403 or 404 for the room.
        """
        store = self._core.store
        query = (
            select(files)
            .where(files.c.company_id == person.company_id)
            .order_by(files.c.event_id.desc())
            .limit(limit + 1)
        )
        if chatroom_id is not None or thread_id is not None:
            place = await place_for(store, person, chatroom_id, thread_id)
            query = query.where(files.c.room == place.room)
        else:
            mine = select(memberships.c.room).where(
                memberships.c.user_id == person.id, memberships.c.until_event.is_(None)
            )
            query = query.where(files.c.room.in_(mine))
        if cursor is not None:
            query = query.where(files.c.event_id < cursor)
        rows = [{**file_view(row), "_cursor": row.event_id} for row in await store.all(query)]
        answer = page(rows, limit, "_cursor")
        for item in answer["items"]:
            del item["_cursor"]
        return answer

    async def delete(self, person: Person, file_id: str) -> None:
        """Delete a file; who uploaded it may, and whoever manages the company.

        Raises:
            Problem: 403, 404.
        """
        async with self._core.store.write(person.company_id) as work:
            row = await self._seen(work, person, file_id)
            mine = row.uploaded_by == person.id and await is_in(work, row.room, person.id)
            if not (mine or (await self._core.acting(person)).role.manages):
                raise forbidden("only who uploaded it, an ADMIN or an OWNER may delete a file")
            await work.run(delete(files).where(files.c.id == file_id))
            told = {
                "fileId": file_id,
                "chatroomId": row.chatroom_id,
                "threadId": row.thread_id,
                "deletedBy": person.id,
            }
            await work.lasting("file_deleted", [row.room, upload_room(row.session_id)], told)
            await change_quota(work, person.company_id, -int(row.file_size))
            disk = self.disk
            paths = [disk.file(person.company_id, file_id), disk.preview(person.company_id, file_id)]
            sweep(self._core, work, person.company_id, paths)
