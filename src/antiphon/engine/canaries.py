"""Fences by canary: an event caused on purpose, which an ordered delivery brings after what was caused earlier."""

from __future__ import annotations

import asyncio

from msgspec import Struct
from msgspec.structs import replace

from antiphon.engine.calls import exchange
from antiphon.engine.canary_marks import prefix_of, value_in
from antiphon.engine.play import Frame
from antiphon.engine.players import Player, UserView
from antiphon.engine.sockets import UserSocket
from antiphon.language.refusals import EvaluationRefused
from antiphon.language.scope import Names
from antiphon.target.socket_model import Canary

_MARK_BYTES = 6


class Sung(Struct, frozen=True):
    """What became of a canary.

    Attributes:
        heard_s: When its event came; None if it did not.
        unsent: Why it was never sent; empty if it was.
    """

    heard_s: float | None
    unsent: str = ""


async def sing(frame: Frame, player: Player, socket: UserSocket, canary: Canary, *, within_s: float) -> Sung:
    """Cause the canary's event by its call, and wait until it is heard on this connection.

    Args:
        frame: Where the step stands.
        player: Who calls, and whose connection it is.
        socket: The connection.
        canary: What the profile says of it.
        within_s: How long the event is waited for once the call is answered.
    """
    play = frame.play
    play.canaries += 1
    mark = play.dice.child(f"canary {play.canaries}").bytes(_MARK_BYTES).hex()
    value = f"{prefix_of(play.setting.run_id)}{mark}"
    question = socket.fence_questions.ask(lambda event: value_in(canary, event) == value)
    scope = Names({"canary": value, "self": UserView(player), "caller": UserView(player)}, frame.names)
    try:
        answer = await exchange(replace(frame, gate=None), player, canary.call, scope, step="", purpose="fence")
    except EvaluationRefused as error:
        question.cancel()
        return Sung(None, str(error))
    if answer.status is None or not canary.call.status.accepts(answer.status):
        question.cancel()
        said = f"answered {answer.status}" if answer.status is not None else answer.call.failure_detail
        return Sung(None, f"{canary.call.operation} {said}")
    done, _ = await asyncio.wait({question}, timeout=within_s)
    if not done or question.cancelled():
        return Sung(None)
    return Sung(question.result().at_s)
