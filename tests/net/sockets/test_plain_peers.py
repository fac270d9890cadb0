"""The plain connection against servers that others wrote: `websockets` and aiohttp."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, Protocol

import pytest
from aiohttp import WSCloseCode, WSMsgType, web
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from antiphon.core.errors import Problems
from antiphon.core.source import NOWHERE
from antiphon.language.address import parse_address
from antiphon.net.plain import PlainConnection
from antiphon.net.socket_facts import Opened, PlainEndpoint, Refused
from antiphon.wire.plain import Dialect


class Side(Protocol):
    """A server's end of one connection, whichever library holds it."""

    async def send(self, message: str | bytes) -> None: ...

    async def send_parts(self, parts: list[str]) -> None: ...

    async def ping(self, data: bytes) -> None: ...

    async def close(self, code: int, reason: str) -> None: ...

    async def receive(self) -> str | bytes | None: ...


Serve = Callable[[Side], Awaitable[None]]


class OfWebsockets:
    def __init__(self, connection: ServerConnection) -> None:
        self.connection = connection

    async def send(self, message: str | bytes) -> None:
        await self.connection.send(message)

    async def send_parts(self, parts: list[str]) -> None:
        await self.connection.send(iter(parts))  # one message in as many frames

    async def ping(self, data: bytes) -> None:
        await (await self.connection.ping(data))

    async def close(self, code: int, reason: str) -> None:
        await self.connection.close(code, reason)

    async def receive(self) -> str | bytes | None:
        with suppress(ConnectionClosed):
            return await self.connection.recv()
        return None


class OfAiohttp:
    def __init__(self, socket: web.WebSocketResponse) -> None:
        self.socket = socket

    async def send(self, message: str | bytes) -> None:
        await (self.socket.send_str(message) if isinstance(message, str) else self.socket.send_bytes(message))

    async def send_parts(self, parts: list[str]) -> None:
        await self.socket.send_str("".join(parts))

    async def ping(self, data: bytes) -> None:
        await self.socket.ping(data)
        message = await self.socket.receive()
        assert (message.type, bytes(message.data)) == (WSMsgType.PONG, data)

    async def close(self, code: int, reason: str) -> None:
        await self.socket.close(code=code, message=reason.encode())

    async def receive(self) -> str | bytes | None:
        async for message in self.socket:
            return message.data if isinstance(message.data, str) else bytes(message.data)
        return None


@asynccontextmanager
async def _websockets(play: Serve, *, compressed: bool, subprotocols: list[str]) -> AsyncIterator[int]:
    async def one(connection: ServerConnection) -> None:
        await play(OfWebsockets(connection))

    async with serve(
        one,
        "127.0.0.1",
        0,
        compression="deflate" if compressed else None,
        subprotocols=subprotocols or None,  # type: ignore[arg-type]
        close_timeout=0.5,
    ) as server:
        yield next(iter(server.sockets)).getsockname()[1]


