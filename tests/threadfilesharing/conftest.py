"""A running ThreadFileSharing, people who use it, and the eyes that hold all they see against the contract.

Every answer and every event that passes through a `Person` or a `Socket` here is validated against the OpenAPI and the
AsyncAPI document, so that each test is a test of the contract too.
"""

import asyncio
import hashlib
import json
import re
import socket
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import aiohttp
import pytest
import socketio
import uvloop
from jsonschema import Draft202012Validator
from tests.tools.cluster import Cluster
from tests.tools.gathering import Fact, gathered

from threadfilesharing.application import Application
from threadfilesharing.moment import new_id
from threadfilesharing.serving import serve_until
from threadfilesharing.settings import Settings, demo_settings

#: After so long nothing more is to be hoped for, however busy the machine is.
WAIT_S = 60.0
PASSWORD = "correct-horse-1"
PREFIX = "/api/v1"


@dataclass
class Server:
    """A server in a thread of its own."""

    url: str
    application: Application
    loop: asyncio.AbstractEventLoop


@contextmanager
def running(settings: Settings) -> Iterator[Server]:
    """Serve an application until the block ends."""
    listener = socket.create_server(("127.0.0.1", 0))
    up = threading.Event()
    made: list[tuple[Application, asyncio.AbstractEventLoop, asyncio.Event]] = []

    async def serve() -> None:
        application, stop = Application(settings), asyncio.Event()
        made.append((application, asyncio.get_running_loop(), stop))
        await serve_until(application, listener, stop, up.set)

    def run() -> None:
        try:
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                runner.run(serve())
        finally:
            up.set()

    thread = threading.Thread(target=run)
    thread.start()
    assert up.wait(WAIT_S)
    application, loop, stop = made[0]
    try:
        yield Server(f"http://127.0.0.1:{listener.getsockname()[1]}", application, loop)
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(WAIT_S)
        listener.close()
        assert not thread.is_alive()


class Contract:
    """Both documents of a server, and what of them was seen: statuses, events heard, emits acknowledged."""

    def __init__(self, openapi: dict[str, Any], asyncapi: dict[str, Any], seen: Callable[[str], set[Fact]]) -> None:
        self.seen = seen
        self.openapi = openapi
        self.asyncapi = asyncapi
        self._validators: dict[Any, Draft202012Validator] = {}
        self._paths = [
            (re.compile("^" + re.sub(r"\{\w+\}", "[^/]+", path) + "$"), path)
            for path in sorted(openapi["paths"], key=lambda path: path.count("{"))
        ]

    def path_of(self, url_path: str) -> str:
        path = f"{PREFIX}{url_path.partition('?')[0]}"
        return next((name for pattern, name in self._paths if pattern.match(path)), "")

    def _valid(self, key: Any, schema: dict[str, Any], document: dict[str, Any], value: Any) -> None:
        validator = self._validators.get(key)
        if validator is None:
            whole = {**schema, "components": document["components"]}
            validator = self._validators[key] = Draft202012Validator(whole)
        validator.validate(value)

    def answer(self, method: str, url_path: str, status: int, body: Any) -> None:
        """Hold an answer against the OpenAPI document."""
        path = self.path_of(url_path)
        if not path or method.lower() not in self.openapi["paths"][path]:
            assert status in (404, 405), f"{method} {url_path} is not documented"
            return
        responses = self.openapi["paths"][path][method.lower()]["responses"]
        assert str(status) in responses, f"{method} {path} answered {status}, which is not documented: {body}"
        self.seen("statuses").add((method, path, status))
        content = responses[str(status)].get("content", {})
        if "application/json" in content:
            schema = content["application/json"]["schema"]
            self._valid((method, path, status), schema, self.openapi, body)
        elif status == 204:
            assert body is None

    def event(self, name: str, data: Any) -> None:
        """Hold an event against the AsyncAPI document."""
        assert name in self.asyncapi["components"]["messages"], f"{name} is not documented"
        self.seen("events").add((name,))
        schema = self.asyncapi["components"]["messages"][name]["payload"]
        self._valid(("event", name), schema, self.asyncapi, data)

    def acknowledgement(self, name: str, data: Any) -> None:
        """Hold an acknowledgement against the AsyncAPI document."""
        message = self.asyncapi["components"]["messages"].get(name)
        if message is not None:
            self.seen("acknowledged").add((name, data["ok"]))
            self._valid(("ack", name), message["x-ack"], self.asyncapi, data)


