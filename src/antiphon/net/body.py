"""Bodies for requests: JSON, forms, multipart and raw bytes, each with its Content-Type."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import urlencode

import orjson
from msgspec import Struct

from antiphon.core.clock import Dice
from antiphon.net.errors import UnsendableRequest

_BOUNDARY_BYTES = 16


class Body(Struct, frozen=True):
    """What is sent after the headers, and the Content-Type that says what it is (None: say nothing)."""

    data: bytes
    content_type: str | None


class Part(Struct, frozen=True):
    """One part of a multipart body: a field, or with `filename` a file."""

    name: str
    data: bytes | str
    filename: str | None = None
    content_type: str | None = None


def json_body(value: object) -> Body:
    """Return the value as JSON.

    Integers beyond 64 bits and lone surrogates, which a test may well want to send, go the slower way.

    Raises:
        UnsendableRequest: It has no JSON form.
    """
    try:
        data = orjson.dumps(value)
    except TypeError:
        try:
            data = json.dumps(value, separators=(",", ":"), allow_nan=False).encode()
        except (TypeError, ValueError, RecursionError) as error:
            raise UnsendableRequest(part="body", detail=f"it has no JSON form: {error}") from None
    return Body(data, "application/json")


def form_body(fields: Mapping[str, object]) -> Body:
    """Return fields as `application/x-www-form-urlencoded`; a list repeats its field.

    Raises:
        UnsendableRequest: A value is neither text nor a number, truth value or null, nor a list of these.
    """
    return Body(urlencode(list(_flat(fields)), errors="surrogatepass").encode(), "application/x-www-form-urlencoded")


def multipart_body(parts: Sequence[Part], dice: Dice) -> Body:
    """Return parts as `multipart/form-data` (RFC 7578); the boundary is thrown until no part holds it.

    Raises:
        UnsendableRequest: A part's Content-Type holds a line break.
    """
    contents = [_bytes_of(part.data) for part in parts]
    boundary = b"antiphon-" + dice.bytes(_BOUNDARY_BYTES).hex().encode()
    while any(boundary in content for content in contents):
        boundary = b"antiphon-" + dice.bytes(_BOUNDARY_BYTES).hex().encode()
    pieces = []
    for part, content in zip(parts, contents, strict=True):
        pieces += [b"--", boundary, b"\r\n", _part_head(part), content, b"\r\n"]
    pieces += [b"--", boundary, b"--\r\n"]
    return Body(b"".join(pieces), f"multipart/form-data; boundary={boundary.decode()}")


def raw_body(data: bytes | str, content_type: str | None = None) -> Body:
    """Return bytes as they are, text as UTF-8; the type is `text/plain` or an octet stream unless another is given."""
    usual = "text/plain; charset=utf-8" if isinstance(data, str) else "application/octet-stream"
    return Body(_bytes_of(data), content_type or usual)


def scalar_text(value: object) -> str:
    """Return a field's value as text: `true`, `false`, nothing for null, numbers as JSON writes them.

    Raises:
        UnsendableRequest: It is no single value.
    """
    match value:
        case str():
            return value
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
        case _:
            kind = type(value).__name__
            raise UnsendableRequest(part="form", detail=f"a field holds text or a number, not a {kind}")


def _flat(fields: Mapping[str, object]) -> Iterable[tuple[str, str]]:
    for name, value in fields.items():
        for one in value if isinstance(value, list | tuple) else [value]:
            yield name, scalar_text(one)


def _part_head(part: Part) -> bytes:
    disposition = f'Content-Disposition: form-data; name="{_quoted(part.name)}"'
    if part.filename is not None:
        disposition += f'; filename="{_quoted(part.filename)}"'
    kind = part.content_type or (None if part.filename is None else "application/octet-stream")
    if kind is None:
        return _bytes_of(f"{disposition}\r\n\r\n")
    if not kind.isascii() or not kind.isprintable():
        raise UnsendableRequest(part="body", detail=f"the Content-Type of the part `{part.name}` holds odd characters")
    return _bytes_of(f"{disposition}\r\nContent-Type: {kind}\r\n\r\n")


def _quoted(name: str) -> str:
    # HTML, "multipart/form-data encoding algorithm": exactly these three are escaped, all else goes as UTF-8.
    return name.replace("\r", "%0D").replace("\n", "%0A").replace('"', "%22")


def _bytes_of(data: bytes | str) -> bytes:
    return data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
