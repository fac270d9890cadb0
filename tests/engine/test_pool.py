"""People whom scenarios make and leave to later ones: never to two at once, logged in anew, removed at the end."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from antiphon.engine.pool import Pool, Pooled, PooledCompany
from antiphon.engine.pooling import empty_pool
from antiphon.testing.scripted_target import ScriptedTarget

if TYPE_CHECKING:
    from conftest import Seen, Stage

ROLES = "users:\n  roles: [MEMBER, OWNER]\n"
TWO = "users: {alice: {connect: false}, bob: {connect: false}}\nsteps: [{alice: GET /me}, {bob: GET /me}]\n"
ONE = "users: {carol: {connect: false}}\nsteps: [{carol: GET /me}]\n"


@pytest.fixture(autouse=True)
def pool(stage: Stage) -> Pool:
    """Let the profile use people again in the whole run, and remove them with their data."""
    stage.edits[ROLES] = f"{ROLES}  pool: {{reuse: run}}\n"
    stage.edits["thing: {from: POST /things -> 201, key: payload.id}"] = (
        "thing: {from: POST /things -> 201, key: payload.id}\n  user: {from: POST /users -> 201, key: payload.id}"
    )
    stage.edits["cleanup:\n"] = "cleanup:\n  user: {call: 'DELETE /users/{{ key }}', clean: [401, 404]}\n"
    pool = stage.changes["people"] = Pool()
    return pool


async def emptied(stage: Stage, seen: Seen, place: str | None = None) -> tuple[str, ...]:
    assert stage.setting is not None
    return await empty_pool(stage.setting, seen.played.play.scenario, place)


def makings(seen: Seen) -> list[str]:
    return [call for call in seen.calls("recipe") if "/users" in call]


async def test_people_who_were_made_once_play_again_logged_in_anew(stage: Stage, target: ScriptedTarget) -> None:
    first = await stage.play(TWO)
    assert (first.outcome, len(makings(first)), first.calls("cleanup")) == ("passed", 3, [])
    second = await stage.play(TWO)
    assert (second.outcome, makings(second)) == ("passed", [])
    before, now = (seen.played.play.players for seen in (first, second))
    assert {before[name].id for name in before} == {now[name].id for name in now}
    assert before["alice"].facts["token"] != now["alice"].facts["token"]
    assert await emptied(stage, second) == ()
    assert target.board.accounts == {}


async def test_whoever_is_missing_is_made_in_the_same_company(stage: Stage) -> None:
    first = await stage.play(ONE)
    second = await stage.play(TWO)
    assert (second.outcome, makings(second)) == ("passed", ["owner of the company POST /users 201"])
    names = {player.facts["company_name"] for player in second.played.play.players.values()}
    assert names == {first.played.play.players["carol"].facts["company_name"]}
    third = await stage.play(TWO)
    assert makings(third) == []


async def test_two_at_once_never_have_the_same_people(stage: Stage, target: ScriptedTarget) -> None:
    await stage.play(ONE)
    waits = "users: {carol: {connect: false}}\nsteps: [{carol: POST /do, body: {barrier: 2}}]\n"
    plays = [asyncio.create_task(stage.play(waits)) for _ in range(2)]
    both = await asyncio.gather(*plays)
    assert [seen.outcome for seen in both] == ["passed", "passed"]
    ids = {seen.played.play.players["carol"].id for seen in both}
    assert len(ids) == 2


@pytest.mark.parametrize("steps", ["{carol: GET /me, status: 500}", "{carol: GET /me, save: {a: payload.gone}}"])
async def test_people_of_a_scenario_that_failed_are_removed_with_it(
    stage: Stage, target: ScriptedTarget, steps: str
) -> None:
    await stage.play(ONE)
    failed = await stage.play(f"users: {{carol: {{connect: false}}}}\nsteps: [{steps}]\n")
    assert (failed.outcome, makings(failed), failed.leftovers) == ("failed", [], [])
    assert target.board.accounts == {}
    assert len(makings(await stage.play(ONE))) == 2


async def test_whoever_is_not_there_any_more_is_made_anew(stage: Stage, target: ScriptedTarget) -> None:
    await stage.play(
        'users: {carol: {connect: false}}\nsteps: [{carol: "DELETE /users/{{ carol.id }}", status: 204}]\n'
    )
    second = await stage.play(ONE)
    assert (second.outcome, len(makings(second)), second.leftovers) == ("passed", 2, [])
    assert await emptied(stage, second) == ()
    assert target.board.accounts == {}


async def test_people_stay_within_their_category_where_the_profile_says_so(
    stage: Stage, target: ScriptedTarget
) -> None:
    stage.edits[ROLES] = f"{ROLES}  pool: {{reuse: category}}\n"
    await stage.play("category: chat\n" + ONE)
    other = await stage.play("category: files\n" + ONE)
    assert len(makings(other)) == 2
    again = await stage.play("category: chat\n" + ONE)
    assert makings(again) == []
    assert await emptied(stage, again, "chat") == ()
    assert len(target.board.accounts) == 2
    await emptied(stage, again)
    assert target.board.accounts == {}


async def test_what_steps_made_is_removed_at_the_scenario_s_end_all_the_same(
    stage: Stage, target: ScriptedTarget
) -> None:
    seen = await stage.play("users: {carol: {connect: false}}\nsteps: [{carol: POST /things}]\n")
    assert (seen.outcome, target.board.things, len(target.board.accounts)) == ("passed", {}, 2)


async def test_who_is_to_log_in_by_a_step_has_no_token_before(stage: Stage) -> None:
    later = "users: {carol: {login: false}}\nsteps: [{carol: GET /me, status: 401}, {carol: login}, {carol: GET /me}]\n"
    await stage.play(ONE)
    seen = await stage.play(later)
    assert (seen.outcome, seen.bad, makings(seen)) == ("passed", [], [])


async def test_without_a_pool_nobody_plays_again(stage: Stage) -> None:
    stage.edits[ROLES] = ROLES
    await stage.play(ONE)
    assert len(makings(await stage.play(ONE))) == 2


async def test_what_cannot_be_removed_at_the_end_is_listed(stage: Stage, target: ScriptedTarget) -> None:
    seen = await stage.play(ONE)
    assert stage.setting is not None
    left = await empty_pool(stage.setting, seen.played.play.scenario, is_there=False)
    assert [line.partition(" ")[0] for line in left] == ["user", "user"]
    assert all(line.endswith(": not removed") for line in left)


def test_the_company_that_has_most_of_the_roles_is_taken() -> None:
    pool = Pool()
    small = PooledCompany(name="small", place="", members=[Pooled(role="MEMBER", facts={})])
    large = PooledCompany(
        name="large", place="", founder=Pooled(role="OWNER", facts={}), members=[Pooled(role="MEMBER", facts={})]
    )
    pool.put(small)
    pool.put(large)
    assert pool.take("chat", ["MEMBER"]) is None
    assert pool.take("", ["OWNER", "MEMBER", "MEMBER"]) is large
    assert pool.take("", []) is small
    assert (pool.take("", []), pool.emptied()) == (None, [])


async def test_people_of_a_target_that_is_gone_are_listed(stage: Stage, target: ScriptedTarget) -> None:
    await stage.play(ONE)
    gone = await stage.play("users: {carol: {connect: false}}\nsteps: [{carol: POST /do, body: {die: true}}]\n")
    assert (gone.outcome, gone.leftovers) == ("error", ["user #: not removed", "user #: not removed"])
    assert await emptied(stage, gone) == ()
