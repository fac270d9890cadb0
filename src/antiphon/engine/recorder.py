"""The one writer of a run's history: numbers each entry and hands it to every reader."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from antiphon.history.entries import AnyEntry, Entry

E = TypeVar("E", bound=Entry)
Reader = Callable[[AnyEntry], None]


class Recorder:
    """Gives entries their sequence numbers and feeds the readers, in order."""

    def __init__(self, readers: Iterable[Reader] = ()) -> None:
        self._readers = tuple(readers)
        self._seq = 0

    @property
    def last_seq(self) -> int:
        """The number of the newest entry; 0 before the first."""
        return self._seq

    def write(self, entry: E) -> E:
        """Number `entry`, hand it to every reader, and return it."""
        self._seq += 1
        entry.seq = self._seq
        for reader in self._readers:
            reader(entry)  # type: ignore[arg-type]  # every subclass of Entry is one of AnyEntry
        return entry
