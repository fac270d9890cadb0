"""A reading club: its founder lets people in, who pin notes in rooms, and hear of what others do there.

Events go out before the call that causes them is answered. A socket is in the room of its club, and in each room of
the club that its person may be in, unless it muted that one.
"""

from __future__ import annotations

import asyncio
import contextlib
from itertools import count
from typing import Any

import socketio
from aiohttp import web

sio = socketio.AsyncServer(async_mode="aiohttp")
numbers = count(1)
people: dict[str, dict[str, Any]] = {}
rooms: dict[str, dict[str, Any]] = {}
notes: dict[str, dict[str, Any]] = {}
sockets: dict[str, str] = {}
desks: dict[tuple[str, str], set[str]] = {}
routes = web.RouteTableDef()


def new_id(kind: str) -> str:
    """Return an id that nothing has had."""
    return f"{kind}-{next(numbers)}"


def caller(request: web.Request) -> dict[str, Any]:
    """Return who calls, by the token."""
    for person in people.values():
        if person["token"] and person["token"] == request.headers.get("x-token"):
            return person
    raise web.HTTPUnauthorized


def room_of(request: web.Request) -> dict[str, Any]:
    """Return the room that a path names, for one of its members."""
    room = rooms.get(request.match_info["id"])
    if room is None:
        raise web.HTTPNotFound
    if caller(request)["id"] not in room["members"]:
        raise web.HTTPForbidden
    return room


async def follow(person: str, room: str, *, leave: bool = False) -> None:
    """Put the sockets of a person into a room, or take them out."""
    for sid, owner in list(sockets.items()):
        if owner == person:
            await (sio.leave_room if leave else sio.enter_room)(sid, room)


def new_person(club: str, name: str, role: str) -> dict[str, Any]:
    """Let somebody into a club."""
    made = {"id": new_id("person"), "club": club, "name": name, "role": role, "token": new_id("token")}
    people[made["id"]] = made
    return made


@routes.get("/health")
async def health(_request: web.Request) -> web.Response:
    """Say that it lives."""
    return web.json_response({})


@routes.post("/clubs")
async def found(request: web.Request) -> web.Response:
    """Found a club."""
    founder = new_person(new_id("club"), (await request.json())["name"], "FOUNDER")
    return web.json_response(founder, status=201)


@routes.post("/people")
async def admit(request: web.Request) -> web.Response:
    """Let somebody in."""
    data = await request.json()
    return web.json_response(new_person(caller(request)["club"], data["name"], data["role"]), status=201)


@routes.put("/people/{id}")
async def demote(request: web.Request) -> web.Response:
    """Give somebody another role; a GUEST is in no private room."""
    role, person = (await request.json())["role"], people[request.match_info["id"]]
    person["role"] = role
    for room in rooms.values() if role == "GUEST" else ():
        if room["private"] and person["id"] in room["members"]:
            room["members"].discard(person["id"])
            await follow(person["id"], room["id"], leave=True)
    return web.json_response(person)


@routes.post("/logout")
async def log_out(request: web.Request) -> web.Response:
    """End a session: its token is worth nothing, and its sockets are closed."""
    person = caller(request)
    person["token"] = ""
    for sid, owner in list(sockets.items()):
        if owner == person["id"]:
            await sio.disconnect(sid)
    return web.Response(status=204)


@routes.post("/rooms")
async def open_room(request: web.Request) -> web.Response:
    """Open a room; who is asked in hears of it."""
    data, person = await request.json(), caller(request)
    members = {person["id"], *data["members"]}
    room = {"id": new_id("room"), "private": data["private"], "members": members}
    rooms[room["id"]] = room
    for member in members:
        await follow(member, room["id"])
    for member in data["members"]:
        await sio.emit("invited", {"room": room["id"]}, room=member)
    return web.json_response({"id": room["id"]}, status=201)


@routes.put("/rooms/{id}/members/{person}")
async def ask_in(request: web.Request) -> web.Response:
    """Ask somebody in."""
    room = room_of(request)
    room["members"].add(request.match_info["person"])
    await follow(request.match_info["person"], room["id"])
    return web.Response(status=204)


@routes.delete("/rooms/{id}/members/{person}")
async def ask_out(request: web.Request) -> web.Response:
    """Ask somebody out."""
    room = room_of(request)
    room["members"].discard(request.match_info["person"])
    await follow(request.match_info["person"], room["id"], leave=True)
    return web.Response(status=204)


