"""Further roots of a target: where their paths lead, and what each says of itself."""

from __future__ import annotations

from typing import Any

import pytest

from antiphon.history.entries import Call

TWO = "users: {alice: {}}\nsteps: [{alice: GET /a}, {alice: GET billing:/invoices/:n, save: {n: path.n}}]\n"
VARS = "vars: {n: 7}\n"
TOKEN = 'token: {header: x-key, value: "{{ self.email }}"}'


async def test_a_path_that_begins_with_a_service_leads_there(web: Any, webs: Any, web_stage: Any) -> None:
    other = await webs()
    web.routes, other.routes = {"/api/a": (200, {}, {})}, {"/v2/invoices/7": (200, {}, {"n": 1})}
    web_stage.http = f"{{{TOKEN}}}"
    web_stage.more = f"services: {{billing: {{base_url: {other.url}/v2}}}}\n"
    seen = await web_stage.play(VARS + TWO.replace("{n: path.n}", "{m: payload.n}"))
    assert (seen.outcome, seen.known("m")) == ("passed", 1)
    assert other.lines == ["GET /v2/invoices/7"]
    assert other.asked[0].headers["x-key"] == web.asked[0].headers["x-key"]
    assert [entry.template for entry in seen.entries if isinstance(entry, Call)] == ["/a", "billing:/invoices/:…"]


async def test_a_service_may_speak_http_in_its_own_way(web: Any, webs: Any, web_stage: Any) -> None:
    other = await webs()
    other.routes = {"/invoices/7": (302, {"Location": "/there"}, None), "/there": (200, {}, {"data": {"n": 1}})}
    web.routes = {"/api/a": (302, {"Location": "/there"}, None)}
    web_stage.http = f"{{{TOKEN}}}"
    web_stage.more = (
        f"services: {{billing: {{base_url: {other.url}, http: {{redirects: 2, cookies: true, "
        "envelope: {success: {payload: data}}}}}\n"
    )
    seen = await web_stage.play(
        "users: {alice: {}}\nsteps:\n  - alice: GET /a\n    status: any\n"
        "  - alice: GET billing:/invoices/7\n    expect: {n: 1}\n"
    )
    assert seen.sentences == []
    assert (seen.outcome, web.lines, other.lines) == ("passed", ["GET /api/a"], ["GET /invoices/7", "GET /there"])
    assert "x-key" not in other.asked[0].headers


async def test_a_service_beside_the_root_goes_where_the_root_goes(web: Any, web_stage: Any) -> None:
    web.routes = {"/v2/invoices/7": (200, {}, {})}
    web_stage.more = "services: {billing: {base_url: /v2}}\n"
    seen = await web_stage.play("steps: [{nobody: GET billing:/invoices/7}]\n")
    assert (seen.outcome, web.lines) == ("passed", ["GET /v2/invoices/7"])


async def test_a_service_s_url_may_come_from_the_environment(web: Any, webs: Any, web_stage: Any) -> None:
    other = await webs()
    other.routes = {"/x": (200, {}, {})}
    web_stage.variables = {"BILLING": other.url}
    web_stage.more = 'env: [BILLING]\nservices: {billing: {base_url: "{{ env.BILLING }}"}}\n'
    seen = await web_stage.play("steps: [{nobody: GET billing:/x}]\n")
    assert (seen.outcome, other.lines) == ("passed", ["GET /x"])


@pytest.mark.parametrize("each", ["all", "operation"])
async def test_each_service_has_a_budget_of_its_own(web: Any, web_stage: Any, each: str) -> None:
    web.routes = {"/api/a": (200, {}, {}), "/v2/a": (200, {}, {})}
    web_stage.http = f"{{rate_limit: {{budget: {{calls: 1, per: 50ms, each: {each}}}}}}}"
    web_stage.more = "services: {billing: {base_url: /v2}}\n"
    seen = await web_stage.play("steps: [{nobody: GET /a}, {nobody: GET billing:/a}, {nobody: GET /a}]\n")
    assert [entry.held_s > 0 for entry in seen.entries if isinstance(entry, Call)] == [False, False, True]
