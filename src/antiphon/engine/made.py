"""What a play has made at its target, by the profile's `resources`: noted from calls' answers and from events."""

from __future__ import annotations

from collections.abc import Mapping

from antiphon.engine.play import Made, Play
from antiphon.engine.players import Player
from antiphon.history.entries import Call
from antiphon.language.refusals import EvaluationRefused
from antiphon.language.scope import MISSING, Names
from antiphon.target.model import ResourceRule, Target


def rules_for(target: Target, call: Call) -> list[ResourceRule]:
    """Return the profile's rules that say what this call has made."""
    return [
        rule
        for rule in target.resources
        if rule.method == call.method and rule.template == call.template and call.status in rule.statuses
    ]


def note_answer(play: Play, player: Player, call: Call, facts: Mapping[str, object]) -> None:
    """Note what a call has made: its caller removes it."""
    for rule in rules_for(play.setting.target, call):
        _note(play, player, rule, facts, at_s=call.at_s, of_recipe=call.purpose == "recipe")


def note_heard(play: Play) -> None:
    """Note what events tell of: whoever heard of it first removes it. What was noted before is not noted again."""
    rules = {(rule.service, rule.event): rule for rule in play.setting.target.resources if rule.event}
    if not rules:
        return
    owners = {player.name: player for player in play.everybody()}
    heard = [(event.at_s, socket, event) for socket in play.sockets for event in socket.inbox]
    for at_s, socket, event in sorted(heard, key=lambda one: one[0]):
        rule, owner = rules.get((socket.channel.service, event.name)), owners.get(socket.user)
        if rule is not None and owner is not None:
            _note(play, owner, rule, {"event": event.data, "args": event.args}, at_s=at_s)
    play.made.sort(key=lambda made: made.at_s)


def _note(
    play: Play,
    player: Player,
    rule: ResourceRule,
    facts: Mapping[str, object],
    *,
    at_s: float,
    of_recipe: bool = False,
) -> None:
    try:
        key = rule.key(Names(facts))
    except EvaluationRefused:  # a filter that cannot work with what came
        return
    if key is MISSING or key is None or rule.cleanup is None:
        return
    mark = (rule.name, str(key))
    if mark not in play.noted:
        play.noted.add(mark)
        play.made.append(Made(rule=rule, key=key, by=player, cleanup=rule.cleanup, at_s=at_s, of_recipe=of_recipe))
