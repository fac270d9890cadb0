"""An application of two namespaces, reached by long polling first: a street, where all hear all, and an office."""

from __future__ import annotations

from typing import Any

import socketio
from aiohttp import web

sio = socketio.AsyncServer(async_mode="aiohttp", namespaces=["/", "/office"])


@sio.event
async def call(sid: str, words: str) -> dict[str, bool]:
    """Say something in the street."""
    await sio.emit("called", {"words": words})
    return {"ok": True}


@sio.event
async def sync(sid: str) -> None:
    """Answer, after everything that was said before."""


@sio.on("file", namespace="/office")
async def file(sid: str, paper: bytes) -> dict[str, Any]:
    """Keep a paper in the office, and tell those who are in it."""
    await sio.emit("filed", {"paper": paper, "pages": len(paper)}, namespace="/office")
    return {"ok": True}


@sio.on("sync", namespace="/office")
async def sync_office(sid: str) -> None:
    """Answer in the office."""


def application() -> web.Application:
    """Return what is served."""
    made = web.Application()
    sio.attach(made)
    return made


async def ready(runner: web.AppRunner) -> None:
    """Start on a free port."""
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(f"ready at http://127.0.0.1:{runner.addresses[0][1]}", flush=True)  # noqa: T201 - how it is found


if __name__ == "__main__":
    import asyncio

    async def serve() -> None:
        """Serve until it is ended."""
        await ready(web.AppRunner(application()))
        await asyncio.Event().wait()

    asyncio.run(serve())
