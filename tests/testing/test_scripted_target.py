"""The scripted target's socket, held to what python-socketio's own server says; and its HTTP, to what HTTP says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
import socketio
from aiohttp import web

from antiphon.core.source import NOWHERE
from antiphon.engine.bell import Bell
from antiphon.engine.recorder import Recorder
from antiphon.engine.sockets import UserSocket
from antiphon.history.entries import AnyEntry, Beat, Connection, Event
from antiphon.net.allow import AllowList
from antiphon.net.socket_facts import Endpoint, Opened, Refused
from antiphon.target.socket_model import Channel, SocketProfile
from antiphon.testing.board import SECRET, Account, Board
from antiphon.testing.manners import Manners
from antiphon.testing.scripted_target import ScriptedTarget
from antiphon.testing.steady_lag import SteadyLag
from antiphon.ticking.real import RealClock

PING_S = 0.05


@dataclass
class Peer:
    """A target to be talked to: where it is, and a token that it takes."""

    url: str
    token: str


async def scripted() -> AsyncIterator[Peer]:
    async with ScriptedTarget(RealClock(), Manners(ping_s=PING_S)) as target:
        account = Account(id="user-1", email="", password="", role="")
        target.board.accounts[account.id] = account
        yield Peer(target.url, target.board.token_for(account))


async def original() -> AsyncIterator[Peer]:
    """Serve the same with python-socketio."""
    sio = socketio.AsyncServer(async_mode="aiohttp", ping_interval=PING_S, ping_timeout=20)

    @sio.event
    async def connect(sid: str, environ: dict[str, Any], auth: Any) -> None:
        if not auth or auth.get("token") != "taken":
            raise socketio.exceptions.ConnectionRefusedError("not authorized", {"code": "BAD_TOKEN"})
        await sio.emit("ready", {}, to=sid)

    @sio.event
    async def do(sid: str, script: dict[str, Any]) -> object:
        for event in script.get("before", []):
            await sio.emit(event["event"], event["data"], to=sid)
        if script.get("disconnect"):
            await sio.disconnect(sid)
        return script.get("ack", {"ok": True})

    app = web.Application()
    sio.attach(app)
    runner = web.AppRunner(app, shutdown_timeout=0.001)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield Peer(f"http://127.0.0.1:{runner.addresses[0][1]}", "taken")
    await sio.shutdown()
    await runner.cleanup()


@pytest.fixture(params=[scripted, original])
async def peer(request: pytest.FixtureRequest) -> AsyncIterator[Peer]:
    """Each of the two in turn."""
    async for one in request.param():
        yield one


class Caller:
    """A user's socket and all that it wrote into the history."""

    def __init__(self) -> None:
        self.entries: list[AnyEntry] = []
        self.bell = Bell()
        self.socket = UserSocket(
            channel=Channel(socket=SocketProfile(url="http://127.0.0.1:1", source=NOWHERE)),
            name="alice",
            user="alice",
            play="p",
            clock=RealClock(),
            allow=AllowList(()),
            recorder=Recorder([self.entries.extend]),
            bell=self.bell,
        )

    async def open(self, peer: Peer, token: str | None = None) -> Opened | Refused:
        endpoint = Endpoint(peer.url, auth={"token": peer.token if token is None else token})
        return await self.socket.open(endpoint, ready="ready", timeout_s=60)

    async def do(self, script: object) -> list[object]:
        _, future = self.socket.emit("do", [script], ack=True)
        assert future is not None
        async with asyncio.timeout(60):
            return (await future).args

    async def until(self, what: type[AnyEntry]) -> Any:
        async with asyncio.timeout(60):
            while not (found := [entry for entry in self.entries if isinstance(entry, what)]):
                await self.bell.wait(60)
        return found[-1]

    def heard(self) -> list[tuple[str, bytes]]:
        return [(entry.name, entry.args) for entry in self.entries if isinstance(entry, Event)]


@pytest.fixture
async def caller() -> AsyncIterator[Caller]:
    """A user."""
    made = Caller()
    yield made
    await made.socket.close()


async def test_it_lets_in_whoever_has_a_token_and_says_that_it_is_ready(peer: Peer, caller: Caller) -> None:
    opened = await caller.open(peer)
    assert isinstance(opened, Opened)
    assert opened.sid
    assert opened.socket_id
    assert caller.heard() == [("ready", b"[{}]")]
    assert caller.socket.is_open


async def test_it_refuses_whoever_has_none_with_a_connect_error_and_its_data(peer: Peer, caller: Caller) -> None:
    refused = await caller.open(peer, token="wrong")
    assert isinstance(refused, Refused)
    assert refused.by == "connect_error"
    assert refused.data == {"message": "not authorized", "data": {"code": "BAD_TOKEN"}}
    assert not caller.socket.is_open


