"""Pairs what was heard with what is owed, where causes and events cannot be told apart otherwise than by order."""

from __future__ import annotations

from collections.abc import Sequence

from antiphon.judge.deeds import Outcome
from antiphon.judge.laws.messages import Hearing
from antiphon.judge.laws.obligations import Obligation
from antiphon.judge.laws.setting import LawSetting
from antiphon.judge.people import Hearer


def paired(
    obligations: Sequence[Obligation], hearings: Sequence[Hearing], hearer: Hearer, setting: LawSetting
) -> list[Obligation | None]:
    """Return for each hearing of one connection, in order, the obligation that explains it; None for one too many.

    Of those that could, the one takes an event whose deadline comes first: so as many as possible are in time. What
    is owed goes before what may be heard.
    """
    members = setting.members
    owed: list[Obligation] = []
    allowed: list[Obligation] = []
    person = hearer.person
    # Of a cause whose event only its own user may hear there may be hundreds, each of another user.
    for one in [one for one in obligations if one.only is None or one.only is person]:
        if one.promise.forbids:
            continue
        outcome = one.now(members)
        if outcome is Outcome.REFUSED:
            continue
        if outcome is Outcome.DONE and one.is_owed_to(hearer, members):
            owed.append(one)
        else:
            allowed.append(one)
    # Of a value that came again only the newest telling counts; else the one whose time is over first.
    owed.sort(key=lambda one: -one.deed.sent_s if one.promise.plan.law.latest else one.deadline_s)
    allowed.sort(key=lambda one: one.deed.sent_s)
    count = {id(one): one.count(hearer) for one in (*owed, *allowed)}
    found: list[Obligation | None] = []
    for hearing in hearings:
        taken = _taker(owed, allowed, hearing, count, setting)
        if taken is not None:
            count[id(taken)] += 1
        found.append(taken)
    return found


def _taker(
    owed: Sequence[Obligation],
    allowed: Sequence[Obligation],
    hearing: Hearing,
    count: dict[int, int],
    setting: LawSetting,
) -> Obligation | None:
    members, at_s = setting.members, hearing.at_s
    for one in owed:
        if one.deed.from_s <= at_s and count[id(one)] < one.least(hearing.hearer, members):
            return one
    for one in owed:
        if one.deed.from_s <= at_s and count[id(one)] < one.most(hearing.hearer, members):
            return one
    for one in allowed:
        room_left = one.deed.from_s <= at_s and count[id(one)] < one.most(hearing.hearer, members)
        if room_left and not one.is_outside(hearing.hearer, at_s, members, setting.grace_s(at_s)):
            return one
    return None
