"""Whatever is looked for is found, as by looking for each at every place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.tools.growth import cost_s, grows_evenly

from antiphon.core import secret_search
from antiphon.core.secret_search import Covered, SecretSearch


def searching(*texts: bytes) -> SecretSearch:
    search = SecretSearch()
    search.add(texts)
    return search


def looked_for_one_by_one(texts: set[bytes], data: bytes) -> list[Covered]:
    """Return the same, by the plainest of means."""
    spans = sorted(
        (start, start + len(text))
        for text in texts
        for start in range(len(data) - len(text) + 1)
        if data[start : start + len(text)] == text
    )
    stretches: list[Covered] = []
    for start, end in spans:
        if stretches and start < stretches[-1].end:
            last = stretches[-1]
            longer = end - start > last.longest_end - last.longest_start
            longest = (start, end) if longer else (last.longest_start, last.longest_end)
            stretches[-1] = Covered(last.start, max(last.end, end), *longest)
        else:
            stretches.append(Covered(start, end, start, end))
    return stretches


FEW_LETTERS = st.text("ab", min_size=1, max_size=14).map(str.encode)
# Long runs of the same, and here and there something else.
REPETITIVE = st.lists(
    st.tuples(st.sampled_from([b"a", b"ab", b"aab", b"b", b"x"]), st.integers(1, 30)), max_size=6
).map(lambda runs: b"".join(text * times for text, times in runs))


@pytest.fixture(autouse=True)
def small_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secret_search, "_WINDOW_BYTES", 16)


@given(st.lists(st.one_of(FEW_LETTERS, REPETITIVE.filter(bool)), min_size=1, max_size=12), REPETITIVE, st.booleans())
def test_it_finds_what_looking_at_every_place_finds(texts: list[bytes], data: bytes, one_by_one: bool) -> None:
    search = SecretSearch()
    if one_by_one:
        for text in texts:
            search.add([text])
            search.covered(data)
    else:
        search.add(texts)
    assert search.covered(data) == looked_for_one_by_one(set(texts), data)


@given(st.sets(st.binary(min_size=6, max_size=40), min_size=1, max_size=8), st.data())
def test_it_finds_them_in_whatever_stands_around(texts: set[bytes], data: st.DataObject) -> None:
    parts = data.draw(st.lists(st.one_of(st.sampled_from(sorted(texts)), st.binary(max_size=20)), max_size=8))
    assert searching(*texts).covered(b"".join(parts)) == looked_for_one_by_one(texts, b"".join(parts))


def test_nothing_is_found_by_who_looks_for_nothing() -> None:
    assert SecretSearch().covered(b"anything") == []
    assert searching(b"").covered(b"anything") == []


def test_what_comes_later_is_found_beside_what_came_before() -> None:
    search = searching(b"first-of-all")
    assert len(search.covered(b"first-of-all second-of-all")) == 1
    search.add([b"second-of-all"])
    assert [stretch[:2] for stretch in search.covered(b"first-of-all second-of-all")] == [(0, 12), (13, 26)]


def test_thousands_that_come_one_by_one_stand_in_few_automata_and_are_built_into_few() -> None:
    built = 0

    class Counting(secret_search._Group):
        def __init__(self, texts: set[bytes]) -> None:
            nonlocal built
            built += len(texts)
            super().__init__(texts)

    search = SecretSearch()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(secret_search, "_Group", Counting)
        for number in range(2000):
            search.add([b"the-secret-number-%d" % number])
            search.covered(b"nothing")
    assert len(search._groups) <= 7
    assert built < 30 * 2000


@pytest.mark.parametrize("text", [b"aaaaaa", b"abababab", b"a" * 300])
def test_a_text_that_repeats_itself_costs_no_more_in_megabytes_of_the_same(
    text: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()  # windows as they are
    search = searching(text)

    def looking_at(size: int) -> float:
        data = text * (size // len(text))
        (found,) = search.covered(data)
        assert (found.start, found.end) == (0, len(data))
        return cost_s(lambda: search.covered(data))

    assert looking_at(1 << 23) < 16 * looking_at(1 << 16), "128 times as much"


def test_the_cost_grows_with_what_is_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    search = searching(*(b"secret-number-%d" % number for number in range(300)))
    line = b"lorem ipsum secret-number-7 dolor sit amet " * 40
    assert grows_evenly(lambda size: search.covered(line * size), size=40)
