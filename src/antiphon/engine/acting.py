"""Who does a step: a user, each of a group, or whomever a template names."""

from __future__ import annotations

from antiphon.core.errors import Mistake
from antiphon.engine.play import Frame
from antiphon.engine.players import Player, UserView, players_in
from antiphon.engine.requests import text_of
from antiphon.scenario.groups import socket_name
from antiphon.scenario.step_model import Actor, Step


def actor_of(frame: Frame, actor: Actor) -> Player:
    """Return who acts.

    Raises:
        Mistake: The name stands for no user.
    """
    if frame.member is not None:
        return _on_socket(frame, frame.member, actor)
    value = _acting(frame, actor)
    if isinstance(value, UserView):
        return _on_socket(frame, value.player, actor)
    name = actor.name if isinstance(actor.name, str) else actor.name.text
    raise Mistake(sentence=f"`{name}` is no user here", source=actor.source)


def _on_socket(frame: Frame, player: Player, actor: Actor) -> Player:
    """Return the user as it acts on the socket that the step names."""
    if not actor.socket:
        return player
    found = frame.play.players.get(socket_name(player.name, actor.socket))
    if found is None:
        hint = f"name it among the users: {player.name}: {{sockets: [{actor.socket}]}}"
        raise Mistake(sentence=f"{player.name} has no socket `{actor.socket}`", source=actor.source, advice=hint)
    return found


def _acting(frame: Frame, actor: Actor) -> object:
    if isinstance(actor.name, str):
        return frame.meaning(actor.name)
    value = actor.name(frame.scope())
    is_user = isinstance(value, UserView) or players_in(value) is not None
    return value if is_user else frame.meaning(text_of(value))


def group_of(frame: Frame, step: Step) -> tuple[Player, ...] | None:
    """Return who do the step, if a group does it; None where a single user does, or nobody."""
    actor = getattr(step, "actor", None)
    if not isinstance(actor, Actor) or frame.member is not None:
        return None
    return players_in(_acting(frame, actor))
