"""Long polling and the move to WebSocket, against a server that says what the test hands it."""

from __future__ import annotations

import asyncio
import base64
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import socketio
from aiohttp import WSMsgType, web

from antiphon.net.socket_facts import Endpoint, NotConnected, Opened, Refused
from antiphon.net.socketio import SocketIOConnection

GREETING = '0{"sid":"s1","upgrades":UPGRADES,"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000}'
ADMISSION = '40{"sid":"socket"}'


@dataclass
class Polled:
    """A server that answers polls with what is put into `bodies`, and takes notes."""

    greeting: str = GREETING.replace("UPGRADES", "[]")
    status: int = 200
    probe_answer: str | None = "3probe"
    upgrade_status: int = 101
    silent: bool = False
    posts: list[str] = field(default_factory=list)
    cookies: list[str] = field(default_factory=list)
    queries: list[str] = field(default_factory=list)
    frames: list[str | bytes] = field(default_factory=list)
    order: list[str] = field(default_factory=list)
    bodies: asyncio.Queue[str | int] = field(default_factory=asyncio.Queue)
    release: asyncio.Event = field(default_factory=asyncio.Event)
    ws: Any = None
    port: int = 0

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.cookies.append(request.headers.get("cookie", ""))
        self.queries.append(request.query_string)
        if request.headers.get("upgrade"):
            return await self.upgraded(request)
        if request.method == "POST":
            body = await request.text()
            self.posts.append(body)
            self.order.append(f"POST {body[:40]}")
            if body.startswith("40"):
                self.bodies.put_nowait(ADMISSION)
            await self.release.wait()
            return web.Response(text="ok")
        if "sid=" not in request.query_string:
            return web.Response(status=self.status, text=self.greeting, headers={"set-cookie": "route=a; Path=/"})
        body_or_status = await self.bodies.get()
        if isinstance(body_or_status, int):
            if body_or_status == 0 and request.transport is not None:
                request.transport.abort()
            return web.Response(status=body_or_status, text='{"code":1,"message":"Session ID unknown"}')
        return web.Response(text=body_or_status, headers={"set-cookie": "turn=2"})

    async def upgraded(self, request: web.Request) -> web.StreamResponse:
        if self.upgrade_status != 101:
            return web.Response(status=self.upgrade_status, text="no sockets here")
        self.ws = ws = web.WebSocketResponse()
        await ws.prepare(request)
        async for message in ws:
            if message.type is WSMsgType.TEXT:
                self.frames.append(message.data)
                self.order.append(f"frame {message.data[:40]}")
                if message.data == "2probe":
                    if self.probe_answer is None:
                        await ws.close()
                        break
                    await ws.send_str(self.probe_answer)
                    if self.probe_answer == "3probe":
                        self.bodies.put_nowait("6")
            elif message.type is WSMsgType.BINARY:
                self.frames.append(message.data)
        return ws

    def endpoint(self, *transports: str, **parts: Any) -> Endpoint:
        return Endpoint(f"http://127.0.0.1:{self.port}", transports=transports or ("polling",), **parts)  # type: ignore[arg-type]


@pytest.fixture
async def polled() -> AsyncIterator[Polled]:
    served = Polled()
    served.release.set()
    app = web.Application()
    app.router.add_route("*", "/socket.io/", served.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.001, handler_cancellation=True)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    served.port = runner.addresses[0][1]
    yield served
    served.release.set()
    await runner.cleanup()


@pytest.fixture
async def connection(heard: Any, clock: Any, loopback: Any) -> AsyncIterator[SocketIOConnection]:
    made = SocketIOConnection(heard, clock=clock, allow=loopback)
    yield made
    made.close()
    with contextlib.suppress(NotConnected):
        await made.wait_closed(2)


async def _opened(connection: SocketIOConnection, endpoint: Endpoint) -> Opened:
    outcome = await connection.open(endpoint)
    assert isinstance(outcome, Opened), outcome
    return outcome


