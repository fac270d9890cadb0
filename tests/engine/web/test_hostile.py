"""Every misbehaviour of the catalogue, met by a step: a failure that names it, within its deadline."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from antiphon.testing.hostile import HTTP, HostileServer, Misbehaviour

SCENARIO = "steps: [{nobody: GET /any, expect: {n: 1}}]\n"


@pytest.mark.parametrize("plays", HTTP, ids=str)
async def test_a_misbehaving_server_ends_in_a_failure_that_names_what_it_did(
    web_stage: Any, plays: Misbehaviour
) -> None:
    async with HostileServer(plays) as server, asyncio.timeout(60):
        web_stage.target.port = server.port
        # Only who says nothing is waited for; what is large comes in its own time.
        total = "1s" if plays.then == "stalls" and plays.says else "25s"
        first_byte = "300ms" if plays.then == "stalls" and not plays.says else total
        web_stage.http = f"{{timeouts: {{connect: 1s, first_byte: {first_byte}, total: {total}}}}}"
        seen = await web_stage.play(SCENARIO)
    verdicts = seen.played.verdicts
    told = "\n".join(line for verdict in verdicts for line in (verdict.sentence, *verdict.details, verdict.hint))
    assert (seen.outcome, seen.problem) == ("failed", "")
    assert plays.ends_in in told
