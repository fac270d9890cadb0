"""Entries without secrets: what the record, and everything made from it, may contain."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from msgspec.structs import replace

from antiphon.core.redaction import Redactor
from antiphon.core.secret_places import is_secret_header
from antiphon.history.entries import (
    Answer,
    AnyEntry,
    Beat,
    Call,
    Connection,
    Emit,
    Entry,
    Event,
    Headers,
    Mark,
    Probe,
)

_FIELDS: dict[type[Entry], tuple[str, ...]] = {
    Call: ("url", "request_body", "response_body", "failure_detail"),
    Emit: ("args", "ack", "failure"),
    Event: ("args",),
    Answer: ("args",),
    Connection: ("reason", "data"),
    Beat: ("answer",),
    Mark: ("note",),
    Probe: ("sql", "values", "rows", "failure"),
}
"""What may hold a secret, beside headers and binary parts."""
_BINARY: dict[type[Entry], tuple[str, ...]] = {
    Emit: ("attachments", "ack_attachments"),
    Event: ("attachments",),
    Answer: ("attachments",),
}
"""The binary parts, which may hold one as well."""


def redacted(entry: AnyEntry, redactor: Redactor) -> AnyEntry:
    """Return the entry without secrets; the entry itself is left as it is."""
    return redacted_all([entry], redactor)[0]


def redacted_all(entries: Sequence[AnyEntry], redactor: Redactor) -> list[AnyEntry]:
    """Return the entries without secrets; they themselves are left as they are.

    All their fields are searched as one text: a search costs some 20 µs to begin with, and a scenario has
    hundreds of fields.
    """
    few = list(_distinct(entries))
    if redactor.many(few) == few and not any(_has_secret_headers(entry) for entry in entries):
        return list(entries)  # as of most plays of a target without tokens
    parts = [part for entry in entries for part in _parts(entry)]
    clean = redactor.many(parts)
    rest = iter(clean)
    return [_rebuilt(entry, rest, redactor) for entry in entries]


def _has_secret_headers(entry: AnyEntry) -> bool:
    if not isinstance(entry, Call):
        return False
    return any(is_secret_header(name) for name, _ in (*entry.request_headers, *entry.response_headers))


def _distinct(entries: Sequence[AnyEntry]) -> Iterator[bytes]:
    """Yield what may hold a secret, headers that many calls share only once."""
    seen: set[Headers] = set()
    for entry in entries:
        if isinstance(entry, Call) and entry.request_headers in seen and entry.response_headers in seen:
            yield from (_bytes(getattr(entry, name)) for name in _FIELDS[Call])
            continue
        yield from _parts(entry)
        if isinstance(entry, Call):
            seen.add(entry.request_headers)
            seen.add(entry.response_headers)


def _parts(entry: AnyEntry) -> Iterator[bytes]:
    for name in _FIELDS.get(type(entry), ()):
        yield _bytes(getattr(entry, name))
    if isinstance(entry, Call):
        for _, value in (*entry.request_headers, *entry.response_headers):
            yield _bytes(value)
    for name in _BINARY.get(type(entry), ()):
        yield from getattr(entry, name)


def _rebuilt(entry: AnyEntry, clean: Iterator[bytes], redactor: Redactor) -> AnyEntry:
    changed: dict[str, Any] = {}
    for name in _FIELDS.get(type(entry), ()):
        _note(changed, entry, name, next(clean))
    if isinstance(entry, Call):
        changed["request_headers"] = _headers(entry.request_headers, clean, redactor)
        changed["response_headers"] = _headers(entry.response_headers, clean, redactor)
    for name in _BINARY.get(type(entry), ()):
        if parts := getattr(entry, name):
            changed[name] = tuple(next(clean) for _ in parts)
    return replace(entry, **changed) if changed else entry


def _note(changed: dict[str, Any], entry: AnyEntry, name: str, clean: bytes) -> None:
    value = getattr(entry, name)
    if _bytes(value) != clean:
        changed[name] = clean.decode("utf-8", "surrogatepass") if isinstance(value, str) else clean


def _headers(headers: Headers, clean: Iterator[bytes], redactor: Redactor) -> Headers:
    return tuple((name, redactor.in_header(name, next(clean))) for name, _ in headers)


def _bytes(value: str | bytes | None) -> bytes:
    if value is None:
        return b""
    return value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value
