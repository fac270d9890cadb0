"""A tap that falsifies one thing of a play: the entry that stands where, in the record, the mutant's does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import orjson
from msgspec.structs import replace

from antiphon.engine.tap import Answered, Tap
from antiphon.history.entries import AnyEntry, Call, Emit, Event
from antiphon.history.heard import parsed_args
from antiphon.run.mutate.answers import changed
from antiphon.run.mutate.model import Mutant, Operator
from antiphon.run.mutate.planning import with_field
from antiphon.run.mutate.recorded import Recorded

Spot = tuple[str, str, str]


class Falsifier(Tap):
    """Falsifies one thing.

    Attributes:
        done: Whether it came about again, and was falsified.
    """

    def __init__(self, play: Recorded, mutant: Mutant) -> None:
        entry = play.entry(mutant.seq)
        self._mutant = mutant
        self._spot = spot_of(entry)
        self._number = sum(
            spot_of(one) == self._spot for one in play.entries if one.seq <= mutant.seq and is_counted(one)
        )
        self._older = play.entry(mutant.other_seq) if mutant.other_seq and mutant.operator is Operator.REPEAT else None
        self._older_number = self._number_of(play, self._older)
        self._seen: Counter[Spot] = Counter()
        self._held: Event | None = None
        self._answers: dict[int, Call] = {}
        self.done = False

    def _number_of(self, play: Recorded, older: AnyEntry | None) -> int:
        if older is None:
            return 0
        return sum(spot_of(one) == self._spot for one in play.entries if one.seq <= older.seq and is_counted(one))

    def _is_it(self, entry: AnyEntry) -> bool:
        spot = spot_of(entry)
        self._seen[spot] += 1
        return spot == self._spot and self._seen[spot] == self._number

    def heard(self, event: Event) -> Sequence[tuple[float, Event]]:
        """Return what is heard in place of an event."""
        if self._held is not None and event.connection == self._held.connection:
            held, self._held = replace(self._held, at_s=event.at_s), None
            return ((0.0, event), (0.0, held))
        if not self._is_it(event):
            return ((0.0, event),)
        mutant = self._mutant
        match mutant.operator:
            case Operator.DROP:
                return self._falsified()
            case Operator.DOUBLE:
                return self._falsified(event, replace(event))
            case Operator.DELAY:
                self.done = True
                return ((mutant.by_s, event),)
            case Operator.SWAP:
                self.done, self._held = True, event
                return ()
            case Operator.DELIVER:
                user = mutant.other.partition(".")[0]
                return self._falsified(event, replace(event, connection=mutant.other, user=user))
            case _:
                try:
                    return self._falsified(with_field(event, mutant))
                except (KeyError, IndexError, TypeError, ValueError):
                    return ((0.0, event),)  # it has no such field this time

    def _falsified(self, *events: Event) -> Sequence[tuple[float, Event]]:
        self.done = True
        return tuple((0.0, event) for event in events)

    def answered(self, entry: Answered) -> Answered:
        """Return a call or emit with the answer that it has instead."""
        is_it = self._is_it(entry)
        if isinstance(entry, Call):
            return self._call(entry, is_it=is_it)
        if not is_it or entry.ack is None:
            return entry
        if self._mutant.operator is Operator.DROP:
            self.done = True
            return replace(entry, ack=None, acknowledged_s=None)
        args: list[object] = parsed_args(entry.ack)
        try:
            raw = orjson.dumps([changed(args[0], self._mutant), *args[1:]])
        except (KeyError, IndexError, TypeError, ValueError):
            return entry
        self.done = True
        return replace(entry, ack=raw)

    def _call(self, call: Call, *, is_it: bool) -> Call:
        mutant = self._mutant
        if spot_of(call) == self._spot:
            self._answers[self._seen[self._spot]] = call
        if not is_it or call.status is None:
            return call
        match mutant.operator:
            case Operator.STATUS:
                self.done = True
                return replace(call, status=mutant.status)
            case Operator.REPEAT:
                older = self._answers.get(self._older_number)
                if older is None:
                    return call
                self.done = True
                return replace(call, response_body=older.response_body, response_headers=older.response_headers)
            case _:
                try:
                    body = orjson.dumps(changed(orjson.loads(call.response_body), mutant))
                except (KeyError, IndexError, TypeError, ValueError):
                    return call
                self.done = True
                return replace(call, response_body=body)


def spot_of(entry: AnyEntry) -> Spot:
    """Return what entries have in common that take turns in the same order in each play."""
    match entry:
        case Event():
            return ("event", entry.connection, entry.name)
        case Call():
            return ("call", entry.user, f"{entry.method} {entry.template}")
        case Emit():
            return ("emit", entry.connection, entry.name)
        case _:
            return ("", "", "")


def is_counted(entry: AnyEntry) -> bool:
    """Return whether an entry passes the tap."""
    return isinstance(entry, Event | Emit) or (isinstance(entry, Call) and entry.purpose == "step")
