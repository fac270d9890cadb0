"""Notes for each law in which plays it was put to the proof, case by case; coverage tells of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from antiphon.judge.deeds import Outcome
from antiphon.judge.laws.cases import AFTER_RECOVERY, HEARD, JUDGED, MUST_NOT_HEAR, REFUSED, cases_of
from antiphon.judge.membership.timeline import IN

if TYPE_CHECKING:
    from antiphon.judge.laws.messages import Hearing
    from antiphon.judge.laws.obligations import Obligation
    from antiphon.judge.membership.members import Members
    from antiphon.judge.people import Hearer
    from antiphon.target.laws.model import Law

_FIRST_LOOKS = 16
_THEN_EACH = 256
_ONLY_REFUSED = frozenset({REFUSED})


class _Open:
    """Cases of one law that one play has not shown yet, and how often it was looked for somebody outside."""

    __slots__ = ("cases", "is_refused_only", "looks")

    def __init__(self, cases: set[str]) -> None:
        self.cases = cases
        self.looks = 0
        self.is_refused_only = cases <= _ONLY_REFUSED

    def close(self, case: str) -> None:
        """Take a case out that was shown."""
        self.cases.discard(case)
        self.is_refused_only = self.cases <= _ONLY_REFUSED


class Exercised:
    """The cases that were seen.

    Attributes:
        plays: Law and case → plays.
    """

    def __init__(self) -> None:
        self.plays: dict[tuple[str, str], set[str]] = {}
        self._open: dict[tuple[str, str], _Open] = {}

    def add(self, law: Law, case: str, play: str) -> None:
        """Note that a play has shown a case."""
        plays = self.plays.get((law.name, case))
        if plays is None:
            self.plays[law.name, case] = {play}
        else:
            plays.add(play)

    def note(self, obligation: Obligation, members: Members) -> None:
        """Take in an obligation that was judged; once all cases of its law were seen in its play this costs 0.2 us."""
        deed, law = obligation.deed, obligation.promise.plan.law
        found = self._open.get((law.name, deed.play))
        if found is None:
            found = self._open[law.name, deed.play] = _Open(set(cases_of(law)))
        if found.cases and deed.judged and (obligation.outcome is Outcome.REFUSED or not found.is_refused_only):
            for case in _shown(obligation, members, found):
                found.close(case)
                self.add(law, case, deed.play)


def _shown(obligation: Obligation, members: Members, found: _Open) -> list[str]:
    """Return which of the open cases an obligation shows."""
    if obligation.outcome is Outcome.REFUSED:
        return [REFUSED] if REFUSED in found.cases else []
    if obligation.now(members) is not Outcome.DONE:
        return []
    if obligation.promise.forbids:
        return [JUDGED] if JUDGED in found.cases else []
    shown = []
    if HEARD in found.cases and any(_must_hear(obligation, one, members) for one in obligation.heard):
        shown.append(HEARD)
    if MUST_NOT_HEAR in found.cases:
        found.looks += 1
        # Who plays under load has no stranger beside it, as a rule, and is not asked for one each time.
        often = found.looks <= _FIRST_LOOKS or found.looks % _THEN_EACH == 0
        beside = members.people.plays.get(obligation.deed.play, {}).values()
        if often and any(_listens_outside(obligation, hearer, members) for hearer in beside):
            shown.append(MUST_NOT_HEAR)
    if AFTER_RECOVERY in found.cases and _came_after_recovery(obligation):
        shown.append(AFTER_RECOVERY)
    return shown


def _must_hear(obligation: Obligation, one: Hearing, members: Members) -> bool:
    """Return whether somebody who heard it was in its audience until then; many leave before its time is over."""
    if obligation.promise.owed.least == 0:
        return True  # it is owed to nobody: that it was heard is all there is to see
    return obligation.is_owed_to(one.hearer, members, max(one.at_s, obligation.deed.answered_s))


def _listens_outside(obligation: Obligation, hearer: Hearer, members: Members) -> bool:
    """Return whether a connection of the same play was open, and must not hear it."""
    deed = obligation.deed
    if hearer.service != obligation.promise.owed.service:
        return False
    if hearer.alive(deed.sent_s, deed.answered_s) != IN:
        return False
    return obligation.is_outside(hearer, deed.answered_s, members, 0.0)


def _came_after_recovery(obligation: Obligation) -> bool:
    """Return whether somebody heard it who was connected anew after it was caused."""
    sent_s = obligation.deed.sent_s
    return any(one.hearer.epoch > 1 and sent_s < one.hearer.opened_s <= one.at_s for one in obligation.heard)
