"""The server's end of a WebSocket, as little of it as small servers need: RFC 6455 without extensions."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import struct

from msgspec import Struct

_MAGIC = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, 1.3
_SHORT, _LONG = 126, 127
TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10


class Frame(Struct, frozen=True):
    """One frame from a client."""

    opcode: int
    payload: bytes


def upgrade_answer(key: str) -> bytes:
    """Return the answer that turns an HTTP connection into a WebSocket."""
    accept = base64.b64encode(hashlib.sha1(key.encode() + _MAGIC, usedforsecurity=False).digest())
    return (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n"
    )


def frame(payload: bytes, opcode: int = TEXT) -> bytes:
    """Return a whole, unmasked frame."""
    size = len(payload)
    if size < _SHORT:
        head = struct.pack(">BB", 0x80 | opcode, size)
    elif size < 1 << 16:
        head = struct.pack(">BBH", 0x80 | opcode, _SHORT, size)
    else:
        head = struct.pack(">BBQ", 0x80 | opcode, _LONG, size)
    return head + payload


def close_frame(code: int, reason: str = "") -> bytes:
    """Return a close frame."""
    return frame(struct.pack(">H", code) + reason.encode(), CLOSE)


async def next_frame(reader: asyncio.StreamReader) -> Frame | None:
    """Return the client's next frame; None once it has closed the connection."""
    try:
        first, second = await reader.readexactly(2)
        size = second & 0x7F
        if size == _SHORT:
            (size,) = struct.unpack(">H", await reader.readexactly(2))
        elif size == _LONG:
            (size,) = struct.unpack(">Q", await reader.readexactly(8))
        mask = await reader.readexactly(4) if second & 0x80 else bytes(4)
        masked = await reader.readexactly(size)
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    payload = bytes(byte ^ mask[index % 4] for index, byte in enumerate(masked))
    return Frame(first & 0x0F, payload)
