"""A house of notebooks: who keeps one may change it, whom it is lent to may read it, and others may not even that.

Tokens are JWTs. Whoever looks on over a socket hears of every page that is turned.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
from itertools import count
from typing import Any

import jwt
import socketio
from aiohttp import web

SECRET = os.environ.get("NOTEBOOKS_SECRET") or "a secret of at least thirty-two bytes"
sio = socketio.AsyncServer(async_mode="aiohttp")
people: dict[str, dict[str, Any]] = {}
books: dict[str, dict[str, Any]] = {}
sockets: dict[str, str] = {}
open_sessions: set[str] = set()
fresh: set[str] = set()
numbers = count(1)
routes = web.RouteTableDef()


def new_id(kind: str) -> str:
    """Return an id that nothing has had."""
    return f"{kind}-{next(numbers)}"


def signed(person: str, kind: str, session: str) -> str:
    """Return a token of somebody's session."""
    claims = {"sub": person, "kind": kind, "session": session, "jti": new_id(kind), "exp": 4_000_000_000}
    return jwt.encode(claims, SECRET, algorithm="HS256")


def read(token: str, kind: str) -> dict[str, Any] | None:
    """Return what a token says, if it is one of ours, of that kind, and of a session that is open."""
    try:
        claims = jwt.decode(token, SECRET, algorithms=["HS256"])
    except jwt.PyJWTError:
        return None
    return claims if claims["kind"] == kind and claims["session"] in open_sessions else None


def tokens(person: str, session: str) -> dict[str, str]:
    """Return a pair of tokens."""
    renewal = signed(person, "refresh", session)
    fresh.add(renewal)
    return {"token": signed(person, "access", session), "refresh": renewal}


def caller(request: web.Request) -> dict[str, Any]:
    """Return who calls."""
    claims = read(request.headers.get("authorization", "").removeprefix("Bearer "), "access")
    if claims is None:
        raise web.HTTPUnauthorized
    return {**people[claims["sub"]], "session": claims["session"]}


def book_of(request: web.Request, *, keeps: bool = False) -> dict[str, Any]:
    """Return the notebook that a path names, for whoever may read it, or keeps it."""
    person = caller(request)
    if re.fullmatch("book-[0-9]+", request.match_info["id"]) is None:
        raise web.HTTPBadRequest
    book = books.get(request.match_info["id"])
    if book is None or book["house"] != person["house"]:
        raise web.HTTPNotFound
    if person["id"] != book["keeper"] and (keeps or person["id"] not in book["readers"]):
        raise web.HTTPForbidden
    return book


@routes.get("/health")
async def health(_request: web.Request) -> web.Response:
    """Say that it lives."""
    return web.json_response({})


@routes.post("/people")
async def admit(request: web.Request) -> web.Response:
    """Let somebody into the caller's house, or without a token into a house of its own."""
    house = caller(request)["house"] if "authorization" in request.headers else new_id("house")
    person = {"id": new_id("person"), "house": house, "name": (await request.json())["name"]}
    people[person["id"]] = person
    return web.json_response(person, status=201)


@routes.post("/sessions")
async def log_in(request: web.Request) -> web.Response:
    """Begin a session."""
    session = new_id("session")
    open_sessions.add(session)
    return web.json_response(tokens((await request.json())["person"], session), status=201)


@routes.put("/sessions")
async def renew(request: web.Request) -> web.Response:
    """Give new tokens for a refresh token, which is spent then."""
    renewal = (await request.json())["refresh"]
    claims = read(renewal, "refresh")
    if claims is None or renewal not in fresh:
        raise web.HTTPUnauthorized
    fresh.discard(renewal)
    return web.json_response(tokens(claims["sub"], claims["session"]))


@routes.delete("/sessions")
async def log_out(request: web.Request) -> web.Response:
    """End a session."""
    open_sessions.discard(caller(request)["session"])
    return web.Response(status=204)


@routes.post("/books")
async def begin(request: web.Request) -> web.Response:
    """Begin a notebook."""
    person, data = caller(request), await request.json()
    book = {"id": new_id("book"), "house": person["house"], "keeper": person["id"], "title": data["title"]}
    books[book["id"]] = {**book, "readers": data["readers"]}
    return web.json_response(books[book["id"]], status=201)


@routes.get("/books/{id}")
async def look_at(request: web.Request) -> web.Response:
    """Return a notebook."""
    return web.json_response(book_of(request))


@routes.put("/books/{id}")
async def rename(request: web.Request) -> web.Response:
    """Give a notebook another title."""
    book = book_of(request, keeps=True)
    book["title"] = (await request.json())["title"]
    await sio.emit("renamed", {"book": book["id"], "title": book["title"]}, room=book["id"])
    return web.json_response(book)


@routes.delete("/books/{id}")
async def burn(request: web.Request) -> web.Response:
    """Burn a notebook."""
    del books[book_of(request, keeps=True)["id"]]
    return web.Response(status=204)


@sio.event
async def connect(sid: str, _environ: object, auth: dict[str, str] | None = None) -> bool:
    """Let a socket in."""
    claims = read((auth or {}).get("token") or "", "access")
    if claims is None:
        return False
    sockets[sid] = claims["sub"]
    return True


def may_look_on(sid: str, book: str) -> bool:
    """Return whether a socket's person may read a notebook."""
    found = books.get(book)
    return found is not None and sockets[sid] in (found["keeper"], *found["readers"])


@sio.event
async def look_on(sid: str, data: dict[str, str]) -> dict[str, bool]:
    """Let a socket hear of a notebook."""
    if not may_look_on(sid, data["book"]):
        return {"ok": False}
    await sio.enter_room(sid, data["book"])
    return {"ok": True}


@sio.event
async def turn(sid: str, book: str, page: int) -> dict[str, bool]:
    """Turn a page, for all who look on."""
    if not may_look_on(sid, book):
        return {"ok": False}
    await sio.emit("turned", {"book": book, "page": page}, room=book)
    return {"ok": True}


@sio.event
async def sync(_sid: str, _data: object = None) -> dict[str, bool]:
    """Answer after everything that was sent before."""
    await asyncio.sleep(0)
    return {"ok": True}


async def main() -> None:
    """Serve until the process is ended."""
    made = web.Application()
    made.add_routes(routes)
    sio.attach(made)
    runner = web.AppRunner(made)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(f"ready at http://127.0.0.1:{runner.addresses[0][1]}", flush=True)  # noqa: T201 - how it is found
    await asyncio.Event().wait()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main())
