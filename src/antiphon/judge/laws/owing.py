"""Whether an event that was heard had to be: asked of a whole play, before anything of it is settled."""

from __future__ import annotations

from collections.abc import Iterable

from antiphon.history.entries import AnyEntry, Event
from antiphon.judge.deeds import Outcome
from antiphon.judge.laws.checker import LawChecker


def had_to_be_heard(checker: LawChecker, entries: Iterable[AnyEntry], event: Event) -> bool | None:
    """Return whether laws demand an event of a play, or only allow it; None where no cause explains it.

    Args:
        checker: A new one, that has judged nothing.
        entries: All of the play; ticks among them would let causes be forgotten.
        event: One of them.
    """
    for entry in entries:
        checker.feed(entry)
    hearer = checker.people.hearers.get((event.play, event.connection))
    channel = checker.channel_of(event)
    if channel is None or hearer is None:
        return None
    explained = False
    for one in channel.obligations():
        if not any(heard.seq == event.seq for message in one.group.messages for heard in message.open):
            continue
        circle = one.audience(checker.members)
        if circle is None or not circle.known:
            continue  # of an audience that nobody knows nothing is allowed
        explained = True
        done = one.now(checker.members) is Outcome.DONE
        if done and one.promise.owed.least and one.is_owed_to(hearer, checker.members):
            return True
    return False if explained else None
