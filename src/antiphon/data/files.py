"""Files of several types with an exact size: what they hold comes from dice, what they are is real.

Images, documents and archives open in the programs made for them; size is padded where their formats
allow it: in a chunk, a comment or a segment that readers skip.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Mapping
from types import MappingProxyType

from msgspec import Struct

from antiphon.core.clock import Dice
from antiphon.data.texts import text

LARGEST_BYTES = 1_000_000_000
_THROWN_BYTES = 65_536
_USUAL_BYTES = 10_000


class SampleFile(Struct, frozen=True):
    """A file to upload."""

    name: str
    content_type: str
    data: bytes


def make_file(name: str, dice: Dice, size: int | None = None) -> SampleFile:
    """Return a file whose type follows from its name, of exactly `size` bytes (10,000 if it is not said).

    `.txt .csv .json .png .jpg .pdf .zip` are what they say; `broken.png` and other names that begin with
    `broken` have the right first bytes and no more; anything else is an octet stream.

    Raises:
        ValueError: The type cannot be that small, or the size is negative or over a gigabyte.
    """
    stem, _, ending = name.rpartition("/")[2].rpartition(".")
    content_type, make = _TYPES.get(ending.lower() if stem else "", _UNKNOWN)
    if stem.lower().startswith("broken"):
        make = _broken(make)
    wanted = _USUAL_BYTES if size is None else size
    if not 0 <= wanted <= LARGEST_BYTES:
        raise ValueError(f"a file has 0 to {LARGEST_BYTES} bytes, not {wanted}")
    data = make(dice, wanted)
    if len(data) != wanted:
        raise ValueError(f"a file of the type .{ending.lower()} has at least {len(data)} bytes, not {wanted}")
    return SampleFile(name, content_type, data)


def content_type_of(name: str) -> str:
    """Return the type that a file's name says."""
    stem, _, ending = name.rpartition("/")[2].rpartition(".")
    return _TYPES.get(ending.lower() if stem else "", _UNKNOWN)[0]