@routes.post("/rooms/{id}/notes")
async def pin(request: web.Request) -> web.Response:
    """Pin a note."""
    room = room_of(request)
    note = {"id": new_id("note"), "room": room["id"], "text": (await request.json())["text"]}
    notes[note["id"]] = note
    await sio.emit("note_pinned", {**note, "by": caller(request)["id"]}, room=room["id"])
    return web.json_response(note, status=201)


@routes.put("/notes/{id}")
async def rewrite(request: web.Request) -> web.Response:
    """Write a note anew; one without a text is cleared."""
    note = notes[request.match_info["id"]]
    if caller(request)["id"] not in rooms[note["room"]]["members"]:
        raise web.HTTPForbidden
    note["text"] = (await request.json())["text"]
    event = "note_changed" if note["text"] else "note_cleared"
    await sio.emit(event, {"id": note["id"], "text": note["text"]}, room=note["room"])
    return web.json_response({"id": note["id"]})


@routes.post("/rooms/{id}/prints")
async def print_notes(request: web.Request) -> web.Response:
    """Print a room's notes, on three pages."""
    room, job = room_of(request), new_id("print")
    for page in (1, 2, 3):
        await sio.emit("printed", {"job": job, "page": page, "percent": page * 100 // 3}, room=room["id"])
    return web.json_response({"job": job}, status=201)


@routes.post("/rooms/{id}/visits")
async def visit(request: web.Request) -> web.Response:
    """Note a visit, of which nobody is told."""
    room_of(request)
    return web.json_response({"id": new_id("visit")}, status=201)


@routes.post("/surprises")
async def surprise(request: web.Request) -> web.Response:
    """Send whoever asks for it a surprise."""
    await sio.emit("gift", {"kind": "bookmark"}, room=caller(request)["id"])
    return web.Response(status=204)


@sio.event
async def connect(sid: str, _environ: object, auth: dict[str, str] | None = None) -> bool:
    """Let a socket in, into all rooms of its person."""
    person = next((one for one in people.values() if one["token"] == (auth or {}).get("token")), None)
    if person is None:
        return False
    sockets[sid] = person["id"]
    for room in (person["club"], person["id"], *(one for one in rooms if person["id"] in rooms[one]["members"])):
        await sio.enter_room(sid, room)
    return True


@sio.event
async def disconnect(sid: str, *_why: object) -> None:
    """Forget a socket."""
    sockets.pop(sid, None)
    for windows in [key for key in desks if key[0] == sid]:
        del desks[windows]


def may(sid: str, room: str) -> bool:
    """Return whether a socket's person may be in a room."""
    return room in rooms and sockets[sid] in rooms[room]["members"]


@sio.event
async def mute(sid: str, data: dict[str, str]) -> dict[str, bool]:
    """Take this socket out of a room."""
    await sio.leave_room(sid, data["room"])
    return {"ok": True}


@sio.event
async def unmute(sid: str, data: dict[str, str]) -> dict[str, bool]:
    """Put this socket into a room again."""
    if not may(sid, data["room"]):
        return {"ok": False}
    await sio.enter_room(sid, data["room"])
    return {"ok": True}


@sio.event
async def typing(sid: str, data: dict[str, str]) -> dict[str, bool]:
    """Tell all others in a room that somebody types."""
    if not may(sid, data["room"]):
        return {"ok": False}
    await sio.emit("typing", {"room": data["room"], "by": sockets[sid]}, room=data["room"], skip_sid=sid)
    return {"ok": True}


@sio.on("open")
async def open_window(sid: str, data: dict[str, str]) -> dict[str, bool]:
    """Open a window on a room's desk; a socket may have several."""
    if not may(sid, data["room"]):
        return {"ok": False}
    desks.setdefault((sid, data["room"]), set()).add(data["window"])
    return {"ok": True}


@sio.on("shut")
async def shut_window(sid: str, data: dict[str, str]) -> dict[str, bool]:
    """Close a window."""
    desks.get((sid, data["room"]), set()).discard(data["window"])
    return {"ok": True}


@sio.event
async def turn(sid: str, data: dict[str, Any]) -> dict[str, bool]:
    """Turn the page on a room's desk: it is shown in each window."""
    if not may(sid, data["room"]):
        return {"ok": False}
    for (other, room), windows in list(desks.items()):
        for window in sorted(windows) if room == data["room"] else ():
            await sio.emit("page_turned", {"page": data["page"], "window": window}, to=other)
    return {"ok": True}


@sio.event
async def enter(sid: str, data: dict[str, str]) -> dict[str, bool]:
    """Take a new token for a socket whose token is old."""
    return {"ok": data["token"] == people[sockets[sid]]["token"]}


@sio.event
async def sync(_sid: str) -> None:
    """Answer, after everything that was said before."""


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
