"""Readers of the plain values that keys have: texts, flags, whole numbers, durations, sizes, names.

Each makes a parser for a `Key`: a node in, a value out, or a problem noted and None. That the node is of a kind that
the key allows was looked at before.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from collections.abc import Mapping as MappingType
from typing import Generic, TypeVar

from msgspec import Struct

from antiphon.core.durations import duration_s, duration_text, size_bytes
from antiphon.core.errors import UnknownName
from antiphon.language.keys import Reading
from antiphon.language.nodes import Mapping, Node, Scalar
from antiphon.language.nodes import Sequence as ListNode

LONGEST_S = 300.0
"""No time-out, wait or pause may be longer."""

LARGEST_BYTES = 10**9
"""No file that is made may be larger."""

_TEN_YEARS_S = 10 * 365 * 86400.0
_MOST_DIGITS = 40
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_DURATION = r"^\s*\d+(\.\d+)?\s*(us|µs|ms|s|m|min|h)?\s*$"

V = TypeVar("V", covariant=True)


class Parser(Struct, Generic[V], frozen=True, eq=False):
    """A parser that can say what it takes.

    Attributes:
        takes: A JSON Schema of it.
        read: Gives the value of a node, or notes a problem and gives None.
    """

    takes: MappingType[str, object]
    read: Callable[[Node, Reading], V | None]

    def __call__(self, node: Node, reading: Reading) -> V | None:
        """Return the value of a node."""
        return self.read(node, reading)


def text(node: Node, reading: Reading) -> str | None:
    """Return a text that is not blank."""
    value = str(node.value) if isinstance(node, Scalar) else ""
    if not value.strip():
        reading.problems.mistake("an empty text", node.source, "write something, or leave the key out")
        return None
    return value


def any_text(node: Node, reading: Reading) -> str | None:
    """Return a text, which may be blank."""
    del reading
    return str(node.value) if isinstance(node, Scalar) and node.value is not None else ""


def flag(node: Node, reading: Reading) -> bool | None:
    """Return true or false."""
    del reading
    return node.value if isinstance(node, Scalar) and isinstance(node.value, bool) else None


def whole(low: int, high: int) -> Parser[int]:
    """Make a parser of whole numbers from `low` to `high`."""

    def parse(node: Node, reading: Reading) -> int | None:
        value = node.value if isinstance(node, Scalar) else None
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            sentence = f"{_shown(node)} is not a whole number from {low} to {high}"
            reading.problems.mistake(sentence, node.source, _nearest(value, low, high))
            return None
        return value

    return Parser({"type": "integer", "minimum": low, "maximum": high}, parse)


def number(low: float, high: float) -> Parser[float]:
    """Make a parser of numbers from `low` to `high`."""

    def parse(node: Node, reading: Reading) -> float | None:
        value = node.value if isinstance(node, Scalar) else None
        if isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high:
            return float(value)
        hint = f"write {min(low + 0.5, high):g}"
        reading.problems.mistake(f"not a number from {low:g} to {high:g}", node.source, hint)
        return None

    return Parser({"type": "number", "minimum": low, "maximum": high}, parse)


def _nearest(value: object, low: int, high: int) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return f"the most is {high}" if value > high else f"the least is {low}"
    return f"write a number without quotes or point, such as {low}"


def duration(*, low_s: float = 0.0, high_s: float = LONGEST_S) -> Parser[float]:
    """Make a parser of durations over `low_s` (or equal, where that is above 0) and up to `high_s`, in seconds."""

    def parse(node: Node, reading: Reading) -> float | None:
        value = node.value if isinstance(node, Scalar) else None
        seconds = duration_s(value)
        if seconds is None:
            hint = "write 500ms, 5s or 2m; a plain number is milliseconds"
            reading.problems.mistake(f"{_shown(node)} is not a duration", node.source, hint)
            return None
        if seconds <= 0 or seconds < low_s:
            least = f"at least {duration_text(low_s)}" if low_s > 0 else "above 0"
            reading.problems.mistake(f"{_shown(node)} is an impossible time", node.source, f"it must be {least}")
            return None
        if seconds > high_s:
            hint = f"at most {duration_text(high_s)}"
            reading.problems.mistake(f"{_shown(node)} is an impossible time", node.source, hint)
            return None
        return seconds

    return Parser({"anyOf": [{"type": "string", "pattern": _DURATION}, {"type": "number", "minimum": 0}]}, parse)


def signed_duration(node: Node, reading: Reading) -> float | None:
    """Return seconds, which may be negative."""
    seconds = duration_s(node.value if isinstance(node, Scalar) else None)
    if seconds is None or abs(seconds) > _TEN_YEARS_S:
        reading.problems.mistake(f"{_shown(node)} is not a duration", node.source, "write -1s, 500ms, 5s or 2m")
        return None
    return seconds


def size(node: Node, reading: Reading) -> int | None:
    """Return bytes for `300KB`, `50MB` or a plain number of megabytes."""
    found = size_bytes(node.value) if isinstance(node, Scalar) and len(node.raw) <= _MOST_DIGITS else None
    if found is not None and found > LARGEST_BYTES:
        hint = "a plain number is megabytes; write 64KiB, 300KB or 65536B; at most 1GB"
        reading.problems.mistake(f"{_shown(node)} is {found // 10**6:,} MB, too large", node.source, hint)
        return None
    if found is None:
        hint = "write 64KiB, 300KB or 5MB; a plain number is megabytes"
        reading.problems.mistake(f"{_shown(node)} is not a size", node.source, hint)
        return None
    return found


def one_of(kind: str, known: Sequence[str], *, fold: bool = False) -> Parser[str]:
    """Make a parser of one of the words `known`, named `kind` in a mistake; `fold` reads capitals as small letters."""

    def parse(node: Node, reading: Reading) -> str | None:
        value = str(node.value) if isinstance(node, Scalar) else ""
        found = value.lower() if fold else value
        if found not in known:
            reading.problems.add(UnknownName(kind=kind, name=value, source=node.source, known=known))
            return None
        return found

    words = [str(word) for word in known]
    return Parser({"enum": [*words, *(word.upper() for word in words if fold and word.upper() not in words)]}, parse)


def name(node: Node, reading: Reading) -> str | None:
    """Return a name: letters, digits, `_` and `-`, not beginning with a digit."""
    value = str(node.value) if isinstance(node, Scalar) and node.value is not None else ""
    if not is_name(value):
        hint = "letters, digits, `_` and `-`; it begins with a letter"
        reading.problems.mistake(f"{_shown(node)} is not a name", node.source, hint)
        return None
    return value


def is_name(value: str) -> bool:
    """Return whether `value` can name a user or a value."""
    return _NAME.fullmatch(value) is not None


def texts(node: Node, reading: Reading) -> tuple[str, ...]:
    """Return a list of texts; a single text is a list of one."""
    items = node.items if isinstance(node, ListNode) else (node,)
    found: list[str] = []
    for item in items:
        if not isinstance(item, Scalar) or not isinstance(item.value, str) or not item.value.strip():
            hint = f'quote it: "{item.raw}"' if isinstance(item, Scalar) and item.raw else None
            reading.problems.mistake(f"{_shown(item)} is not a text", item.source, hint)
        elif item.value in found:
            reading.problems.mistake(f"`{item.value}` is listed twice", item.source, "leave one of them out")
        else:
            found.append(item.value)
    return tuple(found)


def map_of(node: Node) -> Mapping:
    """Return the node as a map; anything else counts as an empty one (its kind was looked at before)."""
    return node if isinstance(node, Mapping) else Mapping((), node.source)


def items_of(node: Node) -> tuple[Node, ...]:
    """Return the items of a list; anything else is a list of itself."""
    return node.items if isinstance(node, ListNode) else (node,)


def _shown(node: Node) -> str:
    match node:
        case Mapping():
            return "a map"
        case ListNode():
            return "a list"
        case Scalar(raw="") if not node.quoted:
            return "an empty value"
        case _:
            return f"`{node.raw[:60]}`"
