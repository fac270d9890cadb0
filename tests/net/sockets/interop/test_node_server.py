"""A connection against Node's own Socket.IO server, over every transport; and against what is not spoken."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest

from antiphon.net.socket_facts import Endpoint, NotConnected, Opened, Recoverable, Refused
from antiphon.net.socketio import SocketIOConnection

pytestmark = [pytest.mark.needs("node", "npm")]


@pytest.fixture(params=["websocket", "polling", "polling websocket"])
def transports(request: pytest.FixtureRequest) -> tuple[str, ...]:
    return tuple(request.param.split())


@pytest.fixture
async def endpoint(node_server: Any, transports: Any) -> Any:
    port = await node_server()

    def at(**parts: Any) -> Endpoint:
        return Endpoint(f"http://127.0.0.1:{port}", transports=transports, **parts)

    return at


@pytest.fixture
async def connection(heard: Any, clock: Any, loopback: Any) -> AsyncIterator[SocketIOConnection]:
    made = SocketIOConnection(heard, clock=clock, allow=loopback)
    yield made
    made.close()
    with contextlib.suppress(NotConnected):
        await made.wait_closed(2)


async def _opened(connection: Any, endpoint: Endpoint) -> Opened:
    outcome = await connection.open(endpoint)
    assert isinstance(outcome, Opened), outcome
    return outcome


async def _asked(connection: Any, heard: Any, name: str, *args: object) -> Any:
    sent = connection.emit(name, list(args), ack=True)
    await heard.until(lambda h: any(ack.ack_id == sent.ack_id for ack in h.acks))
    return next(ack.args for ack in heard.acks if ack.ack_id == sent.ack_id)


async def test_it_opens_with_credentials_and_is_on_the_transport_that_it_says(
    connection: Any, endpoint: Any, heard: Any, transports: Any
) -> None:
    opened = await _opened(connection, endpoint(auth={"token": "t"}))
    assert opened.transport == transports[0]
    if len(transports) == 2:
        await heard.until(lambda h: h.upgrades)
        assert heard.upgrades[0].failure == ""
    (who,) = await _asked(connection, heard, "whoami")
    assert who["auth"] == {"token": "t"}
    assert who["transport"] == transports[-1]
    if len(transports) == 2:
        assert who["cookie"] is None, "the first request has none"


async def test_arguments_and_acknowledgements_come_and_go(connection: Any, endpoint: Any, heard: Any) -> None:
    await _opened(connection, endpoint())
    said = [1, 2.5, "é 😀 \u2028", None, True, {"deep": [[], {}]}, "\x00"]
    assert await _asked(connection, heard, "echo", *said) == said


async def test_binary_comes_and_goes(connection: Any, endpoint: Any, heard: Any) -> None:
    await _opened(connection, endpoint())
    data = bytes(range(256)) * 40
    assert await _asked(connection, heard, "file", data) == [data[::-1]]
    await heard.until(lambda h: h.events)
    assert heard.events[0].args == [{"name": "a", "parts": [data, b"\x00\xff"]}]
    assert heard.events[0].first_s <= heard.events[0].at_s
    assert await _asked(connection, heard, "echo", {"one": b"1"}, [b"2", {"three": b"3"}], b"") == [
        {"one": b"1"},
        [b"2", {"three": b"3"}],
        b"",
    ]


async def test_a_flood_keeps_its_order_whatever_carries_it(connection: Any, endpoint: Any, heard: Any) -> None:
    await _opened(connection, endpoint())
    connection.emit("flood", [1500], ack=False)
    for number in range(100):
        connection.emit("echo", [number], ack=True)
        await asyncio.sleep(0)
    await heard.until(lambda h: len(h.events) == 1500 and len(h.acks) == 100)
    assert [event.args for event in heard.events] == [[number, "é"] for number in range(1500)]
    assert sorted(ack.args[0] for ack in heard.acks) == list(range(100))
    stamps = [event.at_s for event in heard.events]
    assert stamps == sorted(stamps)


async def test_a_question_is_answered_and_silence_is_not_an_answer(connection: Any, endpoint: Any, heard: Any) -> None:
    await _opened(connection, endpoint())
    sent = connection.emit("ask", ["how many?"], ack=True)
    await heard.until(lambda h: h.events)
    assert (heard.events[0].name, heard.events[0].args) == ("question", ["how many?"])
    connection.acknowledge(heard.events[0].ack_id, [{"count": 7, "proof": b"\x07"}])
    await heard.until(lambda h: h.acks)
    assert (heard.acks[0].ack_id, heard.acks[0].args) == (sent.ack_id, [{"count": 7, "proof": b"\x07"}])


async def test_a_refusal_carries_what_the_target_said(connection: Any, endpoint: Any, heard: Any) -> None:
    refused = await connection.open(endpoint(auth={"token": "refuse"}))
    assert isinstance(refused, Refused)
    assert (refused.by, refused.data) == ("connect_error", {"message": "not you", "data": {"code": 7}})


async def test_a_namespace_that_does_not_exist_refuses(connection: Any, endpoint: Any) -> None:
    refused = await connection.open(endpoint(namespace="/none"))
    assert isinstance(refused, Refused)
    assert (refused.by, refused.data) == ("connect_error", {"message": "Invalid namespace"})


async def test_a_namespace_is_a_room_of_its_own(connection: Any, endpoint: Any, heard: Any) -> None:
    await _opened(connection, endpoint(namespace="/chat"))
    assert await _asked(connection, heard, "echo", "hi", b"\x01") == ["hi", b"\x01"]
    connection.emit("shout", ["all"], ack=False)
    await heard.until(lambda h: h.events)
    assert (heard.events[0].namespace, heard.events[0].name) == ("/chat", "shouted")


async def test_one_connection_carries_several_namespaces_and_outlives_each_of_them(
    connection: Any, endpoint: Any, heard: Any, clock: Any, loopback: Any, transports: Any
) -> None:
    others = type(heard)()
    chat = SocketIOConnection(others, clock=clock, allow=loopback)
    await _opened(connection, endpoint())
    if len(transports) == 2:
        await heard.until(lambda h: h.upgrades)
    opened = await chat.open(endpoint(namespace="/chat"), beside=[connection])
    assert isinstance(opened, Opened)
    (own,), (theirs,) = await _asked(connection, heard, "whoami"), await _asked(chat, others, "whoami")
    assert own["session"] == theirs["session"]
    chat.emit("shout", ["to the chat"], ack=False)
    connection.emit("shout", ["to all", b"\x01"], ack=False)
    await others.until(lambda h: h.events)
    await heard.until(lambda h: h.events)
    assert [(event.namespace, event.args) for event in heard.events] == [("/", ["to all", b"\x01"])]
    assert [(event.namespace, event.args) for event in others.events] == [("/chat", ["to the chat"])]
    connection.close()
    assert (await connection.wait_closed(60)).how == "disconnect packet"
    assert await _asked(chat, others, "echo", "still here") == ["still here"]
    again_heard = type(heard)()
    again = SocketIOConnection(again_heard, clock=clock, allow=loopback)
    assert isinstance(await again.open(endpoint(), beside=[connection, chat]), Opened)
    assert (await _asked(again, again_heard, "whoami"))[0]["session"] == theirs["session"]
    again.emit("kick", [], ack=False)
    await again_heard.until(lambda h: h.closes)
    assert await _asked(chat, others, "echo", "and still") == ["and still"]
    chat.close()
    assert (await chat.wait_closed(60)).how == "disconnect packet"
    assert len(others.closes) == 1


async def test_a_refused_namespace_leaves_the_others_alone(
    connection: Any, endpoint: Any, heard: Any, clock: Any, loopback: Any
) -> None:
    await _opened(connection, endpoint())
    none = SocketIOConnection(type(heard)(), clock=clock, allow=loopback)
    refused = await none.open(endpoint(namespace="/none"), beside=[connection])
    assert isinstance(refused, Refused)
    assert await _asked(connection, heard, "echo", 1) == [1]


async def test_a_cut_session_closes_every_socket_on_it(
    connection: Any, endpoint: Any, heard: Any, clock: Any, loopback: Any
) -> None:
    others = type(heard)()
    chat = SocketIOConnection(others, clock=clock, allow=loopback)
    await _opened(connection, endpoint())
    assert isinstance(await chat.open(endpoint(namespace="/chat"), beside=[connection]), Opened)
    chat.emit("cut", [], ack=False)
    await heard.until(lambda h: h.closes)
    await others.until(lambda h: h.closes)
    assert heard.closes[0].how == others.closes[0].how


async def test_a_lost_connection_is_recovered_with_what_it_missed(
    node_server: Any, transports: Any, heard: Any, clock: Any, loopback: Any
) -> None:
    port = await node_server(settings={"connectionStateRecovery": {"maxDisconnectionDuration": 60_000}})

    def endpoint(recover: Recoverable | None = None) -> Endpoint:
        return Endpoint(f"http://127.0.0.1:{port}", transports=transports, auth={"token": "t"}, recover=recover)

    first, other = (SocketIOConnection(heard, clock=clock, allow=loopback) for _ in range(2))
    opened = await _opened(first, endpoint())
    assert opened.pid
    assert not opened.recovered
    watching = type(heard)()
    witness = SocketIOConnection(watching, clock=clock, allow=loopback)
    await _opened(witness, endpoint())
    witness.emit("shout", [1], ack=False)
    await heard.until(lambda h: h.events)
    offset = heard.events[0].args[-1]
    assert isinstance(offset, str), "the target adds an offset to what it can send again"
    first.drop()
    closed = await first.wait_closed(60)
    assert (closed.by, closed.how) in {("us", "close frame"), ("us", "close packet")}
    witness.emit("shout", [2], ack=False)
    await watching.until(lambda h: len(h.events) == 2)
    back = await _opened(other, endpoint(Recoverable(opened.pid, offset)))
    assert back.recovered
    assert (back.pid, back.socket_id) == (opened.pid, opened.socket_id)
    await heard.until(lambda h: len(h.events) == 2)
    assert [event.args[0] for event in heard.events] == [1, 2], "what was missed is sent again, and nothing twice"
    (who,) = await _asked(other, heard, "whoami")
    assert (who["recovered"], who["auth"]["token"]) == (True, "t")
    for each in (other, witness):
        each.close()
        await each.wait_closed(2)
    lost = SocketIOConnection(heard, clock=clock, allow=loopback)
    assert not (await _opened(lost, endpoint(Recoverable("nobody's", offset)))).recovered
    lost.close()
    await lost.wait_closed(2)


async def test_the_target_s_disconnect_comes_after_its_last_words(connection: Any, endpoint: Any, heard: Any) -> None:
    await _opened(connection, endpoint())
    connection.emit("kick", [], ack=False)
    await heard.until(lambda h: h.closes)
    assert [event.name for event in heard.events] == ["last words"]
    assert (heard.closes[0].by, heard.closes[0].how) == ("target", "disconnect packet")


async def test_a_session_that_the_target_closes_is_closed(
    connection: Any, endpoint: Any, heard: Any, transports: Any
) -> None:
    await _opened(connection, endpoint())
    if len(transports) == 2:
        await heard.until(lambda h: h.upgrades)
    connection.emit("cut", [], ack=False)
    await heard.until(lambda h: h.closes)
    closed = heard.closes[0]
    assert (closed.by, closed.how) in {("target", "close packet"), ("target", "close frame"), ("network", "cut")}


async def test_it_leaves_politely(connection: Any, endpoint: Any, heard: Any) -> None:
    await _opened(connection, endpoint())
    connection.close()
    closed = await connection.wait_closed(60)
    assert (closed.by, closed.how) == ("us", "disconnect packet")


async def test_heartbeats_are_answered_and_keep_the_connection(
    connection: Any, node_server: Any, transports: Any, heard: Any
) -> None:
    port = await node_server(settings={"pingInterval": 60, "pingTimeout": 3000})
    await _opened(connection, Endpoint(f"http://127.0.0.1:{port}", transports=transports))
    await heard.until(lambda h: len(h.beats) >= 4)
    assert connection.is_open


@pytest.mark.parametrize("carrier", ["websocket", "polling"])
async def test_socket_io_2_is_named_as_such(connection: Any, node_server: Any, carrier: Any) -> None:
    port = await node_server(version=2)
    refused = await connection.open(Endpoint(f"http://127.0.0.1:{port}", transports=(carrier,)))
    assert isinstance(refused, Refused)
    assert refused.by == "not socket.io"
    assert "Socket.IO 2 and older" in refused.detail


@pytest.mark.parametrize("carrier", ["websocket", "polling"])
async def test_a_msgpack_parser_is_named_as_such(connection: Any, node_server: Any, carrier: Any) -> None:
    port = await node_server(parser="socket.io-msgpack-parser")
    refused = await connection.open(Endpoint(f"http://127.0.0.1:{port}", transports=(carrier,)))
    assert isinstance(refused, Refused)
    assert "another parser (msgpack?)" in refused.detail, refused
