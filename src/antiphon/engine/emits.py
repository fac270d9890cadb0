"""An emit as it is played: sent on the user's socket, its acknowledgement awaited, both noted in the history."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Literal

from msgspec import Struct, field

from antiphon.core.errors import Mistake
from antiphon.engine.awaited import Answered, answers_text, judge_of
from antiphon.engine.doing import Cause, Doing
from antiphon.engine.lawful import under_way
from antiphon.engine.play import Frame
from antiphon.engine.players import Player, UserView
from antiphon.engine.sockets import UserSocket
from antiphon.history.entries import Emit
from antiphon.history.heard import parsed_args
from antiphon.language.scope import MISSING, Names
from antiphon.net.socket_facts import NotConnected
from antiphon.target.socket_model import AnswerRule
from antiphon.wire.errors import LocalProtocolError, RemoteProtocolError
from antiphon.wire.heard import Acknowledged
from antiphon.wire.payload import dump


class Emitted(Struct, frozen=True, kw_only=True):
    """What became of an emit.

    Attributes:
        emit: Its entry in the history.
        ack: The acknowledgement's arguments; None if none came.
        facts: What addresses that speak of this emit see.
        closed_by_target: Whether the target had closed the connection, before or instead of an answer.
        cut: Whether the connection was cut.
        unreadable: Why an acknowledgement that came cannot be read; empty if it can, or none came.
        outcome: What the event says that answered it, or the time; empty if neither did.
        awaited: What the profile lets it wait for, in words; empty if it is not answered by an event.
    """

    emit: Emit
    ack: list[object] | None
    facts: dict[str, object] = field(default_factory=dict)
    closed_by_target: bool = False
    cut: bool = False
    unreadable: str = ""
    outcome: Literal["", "ok", "refused"] = ""
    awaited: str = ""


class _Answer(Struct, kw_only=True):
    """What answered an emit, whichever way."""

    at_s: float | None = None
    raw: bytes | None = None
    attachments: tuple[bytes, ...] = ()
    args: list[object] | None = None
    by: str = ""
    outcome: Literal["", "ok", "refused"] = ""
    unreadable: str = ""


async def send(
    frame: Frame,
    player: Player,
    name: str,
    args: Sequence[object],
    *,
    doing: Doing,
    ack: Literal["asked", "as the profile says", "none"],
    wait_s: float,
) -> Emitted:
    """Send an event and wait for its answer, until `wait_s` is over or the connection ends.

    Args:
        frame: Where the step stands.
        player: Who sends.
        name: The event's name.
        args: Its arguments.
        doing: The step.
        ack: Whether an answer is awaited; `asked` prefers the protocol's own acknowledgement to the profile's
            `answers`, where the protocol has one.
        wait_s: How long.
    """
    service = player.socket.channel.service if player.socket is not None else ""
    with under_way(frame.play.setting.lawful, f"emit {service}:{name}" if service else f"emit {name}"):
        return await _sent(frame, player, name, args, doing=doing, ack=ack, wait_s=wait_s)


async def _sent(
    frame: Frame,
    player: Player,
    name: str,
    args: Sequence[object],
    *,
    doing: Doing,
    ack: Literal["asked", "as the profile says", "none"],
    wait_s: float,
) -> Emitted:
    play = frame.play
    clock = play.setting.clock
    socket = player.socket
    rule = _rule(socket, name, ack)
    entry = Emit(
        play=play.name,
        step=doing.number,
        user=socket.user if socket is not None else player.name,
        connection=socket.name if socket is not None else "",
        epoch=socket.epoch if socket is not None else 0,
        name=name,
        ack_wanted=ack != "none",
    )
    entry.args, entry.attachments = arguments_json(name, args)
    if frame.gate is not None:
        await frame.gate.arrive()
    answer = _Answer()
    try:
        if socket is None or socket.epoch == 0:
            raise NotConnected
        sent, future = socket.emit(name, args, ack=ack != "none" and rule is None)
        if sent.data is not None:
            args = [sent.data]
            entry.args, entry.attachments = arguments_json(name, args)
        if rule is not None:
            judge = judge_of(rule, args, Names({"self": UserView(player)}, frame.names))
            awaited = socket.awaited.add(judge, sent.correlation)
            answer = await _event_for(socket, awaited, rule, play.setting.patience.wait_s(wait_s))
            entry.ack_wanted = bool(rule.ok)
        elif future is not None:
            answer = await _acknowledgement(future, play.setting.patience.wait_s(wait_s))
        else:
            entry.ack_wanted = False
            await socket.flushed(wait_s)
        entry.sent_s = entry.at_s = sent.at_s
    except NotConnected as error:
        entry.sent_s = entry.at_s = clock.now_s()
        entry.failure = str(error)
    entry.acknowledged_s, entry.ack, entry.answered_by = answer.at_s, answer.raw, answer.by
    entry.ack_attachments = answer.attachments
    if play.setting.tap is not None and (entry := play.setting.tap.answered(entry)).ack != answer.raw:
        answer.args = parsed_args(entry.ack) if entry.ack is not None else None
    if answer.at_s is None and entry.ack_wanted:
        play.setting.patience.gave_up(clock.now_s(), entry.sent_s + wait_s)
    play.setting.recorder.write(entry)
    play.emits += 1
    closed = socket.closed if socket is not None else None
    _note(frame, doing, entry, is_done=answer.outcome == "ok" or (answer.at_s is not None and not answer.outcome))
    facts: dict[str, object] = {
        "data": args[0] if args else MISSING,
        "ack": answer.args[0] if answer.args else MISSING,
        "caller": UserView(player),
    }
    return Emitted(
        emit=entry,
        ack=answer.args,
        facts=facts,
        closed_by_target=closed is not None and closed.by == "target",
        cut=closed is not None and closed.by == "network",
        unreadable=answer.unreadable,
        outcome=answer.outcome,
        awaited=answers_text(rule) if rule is not None else "",
    )


def _rule(socket: UserSocket | None, name: str, ack: str) -> AnswerRule | None:
    """Return what answers this emit on this socket, if an event does."""
    profile = socket.channel.socket if socket is not None else None
    if profile is None or ack == "none" or (ack == "asked" and profile.protocol == "socketio"):
        return None
    return profile.answers.get(name)


def _note(frame: Frame, doing: Doing, entry: Emit, *, is_done: bool) -> None:
    """Let the step and the play know what was sent, and until when it was under way."""
    if entry.failure:
        if doing.opened_s is None:
            doing.sent(opened_s=entry.sent_s, answered_s=entry.sent_s, cause=entry)
        return
    play = frame.play
    answered_s = entry.acknowledged_s
    if answered_s is None:
        answered_s = play.setting.clock.now_s() if entry.ack_wanted else entry.sent_s
    doing.sent(opened_s=entry.sent_s, answered_s=answered_s, cause=entry)
    play.causes.append(
        Cause(
            seq=entry.seq,
            sent_s=entry.sent_s,
            answered_s=answered_s,
            name=f"emit {entry.name}",
            step=doing.number,
            done=is_done,
        )
    )


def arguments_json(name: str, args: Sequence[object]) -> tuple[bytes, tuple[bytes, ...]]:
    """Return an emit's arguments as the history keeps them: JSON, and the binary parts that it leaves places for.

    Raises:
        Mistake: They cannot be sent as JSON.
    """
    try:
        return dump(list(args))
    except LocalProtocolError as error:
        raise Mistake(sentence=f"the emit {name} {error}") from None


async def _acknowledgement(future: asyncio.Future[Acknowledged], wait_s: float) -> _Answer:
    done, _ = await asyncio.wait({future}, timeout=wait_s)
    if not done or future.cancelled():
        return _Answer()
    ack = future.result()
    try:
        return _Answer(at_s=ack.at_s, raw=ack.raw, attachments=ack.attachments, args=ack.args)
    except RemoteProtocolError as error:
        return _Answer(at_s=ack.at_s, raw=ack.raw, unreadable=str(error))


async def _event_for(socket: UserSocket, future: asyncio.Future[Answered], rule: AnswerRule, wait_s: float) -> _Answer:
    """Return the event that answers, or that the time is over after which the emit counts as carried out."""
    await asyncio.wait({future}, timeout=wait_s if rule.after_s is None else rule.after_s)
    if not future.done():
        if rule.after_s is not None:
            socket.awaited.remove(future)
            return _Answer(outcome="ok")
        return _Answer()
    if future.cancelled():
        return _Answer()
    found = future.result()
    event = found.event
    return _Answer(
        at_s=event.at_s,
        raw=event.raw,
        attachments=event.attachments,
        args=event.args,
        by=event.name,
        outcome=found.outcome,
    )
