"""A relay: whoever is in a room hears what is said there. `RELAY_DEFECT` plants a mistake.

lose      every second message misses one member        leak    messages reach everybody
double    messages are told twice                       linger  who is put out goes on hearing
late      messages come 2 s late                        ghost   refused messages are told all the same
swap      of two messages the second comes first        let in  whoever is put out may go on speaking
twist     messages arrive in capital letters            deaf    who is let in hears nothing until coming back
echo      who types is told so                          crash   an empty message is answered with 500
"""

import asyncio
import os
import secrets
from itertools import count
from typing import Any

import socketio
from aiohttp import web

defect = os.environ.get("RELAY_DEFECT", "")
sio = socketio.AsyncServer(async_mode="aiohttp")
routes = web.RouteTableDef()
numbers = count(1)
people: dict[str, str] = {}  # token -> person
rooms: dict[str, dict[str, Any]] = {}
messages: dict[str, dict[str, Any]] = {}
sockets: dict[str, str] = {}  # socket -> person
later: list[asyncio.Task[None]] = []


def sockets_of(person: str) -> list[str]:
    """Return the sockets of a person."""
    return [sid for sid, owner in sockets.items() if owner == person]


def caller(request: web.Request) -> str:
    """Return who calls, by the token."""
    if request.headers.get("x-token") not in people:
        raise web.HTTPUnauthorized
    return people[request.headers["x-token"]]


def room_of(request: web.Request) -> dict[str, Any]:
    """Return the room that a path names."""
    if room := rooms.get(request.match_info["id"]):
        return room
    raise web.HTTPNotFound


async def tell(data: dict[str, Any], room: str) -> None:
    """Tell a room of a message; a planted mistake may come in between."""
    data = {**data, "text": data["text"].upper() if defect == "twist" else data["text"]}
    number = int(data["id"].partition("-")[2])
    if defect == "late" or (defect == "swap" and number % 2):
        later.append(asyncio.create_task(tell_at(2 if defect == "late" else 0.3, data, room)))
        return
    inside = (sid for sid, person in sockets.items() if person in rooms[room]["members"])
    skipped = next(inside, None) if defect == "lose" and number % 2 else None
    for _ in range(2 if defect == "double" else 1):
        await sio.emit("message", data, room=None if defect == "leak" else room, skip_sid=skipped)


async def tell_at(after_s: float, message: dict[str, Any], room: str) -> None:
    """Tell a room of a message when it is no news any more."""
    await asyncio.sleep(after_s)
    await sio.emit("message", message, room=room)


async def follow(person: str, room: str, *, leave: bool = False) -> None:
    """Put the sockets of a person into a room, or take them out."""
    for sid in sockets_of(person):
        if defect != ("linger" if leave else "deaf"):
            await (sio.leave_room if leave else sio.enter_room)(sid, room)


@routes.post("/people")
async def come(request: web.Request) -> web.Response:
    """Let somebody use the relay."""
    people[token := secrets.token_hex(16)] = person = f"person-{next(numbers)}"
    return web.json_response({"id": person, "token": token}, status=201)


@routes.post("/logout")
async def go(request: web.Request) -> web.Response:
    """End a session: its token is worth nothing, and its sockets are closed."""
    for sid in sockets_of(caller(request)):
        await sio.disconnect(sid)
    del people[request.headers["x-token"]]
    return web.Response(status=204)


@routes.post("/rooms")
async def open_room(request: web.Request) -> web.Response:
    """Open a room; its members hear of it."""
    person, data = caller(request), await request.json()
    room = {"id": f"room-{next(numbers)}", "name": data["name"], "owner": person, "members": [person, *data["members"]]}
    rooms[room["id"]] = room
    for member in room["members"]:
        await follow(member, room["id"])
    await sio.emit("room_opened", room, room=room["id"])
    return web.json_response(room, status=201)


@routes.put("/rooms/{id}/members/{person}")
async def let_in(request: web.Request) -> web.Response:
    """Let somebody into a room; its owner may."""
    room, person = room_of(request), request.match_info["person"]
    if caller(request) != room["owner"] or person in room["members"]:
        raise web.HTTPForbidden
    room["members"].append(person)
    await follow(person, room["id"])
    await sio.emit("member_added", {"room": room["id"], "person": person}, room=room["id"])
    return web.Response(status=204)


@routes.delete("/rooms/{id}/members/{person}")
async def put_out(request: web.Request) -> web.Response:
    """Put somebody out of a room; its owner may. The one concerned hears that, and then nothing more."""
    room, person = room_of(request), request.match_info["person"]
    if caller(request) != room["owner"] or person not in room["members"]:
        raise web.HTTPForbidden
    await sio.emit("member_removed", {"room": room["id"], "person": person}, room=room["id"])
    if defect != "let in":
        room["members"].remove(person)
    await follow(person, room["id"], leave=True)
    return web.Response(status=204)


@routes.post("/rooms/{id}/messages")
async def say(request: web.Request) -> web.Response:
    """Say something in a room; its members may."""
    room, person, text = room_of(request), caller(request), (await request.json())["text"]
    if not text:
        raise web.HTTPInternalServerError if defect == "crash" else web.HTTPBadRequest
    message = {"id": f"message-{next(numbers)}", "room": room["id"], "by": person, "text": text}
    if person not in room["members"]:
        if defect == "ghost":
            await tell(message, room["id"])
        raise web.HTTPForbidden
    messages[message["id"]] = message
    await tell(message, room["id"])
    return web.json_response(message, status=201)


@sio.event
async def connect(sid: str, _environ: object, auth: dict[str, str] | None = None) -> bool:
    """Let a socket in, into all rooms of its person."""
    person = people.get((auth or {}).get("token", ""))
    if person is not None:
        sockets[sid] = person
        for room in (one for one in rooms.values() if person in one["members"]):
            await sio.enter_room(sid, room["id"])
    return person is not None


@sio.event
async def disconnect(sid: str, *_why: object) -> None:
    """Forget a socket."""
    del sockets[sid]


@sio.event
async def typing(sid: str, data: dict[str, str]) -> dict[str, bool]:
    """Tell all others in a room that somebody types."""
    if sockets[sid] not in rooms.get(data["room"], {}).get("members", ()):
        return {"ok": False}
    typed = {"room": data["room"], "by": sockets[sid]}
    await sio.emit("typing", typed, room=data["room"], skip_sid=None if defect == "echo" else sid)
    return {"ok": True}


@sio.event
async def edit(sid: str, data: dict[str, str]) -> dict[str, bool]:
    """Let somebody say something else in place of what they said."""
    message = messages[data["message"]]
    if message["by"] != sockets[sid] or sockets[sid] not in rooms[message["room"]]["members"]:
        return {"ok": False}
    message["text"] = data["text"]
    await sio.emit("edited", {"message": message["id"], "text": message["text"]}, room=message["room"])
    return {"ok": True}


@sio.event
async def sync(_sid: str) -> None:
    """Answer after all that was said before."""


async def main() -> None:
    """Serve until the process is ended."""
    relay = web.Application()
    relay.add_routes(routes)
    sio.attach(relay)
    await (runner := web.AppRunner(relay)).setup()
    await web.TCPSite(runner, "127.0.0.1", int(os.environ.get("PORT", "3007"))).start()
    print(f"ready at http://127.0.0.1:{runner.addresses[0][1]}", flush=True)  # noqa: T201 - how it is found
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