async def _until(holds: Any) -> None:
    async with asyncio.timeout(60):
        while not holds():  # noqa: ASYNC110 - both sides live on this loop; whatever either does may make it hold
            await asyncio.sleep(0)


async def test_what_one_body_holds_shares_a_stamp_and_keeps_its_order(
    connection: Any, polled: Polled, heard: Any
) -> None:
    opened = await _opened(connection, polled.endpoint())
    assert opened.transport == "polling"
    polled.bodies.put_nowait("\x1e".join(['42["a",1]', "2", '42["b",2]', '42["a",3]']))
    await heard.until(lambda h: len(h.events) == 3)
    assert [event.args for event in heard.events] == [[1], [2], [3]]
    assert len({event.at_s for event in heard.events}) == 1
    assert [kind for _, kind in heard.beats] == ["ping"]
    await _until(lambda: "3" in polled.posts)


async def test_binary_messages_come_and_go_as_base64(connection: Any, polled: Polled, heard: Any) -> None:
    await _opened(connection, polled.endpoint())
    data = bytes(range(256))
    polled.bodies.put_nowait(f'451-["file",{{"_placeholder":true,"num":0}}]\x1eb{base64.b64encode(data).decode()}')
    await heard.until(lambda h: h.events)
    assert heard.events[0].args == [data]
    connection.emit("file", [{"data": b"\x00\xff"}], ack=False)
    await _until(lambda: len(polled.posts) == 2)
    assert polled.posts[1] == '451-["file",{"data":{"_placeholder":true,"num":0}}]\x1ebAP8='


async def test_an_event_with_attachments_may_be_spread_over_bodies(connection: Any, polled: Polled, heard: Any) -> None:
    await _opened(connection, polled.endpoint())
    polled.bodies.put_nowait('451-["file",{"_placeholder":true,"num":0}]')
    polled.bodies.put_nowait("bAP8=")
    await heard.until(lambda h: h.events)
    event = heard.events[0]
    assert event.args == [b"\x00\xff"]
    assert event.first_s < event.at_s


async def test_only_one_request_tells_at_a_time_and_the_next_takes_all_that_waits(
    connection: Any, polled: Polled
) -> None:
    await _opened(connection, polled.endpoint())
    polled.release.clear()
    first = connection.emit("a", [1], ack=False)
    await _until(lambda: len(polled.posts) == 2)
    handed_s = first.at_s
    later = [connection.emit("b", [number], ack=False) for number in range(3)]
    assert connection.unsent_bytes == 3 * len('42["b",0]')
    before_s = [sent.at_s for sent in later]
    polled.release.set()
    await connection.flushed()
    await _until(lambda: len(polled.posts) == 3)
    assert polled.posts[1:] == ['42["a",1]', '42["b",0]\x1e42["b",1]\x1e42["b",2]']
    assert first.at_s == handed_s
    assert len({sent.at_s for sent in later}) == 1
    assert later[0].at_s > max(before_s), "the stamp is that of the request that took it along"


async def test_a_body_is_no_larger_than_the_server_takes(connection: Any, polled: Polled) -> None:
    await _opened(connection, polled.endpoint())
    polled.release.clear()
    connection.emit("first", [], ack=False)
    await _until(lambda: len(polled.posts) == 2)
    for _ in range(5):
        connection.emit("x", ["y" * 300], ack=False)
    connection.emit("x", ["z" * 2000], ack=False)
    polled.release.set()
    await connection.flushed()
    await _until(lambda: len(polled.posts) == 5)
    assert [body.count("\x1e") + 1 for body in polled.posts[2:]] == [3, 2, 1]
    assert [len(body) <= 1000 for body in polled.posts[2:]] == [True, True, False]


async def test_cookies_are_kept_for_later_requests_and_the_upgrade(connection: Any, polled: Polled) -> None:
    polled.greeting = GREETING.replace("UPGRADES", '["websocket"]')
    endpoint = polled.endpoint("polling", "websocket", headers=(("Cookie", "token=t; turn=own"),))
    await _opened(connection, endpoint)
    await _until(lambda: "5" in polled.frames)
    assert polled.cookies[0] == "token=t; turn=own"
    assert set(polled.cookies[1:]) == {"token=t; turn=own; route=a"}
    upgrade = next(query for query in polled.queries if "websocket" in query)
    assert upgrade == "EIO=4&transport=websocket&sid=s1"
    assert polled.queries[:2] == ["EIO=4&transport=polling", "EIO=4&transport=polling&sid=s1"]


