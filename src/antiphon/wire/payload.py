"""JSON payloads with their binary parts set aside: bytes to values, and values to bytes.

Socket.IO replaces each binary value of a payload by a placeholder and sends the bytes after it.
"""

from __future__ import annotations

from collections.abc import Sequence

import orjson

from antiphon.wire.errors import LocalProtocolError, RemoteProtocolError


def parse(raw: bytes, attachments: Sequence[bytes] = ()) -> object:
    """Return the value that `raw` spells, with the attachments in their places.

    Raises:
        RemoteProtocolError: It is not JSON (NaN, broken UTF-8, over 1,024 levels), or a placeholder
            names an attachment that did not come.
    """
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise RemoteProtocolError(breach=f"a payload is not JSON ({error})", came=raw) from None
    return _filled(value, attachments, raw) if attachments else value


def parse_list(raw: bytes, attachments: Sequence[bytes] = ()) -> list[object]:
    """Return the list that `raw` spells; anything but a list is a breach, too."""
    value = parse(raw, attachments)
    if not isinstance(value, list):
        raise RemoteProtocolError(breach="a payload is not a JSON list", came=raw)
    return value


def dump(value: object) -> tuple[bytes, tuple[bytes, ...]]:
    """Return `value` as JSON, and the binary values that it left placeholders for.

    NaN and the infinities become null, as in JavaScript.

    Raises:
        LocalProtocolError: JSON has no word for a part of it, or a whole number is beyond 64 bits.
    """
    try:
        return orjson.dumps(value), ()
    except TypeError:  # orjson.JSONEncodeError is one
        return _dumped_with_attachments(value)


def _dumped_with_attachments(value: object) -> tuple[bytes, tuple[bytes, ...]]:
    attachments: list[bytes] = []

    def set_aside(part: object) -> object:
        if isinstance(part, bytes | bytearray | memoryview):
            attachments.append(bytes(part))
            return {"_placeholder": True, "num": len(attachments) - 1}
        raise TypeError

    try:
        return orjson.dumps(value, default=set_aside), tuple(attachments)
    except TypeError as error:
        raise LocalProtocolError(breach=f"cannot be sent as JSON ({error})") from None


def _filled(value: object, attachments: Sequence[bytes], raw: bytes) -> object:
    # A loop, not a recursion: the peer chooses how deep the value is.
    root: list[object] = [value]
    waiting: list[list[object] | dict[str, object]] = [root]
    while waiting:
        holder = waiting.pop()
        places = list(holder.items()) if isinstance(holder, dict) else list(enumerate(holder))
        for place, part in places:
            if isinstance(part, dict) and part.get("_placeholder") is True:
                holder[place] = _attachment(part.get("num"), attachments, raw)  # type: ignore[index]
            elif isinstance(part, dict | list):
                waiting.append(part)
    return root[0]


def _attachment(number: object, attachments: Sequence[bytes], raw: bytes) -> bytes:
    if type(number) is not int or not 0 <= number < len(attachments):
        raise RemoteProtocolError(breach=f"a placeholder names attachment {number!r} of {len(attachments)}", came=raw)
    return attachments[number]
