"""Messages of a plain WebSocket: where a target writes their name, data and correlation, and how one is written.

A plain WebSocket knows messages, not events. A `Dialect` says where in a JSON message its name and data stand; a
message that names nothing is heard under a name of ours: `message` (JSON), `text` (no JSON) or `binary`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

import orjson
from msgspec import Struct, field

from antiphon.core.errors import Problems
from antiphon.core.source import NOWHERE
from antiphon.language.address import WHOLE_MESSAGE, Address, parse_address
from antiphon.language.refusals import EvaluationRefused
from antiphon.language.scope import MISSING
from antiphon.wire.errors import LocalProtocolError, RemoteProtocolError

NAMELESS: Final = "message"
"""A JSON message without a name."""
TEXT: Final = "text"
"""A text message that is no JSON."""
BINARY: Final = "binary"
"""A binary message."""

_LONGEST_NAME: Final = 500


def _address(text: str) -> Address:
    return parse_address(text, NOWHERE, Problems(), body=WHOLE_MESSAGE)


class Dialect(Struct, frozen=True, kw_only=True):
    """Where the parts of a target's messages stand.

    Attributes:
        name: Of a message heard; over the message's own keys, `$` is the whole of it.
        data: Of a message heard.
        correlation: Of a message heard: what the emit that it answers carried.
        emit_name: Where the name of a message to be sent is put: the keys that lead there.
        emit_data: Where its data is put; none: the data is the message itself.
        emit_correlation: Where its correlation is put; None: it has none.
        correlates_by: What the correlations that we make are.
    """

    name: Address = field(default_factory=lambda: _address("event | default(type)"))
    data: Address = field(default_factory=lambda: _address("$"))
    correlation: Address | None = None
    emit_name: tuple[str, ...] = ("event",)
    emit_data: tuple[str, ...] = ()
    emit_correlation: tuple[str, ...] | None = None
    correlates_by: Literal["text", "number"] = "text"


class Message(Struct, frozen=True):
    """A message as it came.

    Attributes:
        name: Its name, or ours for one without.
        args: The JSON list of its data: one value, or none.
        is_named: Whether it carries a name.
        correlation: What it says that it answers, as text; None if nothing.
    """

    name: str
    args: bytes
    is_named: bool = False
    correlation: str | None = None


class _Inside:
    """The scope of a dialect's addresses: the message's own keys."""

    __slots__ = ("message",)

    def __init__(self, message: object) -> None:
        self.message = message

    def lookup(self, name: str) -> object:
        if name == WHOLE_MESSAGE:
            return self.message
        return self.message.get(name, MISSING) if isinstance(self.message, Mapping) else MISSING


def decode(payload: bytes, dialect: Dialect) -> Message:
    """Return what a text message says.

    Raises:
        RemoteProtocolError: It is not UTF-8.
    """
    try:
        value = orjson.loads(payload)
    except orjson.JSONDecodeError:
        return Message(TEXT, b"[" + orjson.dumps(_text(payload)) + b"]")
    inside = _Inside(value)
    name = _part(dialect.name, inside)
    data = _part(dialect.data, inside)
    if data is MISSING:
        args = b"[]"
    elif data is value:
        args = b"[" + payload + b"]"  # as it came, without a second writing
    else:
        args = orjson.dumps([data])
    correlation = _part(dialect.correlation, inside) if dialect.correlation is not None else MISSING
    named = isinstance(name, str | int) and not isinstance(name, bool) and len(str(name)) <= _LONGEST_NAME
    return Message(
        str(name) if named else NAMELESS,
        args,
        is_named=named,
        correlation=correlation_text(correlation),
    )


def correlation_text(value: object) -> str | None:
    """Return a correlation as it is compared: ids are compared as text; None if it is none."""
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return None


def message_of(name: str, data: object, dialect: Dialect, *, correlation: str | int | None = None) -> object:
    """Return the message that says `name` and `data`: the data itself, or a map that holds it.

    A correlation that the data already has is kept.

    Raises:
        LocalProtocolError: A part has no place in it.
    """
    if dialect.emit_data:
        message: object = {}
    elif data is MISSING:
        message = {}
    elif isinstance(data, Mapping):
        message = dict(data)
    elif not dialect.emit_name:
        return data
    else:
        raise LocalProtocolError(breach="its message is no map, so that its name has no place in it; `send` sends any")
    if dialect.emit_name:
        message = _with(message, dialect.emit_name, name)
    if correlation is not None and dialect.emit_correlation:
        message = _with(message, dialect.emit_correlation, correlation, keep=True)
    if dialect.emit_data and data is not MISSING:
        message = _with(message, dialect.emit_data, data)
    return message


def encode(message: object) -> bytes:
    """Return a message as the JSON text that is sent.

    Raises:
        LocalProtocolError: JSON has no word for a part of it.
    """
    try:
        return orjson.dumps(message)
    except TypeError as error:  # orjson.JSONEncodeError is one
        raise LocalProtocolError(breach=f"cannot be sent as JSON ({error})") from None


def part_at(message: object, path: tuple[str, ...]) -> object:
    """Return what stands in a message where these keys lead, or MISSING."""
    for key in path:
        message = message.get(key, MISSING) if isinstance(message, Mapping) else MISSING
    return message


def _part(address: Address, inside: _Inside) -> object:
    try:
        return address(inside)
    except EvaluationRefused:  # a filter or query that cannot work with what came
        return MISSING


def _with(message: object, path: tuple[str, ...], value: object, *, keep: bool = False) -> object:
    """Return a copy of `message` with `value` where the keys lead; maps on the way are made."""
    if not isinstance(message, Mapping):
        raise LocalProtocolError(breach=f"what stands before `{'.'.join(path)}` is no map")
    key, rest = path[0], path[1:]
    if not rest:
        return {**message} if keep and key in message else {**message, key: value}
    return {**message, key: _with(message.get(key, {}), rest, value, keep=keep)}


def _text(payload: bytes) -> str:
    try:
        return payload.decode()
    except UnicodeDecodeError:
        raise RemoteProtocolError(breach="a text message is not UTF-8", came=payload) from None
