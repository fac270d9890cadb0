"""Judges a history by laws, entry by entry, in memory bounded by what is in flight.

An entry is fed when it is written: a call when it was answered, an event when it was heard. Nothing is judged before
it is settled: a `Tick` says that all entries before a moment are written, but for the calls in flight that it names.
Without ticks all is settled at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import msgspec

from antiphon.history.entries import AnyEntry, Beat, Call, Connection, Emit, Event, Tick, User
from antiphon.judge.deeds import (
    Deed,
    Outcome,
    call_scope,
    connection_scope,
    emit_outcome,
    emit_scope,
    value_at,
)
from antiphon.judge.findings import Finding, FindingKind
from antiphon.judge.laws.channel import Channel
from antiphon.judge.laws.plans import Identity, Plan, Tally, echo_of, plan_of
from antiphon.judge.laws.setting import LawSetting, no_lag, no_wait
from antiphon.judge.laws.telling import answered_text, cause_text, of_deed
from antiphon.judge.membership.audiences import Circle, Standing
from antiphon.judge.membership.members import Members, holds
from antiphon.judge.membership.timeline import IN, OUT, Change
from antiphon.judge.people import Hearer, People, note_connection
from antiphon.language.scope import NO_NAMES, Names, Scope
from antiphon.target.http_model import Envelope
from antiphon.target.laws.causes import CallCause, Cause
from antiphon.target.laws.membership import Membership
from antiphon.target.laws.model import Law, Laws
from antiphon.target.model import ResourceRule
from antiphon.target.socket_model import AnswerRule

NOTHING: list[Finding] = []
FOREVER_S = float("inf")
_JUDGED = frozenset({"step"})


class LawSummary(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one law.

    Attributes:
        law: Its name.
        tally: How often it was asked, and what was found.
        findings: How many findings it has.
    """

    law: str
    tally: Tally
    findings: int = 0

    @property
    def warning(self) -> str:
        """Why nothing is said by this law though it was asked; empty if something is."""
        tally = self.tally
        if not tally.triggered or tally.judged or self.findings:
            return ""
        why = f": {tally.why}" if tally.why else ""
        return f"never had an audience{why}" if tally.no_audience else f"was never judged{why}"


