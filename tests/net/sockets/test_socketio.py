"""A connection against python-socketio's own server on a free port of this machine, over every transport."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
import socketio
from aiohttp import web

from antiphon.net.socket_facts import Endpoint, NotConnected, Opened, Refused
from antiphon.net.socketio import SocketIOConnection
from antiphon.wire.errors import LocalProtocolError


@dataclass
class Server:
    sio: Any
    port: int
    transports: tuple[str, ...] = ("websocket",)

    def endpoint(self, **parts: Any) -> Endpoint:
        parts.setdefault("transports", self.transports)
        return Endpoint(f"http://127.0.0.1:{self.port}", **parts)


@pytest.fixture(params=["websocket", "polling", "polling websocket"])
def transports(request: pytest.FixtureRequest) -> tuple[str, ...]:
    return tuple(request.param.split())


def _handlers(sio: Any) -> None:  # noqa: C901 - one small handler beside the other
    @sio.event
    async def connect(sid: str, environ: dict[str, Any], auth: object) -> None:
        await sio.save_session(sid, {"auth": auth, "environ": environ})
        if auth == "refuse":
            raise socketio.exceptions.ConnectionRefusedError("not you", {"code": 7})
        if auth == "early":
            await sio.emit("welcome", {"before": "connect"}, to=sid)

    @sio.event
    async def echo(sid: str, *args: object) -> object:
        return args

    @sio.event
    async def whoami(sid: str) -> object:
        session = await sio.get_session(sid)
        environ = session["environ"]
        return session["auth"], environ["QUERY_STRING"], environ.get("HTTP_X_TEST"), environ["HTTP_HOST"]

    @sio.event
    async def silent(sid: str) -> None:
        await asyncio.Event().wait()

    @sio.event
    async def ask(sid: str) -> None:
        def answered(*args: object) -> None:
            sio.start_background_task(sio.emit, "you_said", args, to=sid)

        await sio.emit("question", "how many?", to=sid, callback=answered)

    @sio.event
    async def kick(sid: str) -> None:
        await sio.emit("last_words", to=sid)
        await sio.disconnect(sid)

    @sio.event
    async def flood(sid: str, count: int) -> None:
        for number in range(count):
            await sio.emit("item", (number, "é"), to=sid)

    @sio.event
    async def binary(sid: str, data: bytes) -> bytes:
        await sio.emit("file", {"name": "a", "parts": [data, b"\x00\xff"]}, to=sid)
        return data[::-1]

    @sio.on("connect", namespace="/chat")
    async def connect_chat(sid: str, environ: dict[str, Any], auth: object) -> None: ...

    @sio.on("echo", namespace="/chat")
    async def echo_chat(sid: str, *args: object) -> object:
        await sio.emit("heard", args, to=sid, namespace="/chat")
        return args


@pytest.fixture
async def server(transports: tuple[str, ...]) -> AsyncIterator[Server]:
    async for each in _serve(transports, ping_interval=25):
        yield each


@pytest.fixture
async def restless_server(transports: tuple[str, ...]) -> AsyncIterator[Server]:
    async for each in _serve(transports, ping_interval=0.05, ping_timeout=5):
        yield each


async def _serve(transports: tuple[str, ...], **options: Any) -> AsyncIterator[Server]:
    sio = socketio.AsyncServer(async_mode="aiohttp", namespaces="*", **options)
    _handlers(sio)
    app = web.Application()
    sio.attach(app)
    runner = web.AppRunner(app, shutdown_timeout=0.001)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield Server(sio, runner.addresses[0][1], transports)
    await sio.shutdown()
    await runner.cleanup()


@pytest.fixture
async def connection(heard: Any, clock: Any, loopback: Any) -> AsyncIterator[SocketIOConnection]:
    made = SocketIOConnection(heard, clock=clock, allow=loopback)
    yield made
    made.close()
    if made.closed is not None or made.is_open:
        await made.wait_closed(2)


async def test_it_opens_and_names_its_socket(connection: Any, server: Server, clock: Any) -> None:
    before_s = clock.now_s()
    opened = await connection.open(server.endpoint())
    assert isinstance(opened, Opened)
    assert before_s <= opened.started_s <= opened.at_s <= clock.now_s()
    assert opened.sid
    assert opened.socket_id
    assert connection.is_open


async def test_it_carries_credentials_headers_and_query(connection: Any, server: Server, heard: Any) -> None:
    await connection.open(server.endpoint(auth={"token": "t"}, headers=(("X-Test", "yes"),), query=(("room", "a&b"),)))
    connection.emit("whoami", [], ack=True)
    await heard.until(lambda h: h.acks)
    auth, query, header, host = heard.acks[0].args
    assert auth == {"token": "t"}
    assert query == f"EIO=4&transport={server.transports[0]}&room=a%26b"
    assert header == "yes"
    assert host == f"127.0.0.1:{server.port}"


async def test_an_emit_is_answered_with_its_own_number(connection: Any, server: Server, heard: Any) -> None:
    assert isinstance(await connection.open(server.endpoint()), Opened)
    first = connection.emit("echo", [1, {"a": "é"}], ack=True)
    second = connection.emit("echo", [], ack=True)
    await heard.until(lambda h: len(h.acks) == 2)
    answers = {ack.ack_id: ack.args for ack in heard.acks}
    assert answers == {first.ack_id: [1, {"a": "é"}], second.ack_id: []}
    assert first.at_s <= second.at_s <= heard.acks[0].at_s


async def test_an_emit_that_asks_for_no_answer_gets_none(connection: Any, server: Server, heard: Any) -> None:
    assert isinstance(await connection.open(server.endpoint()), Opened)
    assert connection.emit("echo", [1], ack=False).ack_id is None
    sent = connection.emit("echo", [2], ack=True)
    await heard.until(lambda h: h.acks)
    assert [ack.ack_id for ack in heard.acks] == [sent.ack_id]


async def test_an_emit_that_is_never_answered_holds_up_nothing(connection: Any, server: Server, heard: Any) -> None:
    assert isinstance(await connection.open(server.endpoint()), Opened)
    unanswered = connection.emit("silent", [], ack=True)
    answered = connection.emit("echo", [1], ack=True)
    await heard.until(lambda h: h.acks)
    assert [ack.ack_id for ack in heard.acks] == [answered.ack_id]
    assert unanswered.ack_id != answered.ack_id


async def test_a_question_of_the_target_can_be_answered(connection: Any, server: Server, heard: Any) -> None:
    assert isinstance(await connection.open(server.endpoint()), Opened)
    connection.emit("ask", [], ack=False)
    await heard.until(lambda h: h.events)
    question = heard.events[0]
    assert (question.name, question.args) == ("question", ["how many?"])
    connection.acknowledge(question.ack_id, [42, "exactly"])
    await heard.until(lambda h: len(h.events) == 2)
    assert heard.events[1].args == [42, "exactly"]


async def test_a_thousand_events_come_in_order_with_rising_stamps(connection: Any, server: Server, heard: Any) -> None:
    assert isinstance(await connection.open(server.endpoint()), Opened)
    connection.emit("flood", [1000], ack=False)
    await heard.until(lambda h: len(h.events) == 1000)
    assert [event.args for event in heard.events] == [[number, "é"] for number in range(1000)]
    stamps = [event.at_s for event in heard.events]
    assert stamps == sorted(stamps)


async def test_binary_values_go_and_come(connection: Any, server: Server, heard: Any) -> None:
    assert isinstance(await connection.open(server.endpoint()), Opened)
    connection.emit("binary", [b"\x01\x02\x03"], ack=True)
    await heard.until(lambda h: h.acks and h.events)
    assert heard.acks[0].args == [b"\x03\x02\x01"]
    assert heard.events[0].args == [{"name": "a", "parts": [b"\x01\x02\x03", b"\x00\xff"]}]
    assert heard.events[0].first_s <= heard.events[0].at_s


async def test_a_namespace_of_its_own_is_joined(connection: Any, server: Server, heard: Any) -> None:
    opened = await connection.open(server.endpoint(namespace="/chat"))
    assert isinstance(opened, Opened)
    connection.emit("echo", ["hi", b"\x00"], ack=True)
    await heard.until(lambda h: h.acks and h.events)
    assert heard.acks[0].args == ["hi", b"\x00"]
    assert (heard.events[0].namespace, heard.events[0].name) == ("/chat", "heard")


async def test_a_namespace_that_does_not_exist_refuses(
    heard: Any, clock: Any, loopback: Any, connection: Any, server: Server
) -> None:
    server.sio.namespaces = ["/"]
    refused = await connection.open(server.endpoint(namespace="/none"))
    assert isinstance(refused, Refused)
    assert refused.by == "connect_error"


async def test_a_refusal_carries_what_the_target_said(connection: Any, server: Server, heard: Any) -> None:
    refused = await connection.open(server.endpoint(auth="refuse"))
    assert isinstance(refused, Refused)
    assert refused.by == "connect_error"
    assert refused.data == {"message": "not you", "data": {"code": 7}}
    assert "not you" in refused.detail
    assert not connection.is_open
    assert heard.closes == []


async def test_events_sent_before_the_answer_to_connect_are_heard(connection: Any, server: Server, heard: Any) -> None:
    opened = await connection.open(server.endpoint(auth="early"))
    assert isinstance(opened, Opened)
    assert [event.name for event in heard.events] == ["welcome"]
    assert opened.started_s <= heard.events[0].at_s <= opened.at_s


async def test_a_disconnect_packet_closes_for_the_target_after_all_events(
    connection: Any, server: Server, heard: Any
) -> None:
    assert isinstance(await connection.open(server.endpoint()), Opened)
    connection.emit("kick", [], ack=False)
    await heard.until(lambda h: h.closes)
    closed = heard.closes[0]
    assert (closed.by, closed.how) == ("target", "disconnect packet")
    assert heard.events[0].name == "last_words"
    assert heard.order[-1] is closed
    assert connection.closed is closed
    assert await connection.wait_closed(5) is closed
    assert len(heard.closes) == 1


async def test_nothing_is_sent_on_a_closed_connection(connection: Any, server: Server, heard: Any) -> None:
    with pytest.raises(NotConnected, match="the socket is not open"):
        connection.emit("echo", [], ack=False)
    assert isinstance(await connection.open(server.endpoint()), Opened)
    connection.emit("kick", [], ack=False)
    await heard.until(lambda h: h.closes)
    with pytest.raises(NotConnected, match="the socket is closed: disconnect packet by target"):
        connection.emit("echo", [], ack=False)
    with pytest.raises(NotConnected):
        connection.acknowledge(0, [])


async def test_it_leaves_politely_and_is_told_once(connection: Any, server: Server, heard: Any) -> None:
    assert isinstance(await connection.open(server.endpoint()), Opened)
    connection.close()
    connection.close()
    assert not connection.is_open
    closed = await connection.wait_closed(5)
    assert (closed.by, closed.how) == ("us", "disconnect packet")
    assert heard.closes == [closed]


async def test_heartbeats_are_answered_and_keep_the_connection(
    connection: Any, restless_server: Server, heard: Any
) -> None:
    assert isinstance(await connection.open(restless_server.endpoint()), Opened)
    await heard.until(lambda h: len(h.beats) >= 5)
    assert {kind for _, kind in heard.beats} == {"ping"}
    assert connection.is_open


async def test_a_server_that_ends_the_session_is_taken_at_its_word(connection: Any, server: Server, heard: Any) -> None:
    opened = await connection.open(server.endpoint())
    assert isinstance(opened, Opened)
    if len(server.transports) == 2:
        await heard.until(lambda h: h.upgrades)
    ending = asyncio.ensure_future(server.sio.eio.disconnect())
    await heard.until(lambda h: h.closes)
    # python-engineio may close a polled session before its close packet is fetched: the poll is answered with HTTP 400.
    told = {("target", "close packet"), *([("network", "http")] if server.transports == ("polling",) else [])}
    assert (heard.closes[0].by, heard.closes[0].how) in told
    ending.cancel()


async def test_a_wrong_path_is_refused_with_the_http_answer(connection: Any, server: Server) -> None:
    refused = await connection.open(server.endpoint(path="/elsewhere/"))
    assert isinstance(refused, Refused)
    assert (refused.by, refused.status, refused.data) == ("http", 404, "404: Not Found")
    reason = " Not Found" if server.transports[0] == "websocket" else ""
    assert refused.detail == f"answered HTTP 404{reason}, 404: Not Found"


async def test_an_argument_that_json_cannot_say_is_our_breach_and_closes_nothing(
    connection: Any, server: Server
) -> None:
    assert isinstance(await connection.open(server.endpoint()), Opened)
    with pytest.raises(LocalProtocolError, match="cannot be sent as JSON"):
        connection.emit("echo", [object()], ack=True)
    assert connection.is_open
    assert connection.unsent_bytes == 0


async def test_an_event_may_be_sent_as_json_already(connection: Any, server: Server, heard: Any) -> None:
    assert isinstance(await connection.open(server.endpoint()), Opened)
    connection.emit_raw(b'["echo",{"compiled":true}]', ack=True)
    await heard.until(lambda h: h.acks)
    assert heard.acks[0].args == [{"compiled": True}]


async def test_a_connection_is_opened_once(connection: Any, server: Server) -> None:
    assert isinstance(await connection.open(server.endpoint()), Opened)
    with pytest.raises(LocalProtocolError, match="opened once"):
        assert isinstance(await connection.open(server.endpoint()), Opened)


async def test_a_listener_may_close_from_inside_an_event(connection: Any, server: Server, heard: Any) -> None:
    heard_event = heard.on_event

    def closing(event: Any) -> None:
        heard_event(event)
        connection.close()

    heard.on_event, heard.takes_runs = closing, False
    assert isinstance(await connection.open(server.endpoint()), Opened)
    connection.emit("flood", [50], ack=False)
    await heard.until(lambda h: h.closes)
    assert len(heard.events) == 1
    assert heard.closes[0].by == "us"


async def test_many_users_hear_each_their_own(server: Server, clock: Any, loopback: Any, heard: Any) -> None:
    listeners = [type(heard)() for _ in range(20)]
    connections = [SocketIOConnection(each, clock=clock, allow=loopback) for each in listeners]
    await asyncio.gather(*(each.open(server.endpoint()) for each in connections))
    for number, each in enumerate(connections):
        each.emit("echo", [number], ack=True)
    for number, listener in enumerate(listeners):
        await listener.until(lambda h: h.acks)
        assert listener.acks[0].args == [number]
    for each in connections:
        each.close()
    closes = await asyncio.gather(*(each.wait_closed(5) for each in connections))
    assert {closed.by for closed in closes} == {"us"}
