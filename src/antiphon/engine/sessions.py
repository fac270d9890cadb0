"""The verbs about a user's session and connection, from `login` to `closed`."""

from __future__ import annotations

from antiphon.engine.calls import Answer, note_cause
from antiphon.engine.connecting import NO_AUTH, READY_WITHIN_S, UNANSWERED, connect_player
from antiphon.engine.doing import Doing
from antiphon.engine.health import Health
from antiphon.engine.hearing import lag_seen
from antiphon.engine.judging import (
    answer_verdicts,
    connect_verdict,
    disconnect_verdict,
    measured_between,
    session_refusal_verdicts,
    session_time_verdict,
    state_verdict,
)
from antiphon.engine.play import Frame, Play
from antiphon.engine.players import Player
from antiphon.engine.recipes import keep, one_recipe_call
from antiphon.engine.requests import text_of
from antiphon.engine.sockets import UserSocket
from antiphon.engine.stops import PlayProblem, StopPlay
from antiphon.history.entries import User
from antiphon.judge.verdicts import Outcome
from antiphon.net.backoff import Backoff
from antiphon.net.errors import NotAllowed
from antiphon.net.socket_facts import Opened, Refused
from antiphon.scenario.claim_model import DEFAULT_WAIT_S
from antiphon.scenario.step_model import ConnectStep, SessionStep, StateStep


async def session(frame: Frame, step: SessionStep, player: Player, doing: Doing) -> None:
    """Play `login`, `refresh` or `logout`: the profile's recipe, judged as the step's own calls."""
    users = frame.play.setting.target.users
    recipe = {"login": users.login, "refresh": users.refresh, "logout": users.logout}[step.verb]
    if not recipe:
        raise PlayProblem(
            sentence=f"the profile does not say how a user does `{step.verb}`",
            source=step.source,
            advice=f"add users.{step.verb} to the profile",
        )
    refused = False
    answer: Answer | None = None
    for recipe_call in recipe:
        answer = await one_recipe_call(frame, player, recipe_call, step=doing.number, token=step.token)
        note_cause(frame.play, doing, answer)
        doing.facts.update(answer.facts)
        if step.refused:
            if answer.status is not None and 400 <= answer.status < 500:
                refused = True
                break
            continue
        verdicts = answer_verdicts(frame, doing, recipe_call.call, answer, player)
        doing.verdicts.extend(verdicts)
        if any(verdict.outcome is Outcome.FAILED for verdict in verdicts):
            return
        keep(player, recipe_call, answer, frame)
    if step.within_s is not None and doing.answered_s is not None:
        await frame.play.setting.lag.after(doing.answered_s)
        doing.verdicts.append(session_time_verdict(frame, doing, player, step, within_s=step.within_s))
    if step.refused:
        doing.verdicts.extend(session_refusal_verdicts(frame, doing, player, step, answer, refused=refused))
        return
    if step.verb != "refresh":
        play = frame.play
        play.setting.recorder.write(
            User(
                at_s=play.setting.clock.now_s(),
                play=play.name,
                step=doing.number,
                user=player.name,
                what="logged in" if step.verb == "login" else "logged out",
                id=player.id,
                role=player.role,
                company=player.company.label,
            )
        )


async def connection(frame: Frame, step: ConnectStep, player: Player, doing: Doing) -> None:
    """Play `connect`, `disconnect` or `reconnect`."""
    clock = frame.play.setting.clock
    socket = player.socket
    if socket is None:
        raise PlayProblem(sentence="the profile has no socket to connect to", source=step.source)
    started_s = clock.now_s()
    if frame.gate is not None:
        await frame.gate.arrive()
    if step.verb == "disconnect":
        was_open = socket.is_open
        await _leave(socket)
        doing.sent(opened_s=started_s, answered_s=clock.now_s())
        doing.verdicts.append(disconnect_verdict(doing, player, was_open=was_open))
        return
    if step.verb == "reconnect":
        await _leave(socket)
    elif socket.is_open:
        await socket.close()
    doing.reopened[socket.name] = clock.now_s()
    outcome = await _connected(frame, step, player, socket, patient=step.verb == "reconnect")
    if isinstance(outcome, Refused) and outcome.by in UNANSWERED:
        await Health(frame.play.setting).ask(noticed=f"at {player.name}'s {step.verb}: {outcome.detail}")
    doing.sent(opened_s=started_s, answered_s=max(outcome.at_s, started_s))
    ready_s = clock.now_s()
    if step.within_s is not None:
        await frame.play.setting.lag.after(ready_s)
    verdict = connect_verdict(frame, doing, player, step, outcome, ready_s=ready_s)
    doing.verdicts.append(verdict)
    if verdict.outcome is Outcome.FAILED and isinstance(outcome, Refused):
        if outcome.by == "dropped":  # a target that dies drops whoever is about to connect
            await Health(frame.play.setting).ask(noticed=f"at {player.name}'s {step.verb}: {outcome.detail}")
        raise StopPlay(verdict.sentence)