async def test_a_session_that_the_server_refuses_is_told_with_its_code(connection: Any, polled: Polled) -> None:
    polled.status, polled.greeting = 400, '{"code":5,"message":"Unsupported protocol version"}'
    refused = await connection.open(polled.endpoint())
    assert isinstance(refused, Refused)
    assert (refused.by, refused.status) == ("http", 400)
    assert refused.data == {"code": 5, "message": "Unsupported protocol version"}
    assert refused.detail == 'answered HTTP 400, {"code":5,"message":"Unsupported protocol version"}'


@pytest.mark.parametrize(
    ("greeting", "said"),
    [
        ('96:0{"sid":"x","upgrades":[]}2:40', "the body is written as Engine.IO 3 does"),
        ("<html>", "not an Engine.IO packet: <html>"),
        ("", "an empty message is no Engine.IO packet"),
        ("4hello", "a server does not send MESSAGE while a session is opening"),
        ("0{}", "a handshake has no `sid`"),
        ("b####", "a binary message is no base64"),
    ],
)
async def test_an_answer_that_opens_no_session_is_told_by_what_came(
    connection: Any, polled: Polled, greeting: str, said: str
) -> None:
    polled.greeting = greeting
    refused = await connection.open(polled.endpoint())
    assert isinstance(refused, Refused)
    assert refused.by == "not socket.io"
    assert said in refused.detail


async def test_a_session_that_ends_is_told_with_the_server_s_words(connection: Any, polled: Polled, heard: Any) -> None:
    await _opened(connection, polled.endpoint())
    polled.bodies.put_nowait(400)
    await heard.until(lambda h: h.closes)
    closed = heard.closes[0]
    assert (closed.by, closed.how, closed.code) == ("network", "http", 400)
    assert closed.detail == 'a poll was answered HTTP 400, {"code":1,"message":"Session ID unknown"}'
    assert not connection.is_open


async def test_a_poll_that_is_cut_ends_the_session_and_is_not_repeated(
    connection: Any, polled: Polled, heard: Any
) -> None:
    await _opened(connection, polled.endpoint())
    polled.bodies.put_nowait('42["a"]')
    await heard.until(lambda h: h.events)
    polled.bodies.put_nowait(0)
    await heard.until(lambda h: h.closes)
    assert (heard.closes[0].by, heard.closes[0].how) == ("network", "cut")
    asked = len(polled.queries)
    await connection.wait_closed(2)
    assert len(polled.queries) == asked


@pytest.mark.parametrize("body", ['42["a"', "9", "b!", "42[]", '451-["a",{"_placeholder":true,"num":0}]\x1e42["b"]'])
async def test_a_breach_inside_a_body_ends_the_session(connection: Any, polled: Polled, heard: Any, body: str) -> None:
    await _opened(connection, polled.endpoint())
    polled.bodies.put_nowait(body)
    await heard.until(lambda h: h.closes)
    assert (heard.closes[0].by, heard.closes[0].how) == ("us", "protocol error")


async def test_a_fault_of_a_listener_ends_a_polled_session_and_is_told(
    connection: Any, polled: Polled, heard: Any
) -> None:
    told: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context))
    await _opened(connection, polled.endpoint())

    def failing(event: Any) -> None:
        raise ValueError("a fault of ours")

    heard.on_event = failing
    polled.bodies.put_nowait('42["a"]')
    await heard.until(lambda h: h.closes)
    assert (heard.closes[0].by, heard.closes[0].how) == ("us", "fault")
    assert "a fault of ours" in heard.closes[0].detail
    assert len(told) == 1


