"""What a mutant makes of a history: events that go, come or stand elsewhere, another answer, time that passes.

Where a play would have waited for an event that comes later now, all that it did after that comes later by as much.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from antiphon.history.entries import AnyEntry, Beat, Call, Connection, Emit, Event
from antiphon.history.heard import Heard

E = TypeVar("E", bound=AnyEntry)
NEVER_S = float("inf")


class Later(Struct, frozen=True):
    """All that was after a moment comes later.

    Attributes:
        from_s: The moment.
        by_s: By how much.
    """

    from_s: float = NEVER_S
    by_s: float = 0.0

    def __call__(self, at_s: float) -> float:
        """Return when it is now what was at a moment."""
        return at_s + self.by_s if at_s > self.from_s else at_s

    def before(self, at_s: float) -> float:
        """Return when it was what is at a moment now; of what is in the time between, when that began."""
        if at_s <= self.from_s:
            return at_s
        return max(at_s - self.by_s, self.from_s)


class Change(Struct, frozen=True, kw_only=True):
    """One change of a play's history.

    Attributes:
        gone: Numbers of events that are not there any more, or stand among `events` as they are now.
        events: Events that are new, or are other than they were; their stamps say when they come.
        answer: The call or emit whose answer is another.
        later: What comes later.
    """

    gone: frozenset[int] = frozenset()
    events: tuple[Event, ...] = ()
    answer: Call | Emit | None = None
    later: Later = Later()


NOTHING = Change()


def changed_entries(entries: Sequence[AnyEntry], change: Change) -> list[AnyEntry]:
    """Return a play's entries as they are with the change, in the order in which they come."""
    answer, later = change.answer, change.later
    found = [entry for entry in entries if entry.seq not in change.gone]
    if answer is not None:
        found = [answer if entry.seq == answer.seq else entry for entry in found]
    if later.by_s:
        found = [_moved(entry, later) for entry in found]
    for event in sorted(change.events, key=lambda one: one.at_s):
        place = len(found)
        while place and found[place - 1].at_s > event.at_s:
            place -= 1
        found.insert(place, event)
    return found


def _moved(entry: AnyEntry, later: Later) -> AnyEntry:
    if entry.at_s <= later.from_s:
        return entry
    match entry:
        case Call():
            sent_s = later(entry.sent_s) if entry.sent_s is not None else None
            return replace(entry, at_s=later(entry.at_s), sent_s=sent_s)
        case Emit():
            answered_s = later(entry.acknowledged_s) if entry.acknowledged_s is not None else None
            return replace(entry, at_s=later(entry.at_s), sent_s=later(entry.sent_s), acknowledged_s=answered_s)
        case Connection():
            started_s = later(entry.started_s) if entry.started_s is not None else None
            return replace(entry, at_s=later(entry.at_s), started_s=started_s)
        case Beat():
            asked_s = later(entry.asked_s) if entry.asked_s is not None else None
            return replace(entry, at_s=later(entry.at_s), asked_s=asked_s)
        case _:
            return replace(entry, at_s=later(entry.at_s))


def changed_heard(heard: Iterable[Heard], change: Change, connection: str | None, opened_s: float) -> list[Heard]:
    """Return what was heard in a window as it is with the change, in the order in which it comes.

    Args:
        heard: What was heard in it.
        change: The change.
        connection: Whose inbox it is; None: several, and nothing new comes to it.
        opened_s: When the window was opened, as it is now.
    """
    found = [one for one in heard if one.seq not in change.gone]
    if change.later.by_s:
        found = [replace(one, at_s=change.later(one.at_s)) for one in found]
    new = [Heard.of(event) for event in change.events if event.connection == connection and event.at_s >= opened_s]
    return sorted((*found, *new), key=lambda one: (one.at_s, one.seq)) if new else found
