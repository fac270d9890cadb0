"""Finds any of thousands of texts in one pass, while more of them keep coming.

The last bytes of every text go into an Aho-Corasick automaton, and the rest is compared where they are found: of
whole tokens it takes thirty times as long to build. A text that comes later goes into an automaton of its own, and
automata of like size become one: there are never many of them, and none is built anew for every text that comes.

Measured with tokens of 300 bytes in four forms each (one core of a busy machine, the least of several times); the
last column is one secret after another, with a search of 20 kB, about what a scenario keeps, after every third:

    secrets    build     20 kB     50 MB    coming
         10   0.1 ms   0.05 ms    0.14 s     0.4 ms
        100   0.7 ms   0.06 ms    0.19 s       6 ms
        500     5 ms   0.10 ms    0.16 s      47 ms
      5,000   140 ms   0.11 ms    0.23 s   1,070 ms
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ahocorasick_rs import BytesAhoCorasick, Implementation

_END_BYTES = 8
_LIKE = 4
"""An automaton that is at most so many times as large as the one after it is built anew with it."""
_WINDOW_BYTES = 1 << 14
"""Searched at once: what is found is a list, and of one letter repeated every byte may be an end."""


class Covered(NamedTuple):
    """What texts cover, of which each reaches into the next, and where the longest of them is (of equals the first)."""

    start: int
    end: int
    longest_start: int
    longest_end: int


class SecretSearch:
    """Looks for texts."""

    __slots__ = ("_coming", "_groups")

    def __init__(self) -> None:
        self._coming: set[bytes] = set()
        self._groups: list[_Group] = []

    def add(self, texts: Iterable[bytes]) -> None:
        """Look for these as well from now on; an empty one is none."""
        self._coming.update(text for text in texts if text)

    def covered(self, data: bytes) -> list[Covered]:
        """Return the stretches of `data` that the texts cover, from left to right; they do not overlap."""
        if self._coming:
            self._build()
        found = [stretch for group in self._groups for stretch in group.covered(data)]
        if len(self._groups) == 1:
            return found
        joined: list[Covered] = []
        for stretch in sorted(found, key=lambda one: one.end):
            _cover(joined, stretch)
        return joined

    def _build(self) -> None:
        texts = self._coming
        while self._groups and len(self._groups[-1].texts) <= _LIKE * len(texts):
            texts |= self._groups.pop().texts
        self._groups.append(_Group(texts))
        self._coming = set()


class _Group:
    """Texts that are looked for together."""

    __slots__ = ("_automaton", "by_end", "longest", "texts")

    def __init__(self, texts: set[bytes]) -> None:
        self.texts = texts
        by_end: dict[bytes, list[bytes]] = {}
        for text in sorted(texts, key=len, reverse=True):
            by_end.setdefault(text[-_END_BYTES:], []).append(text)
        self.by_end = list(by_end.values())
        self.longest = max(map(len, texts))
        # The smallest kind that searches well: a table of all transitions takes ten times as long to build.
        self._automaton = BytesAhoCorasick(list(by_end), implementation=Implementation.ContiguousNFA)

    def covered(self, data: bytes) -> list[Covered]:
        find = self._automaton.find_matches_as_indexes
        if len(data) <= _WINDOW_BYTES:
            found = find(data, overlapping=True)
            return _Sweep(self, data).swept(found, 0).stretches if found else []
        sweep = _Sweep(self, data)
        view = memoryview(data)
        done = 0
        while done < len(data):
            # The bytes before once more: an end may lie across. What ends among them alone was found already.
            begin = max(0, done - _END_BYTES + 1)
            done_then = min(done + _WINDOW_BYTES, len(data))
            found = find(view[begin:done_then], overlapping=True)
            if found:
                sweep.swept([one for one in found if begin + one[2] > done], begin)
            done = max(done_then, sweep.known_to) if sweep.known_from <= done_then else done_then
        return sweep.stretches


class _Sweep:
    """What a group's texts cover of some data, gathered from left to right.

    Of a text that repeats itself (`aaaaaa`) every byte of megabytes of the same may be an end. How far it goes on so
    is compared at once, and the ends inside are known without a look: they add nothing.

    Attributes:
        stretches: What is covered so far.
        known_from: Ends after here and ...
        known_to: ... up to here are known.
    """

    __slots__ = ("_by_end", "_data", "_longest", "_newest", "_newest_start", "known_from", "known_to", "stretches")

    def __init__(self, group: _Group, data: bytes) -> None:
        self.stretches: list[Covered] = []
        self.known_from = self.known_to = 0
        self._by_end = group.by_end
        self._longest = group.longest
        self._data = data
        self._newest = b""
        self._newest_start = 0

    def swept(self, found: Sequence[tuple[int, int, int]], begin: int) -> _Sweep:
        """Add the texts whose ends were found, counted from `begin`; ends come in the order in which they end."""
        for number, _, end in found:
            if not self.known_from < begin + end <= self.known_to:
                self._look(self._by_end[number], begin + end)
        return self

    def _look(self, texts: Sequence[bytes], end: int) -> None:
        for text in texts:
            if self._data.endswith(text, 0, end):  # the longest first: it covers the others that end here
                start = end - len(text)
                _cover(self.stretches, Covered(start, end, start, end))
                step = start - self._newest_start
                if text is self._newest and 2 * step <= len(text) and end > self.known_to:
                    self._go_on(end, step)
                self._newest, self._newest_start = text, start
                return

    def _go_on(self, end: int, step: int) -> None:
        """Cover what follows for as long as it repeats itself in steps of that many bytes.

        Whatever else ends in there more than the longest text behind `end` begins behind `end` too: it is covered,
        and was met before, some steps to the left.
        """
        steps = (_same_to(self._data, end, step) - end) // step
        if steps:
            last = self.stretches[-1]
            self.known_from, self.known_to = end + self._longest, end + steps * step
            self.stretches[-1] = last._replace(end=self.known_to)


def _same_to(data: bytes, at: int, step: int) -> int:
    """Return how far from `at` on every byte is the one that lies `step` before it."""
    size = 64
    while size:
        if at + size <= len(data) and data[at : at + size] == data[at - step : at - step + size]:
            at += size
            size = min(2 * size, _WINDOW_BYTES)
        else:
            size //= 2
    return at


def _cover(stretches: list[Covered], new: Covered) -> None:
    """Add a stretch that ends last; with those it reaches into it becomes one, named for the longest text."""
    while stretches and stretches[-1].end > new.start:
        last = stretches.pop()
        longest = max(last, new, key=lambda one: (one.longest_end - one.longest_start, -one.longest_start))
        new = Covered(min(last.start, new.start), max(last.end, new.end), longest.longest_start, longest.longest_end)
    stretches.append(new)
