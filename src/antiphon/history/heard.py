"""An event, or a raw frame, as its hearer's inbox holds it: the raw bytes, parsed when somebody asks."""

from __future__ import annotations

import msgspec

from antiphon.history.entries import Beat, Event
from antiphon.history.frames import frame_name
from antiphon.language.scope import MISSING
from antiphon.wire.errors import RemoteProtocolError
from antiphon.wire.payload import parse_list


class Heard(msgspec.Struct, gc=False, eq=False, kw_only=True):
    """One received event.

    Attributes:
        seq: Its entry in the history.
        at_s: When it came.
        name: The event's name.
        raw: The JSON array of its arguments, without the name.
        attachments: The binary values that belong into the places that the array leaves for them.
        asks: Whether the target asks for an acknowledgement.
        answered_s: When it was given one; None if it was not.
        parsed: Its arguments, once somebody asked for them.
    """

    seq: int
    at_s: float
    name: str
    raw: bytes = b"[]"
    attachments: tuple[bytes, ...] = ()
    asks: bool = False
    answered_s: float | None = None
    parsed: list[object] | None = None

    @classmethod
    def of(cls, event: Event) -> Heard:
        """Return the event of a history's entry."""
        return cls(
            seq=event.seq,
            at_s=event.at_s,
            name=event.name,
            raw=event.args,
            attachments=event.attachments,
            asks=event.asks,
        )

    @classmethod
    def of_frame(cls, beat: Beat) -> Heard:
        """Return the raw frame of a history's entry."""
        return cls(seq=beat.seq, at_s=beat.at_s, name=frame_name(beat.frame), raw=beat.answer)

    @property
    def args(self) -> list[object]:
        """All arguments, binary ones as bytes; none if what came cannot be read as a list."""
        if self.parsed is None:
            self.parsed = parsed_args(self.raw, self.attachments)
        return self.parsed

    @property
    def data(self) -> object:
        """The first argument, or `MISSING`."""
        args = self.args
        return args[0] if args else MISSING

    def __repr__(self) -> str:
        return f"Heard(seq={self.seq}, at_s={self.at_s}, name={self.name!r})"


def parsed_args(raw: bytes, attachments: tuple[bytes, ...] = ()) -> list[object]:
    """Return the arguments in a JSON array, binary ones as bytes; none if it cannot be read as a list."""
    try:
        return parse_list(raw, attachments)
    except RemoteProtocolError:
        return []
