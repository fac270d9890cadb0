"""Engine.IO 4 over long polling: several messages in the body of one request or answer.

Source: https://github.com/socketio/engine.io-protocol (revision 4), "HTTP long-polling". Messages are divided by
the record separator; a binary one is written as `b` and its base64.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterable, Sequence
from typing import Final

from msgspec import Struct

from antiphon.wire.errors import RemoteProtocolError, excerpt

SEPARATOR: Final = b"\x1e"
_BINARY: Final = b"b"
# What revision 3 wrote in front of each packet: its length in characters and a colon.
_REVISION_3: Final = re.compile(rb"[0-9]{1,10}:[0-6]|\x00[\x00-\x09]{1,10}\xff")


class Message(Struct, frozen=True):
    """What one WebSocket message would carry: an Engine.IO packet as text, or the bytes of a binary one."""

    payload: bytes
    binary: bool = False

    def __str__(self) -> str:
        return f"<{len(self.payload)} bytes>" if self.binary else excerpt(self.payload)


def encode_body(messages: Sequence[Message]) -> bytes:
    """Return the body that carries these messages, in this order."""
    return SEPARATOR.join(_written(message) for message in messages)


def _written(message: Message) -> bytes:
    return _BINARY + binascii.b2a_base64(message.payload, newline=False) if message.binary else message.payload


def decode_body(body: bytes) -> list[Message]:
    """Return the messages of a body, in their order.

    Raises:
        RemoteProtocolError: It is written as another revision does, or a binary message is no base64.
    """
    if _REVISION_3.match(body):
        raise RemoteProtocolError(
            breach="the body is written as Engine.IO 3 does (Socket.IO 2 and older); Socket.IO 3 or newer is needed",
            came=body,
        )
    return [_read(part) for part in body.split(SEPARATOR)]


def _read(part: bytes) -> Message:
    if not part.startswith(_BINARY):
        return Message(part)
    try:
        return Message(binascii.a2b_base64(part[1:], strict_mode=True), binary=True)
    except binascii.Error as error:
        raise RemoteProtocolError(breach=f"a binary message is no base64 ({error})", came=part) from None


def fitting(waiting: Iterable[Message], most_bytes: int | None) -> int:
    """Return how many of the first messages fit into one body; one goes even if it alone is too large.

    Args:
        waiting: What is to be sent, the first one first.
        most_bytes: The largest body that the server takes; None: it named none.
    """
    size, count = -len(SEPARATOR), 0
    for message in waiting:
        size += len(SEPARATOR) + _written_bytes(message)
        if count and most_bytes is not None and size > most_bytes:
            break
        count += 1
    return count


def _written_bytes(message: Message) -> int:
    size = len(message.payload)
    return 1 + (size + 2) // 3 * 4 if message.binary else size