async def test_it_leaves_with_a_disconnect_and_a_close_packet(connection: Any, polled: Polled, heard: Any) -> None:
    await _opened(connection, polled.endpoint())
    connection.emit("last", [], ack=False)
    connection.close()
    closed = await connection.wait_closed(60)
    assert (closed.by, closed.how) == ("us", "disconnect packet")
    assert "\x1e".join(polled.posts[1:]).split("\x1e") == ['42["last"]', "41", "1"]
    assert heard.closes == [closed]


async def test_a_server_that_does_not_take_the_goodbye_is_left_all_the_same(connection: Any, polled: Polled) -> None:
    await _opened(connection, polled.endpoint())
    polled.release.clear()
    connection.close()
    closed = await connection.wait_closed(0.2)
    assert closed.by == "us"


async def test_a_polled_server_that_stops_pinging_is_taken_for_gone(
    connection: Any, polled: Polled, heard: Any
) -> None:
    polled.greeting = '0{"sid":"s1","upgrades":[],"pingInterval":100,"pingTimeout":50}'
    await _opened(connection, polled.endpoint())
    await heard.until(lambda h: h.closes)
    assert (heard.closes[0].by, heard.closes[0].how) == ("network", "ping timeout")


async def test_a_connection_moves_on_to_websocket_and_says_so(connection: Any, polled: Polled, heard: Any) -> None:
    polled.greeting = GREETING.replace("UPGRADES", '["websocket"]')
    await _opened(connection, polled.endpoint("polling", "websocket"))
    await heard.until(lambda h: h.upgrades)
    assert heard.upgrades[0].failure == ""
    await _until(lambda: "5" in polled.frames)
    connection.emit("a", [b"\x01"], ack=False)
    await _until(lambda: len(polled.frames) == 4)
    assert polled.frames == ["2probe", "5", '451-["a",{"_placeholder":true,"num":0}]', b"\x01"]
    await polled.ws.send_str('42["b"]')
    await heard.until(lambda h: h.events)
    polled.release.set()
    connection.close()
    assert (await connection.wait_closed(60)).how == "disconnect packet"


async def test_what_is_sent_while_polling_comes_to_rest_goes_by_websocket_in_order(
    connection: Any, polled: Polled, heard: Any
) -> None:
    polled.greeting = GREETING.replace("UPGRADES", '["websocket"]')
    polled.probe_answer = "3probe"
    await _opened(connection, polled.endpoint("polling", "websocket"))
    for number in range(50):
        connection.emit("n", [number], ack=False)
        await asyncio.sleep(0)
    await heard.until(lambda h: h.upgrades)
    for number in range(50, 60):
        connection.emit("n", [number], ack=False)
    last = '42["n",59]'
    await _until(lambda: last in polled.frames)
    posted = [message for body in polled.posts for message in body.split("\x1e") if message.startswith("42")]
    framed = [frame for frame in polled.frames if isinstance(frame, str) and frame.startswith("42")]
    assert posted + framed == [f'42["n",{number}]' for number in range(60)]
    assert max(index for index, what in enumerate(polled.order) if what.startswith("POST")) < polled.order.index(
        "frame 5"
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"upgrade_status": 403}, "answered HTTP 403 Forbidden, no sockets here"),
        ({"probe_answer": "hello"}, "the probe was answered hello"),
        ({"probe_answer": None}, "the target ended it by a close frame"),
    ],
)
async def test_a_connection_that_cannot_move_on_stays_with_polling_and_says_why(
    connection: Any, polled: Polled, heard: Any, change: dict[str, Any], said: str
) -> None:
    polled.greeting = GREETING.replace("UPGRADES", '["websocket"]')
    for name, value in change.items():
        setattr(polled, name, value)
    await _opened(connection, polled.endpoint("polling", "websocket"))
    await heard.until(lambda h: h.upgrades)
    assert heard.upgrades[0].failure == said
    polled.bodies.put_nowait('42["still"]')
    await heard.until(lambda h: h.events)
    connection.emit("here", [], ack=False)
    await _until(lambda: polled.posts[-1] == '42["here"]')


