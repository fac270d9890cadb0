from __future__ import annotations

from typing import Any

import pytest

from antiphon.net.socket_facts import Endpoint, Opened
from antiphon.net.socketio import SocketIOConnection


@pytest.mark.parametrize("takes_runs", [True, False])
async def test_what_one_read_brings_keeps_its_order_whoever_takes_it(
    serve_peer: Any, frames: Any, heard: Any, clock: Any, loopback: Any, takes_runs: bool
) -> None:
    burst = [
        b'42["a",1]',
        b'42["a",2]',
        b'42["b",3]',
        b"430[7]",
        b'42["b",4]',
        b'42["b",5]',
        b'421["b",6]',
        b'42["b",7]',
    ]

    async def script(peer: Any) -> None:
        texts = b"".join(map(frames.text, [*burst, b"2", b'42["a",8]']))
        await peer.greet(tail=texts + frames.frame(b"", 9))
        await peer.until_gone()

    heard.takes_runs = takes_runs
    connection = SocketIOConnection(heard, clock=clock, allow=loopback)
    port = await serve_peer(script)
    assert isinstance(await connection.open(Endpoint(f"http://127.0.0.1:{port}")), Opened)
    await heard.until(lambda h: h.frames)
    assert [event.args[0] for event in heard.events] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert [event.ack_id for event in heard.events] == [None, None, None, None, None, 1, None, None]
    assert [str(what) for what in heard.order][-4:] == ['event ["b",7]', "ping", 'event ["a",8]', "ping frame"]
    assert {event.at_s for event in heard.events} == {heard.events[0].at_s}
    assert heard.runs == ([2, 2] if takes_runs else [])
    connection.close()
    await connection.wait_closed(60)