class LawChecker:
    """Judges a history by laws."""

    def __init__(
        self,
        laws: Laws,
        membership: Membership,
        *,
        settle_s: float = 0.2,
        wait_s: float = 5.0,
        lag_at: Callable[[float], float | None] | None = None,
        target_wait: Callable[[float, float], float] | None = None,
        identity: Identity | None = None,
        envelope: Envelope | None = None,
        resources: Sequence[ResourceRule] = (),
        answers: Mapping[str, AnswerRule] | None = None,
        facts_of: Callable[[str, str], Mapping[str, object]] | None = None,
        declared: Callable[[Call], bool] | None = None,
        token_life_s: float | None = None,
    ) -> None:
        """Compile the laws.

        Args:
            laws: The profile's.
            membership: The same.
            settle_s: For how long what was caused may still come, where nothing else is promised.
            wait_s: After which what has not come is lost; a law's own is at least twice its `within`.
            lag_at: Antiphon's own lag at a stamp.
            target_wait: How long the target's threads waited for a processor between two stamps.
            identity: What tells one event from a copy, by the event's name (`*` for all others).
            envelope: What wraps the bodies of answers.
            resources: What calls make: found under `resources.NAME` by key.
            answers: What stands for the acknowledgement of an emit.
            facts_of: What is known of a user beside the history, by play and name.
            declared: Whether a call's step declares the status that it was answered with.
            token_life_s: After which a token expires, where sessions end with it.
        """
        self.people = People()
        self.members = Members(membership, self.people, token_life_s=token_life_s)
        self._setting = LawSetting(
            members=self.members,
            settle_s=settle_s,
            wait_s=wait_s,
            shared=laws.shared,
            lag_at=lag_at or no_lag,
            target_wait=target_wait or no_wait,
        )
        self._envelope = envelope or Envelope()
        self._answers = answers or {}
        self._facts_of = facts_of
        self._declared = declared
        self._outer = NO_NAMES
        self._channels: dict[str, Channel] = {}
        self._plans: dict[str, list[Plan]] = {}
        self.plans: list[Plan] = []
        self._keys: frozenset[str] = frozenset()
        self._later: list[tuple[float, Plan, Deed]] = []
        self._found: dict[str, int] = {}
        self._compile(laws.laws, identity or {})

    def _compile(self, laws: Sequence[Law], identity: Identity) -> None:
        for law in laws:
            plan = plan_of(law, identity, settle_s=self._setting.settle_s, wait_s=self._setting.wait_s)
            self.plans.append(plan)
            for key in plan.causes:
                self._plans.setdefault(key, []).append(plan)
            for promise in plan.promises:
                name = promise.owed.event
                channel = self._channels.get(name)
                if channel is None:
                    channel = self._channels[name] = Channel(name, self._setting)
                channel.add(promise)
        self._keys = frozenset(self._plans) | self.members.keys

    # --- feeding

    def feed(self, entry: AnyEntry) -> list[Finding]:
        """Take in one entry, in the order of `seq`; returns what is certain now."""
        if type(entry) is Event:
            hearer = self.people.hearers.get((entry.play, entry.connection))
            if hearer is None:
                hearer = self._hearer(entry.play, entry.user, entry.connection, entry.at_s)
            hearer.heard_s = entry.at_s
            channel = self._channels.get(entry.name)
            if channel is not None:
                channel.hear(hearer, entry)
            return NOTHING
        if type(entry) is Call:
            return self._call(entry)
        if type(entry) is Tick:
            return self._tick(entry)
        return self._rest(entry)

    def _rest(self, entry: AnyEntry) -> list[Finding]:
        match entry:
            case Emit():
                return self._emit(entry)
            case Connection():
                return self._connection(entry)
            case User():
                person = self.people.note_user(entry)
                if person is not None:
                    if self._facts_of is not None:
                        person.facts.update(self._facts_of(entry.play, entry.user))
                    for hearer in person.hearers.values():
                        self.members.touch(hearer)
                    if entry.what == "logged in":
                        self.members.token_given(person, entry.at_s, entry.seq)
            case Beat():
                beating = self.people.hearers.get((entry.play, entry.connection))
                if beating is not None:
                    beating.heard_s = entry.at_s
            case _:
                pass
        return NOTHING

    def _hearer(self, play: str, user: str, connection: str, at_s: float) -> Hearer:
        """Return a connection that was not known; the first that it says shows that it is open."""
        hearer = self.people.hearer(play, user, connection)
        if not hearer.open.changes:
            hearer.open.add(Change(IN, at_s, at_s))
            self.members.touch(hearer)
        return hearer

    def _call(self, call: Call) -> list[Finding]:
        key = f"{call.method} {call.template}"
        if key not in self._keys or call.sent_s is None or call.led_to == "redirect":
            return NOTHING
        person = self.people.person(call.play, call.user)
        deed = Deed(
            what=key,
            seq=call.seq,
            play=call.play,
            sent_s=call.sent_s,
            answered_s=call.at_s,
            scope=call_scope(call, person, self._envelope, self._outer),
            keys=(key,),
            user=call.user,
            person=person,
            status=None if call.failure else call.status,
            judged=call.purpose in _JUDGED,
        )
        return self._deed(deed)

    def _emit(self, emit: Emit) -> list[Finding]:
        key = f"emit {emit.name}"
        if key not in self._keys or emit.failure or emit.frame:
            return NOTHING
        hearer = self._hearer(emit.play, emit.user, emit.connection, emit.sent_s)
        outcome, by_time = emit_outcome(emit, self._answers)
        answered_s = emit.sent_s if emit.acknowledged_s is None else emit.acknowledged_s
        if by_time:
            answered_s += self._answers[emit.name].after_s or 0.0
        deed = Deed(
            what=key,
            seq=emit.seq,
            play=emit.play,
            sent_s=emit.sent_s,
            answered_s=answered_s,
            scope=emit_scope(emit, hearer.person, self._outer),
            keys=(key,),
            user=emit.user,
            person=hearer.person,
            hearer=hearer,
            outcome=outcome,
            by_time=by_time,
        )
        return self._deed(deed)

    def _connection(self, entry: Connection) -> list[Finding]:
        hearer = self.people.hearer(entry.play, entry.user, entry.connection)
        again = hearer.epoch >= 1
        if note_connection(hearer, entry, self.members.keep_s):
            change = hearer.open.changes[-1]
            if change.state == OUT:
                self.members.note_closed(hearer, change)
            else:
                self.members.note_opened(hearer, change)
        what = {"connected": "connect", "recovered": "connect", "closed": "disconnect", "refused": "refused"}.get(
            entry.what
        )
        if what is None:
            return NOTHING
        keys = (what, "reconnect") if what == "connect" and again else (what,)
        if not any(key in self._keys for key in keys):
            return NOTHING
        person = hearer.person
        others = [one for one in person.hearers.values() if one is not hearer and one.is_open]
        started_s = entry.at_s if entry.started_s is None else min(entry.started_s, entry.at_s)
        deed = Deed(
            what=keys[-1],
            seq=entry.seq,
            play=entry.play,
            sent_s=started_s,
            answered_s=entry.at_s,
            scope=connection_scope(entry, person, self._outer),
            keys=keys,
            user=entry.user,
            person=person,
            hearer=hearer,
            only=frozenset() if others else frozenset({"first", "last"}),
        )
        return self._deed(deed)

    # --- deeds

    def _deed(self, deed: Deed) -> list[Finding]:
        self.members.apply(deed)
        found: list[Finding] = []
        for key in deed.keys:
            for plan in self._plans.get(key, ()):
                outcome = plan.outcome(deed, key)
                if outcome is not None:
                    self._ask(plan, deed, key, *outcome, found)
        return self._counted(found)

    def _ask(self, plan: Plan, deed: Deed, key: str, outcome: Outcome, cause: Cause, found: list[Finding]) -> None:
        law = plan.law
        done = outcome is Outcome.DONE
        if law.condition is not None and not holds(law.condition, deed.scope, answered=done):
            return
        if done and deed.judged:
            plan.tally.triggered += 1
        if not deed.judged:
            if not done:
                return
            outcome = Outcome.UNKNOWN  # heard of it may be, and nobody owes it
        echo = echo_of(law, cause)
        for scope in _items(law, deed.scope):
            for promise in plan.promises:
                channel = self._channels[promise.owed.event]
                if outcome is Outcome.REFUSED and _is_named(channel, deed, key):
                    continue
                owed = channel.owe(promise, deed, scope, outcome, echo)
                if owed is None:
                    if done:
                        plan.tally.left_out("nothing of what must agree is in the call or its answer")
                elif done and deed.judged:
                    plan.tally.obligations += 1
        if law.by is not None and done and deed.judged and not deed.by_time:
            self._later.append((deed.answered_s, plan, deed))

    # --- settling

    def _tick(self, tick: Tick) -> list[Finding]:
        return self._settle(tick.at_s, dict(tick.in_flight))

    def _settle(self, at_s: float, in_flight: Mapping[str, float]) -> list[Finding]:
        found: list[Finding] = []
        moving_s = min((since_s for key, since_s in in_flight.items() if key in self.members.keys), default=at_s)
        for channel in self._channels.values():
            horizon_s = min(at_s, moving_s, *(since_s for key, since_s in in_flight.items() if key in channel.causes))
            found += channel.settle(horizon_s)
        self._judge_causers(min(at_s, moving_s), found)
        return self._counted(found)

    def finish(self, at_s: float | None = None) -> list[Finding]:
        """Judge all that is still open.

        Args:
            at_s: When the history ended; what would have been waited for after that is counted as cut short. None: it
                was listened to for long enough.
        """
        if at_s is not None:
            for channel in self._channels.values():
                channel.end_s = at_s
        return self._settle(FOREVER_S, {})

    def _judge_causers(self, horizon_s: float, found: list[Finding]) -> None:
        """Tell of those who were allowed what they may not do."""
        waiting = [one for one in self._later if one[0] >= horizon_s]
        for answered_s, plan, deed in self._later:
            if answered_s >= horizon_s or plan.law.by is None:
                continue
            standing = Circle(plan.law.by, deed, self.members).may_cause(deed)
            if standing is Standing.MUST_NOT:
                found.append(_not_allowed(plan.law, deed))
            elif standing is Standing.MUST:
                plan.tally.held += 1
        self._later = waiting

    def _counted(self, found: list[Finding]) -> list[Finding]:
        for finding in found:
            self._found[finding.by] = self._found.get(finding.by, 0) + 1
        return found

    def summary(self) -> tuple[LawSummary, ...]:
        """Return what became of each law, in the profile's order."""
        return tuple(
            LawSummary(law=plan.law.name, tally=plan.tally, findings=self._found.get(plan.law.name, 0))
            for plan in self.plans
        )

    @property
    def foreign(self) -> int:
        """How many events belong to others who use the target at the same time."""
        return sum(channel.foreign for channel in self._channels.values())

    @property
    def size(self) -> int:
        """How much is remembered of what is in flight."""
        return sum(channel.size for channel in self._channels.values())


def _items(law: Law, scope: Scope) -> list[Scope]:
    """Return the scope of each obligation: one, or one for each member of a list."""
    if law.each is None:
        return [scope]
    found = value_at(law.each.get, scope)
    items = found if isinstance(found, list) else ()
    return [Names({"item": item}, scope) for item in items]


def _is_named(channel: Channel, deed: Deed, key: str) -> bool:
    """Return whether some law of this event names the answer, so that it refuses nothing."""
    return deed.status is not None and any(
        isinstance(cause, CallCause) and cause.statuses.accepts(deed.status)
        for promise in channel.promises
        for cause in promise.plan.causes.get(key, ())
    )


def _not_allowed(law: Law, deed: Deed) -> Finding:
    only = f": only {law.by.text} may" if law.by is not None and law.by.text else ""
    sentence = (
        f"{cause_text(deed)} was {answered_text(deed, deed.outcome)}, though {deed.user or 'nobody'} may not{only}"
    )
    return of_deed(FindingKind.WRONG_ANSWER, law, deed, sentence)
