"""Whether what was not to be heard was not heard, and what proves it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from antiphon.core.source import Source
from antiphon.history.heard import Heard
from antiphon.judge.assigned import Assigned
from antiphon.judge.facts import Facts, verdict
from antiphon.judge.fences import FenceAnswer, FenceOutcome
from antiphon.judge.verdicts import Kind, Outcome, Proof, Verdict
from antiphon.judge.wording import data_text, name_text, names_text
from antiphon.scenario.claim_model import HearItem

_MOST_SHOWN = 3
_PROOFS = {
    FenceOutcome.PROVEN: Proof.PROVEN,
    FenceOutcome.WAITED: Proof.WAITED,
    FenceOutcome.CLOSED: Proof.CLOSED,
    FenceOutcome.VOID: Proof.NONE,
}
_NEVER_ASKED = FenceAnswer(kind="none", outcome=FenceOutcome.VOID, why="no fence was asked for")


def absence_verdicts(facts: Facts, found: Assigned) -> Iterator[Verdict]:
    """Yield the verdicts of `nothing`, `no`, `never` so far, and `only`, at the step's fence."""
    fence = facts.fence
    until_s = fence.answered_s if fence is not None else facts.judged_s
    events = facts.until(until_s)
    who = facts.hearer
    if facts.hear.nothing is not None:
        others = [event for event in events if event.name not in facts.ambient]
        claim, rest = f"{who} hears nothing", f"though {who} was to hear nothing"
        yield _judged(facts, claim, rest, others, source=facts.hear.nothing)
    for item in facts.hear.no:
        matching, undecided = heard_of(facts, item, events)
        claim, rest = f"{who} does not hear {item.told}", f"though {who} was not to hear it"
        yield _judged(facts, claim, rest, matching, source=item.source, event=name_of(item), undecided=undecided)
    for item in facts.hear.never:
        matching, _ = heard_of(facts, item, events)
        if matching:
            yield _judged(
                facts, never_claim(facts, item), never_rest(facts), matching, source=item.source, event=name_of(item)
            )
    if facts.hear.only is not None:
        yield _only(facts, found, events, facts.hear.only)


def never_claim(facts: Facts, item: HearItem) -> str:
    """Return the claim of a `never` item in words."""
    return f"{facts.hearer} never hears {item.told}"


def never_rest(facts: Facts) -> str:
    """Return how the sentence about a breach of `never` ends."""
    return f"though {facts.hearer} was never to hear it"


def heard_of(facts: Facts, item: HearItem, events: Sequence[Heard]) -> tuple[list[Heard], list[Heard]]:
    """Return the events that match an item, and those that it speaks of and of which nobody can tell."""
    named = [event for event in events if facts.concerns(item, event)]
    matching, undecided = [], []
    for event in named:
        difference = facts.difference(item, event)
        if difference is None:
            matching.append(event)
        elif difference.undecided:
            undecided.append(event)
    return matching, undecided


def breach(
    facts: Facts,
    claim: str,
    rest: str,
    events: Sequence[Heard],
    *,
    source: Source,
    event: str = "",
    kind: Kind = Kind.LEAKED,
    of_step: str = "",
) -> Verdict:
    """Return the verdict that something was heard that was not to be heard; it needs no fence."""
    first = events[0]
    details = [f"{facts.when(one)}: {name_text(one.name)} {data_text(one)}" for one in events[:_MOST_SHOWN]]
    if len(events) > _MOST_SHOWN:
        details.append(f"and later: {names_text(events[_MOST_SHOWN:])}")
    sentence = f"{facts.hearer} heard {name_text(first.name)}, {rest}{of_step}"
    return verdict(
        facts,
        Outcome.FAILED,
        kind,
        claim,
        sentence,
        source=source,
        event=event or first.name,
        details=details,
        evidence=[one.seq for one in events],
        cause_seq=facts.cause_before(first.at_s) or None,
    )


def name_of(item: HearItem) -> str:
    """Return the name of the events that an item speaks of; empty where any name will do."""
    return item.event if item.mentions is None else ""


def absent(
    facts: Facts,
    claim: str,
    fence: FenceAnswer | None,
    *,
    source: Source,
    event: str = "",
    undecided: Sequence[Heard] = (),
) -> Verdict:
    """Return the verdict that nothing of the kind was heard, as good as its fence shows it."""
    fence = fence or _NEVER_ASKED
    proof = _PROOFS[fence.outcome]
    why, hint = fence.why, fence.hint
    if proof is Proof.WAITED and facts.strict_absence:
        proof = Proof.NONE
        why, hint = f"only waited for: {fence.why}", "under --strict-absence only a proof counts"
    if undecided:
        proof = Proof.NONE
        why, hint = f"{name_text(undecided[0].name)} was heard, and what it is compared with has no value", ""
    if proof is Proof.NONE:
        sentence = f"cannot tell whether {claim}" + (f": {why}" if why else "")
        return verdict(
            facts, Outcome.VOID, Kind.ABSENT, claim, sentence, source=source, event=event, hint=hint, details=(why,)
        )
    sentence = f"{claim}: {proof.value}"
    return verdict(
        facts, Outcome.HELD, Kind.ABSENT, claim, sentence, source=source, event=event, proof=proof, details=(why,)
    )


def _judged(
    facts: Facts,
    claim: str,
    rest: str,
    matching: Sequence[Heard],
    *,
    source: Source,
    event: str = "",
    undecided: Sequence[Heard] = (),
) -> Verdict:
    if matching:
        return breach(facts, claim, rest, matching, source=source, event=event)
    return absent(facts, claim, facts.fence, source=source, event=event, undecided=undecided)


def _only(facts: Facts, found: Assigned, events: Sequence[Heard], source: Source) -> Verdict:
    """Judge `only`: what matches an item is claimed, and how often it may come is judged with the item."""
    names = list(dict.fromkeys(item.told for item in found.items))
    allowed = ", ".join(names) if names else "nothing"
    others = [
        event
        for event in events
        if event.name not in facts.ambient and not any(facts.matches(item, event) for item in found.items)
    ]
    claim, rest = f"{facts.hearer} hears only {allowed}", f"though {facts.hearer} was to hear only {allowed}"
    return _judged(facts, claim, rest, others, source=source)
