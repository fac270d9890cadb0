"""Whether what was to be heard was heard, and in time; if not, what came instead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec
from msgspec import Struct

from antiphon.core.durations import duration_text
from antiphon.history.heard import Heard
from antiphon.judge.assigned import Assigned
from antiphon.judge.claiming import Fit
from antiphon.judge.facts import Facts, verdict
from antiphon.judge.timing import Measured, doubt, limit_text
from antiphon.judge.verdicts import Kind, Outcome, Verdict
from antiphon.judge.wording import name_text, names_text, times_text, wanted_times, within_text
from antiphon.scenario.claim_model import HearItem

_MOST_MISSES = 3


def positive_verdicts(facts: Facts, found: Assigned) -> Iterator[Verdict]:
    """Yield the verdict of each item that is to be heard."""
    for index, item in enumerate(found.items):
        if facts.cause_failed:
            yield _not_run(facts, item)
        elif not found.is_full(index):
            yield _unsettled(facts, item) if index in found.claimed.unsettled else _unheard(facts, found, index)
        else:
            yield _heard(facts, found, index)


def claim_text(facts: Facts, item: HearItem) -> str:
    """Return the claim in words: `bob hears message_received 2 times within 100ms`."""
    return f"{facts.hearer} hears {item.told}{wanted_times(item)}{within_text(item)}"


def denial(facts: Facts, item: HearItem) -> str:
    """Return the claim's opposite in words."""
    return f"{facts.hearer} did not hear {item.told}{wanted_times(item)}{within_text(item)}"


def _not_run(facts: Facts, item: HearItem) -> Verdict:
    why = "the step itself failed, so nothing was owed"
    return verdict(
        facts, Outcome.NOT_RUN, Kind.HEARD, claim_text(facts, item), why, source=item.source, event=item.event
    )


def _unsettled(facts: Facts, item: HearItem) -> Verdict:
    return verdict(
        facts,
        Outcome.VOID,
        Kind.REORDERED,
        claim_text(facts, item),
        f"cannot tell whether {facts.hearer} heard {item.told}{wanted_times(item)} in order",
        source=item.source,
        event=item.event,
        details=("too many events serve too many items of this hear to try every assignment",),
        hint="let the items of `in_order` match fewer events",
    )


def _heard(facts: Facts, found: Assigned, index: int) -> Verdict:
    item = found.items[index]
    events = found.taken(index)
    if not events:  # `times: 0..n`
        sentence = f"{facts.hearer} need not have heard {item.told}"
        return verdict(
            facts, Outcome.HELD, Kind.HEARD, claim_text(facts, item), sentence, source=item.source, event=item.event
        )
    fits = found.wanted[index].fits
    places = found.claimed.taken[index]
    worst = min(map(fits.__getitem__, places))
    # Of those that serve it worst the last one decides.
    event = next(one for one, place in zip(reversed(events), reversed(places), strict=True) if fits[place] is worst)
    return heard_verdict(facts, item, events, event, worst)


def heard_verdict(facts: Facts, item: HearItem, events: Sequence[Heard], event: Heard, worst: Fit) -> Verdict:
    """Return what is said of an item that these events fulfil; `event`, which serves it worst, decides how."""
    told = _timed(facts, item, event, worst)
    measured = told.measured
    answered_s = facts.window.answered_s
    return msgspec.structs.replace(
        verdict(
            facts,
            told.outcome,
            told.kind,
            claim_text(facts, item),
            told.sentence,
            source=item.source,
            event=event.name,
            details=told.details,
            hint=told.hint,
        ),
        evidence=tuple([one.seq for one in events]),
        latency_s=max(event.at_s - answered_s, 0.0),
        early=event.at_s < answered_s,
        from_request_s=event.at_s - facts.window.opened_s,
        limit_s=told.limit_s,
        lag_start_s=measured.lag_start_s,
        lag_end_s=measured.lag_end_s,
        target_wait_s=measured.target_wait_s,
    )


class _Timed(Struct, frozen=True, kw_only=True):
    """What an item's times make of the event that decides them."""

    outcome: Outcome
    kind: Kind
    sentence: str
    measured: Measured
    limit_s: float | None
    details: tuple[str, ...] = ()
    hint: str = ""


def _timed(facts: Facts, item: HearItem, event: Heard, worst: Fit) -> _Timed:
    is_floor = item.after_s is not None and facts.patience(item, event) is worst and worst is not Fit.ON_TIME
    limit_s = item.after_s if is_floor else item.within_s
    of_request = item.after_of_request if is_floor else item.of_request
    measured = facts.measured(event, of_request=of_request)
    kind = Kind.EARLY if is_floor else Kind.LATE
    which = _how_often(item, ", one of them" if is_floor else ", the last one")
    heard = f"{facts.hearer} heard {item.told}{which}{_by_name(item, event)} {facts.when(event)}"
    if worst is Fit.ON_TIME or limit_s is None:
        # What is meant to come later is no delivery of which figures speak.
        promised_s = item.within_s if item.after_s is None else None
        return _Timed(outcome=Outcome.HELD, kind=Kind.HEARD, sentence=heard, measured=measured, limit_s=promised_s)
    if worst is Fit.MISTIMED:
        anchor = f", {duration_text(abs(measured.measured_s))} after the request" if of_request else ""
        bound = f"{'earlier than' if is_floor else 'not within'} {limit_text(limit_s)}"
        sentence = f"{heard}{anchor}, {bound}{' of the request' if of_request else ''}"
        return _Timed(outcome=Outcome.FAILED, kind=kind, sentence=sentence, measured=measured, limit_s=limit_s)
    return _Timed(
        outcome=Outcome.VOID,
        kind=kind,
        sentence=f"cannot tell whether {facts.hearer} heard {item.told}{wanted_times(item)}{within_text(item)}",
        measured=measured,
        limit_s=limit_s,
        details=(doubt(measured, limit_s),),
        hint="run it again on a machine that is less busy",
    )


