"""Fences: questions on a hearer's own connection, whose answers cannot overtake what was sent there before."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from functools import partial

from antiphon.engine.canaries import sing
from antiphon.engine.doing import Doing
from antiphon.engine.links import link_since
from antiphon.engine.patterns import first_match
from antiphon.engine.play import Frame, Play
from antiphon.engine.players import Player, UserView
from antiphon.engine.sockets import UserSocket
from antiphon.engine.stops import first_problem
from antiphon.history.entries import Beat, Event
from antiphon.history.heard import Heard
from antiphon.judge.fences import FenceAnswer, judge_fence
from antiphon.language.scope import MISSING, Names, Scope
from antiphon.net.socket_facts import NotConnected
from antiphon.target.socket_model import EventPattern, Fence

ANSWER_WITHIN_S = 5.0
NEXT_FRAME_WITHIN_S = 30.0
_NO_FENCE = Fence(kind="none")


async def fence_all(frame: Frame, players: Iterable[Player], *, sent: Doing | None = None) -> dict[str, FenceAnswer]:
    """Ask every one of these users' connections at once; return the answers by the connection's name."""
    asked = [player for player in players if player.socket is not None]
    try:
        async with asyncio.TaskGroup() as group:
            asking = [(player, group.create_task(fence(frame, player, sent=sent))) for player in asked]
    except BaseExceptionGroup as problems:
        raise first_problem(problems) from None
    return {player.socket.name: asked_of.result() for player, asked_of in asking if player.socket is not None}


def is_quickly_fenced(player: Player) -> bool:
    """Return whether a fence on a user's connection costs a round trip and no more."""
    socket = player.socket
    return socket is not None and socket.is_open and socket.channel.fence.kind in ("delivery", "connection")


async def fence(frame: Frame, player: Player, *, sent: Doing | None = None) -> FenceAnswer:
    """Ask the target, on this user's connection, and wait for the answer.

    It never raises for what the target does: an answer that does not come makes the absence void, and says so.

    Args:
        frame: Where the step stands.
        player: Whose connection.
        sent: The step that sent the cause; None: the fence has no cause (it drains what earlier ones left).
    """
    play = frame.play
    setting = play.setting
    socket = player.socket
    profile = socket.channel.fence if socket is not None else _NO_FENCE
    opened_s = sent.opened_on(socket.name) if sent is not None and socket is not None else None
    since_s = setting.clock.now_s() if opened_s is None else opened_s
    if socket is None or not socket.is_open or profile.kind == "none":
        return judge_fence(profile.kind, link=link_since(socket, sent, since_s))
    if profile.kind == "alive":
        await setting.clock.sleep(profile.settle_s)
    epoch = socket.epoch
    asked_s = setting.clock.now_s()
    unsent = ""
    if profile.canary is not None:
        sung = await sing(frame, player, socket, profile.canary, within_s=ANSWER_WITHIN_S)
        answered_s, unsent = sung.heard_s, sung.unsent
    else:
        answered_s = await _asked(frame, player, socket, profile)
    if answered_s is not None:
        setting.recorder.write(
            Beat(
                what="fence",
                at_s=answered_s,
                asked_s=asked_s,
                play=play.name,
                step=play.doing_now,
                user=player.name,
                connection=socket.name,
                epoch=epoch,
            )
        )
    return judge_fence(
        profile.kind,
        link=link_since(socket, sent, since_s),
        asked_s=asked_s,
        answered_s=answered_s,
        settle_s=profile.settle_s,
        slowest_delivery_s=socket.slowest_delivery_s,
        awaited_s=setting.clock.now_s() - asked_s,
        question=profile.canary.event if profile.canary is not None else profile.emit or "",
        unsent=unsent,
    )


async def _asked(frame: Frame, player: Player, socket: UserSocket, profile: Fence) -> float | None:
    if profile.emit is None:
        return await _next_frame(frame.play, socket)
    args = profile.data(Names({"self": UserView(player)}, frame.names)) if profile.data is not None else []
    listed = args if isinstance(args, list) else [args]
    try:
        if profile.heard:
            sent, _ = socket.emit(profile.emit, listed, ack=False)  # what answers cannot come before we look for it
            data = sent.data if sent.data is not None else listed[0] if listed else MISSING
            scope = Names({"self": UserView(player), "data": data}, frame.names)
            return await _all_heard(socket, profile.heard, scope)
        _, future = socket.emit(profile.emit, listed, ack=True)
        if future is None:
            return None
        acknowledged, _ = await asyncio.wait({future}, timeout=ANSWER_WITHIN_S)
        if not acknowledged or future.cancelled():
            return None
        return future.result().at_s
    except NotConnected:
        return None


async def _all_heard(socket: UserSocket, heard: Sequence[EventPattern], scope: Scope) -> float | None:
    """Return when the last of these events came, in whichever order; None if one of them did not."""
    questions = [socket.fence_questions.ask(partial(_answers, pattern, scope)) for pattern in heard]
    done, missing = await asyncio.wait(questions, timeout=ANSWER_WITHIN_S)
    if missing or any(question.cancelled() for question in done):
        return None
    return max(question.result().at_s for question in done)


def _answers(pattern: EventPattern, scope: Scope, event: Event) -> bool:
    return event.name == pattern.name and first_match((pattern,), Heard.of(event), scope) is not None


async def _next_frame(play: Play, socket: UserSocket) -> float | None:
    clock = play.setting.clock
    asked_s = clock.now_s()
    deadline_s = asked_s + NEXT_FRAME_WITHIN_S
    while socket.is_open and socket.heard_s < asked_s and clock.now_s() < deadline_s:
        await play.bell.wait(deadline_s - clock.now_s())
    return socket.heard_s if socket.heard_s >= asked_s else None
