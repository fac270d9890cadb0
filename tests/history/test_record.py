"""The record's file: what was written is read, wherever it was cut off, and nothing else is."""

from __future__ import annotations

import pickle
import zlib

import msgspec
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from antiphon.history import record
from antiphon.history.entries import AnyEntry, Beat, Call, Connection, Emit, Event, Mark, Sample, Tick, User
from antiphon.history.record import TooLargeEntry, UnreadableRecord, decode, encode, header

EVERY_KIND: tuple[AnyEntry, ...] = (
    Call(seq=1, method="GET", template="/a/:id", url="http://h/a/1", request_headers=(("a", "b"),), status=200),
    Emit(seq=2, name="join", args=b'[{"id":1}]', ack=b"[]", ack_wanted=True),
    Event(seq=3, name="message", args=b"[1]", attachments=(b"\x00\xff",)),
    Connection(seq=4, what="closed", by="target", how="close frame", code=1000),
    User(seq=5, what="made", id="7", role="OWNER"),
    Beat(seq=6, what="fence", asked_s=0.5),
    Sample(seq=7, name="own_lag", value=0.001, unit="s"),
    Mark(seq=8, what="step", edge="began", note="alice: POST /x"),
    Tick(seq=9, at_s=3.5),
)
TEXTS = st.text(max_size=20)
ENTRIES = st.lists(
    st.one_of(
        st.builds(Event, seq=st.integers(0, 2**40), at_s=st.floats(0, 1e6), name=TEXTS, args=st.binary(max_size=40)),
        st.builds(Mark, what=st.just("step"), edge=st.sampled_from(["began", "ended"]), note=TEXTS, user=TEXTS),
        st.builds(Tick, at_s=st.floats(0, 1e6)),
    ),
    max_size=30,
)


def whole(entries: list[AnyEntry]) -> bytes:
    return header() + encode(entries)


def test_every_kind_of_entry_comes_back() -> None:
    assert decode(whole(list(EVERY_KIND))) == (list(EVERY_KIND), None)


@given(ENTRIES)
def test_what_is_written_is_read(entries: list[AnyEntry]) -> None:
    found, problem = decode(whole(entries))
    assert (list(found), problem) == (entries, None)


def test_a_record_grows_by_appending() -> None:
    data = header() + encode(EVERY_KIND[:4]) + encode([]) + encode(EVERY_KIND[4:])
    assert decode(data) == (list(EVERY_KIND), None)


def test_an_empty_record_is_whole() -> None:
    assert decode(header()) == ([], None)


def test_many_entries_make_several_blocks() -> None:
    entries: list[AnyEntry] = [Tick(seq=seq, at_s=seq) for seq in range(record.MOST_ENTRIES + 5)]
    found, problem = decode(whole(entries))
    assert (list(found), problem) == (entries, None)


def test_a_large_entry_has_a_block_of_its_own() -> None:
    entries: list[AnyEntry] = [Tick(seq=1), Event(seq=2, name="big", args=b"x" * (3 << 20)), Tick(seq=3)]
    assert decode(whole(entries)) == (entries, None)


