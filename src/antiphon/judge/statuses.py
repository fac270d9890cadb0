"""Whether the calls of several branches were answered with the statuses that were claimed of all of them together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from antiphon.core.text import listed
from antiphon.history.entries import Call
from antiphon.judge.answers import About
from antiphon.judge.verdicts import Kind, Outcome, Verdict
from antiphon.judge.wording import times_text
from antiphon.scenario.claim_model import StatusCount, StatusCounts

_MOST_SHOWN = 5


def statuses_verdict(wanted: StatusCounts, calls: Sequence[Call], about: About) -> Verdict:
    """Return the verdict of `statuses`: as many calls with each status as claimed, and none with another.

    A status that stands there by itself (409) is counted with it, and not with its class (4xx) beside it.
    """
    found = [_counted_as(wanted, call) for call in calls]
    counts = Counter(found)
    claim = f"{_calls(len(calls))} answered {listed(_wanted(one) for one in wanted.counts)}"
    wrong = [one for one in wanted.counts if not _is_kept(one, counts[one])]
    strange = [call for call, one in zip(calls, found, strict=True) if one is None]
    answered = Counter(_answer(call) for call in sorted(calls, key=lambda call: call.status or 0))
    told = listed(f"{answer} {times_text(count)}" for answer, count in answered.items())
    if not wrong and not strange:
        return about.verdict(Outcome.HELD, Kind.STATUS, claim, claim, source=wanted.source)
    sentence = f"{_calls(len(calls))} answered {told}, not {listed(_wanted(one) for one in wanted.counts)}"
    if not calls:
        sentence = f"no call was made that could be answered {listed(_wanted(one) for one in wanted.counts)}"
    suspects = strange or [call for call, one in zip(calls, found, strict=True) if one in wrong]
    details = [
        f"step {call.step}: {call.user}'s {call.method} {call.template} was answered {_answer(call)}"
        for call in suspects[:_MOST_SHOWN]
    ]
    if len(suspects) > _MOST_SHOWN:
        details.append(f"… {len(suspects) - _MOST_SHOWN} more")
    return about.verdict(Outcome.FAILED, Kind.STATUS, claim, sentence, details=details, source=wanted.source)


def _counted_as(wanted: StatusCounts, call: Call) -> StatusCount | None:
    status = call.status
    if status is None:
        return None
    exact = (one for one in wanted.counts if status in one.status.allowed)
    return next(exact, None) or next((one for one in wanted.counts if one.status.accepts(status)), None)


def _is_kept(one: StatusCount, count: int) -> bool:
    return one.low <= count and (one.high is None or count <= one.high)


def _calls(count: int) -> str:
    return "the call was" if count == 1 else f"the {count} calls were"


def _answer(call: Call) -> str:
    return str(call.status) if call.status is not None else "not at all"


def _wanted(one: StatusCount) -> str:
    if one.high == one.low:
        return f"{one.status.text} {times_text(one.low)}"
    often = f"at least {times_text(one.low)}" if one.high is None else f"{one.low} to {one.high} times"
    return f"{one.status.text} {often}"
