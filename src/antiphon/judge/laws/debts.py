"""What deeds owe: each is held against the laws that name it, and what they owe goes to the channels of their events.

Channels are made here, for they are made of what laws owe.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from antiphon.judge.deeds import Deed, Outcome
from antiphon.judge.findings import Finding
from antiphon.judge.laws.any_event import AnyEvents
from antiphon.judge.laws.cases import JUDGED
from antiphon.judge.laws.causers import Causers
from antiphon.judge.laws.channel import Channel
from antiphon.judge.laws.never import wrong_answer
from antiphon.judge.laws.obligations import Obligation
from antiphon.judge.laws.plans import Identity, Plan, Promise, echo_of, items_of, names_answer, promise_of
from antiphon.judge.laws.rising import AllRows
from antiphon.judge.laws.setting import LawSetting
from antiphon.judge.membership.members import holds
from antiphon.language.scope import Scope
from antiphon.target.laws.causes import Cause
from antiphon.target.laws.model import Owed

_Wild = tuple[float, Plan, Deed, Scope, Outcome, str]


class Debts:
    """What all laws together owe.

    Attributes:
        channels: By the event's name.
        any_events: What is owed of any name.
        series: Rows of events.
        causers: Who did what only some may do.
    """

    def __init__(
        self, plans: Sequence[Plan], setting: LawSetting, identity: Identity, *, judges_sessions: bool
    ) -> None:
        self.channels: dict[str, Channel] = {}
        self.any_events = AnyEvents(setting)
        self.series = AllRows(setting)
        self.causers = Causers(setting.members)
        self._setting = setting
        self._identity = identity
        self._judges_sessions = judges_sessions
        self._plans: dict[str, list[Plan]] = {}
        self._wild = [plan for plan in plans if plan.law.kind == "none" and not plan.law.then]
        self._wild_deeds: deque[_Wild] = deque()
        self.takes_any = any(plan.law.kind == "any_event" for plan in plans)
        for plan in plans:
            for key in plan.causes:
                self._plans.setdefault(key, []).append(plan)
            for promise in plan.promises:
                self._channel(promise.owed.event).add(promise)
            self.series.add(plan)
        for channel in self.channels.values():
            for plan in self._wild:
                channel.add(promise_of(plan, Owed(event=channel.name), identity))

    @property
    def keys(self) -> frozenset[str]:
        """Under what deeds are named by laws."""
        return frozenset(self._plans)

    @property
    def is_wild(self) -> bool:
        """Whether some law forbids whatever belongs to a cause, by no name."""
        return bool(self._wild)

    def _channel(self, name: str) -> Channel:
        found = self.channels.get(name)
        if found is None:
            found = self.channels[name] = Channel(name, self._setting)
            if self.takes_any:
                found.claim_any = self.any_events.claim
        return found

    def wild_channel(self, name: str) -> Channel:
        """Return the channel of an event that no law names, for laws that forbid whatever belongs to a cause."""
        channel = self._channel(name)
        for plan in self._wild:
            promise = promise_of(plan, Owed(event=name), self._identity)
            channel.add(promise)
            for _, other, deed, scope, outcome, echo in self._wild_deeds:
                if other is plan:
                    channel.owe(promise, deed, scope, outcome, echo)
        return channel

    # --- deeds

    def note(self, deed: Deed, found: list[Finding]) -> None:
        """Take in a deed."""
        for key in deed.keys:
            for plan in self._plans.get(key, ()):
                asked = plan.outcome(deed, key)
                if asked is not None:
                    self._ask(plan, deed, asked[0], asked[1], key, found)

    def _ask(self, plan: Plan, deed: Deed, outcome: Outcome, cause: Cause, key: str, found: list[Finding]) -> None:
        """Note what a deed owes by one law."""
        law, judged = plan.law, deed.judged
        done = outcome is Outcome.DONE
        if not judged:
            if not done:
                return
            outcome = Outcome.UNKNOWN  # heard of it may be, and nobody owes it
        if law.condition is not None and not holds(law.condition, deed.scope, answered=done):
            return
        counts = done and judged
        plan.tally.triggered += counts
        owed: Sequence[Obligation] = ()
        for scope in (deed.scope,) if law.each is None else items_of(law.each, deed.scope):
            if counts:
                if law.answer is not None:
                    self._answer(plan, deed, scope, found)
                if law.kind == "any_event":
                    self.any_events.owe(plan, deed, scope)
            if plan.owes:
                owed = self._owe(plan, deed, scope, outcome, echo_of(law, cause), key)
        if counts:
            if (law.by is not None or self._judges_sessions) and not deed.by_time:
                self.causers.note(plan, deed, owed[0] if len(owed) == 1 else None)
            if law.series is not None and law.series.owed:
                self.series.owe(plan, deed)

    def _answer(self, plan: Plan, deed: Deed, scope: Scope, found: list[Finding]) -> None:
        wrong = wrong_answer(plan.law, deed, scope)
        if plan.law.kind == "answer":
            plan.tally.judged += 1
            self._setting.exercised.add(plan.law, JUDGED, deed.play)
        if wrong is None:
            plan.tally.held += 1
        else:
            found.append(wrong)

    def passed(self, plan: Plan, cause: Cause, deed: Deed) -> None:
        """Take in a time that has gone by."""
        law = plan.law
        outcome = Outcome.UNKNOWN if deed.uncertain or not deed.judged else Outcome.DONE
        if law.condition is not None and not holds(law.condition, deed.scope, answered=outcome is Outcome.DONE):
            return
        plan.tally.triggered += outcome is Outcome.DONE
        for scope in (deed.scope,) if law.each is None else items_of(law.each, deed.scope):
            self._owe(plan, deed, scope, outcome, echo_of(law, cause), "")

    def _owe(self, plan: Plan, deed: Deed, scope: Scope, outcome: Outcome, echo: str, key: str) -> Sequence[Obligation]:
        owed: list[Obligation] = []
        promises: Sequence[Promise] = plan.promises
        if plan in self._wild:
            deed.owes += 1
            self._wild_deeds.append((deed.answered_s + 2 * plan.wait_s, plan, deed, scope, outcome, echo))
            promises = [one for channel in self.channels.values() for one in channel.promises if one.plan is plan]
        for promise in promises:
            channel = self.channels[promise.owed.event]
            if outcome is Outcome.REFUSED and names_answer(channel.promises, deed, key):
                continue
            one = channel.owe(promise, deed, scope, outcome, echo)
            if one is not None:
                owed.append(one)
        if outcome is Outcome.DONE:
            plan.tally.obligations += len(owed)
            if promises and not owed:
                plan.tally.left_out("nothing of what must agree is in the call or its answer")
        if plan.law.kind == "any_of" and owed:
            for one in owed:
                one.either = owed
        return owed

    def forget(self, before_s: float) -> None:
        """Forget what nothing that is heard from a moment on can belong to."""
        while self._wild_deeds and self._wild_deeds[0][0] < before_s:
            self._wild_deeds.popleft()

    @property
    def size(self) -> int:
        """How much is remembered."""
        sizes = (self.causers.size, self.series.size, self.any_events.size, len(self._wild_deeds))
        return sum(sizes) + sum(channel.size for channel in self.channels.values())
