"""A long row of equal events: only counted while it holds beyond doubt.

`hear: {bob: [{tick: {n: "#integer"}, times: 1000.., rising: event.n}]}` speaks of many events in one claim. Keeping
each for a search through all assignments costs 30 µs an event; counting them costs less than one, and they are counted
many at a time, when somebody asks how long the row is. What is not beyond doubt is said by the rest of the judge, from
the same inbox, so that a row can only ever say what that would say.
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
from antiphon.language.generated import holds_of
from antiphon.language.matcher import Matcher
from antiphon.language.refusals import EvaluationRefused
from antiphon.language.scope import MISSING, Scope
from antiphon.scenario.claim_model import Hear, HearItem

LEAST = 50
"""How many events a claim must ask for to be judged as a row."""
_NUMBERS: Final = {int, float}
_FIELD: Final = re.compile(r"event\.([A-Za-z_][A-Za-z_0-9]*)")
"""An address that is one key of the event, which needs no scope to be looked up."""
_OF_EVENT = frozenset({"event", "args", "self"})


class Rows:
    """A claim of which each connection that is to hear it has a row.

    Attributes:
        item: What is claimed.
        matches: Whether an event's data are what is claimed; None if they may be anything.
    """

    __slots__ = ("_along", "_field", "_goes", "item", "matches")

    def __init__(self, item: HearItem, scope: Scope) -> None:
        self.item = item
        self.matches = _matches(item.data, scope) if item.data is not None else None
        series = item.series
        along = series.along if series is not None else None
        field = _FIELD.fullmatch(along.text) if along is not None else None
        self._along = along.get if along is not None else None
        self._field: Callable[[Any], Any] | None = itemgetter(field[1]) if field is not None else None
        self._goes = gt if series is not None and series.falling else lt

    @property
    def is_series(self) -> bool:
        """Whether something of the events must rise or fall."""
        return self._along is not None

    def values(self, data: Sequence[object]) -> list[Any]:
        """Return what must rise or fall, of each event.

        Raises:
            EvaluationRefused: It cannot be found.
        """
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

    def goes_on(self, values: Sequence[Any]) -> bool:
        """Return whether these are numbers that rise, or fall; times and texts are compared elsewhere."""
        return {*map(type, values)} <= _NUMBERS and all(map(self._goes, values, values[1:]))


def _matches(matcher: Matcher, scope: Scope) -> Callable[[object], bool]:
    if matcher.is_constant:
        holds = holds_of(matcher)
        return lambda value: holds(value, scope)
    test = matcher.bind(scope)
    return lambda value: test(value) is None


class _Event:
    """The scope of an address that looks at nothing but the event."""

    __slots__ = ("data",)

    def __init__(self) -> None:
        self.data: object = MISSING

    def lookup(self, name: str) -> object:
        return self.data if name == "event" else MISSING


class Row:
    """What came so far of one claim on one connection; `look` brings it up to what was heard.

    Attributes:
        item: What is claimed.
        count: How many events matched.
        first: The earliest of them, as many as the claim needs.
        is_sound: Whether everything so far was beyond doubt; once it was not, the row says nothing any more.
    """

    __slots__ = ("_heard", "_last", "_next", "_rows", "count", "first", "is_sound", "item")

    def __init__(self, rows: Rows, heard: Sequence[Heard], start: int = 0) -> None:
        """Begin a row of what a connection hears.

        Args:
            rows: What is claimed.
            heard: All that the connection hears; it grows.
            start: Where in it the row begins.
        """
        self.item = rows.item
        self.count = 0
        self.first: list[Heard] = []
        self.is_sound = True
        self._rows = rows
        self._heard = heard
        self._next = start
        self._last: list[Any] = []

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
        name, matches, loads = self.item.event, self._rows.matches, orjson.loads
        named = [heard for heard in news if heard.name == name]
        try:
            data = [args[0] if (args := loads(heard.raw)) else MISSING for heard in named]
        except orjson.JSONDecodeError:
            self.is_sound = False
            return
        matching = named
        if matches is not None:  # others are of this name as well, and this claim does not speak of them
            fits = [*map(matches, data)]
            data, matching = [*compress(data, fits)], [*compress(named, fits)]
        if any(heard.attachments for heard in named) or not self._goes_on(data):
            self.is_sound = False
            return
        self.count += len(matching)
        missing = self.item.times_low - len(self.first)
        if missing > 0:
            self.first += matching[:missing]

    def _goes_on(self, data: Sequence[object]) -> bool:
        rows = self._rows
        if not rows.is_series:
            return True
        try:
            values = [*self._last, *rows.values(data)]
        except EvaluationRefused:
            return False
        self._last = values[-1:]
        return rows.goes_on(values)

    @property
    def is_full(self) -> bool:
        """Whether as many came as are asked for."""
        return self.count >= self.item.times_low

    @property
    def holds(self) -> bool:
        """Whether the claim holds, as far as events have come."""
        return self.is_sound and self.is_full


def rows_of(hear: Hear, scope: Scope) -> Rows | None:
    """Return the claim whose rows can be counted; None if a row cannot say all that it asks for."""
    item = hear.items[0] if len(hear.items) == 1 else None
    if item is None or hear.in_order or hear.claims_absence or hear.any or not _is_row(item):
        return None
    return Rows(item, scope)


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
