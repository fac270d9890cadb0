"""Servers that misbehave: a catalogue of small misbehaviours as data, and the server that plays them.

Each says in which sentence it must end. One that is added here is played by the tests at once.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import gzip
import hashlib
import zlib
from types import TracebackType
from typing import Final, Literal, Self

from msgspec import Struct

_GREETING: Final = b'0{"sid":"engine","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}'
_ADMISSION: Final = b'40{"sid":"socket"}'
_SWITCH: Final = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
_GUID: Final = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, 1.3


class Misbehaviour(Struct, frozen=True, kw_only=True):
    """What a server does in place of an answer.

    Attributes:
        name: What it is, in a few words.
        ends_in: A part of the sentence that whoever met it must be told.
        says: Sent when a request has come.
        again: Sent after it again and again, without end; empty: nothing is.
        then: What it does with the connection afterwards.
        after: How far it behaves first: it answers nothing, upgrades to WebSocket, or lets a Socket.IO client in.
    """

    name: str
    ends_in: str
    says: bytes = b""
    again: bytes = b""
    then: Literal["closes", "resets", "stalls"] = "closes"
    after: Literal["request", "upgrade", "admission"] = "request"

    def __str__(self) -> str:
        return self.name


class HostileServer:
    """A server on loopback that plays one misbehaviour on each connection; use it as an asynchronous context."""

    def __init__(self, plays: Misbehaviour) -> None:
        self._plays = plays
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.port = 0

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = int(self._server.sockets[0].getsockname()[1])
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            await self._play(reader, writer)
        if self._plays.then == "resets":
            writer.transport.abort()
        else:
            writer.close()
            with contextlib.suppress(OSError, asyncio.CancelledError):
                await writer.wait_closed()

    async def _play(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await reader.readuntil(b"\r\n\r\n")
        plays = self._plays
        if plays.after != "request":
            writer.write(_SWITCH + b"Sec-WebSocket-Accept: " + _accept(request) + b"\r\n\r\n")
        if plays.after == "admission":
            writer.write(frame(_GREETING))
            await reader.readexactly(2)  # CONNECT
            writer.write(frame(_ADMISSION))
        writer.write(plays.says)
        await writer.drain()
        while plays.again:
            writer.write(plays.again)
            await writer.drain()
            await asyncio.sleep(0)
        if plays.then == "stalls":
            await asyncio.Event().wait()


def _accept(request: bytes) -> bytes:
    found = next((line for line in request.split(b"\r\n") if line.lower().startswith(b"sec-websocket-key:")), b":")
    return base64.b64encode(hashlib.sha1(found.partition(b":")[2].strip() + _GUID).digest())  # noqa: S324 - RFC 6455


def frame(payload: bytes, opcode: int = 1, *, first: int = 0x80, size: bytes | None = None) -> bytes:
    """Return a WebSocket frame; `first` is what stands beside the opcode, `size` what it says of its length."""
    if size is None:
        size = bytes([len(payload)]) if len(payload) < 126 else b"\x7e" + len(payload).to_bytes(2, "big")
    return bytes([first | opcode]) + size + payload


def answer(*headers: bytes, body: bytes = b"", status: bytes = b"200 OK") -> bytes:
    """Return an answer with these headers and no others."""
    return b"".join([b"HTTP/1.1 ", status, b"\r\n", *(header + b"\r\n" for header in headers), b"\r\n", body])


_ZEROS: Final = gzip.compress(bytes(100_000_000))
_CHUNKED: Final = b"Transfer-Encoding: chunked"
_JSON: Final = b"Content-Type: application/json"

HTTP: Final[tuple[Misbehaviour, ...]] = (
    Misbehaviour(name="says nothing", then="stalls", ends_in="no byte of an answer within"),
    Misbehaviour(name="hangs up", ends_in="the connection was closed before any byte of the answer"),
    Misbehaviour(name="breaks the connection", then="resets", ends_in="the connection was"),
    Misbehaviour(
        name="stalls within the headers",
        says=b"HTTP/1.1 200 OK\r\nContent-Le",
        then="stalls",
        ends_in="stopped within the headers of the answer",
    ),
    Misbehaviour(
        name="hangs up within the headers",
        says=b"HTTP/1.1 200 OK\r\nContent-Le",
        ends_in="the connection was closed within the headers of the answer",
    ),
    Misbehaviour(
        name="stalls within the body",
        says=answer(b"Content-Length: 10", body=b"1234"),
        then="stalls",
        ends_in="stopped after 4 of 10 bytes of the body",
    ),
    Misbehaviour(
        name="hangs up within the body",
        says=answer(b"Content-Length: 10", body=b"1234"),
        ends_in="the connection was closed after 4 of 10 bytes of the body",
    ),
    Misbehaviour(
        name="hangs up within a chunk",
        says=answer(_CHUNKED, body=b"a\r\n1234"),
        ends_in="within the body of the answer, after 4 bytes",
    ),
    Misbehaviour(
        name="leaves out the last chunk",
        says=answer(_CHUNKED, body=b"4\r\n1234\r\n"),
        then="stalls",
        ends_in="stopped within the body of the answer, after 4 bytes",
    ),
    Misbehaviour(
        name="sends headers without end",
        says=b"HTTP/1.1 200 OK\r\n",
        again=b"X-More: and more\r\n" * 100,
        ends_in="more than 65536 bytes of headers",
    ),
    Misbehaviour(
        name="sends one header without end",
        says=b"HTTP/1.1 200 OK\r\nX-Long: ",
        again=b"a" * 10_000,
        ends_in="more than 65536 bytes of headers",
    ),
    Misbehaviour(
        name="sends a status line without end",
        says=b"HTTP/1.1 200 ",
        again=b"a" * 10_000,
        ends_in="more than 65536 bytes of headers",
    ),
    Misbehaviour(
        name="says 100 Continue without end",
        again=b"HTTP/1.1 100 Continue\r\n\r\n" * 100,
        ends_in="more than 65536 bytes of headers",
    ),
    Misbehaviour(
        name="sends a body without end",
        says=answer(),
        again=bytes(1_000_000),
        ends_in="more than 64000000 bytes of body",
    ),
    Misbehaviour(
        name="sends chunks without end",
        says=answer(_CHUNKED),
        again=b"f4240\r\n" + bytes(1_000_000) + b"\r\n",
        ends_in="more than 64000000 bytes of body",
    ),
    Misbehaviour(
        name="sends chunks of one byte whose extensions have no end",
        says=answer(_CHUNKED),
        again=b"1;" + b"x" * 200 + b"\r\na\r\n",
        ends_in="more than 65536 bytes of headers",
    ),
    Misbehaviour(
        name="sends trailers without end",
        says=answer(_CHUNKED, body=b"1\r\na\r\n0\r\n"),
        again=b"X-Trailer: and more\r\n" * 100,
        ends_in="more than 65536 bytes of headers",
    ),
    Misbehaviour(
        name="announces a body of no length",
        says=answer(b"Content-Length: many", body=b"1234"),
        ends_in="the answer is not HTTP/1.1",
    ),
    Misbehaviour(
        name="announces a body of two lengths",
        says=answer(b"Content-Length: 2", b"Content-Length: 3", body=b"1234"),
        ends_in="the answer is not HTTP/1.1",
    ),
    Misbehaviour(
        name="announces a body of negative length",
        says=answer(b"Content-Length: -1", body=b"1234"),
        ends_in="the answer is not HTTP/1.1",
    ),
    Misbehaviour(
        name="announces a chunk of no size",
        says=answer(_CHUNKED, body=b"zz\r\n1234\r\n"),
        ends_in="the rest of the answer is not HTTP/1.1",
    ),
    Misbehaviour(
        name="announces a chunk larger than there are numbers",
        says=answer(_CHUNKED, body=b"f" * 20 + b"\r\n1234\r\n"),
        ends_in="the rest of the answer is not HTTP/1.1",
    ),
    Misbehaviour(
        name="announces chunks and a length",
        says=answer(_CHUNKED, b"Content-Length: 4", body=b"4\r\n1234\r\n0\r\n\r\n"),
        ends_in="the answer is not HTTP/1.1",
    ),
    Misbehaviour(name="speaks SSH", says=b"SSH-2.0-OpenSSH_9.2\r\n", ends_in="the answer is not HTTP/1.1"),
    Misbehaviour(name="sends noise", says=bytes(range(256)) * 4, ends_in="the answer is not HTTP/1.1"),
    Misbehaviour(
        name="speaks HTTP/2 alone",
        says=b"\0\0\x12\x04\0\0\0\0\0\0\x03\0\0\0\x80\0\x04\0\1\0\0\0\x05\0\xff\xff\xff",
        ends_in="the server speaks HTTP/2 alone",
    ),
    Misbehaviour(
        name="speaks TLS where none is asked for",
        says=b"\x15\x03\x01\x00\x02\x02\x46",
        ends_in="TLS is spoken there",
    ),
    Misbehaviour(name="has a status of two digits", says=answer(status=b"20 OK"), ends_in="the answer is not HTTP/1.1"),
    Misbehaviour(name="puts a NUL into a header", says=answer(b"X-Nul: a\0b"), ends_in="the answer is not HTTP/1.1"),
    Misbehaviour(
        name="sends a compression bomb",
        says=answer(b"Content-Encoding: gzip", b"Content-Length: %d" % len(_ZEROS), body=_ZEROS),
        ends_in="more than 64000000 bytes of body after decompression",
    ),
    Misbehaviour(
        name="sends a bomb within a bomb",
        says=answer(
            b"Content-Encoding: gzip, gzip",
            b"Content-Length: %d" % len(gzip.compress(_ZEROS)),
            body=gzip.compress(_ZEROS),
        ),
        ends_in="more than 64000000 bytes of body after decompression",
    ),
    Misbehaviour(
        name="calls plain text compressed",
        says=answer(b"Content-Encoding: gzip", b"Content-Length: 4", body=b"1234"),
        ends_in="the body is not gzip",
    ),
    Misbehaviour(
        name="breaks compressed data off",
        says=answer(b"Content-Encoding: deflate", b"Content-Length: 10", body=zlib.compress(bytes(9999))[:10]),
        ends_in="the deflate body ends before its end",
    ),
    Misbehaviour(
        name="calls noise JSON",
        says=answer(_JSON, b"Content-Length: 4", body=b'{"a"'),
        ends_in="the answer calls itself application/json and is none: ",
    ),
    Misbehaviour(
        name="sends JSON deeper than any stack",
        says=answer(_JSON, b"Content-Length: 200000", body=b"[" * 100_000 + b"]" * 100_000),
        ends_in="the answer calls itself application/json and is none: ",
    ),
    Misbehaviour(
        name="sends JSON that is no UTF-8",
        says=answer(_JSON, b"Content-Length: 7", body=b'{"a":"\xff'),
        ends_in="the answer calls itself application/json and is none: ",
    ),
)
"""Met by a call: `GET` with `expect`, time-outs of less than a second."""

SOCKETS: Final[tuple[Misbehaviour, ...]] = (
    Misbehaviour(
        name="does not answer the upgrade", then="stalls", ends_in="the WebSocket upgrade did not come within"
    ),
    Misbehaviour(
        name="hangs up at the upgrade", ends_in="the connection ended before the WebSocket upgrade was answered"
    ),
    Misbehaviour(
        name="answers the upgrade with a page",
        says=answer(b"Content-Length: 2", body=b"hi"),
        ends_in="answered HTTP 200 OK",
    ),
    Misbehaviour(
        name="accepts another upgrade",
        says=_SWITCH + b"Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n\r\n",
        ends_in="not socket.io",
    ),
    Misbehaviour(
        name="upgrades, and says nothing",
        after="upgrade",
        then="stalls",
        ends_in="the Engine.IO handshake did not come within",
    ),
    Misbehaviour(name="upgrades, and hangs up", after="upgrade", ends_in="the connection ended"),
    Misbehaviour(name="greets with noise", after="upgrade", says=frame(b"\xff\xfe"), ends_in="not socket.io"),
    Misbehaviour(
        name="uses an extension that was not offered",
        after="upgrade",
        says=frame(_GREETING, first=0xC0),
        ends_in="a frame uses a WebSocket extension that was not offered",
    ),
    Misbehaviour(name="sends a frame of no kind", after="upgrade", says=frame(b"", 11), ends_in="not socket.io"),
    Misbehaviour(
        name="announces a frame larger than is taken",
        after="upgrade",
        says=frame(b"", size=b"\x7f" + (1 << 40).to_bytes(8, "big")),
        then="stalls",
        ends_in="not socket.io",
    ),
    Misbehaviour(
        name="sends fragments without end",
        after="upgrade",
        says=frame(b"0", first=0),
        again=frame(bytes(60_000), 0, first=0),
        ends_in="a fragmented message exceeds",
    ),
    Misbehaviour(
        name="greets again and again",
        after="upgrade",
        again=frame(_GREETING),
        ends_in="not socket.io",
    ),
)
"""Met by a Socket.IO client that connects."""

MESSAGES: Final[tuple[Misbehaviour, ...]] = (
    Misbehaviour(name="says nothing and hangs up", after="upgrade", ends_in="the connection ended"),
    Misbehaviour(
        name="sends a text that is no UTF-8",
        after="upgrade",
        says=frame(b'{"event": "\xff"}'),
        ends_in="a text message is not UTF-8",
    ),
    Misbehaviour(
        name="uses an extension that was not offered",
        after="upgrade",
        says=frame(b"{}", first=0xC0),
        ends_in="a frame uses a WebSocket extension that was not offered",
    ),
    Misbehaviour(name="sends a frame of no kind", after="upgrade", says=frame(b"", 11), ends_in="protocol error"),
    Misbehaviour(
        name="goes on with what never began",
        after="upgrade",
        says=frame(b"{}", 0),
        ends_in="a fragmented message goes on that never began",
    ),
    Misbehaviour(
        name="begins a message inside another",
        after="upgrade",
        says=frame(b"{", first=0) + frame(b"{}"),
        ends_in="a fragmented message begins inside another",
    ),
    Misbehaviour(
        name="announces a frame larger than is taken",
        after="upgrade",
        says=frame(b"", size=b"\x7f" + (1 << 40).to_bytes(8, "big")),
        then="stalls",
        ends_in="protocol error",
    ),
    Misbehaviour(
        name="sends fragments without end",
        after="upgrade",
        says=frame(b"{", first=0),
        again=frame(bytes(60_000), 0, first=0),
        ends_in="a fragmented message exceeds",
    ),
    Misbehaviour(
        name="stops in the middle of a frame",
        after="upgrade",
        says=frame(b"{", size=b"\x7d"),
        ends_in="the connection ended without a close frame",
    ),
    Misbehaviour(
        name="nests JSON a thousand times too deep",
        after="upgrade",
        says=frame(b"[" * 60_000),
        ends_in="the connection ended without a close frame",
    ),
    Misbehaviour(
        name="pings with more than a control frame can carry",
        after="upgrade",
        says=frame(bytes(126), 9),
        ends_in="protocol error",
    ),
)
"""Met by a plain WebSocket that is open, or just about to be."""
