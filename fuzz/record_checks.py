"""The history's file: what can be read is read, and the rest is said to be damaged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from antiphon.history import record, stream
from antiphon.history.entries import AnyEntry, Beat, Call, Event, Tick
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
    _stream(data, entries, whole=problem is None)


def _stream(data: bytes, entries: Sequence[AnyEntry], *, whole: bool) -> None:
    """As a stream a record gives the same entries, or says that it cannot be read."""
    contents = stream.contents_of(lambda at, count: data[at : at + count])
    try:
        lots = [*stream.in_order(lambda at, count: data[at : at + count], contents)]
    except record.UnreadableRecord as told:
        must(not whole and bool(str(told)), "a whole record that cannot be streamed", data)
        return
    own = any(isinstance(entry, Tick) for entry in entries)
    streamed = [entry for lot in lots for entry in lot if own or not isinstance(entry, Tick)]
    if whole:
        must(len(streamed) == len(entries), "a stream that loses or doubles entries", data)
        numbers = [entry.seq for entry in streamed]
        must(numbers == sorted(numbers), "a stream out of order", data)


def _records() -> Iterator[bytes]:
    yield _HEAD
    yield _HEAD + record.encode([Beat(at_s=1.0, what="heartbeat"), Event(at_s=2.0, name="m", args=b"[1]")])
    call = Call(at_s=3.0, method="GET", template="/x", url="http://127.0.0.1/x", sent_s=2.5, status=200)
    yield _HEAD + record.encode([call]) + record.encode([call])


TARGETS = (Target("record", "a damaged record tells where the damage is", record_file, _records),)