def _noise(dice: Dice, count: int) -> bytes:
    # Thrown once and repeated: a file of 100 MB should not cost 100 MB of throws.
    block = dice.bytes(min(count, _THROWN_BYTES))
    return block if count <= _THROWN_BYTES else (block * (count // _THROWN_BYTES + 1))[:count]


def _plain_text(dice: Dice, size: int) -> bytes:
    if size > _THROWN_BYTES:
        block = text(dice, _THROWN_BYTES - 1).encode() + b"\n"
        return (block * (size // len(block) + 1))[:size]
    return text(dice, size).encode()


def _csv(dice: Dice, size: int) -> bytes:
    head = b"id,name,amount\r\n"
    if size < len(head):
        return head
    rows = []
    left = size - len(head)
    number = 0
    while left > 40:
        number += 1
        row = b"%d,%s,%d.%02d\r\n" % (number, text(dice, 9).encode(), dice.integer(0, 9999), dice.integer(0, 99))
        rows.append(row)
        left -= len(row)
        if number == 1000:  # repeated from here on, for the sake of large files
            block = b"".join(rows)
            rows += [block] * (left // len(block))
            left %= len(block)
    # The last field of the last row takes what is left; fewer than five bytes go to line ends.
    rows.append(b"0,%s,0" % (b"x" * (left - 4)) if left >= 5 else b"\n" * left)
    return head + b"".join(rows)


def _json(dice: Dice, size: int) -> bytes:
    head, tail = b'{"text": "', b'"}'
    return head + _letters(dice, size - len(head) - len(tail)) + tail


def _letters(dice: Dice, count: int) -> bytes:
    return _plain_text(dice, max(count, 0)).replace(b"\n", b" ")


def _png(dice: Dice, size: int) -> bytes:
    width = height = 16
    rows = b"".join(b"\0" + dice.bytes(3 * width) for _ in range(height))
    start = b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    # Stored, not compressed, so that the least size does not depend on what was thrown.
    end = _chunk(b"IDAT", zlib.compress(rows, 0)) + _chunk(b"IEND", b"")
    left = size - len(start) - len(end)
    if left <= 0:
        return start + end
    # PNG, 11.3.3: a text chunk has twelve bytes around it and holds a keyword and a zero.
    keyword = b"Comment\0"
    return start + _chunk(b"tEXt", keyword + _letters(dice, left - 12 - len(keyword))) + end


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _jpeg(dice: Dice, size: int) -> bytes:
    start, end = _JPEG[:_JFIF_END], _JPEG[_JFIF_END:]
    left = size - len(_JPEG)
    segments = []
    while left > 0:
        # ITU T.81, B.2.4.5: a comment has two bytes of marker and two of length, which counts itself.
        inside = min(max(left - 4, 0), 65_000)
        if 0 < left - 4 - inside < 4:
            inside -= 4
        segments.append(b"\xff\xfe" + struct.pack(">H", inside + 2) + _noise(dice, inside))
        left -= inside + 4
    return start + b"".join(segments) + end


def _pdf(dice: Dice, size: int) -> bytes:
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Resources << >> >>",
    )
    body = b"%PDF-1.4\n"
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)

    def end(table_at: int) -> bytes:
        table = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
        table += b"".join(b"%010d 00000 n \n" % place for place in places)
        trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%010d\n%%%%EOF\n" % (len(objects) + 1, table_at)
        return table + trailer

    left = size - len(body) - len(end(0))
    if left <= 0:
        return body + end(len(body))
    comment = b"%" + _letters(dice, left - 2) + b"\n"
    return body + comment + end(len(body) + len(comment))


def _zip(dice: Dice, size: int) -> bytes:
    # APPNOTE 4.3.7, 4.3.12, 4.3.16: one stored entry takes 30 + 46 + 22 bytes and its name twice.
    name = b"data.bin"
    content = _noise(dice, max(size - 98 - 2 * len(name), 0))
    check = zlib.crc32(content)
    common = struct.pack(
        "<HHHHHIIIHH", 20, 0, 0, 0, 0x5821, check, len(content), len(content), len(name), 0
    )  # the first of January 2024: nothing here knows what day it is
    local = b"PK\3\4" + common + name + content
    central = b"PK\1\2" + struct.pack("<H", 20) + common + struct.pack("<HHHII", 0, 0, 0, 0, 0) + name
    return local + central + b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central), len(local), 0)


def _broken(make: Callable[[Dice, int], bytes]) -> Callable[[Dice, int], bytes]:
    start: dict[Callable[[Dice, int], bytes], bytes] = {
        _png: b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        _jpeg: _JPEG[:_JFIF_END],
        _pdf: b"%PDF-1.4\n",
        _zip: b"PK\3\4",
    }
    first = start.get(make, b"")

    def broken(dice: Dice, size: int) -> bytes:
        return first[:size] + _noise(dice, max(size - len(first), 0))

    return broken


def _segment(marker: int, content: bytes) -> bytes:
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(content) + 2) + content


# A grey picture of 8 by 8 points (ITU T.81): baseline, one component, and Huffman tables of one code each,
# so that two zero bits say "no difference" and "end of block".
_JFIF_END = 20  # the JFIF segment comes first of all (JFIF 1.02, "Identification")
_ONE_CODE = bytes([1, *([0] * 15), 0])
_JPEG = b"".join(
    [
        b"\xff\xd8",
        _segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0"),
        _segment(0xDB, b"\0" + b"\x10" * 64),
        _segment(0xC0, struct.pack(">BHHB", 8, 8, 8, 1) + b"\1\x11\0"),
        _segment(0xC4, b"\0" + _ONE_CODE),
        _segment(0xC4, b"\x10" + _ONE_CODE),
        _segment(0xDA, b"\1\1\0\0\x3f\0"),
        b"\x3f\xff\xd9",
    ]
)

_UNKNOWN: tuple[str, Callable[[Dice, int], bytes]] = ("application/octet-stream", _noise)
_TYPES: Mapping[str, tuple[str, Callable[[Dice, int], bytes]]] = MappingProxyType(
    {
        "txt": ("text/plain", _plain_text),
        "csv": ("text/csv", _csv),
        "json": ("application/json", _json),
        "png": ("image/png", _png),
        "jpg": ("image/jpeg", _jpeg),
        "jpeg": ("image/jpeg", _jpeg),
        "pdf": ("application/pdf", _pdf),
        "zip": ("application/zip", _zip),
        "bin": _UNKNOWN,
    }
)
