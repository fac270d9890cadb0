"""A web server whose routes a test writes, and a stage before it."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar

import pytest

from antiphon.target.loader import load_target
from antiphon.target.model import Target

Answer = tuple[int, dict[str, str], object]


@dataclass
class Asked:
    """A request as it came, its headers in small letters."""

    method: str
    path: str
    headers: dict[str, str]
    body: str
    at_s: float


@dataclass
class Web:
    """A server on loopback.

    Attributes:
        routes: `GET /path` → an answer, a list of answers in turn (the last one stays), or what makes one.
        asked: What came, in order.
    """

    routes: dict[str, Any] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    port: int = 0
    host: str = "127.0.0.1"

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    @property
    def lines(self) -> list[str]:
        """What came, as `GET /path`."""
        return [f"{one.method} {one.path}" for one in self.asked]

    def answer(self, asked: Asked) -> Answer:
        """Return status, headers and body."""
        lost: Answer = (404, {}, {"no": asked.path})
        found = self.routes.get(f"{asked.method} {asked.path}", self.routes.get(asked.path, lost))
        if isinstance(found, list):
            found = found.pop(0) if len(found) > 1 else found[0]
        return found(asked) if isinstance(found, Callable) else found  # type: ignore[arg-type]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve a connection."""
        loop = asyncio.get_running_loop()
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            at_s = loop.time()
            line, *lines = head.strip().split("\r\n")
            method, path, _ = line.split(" ")
            headers = {name.lower(): value.strip() for name, _, value in (one.partition(":") for one in lines)}
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            asked = Asked(method, path, headers, body.decode(), at_s)
            self.asked.append(asked)
            status, more, value = self.answer(asked)
            content = b"" if value is None else json.dumps(value).encode()
            told = "".join(f"{name.split('#')[0]}: {text}\r\n" for name, text in more.items())
            writer.write(
                f"HTTP/1.1 {status} Said\r\nContent-Type: application/json\r\nContent-Length: {len(content)}\r\n"
                f"{told}\r\n".encode()
                + content
            )
            await writer.drain()


@pytest.fixture
async def webs() -> AsyncIterator[Callable[[], Any]]:
    """Start servers: `web = await webs()`; they end with the test."""
    servers: list[asyncio.Server] = []
    tasks: set[asyncio.Task[None]] = set()

    async def start() -> Web:
        web = Web()

        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None
            tasks.add(task)
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                await web.serve(reader, writer)
            writer.transport.abort()

        server = await asyncio.start_server(connected, "127.0.0.1", 0)
        servers.append(server)
        web.port = server.sockets[0].getsockname()[1]
        return web

    yield start
    for server in servers:
        server.close()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@pytest.fixture
async def web(webs: Callable[[], Any]) -> Web:
    """A server that the stage's profile names."""
    made: Web = await webs()
    return made


@pytest.fixture
def web_stage(web: Web, stage_of: Any) -> Any:
    """A stage before that server; `stage.http` and `stage.more` are what its profile says of HTTP, and besides."""

    class WebStage(stage_of):  # type: ignore[misc]
        http = "{}"
        more = ""
        variables: ClassVar[dict[str, str]] = {}

        def profile(self) -> Target:
            text = f"target: web\nbase_url: {web.url}/api\nhttp: {self.http}\n{self.more}"
            target, problems = load_target(text, "target.yaml", environment=self.variables)
            assert [f"{problem.source}: {problem} | {problem.hint}" for problem in problems] == []
            assert target is not None
            return target

    return WebStage(web)
