"""Accounts: registering, logging in and out, and the passwords behind them."""

import asyncio
import hashlib
from collections import OrderedDict, deque
from dataclasses import asdict
from typing import Any

import argon2
from sqlalchemy import bindparam, delete, insert, select

from threadfilesharing.database.store import Work
from threadfilesharing.database.tables import companies, invitations, users
from threadfilesharing.live.acts import HangUp, company_room
from threadfilesharing.moment import new_id, now_s
from threadfilesharing.problems import Code, Problem, conflict
from threadfilesharing.services.core import Core, about
from threadfilesharing.services.people import Person, Role
from threadfilesharing.services.tokens import Caller, Tokens, unauthorized
from threadfilesharing.settings import Settings

WINDOW_S = 60.0
ACCOUNTS_WATCHED = 10_000

_BY_EMAIL = select(users.c.id, users.c.password_hash).where(users.c.email == bindparam("email"))
_INSERT = insert(users)
_INSERT_COMPANY = insert(companies)


class FailedLogins:
    """The failed logins of the last minute, by account."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._stamps: OrderedDict[str, deque[float]] = OrderedDict()

    def check(self, email: str) -> None:
        """Refuse an account that has failed too often.

        Raises:
            Problem: 429, with `retry-after`.
        """
        stamps = self._stamps.get(email)
        if stamps is None:
            return
        at_s = now_s()
        while stamps and at_s - stamps[0] >= WINDOW_S:
            stamps.popleft()
        if len(stamps) >= self._limit:
            wait_s = max(1, round(WINDOW_S - (at_s - stamps[0])))
            raise Problem(
                429,
                Code.RATE_LIMITED,
                "too many failed logins for this account",
                {"retryAfterSeconds": wait_s},
                {"retry-after": str(wait_s)},
            )

    def count(self, email: str) -> None:
        """Count one more."""
        self._stamps.setdefault(email, deque()).append(now_s())
        self._stamps.move_to_end(email)
        if len(self._stamps) > ACCOUNTS_WATCHED:
            self._stamps.popitem(last=False)


class Passwords:
    """Argon2id, in a thread: it takes long on purpose."""

    def __init__(self, settings: Settings) -> None:
        self._hasher = argon2.PasswordHasher(
            time_cost=settings.password_passes,
            memory_cost=settings.password_memory_kib,
            parallelism=settings.password_lanes,
        )
        self._nobody = self._hasher.hash("nobody has this password")

    async def hash(self, password: str) -> str:
        """Return what is stored of a password."""
        return await asyncio.to_thread(self._hasher.hash, password)

    async def fits(self, stored: str | None, password: str) -> bool:
        """Return whether a password is the stored one; takes as long for an account that does not exist."""
        return await asyncio.to_thread(self._verify, stored or self._nobody, password) and stored is not None

    def _verify(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except argon2.exceptions.VerifyMismatchError:
            return False


def check_password(password: str) -> None:
    """Refuse a weak password.

    Raises:
        Problem: 400.
    """
    if len(password) < 8 or password.isalpha() or password.isdigit() or len(set(password)) < 4:
        raise Problem(
            400,
            Code.WEAK_PASSWORD,
            "the password is too weak",
            {"rule": "at least 8 characters, four different ones, not only letters and not only digits"},
        )


class Accounts:
    """Registration, login, refresh, logout."""

    def __init__(self, core: Core, tokens: Tokens) -> None:
        self._core = core
        self.tokens = tokens
        self._passwords = Passwords(core.settings)
        self._failed = FailedLogins(core.settings.login_failures)

    async def register(
        self,
        *,
        email: str,
        password: str,
        full_name: str,
        company_name: str | None,
        invitation_token: str | None,
    ) -> dict[str, Any]:
        """Make a user, in a company of its own or in the one that invited it.

        Raises:
            Problem: 400 for a weak password or a bad invitation, 409 for an email that is taken.
        """
        if (company_name is None) == (invitation_token is None):
            raise Problem(400, Code.VALIDATION_ERROR, "give either companyName or invitationToken")
        check_password(password)
        await self._refuse_taken(email)
        stored = await self._passwords.hash(password)
        async with self._core.store.write(None) as work:
            if invitation_token is None:
                company, role, since_event = await self._new_company(work, str(company_name)), Role.OWNER, 0
            else:
                company, role = await self._accept(work, invitation_token, email)
                since_event = await work.next_event()
            person = await self.add(
                work, email=email, full_name=full_name, stored=stored, role=role, since_event=since_event
            )
            pair = await self.tokens.begin(work, person.id)
        return {"user": person.view, "company": company, **pair}

    async def _refuse_taken(self, email: str) -> None:
        if await self._core.store.first(_BY_EMAIL, {"email": email}) is not None:
            raise conflict(Code.EMAIL_TAKEN, "this email is taken")

    async def _new_company(self, work: Work, name: str) -> dict[str, Any]:
        work.company_id = new_id()
        values = {
            "id": work.company_id,
            "name": name,
            "used_bytes": 0,
            "limit_bytes": self._core.settings.company_bytes,
            "last_event_id": 0,
            "created_at": work.at,
        }
        await work.run(_INSERT_COMPANY, values)
        return {"id": work.company_id, "name": name, "createdAt": work.at}

    async def _accept(self, work: Work, token: str, email: str) -> tuple[dict[str, Any], Role]:
        hashed = hash_invitation(token)
        row = await work.first(select(invitations).where(invitations.c.token_hash == hashed))
        if row is None or row.email != email:
            raise Problem(400, Code.INVALID_INVITATION, "this invitation is unknown, used, or for another email")
        await work.run(delete(invitations).where(invitations.c.token_hash == hashed))
        work.company_id = str(row.company_id)
        company = await work.first(select(companies).where(companies.c.id == work.company_id))
        return company_view(company), Role(row.role)

    async def add(self, work: Work, *, email: str, full_name: str, stored: str, role: Role, since_event: int) -> Person:
        """Make a user as part of a change to its company, and tell the colleagues.

        Args:
            work: The change.
            email: In lower case.
            full_name: The name.
            stored: What is stored of the password.
            role: What the user is in the company.
            since_event: The event that tells of it; 0 for who founds the company, and tells nobody.

        Raises:
            Problem: 409 for an email that is taken.
        """
        if await work.first(_BY_EMAIL, {"email": email}) is not None:
            raise conflict(Code.EMAIL_TAKEN, "this email is taken")
        person = Person(
            id=new_id(),
            company_id=str(work.company_id),
            email=email,
            full_name=full_name,
            title=None,
            bio=None,
            role=role,
            status="offline",
            status_message=None,
            status_changed_at=work.at,
            status_event=0,
            since_event=since_event,
            created_at=work.at,
            updated_at=work.at,
        )
        await work.run(_INSERT, {**asdict(person), "role": role.value, "password_hash": stored})
        self._core.people.added(work, person)
        if since_event:
            told = about(person.view, "userId")
            work.tell("user_joined_company", [company_room(person.company_id)], told, since_event)
        return person

    async def hash(self, password: str) -> str:
        """Return what is stored of a password that is strong enough.

        Raises:
            Problem: 400 for a weak one.
        """
        check_password(password)
        return await self._passwords.hash(password)

    async def login(self, email: str, password: str) -> dict[str, Any]:
        """Return a user and a pair of tokens.

        Raises:
            Problem: 401 for a wrong email or password, 429 after too many of them.
        """
        self._failed.check(email)
        row = await self._core.store.first(_BY_EMAIL, {"email": email})
        fits = await self._passwords.fits(row[1] if row is not None else None, password)
        # Once more: of many attempts at once, no more than the allowed ones may learn anything.
        self._failed.check(email)
        if not fits or row is None:
            self._failed.count(email)
            raise unauthorized(Code.BAD_CREDENTIALS, "wrong email or password")
        async with self._core.store.write(None) as work:
            found = await self._core.people.find(self._core.store, str(row[0]))
            if found is None:
                raise unauthorized(Code.BAD_CREDENTIALS, "wrong email or password")
            pair = await self.tokens.begin(work, found.id)
        return {"user": found.view, **pair}

    async def logout(self, caller: Caller) -> None:
        """Revoke all tokens of the caller and close its sockets."""
        person = caller.person
        async with self._core.store.write(person.company_id) as work:
            await self.tokens.revoke_all(work, person.id)
            work.acts.append(HangUp(user_ids=(person.id,), code=Code.LOGGED_OUT, message="the user has logged out"))


def hash_invitation(token: str) -> str:
    """Return what is stored of an invitation."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def company_view(row: Any) -> dict[str, Any]:
    """Return a company as every answer shows it."""
    return {"id": row.id, "name": row.name, "createdAt": row.created_at}
