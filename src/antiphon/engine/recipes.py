"""The profile's recipes as they are played: users made, logged in, refreshed and logged out.

A recipe that goes otherwise than the profile says is no finding but a `PlayProblem`: the scenario is an error.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from msgspec.structs import replace

from antiphon.core.errors import ScenarioError
from antiphon.core.secret_places import names_a_secret
from antiphon.engine.calls import Answer, exchange
from antiphon.engine.doing import Doing
from antiphon.engine.play import Frame, Play
from antiphon.engine.players import Company, Player, UserView
from antiphon.engine.scopes import set_part
from antiphon.engine.stops import PlayProblem
from antiphon.history.entries import User
from antiphon.judge.answers import About, answer_verdicts
from antiphon.judge.verdicts import Kind, Outcome
from antiphon.language.call import Token
from antiphon.language.scope import MISSING, Names, Scope
from antiphon.target.model import RecipeCall


class RecipeRefused(PlayProblem):
    """A recipe's call was answered otherwise than the profile says."""


async def ensure_made(frame: Frame, player: Player) -> None:
    """Make the user at the target, whoever must exist first before it."""
    if player.is_made:
        return
    player.is_made = True  # before the first call: a recipe that needs itself must not run in a circle
    play = frame.play
    if player.name in play.accounts or player.reused is not None:
        register_secrets(play, player)
        _identify(play, player)
        _tell(play, player, "given")
        return
    recipe = _recipe_for(play, player)
    await play_recipe(frame, player, recipe, what=f"{player.name} could not be made")
    _identify(play, player)
    _tell(play, player, "made")


async def log_in(frame: Frame, player: Player) -> None:
    """Log the user in by the profile's recipe."""
    play = frame.play
    await play_recipe(frame, player, play.setting.target.users.login, what=f"{player.name} could not log in")
    _identify(play, player)
    _tell(play, player, "logged in")


async def play_recipe(
    frame: Frame, player: Player, recipe: Sequence[RecipeCall], *, what: str, step: str = "", doing: Doing | None = None
) -> list[Answer]:
    """Play the calls of a recipe, `self` being the user; return what was answered.

    Raises:
        RecipeRefused: A call was not answered as the recipe says.
    """
    answers = []
    for recipe_call in recipe:
        answer = await one_recipe_call(frame, player, recipe_call, step=step)
        answers.append(answer)
        if doing is not None:
            doing.facts.update(answer.facts)
        if (otherwise := _otherwise(frame, player, answer, recipe_call)) is not None:
            raise _went_otherwise(what, answer, recipe_call, otherwise)
        keep(player, recipe_call, answer, frame)
    return answers


async def one_recipe_call(
    frame: Frame, player: Player, recipe_call: RecipeCall, *, step: str = "", token: Token | None = None
) -> Answer:
    """Play one call of a recipe, whatever it answers; `token` stands in place of the recipe's own."""
    actor = await _actor(frame, player, recipe_call)
    call = recipe_call.call if token is None else replace(recipe_call.call, token=token)
    try:
        return await exchange(
            frame, actor, call, _scope(frame, player), step=step, purpose="step" if step else "recipe"
        )
    except ScenarioError as error:
        raise PlayProblem(
            sentence=f"a recipe cannot be played for {player.name}: {error}",
            source=error.source or recipe_call.source,
            advice=error.hint or "",
        ) from None


def keep(player: Player, recipe_call: RecipeCall, answer: Answer, frame: Frame) -> None:
    """Save what a recipe's call says, and register the secrets among it.

    Raises:
        PlayProblem: An address finds nothing.
    """
    scope = Names(answer.facts, _scope(frame, player))
    for save in recipe_call.call.save:
        value = save.address(scope)
        if value is MISSING:
            raise PlayProblem(
                sentence=f"`{save.address.text}` finds nothing in the answer to {recipe_call.call.operation}",
                source=save.source,
                advice="look at the answer: is the envelope declared, and the address right?",
                details=(answer_line(answer),),
            )
        name = save.name.removeprefix("self.")
        set_part(player.facts, name.split("."), value)
        if name == "token":
            sent_s = answer.call.sent_s
            player.session.token_since_s = answer.call.at_s if sent_s is None else sent_s
    register_secrets(frame.play, player)


def register_secrets(play: Play, player: Player) -> None:
    """Let nothing that a run leaves show this user's secrets."""
    for name, value in player.facts.items():
        if isinstance(value, str) and value and names_a_secret(name):
            play.setting.redactor.register(value, f"{player.secret_name}_{name.upper()}")


def answer_line(answer: Answer) -> str:
    """Return an answer in one line, for the details of a problem."""
    call = answer.call
    if call.failure:
        return f"{call.method} {call.url}: {call.failure_detail}"
    body = call.response_body[:300].decode("utf-8", "replace")
    return f"{call.method} {call.url} answered {call.status}: {body}"


