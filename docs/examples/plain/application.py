"""A lobby on a plain WebSocket: whoever says who it is may join rooms, talk there and draw.

Messages are JSON: `{"op": NAME, "d": DATA, "id": NUMBER}`; an answer has the number of what it answers.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import Any

from websockets.asyncio.server import ServerConnection, serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

LOCKED = "attic"
rooms: dict[str, dict[ServerConnection, str]] = {}


def healthy(_connection: ServerConnection, request: Request) -> Response | None:
    """Answer what is no upgrade."""
    if request.path != "/health":
        return None
    return Response(200, "OK", Headers({"Content-Length": "2", "Connection": "close"}), b"{}")


async def say(connection: ServerConnection, op: str, data: object, number: object = None) -> None:
    """Send one message."""
    await connection.send(json.dumps({"op": op, "d": data} | ({"id": number} if number is not None else {})))


async def say_to(room: str, op: str, data: object, *, besides: ServerConnection | None = None) -> None:
    """Send a message to everybody in a room."""
    for other in list(rooms.get(room, {})):
        if other is not besides:
            await say(other, op, data)


async def admitted(connection: ServerConnection) -> str | None:
    """Return who this is; None if it is not to come in."""
    await say(connection, "hello", {})
    first = json.loads(await connection.recv())
    name = (first.get("d") or {}).get("name")
    if first.get("op") != "identify" or not name or name == "mallory":
        await say(connection, "denied", {"message": "say who you are"})
        return None
    await say(connection, "welcome", {"name": name})
    await say(connection, "beat", {"n": 1})
    await connection.send("are you there?")
    return str(name)


async def serve_one(connection: ServerConnection) -> None:
    """Serve a connection to its end."""
    try:
        name = await admitted(connection)
        if name is None:
            await connection.close(4401, "not admitted")
            return
        async for text in connection:
            if isinstance(text, str) and text.startswith("{"):
                await on_message(connection, name, json.loads(text))
    except ConnectionClosed:
        pass
    finally:
        for members in rooms.values():
            members.pop(connection, None)


async def on_message(connection: ServerConnection, name: str, message: dict[str, Any]) -> None:
    """Do what a message asks for."""
    data = message.get("d") or {}
    room = str(data.get("room", ""))
    match message.get("op"):
        case "join" if room == LOCKED:
            await say(connection, "kept out", {"room": room})
        case "join":
            rooms.setdefault(room, {})[connection] = name
            await say_to(room, "joined", {"room": room, "name": name})
        case "say":
            await say_to(room, "said", {"room": room, "text": data.get("text"), "by": name})
            await connection.send(json.dumps({"id": message.get("id"), "d": {"ok": True}}))
        case "typing":
            await say_to(room, "typing", {"room": room, "by": name}, besides=connection)
        case "draw":
            for other in list(rooms.get(room, {})):
                await other.send(bytes([137, 80, 78, 71]))
        case "leave":
            await connection.close(4001, "goodbye")
        case "sync":
            await connection.send(json.dumps({"id": message.get("id"), "d": {}}))


async def main() -> None:
    """Serve until the process is ended."""
    lobby = [Subprotocol("lobby.v1")]
    async with serve(serve_one, "127.0.0.1", 0, process_request=healthy, subprotocols=lobby) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        print(f"ready at http://127.0.0.1:{port}", flush=True)  # noqa: T201 - whoever starts it reads where it is
        await server.serve_forever()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main())
