"""What one cause owes by one law: an event, to an audience, until a deadline."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from antiphon.judge.deeds import Deed, Outcome, as_text, value_at
from antiphon.judge.laws.plans import Promise
from antiphon.judge.membership.audiences import Circle, Standing, is_inside
from antiphon.judge.membership.rooms import Room
from antiphon.judge.membership.timeline import OUT
from antiphon.judge.people import Hearer, Person
from antiphon.language.scope import Scope

if TYPE_CHECKING:
    from antiphon.judge.laws.messages import Group, Hearing, Message
    from antiphon.judge.membership.members import Members
    from antiphon.target.laws.audiences import Audience


class Obligation(msgspec.Struct, eq=False, kw_only=True):
    """One obligation.

    Attributes:
        promise: What is owed.
        group: What agrees with it in what tells events apart.
        deed: What owes it.
        scope: The cause's scope, with `item` where there are many.
        outcome: What became of the deed.
        echo: Whether the one who caused it hears it.
        values: What each compared value must be, as text; None is not compared.
        checked: Which of them are compared once the event is found; the others have led to it.
        deadline_s: Until when it must be heard.
        close_s: After which it is lost.
        forget_s: After which a copy is one no more.
        heard: What was heard of it.
        decided: Whether it was judged.
        either: Its siblings, where one of several events is owed.
        message: One of the events that were heard of it.
        subject: Of what its event tells the latest value; None where each value counts.
        only: Whose connections it is for at most; None where that is not so plain.
        circle: To whom it is owed, once that was asked.
        causer: Who may cause it, once that was asked.
        allowed: Whether its causer may, once that is settled.
        room: Whose members it is owed to, once that was asked, where nobody else is.
    """

    promise: Promise
    group: Group
    deed: Deed
    scope: Scope
    outcome: Outcome
    echo: str
    values: tuple[str | None, ...]
    checked: tuple[int, ...]
    deadline_s: float
    close_s: float
    forget_s: float
    heard: list[Hearing] = msgspec.field(default_factory=list)
    decided: bool = False
    either: list[Obligation] | None = None
    message: Message | None = None
    subject: tuple[str | None, ...] | None = None
    only: Person | None = None
    circle: Circle | None = None
    causer: Circle | None = None
    allowed: Standing | None = None
    room: Room | None = None

    def now(self, members: Members) -> Outcome:
        """Return what the deed's outcome means, now that it is known who may cause it."""
        by, deed = self.promise.plan.law.by, self.deed
        if self.outcome is Outcome.REFUSED or not deed.judged:
            return self.outcome
        if ended_before(deed):
            return Outcome.REFUSED
        if by is None:
            return self.outcome
        standing = self.allowed
        if standing is None:
            standing = self.standing(members, by)
        if standing is Standing.MUST_NOT:
            return Outcome.REFUSED
        return self.outcome if standing is Standing.MUST else Outcome.UNKNOWN

    def causers(self, members: Members, by: Audience) -> Circle:
        """Return who may cause it."""
        if self.causer is None:
            shared = self.audience(members) if self.promise.plan.one_circle else None
            self.causer = shared or Circle(by, self.deed, members, self.scope)
        return self.causer

    def audience(self, members: Members) -> Circle | None:
        """Return to whom it is owed; None where the law does not say."""
        to = self.promise.plan.law.to
        if self.circle is None and to is not None:
            # Of one that held at a glance the scope is gone, and its room is what is left of it.
            self.circle = Circle(to, self.deed, members, self.scope, self.room)
        return self.circle

    def members_of(self, members: Members) -> Room | None:
        """Return the room whose members it is owed to; None where others are meant, or none is known.

        Nearly always that is all that is asked of an audience, at a fifth of what it costs to make it.
        """
        term = self.promise.plan.members_of
        if self.room is None and term is not None and term.at is not None:
            self.room = members.room(term.room, as_text(value_at(term.at.get, self.scope)))
        return self.room

    def standing(self, members: Members, by: Audience) -> Standing:
        """Return whether whoever caused it may."""
        room = self.members_of(members) if self.promise.plan.one_circle else None
        if room is not None and is_inside(room, self.deed, members.people):
            return Standing.MUST
        return self.causers(members, by).may_cause(self.deed)

    def is_owed_to(self, hearer: Hearer, members: Members, until_s: float | None = None) -> bool:
        """Return whether a connection must hear it: whether it was in the audience until the deadline, or `until_s`."""
        to_s = self.deadline_s if until_s is None else until_s
        if hearer.service != self.promise.owed.service:
            return False  # it is said on another socket
        if self.echo == "none" and hearer.person is self.deed.person:
            return False
        if self.echo == "others" and hearer is self.deed.hearer:
            return False
        circle = self.audience(members)
        return circle is not None and circle.known and circle.must(hearer, self.deed.sent_s, to_s)

    def is_outside(self, hearer: Hearer, at_s: float, members: Members, grace_s: float) -> bool:
        """Return whether a connection that heard it at `at_s` must not have.

        Args:
            hearer: The connection.
            at_s: When it heard it.
            members: Who is in which room.
            grace_s: For how long what was caused before somebody left may still come.
        """
        if (self.echo == "others" and hearer is self.deed.hearer) or (
            self.echo == "none" and hearer.person is self.deed.person
        ):
            return True
        circle = self.audience(members)
        if circle is None:
            return False
        sent_s = self.deed.sent_s
        if circle.outside(hearer, sent_s, at_s):
            return True
        calm_s = at_s - grace_s
        if calm_s <= self.deed.answered_s:
            return False
        if not circle.outside(hearer, calm_s, at_s) or self._may_be_missed_by(hearer, at_s):
            return False
        # Whoever had to hear it while inside is told as late or lost; of a cause that may not even have come to pass
        # nothing is owed, so nothing but this would tell.
        return self.now(members) is not Outcome.DONE or not circle.must(hearer, sent_s, self.deadline_s)

    def _may_be_missed_by(self, hearer: Hearer, at_s: float) -> bool:
        """Return whether a connection came back after the cause: what it missed while in, it may be told then."""
        opened_s = hearer.opened_before(at_s)
        return self.deed.sent_s < opened_s and at_s <= opened_s + self.promise.plan.wait_s

    def least(self, hearer: Hearer, members: Members) -> int:
        """Return how often a connection that is in the audience must hear it."""
        owed = self.promise.owed.least
        return owed if self.promise.plan.law.per != "join" else owed * self._joins(hearer, members)[0]

    def most(self, hearer: Hearer, members: Members) -> int:
        """Return how often a connection may hear it at most."""
        owed = self.promise.most
        return owed if self.promise.plan.law.per != "join" else owed * self._joins(hearer, members)[1]

    def _joins(self, hearer: Hearer, members: Members) -> tuple[int, int]:
        circle = self.audience(members)
        return circle.joins(hearer, self.deed.sent_s, self.deadline_s) if circle is not None else (1, 1)

    def count(self, hearer: Hearer) -> int:
        """Return how often a connection heard it."""
        return sum(hearing.hearer is hearer for hearing in self.heard)


def ended_before(deed: Deed) -> bool:
    """Return whether the session on which something was emitted had certainly ended."""
    hearer = deed.hearer
    if hearer is None or not deed.what.startswith("emit ") or not hearer.session.changes:
        return False
    return hearer.session.mask(deed.sent_s, deed.answered_s, leave_out=deed.seq) == OUT
