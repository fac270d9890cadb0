"""The forms that a token can take: what is written on the wire, and what cannot be made."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import jwt
import pytest

from antiphon.testing.board import SECRET
from antiphon.testing.scripted_target import ScriptedTarget

if TYPE_CHECKING:
    from conftest import Stage

LOGIN_SAVES = "save: {self.token: payload.token, self.refresh_token: payload.refreshToken}"


def sent(target: ScriptedTarget) -> str:
    return target.requests[-1].headers.get("authorization", "").removeprefix("Bearer ")


async def test_a_token_of_another_key_says_what_the_own_one_says(stage: Stage, target: ScriptedTarget) -> None:
    seen = await stage.steps("- alice: GET /me\n  token: {key: wrong}\n  status: 401\n")
    own = str(seen.played.play.players["alice"].facts["token"])
    assert sent(target).rpartition(".")[0] == own.rpartition(".")[0]
    assert len(sent(target)) == len(own)
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(sent(target), SECRET, algorithms=["HS256"])


async def test_a_target_that_checks_no_signature_is_noticed(stage: Stage, target: ScriptedTarget) -> None:
    target.manners.signatures = False
    seen = await stage.steps("- alice: GET /me\n  token: {key: wrong}\n  status: 401\n")
    assert seen.sentences == ["GET /me answered 200, not 401"]


async def test_a_token_of_another_private_key_has_a_signature_of_the_same_length(
    stage: Stage, target: ScriptedTarget
) -> None:
    def part(text: str) -> str:
        return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()

    own = ".".join((part('{"alg":"ES256","typ":"JWT"}'), part('{"sub":"7"}'), "A" * 86))
    stage.edits[LOGIN_SAVES] = f'save: {{self.token: payload.token | default("{own}")}}'
    stage.edits["call: POST /login"] = "call: POST /echo/login"
    seen = await stage.play(
        "users: {alice: {connect: false}}\nsteps: [{alice: GET /me, token: {key: wrong}, status: 401}]\n"
    )
    assert seen.bad == []
    head, claims, signature = sent(target).split(".")
    assert f"{head}.{claims}" == own.rpartition(".")[0]
    assert (len(signature), signature == "A" * 86) == (86, False)


async def test_a_token_that_is_no_jwt_has_no_key(stage: Stage) -> None:
    stage.edits[LOGIN_SAVES] = 'save: {self.token: payload.nothing | default("opaque-000001")}'
    seen = await stage.play(
        "users: {alice: {connect: false}}\nsteps: [{alice: GET /me, token: {key: wrong}, status: 401}]\n"
    )
    assert seen.outcome == "error"
    assert seen.problem == ("a token of another key cannot be made: the user's own is no JWT (Not enough segments)")


async def test_a_refresh_token_that_nobody_saved_cannot_be_sent(stage: Stage) -> None:
    stage.edits[LOGIN_SAVES] = "save: {self.token: payload.token}"
    seen = await stage.steps("- alice: GET /me\n  token: {kind: refresh}\n")
    assert (seen.outcome, seen.problem) == ("error", "there is no refresh token to send")


@pytest.mark.parametrize("token", ["{kind: refresh}", "{key: wrong}", "{expires_in: -1s}", "none", "garbage"])
async def test_a_socket_is_refused_with_every_form_that_lets_nobody_in(stage: Stage, token: str) -> None:
    seen = await stage.play(
        f"users: {{alice: {{connect: false}}}}\nsteps:\n  - alice: connect\n    token: {token}\n    refused: true\n"
    )
    assert (seen.outcome, seen.bad) == ("passed", [])
