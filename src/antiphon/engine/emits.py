"""An emit as it is played: sent on the user's socket, its acknowledgement awaited, both noted in the history."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import orjson

from antiphon.core.errors import Mistake
from antiphon.engine.doing import Cause, Doing
from antiphon.engine.play import Frame
from antiphon.engine.players import Player, UserView
from antiphon.history.entries import Emit
from antiphon.language.scope import MISSING
from antiphon.net.socket_facts import NotConnected, Sent
from antiphon.wire.errors import RemoteProtocolError
from antiphon.wire.heard import Acknowledged


@dataclass(frozen=True, slots=True, kw_only=True)
class Emitted:
    """What became of an emit.

    Attributes:
        emit: Its entry in the history.
        ack: The acknowledgement's arguments; None if none came.
        facts: What addresses that speak of this emit see.
        closed_by_target: Whether the target had closed the connection, before or instead of an answer.
        unreadable: Why an acknowledgement that came cannot be read; empty if it can, or none came.
    """

    emit: Emit
    ack: list[object] | None
    facts: dict[str, object] = field(default_factory=dict)
    closed_by_target: bool = False
    unreadable: str = ""


async def send(
    frame: Frame, player: Player, name: str, args: Sequence[object], *, doing: Doing, ack: bool, wait_s: float
) -> Emitted:
    """Send an event and wait for its acknowledgement, until `wait_s` is over or the connection ends."""
    play = frame.play
    clock = play.setting.clock
    socket = player.socket
    entry = Emit(
        play=play.name,
        step=doing.number,
        user=player.name,
        connection=socket.name if socket is not None else "",
        epoch=socket.epoch if socket is not None else 0,
        name=name,
        args=_json(name, args),
        ack_wanted=ack,
    )
    if frame.gate is not None:
        await frame.gate.arrive()
    answer: Acknowledged | None = None
    sent: Sent | None = None
    try:
        if socket is None or socket.epoch == 0:
            raise NotConnected
        sent, future = socket.emit(name, args, ack=ack)
    except NotConnected as error:
        entry.sent_s = entry.at_s = clock.now_s()
        entry.failure = str(error)
        future = None
    if future is not None:
        answer = await _awaited(future, wait_s)
    if sent is not None:
        if future is None and socket is not None:
            await socket.flushed(wait_s)
        entry.sent_s = entry.at_s = sent.at_s
    if answer is not None:
        entry.acknowledged_s = answer.at_s
        entry.ack = answer.raw
    play.setting.recorder.write(entry)
    play.emits += 1
    closed = socket.closed if socket is not None else None
    closed_by_target = closed is not None and closed.by == "target"
    ack_args, unreadable = _args(answer)
    answered_s = answer.at_s if answer is not None else (entry.sent_s if not ack else clock.now_s())
    if not entry.failure:
        doing.sent(opened_s=entry.sent_s, answered_s=answered_s, cause=entry)
        play.causes.append(
            Cause(
                seq=entry.seq,
                sent_s=entry.sent_s,
                answered_s=answered_s,
                name=f"emit {name}",
                step=doing.number,
                done=answer is not None,
            )
        )
    elif doing.opened_s is None:
        doing.sent(opened_s=entry.sent_s, answered_s=entry.sent_s, cause=entry)
    facts: dict[str, object] = {
        "data": args[0] if args else MISSING,
        "ack": ack_args[0] if ack_args else MISSING,
        "caller": UserView(player),
    }
    return Emitted(emit=entry, ack=ack_args, facts=facts, closed_by_target=closed_by_target, unreadable=unreadable)


def _json(name: str, args: Sequence[object]) -> bytes:
    try:
        return orjson.dumps(list(args), default=repr)
    except TypeError as error:
        raise Mistake(sentence=f"the emit {name} cannot be sent as JSON ({error})") from None


async def _awaited(future: asyncio.Future[Acknowledged], wait_s: float) -> Acknowledged | None:
    done, _ = await asyncio.wait({future}, timeout=wait_s)
    if not done or future.cancelled():
        return None
    return future.result()


def _args(answer: Acknowledged | None) -> tuple[list[object] | None, str]:
    if answer is None:
        return None, ""
    try:
        return answer.args, ""
    except RemoteProtocolError as error:
        return None, str(error)
