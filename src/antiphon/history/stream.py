"""A record read as a stream: its entries in the order of their numbers, with as much of it in memory as overlaps.

A run's file has its plays one after another, as they ended. So it is read twice: once for where its blocks are and
which numbers they begin with, and once from the lowest number on, each block when its turn has come.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from operator import attrgetter
from typing import TypeVar

import msgspec

from antiphon.history.entries import AnyEntry, Tick
from antiphon.history.record import Damaged, Read, UnreadableRecord, body_at, entries_of, first_block, unpacked

T = TypeVar("T")

_seq = attrgetter("seq")
_entry = attrgetter("entry")


class _Place(msgspec.Struct, gc=False):
    """What an entry is, and where it stands."""

    entry: str = ""
    seq: int = 0


class _Began(msgspec.Struct, gc=False):
    """When something was written, and when it began, by whichever name its kind has for that."""

    at_s: float = 0.0
    sent_s: float | None = None
    started_s: float | None = None
    asked_s: float | None = None


_places = msgspec.msgpack.Decoder(list[_Place])
_times = msgspec.msgpack.Decoder(list[_Began])


class Block(msgspec.Struct, frozen=True, kw_only=True):
    """Entries that stand together in the file.

    Attributes:
        at: Where.
        first: The lowest of their numbers.
        count: How many.
        ticks: Whether one of them is a tick.
    """

    at: int
    first: int
    count: int
    ticks: bool


class Contents(msgspec.Struct, frozen=True, kw_only=True):
    """What a record holds.

    Attributes:
        blocks: In the order of the lowest number in each.
        problem: Why there are no more, if its end is damaged.
    """

    blocks: Sequence[Block]
    problem: UnreadableRecord | None

    @property
    def count(self) -> int:
        """How many entries it has."""
        return sum(block.count for block in self.blocks)


def contents_of(read: Read) -> Contents:
    """Return what a record holds, as far as it is whole."""
    at, problem = first_block(read)
    blocks: list[Block] = []
    while problem is None:
        try:
            body, behind = body_at(read, at)
            if body is None:
                break
            places = unpacked(body, _places.decode)
        except Damaged as damage:
            count = sum(block.count for block in blocks)
            problem = UnreadableRecord(what=str(damage), at_byte=at, entries=count)
            break
        if places:
            kinds = set(map(_entry, places))
            blocks.append(Block(at=at, first=min(map(_seq, places)), count=len(places), ticks="tick" in kinds))
        at = behind
    return Contents(blocks=sorted(blocks, key=attrgetter("first")), problem=problem)


def in_order(read: Read, contents: Contents) -> Iterator[Sequence[AnyEntry]]:
    """Yield all entries, some at a time, each with a higher number than those before it.

    Where nobody wrote ticks into the history, one follows each lot: all that is still to come began after it.

    Raises:
        UnreadableRecord: A block holds something else than entries.
    """
    blocks = contents.blocks
    still_s = [] if any(block.ticks for block in blocks) else _still_to_come(read, blocks)
    begun: list[list[AnyEntry]] = []
    for number, block in enumerate(blocks):
        found = _read(read, block, entries_of)
        found.sort(key=_seq)
        begun.append(found)
        behind = blocks[number + 1].first if number + 1 < len(blocks) else None
        lot: list[AnyEntry] = []
        for entries in begun:
            upto = len(entries) if behind is None else bisect_left(entries, behind, key=_seq)
            lot += entries[:upto]
            del entries[:upto]
        begun = [entries for entries in begun if entries]
        if lot:
            lot.sort(key=_seq)
            yield lot
        if still_s and behind is not None:
            yield (Tick(at_s=min([still_s[number], *(_since_s(entries) for entries in begun)])),)


def _still_to_come(read: Read, blocks: Sequence[Block]) -> list[float]:
    """Return for each block when the earliest began of what the blocks behind it tell of."""
    found: list[float] = []
    since_s = float("inf")
    for block in reversed(blocks):
        found.append(since_s)
        began = _read(read, block, _times_of)
        since_s = min(since_s, _since_s(began))
    return found[::-1]


def _times_of(body: bytes) -> list[_Began]:
    return unpacked(body, _times.decode)


def _read(read: Read, block: Block, decoded: Callable[[bytes], list[T]]) -> list[T]:
    """Return what stands in a block that was whole when it was looked at first, and may yet hold nonsense."""
    try:
        body, _ = body_at(read, block.at)
        return decoded(body) if body is not None else []
    except Damaged as damage:
        raise UnreadableRecord(what=str(damage), at_byte=block.at) from None


def _since_s(entries: Sequence[AnyEntry | _Began]) -> float:
    """Return when the earliest began of what some entries tell of."""
    names = ("at_s", "sent_s", "started_s", "asked_s")
    times = (getattr(entry, name, None) for entry in entries for name in names)
    return min((at_s for at_s in times if at_s is not None), default=float("inf"))
