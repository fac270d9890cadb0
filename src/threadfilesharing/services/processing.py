"""What happens to a file after its upload: its type is sniffed, its hash checked, its preview made."""

import asyncio

from sqlalchemy import select, update

from threadfilesharing.database.store import Work
from threadfilesharing.database.tables import files, upload_sessions
from threadfilesharing.live.acts import Dissolve, upload_room
from threadfilesharing.services.core import Core, about
from threadfilesharing.services.disk import Disk, make_preview, sniff
from threadfilesharing.services.files import file_view

TRIES = 3
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})


class Processing:
    """The jobs that look at files."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._disk = Disk(core.settings.data_folder)

    def begin_after(self, work: Work, company_id: str, file_id: str) -> None:
        """Look at a file as soon as the change that made it is committed."""
        work.after.append(lambda: self._core.jobs.start(company_id, self._process(company_id, file_id)))

    async def resume(self) -> None:
        """Go on with what a stopped server left: files half processed, uploads half assembled."""
        async with self._core.store.write(None) as work:
            await work.run(
                update(upload_sessions).where(upload_sessions.c.status == "assembling").values(status="uploading")
            )
            rows = await work.all(select(files.c.company_id, files.c.id).where(files.c.status == "processing"))
        for company_id, file_id in rows:
            self._core.jobs.start(company_id, self._process(company_id, file_id))

    async def _process(self, company_id: str, file_id: str) -> None:
        row = await self._core.store.first(select(files).where(files.c.id == file_id))
        if row is None:
            return
        source, preview = self._disk.file(company_id, file_id), self._disk.preview(company_id, file_id)
        try:
            detected, digest = await asyncio.to_thread(sniff, source)
        except OSError:
            detected, digest = None, ""
        good, attempt = digest == row.sha256, 1
        is_picture = good and row.mime_type in PICTURES
        while is_picture:
            try:
                await asyncio.to_thread(make_preview, source, preview)
                break
            except OSError:
                if attempt == TRIES:
                    good = False
                    break
            await asyncio.sleep(self._core.settings.preview_pause_s)
            attempt += 1
            if not await self._tell_retry(company_id, file_id, attempt):
                return
        async with self._core.store.write(company_id) as work:
            await work.run(
                update(files)
                .where(files.c.id == file_id)
                .values(
                    detected_type=detected,
                    status="ready" if good else "failed",
                    has_preview=good and is_picture,
                    attempts=attempt,
                    updated_at=work.at,
                )
            )
            row = await work.first(select(files).where(files.c.id == file_id))
            if row is not None:
                rooms = [row.room, upload_room(row.session_id)]
                await work.lasting("file_processed", rooms, about(file_view(row), "fileId"))
                work.acts.append(Dissolve((upload_room(row.session_id),)))

    async def _tell_retry(self, company_id: str, file_id: str, attempt: int) -> bool:
        async with self._core.store.write(company_id) as work:
            await work.run(update(files).where(files.c.id == file_id).values(attempts=attempt))
            row = await work.first(select(files).where(files.c.id == file_id))
            if row is None:
                return False
            told = {
                "fileId": file_id,
                "sessionId": row.session_id,
                "chatroomId": row.chatroom_id,
                "threadId": row.thread_id,
                "attempt": attempt,
                "of": TRIES,
            }
            await work.lasting("retry_attempt", [row.room, upload_room(row.session_id)], told)
        return True
