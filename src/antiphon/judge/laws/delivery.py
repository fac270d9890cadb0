"""Whether an event that was owed was heard by everybody, and in time: lost and late."""

from __future__ import annotations

from collections.abc import Iterator
from operator import attrgetter
from typing import TYPE_CHECKING

import msgspec

from antiphon.core.durations import duration_text
from antiphon.judge.deeds import Outcome
from antiphon.judge.findings import Finding, FindingKind
from antiphon.judge.laws.messages import Hearing, Message, span
from antiphon.judge.laws.obligations import Obligation
from antiphon.judge.laws.plans import Tally
from antiphon.judge.laws.setting import LawSetting
from antiphon.judge.laws.telling import cause_text, heard_text, of_obligation, others_text, seqs_of, who
from antiphon.judge.membership.audiences import Circle
from antiphon.judge.people import Hearer, Person
from antiphon.judge.timing import Timing, doubt, limit_text

if TYPE_CHECKING:
    from antiphon.judge.laws.channel import Channel

_hearer = attrgetter("hearer")


def holds_at_a_glance(obligation: Obligation, message: Message, setting: LawSetting) -> bool:
    """Return whether everybody heard it once and in time, nobody else did, and there was nothing to doubt.

    This is how nearly every obligation ends; it costs some 0.3 us for each that heard it. False says nothing: then
    all is looked at one by one.
    """
    promise, deed = obligation.promise, obligation.deed
    plan, owed = promise.plan, promise.owed
    law = plan.law
    if (
        obligation.outcome is not Outcome.DONE
        or owed.least != 1
        or law.kind != "all"
        or (law.by is not None and obligation.now(setting.members) is not Outcome.DONE)
        or obligation.echo != "all"
        or law.per != "connection"
    ):
        return False
    room = obligation.members_of(setting.members)
    if room is None:
        return False
    inside = room.now_inside(setting.members.people)
    heard = message.open
    if inside.since_s > deed.sent_s or len(heard) != len(inside.hearers) or not heard:
        return False
    if set(map(_hearer, heard)) != inside.hearers:
        return False
    first_s, last_s = span(heard)
    if first_s < deed.from_s:
        return False
    if last_s > deed.answered_s and (
        last_s > obligation.close_s or setting.timing(deed.answered_s, last_s, plan.limit_s) is not Timing.HOLDS
    ):
        return False
    for place in obligation.checked:
        if message.text(promise.event_side[place]) != obligation.values[place]:
            return False
    tally = plan.tally
    tally.judged += 1
    tally.held += len(heard)
    return True


def decide(obligation: Obligation, channel: Channel, setting: LawSetting) -> None:
    """Judge what an obligation's audience heard of it, now that its time is over."""
    promise = obligation.promise
    plan = promise.plan
    tally = plan.tally
    if obligation.now(setting.members) is not Outcome.DONE:
        _note_doubt(obligation, tally)
        return
    if promise.forbids:  # what was heard of it was told by the strangers
        tally.judged += 1
        return
    circle = obligation.audience(setting.members)
    if circle is None:
        return
    if obligation.either is not None:
        if not all(one.decided for one in obligation.either):
            return
        obligation = _joined(obligation, obligation.either)
    owed_to = [hearer for hearer in dict.fromkeys(circle.hearers()) if obligation.is_owed_to(hearer, setting.members)]
    if not owed_to and _left_early(obligation, circle, setting):
        return
    if not owed_to:
        tally.no_audience += 1
        tally.why = tally.why or circle.why or "nobody was in the audience for certain"
        return
    tally.judged += 1
    if plan.law.per == "user":
        for person, hearers in _by_person(owed_to).items():
            _judge_user(obligation, person, hearers, channel, setting)
        return
    for hearer in owed_to:
        heard = [hearing for hearing in obligation.heard if hearing.hearer is hearer]
        _judge_times(obligation, heard, setting, channel)
        for _ in range(obligation.least(hearer, setting.members) - len(heard)):
            _judge_missing(obligation, hearer, heard, channel, setting)


def _note_doubt(obligation: Obligation, tally: Tally) -> None:
    """Note that a cause was done, and that nobody can say whether it was allowed, for its room is not known."""
    causer = obligation.causer
    if obligation.outcome is Outcome.DONE and causer is not None and not causer.known:
        tally.no_audience += 1
        tally.why = tally.why or causer.why


