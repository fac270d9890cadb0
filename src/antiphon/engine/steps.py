"""A step as it is played: its condition, its deed, its saves, what is heard of it, its retries.

`play_step` is the one door; which deed belongs to which kind of step is a table at the end.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Literal

from antiphon.core.errors import Mistake, ScenarioError
from antiphon.engine import blocks, sessions
from antiphon.engine.acting import actor_of, group_of
from antiphon.engine.answering import Answering, answering
from antiphon.engine.calls import exchange, note_cause
from antiphon.engine.doing import Doing
from antiphon.engine.emits import send
from antiphon.engine.frames import send_frame
from antiphon.engine.hearing import drain, hear, ids_in
from antiphon.engine.judging import about, answer_verdicts, emit_verdicts, problem_verdict
from antiphon.engine.pacing import paced
from antiphon.engine.play import Frame
from antiphon.engine.players import Player, UserView
from antiphon.engine.probing import probe
from antiphon.engine.renewal import keep_fresh
from antiphon.engine.restarting import change_target
from antiphon.engine.stops import StopPlay
from antiphon.engine.uploads import upload
from antiphon.history.entries import Mark
from antiphon.judge.claims import claim_verdict, missing_verdict
from antiphon.judge.verdicts import Outcome
from antiphon.language.scope import MISSING
from antiphon.scenario.claim_model import Save
from antiphon.scenario.step_model import (
    AssertStep,
    CallStep,
    ConnectStep,
    EmitStep,
    HearStep,
    ParallelStep,
    PauseStep,
    ProbeStep,
    RepeatStep,
    RoomStep,
    SendStep,
    SessionStep,
    StateStep,
    Step,
    TargetStep,
    UntilStep,
    UploadStep,
    UseStep,
    WatchStep,
)
from antiphon.target.model import RoomWords

Deed = Callable[[Frame, Step, Doing], Awaitable[None]]
_BLOCKS = (ParallelStep, RepeatStep, WatchStep, UntilStep, UseStep)
_FIRST_PAUSE_S = 0.1
_LONGEST_PAUSE_S = 5.0


async def play_step(frame: Frame, step: Step) -> Doing:
    """Play a step, retries included, and return what was done and judged.

    Raises:
        StopPlay: The rest of the scenario must not be run.
    """
    play = frame.play
    if play.director is not None and (why := play.director.why_not(step)):
        raise StopPlay(why)
    attempt = 0
    while True:
        doing = await _attempt(frame, step)
        if attempt >= step.retries:
            break
        await blocks.settle(doing, frame)
        if not doing.failed:
            break
        attempt += 1
        play.earlier.extend(doing.failures)
        play.forget(doing)
        _mark(frame, step, "retry", "began")
        pause_s = min(_FIRST_PAUSE_S * 2 ** (attempt - 1), _LONGEST_PAUSE_S)
        await play.setting.clock.sleep(pause_s * (0.5 + play.dice.uniform() / 2))
    if attempt and not doing.failed:
        play.retried = True
    if play.director is not None:
        await blocks.settle(doing, frame)
        await play.stand_still(doing)
    if doing.stop:
        raise StopPlay(doing.stop)
    if step.must:
        await blocks.settle(doing, frame)
        if doing.failed:
            raise StopPlay(f"step {doing.number} must hold, and did not")
    return doing


async def _attempt(frame: Frame, step: Step) -> Doing:
    play = frame.play
    clock = play.setting.clock
    doing = Doing(
        step=step,
        number=f"{step.number}{frame.round}",
        began_s=clock.now_s(),
        is_block=isinstance(step, _BLOCKS),
        block=frame.block,
    )
    play.doings.append(doing)
    if frame.block is not None:
        frame.block.inside.append(doing)
    if not doing.is_block and not frame.quiet:
        play.step_is(doing.number, step)
    _mark(frame, step, "step", "began")
    try:
        unmet = step.condition(frame.scope()) if step.condition is not None and not group_of(frame, step) else ()
        if unmet:
            doing.note = f"skipped: its condition does not hold, it {unmet[0]}"
            doing.skipped = True
        else:
            await _do(frame, step, doing)
    except ScenarioError as error:
        # What only shows when a step is played: a template without a value, a list where a map must be.
        doing.verdicts.append(problem_verdict(doing, error))
        doing.stop = f"step {doing.number} could not be played"
    except StopPlay as stop:
        doing.stop = str(stop)
    finally:
        doing.ended_s = clock.now_s()
        _mark(frame, step, "step", "ended")
    return doing


async def _do(frame: Frame, step: Step, doing: Doing) -> None:
    if step.hear and not isinstance(step, HearStep):
        await drain(frame, step.hear)
    with answering(frame, doing, step.hear, looks_back=isinstance(step, HearStep)) as answers:
        await _done(frame, step, doing, answers)
        if answers is not None:
            answers.finish()


async def _done(frame: Frame, step: Step, doing: Doing, answers: Answering | None) -> None:
    play = frame.play
    if answers is not None and isinstance(step, HearStep):
        answers.look()
    group = group_of(frame, step)
    if group is None:
        await _DEEDS[type(step)](frame, step, doing)
    else:
        doing.is_block = True
        await blocks.each(frame, step, doing, group, play_step)
    doing.done_s = play.setting.clock.now_s()
    failed = any(verdict.outcome is Outcome.FAILED for verdict in doing.verdicts) and not doing.is_block
    missing = None
    if doing.opened_s is not None and not isinstance(step, HearStep):
        play.last_sent = doing
        play.sent_by_step[doing.step.name or doing.number] = doing
    if group is None and (not failed or doing.facts):
        missing = _save(frame, step, doing)
    if answers is not None:
        answers.finish()
    if step.hear and not isinstance(step, HearStep) and (doing.opened_s is not None or not doing.failed):
        await hear(frame, doing, step.hear, doing, cause_failed=failed)
    if missing is not None:
        doing.verdicts.append(missing_verdict(missing.name, missing.address.text, about(doing), source=missing.source))
        doing.stop = f"`save` found nothing at `{missing.address.text}`"


def _save(frame: Frame, step: Step, doing: Doing) -> Save | None:
    """Keep what the step saves; return the first save that found nothing."""
    scope = frame.scope(doing)
    for save in (*step.save, *step.append):
        value = save.address(scope)
        if value is MISSING:
            return save
        doing.saved_ids |= ids_in(value)
        if save in step.append:
            frame.names.append(save.name, value)
        else:
            frame.names.set(save.name, value)
    return None


async def _call(frame: Frame, step: CallStep, doing: Doing) -> None:
    player = actor_of(frame, step.actor)
    await keep_fresh(frame, player, step.call.token)
    scope = frame.scope(None, caller=UserView(player), self=UserView(player))
    answer = await exchange(frame, player, step.call, scope, step=doing.number)
    note_cause(frame.play, doing, answer)
    doing.facts.update(answer.facts)
    doing.verdicts.extend(answer_verdicts(frame, doing, step.call, answer, player))


async def _emit(frame: Frame, step: EmitStep, doing: Doing) -> None:
    player = actor_of(frame, step.actor)
    args = step.args(frame.scope(None, caller=UserView(player), self=UserView(player)))
    listed = args if isinstance(args, list) else [args]
    emitted = await send(frame, player, step.event, listed, doing=doing, ack=_asks(step), wait_s=step.wait_s)
    doing.facts.update(emitted.facts)
    doing.verdicts.extend(
        emit_verdicts(
            frame,
            doing,
            player,
            emitted,
            matcher=step.ack,
            refused=step.refused,
            wait_s=step.wait_s,
        )
    )


def _asks(step: EmitStep | RoomStep) -> Literal["asked", "as the profile says", "none"]:
    """Return whether an emit waits for its answer."""
    if isinstance(step, EmitStep) and step.no_ack:
        return "none"
    return "asked" if step.ack is not None else "as the profile says"


async def _send(frame: Frame, step: SendStep, doing: Doing) -> None:
    await send_frame(frame, step, actor_of(frame, step.actor), doing)


async def _room(frame: Frame, step: RoomStep, doing: Doing) -> None:
    player = actor_of(frame, step.actor)
    words = frame.play.setting.target.rooms[step.room]
    event, address = (words.join, words.join_address) if step.verb == "join" else (words.leave, words.leave_address)
    if event is None:
        raise Mistake(
            sentence=f"the profile does not say how a connection does `{step.verb} {step.room}`",
            source=step.source,
            advice=f"add membership.{step.room}.{'joined' if step.verb == 'join' else 'left'}",
        )
    _is_joined_there(step, player, words)
    data: object = step.id(frame.scope(None, caller=UserView(player)))
    for key in reversed(address):
        data = {key: data}
    emitted = await send(frame, player, event, [data], doing=doing, ack=_asks(step), wait_s=step.wait_s)
    doing.facts.update(emitted.facts)
    doing.verdicts.extend(
        emit_verdicts(frame, doing, player, emitted, matcher=step.ack, refused=step.refused, wait_s=step.wait_s)
    )


def _is_joined_there(step: RoomStep, player: Player, words: RoomWords) -> None:
    if player.socket is None or player.socket.channel.service == words.service:
        return
    where = f"sockets of `{words.service}`" if words.service else "the target's own socket"
    raise Mistake(
        sentence=f"`{player.name}` cannot {step.verb} a {step.room}: that is done on {where}",
        source=step.source,
        advice="name another of the user's sockets: socket: NAME",
    )


async def _session(frame: Frame, step: SessionStep, doing: Doing) -> None:
    await sessions.session(frame, step, actor_of(frame, step.actor), doing)


async def _connection(frame: Frame, step: ConnectStep, doing: Doing) -> None:
    await sessions.connection(frame, step, actor_of(frame, step.actor), doing)


async def _state(frame: Frame, step: StateStep, doing: Doing) -> None:
    await sessions.state(frame, step, actor_of(frame, step.actor), doing)


async def _upload(frame: Frame, step: UploadStep, doing: Doing) -> None:
    await upload(frame, step, actor_of(frame, step.actor), doing)


async def _hear(frame: Frame, step: HearStep, doing: Doing) -> None:
    play = frame.play
    sent = play.last_sent
    if step.since == "start":
        sent = Doing(step=step, number=doing.number, began_s=0.0)
        sent.sent(opened_s=play.started_s, answered_s=doing.began_s)
    elif step.since is not None:
        sent = play.sent_by_step.get(step.since)
    if sent is None:
        raise Mistake(
            sentence="nothing was sent before that could be heard",
            source=step.source,
            advice="`hear` looks back over the last step that sent something; `since: start` looks back over all",
        )
    await hear(frame, doing, step.hear, sent, cause_failed=False)


async def _parallel(frame: Frame, step: ParallelStep, doing: Doing) -> None:
    await blocks.parallel(frame, step, doing, play_step)


async def _repeat(frame: Frame, step: RepeatStep, doing: Doing) -> None:
    if step.pace is not None:
        await paced(frame, step, step.pace, doing, play_step)
    else:
        await blocks.repeat(frame, step, doing, play_step)


async def _watch(frame: Frame, step: WatchStep, doing: Doing) -> None:
    await blocks.watch(frame, step, doing, play_step)


async def _until(frame: Frame, step: UntilStep, doing: Doing) -> None:
    await blocks.until(frame, step, doing, play_step)


async def _use(frame: Frame, step: UseStep, doing: Doing) -> None:
    await blocks.use(frame, step, doing, play_step)


async def _probe(frame: Frame, step: ProbeStep, doing: Doing) -> None:
    await probe(frame, step, doing)


async def _target(frame: Frame, step: TargetStep, doing: Doing) -> None:
    await change_target(frame, step, doing)


async def _assert(frame: Frame, step: AssertStep, doing: Doing) -> None:
    doing.verdicts.append(claim_verdict(step.claim(frame.scope()), about(doing)))


async def _pause(frame: Frame, step: PauseStep, doing: Doing) -> None:
    doing.note = step.because
    await frame.play.setting.clock.sleep(step.duration_s)


def _mark(frame: Frame, step: Step, what: str, edge: str) -> None:
    play = frame.play
    if frame.quiet:
        return
    play.setting.recorder.write(
        Mark(
            at_s=play.setting.clock.now_s(),
            play=play.name,
            step=f"{step.number}{frame.round}",
            what="retry" if what == "retry" else "step",
            edge="began" if edge == "began" else "ended",
            note=step.label,
        )
    )


_DEEDS: dict[type[Step], Deed] = {
    CallStep: _call,  # type: ignore[dict-item]  # each deed takes the kind of step that it stands beside
    EmitStep: _emit,  # type: ignore[dict-item]
    SendStep: _send,  # type: ignore[dict-item]
    RoomStep: _room,  # type: ignore[dict-item]
    SessionStep: _session,  # type: ignore[dict-item]
    ConnectStep: _connection,  # type: ignore[dict-item]
    StateStep: _state,  # type: ignore[dict-item]
    UploadStep: _upload,  # type: ignore[dict-item]
    HearStep: _hear,  # type: ignore[dict-item]
    ParallelStep: _parallel,  # type: ignore[dict-item]
    RepeatStep: _repeat,  # type: ignore[dict-item]
    WatchStep: _watch,  # type: ignore[dict-item]
    UntilStep: _until,  # type: ignore[dict-item]
    UseStep: _use,  # type: ignore[dict-item]
    ProbeStep: _probe,  # type: ignore[dict-item]
    TargetStep: _target,  # type: ignore[dict-item]
    AssertStep: _assert,  # type: ignore[dict-item]
    PauseStep: _pause,  # type: ignore[dict-item]
}
