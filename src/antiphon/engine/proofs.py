"""That what was removed is gone: read back, because an answer to the removal is no proof of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from msgspec import Struct

from antiphon.engine.calls import Answer
from antiphon.engine.play import Made, Play
from antiphon.judge.answers import About, answer_verdicts
from antiphon.judge.verdicts import Kind, Outcome
from antiphon.language.call import CallSpec
from antiphon.language.scope import Names

GONE_WITHIN_S = 2.0
"""A removal that the target only begins to carry out may take so long."""
_ASKED_EVERY_S = 0.1
_GONE = (404, 410)
_FIRST_REDIRECT = 300

Ask = Callable[[CallSpec], Awaitable[Answer]]


class StillThere(Struct, frozen=True):
    """What was removed can still be read."""

    why: str


class Unproven(Struct, frozen=True):
    """Nothing tells whether what was removed is gone."""

    why: str


async def proof_of_removal(play: Play, made: Made, ask: Ask) -> StillThere | Unproven | None:
    """Return why it is not proven that a thing is gone; None if it is.

    The profile's `gone` is asked; without it the thing itself is read, where the catalogue has a GET of the same path;
    else it is removed once more, which must find nothing.
    """
    clock = play.setting.clock
    deadline_s = clock.now_s() + GONE_WITHIN_S
    while True:
        found = await _asked(made, ask)
        if not isinstance(found, StillThere) or clock.now_s() >= deadline_s:
            return found
        await clock.sleep(_ASKED_EVERY_S)


async def _asked(made: Made, ask: Ask) -> StillThere | Unproven | None:
    rule = made.rule
    removal = made.cleanup.operation
    if rule.gone is not None:
        answer = await ask(rule.gone)
        wrong = _otherwise(rule.gone, answer)
        return None if wrong is None else StillThere(f"{removal} was answered, and {wrong}")
    spec = rule.read_back or made.cleanup
    answer = await ask(spec)
    status = answer.status
    if status in rule.clean or status in _GONE:
        return None
    if status is not None and status < _FIRST_REDIRECT and spec is not made.cleanup:
        return StillThere(f"{removal} was answered, and {spec.operation} still answers {status}")
    said = f"answers {status}" if status is not None else f"got no answer ({answer.call.failure_detail})"
    again = " to what is gone already" if spec is made.cleanup else ""
    return Unproven(f"{spec.operation} {said}{again}")


def _otherwise(spec: CallSpec, answer: Answer) -> str | None:
    """Return how an answer differs from what the profile's `gone` says."""
    judged = answer_verdicts(spec, answer.call, answer.opened, Names(answer.facts), About(), flaw=answer.flaw)
    wrong = (one for one in judged if one.outcome is Outcome.FAILED and one.kind is not Kind.PROFILE)
    return next((one.sentence for one in wrong), None)
