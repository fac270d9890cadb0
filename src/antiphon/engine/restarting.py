"""The verb `target` as it is played: the target stopped, started or both, and what that comes to."""

from __future__ import annotations

import asyncio
import contextlib

from antiphon.core.durations import duration_text
from antiphon.engine.doing import Doing
from antiphon.engine.health import Health
from antiphon.engine.judging import about
from antiphon.engine.outage import CommandFailed, Outage
from antiphon.engine.play import Frame, Play
from antiphon.engine.stops import PlayProblem, TargetGone
from antiphon.judge.verdicts import Kind, Outcome
from antiphon.scenario.step_model import TargetStep

_DONE = {"stop": "stopped", "start": "started", "restart": "restarted"}


async def change_target(frame: Frame, step: TargetStep, doing: Doing) -> None:
    """Stop, start or restart the target; the step's window opens with the command.

    Raises:
        PlayProblem: Commands are not allowed.
    """
    setting = frame.play.setting
    outage = setting.outage
    if outage is None:
        raise PlayProblem(
            sentence=f"`target: {step.verb}` runs a command of the profile, and that was not allowed",
            source=step.source,
            advice="--allow-commands allows it",
        )
    opened_s = setting.clock.now_s()
    claim = f"the target is {_DONE[step.verb]}"
    trouble = Health(setting).trouble
    try:
        if step.verb != "start":
            await outage.stop(trouble, by=frame.play.scenario.id)
        if step.verb != "stop":
            await outage.start(trouble)
    except CommandFailed as problem:
        details = (f"it said: {problem.said}",) if problem.said else ()
        doing.verdicts.append(about(doing).verdict(Outcome.FAILED, Kind.STATE, claim, str(problem), details=details))
        doing.stop = str(problem)
        return
    finally:
        doing.sent(opened_s=opened_s, answered_s=setting.clock.now_s())
    took = duration_text(setting.clock.now_s() - opened_s)
    doing.note = f"{_DONE[step.verb]} in {took}"
    doing.verdicts.append(about(doing).verdict(Outcome.HELD, Kind.STATE, claim, f"the target was {doing.note}"))


async def bring_back(play: Play) -> None:
    """Start a target again that the play leaves stopped, so that it can be cleaned up and others can be played.

    Raises:
        TargetGone: It cannot be started; the run's warnings say how it was left.
    """
    outage = play.setting.outage
    if outage is None or outage.state == "running" or outage.by != play.scenario.id:
        return
    starting = asyncio.create_task(_start(play, outage))
    try:
        await asyncio.shield(starting)
    except asyncio.CancelledError:
        # A second interruption: what is under way may come to its end, nothing more is begun.
        starting.cancel()
        with contextlib.suppress(asyncio.CancelledError, TargetGone):
            await starting
        raise


async def _start(play: Play, outage: Outage) -> None:
    try:
        await outage.start(Health(play.setting).trouble)
    except CommandFailed as problem:
        raise TargetGone(
            sentence=f"the target was stopped by {play.scenario.id} and cannot be started again: {problem}",
            source=play.setting.target.base_url_source,
            advice="start it, and look at `process.start` of the profile",
            details=(problem.said,) if problem.said else (),
        ) from None