@dataclass
class Socket:
    """One socket of a person and all that it heard."""

    client: socketio.AsyncClient
    contract: Contract
    inbox: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    gone: asyncio.Event = field(default_factory=asyncio.Event)

    def names(self, *, greeting: bool = False) -> list[str]:
        first = ("connection_established", "authentication_success")
        return [name for name, _ in self.inbox if greeting or name not in first]

    def heard(self, name: str) -> list[dict[str, Any]]:
        return [data for each, data in self.inbox if each == name]

    def take(self, event: str, *arguments: Any) -> None:
        self.contract.event(event, arguments[0])
        self.inbox.append((event, arguments[0]))
        self.changed.set()

    async def emit(self, name: str, data: Any = None, *, ok: bool | None = True) -> Any:
        """Emit, and return the data of the acknowledgement, or the error if `ok` is false."""
        answer = await self.client.call(name, data, timeout=WAIT_S)
        self.contract.acknowledgement(name, answer)
        if ok is not None:
            assert answer["ok"] is ok, answer
        return answer["data"] if answer["ok"] else answer["error"]

    async def sync(self, **data: Any) -> list[str]:
        """Wait until everything caused before has been heard, and return the names of all that was."""
        await self.emit("sync", data)
        return self.names()

    async def hears(self, name: str, count: int = 1) -> dict[str, Any]:
        """Wait until an event was heard so often, and return the newest one."""
        async with asyncio.timeout(WAIT_S):
            while len(self.heard(name)) < count:
                self.changed.clear()
                await self.changed.wait()
        return self.heard(name)[-1]

    async def closed(self) -> None:
        """Wait until the socket is closed by the server."""
        async with asyncio.timeout(WAIT_S):
            await self.gone.wait()

    async def leave(self) -> None:
        """Close the socket from this side."""
        await self.client.disconnect()
        await self.closed()


class Refused(Exception):
    """A socket that was not let in."""


@dataclass
class Person:
    """Somebody with an account."""

    world: "World"
    email: str
    user: dict[str, Any]
    token: str
    refresh_token: str

    @property
    def id(self) -> str:
        return str(self.user["id"])

    @property
    def company_id(self) -> str:
        return str(self.user["companyId"])

    async def call(self, method: str, path: str, body: Any = None, *, status: int | None = None, **more: Any) -> Any:
        return await self.world.call(method, path, body, status=status, token=self.token, **more)

    async def socket(self, **more: Any) -> Socket:
        return await self.world.socket(token=self.token, **more)

    async def room(self, *members: "Person", private: bool = True, name: str = "a room") -> str:
        body = {"name": name, "memberIds": [each.id for each in members], "isPrivate": private}
        made = await self.call("POST", "/chatrooms/create", body, status=201)
        return str(made["id"])

    async def say(self, room: str, content: str = "hello", *, status: int | None = 201, **more: Any) -> Any:
        body = {"chatroomId": room, "content": content, **more}
        return await self.call("POST", "/messages/send", body, status=status)

    async def thread(self, room: str, *members: "Person") -> str:
        made = await self.call("POST", "/threads/create", {"chatroomId": room, "title": "a thread"}, status=201)
        for each in members:
            await self.call("POST", f"/threads/{made['id']}/participants/{each.id}", status=201)
        return str(made["id"])


@dataclass
class World:
    """A server seen from outside."""

    server: Server
    contract: Contract
    http: aiohttp.ClientSession
    stack: AsyncExitStack

    async def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        status: int | None = None,
        token: str | None = None,
        headers: dict[str, str] | None = None,
        whole: bool = False,
        **more: Any,
    ) -> Any:
        """Call, hold the answer against the contract, and return its data, or the problem from status 400 on."""
        sent = dict(headers or {})
        if token is not None:
            sent["authorization"] = f"Bearer {token}"
        if body is not None:
            more["json"] = body
        async with self.http.request(method, f"{self.server.url}{PREFIX}{path}", headers=sent, **more) as response:
            raw = await response.read()
            is_json = response.headers.get("content-type", "").startswith("application/json")
            answer = json.loads(raw) if is_json else None
            self.contract.answer(method, path, response.status, answer)
            if status is None:
                assert response.status < 400, (method, path, response.status, raw)
            else:
                assert response.status == status, (method, path, response.status, raw)
            if whole:
                return response.headers, raw
        if answer is None:
            return None
        return answer if response.status >= 400 else answer["data"]

    async def register(self, **more: Any) -> Person:
        """Make a company with its owner."""
        email = f"{new_id()}@example.test"
        body = {"email": email, "password": PASSWORD, "fullName": "Olga Owner", "companyName": "Company", **more}
        made = await self.call("POST", "/auth/register", body, status=201)
        return Person(self, body["email"], made["user"], made["accessToken"], made["refreshToken"])

    async def member(self, owner: Person, role: str = "MEMBER", name: str = "Mia Member") -> Person:
        """Make a colleague and log it in."""
        email = f"{new_id()}@example.test"
        body = {"email": email, "password": PASSWORD, "fullName": name, "role": role}
        await owner.call("POST", "/companies/members/add", body, status=201)
        return await self.login(email)

    async def login(self, email: str) -> Person:
        made = await self.call("POST", "/auth/login", {"email": email, "password": PASSWORD}, status=200)
        return Person(self, email, made["user"], made["accessToken"], made["refreshToken"])

    async def company(self, *roles: str) -> list[Person]:
        """Make a company: its owner, then a colleague for each role."""
        owner = await self.register()
        return [owner, *[await self.member(owner, role) for role in roles]]

    async def socket(self, *, token: Any, transport: str = "websocket", **auth: Any) -> Socket:
        """Connect, and wait for the greeting."""
        client = socketio.AsyncClient(reconnection=False)
        mine = Socket(client, self.contract)
        reasons: list[Any] = []
        client.on("*", mine.take)
        client.on("disconnect", lambda *_: mine.gone.set())
        client.on("connect_error", reasons.append)
        self.stack.push_async_callback(client.disconnect)
        try:
            await client.connect(
                self.server.url, auth={"token": token, **auth}, transports=[transport], wait_timeout=WAIT_S
            )
        except socketio.exceptions.ConnectionError as error:
            if reasons and isinstance(reasons[-1], dict):
                self.contract.event("connect_error", reasons[-1])
            raise Refused(reasons[-1] if reasons else str(error)) from None
        await mine.hears("authentication_success")
        return mine


