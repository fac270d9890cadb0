"""Tokens renewed before they end, where the profile says how long they live."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from antiphon.testing.scripted_target import ScriptedTarget

if TYPE_CHECKING:
    from conftest import Stage

TOKENS = "tokens: {kind: jwt, secret_env: TARGET_SECRET}"
REFRESH = """  refresh:
    - call: POST /refresh
      body: {refreshToken: "{{ self.refresh_token }}"}
      save: {self.token: payload.token, self.refresh_token: payload.refreshToken}
"""
LOGIN_SAVES = "save: {self.token: payload.token, self.refresh_token: payload.refreshToken}"
OFFLINE = "users: {alice: {connect: false}}\nsteps:\n"


def tokens_sent(target: ScriptedTarget, path: str) -> list[str]:
    return [request.headers["authorization"] for request in target.requests if request.path == path]


@pytest.mark.parametrize(("life", "renewals"), [("1us", 2), ("1h", 0)])
async def test_a_token_is_renewed_before_it_ends_and_not_earlier(stage: Stage, life: str, renewals: int) -> None:
    stage.edits[TOKENS] = f"tokens: {{kind: jwt, secret_env: TARGET_SECRET, life: {life}}}"
    seen = await stage.play(OFFLINE + "  - alice: GET /me\n  - alice: GET /me\n")
    assert (seen.outcome, seen.bad) == ("passed", [])
    assert seen.calls("recipe").count("alice POST /refresh 200") == renewals
    assert seen.calls() == ["alice GET /me 200", "alice GET /me 200"]


async def test_a_renewed_token_takes_the_old_one_s_place(stage: Stage, target: ScriptedTarget) -> None:
    stage.edits[TOKENS] = "tokens: {kind: jwt, life: 1us}"
    await stage.play(OFFLINE + "  - alice: GET /me\n  - alice: GET /me\n")
    first, second = tokens_sent(target, "/me")
    assert first != second


async def test_without_a_life_nothing_is_renewed(stage: Stage) -> None:
    seen = await stage.play(OFFLINE + "  - alice: GET /me\n")
    assert "alice POST /refresh 200" not in seen.calls("recipe")


async def test_a_step_that_says_which_token_gets_that_one(stage: Stage, target: ScriptedTarget) -> None:
    stage.edits[TOKENS] = "tokens: {kind: jwt, secret_env: TARGET_SECRET, life: 1us}"
    seen = await stage.play(OFFLINE + '  - alice: GET /me\n    token: "{{ alice.token }}"\n')
    assert "alice POST /refresh 200" not in seen.calls("recipe")
    assert tokens_sent(target, "/me") == [f"Bearer {seen.played.play.players['alice'].facts['token']}"]


async def test_several_that_ask_at_once_renew_it_once(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    firsts: list[float] = []

    def only_the_first_token_ends(since_s: float, life_s: float, now_s: float) -> bool:
        firsts.append(since_s)
        return since_s == firsts[0]

    monkeypatch.setattr("antiphon.engine.renewal._is_ending", only_the_first_token_ends)
    stage.edits[TOKENS] = "tokens: {kind: jwt, life: 1h}"
    seen = await stage.play(OFFLINE + "  - parallel: [{alice: GET /me}, {alice: GET /me}, {alice: GET /me}]\n")
    assert (seen.outcome, seen.calls("recipe").count("alice POST /refresh 200")) == ("passed", 1)


async def test_who_has_no_refresh_token_logs_in_again(stage: Stage) -> None:
    stage.edits[TOKENS] = "tokens: {kind: jwt, life: 1us}"
    stage.edits[LOGIN_SAVES + "\n  refresh"] = "save: {self.token: payload.token}\n  refresh"
    seen = await stage.play(OFFLINE + "  - alice: GET /me\n")
    assert (seen.outcome, seen.calls("recipe").count("alice POST /login 200")) == ("passed", 2)


async def test_who_is_refused_a_refresh_logs_in_again(stage: Stage) -> None:
    stage.edits[TOKENS] = "tokens: {kind: jwt, life: 1us}"
    stage.edits['{refreshToken: "{{ self.refresh_token }}"}'] = "{refreshToken: spent}"
    seen = await stage.play(OFFLINE + "  - alice: GET /me\n")
    assert seen.outcome == "passed"
    assert [call for call in seen.calls("recipe") if call.startswith("alice")][-2:] == [
        "alice POST /refresh 401",
        "alice POST /login 200",
    ]


async def test_a_token_that_cannot_be_renewed_ends_the_scenario_as_an_error(
    stage: Stage, target: ScriptedTarget
) -> None:
    stage.edits[TOKENS] = "tokens: {kind: jwt, life: 1us}"
    stage.edits[REFRESH] = ""
    seen = await stage.play(
        OFFLINE + "  - nobody: POST /do\n    body: {manners: {login_refused: true}}\n  - alice: GET /me\n"
    )
    assert (seen.outcome, seen.problem) == (
        "error",
        "alice could not log in: POST /login answered 401, not 2xx",
    )


async def test_a_connection_is_made_with_a_renewed_token(stage: Stage, target: ScriptedTarget) -> None:
    stage.edits[TOKENS] = "tokens: {kind: jwt, life: 1us}"
    seen = await stage.play("users: {alice: {}}\nsteps: [{alice: connected}]\n")
    assert seen.outcome == "passed"
    assert target.auths == [{"token": seen.played.play.players["alice"].facts["token"]}]
    assert "alice POST /refresh 200" in seen.calls("recipe")
