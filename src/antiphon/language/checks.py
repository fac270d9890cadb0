"""Tests of one value: is it this, is it of that kind, is it near, long, in range.

A test takes a value and answers None, or how the value differs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from antiphon.core.durations import duration_s, duration_text
from antiphon.language.difference import Difference, Words, shown
from antiphon.language.jsontext import same
from antiphon.language.patterns import found_in
from antiphon.language.scope import MISSING
from antiphon.language.times import moment_s

Test: TypeAlias = Callable[[object], Difference | None]

_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", re.ASCII)
_NUMERIC = re.compile(r"[-+]?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?", re.ASCII)


class BadArgument(Exception):
    """A matcher was given something it cannot work with; the text says what it takes."""


def equals(expected: object) -> Test:
    """Return the test for one text, number, boolean, null or bytes; types count, but 1 equals 1.0."""
    if isinstance(expected, str):

        def same_text(value: object) -> Difference | None:
            return None if value == expected and isinstance(value, str) else Difference((), value, expected)

        return same_text

    def same_value(value: object) -> Difference | None:
        return None if same(expected, value) else Difference((), value, expected)

    return same_value


def _kind(words: str, accepts: Callable[[object], bool]) -> Test:
    expected = Words(words)

    def is_kind(value: object) -> Difference | None:
        return None if accepts(value) else Difference((), value, expected)

    return is_kind


def is_number(value: object) -> bool:
    """Return whether a value is a number; true and false are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_integer(value: object) -> bool:
    if type(value) is int:  # as nearly always
        return True
    return is_number(value) and (isinstance(value, int) or (isinstance(value, float) and value.is_integer()))


def _is_numeric(value: object) -> bool:
    return is_number(value) or (isinstance(value, str) and _NUMERIC.fullmatch(value) is not None)


def _absent(value: object) -> Difference | None:
    return None if value is MISSING else Difference((), value, Words("absent"), f"{shown(value)} should be absent")


def _anything(_value: object) -> Difference | None:
    return None


WORDS: Mapping[str, Test] = {
    "string": _kind("a text", lambda value: isinstance(value, str)),
    "number": _kind("a number", is_number),
    "integer": _kind("a whole number", _is_integer),
    "boolean": _kind("a boolean", lambda value: isinstance(value, bool)),
    "uuid": _kind("a UUID", lambda value: isinstance(value, str) and _UUID.fullmatch(value) is not None),
    "iso_time": _kind("an ISO 8601 time", lambda value: moment_s(value) is not None),
    "null": _kind("null", lambda value: value is None),
    "absent": _absent,
    "present": _kind("present", lambda value: value is not MISSING),
    "any": _anything,
    "numeric": _kind("a number, nor the text of one", _is_numeric),
}
"""Matchers that are one word. `any` takes an absent value too; `present` takes null."""

PRESENCE_WORDS = frozenset({"absent", "present", "any"})
"""Those that have something to say about an absent value."""


def matches_pattern(compiled: Any, written: str) -> Test:
    """Return the test for a text in which a pattern is found anywhere."""
    expected = Words(f"a text that matches /{written}/")

    def is_found(value: object) -> Difference | None:
        return None if isinstance(value, str) and found_in(compiled, value) else Difference((), value, expected)

    return is_found


def _bounds(argument: object, wants: str, accepts: Callable[[object], bool]) -> tuple[object, object]:
    if isinstance(argument, list | tuple) and len(argument) == 2:
        low, high = argument
        if (low is not None or high is not None) and all(bound is None or accepts(bound) for bound in argument):
            return low, high
    raise BadArgument(wants)


def _span(low: object, high: object) -> str:
    if high is None:
        return f"{shown(low)} or more"
    return f"{shown(high)} or less" if low is None else f"{shown(low)} to {shown(high)}"


def has_length(argument: object) -> Test:
    """Return the test for `#length`: n or [min, max], of a text's characters, a list's items, a map's keys."""
    wants = "`#length` takes a whole number or [min, max]; null leaves a side open"

    def is_count(bound: object) -> bool:
        return isinstance(bound, int) and not isinstance(bound, bool) and bound >= 0

    low, high = (argument, argument) if is_count(argument) else _bounds(argument, wants, is_count)
    least = low if isinstance(low, int) else 0
    most = high if isinstance(high, int) else None
    if most is not None and least > most:
        raise BadArgument("`#length`: min is larger than max")
    span = str(argument) if is_count(argument) else _span(low, high)

    def is_long(value: object) -> Difference | None:
        if not isinstance(value, str | bytes | list | tuple | Mapping):
            return Difference((), value, Words("a text, list or map"))
        length = len(value)
        if least <= length and (most is None or length <= most):
            return None
        return Difference((), value, Words(f"of length {span}"), f"has length {length}, not {span}")

    return is_long


def in_range(argument: object) -> Test:
    """Return the test for `#range`: [low, high], both included, of numbers or of ISO 8601 times."""
    wants = "`#range` takes [low, high], two numbers or two times; null leaves a side open"
    low, high = _bounds(argument, wants, lambda bound: is_number(bound) or moment_s(bound) is not None)
    given = [bound for bound in (low, high) if bound is not None]
    if len({is_number(bound) for bound in given}) > 1:
        raise BadArgument(wants)
    as_number = _number if is_number(given[0]) else moment_s
    least, most = (None if bound is None else as_number(bound) for bound in (low, high))
    if least is not None and most is not None and least > most:
        raise BadArgument("`#range`: low is larger than high")
    expected = Words(f"in the range {_span(low, high)}")

    def is_inside(value: object) -> Difference | None:
        number = as_number(value)
        if number is None or (least is not None and number < least) or (most is not None and number > most):
            return Difference((), value, expected)
        return None

    return is_inside


def _number(value: object) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def is_near(argument: object) -> Test:
    """Return the test for `#near`: [number, tolerance], or [time, duration]."""
    wants = '`#near` takes [number, tolerance] or [time, duration], such as ["{{ now }}", 5s]'
    if not isinstance(argument, list | tuple) or len(argument) != 2:
        raise BadArgument(wants)
    middle, tolerance = argument
    center: float | None
    if is_number(middle):
        center, reach = _number(middle), _number(tolerance)
        as_number, reach_text = _number, shown(tolerance)
    else:
        center, reach = moment_s(middle), duration_s(tolerance)
        as_number, reach_text = moment_s, duration_text(reach) if reach is not None else ""
    if center is None or reach is None or reach < 0:
        raise BadArgument(wants)
    expected = Words(f"within {reach_text} of {shown(middle)}")

    def is_close(value: object) -> Difference | None:
        number = as_number(value)
        # Times are sums of floats near 1.7e9, whose grain is a quarter of a microsecond.
        if number is not None and abs(number - center) <= reach + (1e-6 if as_number is moment_s else 0.0):
            return None
        return Difference((), value, expected)

    return is_close