Visit = Callable[[Server], Awaitable[World]]


Database = Callable[[str], str]


@pytest.fixture(scope="session", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.needs("initdb"))])
def engine(request: pytest.FixtureRequest) -> str:
    """What keeps what lasts."""
    return str(request.param)


@pytest.fixture(scope="session")
def database(request: pytest.FixtureRequest, engine: str) -> Database:
    """Where a server keeps what lasts: which database belongs to a data folder, the same one whenever it is asked."""
    if engine == "sqlite":
        return lambda _data: ""
    cluster: Cluster = request.getfixturevalue("cluster")
    return lambda data: cluster.database(f"of_{hashlib.sha256(data.encode()).hexdigest()[:24]}")


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory, database: Database) -> Iterator[Server]:
    """The server that most tests share; each makes companies of its own in it."""
    data = str(tmp_path_factory.mktemp("data"))
    with running(demo_settings(data=data, database_url=database(data))) as served:
        yield served


@pytest.fixture(scope="session")
def seen(pytestconfig: pytest.Config, engine: str) -> Callable[[str], set[Fact]]:
    """What all servers of an engine have shown, in all tests: statuses, events, acknowledgements."""
    return lambda kind: gathered(pytestconfig).facts[f"threadfilesharing on {engine}, {kind}"]


@pytest.fixture(scope="session")
def promised(pytestconfig: pytest.Config, engine: str) -> Callable[[str], set[Fact]]:
    """What they must have shown when all tests have passed."""
    return lambda kind: gathered(pytestconfig).promised[f"threadfilesharing on {engine}, {kind}"]


@pytest.fixture(scope="session")
def contracts(engine: str) -> dict[str, Contract]:
    """The contract of each server of an engine, by its URL, for the whole session."""
    return {}


@pytest.fixture
async def visit(contracts: dict[str, Contract], seen: Callable[[str], set[Fact]]) -> AsyncIterator[Visit]:
    """How to see a server from outside."""
    async with AsyncExitStack() as stack:

        async def see(server: Server) -> World:
            http = await stack.enter_async_context(aiohttp.ClientSession())
            if server.url not in contracts:
                documents = []
                for name in ("openapi", "asyncapi"):
                    async with http.get(f"{server.url}{PREFIX}/{name}.json") as response:
                        documents.append(await response.json())
                contracts[server.url] = Contract(*documents, seen)
            return World(server, contracts[server.url], http, stack)

        yield see


@pytest.fixture
async def world(server: Server, visit: Visit) -> World:
    """The shared server."""
    return await visit(server)


@pytest.fixture
def serve(tmp_path: Path, database: Database) -> Iterator[Callable[..., Server]]:
    """How to start a server with settings of its own; one that has the same data folder is stopped before."""
    with _Servers(tmp_path, database) as servers:
        yield servers.start


class _Servers:
    def __init__(self, folder: Path, database: Database) -> None:
        self._folder = folder
        self._database = database
        self._open: dict[str, Any] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        for each in reversed(self._open.values()):
            each.__exit__(None, None, None)

    def start(self, **settings: Any) -> Server:
        data = settings.pop("data", str(self._folder / f"data-{len(self._open)}"))
        if data in self._open:
            self._open.pop(data).__exit__(None, None, None)
        each = running(demo_settings(data=data, database_url=self._database(data), **settings))
        served = each.__enter__()
        self._open[data] = each
        return served
