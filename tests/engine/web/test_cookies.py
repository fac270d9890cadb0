"""Cookies as users keep them: whose they are, where they go, and that no report shows them."""

from __future__ import annotations

from typing import Any

SETS = (200, {"Set-Cookie": "sid=a-long-secret; Path=/api", "Set-Cookie#2": "theme=dark; Path=/"}, {})
KEEP = "{cookies: true}"


def _cookies(web: Any) -> list[str]:
    return [one.headers.get("cookie", "") for one in web.asked]


async def test_without_the_key_no_cookie_is_kept(web: Any, web_stage: Any) -> None:
    web.routes = {"/api/in": SETS, "/api/me": (200, {}, {})}
    await web_stage.play("users: {alice: {}}\nsteps: [{alice: POST /in}, {alice: GET /me}]\n")
    assert _cookies(web) == ["", ""]


async def test_a_user_sends_what_was_set_and_nobody_else_does(web: Any, web_stage: Any) -> None:
    web.routes = {"/api/in": SETS, "/api/me": (200, {}, {})}
    web_stage.http = KEEP
    seen = await web_stage.play(
        "users: {alice: {}, phone: {device_of: alice}, bob: {}}\n"
        "steps:\n"
        "  - alice: POST /in\n"
        "  - alice: GET /me\n"
        "  - phone: GET /me\n"
        "  - bob: GET /me\n"
        "  - nobody: GET /me\n"
        "  - alice: GET /me\n    token: none\n"
        "  - bob: GET /me\n    token: {of: alice}\n"
        "  - alice: GET /me\n    headers: {cookie: theme=light}\n"
    )
    both = "sid=a-long-secret; theme=dark"
    assert _cookies(web) == ["", both, both, "", "", "", both, "theme=light; sid=a-long-secret"]
    assert "a-long-secret" not in seen.played.play.setting.redactor.text("sid=a-long-secret")


async def test_what_nobody_is_given_is_not_kept(web: Any, web_stage: Any) -> None:
    web.routes = {"/api/in": SETS, "/api/me": (200, {}, {})}
    web_stage.http = KEEP
    await web_stage.play("steps: [{nobody: POST /in}, {nobody: GET /me}]\n")
    assert _cookies(web) == ["", ""]


async def test_paths_and_ends_are_kept_to(web: Any, web_stage: Any) -> None:
    web.routes = {
        "/api/in": (200, {f"Set-Cookie#{one[0]}": one for one in ("a=1; Path=/api/sub", "b=2; Path=/", "c=3")}, {}),
        "/api/sub/me": (200, {}, {}),
        "/api/out": (200, {"Set-Cookie": "b=; Max-Age=0; Path=/"}, {}),
        "/api/me": (200, {}, {}),
    }
    web_stage.http = KEEP
    steps = "[{alice: POST /in}, {alice: GET /sub/me}, {alice: POST /out}, {alice: GET /me}]"
    await web_stage.play(f"users: {{alice: {{}}}}\nsteps: {steps}\n")
    assert [{*cookie.split("; ")} for cookie in _cookies(web)] == [{""}, {"a=1", "b=2", "c=3"}, {"b=2", "c=3"}, {"c=3"}]


async def test_a_session_s_cookies_go_with_its_socket_s_handshake(web: Any, web_stage: Any) -> None:
    web.routes = {"/api/in": (200, {"Set-Cookie": "sid=a-long-secret; Path=/"}, {})}
    web_stage.http = KEEP
    web_stage.more = f"socket: {{url: {web.url}}}\n"
    seen = await web_stage.play(
        "users: {alice: {connect: false}, bob: {connect: false}}\nsteps:\n  - alice: POST /in\n"
        "  - alice: connect\n    refused: {with: http}\n"
        "  - alice: connect\n    token: none\n    refused: {with: http}\n"
        "  - bob: connect\n    refused: {with: http}\n"
    )
    assert seen.outcome == "passed"
    assert _cookies(web) == ["", "sid=a-long-secret", "", ""]


async def test_a_login_by_cookie_opens_what_it_opens(web: Any, web_stage: Any) -> None:
    def me(asked: Any) -> Any:
        return (200, {}, {"in": True}) if "sid=" in asked.headers.get("cookie", "") else (401, {}, {})

    web.routes = {"/api/login": SETS, "/api/me": me}
    web_stage.http = KEEP
    web_stage.more = "users: {login: [{call: POST /login, body: {name: '{{ self.name }}'}}]}\n"
    steps = "[{alice: GET /me}, {bob: GET /me, status: 401}]"
    seen = await web_stage.play(f"users: {{alice: {{}}, bob: {{login: false}}}}\nsteps: {steps}\n")
    assert (seen.outcome, seen.problem) == ("passed", "")
