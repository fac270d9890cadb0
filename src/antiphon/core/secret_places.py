"""The places where secrets stand, so that those nobody has registered are hidden as well.

Names that end with `password`, `token`, `secret`, `authorization` and their like, in JSON (also in
JSON that stands inside a JSON text), in forms and URLs, in multipart bodies, and in header lines.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any
from urllib.parse import unquote_to_bytes

import orjson
import re2

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


_ANY_KEY = _compiled(r"passw|passphrase|secret|token|authorization|api[_-]?key|jwt|cookie")
_IN_JSON = _compiled(rf'"{_KEY}"\s*:\s*(?:"((?:[^"\\]|\\.)+)"|(-?\d[\d.eE+\-]*))')
_IN_JSON_TEXT = _compiled(rf'\\"{_KEY}\\"\s*:\s*\\"((?:[^"\\]|\\\\\\"|\\\\[^"]|\\[^"\\])+)\\"')
_IN_FORM = _compiled(rf"(?:^|[&?;#\s\"'])(?:{_KEY})=([^&\s\"'#;<>\\]+)")
_IN_MULTIPART = _compiled(rf'name="{_KEY}"\r\n(?:[^\r\n]+\r\n)*\r\n([^\r\n]+)')
_IN_HEADER_LINE = _compiled(r"authorization\s*:\s*((?:bearer|basic|token|digest|apikey) +[^\s\"'\\,;]+|[^\s\"'\\,;]+)")
_IN_COOKIE_LINE = _compiled(r"(?:^|[\r\n\"'])(?:set-)?cookie\s*:\s*([^\r\n\"'\\]+)")


def names_a_secret(name: str) -> bool:
    """Return whether what is called so is kept secret: a variable, or a part of a user."""
    return any(word in name.lower() for word in _WORDS)


def may_have_places(data: bytes) -> bool:
    """Return whether any word stands in `data` without which nothing in it is the place of a secret."""
    return _ANY_KEY.search(data) is not None


def hide_places(data: bytes, hide: Hide) -> bytes:
    """Return `data` with what stands in the place of a secret replaced by what `hide` makes of it."""
    if not may_have_places(data):
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
    if not is_secret_header(name):
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
