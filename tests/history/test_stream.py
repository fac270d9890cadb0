"""A record as a stream: all of it in order, from however many plays, and no more at a time than overlaps."""

from __future__ import annotations

import zlib

import msgspec
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from antiphon.history import record
from antiphon.history.entries import AnyEntry, Call, Event, Mark, Tick
from antiphon.history.record import Read, decode, encode, header
from antiphon.history.stream import contents_of, in_order


def reading(data: bytes) -> Read:
    return lambda at, count: data[at : at + count]


def entries(data: bytes) -> list[AnyEntry]:
    read = reading(data)
    return [entry for some in in_order(read, contents_of(read)) for entry in some]


def event(seq: int, play: str = "p", at_s: float | None = None) -> Event:
    return Event(seq=seq, at_s=seq / 10 if at_s is None else at_s, play=play, name="e")


def test_an_empty_record_has_nothing() -> None:
    assert contents_of(reading(header())).count == 0
    assert entries(header()) == []


@given(st.lists(st.integers(0, 4), max_size=80), st.lists(st.integers(1, 7), max_size=40))
def test_entries_of_plays_that_ended_one_after_another_come_in_the_order_of_their_numbers(
    plays: list[int], lengths: list[int]
) -> None:
    every: list[AnyEntry] = [event(seq, f"p{play}") for seq, play in enumerate(plays, 1)]
    data = header()
    sizes = iter(lengths)
    for play in range(5):
        own = [entry for entry in every if entry.play == f"p{play}"]
        while own:
            size = next(sizes, 3)
            data += encode(own[:size])
            own = own[size:]
    found = entries(data)
    assert [entry for entry in found if type(entry) is not Tick] == every
    assert contents_of(reading(data)).count == len(every)


def test_only_blocks_that_overlap_are_there_at_a_time() -> None:
    data = header() + b"".join(
        encode([event(seq) for seq in range(first, first + 100)]) for first in range(1, 2000, 100)
    )
    read = reading(data)
    sizes = [len(some) for some in in_order(read, contents_of(read))]
    assert max(sizes) == 100
    asked: list[int] = []

    def noted(at: int, count: int) -> bytes:
        asked.append(at)
        return read(at, count)

    stream = in_order(noted, contents_of(read))
    asked.clear()
    lot = next(stream)
    assert lot[0].seq == 1
    lots = [lot]
    while len(lots) < 3:
        lots.append(next(stream))
    assert max(asked[-4:]) < len(data) // 4  # the rest was looked at for its times, and is not read before its turn


def test_a_run_that_wrote_ticks_gets_no_more_of_them() -> None:
    ticks: list[AnyEntry] = [Tick(seq=3, at_s=0.3), Tick(seq=6, at_s=0.6)]
    data = header() + encode([event(1), event(2)]) + encode([event(4), event(5), event(7)]) + encode(ticks)
    assert [entry.seq for entry in entries(data)] == [1, 2, 3, 4, 5, 6, 7]


def test_without_ticks_all_that_began_before_a_moment_is_there_when_a_tick_tells_so() -> None:
    slow = Call(seq=9, at_s=0.9, sent_s=0.35, method="GET", template="/a", url="http://h/a")
    lots: list[list[AnyEntry]] = [[event(1), event(2)], [event(3), event(4)], [event(5), event(6)], [event(8), slow]]
    found = entries(header() + b"".join(encode(lot) for lot in lots) + encode([event(10)]))
    told = [entry.at_s for entry in found if type(entry) is Tick]
    assert told == [0.3, 0.35, 0.35, 1.0]
    for place, entry in enumerate(found):
        if type(entry) is Tick:
            behind = [one for one in found[place:] if type(one) is not Tick]
            assert min(getattr(one, "sent_s", one.at_s) for one in behind) >= entry.at_s


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 30), st.integers(0, 9)), min_size=1, max_size=40))
def test_no_tick_comes_before_what_began_earlier(calls: list[tuple[int, int, int]]) -> None:
    every: list[AnyEntry] = []
    for seq, (play, at, lasted) in enumerate(sorted(calls, key=lambda call: call[1]), 1):
        every.append(
            Call(seq=seq, at_s=float(at), sent_s=float(at - lasted), play=str(play), method="GET", template="/", url="")
        )
    data = header()
    for play in "012":
        own = [entry for entry in every if entry.play == play]
        for first in range(0, len(own), 3):
            data += encode(own[first : first + 3])
    found = entries(data)
    for place, entry in enumerate(found):
        if type(entry) is Tick:
            assert all(
                one.sent_s >= entry.at_s for one in found[place:] if type(one) is Call and one.sent_s is not None
            )


@given(st.integers(0, 400))
def test_wherever_a_record_is_cut_off_its_whole_blocks_are_read_and_the_rest_is_told_as_when_all_is_read(
    cut: int,
) -> None:
    marks: list[AnyEntry] = [Mark(seq=seq, what="step", edge="began", note="x" * seq) for seq in range(1, 30)]
    data = (header() + b"".join(encode(marks[first : first + 4]) for first in range(0, 29, 4)))[:cut]
    whole, problem = decode(data)
    contents = contents_of(reading(data))
    assert (contents.count, str(contents.problem)) == (len(whole), str(problem))
    assert [one for one in entries(data) if type(one) is not Tick] == list(whole)


def test_a_block_that_was_changed_ends_what_is_read() -> None:
    data = bytearray(header() + encode([event(1)]) + encode([event(2)]))
    data[-1] ^= 0xFF
    contents = contents_of(reading(bytes(data)))
    assert contents.count == 1
    assert "changed after it had been written" in str(contents.problem)
    assert record.decode(bytes(data))[0] == entries(bytes(data))


@pytest.mark.parametrize(
    "nonsense", [{"entry": "event", "seq": 2, "name": 5}, {"entry": "event", "seq": 2, "at_s": "x", "name": "e"}]
)
def test_a_whole_block_that_holds_nonsense_is_told_with_its_place(nonsense: dict[str, object]) -> None:
    data = header() + encode([event(1)])
    body = zstandard.ZstdCompressor().compress(msgspec.msgpack.encode([nonsense]))
    data += len(body).to_bytes(4, "big") + zlib.crc32(body).to_bytes(4, "big") + body
    with pytest.raises(record.UnreadableRecord, match=r"cannot be read from byte \d+ on: a block cannot be unpacked"):
        entries(data)
