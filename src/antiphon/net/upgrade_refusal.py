"""What a server said in place of a WebSocket, or of a polled session."""

from __future__ import annotations

import asyncio
import socket
from typing import Final, Literal

import httptools
import orjson
from msgspec import Struct, field
from picows import WSHandshakeError

from antiphon.core.text import shortened, visible
from antiphon.wire.errors import excerpt

MOST_BODY_BYTES: Final = 64 * 1024
MOST_TEXT: Final = 2000
_BODY_WAIT_S: Final = 1.0


class NotUpgraded(Struct, frozen=True):
    """No WebSocket came to be, or no polled session.

    Attributes:
        by: `http`: an HTTP answer; `protocol`: something else, or an upgrade that breaks the rules;
            `dropped`: the connection ended; `unreachable`: there was none; `timeout`: it said nothing.
        detail: What happened, as a sentence part.
        status: The HTTP status, if one came.
        data: The body, parsed if it is JSON, else its beginning as text.
    """

    by: Literal["http", "protocol", "dropped", "unreachable", "timeout"]
    detail: str
    status: int | None = None
    data: object = None


class _Answer(Struct):
    reason: bytes = b""
    location: str = ""
    body: bytearray = field(default_factory=bytearray)
    complete: bool = False

    def on_status(self, reason: bytes) -> None:
        self.reason += reason

    def on_header(self, name: bytes, value: bytes) -> None:
        if name.lower() == b"location":
            self.location = value.decode(errors="replace")

    def on_body(self, part: bytes) -> None:
        self.body += part

    def on_message_complete(self) -> None:
        self.complete = True


async def read_refusal(error: WSHandshakeError, spare: socket.socket | None) -> NotUpgraded:
    """Return what the server said, its body included as far as it comes within a second.

    Args:
        error: What the handshake ended with.
        spare: A second handle of the connection, to read the rest of the body from; the first is
            closed as soon as the head was read. None where the bytes on it are not the answer's (TLS).
    """
    head = error.raw_header
    if head is None:  # it upgraded, in a way that was not asked for
        return NotUpgraded("protocol", visible(str(error)))
    answer = _Answer()
    parser = httptools.HttpResponseParser(answer)
    try:
        parser.feed_data(head + b"\r\n\r\n" + (error.raw_body or b""))
        if spare is not None:
            await _read_on(parser, answer, spare)
    except (httptools.HttpParserError, httptools.HttpParserUpgrade):
        return NotUpgraded("protocol", _breach(error, head))
    status = parser.get_status_code()
    if status == 101:
        return NotUpgraded("protocol", _breach(error, head))
    said = f"HTTP {status} {answer.reason.decode(errors='replace')}".strip()
    where = f", to {answer.location}" if answer.location else ""
    body = f", {excerpt(bytes(answer.body))}" if answer.body else ""
    return NotUpgraded("http", visible(f"answered {said}{where}{body}"), status, body_value(bytes(answer.body)))


def said_http(status: int, body: bytes) -> str:
    """Return an HTTP answer as a sentence part."""
    return visible(f"HTTP {status}, {excerpt(body)}" if body else f"HTTP {status}")


async def _read_on(parser: httptools.HttpResponseParser, answer: _Answer, spare: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(_BODY_WAIT_S):
            while not answer.complete and len(answer.body) < MOST_BODY_BYTES:
                more = await loop.sock_recv(spare, 16 * 1024)
                if not more:
                    return
                parser.feed_data(more)
    except (TimeoutError, OSError):
        return


def _breach(error: WSHandshakeError, head: bytes) -> str:
    came = f": {excerpt(head)}" if head else ""
    return f"{visible(str(error))}{came}" if error.response is None else visible(str(error))


def body_value(body: bytes) -> object:
    """Return a body's data if it is JSON, else its beginning as text; None if there is none."""
    if not body:
        return None
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return shortened(body.decode(errors="replace"), limit=MOST_TEXT)
