"""What the tests of sockets share: a listener that remembers, an allow-list for loopback, and peers that misbehave."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence

import pytest
import uvloop

from antiphon.net.socket_facts import Closed, FrameKind, Upgraded
from antiphon.ticking.real import RealClock
from antiphon.wire.heard import Acknowledged, Received

DEADLINE_S = 60.0
HANDSHAKE = b'0{"sid":"engine","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}'

Script = Callable[["Peer"], Awaitable[object]]


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Run these tests on both loops: the drivers are made for uvloop and must do without."""
    return {"uvloop": uvloop.new_event_loop, "asyncio": asyncio.new_event_loop}


class Heard:
    """A listener that remembers everything, in order, and can be waited on."""

    def __init__(self) -> None:
        self.events: list[Received] = []
        self.runs: list[int] = []
        self.takes_runs = True
        self.acks: list[Acknowledged] = []
        self.beats: list[tuple[float, str]] = []
        self.frames: list[tuple[FrameKind, bytes]] = []
        self.closes: list[Closed] = []
        self.upgrades: list[Upgraded] = []
        self.order: list[object] = []
        self._changed = asyncio.Event()

    def on_event(self, event: Received) -> None:
        self.events.append(event)
        self.note(event)

    def on_run(self, name: str, args: Sequence[bytes], at_s: float) -> bool:
        if not self.takes_runs:
            return False
        self.runs.append(len(args))
        for each in args:
            separator = b"" if each == b"[]" else b","
            self.on_event(Received(at_s, at_s, "/", name, b'["%b"%b%b' % (name.encode(), separator, each[1:])))
        return True

    def on_ack(self, ack: Acknowledged) -> None:
        self.acks.append(ack)
        self.note(ack)

    def on_beat(self, at_s: float, kind: str) -> None:
        self.beats.append((at_s, kind))
        self.note(kind)

    def on_frame(self, at_s: float, kind: FrameKind, payload: bytes) -> None:
        self.frames.append((kind, payload))
        self.note(f"{kind} frame")

    def on_upgraded(self, upgraded: Upgraded) -> None:
        self.upgrades.append(upgraded)
        self.note(upgraded)

    def on_closed(self, closed: Closed) -> None:
        self.closes.append(closed)
        self.note(closed)

    def note(self, what: object) -> None:
        self.order.append(what)
        self._changed.set()

    async def until(self, holds: Callable[[Heard], object]) -> Heard:
        """Return once `holds` does; fail after the deadline, saying what was heard instead."""
        try:
            async with asyncio.timeout(DEADLINE_S):
                while not holds(self):
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            pytest.fail(f"not within {DEADLINE_S:g} s; heard {[str(what) for what in self.order]}")
        return self


class Loopback:
    """An allow-list that takes every name for this machine."""

    async def addresses(self, host: str, port: int) -> tuple[tuple[str, int], ...]:
        return (("127.0.0.1", port),)

    async def name_for_proxy(self, host: str, port: int) -> str:
        return "127.0.0.1"


class Peer:
    """The server's end of one raw connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self.request = b""

    async def read_request(self) -> bytes:
        self.request = await self.reader.readuntil(b"\r\n\r\n")
        return self.request

    def send(self, data: bytes) -> None:
        self.writer.write(data)

    def cut(self) -> None:
        """End the connection without a word."""
        self.writer.close()

    async def upgrade(self, *extra_headers: str, tail: bytes = b"") -> None:
        """Answer the upgrade; `tail` leaves in the same segment."""
        request = await self.read_request()
        key = next(line.split(b": ")[1] for line in request.split(b"\r\n") if line.startswith(b"Sec-WebSocket-Key"))
        accept = base64.b64encode(hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest()).decode()
        head = ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade"]
        head += [f"Sec-WebSocket-Accept: {accept}", *extra_headers, "", ""]
        self.send("\r\n".join(head).encode() + tail)

    async def greet(self, *, tail: bytes = b"", handshake: bytes = HANDSHAKE) -> None:
        """Upgrade, open the Engine.IO session, and admit the client; `tail` leaves with the admission."""
        await self.upgrade(tail=Frames.text(handshake))
        asked = await self.read_text()
        assert asked.startswith(b"40")
        self.send(Frames.text(b'40{"sid":"socket"}') + tail)

    async def read_frame(self) -> tuple[int, bytes]:
        """Return the next frame's opcode and its unmasked payload."""
        first, second = await self.reader.readexactly(2)
        assert second & 0x80, "a client masks its frames"
        size = second & 0x7F
        if size == 126:
            (size,) = struct.unpack("!H", await self.reader.readexactly(2))
        elif size == 127:
            (size,) = struct.unpack("!Q", await self.reader.readexactly(8))
        mask = await self.reader.readexactly(4)
        payload = await self.reader.readexactly(size)
        return first & 0xF, bytes(byte ^ mask[index % 4] for index, byte in enumerate(payload))

    async def read_text(self) -> bytes:
        opcode, payload = await self.read_frame()
        assert opcode == 1
        return payload

    async def read_close(self) -> int | None:
        """Return the code of the client's close frame; what comes before it is passed over."""
        while True:
            opcode, payload = await self.read_frame()
            if opcode == 8:
                return int(struct.unpack("!H", payload[:2])[0]) if payload else None

    async def until_gone(self) -> None:
        """Return when the client has ended the connection."""
        with contextlib.suppress(ConnectionError):
            while await self.reader.read(65536):
                pass


class Frames:
    """How to write what a server sends."""

    HANDSHAKE = HANDSHAKE

    @staticmethod
    def frame(payload: bytes, opcode: int, *, fin: bool = True, rsv: int = 0, masked: bool = False) -> bytes:
        first = (0x80 if fin else 0) | rsv << 4 | opcode
        flag = 0x80 if masked else 0
        if len(payload) < 126:
            head = struct.pack("!BB", first, flag | len(payload))
        elif len(payload) < 1 << 16:
            head = struct.pack("!BBH", first, flag | 126, len(payload))
        else:
            head = struct.pack("!BBQ", first, flag | 127, len(payload))
        return head + (b"\0\0\0\0" if masked else b"") + payload

    @classmethod
    def text(cls, payload: bytes, *, fin: bool = True) -> bytes:
        return cls.frame(payload, 1, fin=fin)

    @classmethod
    def binary(cls, payload: bytes) -> bytes:
        return cls.frame(payload, 2)

    @classmethod
    def close(cls, code: int | None = None, reason: str = "") -> bytes:
        return cls.frame(b"" if code is None else struct.pack("!H", code) + reason.encode(), 8)


@pytest.fixture
async def serve_peer() -> AsyncIterator[Callable[[Script], Awaitable[int]]]:
    """Start servers that play a script on each connection: `port = await serve_peer(script)`."""
    servers: list[asyncio.Server] = []
    tasks: set[asyncio.Task[None]] = set()
    failures: list[BaseException] = []

    async def serve(script: Script) -> int:
        async def play(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None
            tasks.add(task)
            try:
                await script(Peer(reader, writer))
            except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                pass
            except AssertionError as failure:
                failures.append(failure)
            writer.close()
            with contextlib.suppress(ConnectionError, asyncio.CancelledError):
                await writer.wait_closed()

        server = await asyncio.start_server(play, "127.0.0.1", 0)
        servers.append(server)
        return int(server.sockets[0].getsockname()[1])

    yield serve
    for server in servers:
        server.close()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert failures == []


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def loopback() -> Loopback:
    return Loopback()


@pytest.fixture
def clock() -> RealClock:
    return RealClock()


@pytest.fixture
def frames() -> type[Frames]:
    return Frames
