"""Tokens: signed ones that open both channels, and the families that they belong to.

A login begins a family. Each refresh spends the family's refresh token and makes the next; a spent one that comes again
was stolen or copied, and ends the whole family.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import jwt
from jwt.types import Options
from sqlalchemy import bindparam, insert, select, update

from threadfilesharing.database.store import Store, Work
from threadfilesharing.database.tables import token_families
from threadfilesharing.defects.seams import Seams, TokenSeen
from threadfilesharing.live.acts import HangUp
from threadfilesharing.moment import new_id, now_s
from threadfilesharing.problems import Code, Problem
from threadfilesharing.services.people import People, Person
from threadfilesharing.settings import Settings

ALGORITHM = "HS256"
TOKENS_REMEMBERED = 4096
FAMILIES_REMEMBERED = 20_000
LATEST_S = 1e11
"""The year 5138; a token that claims to live longer, or until infinity, is none."""

_INSERT = insert(token_families)
_BY_ID = select(token_families.c.user_id, token_families.c.revoked).where(token_families.c.id == bindparam("family"))


def unauthorized(code: Code, message: str) -> Problem:
    """Return the refusal of a request for its token."""
    return Problem(401, code, message, headers={"www-authenticate": "Bearer"})


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is asking, by which login, and until when its token holds."""

    person: Person
    family_id: str
    expires_s: float


# RFC 7519, 2: a NumericDate may have a fraction, which PyJWT cuts off before it compares.
_CHECKED: Final[Options] = {"require": ["exp", "sub", "jti"], "verify_exp": False}


