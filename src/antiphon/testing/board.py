"""What a scripted target knows: accounts and their tokens, things that were made, uploads. No network here."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from urllib.parse import parse_qsl

import jwt
from msgspec import Struct, field

from antiphon.testing.manners import KNOWN_PASSWORD, Manners

SECRET = "the scripted target signs with this, and nothing else does"  # noqa: S105 - no secret: tests share it
CHUNK_BYTES = 1000


class Request(Struct, kw_only=True):
    """A request as it came.

    Attributes:
        headers: Their names in lower case.
    """

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def json(self) -> dict[str, object]:
        """Return the body's object; empty if it is none."""
        try:
            found = json.loads(self.body or b"{}")
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}


class Reply(Struct, kw_only=True):
    """An answer: the payload, without the envelope."""

    status: int = 200
    payload: object = None
    headers: tuple[tuple[str, str], ...] = ()


class Account(Struct, kw_only=True):
    """Somebody who registered."""

    id: str
    email: str
    password: str
    role: str


class Upload(Struct, kw_only=True):
    """A file that comes in chunks."""

    size: int
    sha256: str
    chunks: dict[int, bytes] = field(default_factory=dict)


class Board:
    """The state of a target, and its plain routes."""

    def __init__(self, manners: Manners) -> None:
        self.manners = manners
        self.accounts: dict[str, Account] = {}
        self.things: dict[str, str] = {}
        self.deleted: list[str] = []
        self.leaving: set[str] = set()
        self.uploads: dict[str, Upload] = {}
        self.revoked: set[str] = set()
        self.refreshable: dict[str, Account] = {}
        self.counted = 0
        self._numbers = 0
        for email in manners.known:
            self._registered({"email": email, "password": KNOWN_PASSWORD, "role": "MEMBER"})

    def new_id(self, kind: str) -> str:
        """Return an id that nothing else has."""
        self._numbers += 1
        return f"{kind}-{self._numbers:06}"

    def token_for(self, account: Account) -> str:
        """Return a new token; no two are the same."""
        self._numbers += 1
        return jwt.encode({"sub": account.id, "n": self._numbers}, SECRET, algorithm="HS256")

    def account_of(self, token: str) -> Account | None:
        """Return whose token this is; None if it is nobody's, revoked or expired."""
        if token in self.revoked:
            return None
        try:
            claims = jwt.decode(
                token, SECRET, algorithms=["HS256"], options={"verify_signature": self.manners.signatures}
            )
        except jwt.PyJWTError:
            return None
        return self.accounts.get(str(claims.get("sub")))

    def reply(self, request: Request) -> Reply:
        """Return the answer to a request for one of the plain routes."""
        match (request.method, *request.path.strip("/").split("/")):
            case ("POST", "users"):
                return self._registered(request.json())
            case ("POST", "login"):
                return self._logged_in(request.json())
            case ("POST", "refresh"):
                return self._refreshed(request.json())
            case ("POST", "oauth", "token"):
                return self._granted(dict(parse_qsl(request.body.decode("utf-8", "replace"))))
            case ("GET", "csrf"):
                made = self.new_id("csrf")
                cookie = ("set-cookie", f"csrf={made}; Path=/; SameSite=Lax")
                return Reply(payload={}, headers=(cookie,))
            case ("GET", "health"):
                return Reply(payload={"ok": True})
            case ("GET", "count"):
                self.counted += 1
                return Reply(payload={"n": self.counted})
            case (_, "echo", *_):
                return self._echo(request)
        account = self.account_of(_bearer(request) or request.headers.get("x-api-key", ""))
        if account is None:
            return _problem(401, "UNAUTHORIZED", "no valid token")
        return self._known(request, account)

    def _known(self, request: Request, account: Account) -> Reply:
        match (request.method, *request.path.strip("/").split("/")):
            case ("POST", "logout"):
                self.revoked.add(_bearer(request))
                return Reply(status=204)
            case ("GET", "me"):
                return Reply(payload={"id": account.id, "email": account.email, "role": account.role})
            case ("POST", "things"):
                made = self.new_id("thing")
                self.things[made] = account.id
                return Reply(status=201, payload={"id": made, **request.json()})
            case ("GET", "things", key):
                return self._read(key)
            case ("DELETE", "things", key):
                return self._removed(key)
            case ("GET", "users", key):
                found = self.accounts.get(key)
                return Reply(payload={"id": key, "email": found.email}) if found else _problem(404, "NOT_FOUND", key)
            case ("DELETE", "users", key):
                return Reply(status=204 if self.accounts.pop(key, None) else 404)
            case (_, "uploads", *rest):
                return self._upload(request, rest)
        return _problem(404, "NOT_FOUND", f"no such route: {request.method} {request.path}")

    def _registered(self, body: Mapping[str, object]) -> Reply:
        account = Account(
            id=self.new_id("user"),
            email=str(body.get("email")),
            password=str(body.get("password")),
            role=str(body.get("role")),
        )
        self.accounts[account.id] = account
        return Reply(status=201, payload={"id": account.id, "apiKey": self.token_for(account)})

    def _logged_in(self, body: Mapping[str, object]) -> Reply:
        for account in self.accounts.values():
            if account.email == body.get("email") and account.password == body.get("password"):
                if self.manners.login_refused:
                    break
                return self._tokens(account)
        return _problem(401, "BAD_CREDENTIALS", "no such account")

    def _granted(self, form: Mapping[str, str]) -> Reply:
        """Answer as OAuth 2 does: client credentials in a form (RFC 6749, 4.4)."""
        if form.get("grant_type") != "client_credentials":
            return _problem(400, "unsupported_grant_type", "client_credentials only")
        return self._logged_in({"email": form.get("client_id"), "password": form.get("client_secret")})

    def _refreshed(self, body: Mapping[str, object]) -> Reply:
        account = self.refreshable.pop(str(body.get("refreshToken")), None)
        return _problem(401, "SPENT", "the refresh token is not valid") if account is None else self._tokens(account)

    def _tokens(self, account: Account) -> Reply:
        refresh = self.new_id("refresh")
        self.refreshable[refresh] = account
        return Reply(payload={"token": self.token_for(account), "refreshToken": refresh})

    def _echo(self, request: Request) -> Reply:
        return Reply(
            payload={
                "method": request.method,
                "path": request.path,
                "query": dict(parse_qsl(request.query, keep_blank_values=True)),
                "headers": dict(request.headers),
                "body": request.body.decode("utf-8", "replace"),
                "json": request.json(),
            },
            headers=(("x-echo", request.method),),
        )

    def _read(self, key: str) -> Reply:
        owner = self.things.get(key)
        if key in self.leaving:  # read once more, and then gone
            self.leaving.discard(key)
            self.things.pop(key, None)
        return _problem(404, "NOT_FOUND", "no such thing") if owner is None else Reply(payload={"id": key})

    def _removed(self, key: str) -> Reply:
        if key in self.manners.kept:
            return _problem(500, "STUCK", "it cannot be removed")
        if self.manners.removes == "never":
            return Reply(status=204)
        if self.manners.removes == "later":
            self.leaving.add(key)
            return Reply(status=202, payload={})
        if self.things.pop(key, None) is None:
            return Reply(status=204) if self.manners.forgets else _problem(404, "NOT_FOUND", "no such thing")
        self.deleted.append(key)
        return Reply(status=204)

    def _upload(self, request: Request, rest: list[str]) -> Reply:
        if not rest:
            made = self.new_id("upload")
            body = request.json()
            self.uploads[made] = Upload(size=int(str(body.get("size", 0))), sha256=str(body.get("sha256")))
            return Reply(status=201, payload={} if self.manners.uploads_forget else {"id": made})
        upload = self.uploads.get(rest[0])
        if upload is None:
            return _problem(404, "NOT_FOUND", "no such upload")
        match (request.method, *rest[1:]):
            case ("GET",):
                return Reply(payload={"received": sorted(upload.chunks)})
            case ("PUT", "chunks", index):
                upload.chunks[int(index)] = request.body
                return Reply(payload={"received": len(upload.chunks)})
            case ("POST", "finish"):
                whole = b"".join(upload.chunks[index] for index in sorted(upload.chunks))
                if hashlib.sha256(whole).hexdigest() != upload.sha256:
                    return _problem(409, "INCOMPLETE", "the file is not as it was announced")
                return Reply(payload={"size": len(whole), "chunks": len(upload.chunks)})
        return _problem(405, "NO_SUCH_VERB", request.method)


def _bearer(request: Request) -> str:
    return request.headers.get("authorization", "").removeprefix("Bearer ")


def _problem(status: int, code: str, message: str) -> Reply:
    return Reply(status=status, payload={"code": code, "message": message})
