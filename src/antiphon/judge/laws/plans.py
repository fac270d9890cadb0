"""Laws, compiled once: which deeds and events each one names, and by what its events are told apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from antiphon.judge.deeds import Deed, Outcome, cause_key, outcome_of, value_at
from antiphon.judge.laws.order import OrderBook
from antiphon.language.address import Address
from antiphon.language.scope import Names, Scope
from antiphon.target.laws.audiences import Term
from antiphon.target.laws.causes import CallCause, Cause, EmitCause, TimeCause
from antiphon.target.laws.model import Law, Owed

if TYPE_CHECKING:
    from antiphon.judge.laws.obligations import Obligation

UNLIMITED = 1 << 60

Identity = Mapping[str, Sequence[Address]]
"""Event name → what tells one event from a copy; `*` for all others."""


class Tally(msgspec.Struct, eq=False, kw_only=True):
    """How often a law was asked, and what became of it.

    What must never be seen, and rows that nothing owes, have no causes: they are triggered, and judged, by whatever is
    held against them.

    Attributes:
        triggered: Causes that were done and for which its condition holds.
        obligations: What they owed: one for each event, and for each item.
        judged: Obligations of which something could be said.
        not_judged: Causes or obligations that lacked what is needed to judge them.
        no_audience: Obligations in whose audience nobody was for certain.
        held: Deliveries that came as they were owed, and answers that were as they must be.
        void: Deliveries of which nobody can tell whether they came in time.
        cut_short: Obligations that were still open when the history ended.
        why: Why something was not judged, the first time.
    """

    triggered: int = 0
    obligations: int = 0
    judged: int = 0
    not_judged: int = 0
    no_audience: int = 0
    held: int = 0
    void: int = 0
    cut_short: int = 0
    why: str = ""

    def looked_at(self) -> None:
        """Count something that was held against a law that has no causes."""
        self.triggered += 1
        self.judged += 1

    def left_out(self, why: str) -> None:
        """Count one that was not judged."""
        self.not_judged += 1
        self.why = self.why or why


class Plan(msgspec.Struct, eq=False, kw_only=True):
    """One law.

    Attributes:
        law: As the profile has it.
        tally: How often it was asked.
        promises: What it owes.
        limit_s: Within which an event is in time.
        wait_s: After which one that has not come is lost.
        causes: Under which key of a deed which of its causes are found.
        at_once: Those of them that are no time gone by; such a one comes to pass later, as a deed of its own.
        unless: The keys of deeds that keep a time from coming to pass.
        owes: Whether it owes events by a name, or forbids them.
        is_private: Whether nobody but its causer's own connections may hear it.
        one_circle: Whether those who may cause it are those who must hear it.
        members_of: The one term of its audience, where that is the members of a room and nobody else.
        book: In which order its events must come; None: in any.
        latest: What it owes of each subject of which only the last value counts.
    """

    law: Law
    limit_s: float
    wait_s: float
    tally: Tally = msgspec.field(default_factory=Tally)
    promises: list[Promise] = msgspec.field(default_factory=list)
    causes: dict[str, list[Cause]] = msgspec.field(default_factory=dict)
    at_once: dict[str, list[Cause]] = msgspec.field(default_factory=dict)
    unless: set[str] = msgspec.field(default_factory=set)
    owes: bool = False
    is_private: bool = False
    one_circle: bool = False
    members_of: Term | None = None
    book: OrderBook | None = None
    latest: dict[tuple[str | None, ...], list[Obligation]] = msgspec.field(default_factory=dict)

    def outcome(self, deed: Deed, key: str) -> tuple[Outcome, Cause] | None:
        """Return what became of a deed as this law sees it, by the cause that it fulfils best."""
        best: tuple[Outcome, Cause] | None = None
        for cause in self.at_once.get(key, ()):
            found = outcome_of(cause, deed)
            if found is None:
                continue
            if found is Outcome.DONE:
                return found, cause
            if best is None or found is Outcome.UNKNOWN:
                best = found, cause
        return best


class Promise(msgspec.Struct, eq=False, kw_only=True):
    """One event that a law owes.

    Attributes:
        plan: The law.
        owed: The event.
        event_side: Where each compared value stands in the event.
        cause_side: Where it stands in the cause's scope.
        every: All places that are compared.
        identity: Which of them together tell one event from another; empty if they do not.
        most: How often it may be heard; a number that is never reached where nothing limits it.
        forbids: Whether it must not be heard (`then: none`).
    """

    plan: Plan
    owed: Owed
    event_side: tuple[Address, ...]
    cause_side: tuple[Address, ...]
    every: tuple[int, ...]
    identity: tuple[int, ...]
    most: int
    forbids: bool = False


def plan_of(law: Law, identity: Identity, *, settle_s: float, wait_s: float) -> Plan:
    """Return a law, compiled."""
    within_s = law.within_s
    plan = Plan(
        law=law,
        limit_s=settle_s if within_s is None else within_s,
        wait_s=wait_s if within_s is None else max(wait_s, 2 * within_s),
        owes=law.kind in ("all", "any_of", "none"),
    )
    for cause in law.when:
        plan.causes.setdefault(cause_key(cause), []).append(cause)
        if not isinstance(cause, TimeCause):
            plan.at_once.setdefault(cause_key(cause), []).append(cause)
        elif cause.unless is not None:
            plan.unless.add(cause_key(cause.unless))
    if law.to is not None and len(law.to.terms) == 1 and not law.to.but and law.to.terms[0].kind == "members":
        plan.members_of = law.to.terms[0]
    to = law.to.terms if law.to is not None else ()
    plan.is_private = len(to) == 1 and to[0].kind in ("caller", "others")
    plan.one_circle = law.by is not None and law.to is not None and bool(law.by.text) and law.by.text == law.to.text
    if law.order is not None and law.order.as_ != "rising":
        plan.book = OrderBook(law.order.by, law.order.as_, plan.wait_s)
    elif law.latest:
        plan.book = OrderBook(None, "answered", plan.wait_s)
    for owed in law.then if plan.owes else ():
        plan.promises.append(promise_of(plan, owed, identity))
    return plan


def promise_of(plan: Plan, owed: Owed, identity: Identity) -> Promise:
    """Return one event that a law owes, compiled."""
    law = plan.law
    told_apart = [address.text for address in identity.get(owed.event, identity.get("*", ()))]
    texts = [agreement.event.text for agreement in law.agree]
    known = tuple(texts.index(text) for text in told_apart if text in texts)
    return Promise(
        plan=plan,
        owed=owed,
        event_side=tuple(agreement.event for agreement in law.agree),
        cause_side=tuple(agreement.cause for agreement in law.agree),
        every=tuple(range(len(texts))),
        identity=known if told_apart and len(known) == len(told_apart) else (),
        most=UNLIMITED if owed.most is None else owed.most,
        forbids=law.kind == "none",
    )


def echo_of(law: Law, cause: Cause) -> str:
    """Return whether the one who caused it hears it."""
    if law.echo is not None:
        return law.echo
    first = cause.cause if isinstance(cause, TimeCause) else cause
    return "others" if isinstance(first, EmitCause) else "all"


def items_of(each: Address, scope: Scope) -> list[Scope]:
    """Return the scope of each obligation: one for each member of a list."""
    found = value_at(each.get, scope)
    items = found if isinstance(found, list) else ()
    return [Names({"item": item}, scope) for item in items]


def names_answer(promises: Iterable[Promise], deed: Deed, key: str) -> bool:
    """Return whether some law of an event names the answer of a deed, so that it refuses nothing."""
    return deed.status is not None and any(
        isinstance(cause, CallCause) and cause.statuses.accepts(deed.status)
        for promise in promises
        for cause in promise.plan.causes.get(key, ())
    )
