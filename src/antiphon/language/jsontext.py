"""JSON text of values, text of values inside text, and what makes two JSON values one and the same."""

from __future__ import annotations

import orjson

from antiphon.language.refusals import LARGEST_OUTPUT, ValueRefused, too_large
from antiphon.language.scope import MISSING, Lazy

# Values are JSON already: a subclass of dict, a dataclass or a date is something of ours, a user perhaps.
STRICT = orjson.OPT_PASSTHROUGH_SUBCLASS | orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME


def json_default(value: object) -> object:
    """Return what a value that is no JSON stands for; raises `TypeError` for what stands for none."""
    if isinstance(value, Lazy):
        return value.value()
    raise TypeError(f"{type(value).__name__} is no JSON value")


def json_bytes(value: object) -> bytes:
    """Return the value as JSON.

    Raises:
        ValueRefused: It is no JSON value (a user, bytes, too deep, a number over 64 bits), or over 10 MB.
    """
    try:
        text = orjson.dumps(value, json_default, STRICT)
    except (TypeError, RecursionError) as error:
        raise no_json(value, str(error)) from None
    if len(text) > LARGEST_OUTPUT:
        raise too_large()
    return text


def no_json(value: object, reason: str) -> ValueRefused:
    """Return the error of a value that orjson refuses for `reason`."""
    if value is MISSING:
        return ValueRefused(sentence="an absent value cannot be sent")
    if isinstance(value, bytes):
        return ValueRefused(sentence="bytes are no JSON value", advice="`| base64` and `| hex` make text of them")
    hint = "name one of its parts (`bob.id`)" if "is no JSON value" in reason or "serializable" in reason else None
    return ValueRefused(sentence=f"this cannot be written as JSON: {reason}", advice=hint)


def text_of(value: object) -> str:
    """Return the value as it stands inside a text: a text as it is, all else as JSON.

    Raises:
        ValueRefused: It is neither JSON nor UTF-8.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, Lazy):
        return text_of(value.value())
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            sentence = "these bytes are not UTF-8"
            raise ValueRefused(sentence=sentence, advice="`| base64` and `| hex` make text of them") from None
    return json_bytes(value).decode()


def identity(value: object) -> object:
    """Return a hashable value that is equal for equal JSON values: 1 and 1.0 are, 1 and true and "1" are not."""
    match value:
        case bool() | str() | bytes() | None:
            return (type(value), value)
        case int() | float():
            return ("number", value)
        case list() | tuple():
            return ("list", tuple(identity(item) for item in value))
        case dict():
            return ("map", frozenset((key, identity(item)) for key, item in value.items()))
        case _:
            return ("object", id(value))


def same(expected: object, actual: object) -> bool:
    """Return whether two values that are no maps or lists are equal, types included; 1 equals 1.0."""
    if type(expected) is type(actual):
        return expected == actual
    if isinstance(expected, bool) or isinstance(actual, bool):
        return False
    if isinstance(expected, int | float) and isinstance(actual, int | float):
        return expected == actual
    if isinstance(expected, bytes | bytearray | memoryview) and isinstance(actual, bytes | bytearray | memoryview):
        return bytes(expected) == bytes(actual)
    return False
