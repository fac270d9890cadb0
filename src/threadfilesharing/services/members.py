"""A company and its people: profile, status, roles, invitations, members."""

from typing import Any

from sqlalchemy import insert, select, update

from threadfilesharing.database.store import Work
from threadfilesharing.database.tables import chatrooms, companies, invitations, memberships, users
from threadfilesharing.live.acts import chatroom_room, company_room, thread_room, user_room
from threadfilesharing.moment import new_secret
from threadfilesharing.problems import Code, conflict, forbidden
from threadfilesharing.services.access import colleague, put_out, threads_of
from threadfilesharing.services.accounts import Accounts, company_view, hash_invitation
from threadfilesharing.services.core import Core, about, page
from threadfilesharing.services.people import COLUMNS, Person, Role, person_of


class Members:
    """What colleagues see of one another."""

    def __init__(self, core: Core, accounts: Accounts) -> None:
        self._core = core
        self._accounts = accounts

    async def change_profile(self, person: Person, changes: dict[str, Any]) -> dict[str, Any]:
        """Change name, title or bio, and tell the colleagues."""
        async with self._core.store.write(person.company_id) as work:
            changed = await self._change(work, person, {**changes, "updated_at": work.at})
            await work.lasting("user_profile_updated", [company_room(person.company_id)], about(changed.view, "userId"))
        return changed.view

    async def change_status(self, person: Person, status: str, message: str | None) -> dict[str, Any]:
        """Change the status, and tell the colleagues; the newest one counts, so it is not kept for replay."""
        async with self._core.store.write(person.company_id) as work:
            row = await work.first(select(companies.c.last_event_id).where(companies.c.id == person.company_id))
            changes = {
                "status": status,
                "status_message": message,
                "status_changed_at": work.at,
                "status_event": row[0] if row is not None else 0,
            }
            changed = await self._change(work, person, changes)
            work.ephemeral("user_status_updated", [company_room(person.company_id)], changed.status_view)
            work.after.append(lambda: self._core.hub.presence.status_changed(person.id))
        return changed.status_view

    async def _change(self, work: Work, person: Person, values: dict[str, Any]) -> Person:
        await work.run(update(users).where(users.c.id == person.id).values(**values))
        self._core.people.changed(work, person.id)
        return await colleague(work, person, person.id)

    async def company(self, person: Person) -> dict[str, Any]:
        """Return the person's company."""
        return company_view(await self._core.store.first(select(companies).where(companies.c.id == person.company_id)))

    async def storage(self, person: Person) -> dict[str, Any]:
        """Return what the company stores, and what it may."""
        row = await self._core.store.first(
            select(companies.c.used_bytes, companies.c.limit_bytes).where(companies.c.id == person.company_id)
        )
        used, limit = (int(row[0]), int(row[1])) if row is not None else (0, 0)
        return {"usedBytes": used, "limitBytes": limit}

    async def list_all(self, person: Person, *, limit: int, cursor: str | None) -> dict[str, Any]:
        """Return the colleagues, the person included, in the order of their ids."""
        query = select(*COLUMNS).where(users.c.company_id == person.company_id).order_by(users.c.id).limit(limit + 1)
        if cursor is not None:
            query = query.where(users.c.id > cursor)
        rows = [person_of(row).view for row in await self._core.store.all(query)]
        return page(rows, limit, "id")

    async def add(self, person: Person, *, email: str, full_name: str, password: str, role: Role) -> dict[str, Any]:
        """Make a user in the person's company.

        Raises:
            Problem: 400 for a weak password, 403 unless OWNER or ADMIN, 409 for an email that is taken.
        """
        self._require_manager(person, role)
        stored = await self._accounts.hash(password)
        async with self._core.store.write(person.company_id) as work:
            self._require_manager(await self._core.acting(person), role)
            added = await self._accounts.add(
                work,
                email=email,
                full_name=full_name,
                stored=stored,
                role=role,
                since_event=await work.next_event(),
            )
        return added.view

    def _require_manager(self, person: Person, role: Role) -> None:
        if not person.role.manages:
            raise forbidden("only an OWNER or an ADMIN may do this")
        if role.above(person.role):
            raise forbidden("nobody gives a role above their own")

    async def invite(self, person: Person, *, email: str, role: Role) -> dict[str, Any]:
        """Return a token with which the owner of this email can register into the company, once.

        Raises:
            Problem: 403 unless OWNER or ADMIN.
        """
        self._require_manager(person, role)
        token = new_secret()
        async with self._core.store.write(person.company_id) as work:
            await work.run(
                insert(invitations).values(
                    token_hash=hash_invitation(token),
                    company_id=person.company_id,
                    email=email,
                    role=role.value,
                    created_at=work.at,
                )
            )
        return {"invitationToken": token}

    async def change_role(self, person: Person, user_id: str, role: Role) -> dict[str, Any]:
        """Give a colleague another role, and take it out of the rooms that this role may not be in.

        Raises:
            Problem: 403, 404, or 409 for the last OWNER.
        """
        async with self._core.store.write(person.company_id) as work:
            acting = await self._core.acting(person)
            self._require_manager(acting, role)
            target = await colleague(work, person, user_id)
            if target.role.above(acting.role):
                raise forbidden("nobody changes somebody above themselves")
            if target.role is Role.OWNER and role is not Role.OWNER:
                await refuse_last_owner(work, target)
            changed = await self._change(work, target, {"role": role.value, "updated_at": work.at})
            await work.lasting(
                "user_role_changed",
                [company_room(person.company_id)],
                {**about(changed.view, "userId"), "previousRole": target.role.value, "changedBy": person.id},
            )
            if role is Role.GUEST:
                for chatroom_id in await self._private_rooms(work, user_id):
                    await revoke_room(work, chatroom_id, user_id, reason="ROLE_CHANGED")
        return changed.view

    async def _private_rooms(self, work: Work, user_id: str) -> list[str]:
        mine = select(memberships.c.room).where(memberships.c.user_id == user_id, memberships.c.until_event.is_(None))
        ids = [str(row[0]).partition(":")[2] for row in await work.all(mine)]
        rows = await work.all(select(chatrooms.c.id).where(chatrooms.c.id.in_(ids), chatrooms.c.is_private.is_(True)))
        return [str(row[0]) for row in rows]


async def refuse_last_owner(work: Work, person: Person) -> None:
    """Refuse to take the last OWNER away from a company.

    Raises:
        Problem: 409.
    """
    other = await work.first(
        select(users.c.id).where(
            users.c.company_id == person.company_id, users.c.role == Role.OWNER.value, users.c.id != person.id
        )
    )
    if other is None:
        raise conflict(Code.LAST_OWNER, "the last OWNER can be neither demoted nor removed")


async def revoke_room(work: Work, chatroom_id: str, user_id: str, *, reason: str) -> None:
    """Take a user out of a chatroom and its threads, and tell it so for each."""
    lost = [("thread", each) for each in await threads_of(work, chatroom_id, with_member=user_id)]
    lost.append(("chatroom", chatroom_id))
    for kind, room_id in lost:
        event_id = await work.lasting(
            "room_access_revoked", [user_room(user_id)], {"room": kind, "id": room_id, "reason": reason}
        )
        room = thread_room(room_id) if kind == "thread" else chatroom_room(room_id)
        await put_out(work, [room], user_id, until_event=event_id, because="revoked")
