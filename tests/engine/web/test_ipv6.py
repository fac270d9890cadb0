"""A target at an address of IPv6: calls, and the command that repeats them."""

from __future__ import annotations

import asyncio
from typing import Any

from antiphon.history.entries import Call
from antiphon.report.curl import curl


async def test_a_base_url_of_ipv6_is_called_and_repeated_with_its_brackets(web: Any, web_stage: Any) -> None:
    server = await asyncio.start_server(web.serve, "::1", 0)
    web.port = server.sockets[0].getsockname()[1]
    web.routes = {"/api/a": (200, {}, {})}
    web.host = "[::1]"
    try:
        seen = await web_stage.play("steps: [{nobody: GET /a, save: {p: path}}]\n")
    finally:
        server.close()
    call = next(entry for entry in seen.entries if isinstance(entry, Call))
    assert (seen.outcome, web.asked[0].headers["host"]) == ("passed", f"[::1]:{web.port}")
    assert curl(call) == f"curl -X GET -g 'http://[::1]:{web.port}/api/a'"
