"""What the tests of `net/` share: a listener that keeps what it heard, HTTP servers that send exact bytes, a client."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field

import pytest

from antiphon.net.allow import AllowList
from antiphon.net.http import HttpClient
from antiphon.net.socket_facts import Acknowledged, Closed, Received
from antiphon.ticking.real import RealClock


class Heard:
    """A listener that keeps everything in its order, and can be waited for."""

    def __init__(self) -> None:
        self.events: list[Received] = []
        self.acks: list[Acknowledged] = []
        self.beats: list[tuple[float, str]] = []
        self.closes: list[Closed] = []
        self.order: list[object] = []
        self._changed = asyncio.Event()

    def on_event(self, event: Received) -> None:
        self.events.append(event)
        self._note(event)

    def on_ack(self, ack: Acknowledged) -> None:
        self.acks.append(ack)
        self._note(ack)

    def on_beat(self, at_s: float, kind: str) -> None:
        self.beats.append((at_s, kind))
        self._note((at_s, kind))

    def on_closed(self, closed: Closed) -> None:
        self.closes.append(closed)
        self._note(closed)

    async def until(self, fact: Callable[[Heard], object]) -> None:
        """Return when the fact holds; fail after five seconds."""
        async with asyncio.timeout(5):
            while not fact(self):
                self._changed.clear()
                await self._changed.wait()

    def _note(self, entry: object) -> None:
        self.order.append(entry)
        self._changed.set()


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def clock() -> RealClock:
    return RealClock()


@pytest.fixture
def loopback() -> AllowList:
    return AllowList()


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
        async with asyncio.timeout(5):
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