def _left_early(obligation: Obligation, circle: Circle, setting: LawSetting) -> bool:
    """Return whether there was an audience that left before the deadline; what it heard until then counts."""
    answered_s = obligation.deed.answered_s
    were_in = [
        hearer
        for hearer in dict.fromkeys(circle.hearers())
        if obligation.is_owed_to(hearer, setting.members, answered_s)
    ]
    if not were_in:
        return False
    tally = obligation.promise.plan.tally
    least = obligation.promise.owed.least
    heard = sum(obligation.count(hearer) >= least for hearer in were_in)
    tally.held += heard
    tally.judged += bool(heard)
    tally.cut_short += heard < len(were_in)
    return True


def _joined(last: Obligation, siblings: list[Obligation]) -> Obligation:
    """Return what is owed by one of several events as one obligation, with what was heard of any."""
    heard = sorted((hearing for one in siblings for hearing in one.heard), key=lambda one: one.at_s)
    return msgspec.structs.replace(last, heard=heard, either=siblings)


def _by_person(hearers: list[Hearer]) -> dict[Person, list[Hearer]]:
    found: dict[Person, list[Hearer]] = {}
    for hearer in hearers:
        found.setdefault(hearer.person, []).append(hearer)
    return found


def _judge_user(
    obligation: Obligation, person: Person, hearers: list[Hearer], channel: Channel, setting: LawSetting
) -> None:
    heard = sorted(
        (hearing for hearing in obligation.heard if hearing.hearer.person is person), key=lambda one: one.at_s
    )
    _judge_times(obligation, heard, setting, channel)
    for _ in range(obligation.promise.owed.least - len(heard)):
        _judge_missing(obligation, hearers[0], heard, channel, setting)


def _judge_times(obligation: Obligation, heard: list[Hearing], setting: LawSetting, channel: Channel) -> None:
    plan, deed = obligation.promise.plan, obligation.deed
    for hearing in heard[: max(obligation.promise.owed.least, 1)]:
        match setting.timing(deed.answered_s, hearing.at_s, plan.limit_s):
            case Timing.HOLDS:
                plan.tally.held += 1
            case Timing.VOID:
                plan.tally.void += 1
                measured = setting.measured(deed.answered_s, hearing.at_s)
                plan.tally.why = plan.tally.why or doubt(measured, plan.limit_s)
            case Timing.LATE:
                channel.found.append(_late(obligation, hearing))


def _judge_missing(
    obligation: Obligation, hearer: Hearer, heard: list[Hearing], channel: Channel, setting: LawSetting
) -> None:
    plan = obligation.promise.plan
    if is_superseded(obligation):
        return
    if channel.strangers.take_for(obligation, hearer):
        return
    if obligation.close_s > channel.end_s:
        plan.tally.cut_short += 1
        return
    channel.found.append(_lost(obligation, hearer, heard, plan.wait_s))


def is_superseded(obligation: Obligation) -> bool:
    """Return whether only the latest value counts, and a newer one was there before this one had to be heard."""
    return obligation.subject is not None and any(
        one is not obligation
        and obligation.deed.sent_s <= one.deed.sent_s <= obligation.deadline_s
        and one.outcome is not Outcome.REFUSED
        for one in obligation.promise.plan.latest.get(obligation.subject, ())
    )


def _event_text(obligation: Obligation) -> str:
    siblings = obligation.either or [obligation]
    return " or ".join(one.promise.owed.event for one in siblings)


def _late(obligation: Obligation, hearing: Hearing) -> Finding:
    deed, limit_s = obligation.deed, obligation.promise.plan.limit_s
    event = obligation.promise.owed.event
    limit = limit_text(limit_s)
    return of_obligation(
        FindingKind.LATE,
        obligation,
        hearing.hearer,
        f"{who(hearing.hearer)} heard {event} {heard_text(deed, hearing.at_s)} to {cause_text(deed)},"
        f" not within {limit}",
        at_s=hearing.at_s,
        details=others_text(obligation, hearing.hearer),
        witness=(hearing.seq,),
    )


def _lost(obligation: Obligation, hearer: Hearer, heard: list[Hearing], wait_s: float) -> Finding:
    deed, event = obligation.deed, _event_text(obligation)
    often = f" ({len(heard)} of {obligation.promise.owed.least} came)" if heard else ""
    return of_obligation(
        FindingKind.LOST,
        obligation,
        hearer,
        f"{who(hearer)} did not hear {event} within {duration_text(wait_s)} of {cause_text(deed)}{often}",
        at_s=obligation.close_s,
        event=event,
        details=tuple(_rest(obligation, hearer)),
        witness=seqs_of(heard),
    )


def _rest(obligation: Obligation, hearer: Hearer) -> Iterator[str]:
    others = others_text(obligation, hearer)
    yield from others or ("nobody heard it",)
