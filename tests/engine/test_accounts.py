"""Given accounts: who needs which, that nobody shares one, and what is told where there are too few."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from antiphon.core.errors import ScenarioError
from antiphon.core.source import NOWHERE
from antiphon.engine.accounts import AccountDesk, Wanted, assigned, shortage, wanted
from antiphon.target.model import GivenAccount
from antiphon.testing.board import Account
from antiphon.testing.scripted_target import ScriptedTarget

if TYPE_CHECKING:
    from conftest import Stage

NOWHERE_TO_GO = SimpleNamespace(url="http://127.0.0.1:9")
ROLES = "users:\n  roles: [MEMBER, OWNER]\n"


def account(name: str, role: str | None = None, **values: object) -> GivenAccount:
    return GivenAccount(name=name, role=role, values={"name": name, **values}, source=NOWHERE)


def want(user: str, role: str | None = None, name: str = "") -> Wanted:
    return Wanted(user=user, role=role, name=name, source=NOWHERE)


OWNERS = [account("dave", "OWNER"), account("eve", "OWNER"), account("fay", "MEMBER"), account("any")]


@pytest.mark.parametrize(
    ("wants", "names"),
    [
        ([want("a", "OWNER"), want("b", "OWNER")], {"dave", "eve"}),
        ([want("a"), want("b", name="dave")], {"dave"}),
        ([want("a", "OWNER"), want("b", "OWNER"), want("c", "OWNER")], {"dave", "eve", "any"}),
        ([want("a"), want("b", "MEMBER"), want("c", "OWNER"), want("d", "OWNER")], {"dave", "eve", "fay", "any"}),
    ],
)
def test_everybody_gets_an_account_that_fits_if_that_can_be_done(wants: list[Wanted], names: set[str]) -> None:
    found = assigned(wants, OWNERS)
    assert found is not None
    assert all(one.fits(found[one.user]) for one in wants)
    assert len({taken.name for taken in found.values()}) == len(wants)
    assert names <= {taken.name for taken in found.values()}


@pytest.mark.parametrize(
    "wants",
    [
        [want(str(number), "OWNER") for number in range(4)],
        [want("a", name="dave"), want("b", name="dave")],
        [want("a", name="zoe")],
    ],
)
def test_who_cannot_all_have_one_get_none(wants: list[Wanted]) -> None:
    assert assigned(wants, OWNERS) is None


async def test_a_desk_leases_no_account_twice_and_serves_who_waits_when_it_is_given_back() -> None:
    desk = AccountDesk()
    first = await desk.lease([want("a", "OWNER"), want("b", "OWNER")], OWNERS[:2])
    second = asyncio.create_task(desk.lease([want("c", "OWNER")], OWNERS[:2]))
    beside = await desk.lease([want("d")], OWNERS[2:3])
    assert (not second.done(), beside["d"].name) == (True, "fay")
    desk.give_back(first, {})
    assert (await second)["c"].name in ("dave", "eve")
    with pytest.raises(LookupError):
        await desk.lease([want("a", "OWNER")] * 1 + [want("b", "OWNER"), want("c", "OWNER")], OWNERS[:2])


async def test_who_waits_no_more_takes_nothing() -> None:
    desk = AccountDesk()
    first = await desk.lease([want("a")], OWNERS[:1])
    waiting = asyncio.create_task(desk.lease([want("b")], OWNERS[:1]))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    desk.give_back(first, {})
    assert (await desk.lease([want("c")], OWNERS[:1]))["c"].name == "dave"


async def test_a_token_of_the_file_that_was_renewed_is_the_next_one_s_token() -> None:
    desk = AccountDesk()
    only = [account("dave", token="old", refresh_token="r1"), account("eve", password="p")]
    leased = await desk.lease([want("a", name="dave"), want("b", name="eve")], only)
    desk.give_back(leased, {"a": {"token": "new", "refresh_token": "r2", "x": 1}, "b": {"token": "of a login"}})
    assert desk.facts(only[0]) == {"name": "dave", "token": "new", "refresh_token": "r2"}
    assert desk.facts(only[1]) == {"name": "eve", "password": "p"}


# -- played ------------------------------------------------------------------------------------------


def registered(target: ScriptedTarget, *names: str) -> str:
    """Give the target accounts, and return them as a profile would have them."""
    rows = []
    for name in names:
        made = Account(id=f"id-{name}", email=f"{name}@example.com", password=f"secret of {name}", role="MEMBER")
        target.board.accounts[made.id] = made
        rows.append(f'{{name: {name}, id: {made.id}, email: {made.email}, password: "{made.password}"}}')
    return f"[{', '.join(rows)}]"


async def test_a_given_account_is_not_made_but_logged_in(stage: Stage, target: ScriptedTarget) -> None:
    stage.edits[ROLES] = f"{ROLES}  given: {registered(target, 'dave')}\n"
    seen = await stage.play(
        "users: {alice: {given: dave}, bob: {}}\nsteps: [{alice: GET /me, expect: {id: id-dave}}, {bob: GET /me}]\n"
    )
    assert (seen.outcome, seen.bad) == ("passed", [])
    assert "alice POST /login 200" in seen.calls("recipe")
    assert [call for call in seen.calls("recipe") if "/users" in call] == ["owner of the company POST /users 201"] * 2
    facts = seen.played.play.players["alice"].facts
    assert (facts["name"], facts["email"], facts["role"]) == ("dave", "dave@example.com", "MEMBER")
    assert stage.setting is not None
    assert "secret of dave" not in stage.setting.redactor.text('{"said": "secret of dave"}')


async def test_given_accounts_alone_are_a_complete_profile(stage: Stage, target: ScriptedTarget) -> None:
    text = stage.profile_text()
    make = text[text.index("  make:\n") : text.index("  login:\n")]
    stage.edits[make] = f"  given: {registered(target, 'dave', 'eve', 'fay')}\n"
    seen = await stage.play("users: {alice: {}, bob: {count: 2}}\nsteps: [{alice: GET /me}, {bob: GET /me}]\n")
    assert (seen.outcome, seen.bad) == ("passed", [])
    players = seen.played.play.players
    assert len({players[name].id for name in ("alice", "bob[0]", "bob[1]")}) == 3


async def test_an_account_that_recipes_need_may_be_given(stage: Stage, target: ScriptedTarget) -> None:
    text = stage.profile_text()
    owner = text[text.index("    OWNER:\n") : text.index("    default:\n")]
    stage.edits[owner] = ""
    stage.edits[ROLES] = f"{ROLES}  given: {registered(target, 'dave')}\n"
    seen = await stage.play("users: {alice: {connect: false}}\nsteps: [{alice: GET /me}]\n")
    assert (seen.outcome, seen.calls("recipe")[0]) == ("passed", "owner of the company POST /login 200")
    assert seen.calls("recipe")[1] == "owner of the company POST /users 201"


async def test_accounts_with_one_token_are_different_people(stage: Stage, target: ScriptedTarget) -> None:
    text = stage.profile_text()
    users = text[text.index("users:\n") : text.index("resources:\n")]
    registered(target, "dave")
    token = target.board.token_for(target.board.accounts["id-dave"])
    stage.edits[users] = f"users: {{given: [{{name: one, token: {token}}}, {{name: two, token: {token}}}]}}\n"
    seen = await stage.play("users: {alice: {}, bob: {}}\nsteps: [{alice: GET /me}, {bob: GET /me}]\n")
    assert (seen.outcome, seen.calls("recipe")) == ("passed", [])
    players = seen.played.play.players
    assert {players["alice"].facts["name"], players["bob"].facts["name"]} == {"one", "two"}


async def test_two_plays_at_once_never_share_an_account(stage: Stage, target: ScriptedTarget) -> None:
    stage.edits[ROLES] = f"{ROLES}  given: {registered(target, 'dave')}\n"
    desk = AccountDesk()
    stage.changes["accounts"] = desk
    text = "users: {alice: {given: true, connect: false}}\nsteps: [{alice: POST /do, body: {barrier: 2}}]\n"
    quick = "users: {alice: {given: true, connect: false}}\nsteps: [{alice: GET /me}]\n"
    first = asyncio.create_task(stage.play(text))
    await target.until(lambda: target.most_waiting == 1)
    second = asyncio.create_task(stage.play(quick))
    await asyncio.sleep(0)
    logins = [request for request in target.requests if request.path == "/login"]
    assert (len(logins), second.done()) == (1, False)
    first.cancel()
    assert (await first).outcome == "cancelled"
    assert (await second).outcome == "passed"


async def test_a_play_that_is_cancelled_while_it_waits_takes_no_account(stage: Stage, target: ScriptedTarget) -> None:
    stage.edits[ROLES] = f"{ROLES}  given: {registered(target, 'dave')}\n"
    desk = stage.changes["accounts"] = AccountDesk()
    only = stage.profile().users.given
    leased = await desk.lease([want("somebody")], only)
    waiting = asyncio.create_task(
        stage.play("users: {alice: {given: true, connect: false}}\nsteps: [{alice: GET /me}]\n")
    )
    await asyncio.sleep(0.01)
    waiting.cancel()
    assert (await waiting).outcome == "cancelled"
    desk.give_back(leased, {})
    assert await desk.lease([want("somebody else")], only)


@pytest.mark.parametrize(
    ("users", "sentence"),
    [
        ("{alice: {given: true}, bob: {given: true}}", "played needs 2 MEMBER, and the profile's accounts have 1"),
        ("{crowd: {count: 12, given: true}}", "played needs 12 MEMBER, and the profile's accounts have 1"),
        ("{alice: {given: dvae}}", "unknown account `dvae`"),
        ("{alice: {given: dave}}", None),
    ],
)
def test_too_few_accounts_are_told_before_the_target_is_touched(
    stage_of: type[Stage], users: str, sentence: str | None
) -> None:
    stage = stage_of(NOWHERE_TO_GO)  # type: ignore[arg-type]
    stage.edits[ROLES] = f"{ROLES}  given: [{{name: dave, role: MEMBER}}]\n"
    scenario, target = stage.compiled(f"users: {users}\nsteps: [{{nobody: GET /me}}]\n")
    told: ScenarioError | None = shortage(target.users, scenario)
    assert (None if told is None else str(told)) == sentence


def test_without_accounts_nobody_is_given_one(stage_of: type[Stage]) -> None:
    stage = stage_of(NOWHERE_TO_GO)  # type: ignore[arg-type]
    scenario, target = stage.compiled("users: {alice: {given: true}}\nsteps: [{nobody: GET /me}]\n")
    told = shortage(target.users, scenario)
    assert (str(told), told.hint if told else "") == (
        "the profile gives no accounts",
        "name a file of accounts: users.given",
    )
    assert wanted(target.users, scenario) == ()
