"""What a scenario made is removed again, last in, first out, by whoever made it."""

from __future__ import annotations

import contextlib
from dataclasses import replace

from antiphon.core.errors import AntiphonError
from antiphon.engine.blocks import settle
from antiphon.engine.calls import exchange
from antiphon.engine.play import Frame, Made
from antiphon.engine.players import UserView
from antiphon.engine.recipes import log_in
from antiphon.engine.renewal import keep_fresh
from antiphon.engine.steps import play_step
from antiphon.engine.stops import PlayProblem, StopPlay
from antiphon.language.scope import Names
from antiphon.scenario.model import Step

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
    """Remove one thing; return why it could not be, if it could not."""
    rule = made.rule
    try:
        status, problem = await _asked(frame, made)
        if status != UNAUTHORIZED or made.by is frame.play.nobody or not frame.play.setting.target.users.login:
            return None if status in rule.clean else problem
        # The token may have been revoked or have expired in the scenario; only who cannot log in any more is gone.
        try:
            await log_in(frame, made.by)
        except AntiphonError as error:
            return None if UNAUTHORIZED in rule.clean else str(error)
        status, problem = await _asked(frame, made)
    except AntiphonError as error:
        return str(error)
    return None if status in rule.clean else problem


async def _asked(frame: Frame, made: Made) -> tuple[int | None, str | None]:
    with contextlib.suppress(PlayProblem):  # what is asked for with the old token tells what is wrong
        await keep_fresh(frame, made.by, made.cleanup.token)
    scope = Names({"key": made.key, "self": UserView(made.by)}, frame.names)
    answer = await exchange(frame, made.by, made.cleanup, scope, step="", purpose="cleanup")
    if answer.status is None:
        return None, answer.call.failure_detail
    return answer.status, None if answer.status < 300 else f"{made.cleanup.operation} answered {answer.status}"