def _by_name(item: HearItem, event: Heard) -> str:
    """Return the name of an event that was taken by any name."""
    return f" ({name_text(event.name)})" if item.mentions is not None else ""


def _how_often(item: HearItem, which: str) -> str:
    return f" {times_text(item.times_low)}{which}" if item.times_low > 1 else ""


def _unheard(facts: Facts, found: Assigned, index: int) -> Verdict:
    item = found.items[index]
    had = found.taken(index)
    out_of_order = _out_of_order(facts, found, index)
    misses = [] if out_of_order else _misses(facts, found, item)
    kind = Kind.REORDERED if out_of_order else Kind.DIFFERS if misses else Kind.LOST
    sentence = denial(facts, item)
    if kind is Kind.REORDERED:
        sentence = f"{facts.hearer} did not hear {item.told}{wanted_times(item)} in the order written"
    details: list[str] = []
    if item.times_low > 1 and had:
        details.append(f"heard {times_text(len(had))}, the last one {facts.when(had[-1])}")
    details += [f"heard {facts.when(event)}, out of order" for event in out_of_order[:_MOST_MISSES]]
    details += [
        f"heard instead, {facts.when(event)}: {name_text(event.name)}, {facts.difference(item, event)}"
        for event in misses[:_MOST_MISSES]
    ]
    if not details:
        details += _instead(facts, found, item)
    details += _circumstances(facts, item)
    return verdict(
        facts,
        Outcome.FAILED,
        kind,
        claim_text(facts, item),
        sentence,
        source=item.source,
        event=item.event,
        details=details,
        evidence=[event.seq for event in (*had, *out_of_order[:_MOST_MISSES], *misses[:_MOST_MISSES])],
        limit_s=item.wait_s,
    )


def _out_of_order(facts: Facts, found: Assigned, index: int) -> list[Heard]:
    """Return the events that would have fulfilled an ordered item, had they come in its turn."""
    if found.wanted[index].group is None:
        return []
    return [found.events[position] for position in sorted(found.wanted[index].fits) if position not in found.used]


def _misses(facts: Facts, found: Assigned, item: HearItem) -> list[Heard]:
    """Return events of the item's name with other data, the nearest first, in time and serving nobody else."""
    if item.mentions is not None:
        return []
    others = [
        event
        for position, event in enumerate(found.events)
        if event.name == item.event
        and position not in found.used
        and facts.fit(item, event) is not None
        and facts.difference(item, event) is not None
        and not _explained(found, position)
    ]
    return sorted(others, key=lambda event: (_distance(facts, item, event), event.seq))


def _explained(found: Assigned, position: int) -> bool:
    return any(position in wanted.fits for wanted in found.wanted)


def _distance(facts: Facts, item: HearItem, event: Heard) -> int:
    return len(item.data.differences(event.data, facts.scope_for(event))) if item.data is not None else 0


def _instead(facts: Facts, found: Assigned, item: HearItem) -> list[str]:
    """Return what came in place of an event that did not come at all."""
    late = [event for event in found.events if facts.matches(item, event) and facts.fit(item, event) is None]
    if late:
        return [f"heard {facts.when(late[0])}, when its wait of {limit_text(item.wait_s)} was over"]
    serving = [
        event for position, event in enumerate(found.events) if position in found.used and facts.matches(item, event)
    ]
    if serving:
        return [f"what was heard of it serves other items of this hear ({names_text(serving)})"]
    others = found.events
    return [f"heard in that time: {names_text(others)}" if others else "heard nothing at all since the step began"]


def _circumstances(facts: Facts, item: HearItem) -> Sequence[str]:
    link = facts.link
    reason = f" ({link.opened_reason})" if link.opened_reason else ""
    who = facts.hearer
    match link.opened_as:
        case "closed by the target":
            return (f"the target had closed {who}'s connection before{reason}",)
        case "closed by us":
            return (f"{who} had disconnected before",)
        case "cut":
            return (f"{who}'s connection had been cut before{reason}",)
        case "never connected":
            return (f"{who} was not connected",)
        case "open":
            pass
    if link.since:
        happened = {"cut": "was cut", "replaced": "was replaced by another"}.get(link.since, f"was {link.since}")
        reason = f" ({link.since_reason})" if link.since_reason else ""
        after = ""
        if link.since_s is not None:
            after = f" {facts.moment(link.since_s)}"
        return (f"{who}'s connection {happened}{after}{reason}",)
    return (f"listened for {limit_text(item.wait_s)} after {facts.anchor}",)
