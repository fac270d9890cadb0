"""Asks a changed history what a play asked of its own: the same claims, in the same windows, by the same judges."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from msgspec.structs import replace

from antiphon.engine.asked import AskedAtTheEnd, AskedHear
from antiphon.engine.hearing import with_causes
from antiphon.engine.listeners import Listener
from antiphon.history.heard import Heard
from antiphon.judge.aftermath import aftermath
from antiphon.judge.anybody import any_verdicts
from antiphon.judge.facts import Facts
from antiphon.judge.fences import FenceAnswer
from antiphon.judge.hearing import verdicts
from antiphon.judge.verdicts import Outcome, Verdict
from antiphon.run.mutate.change import Change, Later, changed_heard
from antiphon.run.mutate.recorded import Recorded

Fulfilled = dict[int, Listener]
"""Of a claim of which one of a group is enough: who fulfils it, by the group that its listeners share."""


def step_verdicts(play: Recorded, hear: AskedHear, change: Change, fulfilled: Fulfilled) -> tuple[Verdict, ...]:
    """Return what is said of a `hear` at its step."""
    found: list[Verdict] = []
    pairs = zip(hear.everything, hear.listeners, strict=True)
    for anybody, group in groupby(pairs, key=lambda one: one[1].anybody):
        told = [
            (listener, verdicts(with_change(play, with_causes(facts, play.play, hear.sent), change, facts.judged_s)))
            for facts, listener in group
        ]
        if anybody is not None:
            chosen, judged = any_verdicts(anybody.name, [one for _, one in told])
            told = [(told[chosen][0], judged)]
            if all(verdict.outcome is Outcome.HELD for verdict in judged):
                fulfilled[id(anybody)] = told[0][0]
        for _, judged in told:
            found.extend(judged)
    return tuple(found)


def end_verdicts(play: Recorded, end: AskedAtTheEnd, change: Change, fulfilled: Fulfilled) -> tuple[Verdict, ...]:
    """Return what is said of one listener's claim when the scenario has ended."""
    anybody = end.listener.anybody
    if anybody is not None and fulfilled.get(id(anybody)) is not end.listener:
        return ()
    return aftermath(with_change(play, end.facts, change, end.until_s), _fence(end.fence, change.later))


def all_verdicts(play: Recorded, change: Change) -> Iterator[tuple[AskedHear | AskedAtTheEnd, tuple[Verdict, ...]]]:
    """Yield all claims of what is heard, and what is said of each."""
    fulfilled: Fulfilled = {}
    for hear in play.asked.hears:
        yield hear, step_verdicts(play, hear, change, fulfilled)
    for end in play.asked.ends:
        yield end, end_verdicts(play, end, change, fulfilled)


def broken(play: Recorded, change: Change) -> Iterator[tuple[AskedHear | AskedAtTheEnd, Verdict]]:
    """Yield what fails with a change, of the claims that it can concern."""
    touched = {event.connection for event in change.events}
    seqs = change.gone
    fulfilled: Fulfilled = {}
    asked: set[int] = set()
    for hear in play.asked.hears:
        if any(_concerns(facts, touched, seqs) for facts in hear.everything):
            asked.update(id(listener) for listener in hear.listeners)
            told = step_verdicts(play, hear, change, fulfilled)
            yield from ((hear, verdict) for verdict in told if verdict.outcome is Outcome.FAILED)
    for end in play.asked.ends:
        if id(end.listener) in asked or _concerns(end.facts, touched, seqs):
            told = end_verdicts(play, end, change, fulfilled)
            yield from ((end, verdict) for verdict in told if verdict.outcome is Outcome.FAILED)


def _concerns(facts: Facts, connections: set[str], seqs: frozenset[int]) -> bool:
    return facts.connection in connections or any(event.seq in seqs for event in facts.events)


def with_change(play: Recorded, facts: Facts, change: Change, until_s: float | None) -> Facts:
    """Return the facts of a claim as they are with a change of the history.

    Args:
        play: What was recorded.
        facts: As they were.
        change: The change.
        until_s: When they were looked at; None: nobody knows.
    """
    later = change.later
    moved = later.by_s > 0
    window = facts.window
    if moved:
        window = replace(
            window,
            opened_s=later(window.opened_s),
            answered_s=later(window.answered_s),
            ended_s=later(window.ended_s),
        )
    judged_s = later(facts.judged_s) if facts.judged_s is not None else None
    return replace(
        facts,
        window=window,
        events=_until(changed_heard(facts.events, change, facts.connection, window.opened_s), until_s, later),
        elsewhere=changed_heard(facts.elsewhere, change, None, window.opened_s),
        judged_s=judged_s,
        fence=_fence(facts.fence, later),
        next_cause_s=later(facts.next_cause_s) if facts.next_cause_s is not None else None,
        another_cause_explains=lambda event: facts.another_cause_explains(_before(event, later)),
        cause_before=lambda at_s: facts.cause_before(later.before(at_s)),
        lag_at=lambda at_s: play.lags.at(later.before(at_s)),
        target_wait=lambda from_s, to_s: facts.target_wait(later.before(from_s), later.before(to_s)),
        known={} if change.events or change.gone else facts.known,
    )


def _until(events: Sequence[Heard], until_s: float | None, later: Later) -> Sequence[Heard]:
    """Return what had come when it was looked at."""
    if until_s is None:
        return events
    last_s = later(until_s)
    return [event for event in events if event.at_s <= last_s]


def _before(event: Heard, later: Later) -> Heard:
    return replace(event, at_s=later.before(event.at_s)) if later.by_s else event


def _fence(fence: FenceAnswer | None, later: Later) -> FenceAnswer | None:
    if fence is None or not later.by_s:
        return fence
    asked_s = later(fence.asked_s) if fence.asked_s is not None else None
    answered_s = later(fence.answered_s) if fence.answered_s is not None else None
    return replace(fence, asked_s=asked_s, answered_s=answered_s)
