"""Accounts and tokens: who gets in, on either channel, and who does not any more."""

import asyncio
import base64
import json
from typing import Any

import jwt
import pytest

from threadfilesharing.services import tokens

PASSWORD = "correct-horse-1"


def _claims(token: str) -> dict[str, Any]:
    return dict(jwt.decode(token, options={"verify_signature": False}))


async def test_a_registration_makes_a_company_and_its_owner(world: Any) -> None:
    body = {"email": "Frida@Example.Test", "password": PASSWORD, "fullName": "Frida", "companyName": "Fridas"}
    made = await world.call("POST", "/auth/register", body, status=201)
    assert made["user"]["role"] == "OWNER"
    assert made["user"]["email"] == "frida@example.test"
    assert made["user"]["companyId"] == made["company"]["id"]
    assert await world.call("GET", "/companies/me", token=made["accessToken"]) == made["company"]
    taken = await world.call("POST", "/auth/register", body, status=409)
    assert taken["code"] == "EMAIL_TAKEN"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"password": "short1"}, "WEAK_PASSWORD"),
        ({"password": "onlyletters"}, "WEAK_PASSWORD"),
        ({"password": "1234567890"}, "WEAK_PASSWORD"),
        ({"password": "aa1aa1aa1"}, "WEAK_PASSWORD"),
        ({"password": "x1" * 100}, "VALIDATION_ERROR"),
        ({"email": "not an email"}, "VALIDATION_ERROR"),
        ({"email": "a@b"}, "VALIDATION_ERROR"),
        ({"email": None}, "VALIDATION_ERROR"),
        ({"fullName": "  "}, "VALIDATION_ERROR"),
        ({"fullName": "with \x00 inside"}, "VALIDATION_ERROR"),
        ({"companyName": 7}, "VALIDATION_ERROR"),
        ({"companyName": None}, "VALIDATION_ERROR"),
        ({"invitationToken": "both"}, "VALIDATION_ERROR"),
        ({"invitationToken": "unknown", "companyName": None}, "INVALID_INVITATION"),
    ],
)
async def test_a_bad_registration_is_refused(world: Any, change: dict[str, Any], code: str) -> None:
    body = {"email": "good@example.test", "password": PASSWORD, "fullName": "Good", "companyName": "Goods", **change}
    problem = await world.call("POST", "/auth/register", body, status=400)
    assert problem["code"] == code
    assert PASSWORD not in json.dumps(problem)


async def test_a_wrong_password_and_an_unknown_account_are_told_apart_by_nothing(world: Any) -> None:
    olga = await world.register()
    wrong = await world.call("POST", "/auth/login", {"email": olga.email, "password": "wrong-one-1"}, status=401)
    unknown = await world.call("POST", "/auth/login", {"email": "nobody@x.test", "password": "wrong-one-1"}, status=401)
    assert wrong["code"] == unknown["code"] == "BAD_CREDENTIALS"
    assert wrong["message"] == unknown["message"]
    await world.call("POST", "/auth/login", {"email": olga.email}, status=400)


async def test_after_ten_failed_logins_the_account_must_wait_and_no_other(world: Any) -> None:
    olga, noa = await world.register(), await world.register()
    for _ in range(10):
        await world.call("POST", "/auth/login", {"email": olga.email, "password": "wrong-one-1"}, status=401)
    body = {"email": olga.email, "password": PASSWORD}
    problem = await world.call("POST", "/auth/login", body, status=429)
    assert problem["code"] == "RATE_LIMITED"
    assert 1 <= problem["details"]["retryAfterSeconds"] <= 60
    headers, _ = await world.call("POST", "/auth/login", body, status=429, whole=True)
    assert headers["retry-after"] == str(problem["details"]["retryAfterSeconds"])
    await world.login(noa.email)


async def test_a_refresh_token_is_good_for_one_use_and_its_reuse_ends_the_family(world: Any) -> None:
    olga = await world.register()
    socket = await olga.socket()
    pair = await world.call("POST", "/auth/refresh", {"refreshToken": olga.refresh_token}, status=200)
    assert pair["refreshToken"] != olga.refresh_token
    await world.call("GET", "/users/profile", token=pair["accessToken"])
    spent = await world.call("POST", "/auth/refresh", {"refreshToken": olga.refresh_token}, status=401)
    assert spent["code"] == "TOKEN_REVOKED"
    await world.call("POST", "/auth/refresh", {"refreshToken": pair["refreshToken"]}, status=401)
    await world.call("GET", "/users/profile", token=pair["accessToken"], status=401)
    await socket.closed()
    assert socket.heard("error")[0]["code"] == "TOKEN_REVOKED"
    await world.login(olga.email)


async def test_a_logout_revokes_every_token_and_closes_every_socket_with_a_reason(world: Any) -> None:
    olga = await world.register()
    again = await world.login(olga.email)
    sockets = [await olga.socket(), await again.socket(transport="polling")]
    await olga.call("POST", "/auth/logout", status=204)
    for socket in sockets:
        await socket.closed()
        assert socket.names() == ["error"]
        assert socket.heard("error")[0]["code"] == "LOGGED_OUT"
    for person in (olga, again):
        assert (await person.call("GET", "/users/profile", status=401))["code"] == "TOKEN_REVOKED"
        await world.call("POST", "/auth/refresh", {"refreshToken": person.refresh_token}, status=401)
        with pytest.raises(Exception, match="TOKEN_REVOKED"):
            await person.socket()
    await (await world.login(olga.email)).call("GET", "/users/profile")


