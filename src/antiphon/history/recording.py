"""The whole stream of a functional run, kept, with the queries that judges and reports ask."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from antiphon.history.entries import AnyEntry, Entry, Event

E = TypeVar("E", bound=Entry)


class Recording:
    """A list of entries that only grows.

    Entries come in the order of their sequence numbers. A query returns them in that order.
    """

    __slots__ = ("_by_connection", "_by_play", "_entries")

    def __init__(self, entries: Iterable[AnyEntry] = ()) -> None:
        self._entries: list[AnyEntry] = []
        self._by_play: dict[str, list[AnyEntry]] = {}
        self._by_connection: dict[tuple[str, str], list[Event]] = {}
        for entry in entries:
            self.append(entry)

    def append(self, entry: AnyEntry) -> None:
        """Add the newest entry.

        Raises:
            ValueError: Its sequence number does not rise.
        """
        if self._entries and entry.seq <= self._entries[-1].seq:
            raise ValueError(f"entry {entry.seq} cannot follow entry {self._entries[-1].seq}")
        self._entries.append(entry)
        self._by_play.setdefault(entry.play, []).append(entry)
        if isinstance(entry, Event):
            self._by_connection.setdefault((entry.play, entry.connection), []).append(entry)

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[AnyEntry]:
        return iter(self._entries)

    def entry(self, seq: int) -> AnyEntry | None:
        """Return the entry with that number, if there is one."""
        position = bisect_left(self._entries, seq, key=lambda entry: entry.seq)
        if position < len(self._entries) and self._entries[position].seq == seq:
            return self._entries[position]
        return None

    def plays(self) -> tuple[str, ...]:
        """Return the names of all plays, in the order in which they began."""
        return tuple(name for name in self._by_play if name)

    def of_play(self, play: str) -> Sequence[AnyEntry]:
        """Return what belongs to one play of a scenario."""
        return self._by_play.get(play, ())

    def of_step(self, play: str, step: str) -> Sequence[AnyEntry]:
        """Return what belongs to a step, and to the steps inside it (`4` has `4.1`)."""
        inside = f"{step}."
        return [entry for entry in self.of_play(play) if entry.step == step or entry.step.startswith(inside)]

    def of_kind(self, kind: type[E], *, play: str | None = None) -> Iterator[E]:
        """Yield the entries of one kind, of one play or of all."""
        entries = self._entries if play is None else self.of_play(play)
        return (entry for entry in entries if isinstance(entry, kind))

    def events(self, play: str, connection: str, *, since_s: float = 0.0) -> Sequence[Event]:
        """Return what a connection received from a moment on, that moment included."""
        return [event for event in self._by_connection.get((play, connection), ()) if event.at_s >= since_s]

    def between(self, play: str, from_s: float, until_s: float) -> Sequence[AnyEntry]:
        """Return what a play did and heard between two moments, both included, in order of time.

        Entries of exchanges carry the moment of their answer and belong where it lies, or where
        they were sent.
        """
        found = [
            entry
            for entry in self.of_play(play)
            if from_s <= entry.at_s <= until_s or from_s <= (getattr(entry, "sent_s", None) or -1.0) <= until_s
        ]
        return sorted(found, key=lambda entry: (entry.at_s, entry.seq))
