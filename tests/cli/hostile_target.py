"""A target that means harm: whatever it says holds escapes, mark-up and commands. Run as a process of its own."""

from __future__ import annotations

import asyncio
import json
import socket
import sys
from typing import Any

import socketio
import uvicorn

HOSTILE = (
    "\x1b[31mred\x1b[0m\x07\x9b2J\u202e <script>alert(1)</script><img src=x onerror=alert(2)> "
    "[click](javascript:alert(3)) | `cell` | </details> ``` ~~~ ]]> &amp; %0A\r\n::error file=x::pwned\n```\n"
    "##vso[task.complete result=Succeeded]\n##teamcity[buildStop]\n\x00end"
)

sockets = socketio.AsyncServer(async_mode="asgi", cors_allowed_origins="*")


@sockets.event
async def connect(sid: str, environ: dict[str, Any], auth: Any) -> None:
    """Refuse whoever says `refused`, and greet everybody else."""
    del environ
    if auth and auth.get("token") == "refused":
        raise socketio.exceptions.ConnectionRefusedError({"message": HOSTILE, HOSTILE: 1})
    await sockets.emit("greeting", {"text": HOSTILE}, to=sid)


@sockets.event
async def sync(sid: str, data: Any) -> Any:
    """Answer a fence."""
    del sid, data
    return {"ok": True, HOSTILE: HOSTILE}


async def rest(scope: Any, receive: Any, send: Any) -> None:
    """Answer every call with hostile text; `POST /say` is heard by everybody as well."""
    more = True
    while more:
        more = (await receive()).get("more_body", False)
    status, body = 200, {"id": HOSTILE, "token": "a-token-of-somebody"}
    if scope["path"] == "/evil":
        status, body = 500, {"message": HOSTILE, HOSTILE: [HOSTILE], "code": HOSTILE}
    if scope["path"] == "/say":
        await sockets.emit("said", {"text": HOSTILE, HOSTILE: HOSTILE})
        await sockets.emit(HOSTILE, HOSTILE)
    headers = [
        (b"content-type", b"application/json"),
        (b"x-hostile", b"\x9b2J <script>alert(4)</script> ::error::header"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(body).encode()})


async def main() -> None:
    """Serve on a free port until standard input is closed."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        socketio.ASGIApp(sockets, rest), log_config=None, lifespan="off", ws="websockets-sansio", http="h11"
    )
    server = uvicorn.Server(config)
    serving = asyncio.ensure_future(server.serve(sockets=[listener]))
    sys.stdout.write(f"http://127.0.0.1:{listener.getsockname()[1]}\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)
    server.should_exit = True
    await serving


if __name__ == "__main__":
    asyncio.run(main())
