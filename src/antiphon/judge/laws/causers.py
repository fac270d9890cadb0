"""Whether those who caused something may: `by`, and sessions that had ended. Being allowed all the same is wrong."""

from __future__ import annotations

from antiphon.judge.deeds import Deed
from antiphon.judge.findings import Finding, FindingKind
from antiphon.judge.laws.obligations import Obligation, ended_before
from antiphon.judge.laws.plans import Plan
from antiphon.judge.laws.telling import answered_text, cause_text, of_deed
from antiphon.judge.membership.audiences import Circle, Standing
from antiphon.judge.membership.members import Members
from antiphon.target.laws.model import Law


class Causers:
    """Deeds that were done, until it is known who was in which room meanwhile."""

    def __init__(self, members: Members) -> None:
        self._members = members
        self._waiting: list[tuple[Plan, Deed, Obligation | None]] = []

    def note(self, plan: Plan, deed: Deed, owed: Obligation | None) -> None:
        """Take in a deed that was done, with what it owes by a law if that is one thing."""
        deed.owes += 1
        self._waiting.append((plan, deed, owed))

    def settle(self, horizon_s: float, found: list[Finding]) -> None:
        """Tell of those who were allowed what they may not do."""
        ready = [one for one in self._waiting if one[1].answered_s < horizon_s]
        if not ready:
            return
        self._waiting = [one for one in self._waiting if one[1].answered_s >= horizon_s]
        for plan, deed, owed in ready:
            by = plan.law.by
            if ended_before(deed):
                found.append(_after_its_end(plan.law, deed))
            elif by is not None:
                if owed is not None:
                    standing = owed.allowed = owed.standing(self._members, by)
                else:
                    standing = Circle(by, deed, self._members).may_cause(deed)
                if standing is Standing.MUST_NOT:
                    found.append(_not_allowed(plan.law, deed))
                plan.tally.held += standing is Standing.MUST
            deed.let_go()

    @property
    def size(self) -> int:
        """How many wait."""
        return len(self._waiting)


def _not_allowed(law: Law, deed: Deed) -> Finding:
    only = f": only {law.by.text} may" if law.by is not None and law.by.text else ""
    who = deed.user or "nobody"
    sentence = f"{cause_text(deed)} was {answered_text(deed, deed.outcome)}, though {who} may not{only}"
    return of_deed(FindingKind.WRONG_ANSWER, law, deed, sentence)


def _after_its_end(law: Law, deed: Deed) -> Finding:
    sentence = f"{cause_text(deed)} was {answered_text(deed, deed.outcome)}, though its session had ended"
    return of_deed(FindingKind.WRONG_ANSWER, law, deed, sentence)
