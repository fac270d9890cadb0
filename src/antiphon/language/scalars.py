"""What a bare word of a file is: YAML 1.2's core schema, which knows no `yes`, no `on` and no times.

Source:
    YAML 1.2.2, section 10.3.2 "Tag Resolution".
"""

from __future__ import annotations

import math
import re

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INTEGER = re.compile(r"[-+]?[0-9]+")
_BASED = re.compile(r"0(?:o[0-7]+|x[0-9a-fA-F]+)")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NO_NUMBER = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_MOST_DIGITS = 400
# JSON libraries, orjson among them, carry whole numbers of 64 bits.
_SMALLEST, _LARGEST = -(2**63), 2**64 - 1


class NoJson(Exception):
    """A bare word is a number for YAML that JSON cannot carry."""


def read_scalar(text: str) -> str | int | float | bool | None:
    """Return what a bare (unquoted) text means.

    Raises:
        NoJson: It is a number that JSON cannot carry; quoted it would be a text.
    """
    if text in _NULL:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if text[0] not in "+-.0123456789":
        return text
    if _NO_NUMBER.fullmatch(text):
        raise NoJson(f"`{text}` is no number that JSON can carry")
    if _INTEGER.fullmatch(text) or _BASED.fullmatch(text):
        return _whole(text)
    if _FLOAT.fullmatch(text):
        number = float(text) if len(text) <= _MOST_DIGITS else math.inf
        if math.isinf(number):
            raise NoJson(f"`{text[:20]}…` is too large a number")
        return number
    return text


def _whole(text: str) -> int:
    if len(text) > _MOST_DIGITS:
        raise NoJson(f"`{text[:20]}…` is too large a number")
    base = {"0o": 8, "0x": 16}.get(text[:2], 10)
    number = int(text[2:], base) if base != 10 else int(text)
    if not _SMALLEST <= number <= _LARGEST:
        raise NoJson(f"`{text}` has more than 64 bits")
    return number
