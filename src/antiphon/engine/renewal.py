"""A user's own token renewed before it ends, where the profile says how long one lives.

Only a token that Antiphon sends of its own accord is renewed: a step that says which token to send gets that one,
and an answer 401 is what the target said. Without `users.tokens.life` nothing is renewed unasked.
"""

from __future__ import annotations

from msgspec.structs import replace

from antiphon.engine.play import Frame
from antiphon.engine.players import Player
from antiphon.engine.recipes import RecipeRefused, log_in, play_recipe
from antiphon.engine.stops import PlayProblem
from antiphon.language.call import Token

_SPARE = 0.1
"""The part of a life that is left when it is renewed."""
_MOST_SPARE_S = 30.0


async def keep_fresh(frame: Frame, player: Player, token: Token | None = None) -> None:
    """Renew the user's token if it is about to end; of several that ask at once one renews it.

    Args:
        frame: Where the step stands.
        player: Who is about to send it.
        token: What the step says to send in place of the user's own; then there is nothing to renew.

    Raises:
        PlayProblem: The target neither refreshes it nor lets the user log in.
    """
    play = frame.play
    users = play.setting.target.users
    life_s = users.tokens.life_s
    session = player.session
    if life_s is None or token is not None or not player.facts.get("token") or not (users.refresh or users.login):
        return
    async with session.lock:
        if not _is_ending(session.token_since_s, life_s, play.setting.clock.now_s()):
            return
        # Not behind a gate: the branches that wait there hold it shut until whoever renews has passed it.
        await _renewed(replace(frame, gate=None), player)


def _is_ending(since_s: float, life_s: float, now_s: float) -> bool:
    return now_s >= since_s + life_s - min(life_s * _SPARE, _MOST_SPARE_S)


async def _renewed(frame: Frame, player: Player) -> None:
    users = frame.play.setting.target.users
    if users.refresh and player.facts.get("refresh_token"):
        try:
            await play_recipe(frame, player, users.refresh, what=f"{player.name}'s token could not be renewed")
        except RecipeRefused:
            if not users.login:
                raise
        else:
            return
    if not users.login:
        raise PlayProblem(
            sentence=f"{player.name}'s token has ended and cannot be renewed: there is no refresh token",
            source=users.source,
            advice="let users.refresh use what users.login saves as self.refresh_token, or add users.login",
        )
    await log_in(frame, player)
