"""What a scenario made is removed again, last in, first out, by whoever made it."""

from __future__ import annotations

import contextlib

from msgspec.structs import replace

from antiphon.core.errors import AntiphonError
from antiphon.engine.blocks import settle
from antiphon.engine.calls import Answer, exchange
from antiphon.engine.made import note_heard
from antiphon.engine.play import Frame, Made
from antiphon.engine.players import UserView
from antiphon.engine.proofs import StillThere, Unproven, proof_of_removal
from antiphon.engine.recipes import log_in
from antiphon.engine.renewal import keep_fresh
from antiphon.engine.steps import play_step
from antiphon.engine.stops import PlayProblem, StopPlay
from antiphon.language.call import CallSpec
from antiphon.language.scope import Names
from antiphon.scenario.step_model import Step

UNAUTHORIZED = 401


async def clean_up(frame: Frame, *, steps: bool = True) -> None:
    """Remove what a scenario made; what stays is noted by name.

    Args:
        frame: Where the scenario's names are.
        steps: Whether its own clean-up steps, and those of its fragments, are played before.
    """
    play = frame.play
    if steps:
        await _play_steps(frame)
    note_heard(play)
    if play.setting.keep_data:
        return
    while play.made:
        made = play.made[-1]
        problem = await _removed(frame, made)
        play.made.pop()  # only now: what is broken off in between is still there
        if problem is not None:
            play.leftovers.append(f"{made.rule.name} {made.key}: {problem}")


async def _play_steps(frame: Frame) -> None:
    play = frame.play
    for where, steps in ((frame, play.scenario.cleanup), *reversed(play.cleanup_steps)):
        for step in steps:
            problem = await _played(where, step)
            if problem is not None:
                play.leftovers.append(f"clean-up step {step.number} ({step.label}) {problem}")


async def _played(frame: Frame, step: Step) -> str | None:
    """Play a clean-up step; return why it failed, if it did. What it claims changes no outcome."""
    play = frame.play
    told, listened = len(play.doings), len(play.finals)
    try:
        doing = await play_step(replace(frame, block=None), step)
        await settle(doing, frame)
        return f"failed: {doing.failures[0].sentence}" if doing.failed else None
    except StopPlay as stop:
        return f"failed: {stop}"
    except AntiphonError as error:
        return f"could not be played: {error}"
    finally:
        del play.doings[told:]
        del play.finals[listened:]


async def _removed(frame: Frame, made: Made) -> str | None:
    """Remove one thing, and prove that it is gone; return why it is not, or could not be removed."""
    rule = made.rule
    try:
        answer = await _asked(frame, made, made.cleanup)
        if answer.status == UNAUTHORIZED and _may_log_in(frame, made):
            # The token may have been revoked or have expired in the scenario; only who cannot log in any more is gone.
            try:
                await log_in(frame, made.by)
            except AntiphonError as error:
                return None if UNAUTHORIZED in rule.clean else str(error)
            answer = await _asked(frame, made, made.cleanup)
        if answer.status in rule.clean:
            return None
        if answer.status is None:
            return answer.call.failure_detail
        if not made.cleanup.status.accepts(answer.status):
            return f"{made.cleanup.operation} answered {answer.status}"
        proof = await proof_of_removal(frame.play, made, lambda spec: _asked(frame, made, spec))
    except AntiphonError as error:
        return str(error)
    if isinstance(proof, Unproven):
        frame.play.setting.notices.removal_is_not_proven(rule.name, proof.why)
    return proof.why if isinstance(proof, StillThere) else None


def _may_log_in(frame: Frame, made: Made) -> bool:
    return made.by is not frame.play.nobody and bool(frame.play.setting.target.users.login)


async def _asked(frame: Frame, made: Made, spec: CallSpec) -> Answer:
    with contextlib.suppress(PlayProblem):  # what is asked for with the old token tells what is wrong
        await keep_fresh(frame, made.by, spec.token)
    scope = Names({"key": made.key, "self": UserView(made.by)}, frame.names)
    return await exchange(frame, made.by, spec, scope, step="", purpose="cleanup")
