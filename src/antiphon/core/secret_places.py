"""The places where secrets stand, so that those nobody has registered are hidden as well.

Names that end with `password`, `token`, `secret`, `authorization` and their like, in JSON (also in
JSON that stands inside a JSON text), in forms and URLs, in multipart bodies, and in header lines.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import Any
from urllib.parse import unquote_to_bytes

import orjson
import re2
from ahocorasick_rs import BytesAhoCorasick

Hide = Callable[[bytes], bytes]

_WORDS = ("secret", "token", "passw", "passphrase", "credential", "key", "jwt", "cookie")

_KEY = r"[\w.\-\[\]]*(?:password|passwd|passphrase|secret|token|authorization|api[_-]?key|jwt)[\w]{0,2}\]?"
_HEADERS = frozenset(
    {"authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key", "x-auth-token", "x-access-token"}
)
_COOKIE_HEADERS = frozenset({"cookie", "set-cookie"})
# What a cookie says about itself is no secret.
_COOKIE_WORDS = frozenset({"path", "domain", "expires", "max-age", "samesite", "secure", "httponly", "priority"})
_SCHEMES = (b"bearer ", b"basic ", b"token ", b"digest ", b"apikey ")


def _compiled(pattern: str) -> Any:  # re2 has no annotations
    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = False
    options.encoding = re2.Options.Encoding.LATIN1
    return re2.compile(pattern.encode(), options=options)


_KEY_WORDS = BytesAhoCorasick(
    [
        b"passw",
        b"passphrase",
        b"secret",
        b"token",
        b"authorization",
        b"apikey",
        b"api_key",
        b"api-key",
        b"jwt",
        b"cookie",
    ]
)
"""In lower case: of a run's texts most hold none of these, and are not looked at again."""
_IN_JSON = _compiled(rf'"{_KEY}"\s*:\s*(?:"((?:[^"\\]|\\.)+)"|(-?\d[\d.eE+\-]*))')
_IN_JSON_TEXT = _compiled(rf'\\"{_KEY}\\"\s*:\s*\\"((?:[^"\\]|\\\\\\"|\\\\[^"]|\\[^"\\])+)\\"')
_IN_FORM = _compiled(rf"(?:^|[&?;#\s\"'])(?:{_KEY})=([^&\s\"'#;<>\\]+)")
_IN_MULTIPART = _compiled(rf'name="{_KEY}"\r\n(?:[^\r\n]+\r\n)*\r\n([^\r\n]+)')
_IN_HEADER_LINE = _compiled(r"authorization\s*:\s*((?:bearer|basic|token|digest|apikey) +[^\s\"'\\,;]+|[^\s\"'\\,;]+)")
_IN_COOKIE_LINE = _compiled(r"(?:^|[\r\n\"'])(?:set-)?cookie\s*:\s*([^\r\n\"'\\]+)")


def names_a_secret(name: str) -> bool:
    """Return whether what is called so is kept secret: a variable, or a part of a user."""
    return any(word in name.lower() for word in _WORDS)


def holding_words(parts: Sequence[bytes]) -> list[int]:
    """Return which of `parts` hold a word without which nothing in them is the place of a secret, in their order."""
    joined = b"\0".join(parts)  # no word goes across it
    found = _KEY_WORDS.find_matches_as_indexes(joined.lower())
    if not found:
        return []
    ends = list(accumulate(len(part) + 1 for part in parts))
    holding: list[int] = []
    known_to = 0
    for _, start, _ in found:
        if start >= known_to:
            holding.append(bisect_right(ends, start))
            known_to = ends[holding[-1]]
    return holding


def hide_places(data: bytes, hide: Hide) -> bytes:
    """Return `data` with what stands in the place of a secret replaced by what `hide` makes of it."""
    if not holding_words([data]):
        return data
    data = _replaced(_IN_JSON, data, lambda value: hide(_unescaped(value)), quote_numbers=True)
    data = _replaced(_IN_JSON_TEXT, data, lambda value: hide(_unescaped(_unescaped(value))))
    data = _replaced(_IN_FORM, data, lambda value: hide(unquote_to_bytes(value.replace(b"+", b" "))))
    data = _replaced(_IN_MULTIPART, data, hide)
    data = _replaced(_IN_HEADER_LINE, data, lambda value: _credentials(value, hide))
    return _replaced(_IN_COOKIE_LINE, data, lambda value: _cookies(value, hide))


@lru_cache(maxsize=1024)
def is_secret_header(name: str) -> bool:
    """Return whether a header's value is a secret, or holds one, by its name."""
    name = name.lower()
    is_secret = name.endswith(("-token", "-secret", "-api-key", "-password"))
    return name in _COOKIE_HEADERS or name in _HEADERS or is_secret


def hide_header(name: str, value: bytes, hide: Hide) -> bytes:
    """Return a header's value with the secrets in it hidden."""
    if not value or not is_secret_header(name):
        return value
    return _cookies(value, hide) if name.lower() in _COOKIE_HEADERS else _credentials(value, hide)


def _is_open(value: bytes) -> bool:
    """Return whether a value is one: not hidden already, and not a variable of a command line."""
    return bool(value) and not value.startswith((b"***", b"$", b"{{")) and b"***" not in value


def _replaced(pattern: Any, data: bytes, hide: Hide, *, quote_numbers: bool = False) -> bytes:
    parts = []
    done = 0
    for found in pattern.finditer(data):
        group = 1 if found.group(1) is not None else 2
        value, (start, end) = found.group(group), found.span(group)
        if not _is_open(value):
            continue
        hidden = hide(value)
        parts += [data[done:start], b'"' + hidden + b'"' if quote_numbers and group == 2 else hidden]
        done = end
    return b"".join([*parts, data[done:]]) if parts else data


def _unescaped(value: bytes) -> bytes:
    if b"\\" not in value:
        return value
    try:
        plain = orjson.loads(b'"' + value + b'"')
    except orjson.JSONDecodeError:
        return value
    return plain.encode() if isinstance(plain, str) else value


def _credentials(value: bytes, hide: Hide) -> bytes:
    for scheme in _SCHEMES:
        if value[: len(scheme)].lower() == scheme:
            rest = value[len(scheme) :].strip()
            return value[: len(scheme)] + hide(rest) if _is_open(rest) else value
    return hide(value) if _is_open(value) else value


def _cookies(value: bytes, hide: Hide) -> bytes:
    parts = []
    for part in value.split(b";"):
        name, joint, content = part.partition(b"=")
        word = name.strip().lower().decode("latin-1")
        if not joint or word in _COOKIE_WORDS or not _is_open(content.strip()):
            parts.append(part)
        else:
            parts.append(name + joint + hide(content.strip()))
    return b";".join(parts)