async def test_events_before_the_acknowledgement_come_before_it(peer: Peer, caller: Caller) -> None:
    await caller.open(peer)
    events = [{"to": "*", "event": "news", "data": {"n": n, "text": "é"}} for n in range(3)]
    assert await caller.do({"before": events, "ack": {"ok": True, "n": 3}}) == [{"ok": True, "n": 3}]
    assert [event.args for event in caller.socket.inbox[1:]] == [[{"n": n, "text": "é"}] for n in range(3)]


async def test_its_disconnect_packet_is_seen_as_its_own(peer: Peer, caller: Caller) -> None:
    await caller.open(peer)
    caller.socket.emit("do", [{"disconnect": "*"}], ack=False)
    await until_closed(caller)
    closed = caller.socket.closed
    assert closed is not None
    assert (closed.by, closed.how) == ("target", "disconnect packet")


async def test_our_leaving_is_seen_as_ours(peer: Peer, caller: Caller) -> None:
    await caller.open(peer)
    await caller.socket.close()
    closed = caller.socket.closed
    assert closed is not None
    assert closed.by == "us"


async def test_a_connection_takes_the_place_of_one_that_was_left(peer: Peer, caller: Caller) -> None:
    await caller.open(peer)
    await caller.socket.close()
    assert isinstance(await caller.open(peer), Opened)
    assert await caller.do({"ack": 7}) == [7]
    assert [entry.epoch for entry in caller.entries if isinstance(entry, Connection)] == [1, 1, 2]


async def test_it_beats_and_is_content_with_the_answer(peer: Peer, caller: Caller) -> None:
    await caller.open(peer)
    beat = await caller.until(Beat)
    assert beat.what == "heartbeat"
    assert await caller.do({"ack": 1}) == [1]


async def until_closed(caller: Caller) -> None:
    """Return once the target has closed the connection."""
    async with asyncio.timeout(60):
        while caller.socket.is_open:
            await caller.bell.wait(60)


# -- its HTTP, to a client that is not ours ------------------------------------------------------


@pytest.fixture
async def target() -> AsyncIterator[ScriptedTarget]:
    """A target without manners of its own."""
    async with ScriptedTarget(RealClock()) as made:
        yield made


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    """Somebody else's HTTP client."""
    async with aiohttp.ClientSession() as session:
        yield session


async def test_its_answers_are_http_to_anybody(target: ScriptedTarget, client: aiohttp.ClientSession) -> None:
    async with client.post(f"{target.url}/echo/a?b=c", json={"d": 1}) as answer:
        assert (answer.status, answer.headers["x-echo"]) == (200, "POST")
        said = (await answer.json())["data"]
    assert (said["path"], said["query"], said["json"]) == ("/echo/a", {"b": "c"}, {"d": 1})
    async with client.get(f"{target.url}/me") as answer:
        assert (answer.status, await answer.json()) == (401, {"code": "UNAUTHORIZED", "message": "no valid token"})
    assert [request.path for request in target.requests] == ["/echo/a", "/me"]


async def test_a_script_s_answer_is_as_it_says(target: ScriptedTarget, client: aiohttp.ClientSession) -> None:
    async with client.post(f"{target.url}/do", json={"status": 418, "answer": {"code": "TEA"}}) as answer:
        assert (answer.status, await answer.json()) == (418, {"code": "TEA"})
    async with client.post(f"{target.url}/do", json={"text": "[1"}) as answer:
        assert await answer.text() == "[1"
    with pytest.raises(aiohttp.ClientError):
        await client.post(f"{target.url}/do", json={"cut": True})


async def test_a_target_that_died_takes_no_connection(target: ScriptedTarget, client: aiohttp.ClientSession) -> None:
    with pytest.raises(aiohttp.ClientError):
        await client.post(f"{target.url}/do", json={"die": True})
    with pytest.raises(aiohttp.ClientConnectorError):
        await client.get(f"{target.url}/health")


def test_tokens_are_known_until_they_are_revoked() -> None:
    board = Board(Manners())
    account = board.accounts.setdefault("u", Account(id="u", email="", password="", role=""))
    token = board.token_for(account)
    assert board.account_of(token) is account
    board.revoked.add(token)
    assert board.account_of(token) is None
    assert board.account_of("garbage") is None
    assert SECRET not in token


def test_a_steady_lag_is_the_same_at_every_stamp_and_known_at_once() -> None:
    lag = SteadyLag(RealClock(), 0.25)
    assert [lag.lag_at(stamp_s) for stamp_s in (0.0, 1e9)] == [0.25, 0.25]
    asyncio.run(asyncio.wait_for(lag.after(1e9), 60))
