"""What stands before everything else: bodies that are too large, frames that are none, and faults of our own."""

import logging
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from starlette.exceptions import HTTPException

from threadfilesharing.answers import refusal
from threadfilesharing.problems import Code, Problem

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]

log = logging.getLogger("threadfilesharing")

PACKETS = "0123456"
PROTOCOL_ERROR = 1002


def too_large(limit_bytes: int) -> Problem:
    """Return the refusal of a body that is too large."""
    return Problem(413, Code.PAYLOAD_TOO_LARGE, "the request's body is too large", {"limitBytes": limit_bytes})


class Guard:
    """An ASGI application in front of the REST half and the socket half."""

    def __init__(self, rest: Asgi, socket: Asgi, *, body_bytes: int) -> None:
        self._rest = rest
        self._socket = socket
        self._body_bytes = body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or connection."""
        if str(scope.get("path", "")).startswith("/socket.io"):
            await self._serve_socket(scope, receive, send)
        else:
            await self._serve_rest(scope, receive, send)

    async def _serve_rest(self, scope: Scope, receive: Receive, send: Send) -> None:
        announced = next((value for name, value in scope.get("headers", ()) if name == b"content-length"), b"0")
        if announced.isdigit() and int(announced) > self._body_bytes:
            await refusal(too_large(self._body_bytes))(scope, receive, send)
            return
        taken = 0

        async def receive_counted() -> Message:
            nonlocal taken
            message = await receive()
            if message["type"] == "http.request":
                taken += len(message.get("body", b""))
                if taken > self._body_bytes:
                    raise HTTPException(413)
            return message

        try:
            await self._rest(scope, receive_counted if scope["type"] == "http" else receive, send)
        except Exception:
            # The edge: the answer was given where the fault was caught first; here it is only written down.
            log.exception("a request failed: %s %s", scope.get("method"), scope.get("path"))

    async def _serve_socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            await self._socket(scope, receive, send)
            return

        async def receive_packets() -> Message:
            message = await receive()
            text = message.get("text")
            if message["type"] != "websocket.receive" or (text is None and message.get("bytes") is not None):
                return message
            if not text or text[0] not in PACKETS:
                # python-engineio would stumble over it and forget to say that the connection is gone.
                await send({"type": "websocket.close", "code": PROTOCOL_ERROR, "reason": "no Engine.IO packet"})
                return {"type": "websocket.disconnect", "code": PROTOCOL_ERROR}
            return message

        await self._socket(scope, receive_packets, send)