async def _leave(socket: UserSocket) -> None:
    """End the connection: politely, or, where the target is to keep its state, as a lost network would."""
    await (socket.drop() if socket.channel.recovery.state else socket.close())


async def _connected(
    frame: Frame, step: ConnectStep, player: Player, socket: UserSocket, *, patient: bool
) -> Opened | Refused:
    """Connect; a `reconnect` tries again, with growing pauses, while the target cannot be reached."""
    clock = frame.play.setting.clock
    scope = frame.scope()
    # `within` is a promise that is judged; how long to go on trying is another matter, as with `wait` of `hear`.
    wait_s = READY_WITHIN_S if step.within_s is None else max(DEFAULT_WAIT_S, 2 * step.within_s)
    deadline_s = clock.now_s() + wait_s
    policy = socket.channel.recovery
    backoff = Backoff(initial_s=policy.first_s, factor=policy.factor, max_s=policy.longest_s, jitter=policy.jitter)
    dice = frame.play.dice.child(f"backoff {player.name}")
    auth = NO_AUTH if step.no_auth else step.auth(scope) if step.auth is not None else None
    url = text_of(step.url(scope)) if step.url is not None else None
    if url is None and step.verb == "reconnect":
        url = socket.named_url  # back to where a step had connected it
    socket.named_url = url
    attempt = 0
    while True:
        left_s = max(deadline_s - clock.now_s(), 0.05)
        try:
            outcome = await connect_player(
                frame,
                player,
                token=step.token,
                auth=auth,
                url=url,
                within_s=left_s,
                refusal=step.refused,
                recovers=patient and policy.state,
            )
        except NotAllowed as error:
            error.source = step.source if url is not None else socket.channel.socket.source
            raise
        attempt += 1
        unreachable = isinstance(outcome, Refused) and outcome.by in UNANSWERED
        if not (patient and unreachable) or step.refused or clock.now_s() >= deadline_s:
            return outcome
        delay_s = backoff.delay_s(attempt, dice)
        await clock.sleep(min(delay_s, max(deadline_s - clock.now_s(), 0)))


async def state(frame: Frame, step: StateStep, player: Player, doing: Doing) -> None:
    """Play `connected` or `closed`: the connection's state as a claim, awaited for `within`."""
    play = frame.play
    clock = play.setting.clock
    socket = player.socket
    if socket is None:
        raise PlayProblem(sentence="the profile has no socket", source=step.source)
    epoch = socket.epoch
    began_s = clock.now_s()
    deadline_s = began_s + (step.within_s if step.within_s is not None else (0.0 if step.verb == "connected" else 5.0))
    if step.verb == "closed" or step.within_s is not None:
        await _until_closed(play, socket, deadline_s)
        if socket.is_open and step.verb == "closed":
            await play.setting.lag.after(deadline_s)
            await _until_closed(play, socket, deadline_s + lag_seen(play, began_s, deadline_s))
    took = None
    closed = socket.closed
    if step.verb == "closed" and step.within_s is not None and closed is not None:
        await play.setting.lag.after(closed.at_s)
        took = measured_between(frame, began_s, closed.at_s)
    doing.verdicts.append(state_verdict(frame, doing, player, step, epoch=epoch, took=took))


async def _until_closed(play: Play, socket: UserSocket, deadline_s: float) -> None:
    clock = play.setting.clock
    while socket.is_open and (now_s := clock.now_s()) < deadline_s:
        await play.bell.wait(deadline_s - now_s)
