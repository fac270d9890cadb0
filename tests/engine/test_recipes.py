"""The recipes of a profile: several calls, who makes them, what they claim, and the ways in which users log in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from antiphon.testing.scripted_target import ScriptedTarget

if TYPE_CHECKING:
    from conftest import Stage

DEFAULT = """    default:
      - call: POST /users
        by: OWNER of company
        body: {email: "{{ self.email }}", password: "{{ self.password }}", role: "{{ self.role }}"}
        save: {self.id: payload.id}
"""
LOGIN = """  login:
    - call: POST /login
      body: {email: "{{ self.email }}", password: "{{ self.password }}"}
      save: {self.token: payload.token, self.refresh_token: payload.refreshToken}
"""
OFFLINE = "users: {alice: {connect: false}}\nsteps: [{alice: GET /me}]\n"


def made_by(seen: object, path: str) -> list[str]:
    calls = seen.calls("recipe")  # type: ignore[attr-defined]
    return [call for call in calls if path in call]


async def test_a_recipe_of_several_calls_is_played_in_order_and_each_sees_what_was_saved(
    stage: Stage, target: ScriptedTarget
) -> None:
    stage.edits[DEFAULT] = DEFAULT + (
        "      - call: PUT /echo/welcome\n"
        "        by: nobody\n"
        '        query: {who: "{{ self.id }}"}\n'
        '        headers: {x-house: "{{ env.HOUSE }}"}\n'
        "        expect: {method: PUT}\n"
        "        expect_headers: {x-echo: PUT}\n"
        "        expect_body: {status: success}\n"
        "        save: {self.welcomed: payload.query.who}\n"
    )
    seen = await stage.play(OFFLINE)
    assert (seen.outcome, seen.problem) == ("passed", "")
    assert seen.calls("recipe") == [
        "owner of the company POST /users 201",
        "owner of the company POST /login 200",
        "owner of the company POST /users 201",
        "nobody PUT /echo/welcome 200",
        "alice POST /login 200",
    ]
    facts = seen.played.play.players["alice"].facts
    assert facts["welcomed"] == facts["id"]
    welcome = next(request for request in target.requests if request.path == "/echo/welcome")
    assert (welcome.headers["x-house"], "authorization" in welcome.headers) == ("glass", False)


@pytest.mark.parametrize(
    ("claim", "problem"),
    [
        ("status: 200", "alice could not be made: POST /users answered 201, not 200"),
        (
            "expect: {id: 7}",
            'alice could not be made: POST /users: the answer\'s payload differs in `id`: "#" is not 7',
        ),
        (
            "expect_headers: {x-echo: PUT}",
            "alice could not be made: POST /users: the answer's head differs in `x-echo`",
        ),
        ("expect_body: {data: '#absent'}", "alice could not be made: POST /users: the answer's body differs in `data`"),
    ],
)
async def test_a_recipe_whose_claim_does_not_hold_is_an_error(stage: Stage, claim: str, problem: str) -> None:
    stage.edits[DEFAULT] = DEFAULT + f"        {claim}\n"
    seen = await stage.play(OFFLINE)
    told = re.sub(r"user-\d+", "#", seen.problem)
    assert (seen.outcome, told[: len(problem)]) == ("error", problem)


async def test_a_user_beside_another_is_made_by_that_one(stage: Stage) -> None:
    stage.edits["by: OWNER of company"] = "by: company_of"
    stage.edits["roles: [MEMBER, OWNER]"] = "roles: [OWNER, MEMBER]"
    seen = await stage.play(
        """
        users:
          alice: {role: OWNER, connect: false}
          bob: {role: MEMBER, company_of: alice, connect: false}
          carol: {role: MEMBER, connect: false}
        steps: [{bob: GET /me}]
        """
    )
    assert seen.outcome == "passed"
    assert made_by(seen, "/users") == ["alice POST /users 201"] * 3


async def test_who_is_first_stands_beside_nobody(stage: Stage) -> None:
    stage.edits["by: OWNER of company"] = "by: company_of"
    seen = await stage.play(OFFLINE)
    assert (seen.outcome, seen.problem) == (
        "error",
        "the recipe's call is to be made by `company_of`, and alice stands beside nobody",
    )


async def test_users_log_in_with_client_credentials(stage: Stage, target: ScriptedTarget) -> None:
    stage.edits[LOGIN] = """  login:
    - call: POST /oauth/token
      form:
        grant_type: client_credentials
        client_id: "{{ self.email }}"
        client_secret: "{{ self.password }}"
      save: {self.token: payload.token}
