"""Limits of calls: kept to by a budget, waited out where the target asks for it, and bounded either way."""

from __future__ import annotations

import datetime as dt
from email.utils import format_datetime
from typing import Any

import pytest

from antiphon.history.entries import Call

FINE = (200, {}, {})
ONE = "users: {alice: {}}\nsteps:\n"


def _slow(after: str) -> Any:
    return 429, {"Retry-After": after}, {"code": "SLOW_DOWN"}


def _calls(seen: Any) -> list[Call]:
    return [entry for entry in seen.entries if isinstance(entry, Call)]


async def test_a_budget_is_kept_to_and_stops_the_scenario_s_time(web: Any, web_stage: Any) -> None:
    web.routes = {"/api/a": FINE}
    web_stage.http = "{rate_limit: {budget: {calls: 2, per: 800ms}}}"
    seen = await web_stage.play("timeout: 2s\nsteps: [{repeat: 7, steps: [{nobody: GET /a}]}]\n")
    assert (seen.outcome, len(web.asked)) == ("passed", 7)
    held = [call.held_s for call in _calls(seen)]
    assert held[:2] == [0.0, 0.0]
    assert sum(held) > 2.2  # longer than the scenario's own time
    assert web_stage.setting.pacer.held_s > 2.2


async def test_a_budget_of_each_operation_holds_back_no_other(web: Any, web_stage: Any) -> None:
    web.routes = {"/api/a": FINE, "/api/b": FINE}
    web_stage.http = "{rate_limit: {budget: {calls: 1, per: 100ms, each: operation}}}"
    seen = await web_stage.play("steps: [{nobody: GET /a}, {nobody: GET /b}, {nobody: GET /a}]\n")
    assert [call.held_s > 0 for call in _calls(seen)] == [False, False, True]


async def test_a_parallel_block_is_spread_over_the_budget(web: Any, web_stage: Any) -> None:
    web.routes = {"/api/a": FINE}
    web_stage.http = "{rate_limit: {budget: {calls: 2, per: 100ms}}}"
    seen = await web_stage.play("steps: [{parallel: {repeat: 5}, steps: [{nobody: GET /a}]}]\n")
    assert (seen.outcome, len(web.asked)) == ("passed", 5)
    assert sorted(call.held_s > 0 for call in _calls(seen)) == [False, False, True, True, True]


@pytest.mark.parametrize("after", ["0", format_datetime(dt.datetime(2020, 1, 1, tzinfo=dt.UTC), usegmt=True)])
async def test_an_answer_that_asks_to_come_back_is_waited_for(web: Any, web_stage: Any, after: str) -> None:
    web.routes = {"/api/a": [_slow(after), _slow(after), (200, {}, {"n": 1})]}
    web_stage.http = "{rate_limit: {status: 429}}"
    seen = await web_stage.play(ONE + "  - alice: GET /a\n    expect: {n: 1}\n")
    assert seen.outcome == "passed"
    assert [(call.status, call.led_to) for call in _calls(seen)] == [(429, "retry"), (429, "retry"), (200, "")]


async def test_the_profile_may_say_how_long_to_wait(web: Any, web_stage: Any) -> None:
    web.routes = {"/api/a": [(503, {}, {}), FINE]}
    web_stage.http = "{rate_limit: {status: [429, 503], wait: 20ms}}"
    seen = await web_stage.play(ONE + "  - alice: GET /a\n")
    assert seen.outcome == "passed"
    assert _calls(seen)[1].held_s >= 0.02
    assert web.asked[1].at_s - web.asked[0].at_s >= 0.02


@pytest.mark.parametrize(
    ("status", "http"), [("429", "{rate_limit: {status: 429}}"), ("4xx", "{rate_limit: {wait: 1s}}")]
)
async def test_a_refusal_that_a_step_claims_is_its_answer(web: Any, web_stage: Any, status: str, http: str) -> None:
    web.routes = {"/api/a": [_slow("0"), FINE]}
    web_stage.http = http
    seen = await web_stage.play(ONE + f"  - alice: GET /a\n    status: {status}\n")
    assert (seen.outcome, web.lines) == ("passed", ["GET /api/a"])


@pytest.mark.parametrize(
    ("after", "tries", "remark"),
    [
        ("3600", 1, "it asks to come back in 60 min, and no more than "),
        ("0", 6, "it asks to come back in 0 ms, after 6 tries"),
        ("tomorrow", 1, ""),
    ],
)
async def test_what_cannot_be_waited_for_fails_the_step_and_says_so(
    web: Any, web_stage: Any, after: str, tries: int, remark: str
) -> None:
    web.routes = {"/api/a": _slow(after)}
    web_stage.http = "{rate_limit: {status: 429}}"
    seen = await web_stage.play("timeout: 20s\n" + ONE + "  - alice: GET /a\n")
    failed = next(verdict for verdict in seen.played.verdicts if verdict.sentence == "GET /a answered 429, not 2xx")
    assert len(web.asked) == tries
    assert remark in "\n".join(failed.details)


async def test_without_the_key_a_refusal_is_an_answer_like_others(web: Any, web_stage: Any) -> None:
    web.routes = {"/api/a": [_slow("0"), FINE]}
    seen = await web_stage.play(ONE + "  - alice: GET /a\n")
    assert (seen.outcome, len(web.asked)) == ("failed", 1)
