"""Erasing people and companies, so that nothing of them can be read back."""

import asyncio
from typing import Any

import orjson
from sqlalchemy import Delete, bindparam, delete, select, update

from threadfilesharing.database.store import Values, Work
from threadfilesharing.database.tables import (
    chatrooms,
    companies,
    deliveries,
    files,
    invitations,
    memberships,
    messages,
    outbox,
    threads,
    token_families,
    upload_chunks,
    upload_sessions,
    users,
)
from threadfilesharing.live.acts import Dissolve, HangUp, company_room, upload_room
from threadfilesharing.problems import Code, forbidden
from threadfilesharing.services.access import colleague
from threadfilesharing.services.core import Core
from threadfilesharing.services.disk import Disk, remove
from threadfilesharing.services.files import sweep
from threadfilesharing.services.members import refuse_last_owner
from threadfilesharing.services.messages import FORMER
from threadfilesharing.services.people import Person, Role
from threadfilesharing.services.tokens import Tokens

PERSONAL = {"fullName": FORMER, "email": "", "title": None, "bio": None, "statusMessage": None}

_PEOPLE = select(users.c.id).where(users.c.company_id == bindparam("company"))
_UPLOADS = select(upload_sessions.c.id).where(upload_sessions.c.company_id == bindparam("company"))
_MESSAGES = select(messages.c.id).where(messages.c.company_id == bindparam("company"))


def _all_of_company() -> list[Delete]:
    """Return the statements that leave nothing of a company; what hangs on something else goes before it."""
    hanging = [
        delete(upload_chunks).where(upload_chunks.c.session_id.in_(_UPLOADS)),
        delete(deliveries).where(deliveries.c.message_id.in_(_MESSAGES)),
        delete(memberships).where(memberships.c.user_id.in_(_PEOPLE)),
        delete(token_families).where(token_families.c.user_id.in_(_PEOPLE)),
    ]
    own = (upload_sessions, files, messages, threads, chatrooms, invitations, outbox, users)
    return [
        *hanging,
        *(delete(table).where(table.c.company_id == bindparam("company")) for table in own),
        delete(companies).where(companies.c.id == bindparam("company")),
    ]


# Built once, as all statements that are long in the building.
_ERASE = _all_of_company()
_SCRUB = (
    update(outbox)
    .where(outbox.c.company_id == bindparam("company"), outbox.c.event_id == bindparam("event"))
    .values(data=bindparam("clean"))
)


class Erasure:
    """Removing a member, oneself, or the whole company."""

    def __init__(self, core: Core, tokens: Tokens) -> None:
        self._core = core
        self._tokens = tokens
        self._disk = Disk(core.settings.data_folder)

    async def remove_member(self, person: Person, user_id: str) -> None:
        """Remove a colleague from the company, and with it its account.

        Raises:
            Problem: 403, 404, 409 for the last OWNER.
        """
        async with self._core.store.write(person.company_id) as work:
            acting = await self._core.acting(person)
            if not acting.role.manages:
                raise forbidden("only an OWNER or an ADMIN may do this")
            target = await colleague(work, person, user_id)
            if target.role.above(acting.role):
                raise forbidden("nobody removes somebody above themselves")
            await self._erase_user(work, target, removed_by=person.id)

    async def remove_self(self, person: Person) -> None:
        """Remove one's own account.

        Raises:
            Problem: 409 for the last OWNER.
        """
        async with self._core.store.write(person.company_id) as work:
            await self._erase_user(work, await self._core.acting(person), removed_by=person.id)

    async def _erase_user(self, work: Work, target: Person, *, removed_by: str) -> None:
        if target.role is Role.OWNER:
            await refuse_last_owner(work, target)
        await self._scrub_outbox(work, target)
        uploads = await self._ids(work, select(upload_sessions.c.id).where(upload_sessions.c.owner_id == target.id))
        await work.run(delete(upload_chunks).where(upload_chunks.c.session_id.in_(uploads)))
        await work.run(delete(upload_sessions).where(upload_sessions.c.owner_id == target.id))
        for table in (memberships, token_families, deliveries):
            await work.run(delete(table).where(table.c.user_id == target.id))
        await work.run(delete(users).where(users.c.id == target.id))
        self._core.people.changed(work, target.id)
        self._tokens.forgotten(work, {target.id})
        work.after.append(lambda: self._core.hub.presence.forget(target.id))
        sweep(self._core, work, target.company_id, [self._disk.upload(each) for each in uploads])
        work.acts.append(Dissolve(tuple(map(upload_room, uploads))))
        told = {"userId": target.id, "companyId": target.company_id, "removedBy": removed_by}
        await work.lasting("user_left_company", [company_room(target.company_id)], told)
        work.acts.append(HangUp(user_ids=(target.id,), code=Code.ACCOUNT_REMOVED, message="the account was removed"))

    async def _scrub_outbox(self, work: Work, target: Person) -> None:
        rows = await work.all(
            select(outbox.c.event_id, outbox.c.data).where(
                outbox.c.company_id == target.company_id, outbox.c.data.contains(target.id)
            )
        )
        scrubbed = []
        for event_id, data in rows:
            clean = orjson.dumps(without(orjson.loads(data), target.id)).decode()
            if clean != data:
                scrubbed.append({"company": target.company_id, "event": event_id, "clean": clean})
        await work.run_many(_SCRUB, scrubbed)

    async def _ids(self, work: Work, query: Any, values: Values | None = None) -> list[str]:
        return [str(row[0]) for row in await work.all(query, values)]

    async def erase_company(self, person: Person) -> None:
        """Erase everything of the company and close everybody's sockets.

        Raises:
            Problem: 403 unless OWNER.
        """
        company_id = person.company_id
        async with self._core.store.write(company_id) as work:
            if (await self._core.acting(person)).role is not Role.OWNER:
                raise forbidden("only an OWNER may erase the company")
            people = await self._ids(work, _PEOPLE, {"company": company_id})
            uploads = await self._ids(work, _UPLOADS, {"company": company_id})
            await work.run_each(_ERASE, {"company": company_id})
            self._core.people.changed(work, *people)
            self._tokens.forgotten(work, set(people))
            work.acts.append(
                HangUp(user_ids=tuple(people), code=Code.ACCOUNT_REMOVED, message="the company was erased")
            )
        for user_id in people:
            self._core.hub.presence.forget(user_id)
        await asyncio.to_thread(remove, [self._disk.company(company_id), *map(self._disk.upload, uploads)])


def without(value: Any, user_id: str) -> Any:
    """Return an event's data with everything personal of one user taken out of it."""
    if isinstance(value, list):
        return [without(each, user_id) for each in value]
    if not isinstance(value, dict):
        return value
    cleaned = {key: without(each, user_id) for key, each in value.items()}
    if user_id in (value.get("id"), value.get("userId")):
        cleaned |= {key: blank for key, blank in PERSONAL.items() if key in cleaned}
    return cleaned
