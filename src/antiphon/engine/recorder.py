"""The one writer of a run's history: numbers the entries and hands them to every reader."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from antiphon.history.entries import AnyEntry, Entry, Event

E = TypeVar("E", bound=Entry)
Reader = Callable[[Sequence[AnyEntry]], None]
"""Takes entries that follow one another: one, or several events that one play's socket heard at once."""


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
            reader((entry,))  # type: ignore[arg-type]  # every subclass of Entry is one of AnyEntry
        return entry

    def write_run(self, events: Sequence[Event]) -> None:
        """Hand events to every reader that one socket heard at once; they bear the numbers after `last_seq`."""
        self._seq += len(events)
        for reader in self._readers:
            reader(events)
