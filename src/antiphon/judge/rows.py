"""A long row of equal events: only counted while it holds beyond doubt.

`hear: {bob: [{tick: {n: "#integer"}, times: 1000.., rising: event.n}]}` speaks of many events in one claim. Keeping
each for a search through all assignments costs 30 µs an event; counting them costs less than one, and they are counted
many at a time, when somebody asks how long the row is. What is not beyond
doubt is said by the rest of the judge, from the same inbox, so that a row can only ever say what that would say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import compress
from operator import gt, itemgetter, lt
from typing import Any, Final

import orjson

from antiphon.history.heard import Heard
from antiphon.judge.claiming import Fit
from antiphon.judge.facts import Facts
from antiphon.judge.positives import heard_verdict
from antiphon.judge.series import holds_verdict
from antiphon.judge.verdicts import Verdict
from antiphon.language.refusals import EvaluationRefused
from antiphon.language.scope import MISSING, Scope
from antiphon.scenario.claim_model import Hear, HearItem

LEAST = 50
"""How many events a claim must ask for to be judged as a row."""
_NUMBERS: Final = {int, float}
_FIELD: Final = re.compile(r"event\.([A-Za-z_][A-Za-z_0-9]*)")
"""An address that is one key of the event, which needs no scope to be looked up."""
_OF_EVENT = frozenset({"event", "args", "self"})


class Row:
    """What came so far of one claim on one connection; `look` brings it up to what was heard.

    Attributes:
        item: What is claimed.
        count: How many events matched.
        first: The earliest of them, as many as the claim needs.
        is_sound: Whether everything so far was beyond doubt; once it was not, the row says nothing any more.
    """

    __slots__ = (
        *("_along", "_falling", "_field", "_heard", "_last", "_low", "_name", "_next", "_test"),
        *("count", "first", "is_sound", "item"),
    )

    def __init__(self, item: HearItem, scope: Scope, heard: Sequence[Heard], start: int = 0) -> None:
        """Begin a row of what a connection hears.

        Args:
            item: What is claimed.
            scope: What the claim's names mean.
            heard: All that the connection hears; it grows.
            start: Where in it the row begins.
        """
        self.item = item
        self.count = 0
        self.first: list[Heard] = []
        self.is_sound = True
        self._heard = heard
        self._next = start
        self._name = item.event
        self._low = item.times_low
        self._test = item.data.bind(scope) if item.data is not None else None
        series = item.series
        self._along = series.along.get if series is not None and series.along is not None else None
        self._falling = series is not None and series.falling
        field = _FIELD.fullmatch(series.along.text) if series is not None and series.along is not None else None
        self._field: Callable[[Any], Any] | None = itemgetter(field[1]) if field is not None else None
        self._last: int | float | None = None

    def look(self) -> Row:
        """Look at what came since the last time."""
        heard, start = self._heard, self._next
        if self.is_sound and len(heard) > start:
            self._next = len(heard)
            self._take(heard[start:])
        return self

    def end(self) -> None:
        """Look once more, and at nothing that comes later."""
        self.look()
        self._heard = ()

    def _take(self, news: Sequence[Heard]) -> None:
        """Look at more events. Called for all that are received: nothing is said here in words."""
        name, test, loads = self._name, self._test, orjson.loads
        named = [heard for heard in news if heard.name == name]
        try:
            data = [args[0] if (args := loads(heard.raw)) else MISSING for heard in named]
        except orjson.JSONDecodeError:
            self.is_sound = False
            return
        if test is not None:  # what does not match is another event of this name, which this claim does not speak of
            fits = [test(one) is None for one in data]
            data = list(compress(data, fits))
            matching = list(compress(named, fits))
        else:
            matching = named
        if any(heard.attachments for heard in named) or (self._along is not None and not self._go_on(data)):
            self.is_sound = False
            return
        self.count += len(matching)
        missing = self._low - len(self.first)
        if missing > 0:
            self.first += matching[:missing]

    @property
    def is_full(self) -> bool:
        """Whether as many came as are asked for."""
        return self.count >= self._low

    @property
    def holds(self) -> bool:
        """Whether the claim holds, as far as events have come."""
        return self.is_sound and self.is_full

    def _go_on(self, data: Sequence[object]) -> bool:
        try:
            found = self._values(data)
        except EvaluationRefused:
            return False
        values = found if self._last is None else [self._last, *found]
        if not {*map(type, values)} <= _NUMBERS:  # times and texts are compared elsewhere
            return False
        if values:
            self._last = values[-1]
        return all(map(gt if self._falling else lt, values, values[1:]))

    def _values(self, data: Sequence[object]) -> list[Any]:
        try:
            if self._field is not None:
                return list(map(self._field, data))
        except (KeyError, TypeError):
            pass  # not all are maps that have it: the address tells what that means
        sees, along = _Event(), self._along
        found = []
        for one in data:
            sees.data = one
            found.append(along(sees) if along is not None else None)
        return found


class _Event:
    """The scope of an address that looks at nothing but the event."""

    __slots__ = ("data",)

    def __init__(self) -> None:
        self.data: object = MISSING

    def lookup(self, name: str) -> object:
        return self.data if name == "event" else MISSING


def row_of(hear: Hear, scope: Scope, heard: Sequence[Heard], start: int = 0) -> Row | None:
    """Return the row that a claim is, of what is heard from `start` on; None if a row cannot say all it asks for."""
    item = hear.items[0] if len(hear.items) == 1 else None
    if item is None or hear.in_order or hear.claims_absence or hear.any or not _is_row(item):
        return None
    return Row(item, scope, heard, start)


def _is_row(item: HearItem) -> bool:
    series = item.series
    return (
        item.times_low >= LEAST
        and item.times_high is None
        and item.mentions is None
        and item.within_s is None
        and item.after_s is None
        and item.answer is None
        and not item.save
        and (item.data is None or not (item.data.roots & _OF_EVENT or item.data.calls))
        and (series is None or (series.first is None and series.last is None))
        and (series is None or series.along is None or series.along.roots <= {"event"})
    )


def row_verdicts(facts: Facts, row: Row) -> tuple[Verdict, ...] | None:
    """Return what the judge says of a claim that holds; None if that is not beyond doubt."""
    if not row.look().holds or facts.cause_failed or facts.link.is_deaf:
        return None
    if row.first[-1].at_s > facts.window.answered_s + row.item.wait_s:
        return None  # too late to be waited for, unless lag is taken into account
    series = row.item.series
    return (
        heard_verdict(facts, row.item, row.first, row.first[-1], Fit.ON_TIME),
        *([holds_verdict(facts, row.item, series)] if series is not None and series.along is not None else []),
    )
