"""A small real server on loopback that does as each call or emit asks: for tests of whoever plays against a target.

It is slow to nobody and clever in nothing: accounts and tokens, an echo, things that can be made and
removed, uploads, a socket; and `POST /do` and the emit `do`, which bring a script (`manners`). It runs
on the loop of whoever starts it, and counts what came to it.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Self
from urllib.parse import parse_qsl

from antiphon.core.clock import Clock
from antiphon.testing.board import Board, Reply, Request
from antiphon.testing.client_socket import ClientSocket
from antiphon.testing.frames import upgrade_answer
from antiphon.testing.manners import Announcement, Manners, Script

_CLOSING_S = 5.0
_LONGEST_WAIT_S = 10.0
_LET_GO_AFTER_S = 0.02


class ScriptedTarget:
    """A target under a test's control; use it as an asynchronous context.

    Attributes:
        manners: How it behaves; may be changed at any time.
        board: What it knows.
        requests: What came over HTTP, in order.
        emits: What came over sockets: who, name, arguments.
        answers: What came as acknowledgements of questions: who, name, arguments.
        sockets: Those that are open.
        auths: What each CONNECT carried.
        http_open: How many HTTP connections are open.
        most_waiting: How many scripts with a barrier waited at once, at most.
    """

    def __init__(self, clock: Clock, manners: Manners | None = None, *, port: int = 0) -> None:
        self.manners = manners or Manners()
        self.board = Board(self.manners)
        self.requests: list[Request] = []
        self.emits: list[tuple[str, str, list[object]]] = []
        self.answers: list[tuple[str, str, list[object]]] = []
        self._questions: list[str] = []
        self.sockets: list[ClientSocket] = []
        self.auths: list[object] = []
        self.http_open = 0
        self.most_waiting = 0
        self._clock = clock
        self._server: asyncio.Server | None = None
        self._port = port
        self._tasks: set[asyncio.Task[None]] = set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._waiting: list[asyncio.Event] = []
        self._came = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", self._port)
        self._port = int(self._server.sockets[0].getsockname()[1])
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.die()
        tasks = [task for task in self._tasks if not task.done()]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=_CLOSING_S)
        if self._server is not None:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_CLOSING_S):
                    await self._server.wait_closed()

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self._port}"

    def die(self) -> None:
        """Go away: take no more connections, and cut those that are open."""
        if self._server is not None:
            self._server.close()
        for writer in tuple(self._writers):
            if writer.transport is not None:
                writer.transport.abort()

    async def until(self, holds: Callable[[], bool]) -> None:
        """Return once `holds` does; it is asked anew whenever something comes or goes.

        Raises:
            TimeoutError: It did not come to hold.
        """
        async with asyncio.timeout(_LONGEST_WAIT_S):
            while not holds():
                self._came.clear()
                await self._came.wait()

    def sockets_of(self, whom: object) -> list[ClientSocket]:
        """Return the open sockets of an id, a list of ids, or of everybody (`*`)."""
        if whom == "*":
            return list(self.sockets)
        ids = [str(one) for one in whom] if isinstance(whom, list) else [str(whom)]
        return [socket for socket in self.sockets if socket.owner in ids]

    # -- connections -----------------------------------------------------------------------------

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        self._writers.add(writer)
        self.http_open += 1
        counted = True
        try:
            while (request := await _next_request(reader)) is not None:
                if request.path.startswith("/socket.io/"):
                    self.http_open -= 1
                    counted = False
                    await self._socket(request, reader, writer)
                    return
                self.requests.append(request)
                self._came.set()
                if not await self._answered(request, reader, writer):
                    return
        except (ConnectionError, asyncio.CancelledError):
            return
        finally:
            self.http_open -= counted
            self._came.set()
            self._writers.discard(writer)
            writer.close()
            with contextlib.suppress(ConnectionError, asyncio.CancelledError):
                await writer.wait_closed()

    async def _answered(self, request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answer a request; return whether the connection goes on."""
        if request.method != "POST" or request.path != "/do":
            writer.write(self._written(self.board.reply(request)))
            await writer.drain()
            return True
        script = request.json()
        await self._prelude(script)
        if script.get("die"):
            self.die()
            return False
        if script.get("silent"):
            await reader.read()  # until the client gives up
            return False
        if script.get("cut"):
            if writer.transport is not None:
                writer.transport.abort()
            return False
        await self._answered_by(script)
        status = int(str(script.get("status", 200)))
        if "text" in script:
            writer.write(_response(status, str(script["text"]).encode(), (("content-type", "application/json"),)))
        else:
            writer.write(self._written(Reply(status=status, payload=script.get("answer", {"done": True}))))
        self._aftermath(script)
        await writer.drain()
        return True

    def _written(self, reply: Reply) -> bytes:
        if reply.payload is None:
            return _response(reply.status, b"", reply.headers)
        wrapped = reply.payload
        if reply.status < 400 and self.manners.wrapped:
            wrapped = {"status": "success", "data": reply.payload}
        headers = (*reply.headers, ("content-type", "application/json"))
        return _response(reply.status, json.dumps(wrapped).encode(), headers)

    async def _socket(self, request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        manners = self.manners
        if manners.connect == "http":
            writer.write(_response(403, b'{"code":"NO_SOCKETS"}', (("content-type", "application/json"),)))
            await writer.drain()
            return
        writer.write(upgrade_answer(request.headers.get("sec-websocket-key", "")))
        socket = ClientSocket(reader, writer)
        socket.greet(self.board.new_id("engine"), ping_s=manners.ping_s)
        auth = await socket.wait_connect()
        self.auths.append(auth)
        given = dict(auth) if isinstance(auth, Mapping) else {}
        token = str(given.get("token", dict(parse_qsl(request.query)).get("token", "")))
        account = self.board.account_of(token)
        if manners.connect == "silent":
            await socket.next_text()  # until the client gives up
            return
        if manners.connect == "drop":
            return
        if manners.connect == "connect_error" or account is None:
            socket.refuse("not authorized", {"code": "BAD_TOKEN"})
            await socket.next_text()
            return
        socket.owner = account.id
        self.sockets.append(socket)
        beating = asyncio.get_running_loop().create_task(self._beat(socket))
        self._tasks.add(beating)
        try:
            socket.let_in(self.board.new_id("socket"))
            if manners.connect == "deny":
                socket.event("denied", '{"code":"BANNED"}')
            elif manners.connect == "let go":
                self._later(_LET_GO_AFTER_S, lambda: socket.close(4401, "not you"))
            elif manners.ready:
                self._later(manners.ready_after_s, lambda: socket.event("ready", "{}"))
            await socket.serve(self._emitted, self._got_answer)
        finally:
            beating.cancel()
            self.sockets.remove(socket)
            self._came.set()

    async def _beat(self, socket: ClientSocket) -> None:
        while True:
            await asyncio.sleep(self.manners.ping_s)
            socket.heartbeat()

    # -- emits and scripts -----------------------------------------------------------------------

    async def _emitted(self, socket: ClientSocket, name: str, args: list[object], ack_id: int | None) -> None:
        self.emits.append((socket.owner, name, args))
        self._came.set()
        data = args[0] if args else None
        if name == "sync":
            if self.manners.fence == "event":
                socket.event("synced", json.dumps(data))
            elif self.manners.fence == "ack" and ack_id is not None:
                socket.acknowledge(ack_id, '{"ok":true}')
            return
        script: Script = data if name == "do" and isinstance(data, dict) else {}
        await self._prelude(script)
        await self._answered_by(script)
        wanted = script.get("ack", {"ok": True})
        if ack_id is not None and self.manners.acks and wanted != "silent":
            socket.acknowledge(ack_id, "{broken" if wanted == "broken" else json.dumps(wanted))
        self._aftermath(script)

    def _got_answer(self, socket: ClientSocket, ack_id: int, args: list[object]) -> None:
        self.answers.append((socket.owner, self._questions[ack_id], args))
        self._came.set()

    async def _answered_by(self, script: Script) -> None:
        wanted = len(self.answers) + int(str(script.get("answers", 0)))
        self._announce(script.get("before"))
        await self.until(lambda: len(self.answers) >= wanted)

    async def _prelude(self, script: Script) -> None:
        changed = script.get("manners")
        for name, value in changed.items() if isinstance(changed, Mapping) else ():
            setattr(self.manners, str(name), value)
        if script.get("hold_ms"):
            await asyncio.sleep(_seconds(script["hold_ms"]))
        if script.get("stall_ms"):
            self._stall(_seconds(script["stall_ms"]))
        if script.get("barrier"):
            await self._barrier(int(str(script["barrier"])))

    async def _barrier(self, count: int) -> None:
        mine = asyncio.Event()
        self._waiting.append(mine)
        self.most_waiting = max(self.most_waiting, len(self._waiting))
        if len(self._waiting) >= count:
            for other in self._waiting:
                other.set()
            self._waiting.clear()
        await mine.wait()

    def _stall(self, seconds: float) -> None:
        until_s = self._clock.now_s() + seconds
        while self._clock.now_s() < until_s:
            pass

    def _aftermath(self, script: Script) -> None:
        self._announce(script.get("events"))
        frames = script.get("frames")
        for one in frames if isinstance(frames, list) else []:
            for socket in self.sockets_of(one["to"]):
                socket.text(str(one["text"]))
        for socket in self.sockets_of(script.get("disconnect", [])):
            socket.disconnect()
        for socket in self.sockets_of(script.get("close", [])):
            socket.close(int(str(script.get("code", 1000))), str(script.get("reason", "")))
        for socket in self.sockets_of(script.get("abort", [])):
            socket.abort()
        if script.get("die"):
            self.die()

    def _announce(self, wanted: object) -> None:
        for one in wanted if isinstance(wanted, list) else []:
            self._announce_one(_announcement(one))

    def _announce_one(self, event: Announcement) -> None:
        def send() -> None:
            for socket in self.sockets_of(event.to):
                for _ in range(event.times):
                    self._say(socket, event)

        self._later(event.after_s, send)

    def _say(self, socket: ClientSocket, event: Announcement) -> None:
        if event.data is not None:
            socket.binary_event(event.name, event.args, event.data)
        elif event.ask:
            self._questions.append(event.name)
            socket.question(event.name, event.args, len(self._questions) - 1)
        else:
            socket.event(event.name, event.args)

    def _later(self, after_s: float, do: object) -> None:
        if not callable(do):
            raise TypeError("only what can be called can be done later")
        if after_s <= 0:
            do()
            return

        async def waiting() -> None:
            await asyncio.sleep(after_s)
            do()

        task = asyncio.get_running_loop().create_task(waiting())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _announcement(wanted: Mapping[str, object]) -> Announcement:
    args = str(wanted["raw"]) if "raw" in wanted else json.dumps(wanted["data"]) if "data" in wanted else ""
    if "hex" in wanted:
        data = wanted.get("data")
        place = {"bytes": {"_placeholder": True, "num": 0}}
        args = json.dumps({**data, **place} if isinstance(data, dict) else place)
    return Announcement(
        to=wanted.get("to", "*"),
        name=str(wanted.get("event", "news")),
        args=args,
        after_s=_seconds(wanted.get("after_ms", 0)),
        times=int(str(wanted.get("times", 1))),
        ask=bool(wanted.get("ask")),
        data=bytes.fromhex(str(wanted["hex"])) if "hex" in wanted else None,
    )


def _seconds(milliseconds: object) -> float:
    return float(str(milliseconds)) / 1000


async def _next_request(reader: asyncio.StreamReader) -> Request | None:
    """Return the next request whole; None once the client has closed."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    line, *lines = head.decode("latin-1").split("\r\n")
    method, target, _ = line.split(" ", 2)
    pairs = (one.partition(":") for one in lines if one)
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    path, _, query = target.partition("?")
    size = int(headers.get("content-length", "0"))
    body = await reader.readexactly(size) if size else b""
    return Request(method=method, path=path, query=query, headers=headers, body=body)


def _response(status: int, body: bytes, headers: tuple[tuple[str, str], ...]) -> bytes:
    lines = [f"HTTP/1.1 {status} Status", *(f"{name}: {value}" for name, value in headers)]
    if status != 204:
        lines.append(f"content-length: {len(body)}")
    return "\r\n".join((*lines, "", "")).encode() + (body if status != 204 else b"")
