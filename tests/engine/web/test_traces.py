"""The ids by which a target's log can be searched."""

from __future__ import annotations

import re
from typing import Any

from antiphon.history.entries import Call
from antiphon.report.failure import failure_text
from antiphon.report.sequence_rows import entry_rows

FINE = {"/api/a": (200, {}, {}), "/api/b": (302, {"Location": "/api/a"}, None)}
STEPS = "users: {alice: {}}\nsteps: [{alice: GET /a}, {alice: GET /b}, {nobody: GET /a, status: 404}]\n"


async def test_every_exchange_carries_an_id_of_its_own_that_the_history_knows(web: Any, web_stage: Any) -> None:
    web.routes = FINE
    web_stage.http = "{trace_header: X-Request-Id, redirects: 2}"
    seen = await web_stage.play(STEPS)
    sent = [one.headers["x-request-id"] for one in web.asked]
    assert sent == [f"run1-{number:06}" for number in range(1, 5)]
    assert [entry.trace for entry in seen.entries if isinstance(entry, Call)] == sent


async def test_a_failure_and_a_drawing_show_it(web: Any, web_stage: Any) -> None:
    web.routes = FINE
    web_stage.http = "{trace_header: x-request-id}"
    seen = await web_stage.play(STEPS)
    call = [entry for entry in seen.entries if isinstance(entry, Call)][-1]
    failed = next(verdict for verdict in seen.played.verdicts if verdict.sentence == "GET /a answered 200, not 404")
    assert f"in the target's log: {call.trace}" in str(failure_text(failed, cause=call))
    assert f"[{call.trace}]" in entry_rows(call)[0].text


async def test_a_header_that_a_step_writes_itself_stays(web: Any, web_stage: Any) -> None:
    web.routes = FINE
    web_stage.http = "{trace_header: x-request-id}"
    await web_stage.play("steps: [{nobody: GET /a, headers: {X-Request-Id: mine}}]\n")
    assert web.asked[0].headers["x-request-id"] == "mine"


async def test_traceparent_has_the_form_that_w3c_gives_it(web: Any, web_stage: Any) -> None:
    web.routes = FINE
    web_stage.http = "{trace_header: traceparent}"
    await web_stage.play(STEPS)
    sent = [one.headers["traceparent"] for one in web.asked]
    assert all(re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-01", one) for one in sent)
    assert len({*sent}) == len(sent)
