"""The filters of templates and addresses: one small function each, values in and a value out."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from urllib.parse import quote, urlencode

import orjson
from msgspec import Struct

from antiphon.language.difference import shown
from antiphon.language.jsontext import identity, json_bytes, text_of
from antiphon.language.refusals import LARGEST_OUTPUT, ValueRefused, too_large
from antiphon.language.scope import MISSING

Filter = Callable[..., object]


class FilterWord(Struct, frozen=True):
    """A filter as the language knows it.

    Attributes:
        apply: The value and the arguments in, a value out; raises `ValueRefused`.
        fewest: Arguments that must be written.
        most: Arguments that may be written.
        takes_missing: Whether it works on an absent value too.
    """

    apply: Filter
    fewest: int = 0
    most: int = 0
    takes_missing: bool = False


def _refused(name: str, value: object, wanted: str) -> ValueRefused:
    return ValueRefused(sentence=f"`{name}` works on {wanted}, not on {shown(value, limit=60)}")


def _items(name: str, value: object) -> list[object]:
    if isinstance(value, list | tuple):
        return list(value)
    raise _refused(name, value, "a list")


def _string(name: str, value: object) -> str:
    if isinstance(value, str):
        return value
    raise _refused(name, value, "a text")


def _octets(name: str, value: object) -> bytes:
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value)
    if isinstance(value, str):
        return _encoded(value)
    raise _refused(name, value, "a text or bytes")


def _encoded(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise ValueRefused(sentence="half a surrogate pair cannot be written as UTF-8") from None


def _length(value: object) -> object:
    if isinstance(value, str | bytes | list | tuple | Mapping):
        return len(value)
    raise _refused("length", value, "a text, list or map")


def _first(value: object) -> object:
    items = _items("first", value)
    return items[0] if items else MISSING


def _last(value: object) -> object:
    items = _items("last", value)
    return items[-1] if items else MISSING


def _unique(value: object) -> object:
    kept: dict[object, object] = {}
    for item in _items("unique", value):
        kept.setdefault(identity(item), item)
    return list(kept.values())


def _sort(value: object) -> object:
    items = _items("sort", value)
    texts = [item for item in items if isinstance(item, str)]
    numbers = [item for item in items if isinstance(item, int | float) and not isinstance(item, bool)]
    if len(texts) == len(items):
        return sorted(texts)
    if len(numbers) == len(items):
        return sorted(numbers)
    raise _refused("sort", value, "a list of texts or a list of numbers")


def _merge(value: object, other: object) -> object:
    if isinstance(value, dict) and isinstance(other, dict):
        return {**value, **other}
    if isinstance(value, list | tuple) and isinstance(other, list | tuple):
        if len(value) + len(other) > LARGEST_OUTPUT // 10:
            raise too_large()
        return [*value, *other]
    raise _refused("merge", other, "two maps or two lists")


def _int(value: object) -> object:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and len(value) < 400:
        digits = value.strip()
        unsigned = digits[1:] if digits[:1] in ("-", "+") else digits
        if unsigned.isascii() and unsigned.isdigit():
            return int(digits)
    raise _refused("int", value, "a whole number or the text of one")


def _after(value: object, separator: object) -> object:
    text, mark = _string("after", value), _string("after", separator)
    head, found, tail = text.partition(mark) if mark else (text, "", "")
    return tail if found else head


def _before(value: object, separator: object) -> object:
    text, mark = _string("before", value), _string("before", separator)
    return text.partition(mark)[0] if mark else text


def _urlencode(value: object) -> object:
    if isinstance(value, Mapping):
        return urlencode([(str(key), _encoded(text_of(item))) for key, item in value.items()], quote_via=quote)
    return quote(_encoded(text_of(value)), safe="")


def _unpadded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _jwt(value: object, key: object) -> object:
    # RFC 7515, HS256: written out, because a test must be able to sign with keys that a library refuses as short.
    if not isinstance(value, dict):
        raise _refused("jwt", value, "a map")
    head = _unpadded(orjson.dumps({"alg": "HS256", "typ": "JWT"}))
    signed = f"{head}.{_unpadded(json_bytes(value))}"
    return f"{signed}.{_unpadded(hmac.digest(_octets('jwt', key), signed.encode(), 'sha256'))}"


def _tampered(value: object) -> object:
    text = _string("tampered", value)
    if not text:
        raise ValueRefused(sentence="`tampered` works on a text that is not empty")
    start = text.rfind(".") + 1
    if start == len(text):
        return f"{text}A"
    # Not the last character: in base64 its lowest bits often mean nothing, and the signature would still hold.
    at = start or len(text) * 3 // 4
    return f"{text[:at]}{_other(text[at])}{text[at + 1 :]}"


def _other(character: str) -> str:
    """Return another character of the same kind, a hexadecimal digit for one."""
    for kind in ("0123456789", "abcdef", "ABCDEF", "ghijklmnopqrstuvwxyz", "GHIJKLMNOPQRSTUVWXYZ"):
        if character in kind:
            return kind[(kind.index(character) + 1) % len(kind)]
    return "A"


def _default(value: object, other: object) -> object:
    return other if value is MISSING else value


FILTERS: Mapping[str, FilterWord] = {
    "length": FilterWord(_length),
    "first": FilterWord(_first),
    "last": FilterWord(_last),
    "unique": FilterWord(_unique),
    "sort": FilterWord(_sort),
    "merge": FilterWord(_merge, 1, 1),
    "string": FilterWord(text_of),
    "int": FilterWord(_int),
    "json": FilterWord(lambda value: json_bytes(value).decode()),
    "upper": FilterWord(lambda value: _string("upper", value).upper()),
    "lower": FilterWord(lambda value: _string("lower", value).lower()),
    "trim": FilterWord(lambda value: _string("trim", value).strip()),
    "after": FilterWord(_after, 1, 1),
    "before": FilterWord(_before, 1, 1),
    "sha256": FilterWord(lambda value: hashlib.sha256(_octets("sha256", value)).hexdigest()),
    "md5": FilterWord(lambda value: hashlib.md5(_octets("md5", value), usedforsecurity=False).hexdigest()),
    "base64": FilterWord(lambda value: base64.b64encode(_octets("base64", value)).decode()),
    "hex": FilterWord(lambda value: _octets("hex", value).hex()),
    "urlencode": FilterWord(_urlencode),
    "bytes": FilterWord(lambda value: _octets("bytes", value)),
    "jwt": FilterWord(_jwt, 1, 1),
    "tampered": FilterWord(_tampered),
    "default": FilterWord(_default, 1, 1, takes_missing=True),
}


def applied(name: str, value: object, arguments: tuple[object, ...]) -> object:
    """Return what the filter makes of the value; an absent value stays absent, save for `default`.

    Raises:
        ValueRefused: The value is not of the filter's kind, or the output is over 10 MB.
    """
    word = FILTERS[name]
    if value is MISSING and not word.takes_missing:
        return MISSING
    try:
        result = word.apply(value, *arguments)
    except RecursionError:
        raise ValueRefused(sentence=f"the value is nested too deeply for `{name}`") from None
    if isinstance(result, str | bytes) and len(result) > LARGEST_OUTPUT:
        raise too_large()
    return result