def company_of(play: Play, name: str, label: str) -> Company:
    """Return a new company of this play."""
    company = Company(name=name, label=label)
    play.companies.append(company)
    return company


def founder_role(play: Play) -> str | None:
    """Return the role that the profile's recipes need somebody of the company to have."""
    users = play.setting.target.users
    for recipe in (users.default, *users.make.values()):
        for call in recipe:
            if call.of_company:
                return call.by
    return None


def _recipe_for(play: Play, player: Player) -> Sequence[RecipeCall]:
    users = play.setting.target.users
    is_founder = player.company.founder is player
    own = users.make.get(player.role)
    if own is not None and (is_founder or player.role != founder_role(play)):
        return own
    recipe = users.default or own
    if not recipe and users.make:
        raise PlayProblem(
            sentence=f"the profile does not say how a user of the role {player.role} is made",
            source=users.source,
            advice=f"add users.make.{player.role} or users.make.default",
        )
    return recipe or ()  # a target without accounts, or whose users only log in


async def _actor(frame: Frame, player: Player, recipe_call: RecipeCall) -> Player:
    if recipe_call.by == "self":
        return player
    if recipe_call.by == "nobody":
        return frame.play.nobody
    if recipe_call.of_company:
        founder = player.company.founder
        if founder is None:
            founder = unseen_founder(frame.play, player.company, recipe_call.by)
        await ensure_made(frame, founder)
        if not founder.facts.get("token"):
            await log_in(frame, founder)
        return founder
    beside = _beside(frame, player)
    if beside is None or beside is player:
        raise PlayProblem(
            sentence=f"the recipe's call is to be made by `{recipe_call.by}`, and {player.name} stands beside nobody",
            source=recipe_call.source,
            advice="write `company_of: USER` in the scenario, or `by: ROLE of company` in the profile",
        )
    await ensure_made(frame, beside)
    if not beside.facts.get("token") and frame.play.setting.target.users.login:
        await log_in(frame, beside)
    return beside


def _beside(frame: Frame, player: Player) -> Player | None:
    """Return whom `company_of` names; where it is not written, whoever was first in the company."""
    named = player.spec.company_of if player.spec is not None else None
    if named is not None and named != "none":
        return frame.play.players.get(named)
    return player.company.members[0] if player.company.members else None


def unseen_founder(play: Play, company: Company, role: str) -> Player:
    """Return the company's founder, whom the scenario does not name."""
    name = f"{role.lower()} of {company.label}"
    founder = play.player(name, None, role=role, company=company, facts=play.new_facts(name, role, company))
    company.founder = founder
    return founder


def _scope(frame: Frame, player: Player) -> Scope:
    return Names({"self": UserView(player)}, frame.names)


def _otherwise(frame: Frame, player: Player, answer: Answer, recipe_call: RecipeCall) -> str | None:
    """Return how an answer differs from what the recipe says, as a sentence; None if it does not."""
    call, spec = answer.call, recipe_call.call
    if call.failure:
        return f"{spec.operation} {call.failure_detail}"
    scope = Names(answer.facts, _scope(frame, player))
    judged = answer_verdicts(spec, call, answer.opened, scope, About(), flaw=answer.flaw)
    for verdict in judged:
        if verdict.outcome is Outcome.FAILED and verdict.kind is not Kind.PROFILE:
            return verdict.sentence
    return None


def _went_otherwise(what: str, answer: Answer, recipe_call: RecipeCall, otherwise: str) -> RecipeRefused:
    refused = answer.call.status in (401, 403)
    return RecipeRefused(
        sentence=f"{what}: {otherwise}",
        source=recipe_call.source,
        advice="the target refuses these credentials: are the recipe and its variables right?"
        if refused
        else "is the recipe of the profile right for this target?",
        details=(answer_line(answer),),
    )


def _identify(play: Play, player: Player) -> None:
    identity = play.setting.target.users.identity
    if identity is not None:
        found = identity(Names({"self": UserView(player)}))
        if found is not MISSING:
            player.facts["id"] = found


def _tell(play: Play, player: Player, what: Literal["made", "given", "logged in"]) -> None:
    """Note what became of a user, and who hears on connections of their own as the same person."""
    write = play.setting.recorder.write
    write(_user_entry(play, player, what))
    for device in play.players.values():
        if device.person is player and device.socket is not None and device.socket.user == device.name:
            write(_user_entry(play, device, "device"))


def _user_entry(play: Play, player: Player, what: Literal["made", "given", "logged in", "device"]) -> User:
    lawful = play.setting.lawful
    return User(
        at_s=play.setting.clock.now_s(),
        play=play.name,
        user=player.name,
        what=what,
        id=player.id,
        role=player.role,
        company=player.company.label,
        facts=lawful.facts_of(player.facts) if lawful is not None else b"",
    )
