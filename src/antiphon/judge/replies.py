"""Whether the target asked for the acknowledgements that items have an `answer` for, and was given them."""

from __future__ import annotations

from collections.abc import Iterator

from antiphon.judge.assigned import Assigned
from antiphon.judge.facts import Facts, verdict
from antiphon.judge.verdicts import Kind, Outcome, Verdict


def reply_verdicts(facts: Facts, found: Assigned) -> Iterator[Verdict]:
    """Yield the verdict of each item that answers what it hears; none of an item that was not heard."""
    for index, item in enumerate(found.items):
        events = found.taken(index)
        if item.answer is None or not events:
            continue
        claim = f"{facts.hearer} is asked for an answer to {item.told}, and gives it"
        unasked = [event for event in events if not event.asks]
        unanswered = [event for event in events if event.asks and event.answered_s is None]
        outcome, sentence = Outcome.HELD, f"{facts.hearer} answered {item.told}"
        details: tuple[str, ...] = ()
        if unasked:
            outcome = Outcome.FAILED
            sentence = f"{facts.hearer} heard {item.told}, but nobody asked for an answer to it"
            details = (f"heard {facts.when(unasked[0])}, without a number to acknowledge",)
        elif unanswered:
            outcome = Outcome.FAILED
            sentence = f"{facts.hearer} could not answer {item.told}"
            details = ("the connection that asked had ended",)
        yield verdict(
            facts,
            outcome,
            Kind.ANSWER,
            claim,
            sentence,
            source=item.source,
            event=item.event,
            details=details,
            evidence=[event.seq for event in events],
        )
