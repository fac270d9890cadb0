"""Redirects as a profile asks for them: which request follows, what goes along, and where it must end."""

from __future__ import annotations

from typing import Any

import pytest

from antiphon.history.entries import Call

ONE = "users: {alice: {}}\nsteps:\n"
TOKEN = 'token: {header: x-key, value: "{{ self.email }}"}'


def _to(place: str, status: int = 302) -> tuple[int, dict[str, str], None]:
    return status, {"Location": place}, None


async def test_without_the_key_a_redirect_is_the_answer(web: Any, web_stage: Any) -> None:
    web.routes = {"/api/a": _to("/api/b")}
    seen = await web_stage.play(ONE + "  - alice: GET /a\n    status: 302\n    expect_headers: {location: /api/b}\n")
    assert (seen.outcome, web.lines) == ("passed", ["GET /api/a"])


async def test_redirects_are_followed_and_the_last_answer_counts(web: Any, web_stage: Any) -> None:
    web.routes = {
        "/api/a": _to("b?x=1"),
        "/api/b?x=1": _to(f"{web.url}/api/c#top"),
        "/api/c": (200, {}, {"n": 3}),
    }
    web_stage.http = "{redirects: 5}"
    seen = await web_stage.play(ONE + "  - alice: GET /a\n    expect: {n: 3}\n    save: {n: payload.n, asked: query}\n")
    assert (seen.outcome, seen.known("n"), seen.known("asked")) == ("passed", 3, {})
    assert web.lines == ["GET /api/a", "GET /api/b?x=1", "GET /api/c"]
    calls = [entry for entry in seen.entries if isinstance(entry, Call)]
    assert [(call.status, call.led_to, call.template) for call in calls] == [
        (302, "redirect", "/a"),
        (302, "redirect", "/b"),
        (200, "", "/c"),
    ]


async def test_a_redirect_that_a_step_claims_is_not_followed(web: Any, web_stage: Any) -> None:
    web.routes = {"/api/a": _to("/api/b")}
    web_stage.http = "{redirects: 5}"
    for status in ("302", "3xx"):
        seen = await web_stage.play(ONE + f"  - alice: GET /a\n    status: {status}\n")
        assert seen.outcome == "passed"
    assert web.lines == ["GET /api/a"] * 2


@pytest.mark.parametrize(
    ("status", "method", "follows"),
    [
        (301, "POST", "GET"),
        (302, "POST", "GET"),
        (303, "POST", "GET"),
        (307, "POST", "POST"),
        (308, "POST", "POST"),
        (301, "PUT", "PUT"),
        (303, "DELETE", "GET"),
        (303, "HEAD", "HEAD"),
    ],
)
async def test_the_method_changes_by_the_rules(
    web: Any, web_stage: Any, status: int, method: str, follows: str
) -> None:
    web.routes = {"/api/a": _to("/api/b", status), "/api/b": (200, {}, None if method == "HEAD" else {})}
    web_stage.http = "{redirects: 1}"
    body = "" if method == "HEAD" else "    body: {n: 1}\n"
    await web_stage.play(ONE + f"  - alice: {method} /a\n{body}")
    assert web.lines == [f"{method} /api/a", f"{follows} /api/b"]
    keeps = follows == method and body
    assert web.asked[1].body == ('{"n":1}' if keeps else "")
    assert ("content-type" in web.asked[1].headers) == bool(keeps)


async def test_credentials_stay_with_their_origin(web: Any, webs: Any, web_stage: Any) -> None:
    other = await webs()
    web.routes = {"/api/a": _to("/api/b"), "/api/b": _to(f"{other.url}/c")}
    other.routes = {"/c": (200, {}, {})}
    web_stage.http = f"{{redirects: 5, cookies: true, {TOKEN}}}"
    step = "  - alice: GET /a\n    headers: {authorization: Bearer secret, cookie: own=1, x-plain: stays}\n"
    seen = await web_stage.play(ONE + step)
    assert seen.outcome == "passed"
    assert {"authorization", "cookie", "x-key", "x-plain"} <= web.asked[1].headers.keys()
    assert {"authorization", "cookie", "x-key"}.isdisjoint(other.asked[0].headers)
    assert other.asked[0].headers["x-plain"] == "stays"


FLAWS = [
    ({"/api/a": _to("/api/b"), "/api/b": _to("/api/a")}, "was redirected in a circle: {u}/a → {u}/b → {u}/a"),
    (
        {f"/api/{n}": _to(f"/api/{n + 1}") for n in range(9)} | {"/api/a": _to("/api/0")},
        "was redirected more than 3 times: {u}/a → {u}/0 → {u}/1 → {u}/2 → {u}/3",
    ),
    ({"/api/a": _to("ftp://x/")}, "was redirected to `ftp://x/`, which is no URL that HTTP can ask"),
    (
        {"/api/a": _to("http://u:p@127.0.0.1/")},
        "was redirected to `http://u:p@127.0.0.1/`, which is no URL that HTTP can ask",
    ),
    (
        {"/api/a": _to("http://169.254.169.254/latest")},
        (
            "was redirected to http://169.254.169.254/latest, and may not go there: 169.254.169.254:80 is a link-local "
            "address, which Antiphon never connects to"
        ),
    ),
]


@pytest.mark.parametrize(("routes", "sentence"), FLAWS)
async def test_a_redirect_that_leads_nowhere_fails_the_step(
    web: Any, web_stage: Any, routes: dict[str, Any], sentence: str
) -> None:
    web.routes = routes
    web_stage.http = "{redirects: 3}"
    seen = await web_stage.play(ONE + "  - alice: GET /a\n    expect: {n: 1}\n")
    assert seen.outcome == "failed"
    assert seen.sentences == ["GET /a " + sentence.format(u=f"{web.url}/api")]
    assert seen.not_run == ["1 not run answer alice"]


async def test_a_page_that_sets_a_cookie_and_asks_again_is_no_circle(web: Any, web_stage: Any) -> None:
    def gate(asked: Any) -> Any:
        if asked.headers.get("cookie") == "seen=yes":
            return 200, {}, {"in": True}
        return 302, {"Location": "/api/a", "Set-Cookie": "seen=yes"}, None

    web.routes = {"/api/a": gate}
    web_stage.http = "{redirects: 3, cookies: true}"
    seen = await web_stage.play(ONE + "  - alice: GET /a\n    expect: {in: true}\n")
    assert seen.outcome == "passed"


async def test_what_a_redirected_call_made_is_cleaned_up(web: Any, web_stage: Any) -> None:
    web.routes = {
        "POST /api/things": _to("/api/things/7", 303),
        "GET /api/things/7": (200, {}, {"id": 7}),
        "DELETE /api/things/7": (204, {}, None),
    }
    web_stage.http = "{redirects: 3}"
    web_stage.more = (
        "resources: {thing: {from: POST /things -> 303, key: payload.id}}\n"
        "cleanup: {thing: 'DELETE /things/{{ key }}'}\n"
    )
    seen = await web_stage.play(ONE + "  - alice: POST /things\n    expect: {id: 7}\n")
    assert seen.outcome == "passed"
    assert web.lines[-1] == "DELETE /api/things/7"
