"""`statuses` beside `parallel`: what the calls of all its branches are answered with, and how many with each."""

from __future__ import annotations

import re

from msgspec.structs import replace

from antiphon.core.errors import Problems
from antiphon.language import plain_values as plain
from antiphon.language.call import StatusSpec
from antiphon.language.keys import Reading
from antiphon.language.nodes import Node, Scalar
from antiphon.scenario.claim_model import StatusCount, StatusCounts
from antiphon.scenario.hearing import bounds_of
from antiphon.scenario.renumbering import changed_inside, own_steps
from antiphon.scenario.step_model import CallStep, ParallelStep, Step

_STATUS = re.compile(r"([1-5])(?:[0-9]{2}|(xx))", re.IGNORECASE)
_EXAMPLE = "write {201: 1, 409: 7}"


def read_statuses(node: Node, reading: Reading) -> StatusCounts | None:
    """Return how many calls are answered with each status: `{201: 1, 4xx: 1..7}`."""
    counts = []
    for entry in plain.map_of(node):
        status = _status(entry.key)
        bounds = bounds_of(entry.value)
        if status is None:
            reading.problems.mistake(f"`{entry.key.raw[:40]}` is not a status", entry.key.source, _EXAMPLE)
        elif bounds is None:
            hint = "write 7, 1..3 or 2.."
            reading.problems.mistake(f"not a number of calls that answer {status.text}", entry.value.source, hint)
        elif bounds[1] == 0:
            hint = "leave it out: what is not named does not come"
            reading.problems.mistake(f"`{status.text}: 0` claims nothing more", entry.value.source, hint)
        else:
            counts.append(StatusCount(status=status, low=bounds[0], high=bounds[1]))
    if not len(plain.map_of(node)):
        reading.problems.mistake("`statuses` names none", node.source, _EXAMPLE)
    return StatusCounts(counts=tuple(counts), source=node.source) if counts else None


def _status(key: Scalar) -> StatusSpec | None:
    found = _STATUS.fullmatch(str(key.value))
    if found is None:
        return None
    text = found[0].lower()
    if found[2]:
        return StatusSpec(classes=frozenset({int(found[1])}), text=text, written=True, source=key.source)
    return StatusSpec(allowed=frozenset({int(text)}), classes=frozenset(), text=text, written=True, source=key.source)


def counted_together(step: ParallelStep, problems: Problems) -> ParallelStep:
    """Return the block with its calls free of claims about their own status, if it counts the statuses of all.

    The calls of fragments that its branches use keep theirs, and are not counted.
    """
    if step.statuses is None:
        return step
    calls = [inner for branch in step.branches for inner in own_steps(branch) if isinstance(inner, CallStep)]
    for call in calls:
        if call.call.status.written:
            hint = "leave it out, or leave out `statuses`, which speaks of all calls of the block"
            problems.mistake("`status` claims nothing below `statuses`", call.call.status.source, hint)
    if not calls:
        problems.mistake("`statuses` counts calls, and there is none", step.statuses.source, "its branches make calls")
    return changed_inside(step, _freed)


def _freed(step: Step) -> Step:
    if isinstance(step, CallStep):
        return replace(step, call=replace(step.call, status=StatusSpec(any=True, text="any")))
    return changed_inside(step, _freed)
