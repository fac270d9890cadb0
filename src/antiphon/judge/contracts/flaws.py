"""What a value breaks of its contract: where in the value, which rule, and where that is written."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import orjson
from msgspec import Struct

from antiphon.core.text import shortened

LONGEST_EXCERPT = 200
LONGEST_POINTER = 300
MOST_FLAWS = 20
"""Of one value; more say nothing new."""

Check = Callable[[object], Sequence["Flaw"]]
"""Takes a value as JSON says it; returns nothing if it is as promised."""


class Flaw(Struct, frozen=True, kw_only=True):
    """One difference between a value and its contract.

    Attributes:
        pointer: JSON pointer into the value, positions in lists as `*`.
        exactly: The same with the positions.
        keyword: The rule that was broken (`type`, `required`, `format`).
        told: What is wrong, as a sentence part: `is missing`.
        excerpt: What stands there, as shortened JSON; empty where nothing does.
        place: Where the rule is written: a file and a JSON pointer.
        undocumented: Whether the contract does not know what stands there at all.
    """

    pointer: str
    exactly: str
    keyword: str
    told: str
    excerpt: str = ""
    place: str = ""
    undocumented: bool = False


def excerpt_of(value: object) -> str:
    """Return a value as shortened JSON."""
    try:
        text = orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode("utf-8", "replace")
    except (TypeError, orjson.JSONEncodeError):
        text = repr(value)
    return shortened(text, limit=LONGEST_EXCERPT)


def pointers(path: Sequence[object]) -> tuple[str, str]:
    """Return a path into a value as pointers: with `*` for positions in lists, and with the positions."""
    parts = [str(part).replace("~", "~0").replace("/", "~1") for part in path]
    general = ["*" if isinstance(part, int) else text for part, text in zip(path, parts, strict=True)]
    told = ("".join(f"/{part}" for part in one) for one in (general, parts))
    first, second = (shortened(one, limit=LONGEST_POINTER) for one in told)
    return first, second