async def test_no_forged_broken_or_misused_token_is_taken_on_either_channel(world: Any) -> None:
    olga = await world.register()
    claims = _claims(olga.token)
    header, payload, signature = olga.token.split(".")
    none = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').rstrip(b"=").decode()
    foreign = jwt.encode(claims, "another secret, which is long enough", algorithm="HS256")
    tokens = {
        "garbage": "INVALID_TOKEN",
        f"{header}.{payload}.{signature[:-4]}AAAA": "INVALID_TOKEN",
        f"{none}.{payload}.": "INVALID_TOKEN",
        foreign: "INVALID_TOKEN",
        olga.refresh_token: "INVALID_TOKEN",
        "a" * 4000: "INVALID_TOKEN",
        "\u00e4\u00f6.\u00fc.\u00df": "INVALID_TOKEN",
    }
    for token, code in tokens.items():
        with pytest.raises(Exception, match=code):
            await world.socket(token=token)
        if token.isascii():
            assert (await world.call("GET", "/users/profile", token=token, status=401))["code"] == code
    assert (await world.call("GET", "/users/profile", status=401))["code"] == "UNAUTHORIZED"
    problem = await world.call("GET", "/users/profile", headers={"authorization": "Basic eDp5"}, status=401)
    assert problem["code"] == "UNAUTHORIZED"
    for token in (None, "", 7, {"a": 1}):
        with pytest.raises(Exception, match="UNAUTHORIZED"):
            await world.socket(token=token)
    body = {"refreshToken": olga.token}
    assert (await world.call("POST", "/auth/refresh", body, status=401))["code"] == "INVALID_TOKEN"


async def test_an_expired_token_is_refused_on_both_channels(serve: Any, visit: Any) -> None:
    secret = "a secret for signing, which is long enough"
    world = await visit(serve(secret=secret))
    olga = await world.register()
    old = jwt.encode({**_claims(olga.token), "exp": 1_000_000_000}, secret, algorithm="HS256")
    assert (await world.call("GET", "/users/profile", token=old, status=401))["code"] == "TOKEN_EXPIRED"
    with pytest.raises(Exception, match="TOKEN_EXPIRED"):
        await world.socket(token=old)
    spent = jwt.encode({**_claims(olga.refresh_token), "exp": 1_000_000_000}, secret, algorithm="HS256")
    assert (await world.call("POST", "/auth/refresh", {"refreshToken": spent}, status=401))["code"] == "TOKEN_EXPIRED"


async def test_a_token_lives_to_the_fraction_of_a_second_and_not_for_ever(serve: Any, visit: Any) -> None:
    secret = "a secret for signing, which is long enough"
    world = await visit(serve(secret=secret))
    olga = await world.register()
    claims = _claims(olga.token)
    for exp, status in (
        (claims["exp"] + 0.5, 200),
        (claims["iat"] - 0.5, 401),
        (-1, 401),
        (float("inf"), 401),
        (float("nan"), 401),
        (1e300, 401),
        ("soon", 401),
        ([1], 401),
        (None, 401),
    ):
        token = jwt.encode({**claims, "exp": exp}, secret, algorithm="HS256")
        await world.call("GET", "/users/profile", token=token, status=status)


async def test_tokens_and_secret_survive_a_restart(serve: Any, visit: Any, tmp_path: Any) -> None:
    data = str(tmp_path / "kept")
    first = await visit(serve(data=data))
    olga = await first.register()
    second = await visit(serve(data=data))
    assert (await second.call("GET", "/users/profile", token=olga.token))["id"] == olga.id
    assert (tmp_path / "kept" / "secret").stat().st_mode & 0o077 == 0


async def test_of_many_wrong_logins_at_once_no_more_than_ten_learn_that_they_are_wrong(world: Any) -> None:
    olga = await world.register()
    body = {"email": olga.email, "password": "not-the-one-1"}

    async def attempt() -> int:
        async with world.http.post(f"{world.server.url}/api/v1/auth/login", json=body) as response:
            return int(response.status)

    answers = sorted(await asyncio.gather(*(attempt() for _ in range(24))))
    assert answers == [401] * 10 + [429] * 14


async def test_what_is_remembered_of_tokens_has_an_end_and_a_revoked_one_stays_revoked(
    world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens, "FAMILIES_REMEMBERED", 1)
    monkeypatch.setattr(tokens, "TOKENS_REMEMBERED", 1)
    olga, mia = await world.company("MEMBER")
    for each in (olga, mia, olga, mia):
        assert (await each.call("GET", "/users/profile"))["id"] == each.id
    await mia.call("POST", "/auth/logout", status=204)
    for each, status in ((mia, 401), (olga, 200), (mia, 401)):
        await each.call("GET", "/users/profile", status=status)
    assert len(world.server.application.tokens._verified) == 1
