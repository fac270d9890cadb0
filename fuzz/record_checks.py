"""The history's file: what can be read is read, and the rest is said to be damaged."""

from __future__ import annotations

from collections.abc import Iterator

from antiphon.history import record
from antiphon.history.entries import Beat, Call, Event
from fuzz.target import Target, must

_HEAD = record.header()


def record_file(data: bytes) -> None:
    """A damaged record gives the entries before the damage and says where it is."""
    entries, problem = record.decode(data)
    if problem is None:
        must(data == _HEAD or bool(entries) or len(data) > len(_HEAD), "a record without entries or a problem", data)
        again, problem = record.decode(_HEAD + record.encode(entries))
        must(problem is None and list(again) == list(entries), "entries change when they are written again", entries)
    else:
        must(bool(str(problem)), "a damage that is not told", data)


def _records() -> Iterator[bytes]:
    yield _HEAD
    yield _HEAD + record.encode([Beat(at_s=1.0, what="heartbeat"), Event(at_s=2.0, name="m", args=b"[1]")])
    call = Call(at_s=3.0, method="GET", template="/x", url="http://127.0.0.1/x", sent_s=2.5, status=200)
    yield _HEAD + record.encode([call]) + record.encode([call])


TARGETS = (Target("record", "a damaged record tells where the damage is", record_file, _records),)
