"""What a step's `hear` claims until the scenario's end: judged with the last fence of its connection.

A breach that comes later names the step that made the claim.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from antiphon.history.heard import Heard
from antiphon.judge.absence import absent, breach, heard_of, name_of, never_claim, never_rest
from antiphon.judge.bounds import bound_verdicts, horizon_s, is_copy, is_judged_by, late_copies, unproven_bounds
from antiphon.judge.facts import Facts
from antiphon.judge.fences import FenceAnswer, over_a_gap
from antiphon.judge.series import later_series_verdicts
from antiphon.judge.verdicts import Kind, Verdict


def aftermath(facts: Facts, last: FenceAnswer | None) -> tuple[Verdict, ...]:
    """Return what the rest of the scenario says about a step's claims.

    Args:
        facts: As at the step, with `judged_s` set, `events` up to the scenario's end, and what is known of later
            causes.
        last: The last fence of this connection; None if none was asked for.
    """
    series = later_series_verdicts(facts, _horizon_s(facts, last)) if not is_judged_by(facts.fence) else ()
    return (*_bounds(facts, last), *series, *_nothing(facts), *_never(facts, last), *_fence_promise(facts))


def _horizon_s(facts: Facts, last: FenceAnswer | None) -> float | None:
    return horizon_s(facts, over_a_gap(last, facts.link) if facts.link.gap == "cut" else last)


def _bounds(facts: Facts, last: FenceAnswer | None) -> Iterator[Verdict]:
    if is_judged_by(facts.fence):
        yield from late_copies(facts, horizon_s(facts, facts.fence))
        return
    if facts.link.gap == "cut":  # what the scenario itself ended, it does not count on any further
        last = over_a_gap(last, facts.link)
    found = tuple(bound_verdicts(facts, last))
    yield from found
    if found:
        return
    copies = tuple(late_copies(facts, horizon_s(facts, last)))
    yield from copies or unproven_bounds(facts, last)


def _nothing(facts: Facts) -> Iterator[Verdict]:
    """Yield later breaches of `nothing`: what has the identity of what the step saved, or copies what it caused."""
    source = facts.hear.nothing
    if source is None:
        return
    of_window = [*facts.until(_step_end_s(facts)), *facts.elsewhere]
    others = [
        event
        for event in _later(facts)
        if event.name not in facts.ambient
        and (_is_saved(facts, event) or any(is_copy(facts, event, original) for original in of_window))
    ]
    if others:
        who = facts.hearer
        rest = f"though {who} was to hear nothing"
        yield breach(facts, f"{who} hears nothing", rest, others, source=source, of_step=_of_step(facts))


def _is_saved(facts: Facts, event: Heard) -> bool:
    identity = facts.identity(event)
    return bool(identity) and all(str(part) in facts.saved_ids for part in identity or ())


def _never(facts: Facts, last: FenceAnswer | None) -> Iterator[Verdict]:
    for item in facts.hear.never:
        at_step, _ = heard_of(facts, item, facts.until(_step_end_s(facts)))
        if at_step:
            continue  # already told at the step
        later, undecided = heard_of(facts, item, facts.events)
        claim = never_claim(facts, item)
        if later:
            yield breach(
                facts, claim, never_rest(facts), later, source=item.source, event=name_of(item), of_step=_of_step(facts)
            )
        else:
            yield absent(
                facts, claim, over_a_gap(last, facts.link), source=item.source, event=name_of(item), undecided=undecided
            )


def _fence_promise(facts: Facts) -> Iterator[Verdict]:
    """Yield a verdict if an event came after a fence's answer, though the target promises to emit before it answers."""
    fence = facts.fence
    if fence is None or fence.kind != "connection" or not is_judged_by(fence) or fence.answered_s is None:
        return
    broken = [
        event
        for event in _later(facts)
        if event.name not in facts.ambient and (facts.next_cause_s is None or event.at_s < facts.next_cause_s)
    ]
    if broken:
        yield breach(
            facts,
            f"{facts.hearer} hears nothing of step {facts.step} after the fence's answer",
            "after the fence had been answered, which the profile says does not happen",
            broken,
            source=facts.hear.source,
            kind=Kind.FENCE_BROKEN,
            of_step=_of_step(facts),
        )


def _later(facts: Facts) -> Sequence[Heard]:
    end_s = _step_end_s(facts)
    return [event for event in facts.events if end_s is not None and event.at_s > end_s]


def _step_end_s(facts: Facts) -> float | None:
    """Return until when the step itself has judged absences."""
    if facts.fence is not None and facts.fence.answered_s is not None:
        return facts.fence.answered_s
    return facts.judged_s


def _of_step(facts: Facts) -> str:
    label = f", {facts.label}" if facts.label else ""
    return f" (claimed in step {facts.step}{label})" if facts.step else ""