@given(st.lists(st.integers(0, 3000), max_size=60))
def test_no_block_is_larger_than_a_block_but_of_one_entry(sizes: list[int]) -> None:
    entries: list[AnyEntry] = [Event(seq=seq, name="x", args=b"y" * size) for seq, size in enumerate(sizes, 1)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(record, "_BLOCK_BYTES", 2000)
        patch.setattr(record, "_FIRST_ENTRIES", 4)
        data = whole(entries)
    assert decode(data) == (entries, None)
    at = len(header())
    while at < len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        plain = zstandard.ZstdDecompressor().decompress(data[at + 8 : at + 8 + length])
        assert len(plain) <= 2000 or len(msgspec.msgpack.decode(plain)) == 1
        at += 8 + length


def test_cut_off_anywhere_it_gives_all_whole_blocks_and_says_so() -> None:
    blocks = [encode([entry]) for entry in EVERY_KIND]
    data = header() + b"".join(blocks)
    ends = [len(header())]
    for block in blocks:
        ends.append(ends[-1] + len(block))
    for end in range(len(data)):
        found, problem = decode(data[:end])
        kept = sum(end >= block_end for block_end in ends[1:])
        assert list(found) == list(EVERY_KIND[:kept])
        assert (problem is None) == (end in ends)
        if problem is not None:
            assert "was cut off" in str(problem)


def test_a_cut_says_what_is_kept() -> None:
    data = header() + encode(EVERY_KIND[:3]) + encode(EVERY_KIND[3:])[:-1]
    _, problem = decode(data)
    end = len(header() + encode(EVERY_KIND[:3]))
    assert str(problem) == (
        f"the history cannot be read from byte {end} on: it was cut off; the 3 entries before it are whole"
    )


@pytest.mark.parametrize("data", [b"PK\x03\x04 a zip", b"\x00" * 40, b"ANTIPHON-1"])
def test_another_file_is_no_history(data: bytes) -> None:
    found, problem = decode(data)
    assert list(found) == []
    assert str(problem) == "the history cannot be read from byte 0 on: it is no history of Antiphon"


@pytest.mark.parametrize(("version", "advice"), [(0, "the version of Antiphon that wrote it"), (2, "a newer Antiphon")])
def test_another_version_is_a_clear_error(version: int, advice: str) -> None:
    data = header()[:-1] + bytes([version]) + encode(EVERY_KIND)
    _, problem = decode(data)
    assert f"it has format {version}, and this version reads 1" in str(problem)
    assert advice in str(problem.hint if problem else "")


def test_a_block_that_was_changed_ends_the_reading() -> None:
    first, second = encode(EVERY_KIND[:3]), bytearray(encode(EVERY_KIND[3:]))
    second[-3] ^= 0xFF
    found, problem = decode(header() + first + bytes(second))
    assert list(found) == list(EVERY_KIND[:3])
    assert "was changed after it had been written" in str(problem)


def block(body: bytes) -> bytes:
    return header() + len(body).to_bytes(4, "big") + zlib.crc32(body).to_bytes(4, "big") + body


def test_a_block_that_would_unpack_to_far_too_much_is_not_unpacked() -> None:
    bomb = zstandard.ZstdCompressor(level=19).compress(b"\0" * (record.MOST_BLOCK_BYTES + 1))
    assert len(bomb) < 100_000
    _, problem = decode(block(bomb))
    assert "would unpack to" in str(problem)


def test_a_block_that_hides_its_size_is_not_unpacked() -> None:
    compressor = zstandard.ZstdCompressor(write_content_size=False)
    _, problem = decode(block(compressor.compress(msgspec.msgpack.encode([]))))
    assert problem is not None


def test_a_block_that_claims_a_giant_length_is_refused() -> None:
    _, problem = decode(header() + b"\xff\xff\xff\xff" + b"\0" * 20)
    assert "a block claims 4,294,967,295 bytes" in str(problem)


@pytest.mark.parametrize(
    "content", [b"\xc1", b"\x91\x01", b"\x91\x81\xa5entry\xa4nope", b"\x91" * 5000, b"\xdd\xff\xff\xff\xff"]
)
def test_a_block_of_something_else_is_refused(content: bytes) -> None:
    found, problem = decode(block(zstandard.compress(content)))
    assert list(found) == []
    assert "cannot be unpacked" in str(problem)


@settings(max_examples=200)
@given(st.binary(max_size=80), st.booleans())
def test_garbage_is_told_and_never_breaks_it(garbage: bytes, headed: bool) -> None:
    decode(header() + garbage if headed else garbage)


@settings(max_examples=100)
@given(st.integers(0, 400), st.integers(0, 255))
def test_a_changed_byte_never_breaks_it(at: int, value: int) -> None:
    data = bytearray(whole(list(EVERY_KIND)))
    data[at % len(data)] = value
    decode(bytes(data))


def test_an_entry_too_large_to_keep_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record, "MOST_BLOCK_BYTES", 100)
    with pytest.raises(TooLargeEntry, match=r"entry 3 has \d+ bytes, more than a history keeps \(100\)"):
        encode([Event(seq=3, name="x", args=b"y" * 200)])


def test_its_errors_survive_pickling() -> None:
    _, problem = decode(b"nonsense")
    assert isinstance(problem, UnreadableRecord)
    assert str(pickle.loads(pickle.dumps(problem))) == str(problem)