@asynccontextmanager
async def _aiohttp(play: Serve, *, compressed: bool, subprotocols: list[str]) -> AsyncIterator[int]:
    async def one(request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse(compress=compressed, protocols=subprotocols, autoping=False, timeout=0.5)
        await socket.prepare(request)
        await play(OfAiohttp(socket))
        if not socket.closed:
            await socket.close(code=WSCloseCode.OK)
        return socket

    application = web.Application()
    application.router.add_get("/{tail:.*}", one)
    runner = web.AppRunner(application, shutdown_timeout=0.5)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
    finally:
        await runner.cleanup()


SERVERS = {"websockets": _websockets, "aiohttp": _aiohttp}


class Meeting:
    """A server of one library, and our connection to it."""

    def __init__(self, library: str, heard: Any, clock: Any, loopback: Any) -> None:
        self.library, self.heard, self.clock, self.loopback = library, heard, clock, loopback

    @asynccontextmanager
    async def opened(
        self, play: Serve, *, compressed: bool = False, subprotocols: tuple[list[str], tuple[str, ...]] = ([], ())
    ) -> AsyncIterator[tuple[PlainConnection, Opened | Refused]]:
        theirs, ours = subprotocols
        async with SERVERS[self.library](play, compressed=compressed, subprotocols=theirs) as port:
            connection = PlainConnection(self.heard, clock=self.clock, allow=self.loopback)
            correlation = parse_address("id", NOWHERE, Problems())
            dialect = Dialect(correlation=correlation, emit_correlation=("id",))
            endpoint = PlainEndpoint(url=f"ws://127.0.0.1:{port}/ws", dialect=dialect, subprotocols=ours)
            outcome = await connection.open(endpoint)
            yield connection, outcome
            connection.close()
            if isinstance(outcome, Opened):
                await connection.wait_closed(60)


@pytest.fixture(params=SERVERS)
def meeting(request: pytest.FixtureRequest, heard: Any, clock: Any, loopback: Any) -> Meeting:
    return Meeting(request.param, heard, clock, loopback)


async def _echo(side: Side) -> None:
    while (message := await side.receive()) is not None:
        await side.send(message)


@pytest.mark.parametrize("compressed", [False, True], ids=["plainly", "offering to compress"])
@pytest.mark.parametrize("size", [0, 125, 126, 65_535, 65_536, 1_000_000])
async def test_texts_and_bytes_of_every_size_come_whole(
    meeting: Meeting, heard: Any, size: int, compressed: bool
) -> None:
    async with meeting.opened(_echo, compressed=compressed) as (connection, outcome):
        assert isinstance(outcome, Opened)
        sent = connection.emit("said", [{"text": "é" * (size // 2)}], ack=False)
        connection.send_frame("binary", bytes(size))
        await heard.until(lambda h: len(h.events) == 2)
    text, binary = heard.events
    assert (text.name, text.args[0]["text"]) == ("said", "é" * (size // 2))
    assert (binary.name, binary.attachments) == ("binary", (bytes(size),))
    assert sent.at_s <= text.at_s <= binary.at_s


async def test_a_message_in_fragments_is_one_event(meeting: Meeting, heard: Any) -> None:
    async def play(side: Side) -> None:
        await side.send_parts(['{"type": "sa', 'id", "n"', ": 1}"])
        await side.receive()

    async with meeting.opened(play):
        await heard.until(lambda h: h.events)
    assert [(event.name, event.args) for event in heard.events] == [("said", [{"type": "said", "n": 1}])]


async def test_an_answer_is_known_by_its_correlation(meeting: Meeting, heard: Any) -> None:
    async def play(side: Side) -> None:
        asked = [json.loads(str(await side.receive())) for _ in range(2)]
        for message in reversed(asked):
            await side.send(json.dumps({"id": message["id"], "of": message["n"]}))
        await side.receive()

    async with meeting.opened(play) as (connection, _):
        sent = [connection.emit("ask", [{"n": n}], ack=True) for n in (1, 2)]
        await heard.until(lambda h: len(h.acks) == 2)
    assert [(ack.ack_id, ack.args[0]["of"]) for ack in heard.acks] == [(sent[1].ack_id, 2), (sent[0].ack_id, 1)]
    assert heard.events == []


async def test_pings_are_answered_both_ways(meeting: Meeting, heard: Any) -> None:
    async def play(side: Side) -> None:
        await side.ping(b"here?")
        await side.send('{"type": "ponged"}')
        await side.receive()

    async with meeting.opened(play) as (connection, _):
        await heard.until(lambda h: h.events)
        connection.send_frame("ping", b"there?")
        if meeting.library == "websockets":  # aiohttp, told to leave pings to us, answers none
            await heard.until(lambda h: len(h.frames) == 2)
    assert heard.frames[0] == ("ping", b"here?")
    assert meeting.library == "aiohttp" or heard.frames[1] == ("pong", b"there?")


@pytest.mark.parametrize(("code", "reason"), [(1000, ""), (1001, "going away"), (1011, "a fault"), (4001, "not you")])
async def test_a_close_tells_its_code_and_reason(meeting: Meeting, heard: Any, code: int, reason: str) -> None:
    async def play(side: Side) -> None:
        await side.close(code, reason)

    async with meeting.opened(play) as (connection, outcome):
        if isinstance(outcome, Opened):  # else it was closed in the same breath
            closed = await connection.wait_closed(60)
            assert (closed.by, closed.how, closed.code, closed.reason) == ("target", "close frame", code, reason)
            assert heard.closes == [closed]
        else:
            assert (outcome.by, outcome.code) == ("dropped", code)


async def test_our_own_close_is_answered(meeting: Meeting, heard: Any) -> None:
    codes = []
    told = asyncio.Event()

    async def play(side: Side) -> None:
        await side.receive()
        if isinstance(side, OfWebsockets):
            await side.connection.wait_closed()
            codes.append(side.connection.close_code)
        elif isinstance(side, OfAiohttp):
            codes.append(side.socket.close_code)
        told.set()

    async with meeting.opened(play) as (connection, _):
        connection.send_frame("close", b"enough", code=4321)
        closed = await connection.wait_closed(60)
        async with asyncio.timeout(60):
            await told.wait()
    assert closed.by == "us"
    assert closed.code == {"websockets": 4321, "aiohttp": 1000}[meeting.library]  # what it answers with
    assert codes == [4321]


@pytest.mark.parametrize(
    ("theirs", "ours", "chosen"),
    [
        (["v1"], ("v1",), "v1"),
        (["v2", "v1"], ("v1", "v2"), {"v1", "v2"}),
        (["v2"], (), ""),
    ],
)
async def test_a_subprotocol_is_agreed_upon(
    meeting: Meeting, theirs: list[str], ours: tuple[str, ...], chosen: object
) -> None:
    async with meeting.opened(_echo, subprotocols=(theirs, ours)) as (_, outcome):
        if theirs == ["v2"] and meeting.library == "websockets":  # which wants one of its own to be offered
            assert isinstance(outcome, Refused)
            assert (outcome.by, outcome.status) == ("http", 400)
            return
        assert isinstance(outcome, Opened)
        assert outcome.subprotocol == chosen or (isinstance(chosen, set) and outcome.subprotocol in chosen)


async def test_a_subprotocol_that_is_not_chosen_is_told(meeting: Meeting) -> None:
    async with meeting.opened(_echo, subprotocols=([], ("v1",))) as (_, outcome):
        assert isinstance(outcome, Refused)
        assert outcome.by == "not websocket"
        assert "chooses none of the subprotocols that were offered (v1)" in outcome.detail


async def test_many_messages_keep_their_order(meeting: Meeting, heard: Any) -> None:
    async def play(side: Side) -> None:
        for number in range(2_000):
            await side.send(json.dumps({"type": "n", "n": number}))
            if number % 100 == 0:
                await asyncio.sleep(0)
        await side.receive()

    async with meeting.opened(play):
        await heard.until(lambda h: len(h.events) == 2_000)
    assert [event.args[0]["n"] for event in heard.events] == list(range(2_000))
    stamps = [event.at_s for event in heard.events]
    assert stamps == sorted(stamps)
