"""Texts made safe and short for people: control characters shown, middles cut, nearest names found."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")
_KEPT_IN_BLOCKS = "\t\n"
_MOST_COMPARED = 1000
_LONGEST_COMPARED = 200


def visible(text: str, *, lines: bool = False) -> str:
    r"""Return `text` with every control character written out (`\x1b`), so that a terminal obeys none of them.

    Bidirectional overrides and line separators count as control characters: they can make a
    terminal show another text than the one that came.

    Args:
        text: Anything that came from the target.
        lines: Whether tabs and line feeds stay as they are.
    """

    def shown(found: re.Match[str]) -> str:
        character = found.group()
        if lines and character in _KEPT_IN_BLOCKS:
            return character
        code = ord(character)
        return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"

    return _CONTROL.sub(shown, text)


def shortened(text: str, *, limit: int = 200) -> str:
    """Return `text` in at most `limit` characters; what is left out is left out of its middle."""
    if len(text) <= limit:
        return text
    mark = f"…{len(text) - limit} more…"
    head = max((limit - len(mark)) * 2 // 3, 1)
    tail = max(limit - len(mark) - head, 1)
    return f"{text[:head]}{mark}{text[-tail:]}"


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that `name` was probably meant to be, if one is near enough.

    Among thousands of names only those of about its length are compared, and of these the first thousand.
    """
    names = sorted(set(known))
    folded = {candidate.casefold(): candidate for candidate in names}
    if (same := folded.get(name.casefold())) is not None:
        return same
    if len(names) > _MOST_COMPARED:
        names = [one for one in names if abs(len(one) - len(name)) <= 2][:_MOST_COMPARED]
    found = difflib.get_close_matches(name[:_LONGEST_COMPARED], names, n=1, cutoff=0.6)
    return found[0] if found else None


def did_you_mean(name: str, known: Iterable[str]) -> str | None:
    """Return the hint that names the nearest known name, or None where none is near."""
    found = nearest(name, known)
    return f"did you mean `{found}`?" if found is not None else None


def listed(names: Iterable[str], *, limit: int = 12) -> str:
    """Return names as a sentence part: at most `limit` of them, and how many more there are."""
    every = list(names)
    shown = ", ".join(every[:limit])
    return shown if len(every) <= limit else f"{shown} and {len(every) - limit} more"
