"""Lines with inks: the same text for a terminal with colours, for one without, and for a pipe."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct


class Ink(StrEnum):
    """What a piece of text is; a terminal may show it by a colour, the words alone must suffice."""

    PLAIN = ""
    GOOD = "good"
    BAD = "bad"
    DOUBT = "doubt"
    FAINT = "faint"
    STRONG = "strong"
    HINT = "hint"


Span = tuple[str, Ink]


class Painted(Struct, frozen=True):
    """Text in pieces, each with its ink."""

    spans: tuple[Span, ...]

    @property
    def plain(self) -> str:
        """The text alone."""
        return "".join(text for text, _ in self.spans)

    def __str__(self) -> str:
        return self.plain

    def __add__(self, other: Painted) -> Painted:
        return Painted(self.spans + other.spans)


NOTHING = Painted(())


def painted(*pieces: str | Span | Painted) -> Painted:
    """Return the pieces as one text; a bare string is plain."""
    spans: list[Span] = []
    for piece in pieces:
        if isinstance(piece, Painted):
            spans.extend(piece.spans)
        else:
            spans.append((piece, Ink.PLAIN) if isinstance(piece, str) else piece)
    return Painted(tuple(span for span in spans if span[0]))


def joined(separator: str, parts: Iterable[Painted]) -> Painted:
    """Return `parts` as one text with `separator` between them."""
    spans: list[Span] = []
    for number, part in enumerate(parts):
        if number:
            spans.append((separator, Ink.PLAIN))
        spans.extend(part.spans)
    return Painted(tuple(spans))


def lines(parts: Iterable[Painted]) -> Painted:
    """Return `parts` as lines, without a line end after the last."""
    return joined("\n", parts)