@pytest.mark.parametrize("transports", [("polling",), ("polling", "websocket")])
async def test_without_an_offer_or_a_wish_there_is_no_upgrade(
    connection: Any, polled: Polled, heard: Any, transports: tuple[str, ...]
) -> None:
    if len(transports) == 1:
        polled.greeting = GREETING.replace("UPGRADES", '["websocket"]')
    await _opened(connection, polled.endpoint(*transports))
    polled.bodies.put_nowait('42["a"]')
    await heard.until(lambda h: h.events)
    assert heard.upgrades == []
    assert polled.ws is None


async def test_where_a_websocket_is_refused_polling_takes_its_place_and_says_so(
    connection: Any, polled: Polled, heard: Any
) -> None:
    polled.upgrade_status = 502
    opened = await _opened(connection, polled.endpoint("websocket", "polling"))
    assert opened.transport == "polling"
    assert heard.upgrades[0].failure == "no WebSocket: answered HTTP 502 Bad Gateway, no sockets here"


async def test_where_both_are_refused_both_are_told(connection: Any, polled: Polled) -> None:
    polled.upgrade_status, polled.status, polled.greeting = 502, 404, "nothing here"
    refused = await connection.open(polled.endpoint("websocket", "polling"))
    assert isinstance(refused, Refused)
    assert (refused.by, refused.status) == ("http", 404)
    assert refused.detail == (
        "no WebSocket: answered HTTP 502 Bad Gateway, no sockets here; by polling: answered HTTP 404, nothing here"
    )


async def test_a_flood_through_the_upgrade_loses_nothing_and_keeps_its_order(
    connection: Any, clock: Any, heard: Any
) -> None:
    sio = socketio.AsyncServer(async_mode="aiohttp")

    @sio.event
    async def connect(sid: str, environ: Any, auth: Any) -> None: ...

    @sio.event
    async def start(sid: str) -> None:
        async def pour() -> None:
            for number in range(2000):
                await sio.emit("n", number, to=sid)
                await asyncio.sleep(0)

        sio.start_background_task(pour)

    @sio.event
    async def echo(sid: str, number: int) -> int:
        return number

    app = web.Application()
    sio.attach(app)
    runner = web.AppRunner(app, shutdown_timeout=0.001)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    endpoint = Endpoint(f"http://127.0.0.1:{runner.addresses[0][1]}", transports=("polling", "websocket"))
    await _opened(connection, endpoint)
    connection.emit("start", [], ack=False)
    for number in range(200):
        connection.emit("echo", [number], ack=True)
        await asyncio.sleep(0)
    await heard.until(lambda h: len(h.events) == 2000 and len(h.acks) == 200 and h.upgrades)
    assert [event.args for event in heard.events] == [[number] for number in range(2000)]
    assert sorted(ack.args[0] for ack in heard.acks) == list(range(200))
    assert heard.upgrades[0].failure == ""
    await sio.shutdown()
    connection.close()
    await connection.wait_closed(2)
    await runner.cleanup()


async def test_an_opening_that_is_cancelled_leaves_no_request_behind(connection: Any, polled: Polled) -> None:
    polled.release.clear()
    opening = asyncio.ensure_future(connection.open(polled.endpoint()))
    await _until(lambda: polled.posts)
    opening.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await opening
    mine = [task for task in asyncio.all_tasks() if "Polling" in repr(task.get_coro())]
    if mine:
        await asyncio.wait(mine, timeout=60)
    assert all(task.done() for task in mine)


async def test_an_admission_that_does_not_come_is_told(heard: Any, clock: Any, loopback: Any, polled: Polled) -> None:
    polled.release.clear()
    hasty = SocketIOConnection(heard, clock=clock, allow=loopback, connect_timeout_s=0.3)
    polled.bodies = asyncio.Queue(maxsize=0)
    polled.bodies.put_nowait = lambda item: None  # type: ignore[method-assign]
    refused = await hasty.open(polled.endpoint())
    assert isinstance(refused, Refused)
    assert (refused.by, refused.detail) == ("timeout", "the answer to CONNECT did not come within 0.3 s")
