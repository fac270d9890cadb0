"""Reads the entries of a history as deeds: what may have caused something."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from antiphon.history.entries import Beat, Call, Connection, Emit, Event
from antiphon.judge.deed_names import CallNames, ConnectionNames, EmitNames, EventNames
from antiphon.judge.deeds import Deed, Outcome, emit_outcome
from antiphon.judge.membership.timeline import IN, Change
from antiphon.judge.people import Hearer, People
from antiphon.language.scope import Scope
from antiphon.target.http_model import Envelope
from antiphon.target.socket_model import AnswerRule

_WHAT = {"connected": "connect", "recovered": "connect", "closed": "disconnect", "refused": "refused"}
_BOTH = frozenset({"first", "last"})


class DeedReader:
    """Makes deeds of entries. An emit that nothing answers is one when the next fence of its connection is answered."""

    def __init__(
        self,
        people: People,
        outer: Scope,
        *,
        envelope: Envelope,
        answers: Mapping[str, AnswerRule],
        settle_s: float,
        on_new: Callable[[Hearer], None],
    ) -> None:
        self._people = people
        self._outer = outer
        self._envelope = envelope
        self._answers = answers
        self._settle_s = settle_s
        self._on_new = on_new
        self._unanswered: dict[Hearer, list[Emit]] = {}

    def hearer(self, play: str, user: str, connection: str, at_s: float) -> Hearer:
        """Return a connection; the first that is heard of it shows that it is open."""
        found = self._people.hearer(play, user, connection)
        if not found.open.changes:
            found.open.add(Change(IN, at_s, at_s))
            self._on_new(found)
        return found

    def call(self, call: Call, key: str) -> Deed:
        """Return a call as a deed."""
        person = self._people.person(call.play, call.user)
        return Deed(
            what=key,
            seq=call.seq,
            play=call.play,
            from_s=call.at_s if call.sent_s is None else call.sent_s,
            sent_s=call.at_s if call.sent_s is None else call.sent_s,
            answered_s=call.at_s,
            scope=CallNames(call, person, self._envelope, self._outer),
            keys=(key,),
            user=call.user,
            person=person,
            status=None if call.failure else call.status,
            judged=call.purpose == "step",
        )

    def emit(self, emit: Emit) -> Deed | None:
        """Return an emit as a deed; None for one whose answer is still to come, by a fence."""
        hearer = self.hearer(emit.play, emit.user, emit.connection, emit.sent_s)
        outcome, by_time = emit_outcome(emit, self._answers)
        if outcome is Outcome.UNKNOWN and not emit.ack_wanted:
            self._unanswered.setdefault(hearer, []).append(emit)
            return None
        answered_s = emit.sent_s if emit.acknowledged_s is None else emit.acknowledged_s
        if by_time:
            answered_s += self._answers[emit.name].after_s or 0.0
        return self._emitted(emit, hearer, answered_s, outcome, by_time=by_time)

    def _emitted(self, emit: Emit, hearer: Hearer, answered_s: float, outcome: Outcome, *, by_time: bool) -> Deed:
        key = f"emit {emit.name}"
        return Deed(
            what=key,
            seq=emit.seq,
            play=emit.play,
            from_s=emit.sent_s,
            sent_s=emit.sent_s,
            answered_s=answered_s,
            scope=EmitNames(emit, hearer.person, self._outer),
            keys=(key,),
            user=emit.user,
            person=hearer.person,
            hearer=hearer,
            outcome=outcome,
            by_time=by_time,
        )

    def fence(self, beat: Beat) -> Iterator[Deed]:
        """Yield the emits that a fence's answer proves to have been taken in."""
        hearer = self._people.hearers.get((beat.play, beat.connection))
        if hearer is None or hearer not in self._unanswered or beat.asked_s is None:
            return
        waiting = self._unanswered.pop(hearer)
        later = [emit for emit in waiting if emit.sent_s > beat.asked_s]
        if later:
            self._unanswered[hearer] = later
        for emit in waiting:
            if emit.sent_s <= beat.asked_s:
                # What left on a connection that was lost since is answered by no fence of a later one.
                same = not beat.epoch or emit.epoch == beat.epoch
                outcome = Outcome.DONE if same else Outcome.UNKNOWN
                yield self._emitted(emit, hearer, beat.at_s, outcome, by_time=True)

    def given_up(self, before_s: float, play: str | None = None) -> Iterator[Deed]:
        """Yield emits that no fence has answered since long before a moment: whether they had effects is open.

        Args:
            before_s: When they were sent at the latest.
            play: Only those of a play, which is over; None: those of all.
        """
        for hearer, waiting in list(self._unanswered.items()):
            if play not in (None, hearer.play):
                continue
            old = [emit for emit in waiting if emit.sent_s < before_s]
            if old:
                self._unanswered[hearer] = [emit for emit in waiting if emit.sent_s >= before_s]
                if not self._unanswered[hearer]:
                    del self._unanswered[hearer]
            for emit in old:
                yield self._emitted(emit, hearer, emit.sent_s, Outcome.UNKNOWN, by_time=True)

    def unanswered(self, play: str) -> frozenset[str]:
        """Return the connections of a play on which emits wait for a fence."""
        return frozenset(hearer.name for hearer in self._unanswered if hearer.play == play)

    def in_flight(self) -> dict[str, float]:
        """Return since when emits wait for a fence, by what they are."""
        found: dict[str, float] = {}
        for waiting in self._unanswered.values():
            for emit in waiting:
                key = f"emit {emit.name}"
                found[key] = min(found.get(key, emit.sent_s), emit.sent_s)
        return found

    def connection(self, entry: Connection, hearer: Hearer, *, again: bool) -> Deed | None:
        """Return what a connection's change causes; None where it is no cause."""
        what = _WHAT.get(entry.what)
        if what is None:
            return None
        person = hearer.person
        started_s = entry.at_s if entry.started_s is None else min(entry.started_s, entry.at_s)
        others = any(one is not hearer and one.is_open for one in person.hearers.values())
        return Deed(
            what="reconnect" if again and what == "connect" else what,
            seq=entry.seq,
            play=entry.play,
            from_s=started_s,
            sent_s=started_s,
            answered_s=entry.at_s,
            scope=ConnectionNames(entry, person, self._outer),
            keys=("connect", "reconnect") if again and what == "connect" else (what,),
            user=entry.user,
            person=person,
            hearer=hearer,
            only=frozenset() if others else _BOTH,
        )

    def heard(self, event: Event, hearer: Hearer) -> Deed:
        """Return an event that its first hearer heard, as a deed; others may have been told of it before."""
        key = f"heard {event.name}"
        return Deed(
            what=key,
            seq=event.seq,
            play=event.play,
            from_s=event.at_s - self._settle_s,
            sent_s=event.at_s,
            answered_s=event.at_s,
            scope=EventNames(event, hearer.person, self._outer),
            keys=(key,),
            user=event.user,
            person=hearer.person,
            hearer=hearer,
        )
