"""Every misbehaviour of the catalogue that a connecting socket meets: refused, with what it was."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from antiphon.net.allow import AllowList
from antiphon.net.socket_facts import Endpoint, Refused
from antiphon.net.socketio import SocketIOConnection
from antiphon.testing.hostile import SOCKETS, HostileServer, Misbehaviour


@pytest.mark.parametrize("plays", SOCKETS, ids=str)
async def test_a_misbehaving_server_refuses_a_socket_and_is_named(heard: Any, clock: Any, plays: Misbehaviour) -> None:
    # Only who says nothing is waited for; what is large comes in its own time.
    timeout_s = 0.5 if plays.then == "stalls" else 15.0
    connection = SocketIOConnection(heard, clock=clock, allow=AllowList(), connect_timeout_s=timeout_s)
    async with HostileServer(plays) as server, asyncio.timeout(60):
        refused = await connection.open(Endpoint(url=server.url))
    assert isinstance(refused, Refused)
    assert plays.ends_in in f"{refused.by}: {refused.detail}"
