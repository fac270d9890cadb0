"""Every misbehaviour of the catalogue that an open plain WebSocket meets: it ends, and what it was is told."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from antiphon.net.allow import AllowList
from antiphon.net.plain import PlainConnection
from antiphon.net.socket_facts import Opened, PlainEndpoint
from antiphon.testing.hostile import MESSAGES, HostileServer, Misbehaviour


@pytest.mark.parametrize("plays", MESSAGES, ids=str)
async def test_a_misbehaving_server_ends_a_plain_socket_and_is_named(
    heard: Any, clock: Any, plays: Misbehaviour
) -> None:
    connection = PlainConnection(heard, clock=clock, allow=AllowList(), connect_timeout_s=1.0)
    async with HostileServer(plays) as server, asyncio.timeout(60):
        outcome = await connection.open(PlainEndpoint(url=server.url))
        if isinstance(outcome, Opened):
            await heard.until(lambda h: h.closes)
            (closed,) = heard.closes
            told = f"{closed.how}: {closed.detail}"
            await connection.wait_closed(1)
        else:
            told = f"{outcome.by}: {outcome.detail}"
    assert plays.ends_in in told.replace("not websocket", "protocol error")
