"""Which mutants there are of what users heard: each operator on each event and field, once for each scenario.

What was heard while the users were made and connected is not the scenario's subject, nor what clean-up caused.

Of several occurrences that would do, the dice choose one: a fault that shows only sometimes is noticed less easily than
one that shows always.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from antiphon.core.clock import Dice
from antiphon.history.entries import Beat, Connection, Event
from antiphon.history.heard import parsed_args
from antiphon.judge.deeds import named_on
from antiphon.judge.hearing import heard_for
from antiphon.run.law_reader import WAIT_S
from antiphon.run.mutate.change import Change, Later
from antiphon.run.mutate.fields import Path, leaves, with_altered, without
from antiphon.run.mutate.model import Mutant, Operator, Place
from antiphon.run.mutate.recorded import Recorded
from antiphon.target.laws.model import Laws
from antiphon.wire.payload import dump

NEW_SEQ = 1_000_000_000
"""What is added to an event's number for the one that a mutant makes of it."""
AFTER_S = 1e-6


class Delays(Struct, frozen=True):
    """By how much events are delayed: twice the law's `within`, or `wait` where none promises a time.

    Attributes:
        within: Event → the longest `within` of the laws that owe it.
        wait_s: For all others.
    """

    within: Mapping[str, float]
    wait_s: float = WAIT_S

    def of(self, event: str) -> float:
        """Return by how much an event is delayed."""
        return 2 * self.within[event] if event in self.within else self.wait_s


def delays_of(laws: Laws) -> Delays:
    """Return the delays that a profile's laws ask for."""
    within: dict[str, float] = {}
    for law in laws.laws:
        for owed in law.then:
            if law.within_s is not None:
                within[owed.event] = max(within.get(owed.event, 0.0), law.within_s)
    return Delays(within)


def event_mutants(play: Recorded, dice: Dice, delays: Delays) -> Iterator[Mutant]:
    """Yield the mutants of what users heard."""
    by_name: dict[str, list[Event]] = {}
    services = {entry.connection: entry.service for entry in play.of_kind(Connection) if entry.service}
    for event in play.of_kind(Event):
        if play.begun_s <= event.at_s <= play.over_s:
            by_name.setdefault(event.name, []).append(event)
    for name, events in by_name.items():
        subject = named_on(services.get(events[0].connection, ""), name)
        own = dice.child(name)
        for operator in (Operator.DROP, Operator.DOUBLE, Operator.DELAY):
            free = events if operator is Operator.DOUBLE else [one for one in events if one.seq not in play.needed]
            if free:
                by_s = delays.of(subject) if operator is Operator.DELAY else 0.0
                yield _mutant(play, operator, own.child(operator).choice(free), subject, by_s=by_s)
        yield from _deliveries(play, events, subject, own.child("deliver"))
        yield from _field_mutants(play, events, subject, own.child("fields"))
    yield from _swaps(play, dice.child("swap"), services)


def _mutant(play: Recorded, operator: Operator, event: Event, subject: str, **more: object) -> Mutant:
    place = Place.STRANGER if operator is Operator.DELIVER else Place.HEARD
    return Mutant(
        scenario=play.scenario.id,
        operator=operator,
        subject=subject,
        place=place,
        seq=event.seq,
        user=event.user,
        connection=event.connection,
        step=event.step,
        **more,  # type: ignore[arg-type]  # further fields of a mutant
    )


def _field_mutants(play: Recorded, events: Sequence[Event], subject: str, dice: Dice) -> Iterator[Mutant]:
    where: dict[str, list[tuple[Event, Path]]] = {}
    for event in events:
        args = parsed_args(event.args, event.attachments) if not event.attachments else []
        for field, path in leaves(args[0]) if args else ():
            where.setdefault(field, []).append((event, path))
    for field, places in where.items():
        for operator in (Operator.ALTER, Operator.REMOVE):
            event, path = dice.child(f"{operator} {field}").choice(places)
            yield _mutant(play, operator, event, subject, field=field, exactly=path)


def _deliveries(play: Recorded, events: Sequence[Event], subject: str, dice: Dice) -> Iterator[Mutant]:
    """Yield the event delivered to somebody, too, who was there and did not hear it."""
    heard: dict[bytes, set[str]] = {}
    for event in events:
        heard.setdefault(event.args, set()).add(event.user)
    able: list[tuple[Event, list[str]]] = []
    for event in events:
        others = [
            socket.name
            for socket in play.play.sockets
            if socket.user not in heard[event.args]
            and socket.state_at(event.at_s).state == "open"
            and socket.channel is _channel(play, event.connection)
        ]
        if others:
            able.append((event, others))
    if able:
        event, others = dice.choice(able)
        yield _mutant(play, Operator.DELIVER, event, subject, other=dice.choice(others))


