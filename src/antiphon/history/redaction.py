"""Entries without secrets: what the record, and everything made from it, may contain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, groupby
from operator import attrgetter
from typing import Any

from msgspec.structs import replace

from antiphon.core.redaction import Redactor
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

_TEXTS: dict[type[Entry], tuple[str, ...]] = {
    Call: ("url", "failure_detail"),
    Emit: ("failure",),
    Connection: ("reason",),
    Mark: ("note",),
    Probe: ("sql", "failure"),
}
_BYTES: dict[type[Entry], tuple[str, ...]] = {
    Call: ("request_body", "response_body"),
    Emit: ("args", "ack"),
    Event: ("args",),
    Answer: ("args",),
    Connection: ("data",),
    Beat: ("answer",),
    Probe: ("values", "rows"),
}
"""What may hold a secret, beside headers and binary parts."""
_BINARY: dict[type[Entry], tuple[str, ...]] = {
    Emit: ("attachments", "ack_attachments"),
    Event: ("attachments",),
    Answer: ("attachments",),
}
"""The binary parts, which may hold one as well."""
_HEADERS: dict[type[Entry], tuple[str, ...]] = {Call: ("request_headers", "response_headers")}


def redacted(entry: AnyEntry, redactor: Redactor) -> AnyEntry:
    """Return the entry without secrets; the entry itself is left as it is."""
    return redacted_all([entry], redactor)[0]


def redacted_all(entries: Sequence[AnyEntry], redactor: Redactor) -> list[AnyEntry]:
    """Return the entries without secrets; they themselves are left as they are.

    What differs among all that they say is searched as one text: a search costs some 20 µs to begin with, a scenario
    has hundreds of fields, and most of them say again what others have said.
    """
    kinds = _by_kind(entries)
    every_header = list(dict.fromkeys(_said(kinds, _HEADERS)))
    values = (value for headers in every_header for _, value in headers)
    texts = list(dict.fromkeys(chain(_said(kinds, _TEXTS), values)))
    data = list(dict.fromkeys(chain(_said(kinds, _BYTES), chain.from_iterable(_said(kinds, _BINARY)))))
    clean = redactor.many([*(text.encode("utf-8", "surrogatepass") for text in texts), *data])
    changed = _Changed(texts, data, clean)
    headers = {one: changed.headers(one, redactor) for one in every_header}
    headers = {one: new for one, new in headers.items() if one != new}
    if not changed.texts and not changed.data and not headers:
        return list(entries)
    return [changed.entry(entry, headers) for entry in entries]


def _by_kind(entries: Sequence[AnyEntry]) -> dict[type[Entry], list[AnyEntry]]:
    kinds: dict[type[Entry], list[AnyEntry]] = {}
    for kind, some in groupby(entries, type):
        kinds.setdefault(kind, []).extend(some)
    return kinds


def _said(
    kinds: Mapping[type[Entry], Sequence[AnyEntry]], fields: Mapping[type[Entry], tuple[str, ...]]
) -> Iterable[Any]:
    """Return what stands in these fields and is not empty, kind by kind: a flood's events have no loop of ours."""
    found = (map(attrgetter(name), kinds[kind]) for kind, names in fields.items() if kind in kinds for name in names)
    return filter(None, chain.from_iterable(found))


class _Changed:
    """What of the entries holds a secret, with what stands in its place."""

    __slots__ = ("data", "texts")

    def __init__(self, texts: Sequence[str], data: Sequence[bytes], clean: Sequence[bytes]) -> None:
        of_texts, of_data = clean[: len(texts)], clean[len(texts) :]
        self.texts = {
            text: new.decode("utf-8", "surrogatepass")
            for text, new in zip(texts, of_texts, strict=True)
            if text.encode("utf-8", "surrogatepass") != new
        }
        self.data = {one: new for one, new in zip(data, of_data, strict=True) if one != new}

    def headers(self, headers: Headers, redactor: Redactor) -> Headers:
        """Return headers without secrets, of which some are one by their name."""
        return tuple((name, redactor.in_header(name, self.texts.get(value, value))) for name, value in headers)

    def entry(self, entry: AnyEntry, headers: Mapping[Headers, Headers]) -> AnyEntry:
        """Return an entry without secrets, itself if it has none."""
        kind = type(entry)
        new: dict[str, Any] = {}
        for fields, known in ((_TEXTS, self.texts), (_BYTES, self.data), (_HEADERS, headers)):
            for name in fields.get(kind, ()):
                value = getattr(entry, name)
                if value in known:
                    new[name] = known[value]
        for name in _BINARY.get(kind, ()):
            parts = getattr(entry, name)
            if any(part in self.data for part in parts):
                new[name] = tuple(self.data.get(part, part) for part in parts)
        return replace(entry, **new) if new else entry
