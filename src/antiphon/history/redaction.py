"""Entries without secrets: what the record, and everything made from it, may contain."""

from __future__ import annotations

from typing import Any, assert_never

from msgspec.structs import replace

from antiphon.core.redaction import Redactor
from antiphon.history.entries import (
    AnyEntry,
    Beat,
    Call,
    Connection,
    Emit,
    Event,
    Headers,
    Mark,
    Sample,
    Tick,
    User,
)


def redacted(entry: AnyEntry, redactor: Redactor) -> AnyEntry:
    """Return the entry without secrets; the entry itself is left as it is."""
    match entry:
        case Call():
            return replace(
                entry,
                url=redactor.text(entry.url),
                request_headers=_headers(entry.request_headers, redactor),
                request_body=redactor.data(entry.request_body),
                response_headers=_headers(entry.response_headers, redactor),
                response_body=redactor.data(entry.response_body),
                failure_detail=redactor.text(entry.failure_detail),
            )
        case Emit():
            return _changed(
                entry,
                args=redactor.data(entry.args),
                ack=None if entry.ack is None else redactor.data(entry.ack),
                failure=redactor.text(entry.failure),
            )
        case Event():
            attachments = tuple(redactor.data(part) for part in entry.attachments)
            return _changed(entry, args=redactor.data(entry.args), attachments=attachments)
        case Connection():
            return _changed(entry, reason=redactor.text(entry.reason), data=redactor.data(entry.data))
        case Beat():
            return _changed(entry, answer=redactor.data(entry.answer))
        case Mark():
            return _changed(entry, note=redactor.text(entry.note))
        case User() | Sample() | Tick():
            return entry
        case _:
            assert_never(entry)


def _headers(headers: Headers, redactor: Redactor) -> Headers:
    return tuple((name, redactor.header(name, value)) for name, value in headers)


def _changed(entry: AnyEntry, **fields: Any) -> AnyEntry:
    """Return a copy with these fields, or the entry itself where nothing in them has changed."""
    if all(getattr(entry, name) == value for name, value in fields.items()):
        return entry
    return replace(entry, **fields)
