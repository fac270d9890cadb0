"""What must be remembered of a connection to have its state back, should it be lost."""

from __future__ import annotations

from collections.abc import Sequence

from antiphon.history.heard import parsed_args
from antiphon.net.socket_facts import Opened, Recoverable
from antiphon.wire.heard import Received


class Trail:
    """The private name of the newest connection, and the last event on it that told an offset.

    Attributes:
        is_kept: Whether the target keeps the connection's state.
    """

    __slots__ = ("_last", "_pid", "is_kept")

    def __init__(self) -> None:
        self._pid = ""
        self._last = b""
        self.is_kept = False

    def begin(self, opened: Opened) -> None:
        """Take note of a connection that came up; one that was recovered goes on where it was."""
        if not opened.recovered:
            self._last = b""
        self._pid = opened.pid
        self.is_kept = bool(opened.pid)

    def note(self, event: Received) -> None:
        """Take note of an event: a target adds the offset as last argument to what it can send again."""
        if event.raw.endswith(b'"]'):
            self._last = event.raw

    def note_run(self, args: Sequence[bytes]) -> None:
        """Take note of events that came at once, of each the JSON list of its arguments."""
        self._last = next((raw for raw in reversed(args) if raw.endswith(b'"]')), self._last)

    @property
    def recoverable(self) -> Recoverable | None:
        """What shows the state that is wanted back; None where the target keeps none."""
        if not self.is_kept:
            return None
        args = parsed_args(self._last)
        return Recoverable(self._pid, str(args[-1]) if args else None)
