"""A scripted target's end of one Socket.IO connection: Engine.IO 4 and Socket.IO 5 over WebSocket, written by hand.

It shares no code with `wire/`, so that a mistake there is not made twice; what it says is what
python-socketio says, which the contract test of the scripted target holds it to.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable

from antiphon.testing.frames import BINARY, CLOSE, PING, PONG, TEXT, close_frame, frame, next_frame

_PACKET = re.compile(r"4(?:[23]|[56](\d+)-)(\d*)(\[.*)", re.DOTALL)

OnEvent = Callable[["ClientSocket", str, list[object], int | None], Awaitable[None]]
OnAnswer = Callable[["ClientSocket", int, list[object]], None]


class ClientSocket:
    """One client's socket.

    Attributes:
        owner: Whose it is, once the target let it in.
    """

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.owner = ""
        self._reader = reader
        self._writer = writer

    def greet(self, sid: str, *, ping_s: float) -> None:
        """Send the handshake of Engine.IO."""
        told = {"sid": sid, "upgrades": [], "pingInterval": int(ping_s * 1000), "pingTimeout": 20000}
        self.text("0" + json.dumps({**told, "maxPayload": 1_000_000}))

    async def wait_connect(self) -> object:
        """Return what CONNECT carries; None if the client has gone."""
        while (text := await self.next_text()) is not None:
            if text.startswith("40"):
                return json.loads(text[2:] or "{}")
        return None

    def let_in(self, socket_id: str) -> None:
        """Answer CONNECT."""
        self.text("40" + json.dumps({"sid": socket_id}))

    def refuse(self, message: str, data: object) -> None:
        """Answer CONNECT with `connect_error`."""
        self.text("44" + json.dumps({"message": message, "data": data}))

    def event(self, name: str, args: str) -> None:
        """Send an event; `args` is the JSON of its arguments, without brackets."""
        self.text(f"42[{json.dumps(name)},{args}]" if args else f"42[{json.dumps(name)}]")

    def question(self, name: str, args: str, ack_id: int) -> None:
        """Send an event that asks for an acknowledgement with this number."""
        self.text(f"42{ack_id}[{json.dumps(name)},{args}]" if args else f"42{ack_id}[{json.dumps(name)}]")

    def binary_event(self, name: str, args: str, data: bytes) -> None:
        """Send an event with one attachment, for which `args` leaves a place."""
        self.text(f"451-[{json.dumps(name)},{args}]")
        self._write(frame(data, BINARY))

    def acknowledge(self, ack_id: int, args: str) -> None:
        """Answer an emit; `args` as in `event`."""
        self.text(f"43{ack_id}[{args}]")

    def heartbeat(self) -> None:
        """Send a ping of Engine.IO."""
        self.text("2")

    def disconnect(self) -> None:
        """Send a disconnect packet."""
        self.text("41")

    def close(self, code: int, reason: str) -> None:
        """Send a close frame."""
        self._write(close_frame(code, reason))

    def abort(self) -> None:
        """End the connection without a word."""
        if self._writer.transport is not None:
            self._writer.transport.abort()

    async def serve(self, on_event: OnEvent, on_answer: OnAnswer) -> None:
        """Hand on every emit, and every answer to a question, until the connection ends."""
        while (text := await self.next_text()) is not None:
            found = _PACKET.fullmatch(text)
            if not found:
                continue
            attachments = [await self._next_binary() for _ in range(int(found[1] or 0))]
            said = _with_bytes(json.loads(found[3]), attachments)
            asked = int(found[2]) if found[2] else None
            if text[1] in "36":
                on_answer(self, asked or 0, said)
            else:
                name, *args = said
                await on_event(self, str(name), args, asked)

    async def next_text(self) -> str | None:
        """Return the next text message; pings are answered, a close frame as well."""
        while (came := await next_frame(self._reader)) is not None:
            if came.opcode == TEXT:
                return came.payload.decode()
            if came.opcode == PING:
                self._write(frame(came.payload, PONG))
            elif came.opcode == CLOSE:
                self._write(frame(came.payload, CLOSE))
                return None
        return None

    async def _next_binary(self) -> bytes:
        while (came := await next_frame(self._reader)) is not None:
            if came.opcode == BINARY:
                return came.payload
        return b""

    def text(self, message: str) -> None:
        """Send a text message as it stands."""
        self._write(frame(message.encode()))

    def _write(self, data: bytes) -> None:
        if not self._writer.is_closing():
            self._writer.write(data)


def _with_bytes(said: list[object], attachments: list[bytes]) -> list[object]:
    """Return what was said with the binary values in their places."""
    if not attachments:
        return said

    def filled(value: object) -> object:
        if isinstance(value, dict):
            if value.get("_placeholder"):
                return attachments[int(str(value["num"]))]
            return {key: filled(part) for key, part in value.items()}
        return [filled(part) for part in value] if isinstance(value, list) else value

    return [filled(part) for part in said]
