"""Causes that are time gone by: `5s after CAUSE unless CAUSE`."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterator
from itertools import count

from antiphon.core.durations import duration_text
from antiphon.judge.deeds import Deed, Outcome, as_text, cause_key, outcome_of, value_at
from antiphon.judge.laws.plans import Plan
from antiphon.target.laws.causes import TimeCause


class Timers:
    """Time that goes by since deeds that laws count from."""

    def __init__(self, plans: list[Plan], settle_s: float) -> None:
        self._settle_s = settle_s
        self._starts: dict[str, list[tuple[Plan, TimeCause]]] = {}
        self._stops: dict[str, list[TimeCause]] = {}
        self._happened: dict[int, deque[Deed]] = {}
        self._due: list[tuple[float, int, Plan, TimeCause, Deed, bool]] = []
        self._number = count()
        self._longest_s = 0.0
        for plan in plans:
            for cause in plan.law.when:
                if isinstance(cause, TimeCause):
                    self._starts.setdefault(cause_key(cause.cause), []).append((plan, cause))
                    self._longest_s = max(self._longest_s, cause.after_s)
                    if cause.unless is not None:
                        self._stops.setdefault(cause_key(cause.unless), []).append(cause)

    @property
    def keys(self) -> frozenset[str]:
        """The keys of deeds that matter here."""
        return frozenset(self._starts) | frozenset(self._stops)

    @property
    def stops(self) -> frozenset[str]:
        """The keys of deeds that keep something from coming to pass."""
        return frozenset(self._stops)

    def note(self, deed: Deed) -> None:
        """Take in a deed."""
        for key in deed.keys:
            deed.owes += key in self._stops or key in self._starts
            for cause in self._stops.get(key, ()):
                if cause.unless is not None and outcome_of(cause.unless, deed) in (Outcome.DONE, Outcome.UNKNOWN):
                    self._happened.setdefault(id(cause), deque()).append(deed)
            for plan, cause in self._starts.get(key, ()):
                outcome = outcome_of(cause.cause, deed)
                if outcome in (Outcome.DONE, Outcome.UNKNOWN):
                    due_s = deed.answered_s + cause.after_s
                    unsure = outcome is Outcome.UNKNOWN
                    heapq.heappush(self._due, (due_s, next(self._number), plan, cause, deed, unsure))

    def due(self, horizon_s: float) -> Iterator[tuple[Plan, TimeCause, Deed]]:
        """Yield what has come to pass before a moment, as deeds of their own."""
        while self._due and self._due[0][0] < horizon_s:
            due_s, _, plan, cause, deed, unsure = heapq.heappop(self._due)
            stopped = self._stopped(plan, cause, deed, due_s)
            if stopped is Outcome.DONE:
                continue
            yield plan, cause, _passed(deed, cause, due_s, self._settle_s, unsure or stopped is Outcome.UNKNOWN)
        old_s = horizon_s - self._longest_s - 10 * self._settle_s
        for happened in self._happened.values():
            while happened and happened[0].answered_s < old_s:
                happened.popleft()

    def _stopped(self, plan: Plan, cause: TimeCause, deed: Deed, due_s: float) -> Outcome | None:
        """Return whether something kept it from coming to pass: for certain, perhaps, or not at all (None)."""
        found: Outcome | None = None
        for other in self._happened.get(id(cause), ()):
            if other is deed or not _same_thing(plan, deed, other):
                continue
            if other.answered_s < deed.sent_s or other.sent_s > due_s + self._settle_s:
                continue
            certain = cause.unless is not None and outcome_of(cause.unless, other) is Outcome.DONE
            if certain and other.sent_s >= deed.answered_s and other.answered_s <= deed.sent_s + cause.after_s:
                return Outcome.DONE
            found = Outcome.UNKNOWN
        return found

    @property
    def size(self) -> int:
        """How much is remembered."""
        return len(self._due) + sum(len(happened) for happened in self._happened.values())


def _same_thing(plan: Plan, one: Deed, other: Deed) -> bool:
    """Return whether two deeds of one user speak of the same, as far as the law compares it."""
    if one.person is not other.person:
        return False
    for agreement in plan.law.agree:
        mine, theirs = (as_text(value_at(agreement.cause.get, deed.scope)) for deed in (one, other))
        if mine is not None and theirs is not None and mine != theirs:
            return False
    return True


def _passed(deed: Deed, cause: TimeCause, due_s: float, settle_s: float, unsure: bool) -> Deed:
    return Deed(
        what=f"{duration_text(cause.after_s)} after {deed.what}",
        seq=deed.seq,
        play=deed.play,
        # Who counts the time may begin when it was asked, and stamps of ours are late.
        from_s=max(deed.sent_s + cause.after_s - settle_s, deed.sent_s),
        sent_s=deed.sent_s + cause.after_s,
        answered_s=due_s,
        scope=deed.scope,
        keys=(),
        user=deed.user,
        person=deed.person,
        hearer=deed.hearer,
        judged=deed.judged,
        by_time=True,
        uncertain=unsure,
    )
