"""What the tests of the HTTP client share: servers that send exactly the bytes given, and a client."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field

import pytest

from antiphon.net.allow import AllowList
from antiphon.net.http import HttpClient
from antiphon.ticking.real import RealClock

Respond = Callable[["Peer"], Awaitable[None]]


@dataclass
class Peer:
    """One connection, seen from the server."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    number: int
    requests: list[bytes] = field(default_factory=list)

    async def request(self) -> bytes:
        """Return the next request whole, head and body; empty once the client has closed."""
        try:
            head = await self.reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, ConnectionError):
            return b""
        length = 0
        for line in head.lower().split(b"\r\n"):
            if line.startswith(b"content-length:"):
                length = int(line.partition(b":")[2])
        whole = head + (await self.reader.readexactly(length) if length else b"")
        self.requests.append(whole)
        return whole

    async def send(self, *chunks: bytes) -> None:
        """Write chunks, each as a segment of its own as far as that is ours to say."""
        for chunk in chunks:
            self.writer.write(chunk)
            await self.writer.drain()
            await asyncio.sleep(0)

    async def closed_by_client(self) -> None:
        """Return when the client has closed or broken the connection."""
        try:
            while await self.reader.read(65536):
                pass
        except ConnectionError:
            return


@dataclass
class Server:
    """A server on loopback and what came to it."""

    port: int
    peers: list[Peer] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def requests(self) -> list[bytes]:
        return [request for peer in self.peers for request in peer.requests]


@asynccontextmanager
async def serving(respond: Respond, host: str = "127.0.0.1") -> AsyncIterator[Server]:
    """Serve each connection with `respond`, and end all of them with the block."""
    tasks: set[asyncio.Task[None]] = set()
    made = Server(0)

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        peer = Peer(reader, writer, len(made.peers))
        made.peers.append(peer)
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            await respond(peer)
        writer.close()
        with suppress(ConnectionError, asyncio.CancelledError):
            await writer.wait_closed()
        tasks.discard(task)

    server = await asyncio.start_server(connected, host, 0)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
        for task in tuple(tasks):
            task.cancel()
        async with asyncio.timeout(60):
            await asyncio.gather(*tasks, return_exceptions=True)


@pytest.fixture
async def http_serve():
    """Start servers: `server = await http_serve(respond)`; they end with the test."""
    async with AsyncExitStack() as stack:

        async def start(respond: Respond, host: str = "127.0.0.1") -> Server:
            return await stack.enter_async_context(serving(respond, host))

        yield start


@pytest.fixture
async def http_answer(http_serve):
    """Start a server that answers requests, whatever connection they come on, with these bytes in turn, then closes."""

    async def start(*answers: bytes) -> Server:
        left = list(answers)

        async def respond(peer: Peer) -> None:
            while left and await peer.request():
                await peer.send(left.pop(0))

        return await http_serve(respond)

    return start


@pytest.fixture
async def http_client():
    """Return a client that may reach loopback; its connections are closed with the test."""
    client = HttpClient(clock=RealClock(), allow=AllowList())
    yield client
    await client.close()


@pytest.fixture
def until():
    """Return a wait for a fact about the client, which tells nobody when it changes; it fails after a minute."""

    async def wait(fact: Callable[[], object]) -> None:
        async with asyncio.timeout(60):
            while not fact():  # noqa: ASYNC110 - see above
                await asyncio.sleep(0)

    return wait


@pytest.fixture
async def unused_port() -> int:
    """Return a port on which nobody listens."""
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port: int = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    return port
