"""The pool as a play uses it: people are taken from it, proven to be there still, and left to it at the end."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence

from antiphon.engine.cleanup import clean_up
from antiphon.engine.play import Frame, Made, Play
from antiphon.engine.players import Company, Player
from antiphon.engine.pool import Pooled, PooledCompany, PooledThing
from antiphon.engine.recipes import RecipeRefused, company_of, log_in, unseen_founder
from antiphon.engine.setting import Setting
from antiphon.scenario.model import Scenario

CLEANED_WITHIN_S = 60.0
_OF_SESSIONS = ("token", "refresh_token")


def adopt(play: Play) -> None:
    """Let the users of a play be people of the pool, as far as there are some; nothing is asked of the target yet."""
    pool = play.setting.target.users.pool
    if pool == "never":
        return
    place = play.scenario.category if pool == "category" else ""
    for company in tuple(play.companies):
        people = [player for player in company.members if player.name not in play.accounts]
        there = play.setting.people.take(place, [player.role for player in people])
        if there is None:
            continue
        play.pooled[id(company)] = there
        company.name = there.name
        if there.founder is not None:
            founder = company.founder or unseen_founder(play, company, there.founder.role)
            _become(founder, there.founder)
        spare = list(there.members)
        for player in people:
            known = next((one for one in spare if one.role == player.role), None)
            if player.reused is None and known is not None:
                spare.remove(known)
                _become(player, known)
            player.facts["company_name"] = there.name


def _become(player: Player, known: Pooled) -> None:
    player.facts.clear()
    player.facts.update(known.facts)
    player.reused = known


async def welcome(frame: Frame) -> None:
    """Log in whoever comes from the pool; a company of which somebody is not there any more is made anew."""
    play = frame.play
    if not play.setting.target.users.login:
        return
    for company in play.companies:
        there = play.pooled.get(id(company))
        reused = [player for player in _people(company) if player.reused is not None]
        try:
            for player in reused if there is not None else ():
                await log_in(frame, player)
                if player.spec is not None and not player.spec.login:
                    _forget_session(player.facts)
        except RecipeRefused:
            if there is not None:
                _dismiss(play, company, there)


def _people(company: Company) -> list[Player]:
    founder = [company.founder] if company.founder is not None and company.founder not in company.members else []
    return [*founder, *company.members]


def _dismiss(play: Play, company: Company, there: PooledCompany) -> None:
    """Make a company's people anew, and remove the old ones when the play ends."""
    del play.pooled[id(company)]
    _take_back(play, there)
    company.name = f"company {len(play.companies)} again {play.slug} {play.setting.run_id}"
    for player in _people(company):
        if player.name not in play.accounts:
            player.facts.clear()
            player.facts.update(play.new_facts(player.name, player.role, company))
            player.reused = None


def _take_back(play: Play, there: PooledCompany) -> None:
    """Let a play remove what was made for the people of a pooled company."""
    company = company_of(play, there.name, f"pooled {there.name}")
    play.companies.remove(company)
    makers: dict[int, Player] = {}
    for thing in there.made:
        maker = play.nobody if thing.by is None else makers.get(id(thing.by))
        if maker is None and thing.by is not None:
            name = f"{thing.by.role.lower() or 'user'} {len(makers) + 1} of the pool"
            maker = play.player(name, None, role=thing.by.role, company=company, facts=dict(thing.by.facts))
            maker.is_made = True
            makers[id(thing.by)] = maker
            play.others.append(maker)
        if maker is not None:
            play.made.append(Made(rule=thing.rule, key=thing.key, by=maker, cleanup=thing.cleanup, at_s=-1.0))


def leave(play: Play, *, good: bool) -> None:
    """Leave the people of a play to the pool, or have them removed with all else if it did not end well.

    Args:
        play: At its end, before it is cleaned up.
        good: Whether it was played to its end and nothing had failed by then.
    """
    users = play.setting.target.users
    if users.pool == "never" or play.has_left:
        return
    play.has_left = True
    if not good:
        for there in play.pooled.values():
            _take_back(play, there)
        play.made.sort(key=lambda made: made.at_s)
        return
    place = play.scenario.category if users.pool == "category" else ""
    companies = [one for one in play.companies if one.founder is None or one.founder.name not in play.accounts]
    for company in companies:
        before = play.pooled.get(id(company))
        kept = PooledCompany(name=company.name, place=place)
        known: dict[int, Pooled] = {}
        for player in _people(company):
            if player.is_made and player.name not in play.accounts:
                facts = dict(player.facts)
                if users.login:
                    _forget_session(facts)
                known[id(player)] = person = player.reused or Pooled(role=player.role, facts={})
                person.facts = facts
        if company.founder is not None:
            kept.founder = known.get(id(company.founder))
        kept.members = [person for person in known.values() if person is not kept.founder]
        if before is not None:
            kept.members += [one for one in before.members if one not in kept.members]
            kept.made += before.made
        mine = [made for made in play.made if made.of_recipe and _belongs(made, company, companies, play)]
        kept.made += [
            PooledThing(rule=one.rule, key=one.key, cleanup=one.cleanup, by=known.get(id(one.by))) for one in mine
        ]
        play.made = [made for made in play.made if made not in mine]
        if known:
            play.setting.people.put(kept)


def _belongs(made: Made, company: Company, companies: Sequence[Company], play: Play) -> bool:
    return made.by.company is company or (made.by is play.nobody and company is companies[0])


def _forget_session(facts: dict[str, object]) -> None:
    for name in _OF_SESSIONS:
        facts.pop(name, None)


async def empty_pool(
    setting: Setting, scenario: Scenario, place: str | None = None, *, is_there: bool = True
) -> tuple[str, ...]:
    """Remove the people whom nobody needs any more; return what could not be removed.

    Args:
        setting: What all plays of the run share.
        scenario: Whose names stand in the history for it: the one that was played last.
        place: The category that is over; None: the whole run is.
        is_there: Whether the target can be asked to.
    """
    companies = setting.people.emptied(place)
    if not companies or setting.keep_data:
        return ()
    if not is_there:
        return tuple(f"{one.rule.name} {one.key}: not removed" for there in companies for one in there.made[::-1])
    play = Play(setting=setting, scenario=scenario, name=f"{scenario.id}#pool")
    try:
        for there in companies[::-1]:
            _take_back(play, there)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CLEANED_WITHIN_S):
                await clean_up(Frame(play=play, names=play.names), steps=False)
        left = [f"{made.rule.name} {made.key}: not removed" for made in reversed(play.made)]
        return (*play.leftovers, *left)
    finally:
        await play.close()