def _channel(play: Recorded, connection: str) -> object:
    return next((socket.channel for socket in play.play.sockets if socket.name == connection), None)


def _swaps(play: Recorded, dice: Dice, services: Mapping[str, str]) -> Iterator[Mutant]:
    """Yield an event that comes after the one behind it, where nobody had waited for it before that one was caused."""
    by_connection: dict[str, list[Event | Beat]] = {}
    for entry in play.entries:
        if isinstance(entry, Event) or (isinstance(entry, Beat) and entry.what == "fence"):
            by_connection.setdefault(entry.connection, []).append(entry)
    able: dict[str, list[tuple[Event, Event]]] = {}
    for entries in by_connection.values():
        for one, two in pairwise(entries):
            if not isinstance(one, Event) or not isinstance(two, Event):
                continue
            if one.at_s < play.begun_s or two.at_s > play.over_s:
                continue
            differs = (one.name, one.args) != (two.name, two.args)
            bound = one.seq in play.needed or two.seq in play.needed
            if differs and not bound and not awaited_at(play, one, before_s=two.at_s):
                able.setdefault(one.name, []).append((one, two))
    for name, pairs in able.items():
        one, two = dice.child(name).choice(pairs)
        yield _mutant(play, Operator.SWAP, one, named_on(services.get(one.connection, ""), name), other_seq=two.seq)


def awaited_at(play: Recorded, event: Event, *, before_s: float = float("inf")) -> float | None:
    """Return until when a claim waited, which the event fulfilled, if that ended before a moment."""
    ends = []
    for hear in play.asked.hears:
        for facts in hear.everything:
            if facts.connection != event.connection or facts.judged_s is None:
                continue
            if not facts.window.opened_s <= event.at_s <= facts.judged_s:
                continue
            if any(one.seq == event.seq for _, events in heard_for(facts) for one in events):
                asked_s = facts.fence.asked_s if facts.fence is not None else None
                ends.append(min(one for one in (facts.judged_s, asked_s) if one is not None))
    first_s = min(ends, default=None)
    return first_s if first_s is not None and first_s < before_s else None


def change_of(play: Recorded, mutant: Mutant) -> Change:
    """Return what a mutant of an event changes."""
    event = play.entry(mutant.seq)
    assert isinstance(event, Event)  # noqa: S101 - mutants of answers are made elsewhere
    gone = frozenset({event.seq})
    match mutant.operator:
        case Operator.DROP:
            return Change(gone=gone)
        case Operator.DOUBLE:
            return Change(events=(replace(event, seq=NEW_SEQ + event.seq),))
        case Operator.DELIVER:
            socket = next(one for one in play.play.sockets if one.name == mutant.other)
            epoch = socket.state_at(event.at_s).epoch
            other = replace(event, seq=NEW_SEQ + event.seq, user=socket.user, connection=socket.name, epoch=epoch)
            return Change(events=(other,))
        case Operator.DELAY:
            return _delayed(play, event, mutant.by_s)
        case Operator.SWAP:
            two = play.entry(mutant.other_seq)
            assert isinstance(two, Event)  # noqa: S101 - it is chosen among events
            moved = replace(event, seq=NEW_SEQ + event.seq, at_s=two.at_s + AFTER_S)
            return Change(gone=gone, events=(moved,))
        case _:
            return Change(gone=gone, events=(with_field(event, mutant),))


def with_field(event: Event, mutant: Mutant) -> Event:
    """Return an event of which a field is another, or missing."""
    args = parsed_args(event.args, event.attachments)
    change = with_altered if mutant.operator is Operator.ALTER else without
    raw, _ = dump([change(args[0], mutant.exactly), *args[1:]])
    return replace(event, args=raw)


def _delayed(play: Recorded, event: Event, by_s: float) -> Change:
    """Return an event that comes later, and with it all that waited for it."""
    at_s = event.at_s + by_s
    awaited_s = awaited_at(play, event)
    later = Later()
    if awaited_s is not None:
        later = Later(max(event.at_s, awaited_s - AFTER_S), max(at_s - awaited_s, 0.0) + AFTER_S)
    return Change(gone=frozenset({event.seq}), events=(replace(event, at_s=at_s),), later=later)
