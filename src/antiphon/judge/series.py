"""Whether the events of one item, taken together, are the series that it claims: rising, begun and ended as written.

All events count that match the item and serve no other one of its `hear`: at the step those heard by then, and where
no fence of the step judged them, at the scenario's end those that came before its next cause as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from antiphon.core.source import Source
from antiphon.history.heard import Heard
from antiphon.judge.assigned import Assigned, assigned
from antiphon.judge.facts import Facts, verdict
from antiphon.judge.verdicts import Kind, Outcome, Verdict
from antiphon.language.difference import shown
from antiphon.language.refusals import EvaluationRefused
from antiphon.language.scope import MISSING, resolved
from antiphon.language.times import moment_s
from antiphon.scenario.claim_model import HearItem, Series

Comparable = tuple[str, float | str]


def series_verdicts(facts: Facts, found: Assigned, until_s: float | None) -> Iterator[Verdict]:
    """Yield the verdicts of the series of what is to be heard; none of an item that was not heard as often."""
    if facts.cause_failed:
        return
    for index, item in enumerate(found.items):
        if item.series is not None and found.is_full(index):
            yield from _judged(facts, item, item.series, _events(facts, found, index, until_s))


def later_series_verdicts(facts: Facts, until_s: float | None) -> Iterator[Verdict]:
    """Yield what later events broke that had held at the step.

    Args:
        facts: As at the scenario's end.
        until_s: Until when events count; None: all of them.
    """
    if not any(item.series is not None for item, _ in facts.items()):
        return
    found = assigned(facts, facts.judged_s)
    broken = {one.claim for one in series_verdicts(facts, found, facts.judged_s) if one.outcome is Outcome.FAILED}
    for one in series_verdicts(facts, found, until_s):
        if one.outcome is Outcome.FAILED and one.claim not in broken:
            yield one


def awaits_its_last(facts: Facts, found: Assigned, index: int) -> bool:
    """Return whether the event that is to end an item's series has not come yet."""
    series = found.items[index].series
    if series is None or series.last is None:
        return False
    events = _events(facts, found, index, None)
    return not any(series.last(event.data, facts.scope_for(event)) is None for event in events)


def _events(facts: Facts, found: Assigned, index: int, until_s: float | None) -> list[Heard]:
    item = found.items[index]
    elsewhere = {event.seq for other in range(len(found.items)) if other != index for event in found.taken(other)}
    return [event for event in facts.until(until_s) if event.seq not in elsewhere and facts.matches(item, event)]


def _judged(facts: Facts, item: HearItem, series: Series, events: Sequence[Heard]) -> Iterator[Verdict]:
    if not events:
        return
    if series.along is not None:
        yield _compared(facts, item, series, events)
    for which, matcher, event in (("first", series.first, events[0]), ("last", series.last, events[-1])):
        if matcher is None:
            continue
        claim = f"the {which} {item.told} that {facts.hearer} hears is {matcher.text}"
        difference = matcher(event.data, facts.scope_for(event))
        if difference is None:
            yield _verdict(facts, item, claim, claim, source=matcher.source)
            continue
        sentence = f"the {which} {item.told} that {facts.hearer} heard, {facts.when(event)}, {difference}"
        yield _verdict(facts, item, claim, sentence, source=matcher.source, broken_by=[event], kind=Kind.DIFFERS)


def _compared(facts: Facts, item: HearItem, series: Series, events: Sequence[Heard]) -> Verdict:
    address = series.along.text if series.along is not None else ""
    word = "falls" if series.falling else "rises"
    claim = _order_claim(facts, item, series)
    values = [_value(facts, series, event) for event in events]
    for event, value in zip(events, values, strict=True):
        if comparable(value) is None:
            told = value if isinstance(value, _Refused) else f"is {shown(value)}"
            return _verdict(
                facts,
                item,
                claim,
                f"`{address}` of {item.told} that {facts.hearer} heard, {facts.when(event)}, {told}",
                source=series.source,
                broken_by=[event],
                kind=Kind.DIFFERS,
                hint="numbers, times and texts rise and fall",
            )
    for (before, first), (event, second) in pairwise(zip(events, values, strict=True)):
        if not _goes_on(first, second, falling=series.falling):
            sentence = (
                f"`{address}` of {item.told} does not {word[:-1]} for {facts.hearer}:"
                f" {shown(second)} came after {shown(first)}"
            )
            details = [f"{facts.when(one)}: {shown(value)}" for one, value in ((before, first), (event, second))]
            return _verdict(
                facts,
                item,
                claim,
                sentence,
                source=series.source,
                broken_by=[before, event],
                kind=Kind.REORDERED,
                details=details,
            )
    return holds_verdict(facts, item, series)


def holds_verdict(facts: Facts, item: HearItem, series: Series) -> Verdict:
    """Return what is said of a series whose values go on as they are claimed to."""
    claim = _order_claim(facts, item, series)
    return _verdict(facts, item, claim, claim, source=series.source)


def _order_claim(facts: Facts, item: HearItem, series: Series) -> str:
    address = series.along.text if series.along is not None else ""
    word = "falls" if series.falling else "rises"
    return f"`{address}` {word} from one {item.told} that {facts.hearer} hears to the next"


class _Refused(str):
    """Why an address gave no value."""

    __slots__ = ()


def _value(facts: Facts, series: Series, event: Heard) -> object:
    try:
        return resolved(series.along(facts.scope_for(event))) if series.along is not None else MISSING
    except EvaluationRefused as error:
        return _Refused(f"has no value: {error}")


def comparable(value: object) -> Comparable | None:
    """Return what a value is compared by, its kind first; None if it neither rises nor falls."""
    if isinstance(value, bool | _Refused):
        return None
    if isinstance(value, int | float):
        return "number", value
    if isinstance(value, str):
        at_s = moment_s(value)
        return ("text", value) if at_s is None else ("time", at_s)
    return None


def _goes_on(first: object, second: object, *, falling: bool) -> bool:
    one, other = comparable(first), comparable(second)
    if one is None or other is None or one[0] != other[0]:
        return False
    return other < one if falling else one < other


def _verdict(
    facts: Facts,
    item: HearItem,
    claim: str,
    sentence: str,
    *,
    source: Source,
    broken_by: Sequence[Heard] = (),
    kind: Kind = Kind.HEARD,
    details: Sequence[str] = (),
    hint: str = "",
) -> Verdict:
    return verdict(
        facts,
        Outcome.FAILED if broken_by else Outcome.HELD,
        kind,
        claim,
        sentence,
        source=source,
        event=item.event,
        details=details,
        hint=hint,
        evidence=[event.seq for event in broken_by],
    )
