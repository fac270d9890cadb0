"""One `hear` on one connection, judged at its step as a query over what was recorded.

An event that came before the answer counts; the order of arrival decides nothing unless `in_order`
asks. What can be judged only later is `aftermath`'s.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from antiphon.history.heard import Heard
from antiphon.judge.absence import absence_verdicts
from antiphon.judge.assigned import Assigned, assigned
from antiphon.judge.bounds import bound_verdicts, horizon_s, is_judged_by
from antiphon.judge.claiming import Fit
from antiphon.judge.facts import Facts
from antiphon.judge.positives import positive_verdicts
from antiphon.judge.replies import reply_verdicts
from antiphon.judge.series import awaits_its_last, series_verdicts
from antiphon.judge.verdicts import Verdict
from antiphon.scenario.claim_model import HearItem


def satisfied(facts: Facts) -> bool:
    """Return whether waiting longer could change nothing about what is to be heard."""
    if facts.cause_failed or facts.link.is_deaf:
        return True
    counts = Counter(event.name for event in facts.events)
    if any(counts[item.event] < item.times_low for item, _ in facts.items() if item.mentions is None):
        return False  # asked at every event: most often this is the answer
    found = assigned(facts, facts.judged_s)
    return all(_is_settled(facts, found, index) for index in range(len(found.items)))


def waits_until(facts: Facts) -> float:
    """Return when the last unfulfilled item's wait is over, on the clock of the stamps; the answer's if none waits.

    What a block's own steps took is over by then.
    """
    answered_s = facts.window.answered_s
    if facts.cause_failed or facts.link.is_deaf:
        return answered_s
    found = assigned(facts, facts.judged_s)
    waits = [item.wait_s for index, item in enumerate(found.items) if not _is_settled(facts, found, index)]
    return answered_s + max(waits, default=0.0)


def heard_for(facts: Facts) -> Sequence[tuple[HearItem, tuple[Heard, ...]]]:
    """Return each item with the events that fulfil it, in order; its `save` takes from the first."""
    found = assigned(facts, facts.judged_s)
    return [(item, tuple(found.taken(index))) for index, item in enumerate(found.items)]


def verdicts(facts: Facts) -> tuple[Verdict, ...]:
    """Return what can be said at the step: what was heard, what was not at its fence, and how often at its fence."""
    found = assigned(facts, facts.judged_s)
    is_judged = is_judged_by(facts.fence)
    bounds = bound_verdicts(facts, facts.fence) if is_judged else ()
    series_end_s = horizon_s(facts, facts.fence) if is_judged else facts.judged_s
    return (
        *positive_verdicts(facts, found),
        *reply_verdicts(facts, found),
        *series_verdicts(facts, found, series_end_s),
        *bounds,
        *absence_verdicts(facts, found),
    )


def _is_settled(facts: Facts, found: Assigned, index: int) -> bool:
    """Return whether no later event can help an item.

    An item that shares its events may be late only because another one holds the event that it
    needs, and that other one may still find a later event of its own. One that was heard too early
    may be heard again in time, and a series waits for the event that is to be its last.
    """
    if not found.is_full(index) or awaits_its_last(facts, found, index):
        return False
    item, taken = found.items[index], found.taken(index)
    if any(facts.patience(item, event) is not Fit.ON_TIME for event in taken):
        return False
    fits = found.wanted[index].fits
    on_time = all(fits[position] is Fit.ON_TIME for position in found.claimed.taken[index])
    return on_time or found.claimed.alone[index]
