"""A shop on Socket.IO, and its billing: a root of its own with a plain WebSocket, where invoices are watched."""

from __future__ import annotations

import asyncio
import json

import socketio
from aiohttp import WSMsgType, web

sio = socketio.AsyncServer(async_mode="aiohttp")
watching: dict[int, set[web.WebSocketResponse]] = {}


@sio.event
async def sync(sid: str) -> None:
    """Answer, after everything that was said before."""


async def order(request: web.Request) -> web.Response:
    """Take an order, write its invoice, and tell the whole shop of the order."""
    number = len(watching) + 1
    watching[number] = set()
    await sio.emit("order_placed", {"number": number, **await request.json()})
    return web.json_response({"number": number}, status=201)


async def pay(request: web.Request) -> web.Response:
    """Have an invoice paid, and tell those who watch it."""
    number = int(request.match_info["number"])
    for watcher in watching[number]:
        await watcher.send_json({"op": "paid", "d": {"number": number}})
    return web.json_response({"paid": True})


async def live(request: web.Request) -> web.WebSocketResponse:
    """Serve a connection of billing: `watch` is answered with the id that it carries, as `sync` is."""
    connection = web.WebSocketResponse()
    await connection.prepare(request)
    await connection.send_json({"op": "open", "d": {}})
    async for frame in connection:
        if frame.type is not WSMsgType.TEXT:
            continue
        message = json.loads(frame.data)
        number = message.get("d", {}).get("number")
        if message["op"] == "watch":
            watching[number].add(connection)
            await connection.send_json({"op": "watching", "d": {"number": number}})
        elif message["op"] == "sync":
            await connection.send_json({"id": message["id"], "d": {}})
    for watchers in watching.values():
        watchers.discard(connection)
    return connection


async def health(_request: web.Request) -> web.Response:
    """Say that it lives."""
    return web.json_response({})


async def serve() -> None:
    """Serve on a free port until it is ended."""
    made = web.Application()
    made.router.add_get("/health", health)
    made.router.add_post("/orders", order)
    made.router.add_post("/billing/invoices/{number}/payments", pay)
    made.router.add_get("/billing/live", live)
    sio.attach(made)
    runner = web.AppRunner(made)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(f"ready at http://127.0.0.1:{runner.addresses[0][1]}", flush=True)  # noqa: T201 - how it is found
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve())
