"""Where answers over REST can be bent: around the whole application, and only while something is planted there."""

from typing import Any

import orjson

from threadfilesharing.defects.seams import Asked, Reply, Seam
from threadfilesharing.guard import Asgi, Message, Receive, Scope, Send


class Replies:
    """An ASGI application that shows each JSON answer of another one to a seam before it is sent."""

    def __init__(self, honest: Asgi, seam: Seam[Reply, Asked]) -> None:
        self._honest = honest
        self._seam = seam

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or connection."""
        path = str(scope.get("path", ""))
        if scope["type"] != "http" or path.startswith("/socket.io"):
            await self._honest(scope, receive, send)
            return
        token = next((value for name, value in scope["headers"] if name == b"authorization"), b"").decode("latin-1")
        query = scope.get("query_string", b"").decode("latin-1")
        asked = Asked(scope["method"], path.removeprefix("/api/v1"), query, token)
        begun: Message | None = None
        written = bytearray()

        async def bend(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start" and _is_json(message):
                begun = message
            elif begun is None:
                await send(message)
            else:
                written.extend(message.get("body", b""))
                if not message.get("more_body", False):
                    await self._answer(asked, begun, bytes(written), send)

        await self._honest(scope, receive, bend)

    async def _answer(self, asked: Asked, begun: Message, written: bytes, send: Send) -> None:
        reply = self._seam(Reply(begun["status"], orjson.loads(written)), asked)
        body = orjson.dumps(reply.body)
        headers = [(name, value) for name, value in begun["headers"] if name.lower() != b"content-length"]
        headers.append((b"content-length", str(len(body)).encode()))
        await send({**begun, "status": reply.status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def _is_json(message: Message) -> bool:
    headers: list[tuple[bytes, Any]] = message.get("headers", [])
    return any(name.lower() == b"content-type" and value.startswith(b"application/json") for name, value in headers)
