"""A part of a text in a file that knows where each of its characters stands."""

from __future__ import annotations

import re
from collections.abc import Callable

from msgspec import Struct

from antiphon.core.source import Source
from antiphon.language.nodes import Scalar

_QUOTED = re.compile(r"(?<!\w)'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")
_BRACKETS = re.compile(r"\([^()\[\]]*\)|\[[^()\[\]]*\]")
_HIDDEN = "\0"
_DEEPEST = 20


class Phrase(Struct, frozen=True):
    """A part of a text.

    Attributes:
        text: Its characters.
        at: Gives the place of the character at an offset.
    """

    text: str
    at: Callable[[int], Source]

    @property
    def source(self) -> Source:
        """Where it begins."""
        return self.at(0)

    @property
    def first(self) -> str:
        """Its first word."""
        return self.text.split(maxsplit=1)[0] if self.text.strip() else ""

    def part(self, begin: int, end: int | None = None) -> Phrase:
        """Return the characters from `begin` to before `end`, without the spaces around them."""
        piece = self.text[begin:end]
        offset = begin + len(piece) - len(piece.lstrip())
        return Phrase(piece.strip(), lambda index: self.at(offset + index))

    def found(self, match: re.Match[str], group: int | str) -> Phrase:
        """Return what a pattern found in this text."""
        return self.part(match.start(group), match.end(group))

    @property
    def open(self) -> str:
        """The text in which all that stands in quotes, parentheses or brackets is hidden, at the same length."""
        hidden = _QUOTED.sub(_blank, self.text)
        for _ in range(_DEEPEST):
            once_more = _BRACKETS.sub(_blank, hidden)
            if once_more == hidden:
                break
            hidden = once_more
        return hidden


def phrase_of(scalar: Scalar) -> Phrase:
    """Return a text of a file as a phrase."""
    return Phrase(str(scalar.value), scalar.at).part(0)


def _blank(found: re.Match[str]) -> str:
    return _HIDDEN * len(found.group())
