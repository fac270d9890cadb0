"""A raw frame as it is played: written as it stands on the user's socket, and noted in the history."""

from __future__ import annotations

import orjson

from antiphon.core.errors import Mistake
from antiphon.engine.doing import Cause, Doing
from antiphon.engine.judging import about
from antiphon.engine.play import Frame
from antiphon.engine.players import Player, UserView
from antiphon.engine.requests import text_of
from antiphon.history.entries import Emit
from antiphon.history.frames import frame_name
from antiphon.judge.verdicts import Kind, Outcome
from antiphon.language.scope import MISSING
from antiphon.net.socket_facts import NotConnected
from antiphon.scenario.step_model import SendStep

LONGEST_CONTROL_BYTES = 125
"""What a ping, pong or close frame can carry (RFC 6455, 5.5); a close frame's code takes two of them."""


async def send_frame(frame: Frame, step: SendStep, player: Player, doing: Doing) -> None:
    """Play `send`: nothing acknowledges a frame, so the step ends when it has left."""
    play = frame.play
    scope = frame.scope(None, caller=UserView(player), self=UserView(player))
    value = step.payload(scope) if step.payload is not None else MISSING
    payload = _payload(value, step)
    if frame.gate is not None:
        await frame.gate.arrive()
    socket = player.socket
    entry = Emit(
        play=play.name,
        step=doing.number,
        user=player.name,
        connection=socket.name if socket is not None else "",
        epoch=socket.epoch if socket is not None else 0,
        name=frame_name(step.frame),
        args=_args(value),
        frame=step.frame,
    )
    told = about(doing, player, on_socket=True)
    claim = f"{player.name} sends a {step.frame} frame"
    try:
        if socket is None or socket.epoch == 0:
            raise NotConnected
        entry.sent_s = socket.send_frame(step.frame, payload, code=step.code)
        doing.verdicts.append(told.verdict(Outcome.HELD, Kind.STATE, claim, f"{player.name} sent a {step.frame} frame"))
    except NotConnected as error:
        entry.sent_s = play.setting.clock.now_s()
        entry.failure = str(error)
        sentence = f"{player.name}'s {step.frame} frame could not be sent: {error}"
        doing.verdicts.append(told.verdict(Outcome.FAILED, Kind.NO_ANSWER, claim, sentence))
    entry.at_s = entry.sent_s
    play.setting.recorder.write(entry)
    doing.sent(opened_s=entry.sent_s, answered_s=entry.sent_s, cause=entry)
    doing.facts.update({"data": value, "caller": UserView(player)})
    if not entry.failure:
        play.causes.append(
            Cause(
                seq=entry.seq,
                sent_s=entry.sent_s,
                answered_s=entry.sent_s,
                name=frame_name(step.frame),
                step=doing.number,
                done=True,
            )
        )


def _payload(value: object, step: SendStep) -> bytes:
    """Return the bytes of a frame.

    Raises:
        Mistake: They cannot be in one.
    """
    payload = _bytes(value, step)
    most = LONGEST_CONTROL_BYTES - (2 if step.frame == "close" else 0)
    if step.frame in ("ping", "pong", "close") and len(payload) > most:
        sentence = f"a {step.frame} frame carries at most {most} bytes, not {len(payload)}"
        raise Mistake(sentence=sentence, source=step.source)
    return payload


def _bytes(value: object, step: SendStep) -> bytes:
    if value is MISSING:
        return b""
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value)
    if isinstance(value, list):
        try:
            return bytes(value)
        except (TypeError, ValueError):
            hint = "write [0, 255] or a value that is bytes"
            raise Mistake(sentence="bytes are numbers from 0 to 255", source=step.source, advice=hint) from None
    try:
        return text_of(value).encode()
    except UnicodeEncodeError:
        raise Mistake(sentence="half a surrogate pair cannot be sent as text", source=step.source) from None


def _args(value: object) -> bytes:
    if value is MISSING:
        return b"[]"
    if isinstance(value, bytes | bytearray | memoryview):
        value = bytes(value).decode(errors="replace")
    return orjson.dumps([value], default=repr)
