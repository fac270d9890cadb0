"""Whether an event came more often than its item allows: at a fence, and afterwards as a copy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from antiphon.history.heard import Heard
from antiphon.judge.absence import absent
from antiphon.judge.assigned import Assigned, assigned
from antiphon.judge.facts import Facts, verdict
from antiphon.judge.fences import FenceAnswer, FenceOutcome
from antiphon.judge.positives import claim_text
from antiphon.judge.verdicts import Kind, Outcome, Verdict
from antiphon.judge.wording import data_text, times_text
from antiphon.scenario.claim_model import HearItem

_MOST_SHOWN = 3


def is_judged_by(fence: FenceAnswer | None) -> bool:
    """Return whether this fence settles how often something was heard."""
    return fence is not None and fence.outcome is not FenceOutcome.VOID


def horizon_s(facts: Facts, fence: FenceAnswer | None) -> float | None:
    """Return until when every matching event counts; after it only copies do. None: until now.

    An event that came after the next cause of the scenario was sent may be of that cause's making,
    and is not held against an item that matches it loosely.
    """
    ends = [end for end in (facts.next_cause_s, fence.answered_s if fence else None) if end is not None]
    return min(ends, default=None)


def bound_verdicts(facts: Facts, fence: FenceAnswer | None) -> Iterator[Verdict]:
    """Yield a verdict for each item that had more events than it allows; held ones are told by the item's own."""
    if facts.cause_failed:
        return
    found = assigned(facts, horizon_s(facts, fence))
    surplus = [found.events[position] for position in found.claimed.surplus]
    told: set[int] = set()
    for item in found.items:
        extra = [event for event in surplus if event.seq not in told and facts.matches(item, event)]
        if extra and item.times_high is not None:
            told.update(event.seq for event in extra)
            yield _doubled(facts, item, extra, shared=_is_shared(facts, found, item, extra))


def unproven_bounds(facts: Facts, fence: FenceAnswer | None) -> Iterator[Verdict]:
    """Yield a void verdict for each fulfilled item of which no fence can tell whether it came too often.

    Where the profile names no fence, or the scenario itself ended the connection, a fence was never
    to be had, and the item's own verdict stands: it was heard, and seen no more often than claimed.
    """
    if facts.cause_failed or fence is None or fence.outcome is not FenceOutcome.VOID or fence.kind == "none":
        return
    if facts.link.opened_as != "open" or facts.link.since == "closed by us":
        return
    found = assigned(facts, facts.judged_s)
    for index, item in enumerate(found.items):
        if item.times_high is None or not found.is_full(index):
            continue
        claim = f"{facts.hearer} hears {item.told} at most {times_text(item.times_high)}"
        yield absent(facts, claim, fence, source=item.source, event=item.event)


def late_copies(facts: Facts, after_s: float | None) -> Iterator[Verdict]:
    """Yield a verdict for each item of which a copy came when its events were no longer counted.

    Args:
        facts: As at the scenario's end.
        after_s: Until when every matching event was counted; None: until each item's wait was over.
    """
    if facts.cause_failed:
        return
    ends = [end for end in (after_s, facts.judged_s) if end is not None]
    found = assigned(facts, min(ends, default=None))
    told: set[int] = set()
    for index, item in enumerate(found.items):
        if item.times_high is None:
            continue
        wait_end_s = facts.window.answered_s + item.wait_s
        counted_s = wait_end_s if after_s is None else min(after_s, wait_end_s)
        originals = found.taken(index)
        copies = [
            event
            for event in facts.events
            if event.at_s > counted_s
            and event.seq not in told
            and any(is_copy(facts, event, original) for original in originals)
        ]
        room = max(item.times_high - _counted(facts, found, index, counted_s), 0)
        if len(copies) > room:
            told.update(event.seq for event in copies)
            yield _again(facts, item, copies[room:])


def _counted(facts: Facts, found: Assigned, index: int, end_s: float) -> int:
    """Return how many events an item had until then, without those that serve other items."""
    item = found.items[index]
    elsewhere = {event.seq for other in range(len(found.items)) if other != index for event in found.taken(other)}
    return sum(event.seq not in elsewhere and facts.matches(item, event) for event in facts.until(end_s))


def is_copy(facts: Facts, event: Heard, original: Heard) -> bool:
    """Return whether an event is another's copy: equal in identity, or without one wholly and without other cause."""
    if event.name != original.name or event.seq == original.seq:
        return False
    identity = facts.identity(event)
    if identity is not None:
        return identity == facts.identity(original)
    return event.args == original.args and not facts.another_cause_explains(event)


def _is_shared(facts: Facts, found: Assigned, item: HearItem, extra: Sequence[Heard]) -> bool:
    return any(other is not item and facts.matches(other, event) for other in found.items for event in extra)


def _doubled(facts: Facts, item: HearItem, extra: Sequence[Heard], *, shared: bool) -> Verdict:
    high = item.times_high or 0
    if shared:
        sentence = f"{facts.hearer} heard {item.told} {times_text(len(extra))} more than the items of this hear allow"
    else:
        sentence = f"{facts.hearer} heard {item.told} {times_text(high + len(extra))}, not {_allowed(item)}"
    details = [f"one too many, {facts.when(event)}: {data_text(event)}" for event in extra[:_MOST_SHOWN]]
    return _verdict(facts, item, sentence, details, extra)


def _again(facts: Facts, item: HearItem, copies: Sequence[Heard]) -> Verdict:
    label = f" ({facts.label})" if facts.label else ""
    sentence = f"{facts.hearer} heard {item.told} of step {facts.step}{label} again, {facts.when(copies[0])}"
    details = [f"a copy, {facts.when(event)}: {data_text(event)}" for event in copies[:_MOST_SHOWN]]
    return _verdict(facts, item, sentence, details, copies)


def _verdict(facts: Facts, item: HearItem, sentence: str, details: Sequence[str], events: Sequence[Heard]) -> Verdict:
    return verdict(
        facts,
        Outcome.FAILED,
        Kind.DOUBLED,
        claim_text(facts, item),
        sentence,
        source=item.source,
        event=item.event,
        details=details,
        evidence=[event.seq for event in events],
    )


def _allowed(item: HearItem) -> str:
    high = item.times_high or 0
    return times_text(high) if item.times_low == high else f"at most {times_text(high)}"
