"""What an Engine.IO session tells, and to whom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from antiphon.net.socket_facts import Closed, FrameKind, Upgraded


class EngineOwner(Protocol):
    """Whoever rides on a session. All is called inside the protocol's callback, and must not wait."""

    def on_session(self, sid: str) -> None:
        """The session is open: begin what rides on it."""
        ...

    def on_text_frame(self, payload: bytes, at_s: float) -> None:
        """Take what a WebSocket carries while the session is open, or hand it to the session's `on_text`.

        May raise `RemoteProtocolError`.
        """
        ...

    def on_text_frames(self, payloads: Sequence[bytes], start: int, at_s: float) -> int:
        """Take what it can at once of several such messages, and return how many these are, from `start` on."""
        ...

    def on_message(self, payload: bytes, at_s: float) -> None:
        """Take a text message. May raise `RemoteProtocolError`."""
        ...

    def on_binary_message(self, data: bytes, at_s: float) -> None:
        """Take a binary message. May raise `RemoteProtocolError`."""
        ...

    def on_sign(self, at_s: float, kind: str) -> None:
        """Take note of a sign of life."""
        ...

    def on_frame(self, at_s: float, kind: FrameKind, payload: bytes) -> None:
        """Take note of a frame that is neither event nor acknowledgement."""
        ...

    def on_upgraded(self, upgraded: Upgraded) -> None:
        """Take note that the session moved on to WebSocket, or failed to."""
        ...

    def on_session_closed(self, closed: Closed) -> None:
        """Take note of the end; once."""
        ...
