"""An event, or a raw frame, as its hearer's inbox holds it: the raw bytes, parsed when somebody asks."""

from __future__ import annotations

import orjson

from antiphon.history.entries import Beat, Event
from antiphon.language.scope import MISSING


def frame_name(kind: str) -> str:
    """Return the name under which a raw frame is heard."""
    return f"frame {kind}"


FRAMES = frozenset(frame_name(kind) for kind in ("text", "binary", "ping", "pong"))
"""The names of all frames that can be heard: no event of the target's, so that no absence counts them."""


class Heard:
    """One received event.

    Attributes:
        seq: Its entry in the history.
        at_s: When it came.
        name: The event's name.
        raw: The JSON array of its arguments, without the name.
    """

    __slots__ = ("_args", "at_s", "name", "raw", "seq")

    def __init__(self, *, seq: int, at_s: float, name: str, raw: bytes = b"[]") -> None:
        self.seq = seq
        self.at_s = at_s
        self.name = name
        self.raw = raw
        self._args: list[object] | None = None

    @classmethod
    def of(cls, event: Event) -> Heard:
        """Return the event of a history's entry."""
        return cls(seq=event.seq, at_s=event.at_s, name=event.name, raw=event.args)

    @classmethod
    def of_frame(cls, beat: Beat) -> Heard:
        """Return the raw frame of a history's entry."""
        return cls(seq=beat.seq, at_s=beat.at_s, name=frame_name(beat.frame), raw=beat.answer)

    @property
    def args(self) -> list[object]:
        """All arguments; none if what came cannot be read as a list."""
        if self._args is None:
            self._args = _parsed(self.raw)
        return self._args

    @property
    def data(self) -> object:
        """The first argument, or `MISSING`."""
        args = self.args
        return args[0] if args else MISSING

    def __repr__(self) -> str:
        return f"Heard(seq={self.seq}, at_s={self.at_s}, name={self.name!r})"


def _parsed(raw: bytes) -> list[object]:
    try:
        found = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return []
    return found if isinstance(found, list) else []
