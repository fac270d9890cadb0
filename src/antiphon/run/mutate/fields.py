"""The fields of a JSON value: where they stand, what each might be instead, and the value with one of them changed."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from typing import Final

Path = tuple[str | int, ...]

_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)")
_MADE_UP: Final = re.compile(r"(?=.*[0-9])(?=.*[A-Za-z])[\w+/=.-]{16,}")
_DEEPEST = 12
_MOST = 400


def leaves(value: object) -> Iterator[tuple[str, Path]]:
    """Yield each field of a value once: its name (`items[].id`) and where its first example stands.

    A list is a field itself, and its members' fields are those of the first member that has them.
    """
    seen: set[str] = set()
    for name, path in _walk(value, "", (), _DEEPEST):
        if name not in seen:
            seen.add(name)
            yield name, path
            if len(seen) == _MOST:
                return


def _walk(value: object, name: str, path: Path, deeper: int) -> Iterator[tuple[str, Path]]:
    if deeper == 0:
        return
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _walk(inner, f"{name}.{key}" if name else str(key), (*path, str(key)), deeper - 1)
    elif isinstance(value, list):
        if value and name:
            yield name, path
        for index, inner in enumerate(value):
            if isinstance(inner, Mapping | list):
                yield from _walk(inner, f"{name}[]", (*path, index), deeper - 1)
    elif path:
        yield name, path


def found(value: object, path: Path) -> object:
    """Return what stands at a place.

    Raises:
        KeyError: Nothing does.
    """
    for part in path:
        try:
            value = value[part]  # type: ignore[index]  # what cannot be looked into is told as missing
        except (IndexError, TypeError) as error:
            raise KeyError(part) from error
    return value


def is_moment(text: str) -> bool:
    """Return whether a text is a time as JSON carries it."""
    return _TIME.fullmatch(text) is not None


def is_made_up(text: str) -> bool:
    """Return whether a text is made anew each time: a moment, an id, a long mixture of letters and digits."""
    return is_moment(text) or _UUID.fullmatch(text) is not None or _MADE_UP.fullmatch(text) is not None


def altered(value: object) -> object:
    """Return another value of the same kind: an id for an id, a moment for a moment, one member fewer for a list."""
    match value:
        case bool():
            return not value
        case int() | float():
            return value + 1
        case str():
            return _other_text(value)
        case list():
            return value[:-1]
        case _:
            return "falsified"


def _other_text(text: str) -> str:
    if _UUID.fullmatch(text):
        last = text[-1]
        return text[:-1] + ("0" if last != "0" else "1")
    if _TIME.fullmatch(text):
        moment = dt.datetime.fromisoformat(text)
        later = (moment + dt.timedelta(hours=1)).isoformat(timespec="milliseconds")
        return later.replace("+00:00", "Z") if text.endswith("Z") else later
    if text.isdigit():
        return str(int(text) + 1)
    if not text:
        return "~"
    # Of the same length, so that only what it says is false: no limit of its length notices.
    return ("x" if text[0] != "x" else "y") + text[1:]


def with_altered(value: object, path: Path) -> object:
    """Return a copy in which another value stands at a place."""
    return _changed(value, path, lambda old: altered(old))


def without(value: object, path: Path) -> object:
    """Return a copy that lacks what stands at a place."""
    return _changed(value, path, None)


def _changed(value: object, path: Path, change: object) -> object:
    first, *rest = path
    copy: dict[object, object] | list[object]
    copy = dict(value) if isinstance(value, Mapping) else list(value)  # type: ignore[call-overload]  # a path leads through maps and lists alone
    if rest:
        copy[first] = _changed(copy[first], tuple(rest), change)
    elif callable(change):
        copy[first] = change(copy[first])
    else:
        del copy[first]
    return copy
