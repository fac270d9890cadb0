"""A plain WebSocket server that does as each message asks, on the `websockets` library: for tests of the engine.

Its messages are `{"op": NAME, "d": DATA, "id": CORRELATION}`. The op `do` brings a script: `answer` (a value, sent
with the same id), `say` (messages to the caller), `all` (messages to everybody), `text` (a raw text), `binary` (hex),
`close` with `reason`, `after_ms` before any of it. Every other op is only remembered, unless a manner answers it.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

Manner = Callable[[ServerConnection, dict[str, Any]], list[object] | None]


class PlainServer:
    """A server under a test's control; use it as an asynchronous context.

    Attributes:
        requests: The upgrades that were asked for.
        heard: What came, in order: parsed messages, raw texts and bytes.
        manner: Asked about each message that is no `do`; gives what is said to the caller.
        greeting: What is said to each who connects.
        refuse: The status that refuses an upgrade; None lets everybody in.
        cookie: What the answer to `/health` sets.
    """

    def __init__(self, *, subprotocols: list[str] | None = None, manner: Manner | None = None) -> None:
        self.requests: list[Request] = []
        self.heard: list[object] = []
        self.manner: Manner = manner or (lambda _connection, _message: None)
        self.greeting: list[object] = []
        self.refuse: int | None = None
        self.cookie = ""
        self._subprotocols = subprotocols
        self._server: Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await serve(
            self._serve,
            "127.0.0.1",
            0,
            process_request=self._asked,
            subprotocols=self._subprotocols,  # type: ignore[arg-type]
            close_timeout=0.2,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        await self._server.wait_closed()

    @property
    def url(self) -> str:
        assert self._server is not None
        return f"http://127.0.0.1:{next(iter(self._server.sockets)).getsockname()[1]}"

    def _asked(self, _connection: ServerConnection, request: Request) -> Response | None:
        self.requests.append(request)
        if request.path.startswith("/health"):
            headers = Headers({"Content-Length": "2", "Connection": "close"})
            if self.cookie:
                headers["Set-Cookie"] = self.cookie
            return Response(200, "OK", headers, b"{}")
        if self.refuse is not None:
            body = b'{"message": "not you"}'
            return Response(self.refuse, "No", Headers({"Content-Length": str(len(body)), "Connection": "close"}), body)
        return None

    async def _serve(self, connection: ServerConnection) -> None:
        try:
            for message in self.greeting:
                await connection.send(json.dumps(message))
            async for text in connection:
                message = _parsed(text)
                self.heard.append(message)
                if not isinstance(message, dict):
                    continue
                if message.get("op") == "do":
                    await self._do(connection, message.get("d") or {}, message.get("id"))
                for said in self.manner(connection, message) or ():
                    await connection.send(said if isinstance(said, str | bytes) else json.dumps(said))
        except ConnectionClosed:
            pass

    async def _do(self, connection: ServerConnection, script: dict[str, Any], number: object) -> None:
        assert self._server is not None
        if "after_ms" in script:
            await asyncio.sleep(script["after_ms"] / 1000)
        for message in script.get("say", ()):
            await connection.send(json.dumps(message))
        for message in script.get("all", ()):
            for other in self._server.connections:
                await other.send(json.dumps(message))
        if "text" in script:
            await connection.send(str(script["text"]))
        if "binary" in script:
            await connection.send(bytes.fromhex(script["binary"]))
        if "answer" in script:
            await connection.send(json.dumps({"id": number, "d": script["answer"]}))
        if "close" in script:
            await connection.close(script["close"], script.get("reason", ""))


def _parsed(text: str | bytes) -> object:
    if isinstance(text, bytes):
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text