class Tokens:
    """Makes, reads, spends and revokes tokens."""

    def __init__(self, settings: Settings, secret: str, store: Store, people: People, seams: Seams) -> None:
        self._settings = settings
        self._secret = secret
        self._store = store
        self._people = people
        self._seams = seams
        self._families: dict[str, tuple[str, bool]] = {}
        # Only that a signature fits, which never changes: expiry and revocation are looked at each time.
        self._verified: dict[str, Mapping[str, Any]] = {}

    def _sign(self, kind: str, user_id: str, family_id: str, token_id: str, life_s: int) -> str:
        at_s = int(now_s())
        claims = {"sub": user_id, "fam": family_id, "typ": kind, "jti": token_id, "iat": at_s, "exp": at_s + life_s}
        return jwt.encode(claims, self._secret, algorithm=ALGORITHM)

    def _pair(self, user_id: str, family_id: str, refresh_id: str) -> dict[str, str]:
        settings = self._settings
        return {
            "accessToken": self._sign("access", user_id, family_id, new_id(), settings.access_token_s),
            "refreshToken": self._sign("refresh", user_id, family_id, refresh_id, settings.refresh_token_s),
        }

    def _claims(self, token: str) -> Mapping[str, Any]:
        known = self._verified.get(token)
        if known is not None:
            return known
        try:
            claims: dict[str, Any] = jwt.decode(token, self._secret, algorithms=[ALGORITHM], options=_CHECKED)
            if not 0 <= float(claims["exp"]) < LATEST_S:
                raise ValueError("no moment that a calendar knows")
        except (jwt.InvalidTokenError, TypeError, ValueError, RecursionError):
            believed = self._seams.unverified(None, token)
            if believed is not None:
                return believed
            raise unauthorized(Code.INVALID_TOKEN, "this is no valid token") from None
        if len(self._verified) >= TOKENS_REMEMBERED:
            self._verified.clear()
        self._verified[token] = claims
        return claims

    def _read(self, token: str, kind: str, channel: str) -> Mapping[str, Any]:
        claims = self._claims(token)
        fault: Problem | None = None
        if not float(claims["exp"]) > now_s():
            fault = unauthorized(Code.TOKEN_EXPIRED, "the token has expired")
        elif claims.get("typ") != kind or not isinstance(claims.get("fam"), str):
            fault = unauthorized(Code.INVALID_TOKEN, f"this is no {kind} token")
        fault = self._seams.token(fault, TokenSeen(channel, str(claims["jti"])))
        if fault is not None:
            raise fault
        return claims

    async def begin(self, work: Work, user_id: str) -> dict[str, str]:
        """Begin a family for a user who has just proven who it is, and return its first pair."""
        family_id, refresh_id = new_id(), new_id()
        values = {
            "id": family_id,
            "user_id": user_id,
            "current_refresh": refresh_id,
            "revoked": False,
            "created_at": work.at,
        }
        await work.run(_INSERT, values)
        work.after.append(lambda: self._remember(family_id, (user_id, False)))
        return self._pair(user_id, family_id, refresh_id)

    def _remember(self, family_id: str, known: tuple[str, bool]) -> None:
        self._families.pop(family_id, None)
        self._families[family_id] = known
        if len(self._families) > FAMILIES_REMEMBERED:
            # The one remembered first; it is looked up again when it is asked for.
            del self._families[next(iter(self._families))]

    async def caller(self, token: str, *, channel: str) -> Caller:
        """Return whose access token this is.

        Args:
            token: What the client sent.
            channel: `rest` or `socket`.

        Raises:
            Problem: 401; it is no token, not an access token, expired, or revoked.
        """
        claims = self._read(token, "access", channel)
        family_id = claims["fam"]
        known = self._families.get(family_id)
        if known is None:
            row = await self._store.first(_BY_ID, {"family": family_id})
            known = (str(row[0]), bool(row[1])) if row is not None else ("", True)
            # A family that was made is never unmade but by `revoke`, which corrects this entry after its commit.
            if not known[1]:
                known = self._families.setdefault(family_id, known)
        revoked = self._seams.revoked(known[1], TokenSeen(channel, str(claims["jti"])))
        person = None if revoked else await self._people.find(self._store, str(claims["sub"]))
        if person is None or (known[0] and known[0] != person.id):
            raise unauthorized(Code.TOKEN_REVOKED, "the token was revoked")
        return Caller(person, family_id, float(claims["exp"]))

    async def refresh(self, token: str) -> dict[str, str]:
        """Spend a refresh token and return the next pair.

        Raises:
            Problem: 401; also for one that was spent before, which ends its family.
        """
        claims = self._read(token, "refresh", "rest")
        family_id, user_id = claims["fam"], str(claims["sub"])
        person = await self._people.find(self._store, user_id)
        if person is None:
            raise unauthorized(Code.TOKEN_REVOKED, "the token was revoked")
        async with self._store.write(person.company_id) as work:
            row = await work.first(
                select(token_families.c.current_refresh, token_families.c.revoked).where(
                    token_families.c.id == family_id, token_families.c.user_id == user_id
                )
            )
            if row is None or row[1]:
                raise unauthorized(Code.TOKEN_REVOKED, "the token was revoked")
            spent = self._seams.spent(row[0] != claims["jti"], TokenSeen("rest", str(claims["jti"])))
            if spent:
                await self._revoke(work, family_id, user_id)
                work.acts.append(
                    HangUp(family_id=family_id, code=Code.TOKEN_REVOKED, message="a spent refresh token came again")
                )
            else:
                refresh_id = new_id()
                await work.run(
                    update(token_families).where(token_families.c.id == family_id).values(current_refresh=refresh_id)
                )
        if spent:
            raise unauthorized(Code.TOKEN_REVOKED, "the token was spent before; its whole family is revoked")
        return self._pair(user_id, family_id, refresh_id)

    async def _revoke(self, work: Work, family_id: str, user_id: str) -> None:
        await work.run(update(token_families).where(token_families.c.id == family_id).values(revoked=True))
        work.after.append(lambda: self._remember(family_id, (user_id, True)))

    async def revoke_all(self, work: Work, user_id: str) -> None:
        """Revoke every token of a user."""
        rows = await work.all(
            select(token_families.c.id).where(token_families.c.user_id == user_id, token_families.c.revoked.is_(False))
        )
        for row in rows:
            await self._revoke(work, str(row[0]), user_id)

    def forgotten(self, work: Work, user_ids: set[str]) -> None:
        """Let go of what is remembered of users who are erased by this change."""

        def forget() -> None:
            for family_id in [key for key, known in self._families.items() if known[0] in user_ids]:
                self._families[family_id] = (self._families[family_id][0], True)

        work.after.append(forget)
