r"""The record's file format: a history that can be appended to, and read as far as it was written.

    file:   "ANTIPHON" 0x1A version(1 byte) block*
    block:  length(4) crc32(4) zstd(msgpack([entry, ...]))        numbers in big-endian

Each block stands for itself: a file that was cut off anywhere gives all its whole blocks, and says
what is missing. Sizes are bounded before anything is unpacked.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import msgspec
import zstandard

from antiphon.core.errors import EnvironmentProblem
from antiphon.history.entries import AnyEntry

VERSION = 1
MAGIC = b"ANTIPHON\x1a"
MOST_ENTRIES = 4096
MOST_BLOCK_BYTES = 64 << 20
MOST_PACKED_BYTES = 65 << 20  # what cannot be compressed grows a little
_HEAD_BYTES = 8
_LEVEL = 3
_BLOCK_BYTES = 1 << 20
_FIRST_ENTRIES = 1024  # tried as the first block

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(list[AnyEntry])


class Head(msgspec.Struct, gc=False, kw_only=True, frozen=True):
    """What an entry is, without what it says: read at half the price.

    Attributes:
        entry: Its kind (`call`, `event`, …).
        seq: Its position in the run's history.
        play: Which play it belongs to.
    """

    entry: str = ""
    seq: int = 0
    play: str = ""


T = TypeVar("T")
LeavesOut = Callable[[Sequence[Head]], bool]
Read = Callable[[int, int], bytes]
"""Returns at most so many bytes of a record, from a place on; fewer at its end."""
_heads_decoder = msgspec.msgpack.Decoder(list[Head])


@dataclass(eq=False, kw_only=True)
class UnreadableRecord(EnvironmentProblem):
    """A history's file, or the rest of it, cannot be read."""

    what: str
    at_byte: int
    entries: int = 0
    advice: str | None = None

    def __str__(self) -> str:
        kept = f"; the {self.entries:,} entries before it are whole" if self.entries else ""
        return f"the history cannot be read from byte {self.at_byte:,} on: {self.what}{kept}"

    @property
    def hint(self) -> str | None:
        """What to do next."""
        return self.advice


@dataclass(eq=False, kw_only=True)
class TooLargeEntry(EnvironmentProblem):
    """One entry alone is larger than a block of a history's file may be."""

    seq: int
    size_bytes: int

    def __str__(self) -> str:
        return f"entry {self.seq} has {self.size_bytes:,} bytes, more than a history keeps ({MOST_BLOCK_BYTES:,})"


def header() -> bytes:
    """Return what a record begins with."""
    return MAGIC + bytes([VERSION])


def encode(entries: Sequence[AnyEntry]) -> bytes:
    """Return the blocks of these entries, to be written after the header or after other blocks.

    Raises:
        TooLargeEntry: An entry is too large to be kept.
    """
    return b"".join(_blocks(entries))


def _blocks(entries: Sequence[AnyEntry]) -> Iterator[bytes]:
    compress = zstandard.ZstdCompressor(level=_LEVEL).compress
    done, count = 0, _FIRST_ENTRIES
    while done < len(entries):
        some = entries[done : done + count]
        packed = _encoder.encode(some)  # all at once: a call for each costs half as much again
        if len(some) > 1 and len(packed) > _BLOCK_BYTES:
            count = max(1, min(len(some) // 2, len(some) * _BLOCK_BYTES // len(packed)))
            continue
        if len(packed) > MOST_BLOCK_BYTES:
            raise TooLargeEntry(seq=some[0].seq, size_bytes=len(packed))
        body = compress(packed)
        yield len(body).to_bytes(4, "big") + zlib.crc32(body).to_bytes(4, "big") + body
        done += len(some)
        count = min(2 * count, MOST_ENTRIES) if 2 * len(packed) <= _BLOCK_BYTES else count


def decode(data: bytes, leaves_out: LeavesOut | None = None) -> tuple[Sequence[AnyEntry], UnreadableRecord | None]:
    """Return all entries of the record's whole blocks, and why there are no more if its end is damaged.

    Args:
        data: The record.
        leaves_out: Whether a block of these entries is passed over; none is if it is not given.
    """

    def read(at: int, count: int) -> bytes:
        return data[at : at + count]

    at, problem = first_block(read)
    if problem is not None:
        return (), problem
    entries: list[AnyEntry] = []
    while True:
        try:
            body, behind = body_at(read, at)
            if body is None:
                return entries, None
            entries += entries_of(body, leaves_out)
        except Damaged as damage:
            return entries, UnreadableRecord(what=str(damage), at_byte=at, entries=len(entries))
        at = behind


class Damaged(Exception):
    """A block cannot be read."""


def first_block(read: Read) -> tuple[int, UnreadableRecord | None]:
    """Return where a record's blocks begin, and what is wrong with its header if anything is."""
    start = len(MAGIC) + 1
    return start, _header_problem(read(0, start))


def _header_problem(data: bytes) -> UnreadableRecord | None:
    head = len(MAGIC) + 1
    if not data.startswith(MAGIC):
        cut = len(data) < len(MAGIC) and MAGIC.startswith(data)
        return UnreadableRecord(
            what="it was cut off in its header" if cut else "it is no history of Antiphon", at_byte=0
        )
    if len(data) < head:
        return UnreadableRecord(what="it was cut off in its header", at_byte=len(MAGIC))
    version = data[head - 1]
    if version == VERSION:
        return None
    advice = "read it with the version of Antiphon that wrote it" if version < VERSION else "install a newer Antiphon"
    return UnreadableRecord(
        what=f"it has format {version}, and this version reads {VERSION}", at_byte=head - 1, advice=advice
    )


def body_at(read: Read, at: int) -> tuple[bytes | None, int]:
    """Return the block at a place, packed, and where the next one is; None where the record ends.

    Raises:
        Damaged: It was cut off, or changed.
    """
    head = read(at, _HEAD_BYTES)
    if not head:
        return None, at
    if len(head) < _HEAD_BYTES:
        raise Damaged("it was cut off")
    length = int.from_bytes(head[:4], "big")
    if length > MOST_PACKED_BYTES:
        raise Damaged(f"a block claims {length:,} bytes")
    body = read(at + _HEAD_BYTES, length)
    if len(body) < length:
        raise Damaged("it was cut off")
    if zlib.crc32(body) != int.from_bytes(head[4:], "big"):
        raise Damaged("a block was changed after it had been written")
    return body, at + _HEAD_BYTES + length


def entries_of(body: bytes, leaves_out: LeavesOut | None = None) -> list[AnyEntry]:
    """Return the entries of a packed block; none if it is passed over.

    Raises:
        Damaged: It cannot be unpacked.
    """

    def entries(plain: bytes) -> list[AnyEntry]:
        if leaves_out is not None and leaves_out(_heads_decoder.decode(plain)):
            return []
        return _decoder.decode(plain)

    return unpacked(body, entries)


def unpacked(body: bytes, decoded: Callable[[bytes], T]) -> T:
    """Return what a packed block holds, as `decoded` reads it.

    Raises:
        Damaged: It cannot be unpacked.
    """
    try:
        size = zstandard.frame_content_size(body)
        if not 0 <= size <= MOST_BLOCK_BYTES:
            raise Damaged(f"a block would unpack to {size:,} bytes")
        return decoded(zstandard.ZstdDecompressor().decompress(body, max_output_size=MOST_BLOCK_BYTES))
    except (zstandard.ZstdError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Damaged(f"a block cannot be unpacked ({error})") from None
