"""What a WebSocket tells, and to whom."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, Protocol

from msgspec import Struct

from antiphon.net.socket_facts import EndedBy

TakeTexts = Callable[[Sequence[bytes], int, float], int]
"""Takes what it can of the texts that one read brought, from a position on, and returns how many: 0 if none."""


class Ended(Struct, frozen=True):
    """A WebSocket came to its end.

    Attributes:
        at_s: When the frame, or the connection's end, was seen.
        by: Who ended it.
        how: By what; `fault` is one of Antiphon's own.
        code: The close frame's code; None if it had none, or none came.
        reason: The close frame's reason.
        detail: What happened, as a sentence part.
    """

    at_s: float
    by: EndedBy
    how: Literal["close frame", "cut", "protocol error", "fault"]
    code: int | None = None
    reason: str = ""
    detail: str = ""


class Owner(Protocol):
    """Whoever sits on a WebSocket. All is called inside the protocol's callback, and must not wait."""

    def on_text(self, payload: bytes, at_s: float) -> None:
        """Take a text message; its UTF-8 is not checked. May raise `RemoteProtocolError`, which ends the connection."""
        ...

    def on_binary(self, payload: bytes, at_s: float) -> None:
        """Take a binary message. May raise `RemoteProtocolError`, which ends the connection."""
        ...

    def on_sign(self, at_s: float, kind: Literal["ping", "pong"], payload: bytes) -> None:
        """Take note of a ping frame (already answered) or a pong frame."""
        ...

    def on_ended(self, ended: Ended) -> None:
        """Take note of the end; once."""
        ...
