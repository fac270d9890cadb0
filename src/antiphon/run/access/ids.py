"""Other ids in a row's path: one that nothing has, one that is none, and that of something deleted."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable

from msgspec.structs import replace

from antiphon.language.call import CallSpec
from antiphon.language.scope import Scope
from antiphon.language.template import Template

MALFORMED = "not-an-id"
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_HEX = re.compile(r"[0-9a-f-]+", re.IGNORECASE)
_PREFIX = re.compile(r"[A-Za-z]+[-_:]")
_VERSION, _VARIANT = 14, 19
_DIGITS = 9


def parameters(call: CallSpec) -> tuple[tuple[int, str], ...]:
    """Return where ids stand in a call's path, and what its operation calls them (`:id`)."""
    segments = enumerate(call.template.split("/"))
    return tuple((at, segment) for at, segment in segments if segment.startswith(":") and segment != ":…")


def with_unknown(call: CallSpec, at: int) -> CallSpec:
    """Return the call with an id of the same form as the right one, which nothing has."""
    return _changed(call, at, lambda _scope, segment: unknown_like(segment))


def with_malformed(call: CallSpec, at: int) -> CallSpec:
    """Return the call with an id that is none."""
    return _changed(call, at, lambda _scope, _segment: MALFORMED)


def with_that_of(call: CallSpec, at: int, other: CallSpec) -> CallSpec:
    """Return the call with the id that stands at the same place of another call's path."""
    return _changed(call, at, lambda scope, segment: _segments(str(other.path.get(scope)))[at : at + 1][0] or segment)


def unknown_like(value: str) -> str:
    """Return another id of the same form, which nothing has.

    A UUID keeps its version and variant; what stands before a first dash, colon or underline (`room-17`) is kept. A
    number gets nine digits, if it has fewer: the next few numbers may well be there. Of all else each letter, and each
    digit, becomes another by chance.
    """
    kept, rest = _prefix(value)
    noise = hashlib.sha256(f"unknown {value}".encode()).digest()
    if rest.isdecimal() and rest.isascii():
        size = max(len(rest), _DIGITS)
        return kept + "".join(str(noise[at % len(noise)] % 9 + 1) for at in range(size))
    digits = "" if _HEX.fullmatch(rest) is None else "0123456789ABCDEF" if rest.isupper() else "0123456789abcdef"
    return kept + "".join(
        sign if _UUID.fullmatch(rest) and at in (_VERSION, _VARIANT) else _other(sign, noise[at % len(noise)], digits)
        for at, sign in enumerate(rest)
    )


def _prefix(value: str) -> tuple[str, str]:
    found = _PREFIX.match(value)
    return (found[0], value[found.end() :]) if found is not None and not _UUID.fullmatch(value) else ("", value)


def _other(sign: str, noise: int, digits: str) -> str:
    """Return another character of the same kind; `digits` are those of a text of hexadecimal ones."""
    if digits and sign.isalnum():
        return digits[noise % len(digits)]
    if sign.isdecimal():
        return str(noise % 10)
    if sign.isalpha() and sign.isascii():
        letter = chr(ord("a") + noise % 26)
        return letter.upper() if sign.isupper() else letter
    return sign


def _changed(call: CallSpec, at: int, change: Callable[[Scope, str], str]) -> CallSpec:
    path = call.path

    def get(scope: Scope) -> object:
        whole, mark, query = str(path.get(scope)).partition("?")
        segments = _segments(whole)
        if at < len(segments):
            segments[at] = change(scope, segments[at])
        return "/".join(segments) + mark + query

    return replace(call, path=Template(path.text, path.source, get, path.roots, path.calls))


def _segments(path: str) -> list[str]:
    return path.partition("?")[0].split("/")