"""
    seen = await stage.play(OFFLINE)
    assert (seen.outcome, made_by(seen, "/oauth")) == (
        "passed",
        ["owner of the company POST /oauth/token 200", "alice POST /oauth/token 200"],
    )
    asked = next(request for request in target.requests if request.path == "/oauth/token")
    assert asked.headers["content-type"] == "application/x-www-form-urlencoded"


async def test_an_api_key_needs_no_login(stage: Stage) -> None:
    stage.edits["save: {self.id: payload.id}"] = "save: {self.id: payload.id, self.token: payload.apiKey}"
    stage.edits['token: {header: authorization, value: "Bearer {{ self.token }}"}'] = (
        'token: {header: x-api-key, value: "{{ self.token }}"}'
    )
    seen = await stage.play(OFFLINE)
    assert (seen.outcome, made_by(seen, "/login")) == ("passed", [])


async def test_a_login_may_send_back_what_came_as_a_cookie(stage: Stage, target: ScriptedTarget) -> None:
    stage.edits[LOGIN] = """  login:
    - call: GET /csrf
      token: none
      save: {self.csrf: headers.set-cookie | after('csrf=') | before(';')}
    - call: POST /login
      headers: {x-csrf: "{{ self.csrf }}", cookie: "csrf={{ self.csrf }}"}
      body: {email: "{{ self.email }}", password: "{{ self.password }}"}
      save: {self.token: payload.token}
"""
    seen = await stage.play(OFFLINE)
    assert seen.outcome == "passed"
    login = next(request for request in target.requests if request.path == "/login")
    assert login.headers["x-csrf"].startswith("csrf-0")
    assert login.headers["cookie"] == f"csrf={login.headers['x-csrf']}"


async def test_a_refresh_token_may_travel_where_tokens_do(stage: Stage, target: ScriptedTarget) -> None:
    stage.edits["    - call: POST /refresh\n"] = "    - call: POST /refresh\n      token: {kind: refresh}\n"
    seen = await stage.play("users: {alice: {connect: false}}\nsteps: [{alice: refresh}, {alice: GET /me}]\n")
    assert (seen.outcome, seen.bad) == ("passed", [])
    refresh = next(request for request in target.requests if request.path == "/refresh")
    assert refresh.headers["authorization"] == f"Bearer {refresh.json()['refreshToken']}"


@pytest.mark.parametrize(
    ("claim", "problem"),
    [
        ("expect: {ok: true}", ""),
        (
            "expect: {ok: false}",
            "the target no longer answers: the target is not healthy: GET /health: the answer's payload differs",
        ),
    ],
)
async def test_a_health_call_may_claim_what_it_answers(stage: Stage, claim: str, problem: str) -> None:
    stage.edits["health: [GET /health]"] = f"health: [{{call: GET /health, {claim}}}]"
    seen = await stage.play("users: {}\nsteps: [{nobody: POST /do, body: {cut: true}}]\n")
    assert seen.problem[: len(problem) or None] == problem


async def test_users_that_no_profile_makes_are_nobody_to_the_target_and_play_all_the_same(stage: Stage) -> None:
    stage.without = "users"
    seen = await stage.play("users: {alice: {connect: false}}\nsteps: [{alice: POST /echo}]\n")
    assert (seen.outcome, seen.problem) == ("passed", "")
    assert seen.calls("recipe") == []


async def test_a_role_that_no_recipe_makes_is_named(stage: Stage) -> None:
    stage.edits[DEFAULT] = ""
    seen = await stage.play("users: {alice: {role: MEMBER, connect: false}}\nsteps: [{alice: POST /echo}]\n")
    assert seen.outcome == "error"
    assert "how a user of the role MEMBER is made" in seen.problem
