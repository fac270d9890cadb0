"""A connection against peers that misbehave, each of which sends exactly the bytes given."""

from __future__ import annotations

import asyncio
import contextlib
import gc
from typing import Any

import pytest

from antiphon.net.allow import AllowList
from antiphon.net.errors import NotAllowed
from antiphon.net.socket_facts import Closed, Endpoint, Opened, Refused
from antiphon.net.socketio import SocketIOConnection
from antiphon.wire.errors import LocalProtocolError


@pytest.fixture
def connection(heard: Any, clock: Any, loopback: Any) -> SocketIOConnection:
    return SocketIOConnection(heard, clock=clock, allow=loopback, connect_timeout_s=5)


@pytest.fixture
def hasty(heard: Any, clock: Any, loopback: Any) -> SocketIOConnection:
    return SocketIOConnection(heard, clock=clock, allow=loopback, connect_timeout_s=0.5)


def _at(port: int, **parts: Any) -> Endpoint:
    return Endpoint(f"http://127.0.0.1:{port}", **parts)


async def _opened(connection: SocketIOConnection, port: int) -> Opened:
    outcome = await connection.open(_at(port))
    assert isinstance(outcome, Opened), outcome
    return outcome


async def _refused(connection: SocketIOConnection, port: int) -> Refused:
    outcome = await connection.open(_at(port))
    assert isinstance(outcome, Refused), outcome
    assert not connection.is_open
    return outcome


# What comes with the admission


async def test_events_in_the_segment_of_the_admission_are_heard_in_order(
    connection: Any, serve_peer: Any, frames: Any, heard: Any
) -> None:
    tail = b"".join(frames.text(b'42["e",%d]' % number) for number in range(100))

    async def script(peer: Any) -> None:
        await peer.greet(tail=tail)
        await peer.read_close()

    opened = await _opened(connection, await serve_peer(script))
    await heard.until(lambda h: len(h.events) == 100)
    assert [event.args for event in heard.events] == [[number] for number in range(100)]
    assert all(event.at_s >= opened.at_s for event in heard.events)
    connection.close()
    await connection.wait_closed(1)


async def test_an_end_in_the_segment_of_the_admission_is_told_once(
    connection: Any, serve_peer: Any, frames: Any, heard: Any
) -> None:
    async def script(peer: Any) -> None:
        await peer.greet(tail=frames.text(b'42["bye"]') + frames.text(b"41") + frames.text(b'42["late"]'))
        await peer.read_close()

    assert isinstance(await connection.open(_at(await serve_peer(script))), Opened)
    closed = await connection.wait_closed(60)
    assert (closed.by, closed.how) == ("target", "disconnect packet")
    assert [event.name for event in heard.events] == ["bye"]
    assert heard.closes == [closed]


async def test_a_conversation_that_comes_byte_by_byte_is_the_same(
    connection: Any, serve_peer: Any, frames: Any, heard: Any
) -> None:
    async def script(peer: Any) -> None:
        await peer.upgrade()
        said = frames.text(frames.HANDSHAKE) + frames.text(b'40{"sid":"s"}') + frames.text(b"2")
        said += frames.text(b'42["e",', fin=False) + frames.frame(b'"x"]', 0)
        said += frames.text(b'451-["b",{"_placeholder":true,"num":0}]') + frames.binary(b"\x00" * 200)
        for byte in said:
            peer.send(bytes([byte]))
            await peer.writer.drain()
            await asyncio.sleep(0)
        await peer.read_close()

    await _opened(connection, await serve_peer(script))
    await heard.until(lambda h: len(h.events) == 2)
    assert [event.args for event in heard.events] == [["x"], [b"\x00" * 200]]
    assert [kind for _, kind in heard.beats] == ["ping"]
    connection.close()
    await connection.wait_closed(1)


async def test_a_ping_is_answered_with_its_data_before_anything_else(
    connection: Any, serve_peer: Any, frames: Any, heard: Any
) -> None:
    answers = []

    async def script(peer: Any) -> None:
        await peer.greet(tail=frames.text(b"2probe") + frames.frame(b"are you there", 9))
        answers.append(await peer.read_text())
        answers.append(await peer.read_frame())
        peer.send(frames.text(b"41"))
        await peer.read_close()

    await _opened(connection, await serve_peer(script))
    await connection.wait_closed(60)
    assert answers == [b"3probe", (10, b"are you there")]
    assert [kind for _, kind in heard.beats] == ["ping"]
    assert heard.frames == [("ping", b"are you there"), ("text", b"41")]


async def test_numbers_that_were_never_asked_for_are_told_all_the_same(
    connection: Any, serve_peer: Any, frames: Any, heard: Any
) -> None:
    async def script(peer: Any) -> None:
        await peer.greet(tail=frames.text(b"430[]") + frames.text(b"439007199254740991[1]") + frames.text(b"430[]"))
        await peer.read_close()

    await _opened(connection, await serve_peer(script))
    await heard.until(lambda h: len(h.acks) == 3)
    assert [(ack.ack_id, ack.args) for ack in heard.acks] == [(0, []), (2**53 - 1, [1]), (0, [])]
    connection.close()
    await connection.wait_closed(1)


async def test_a_namespace_hears_its_own_and_what_others_are_sent(
    connection: Any, serve_peer: Any, frames: Any, heard: Any
) -> None:
    async def script(peer: Any) -> None:
        await peer.upgrade(tail=frames.text(frames.HANDSHAKE))
        assert await peer.read_text() == b'40/chat,{"token":"t"}'
        peer.send(frames.text(b'40/chat,{"sid":"s"}'))
        for text in (b'42/chat,["a",1]', b'42["b"]', b'42/chat,7["c"]', b"43/chat,5[2]", b"433[3]", b"41"):
            peer.send(frames.text(text))
        peer.send(frames.text(b"41/chat,"))
        await peer.read_close()

    endpoint = _at(await serve_peer(script), namespace="/chat", auth={"token": "t"})
    assert isinstance(await connection.open(endpoint), Opened)
    closed = await connection.wait_closed(60)
    assert closed.how == "disconnect packet"
    assert [(e.namespace, e.name, e.args, e.ack_id) for e in heard.events] == [
        ("/chat", "a", [1], None),
        ("/", "b", [], None),
        ("/chat", "c", [], 7),
    ]
    assert [(ack.ack_id, ack.args) for ack in heard.acks] == [(5, [2])]


# Ends


@pytest.mark.parametrize(("code", "reason"), [(1000, ""), (1001, "going away"), (4001, "kickéd"), (None, "")])
async def test_a_close_frame_closes_for_the_target_with_its_words(
    connection: Any, serve_peer: Any, frames: Any, heard: Any, code: int | None, reason: str
) -> None:
    echoed = []

    async def script(peer: Any) -> None:
        await peer.greet(tail=frames.close(code, reason))
        echoed.append(await peer.read_close())

    await _opened(connection, await serve_peer(script))
    closed = await connection.wait_closed(60)
    assert (closed.by, closed.how, closed.code, closed.reason) == ("target", "close frame", code, reason)
    assert heard.closes == [closed]
    assert echoed == [code or 1000]


async def test_an_end_without_a_word_is_a_cut_network(connection: Any, serve_peer: Any, heard: Any) -> None:
    async def script(peer: Any) -> None:
        await peer.greet()

    await _opened(connection, await serve_peer(script))
    closed = (await heard.until(lambda h: h.closes)).closes[0]
    assert (closed.by, closed.how, closed.code) == ("network", "cut", None)
    assert closed.detail == "the connection ended without a close frame"


async def test_a_server_that_stops_pinging_is_taken_for_gone(
    connection: Any, serve_peer: Any, heard: Any, clock: Any
) -> None:
    async def script(peer: Any) -> None:
        await peer.greet(handshake=b'0{"sid":"e","pingInterval":60,"pingTimeout":40}')
        await peer.until_gone()

    opened = await _opened(connection, await serve_peer(script))
    closed = (await heard.until(lambda h: h.closes)).closes[0]
    assert (closed.by, closed.how, closed.detail) == ("network", "ping timeout", "no ping came for 0.1 s")
    assert closed.at_s - opened.started_s >= 0.1
    assert await connection.wait_closed(60) is closed
    assert heard.closes == [closed]


async def test_pings_in_time_keep_a_connection_far_beyond_one_interval(
    connection: Any, serve_peer: Any, frames: Any, heard: Any
) -> None:
    async def script(peer: Any) -> None:
        await peer.greet(handshake=b'0{"sid":"e","pingInterval":50,"pingTimeout":2000}')
        for _ in range(10):
            peer.send(frames.text(b"2"))
            assert await peer.read_text() == b"3"
        peer.send(frames.text(b"41"))
        await peer.read_close()

    await _opened(connection, await serve_peer(script))
    closed = await connection.wait_closed(60)
    assert closed.how == "disconnect packet"
    assert len(heard.beats) == 10


async def test_a_polite_leave_says_so_in_both_protocols(connection: Any, serve_peer: Any, frames: Any) -> None:
    said = []

    async def script(peer: Any) -> None:
        await peer.greet()
        said.append(await peer.read_text())
        said.append(await peer.read_close())
        peer.send(frames.close(1000))

    await _opened(connection, await serve_peer(script))
    connection.close()
    closed = await connection.wait_closed(60)
    assert said == [b"41", 1000]
    assert (closed.by, closed.how) == ("us", "disconnect packet")


async def test_a_target_that_does_not_answer_our_leave_is_left_all_the_same(
    connection: Any, serve_peer: Any, heard: Any
) -> None:
    async def script(peer: Any) -> None:
        await peer.greet()
        await peer.until_gone()

    await _opened(connection, await serve_peer(script))
    connection.close()
    closed = await connection.wait_closed(0.05)
    assert (closed.by, closed.how) == ("us", "cut")
    assert closed.detail == "the target did not answer the close frame"
    assert heard.closes == [closed]


async def test_nothing_is_heard_after_we_left(connection: Any, serve_peer: Any, frames: Any, heard: Any) -> None:
    async def script(peer: Any) -> None:
        await peer.greet()
        assert await peer.read_text() == b"41"
        peer.send(frames.text(b'42["late"]') + frames.close(1000))
        await peer.read_close()

    await _opened(connection, await serve_peer(script))
    connection.close()
    await connection.wait_closed(60)
    assert heard.events == []


async def test_what_a_peer_does_not_read_is_counted_and_ends_with_the_connection(
    connection: Any, serve_peer: Any
) -> None:
    stop = asyncio.Event()

    async def script(peer: Any) -> None:
        await peer.greet()
        await stop.wait()

    await _opened(connection, await serve_peer(script))
    for _ in range(20):
        connection.emit("large", ["x" * 1_000_000], ack=False)
    assert connection.unsent_bytes > 1_000_000
    connection.close()
    closed = await connection.wait_closed(0.05)
    stop.set()
    assert closed.by == "us"
    assert connection.unsent_bytes == 0


# Breaches on an open connection


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("nonsense", "not an Engine.IO packet: hello"),
        ("empty", "an empty message is no Engine.IO packet"),
        ("second handshake", "does not send OPEN while a session is open"),
        ("pong", "does not send PONG while a session is open"),
        ("half an event", 'the payload of EVENT is not a JSON list: 2["a"'),
        ("nameless", "an event has no name"),
        ("answers nothing", "an acknowledgement says not of what"),
        ("answers too much", "the payload of ACK is not a JSON list"),
        ("answers oddly", "the payload of ACK is not a JSON list"),
        ("broken name", "a payload is not JSON"),
        ("binary unannounced", "a binary message of 3 bytes that no packet announced"),
        ("text among attachments", "a text came where 1 more attachments were due"),
        ("second admission", "does not send CONNECT to a client that has joined"),
        ("late refusal", "does not send CONNECT_ERROR to a client that has joined"),
        ("continuation alone", "a fragmented message goes on that never began"),
        ("text inside fragments", "a fragmented message begins inside another"),
        ("compressed", "uses a WebSocket extension that was not offered"),
        ("masked", "masked frame from server"),
        ("opcode", "invalid opcode"),
        ("close code", "invalid close code"),
        ("long ping", "control frame with payload size > 125"),
    ],
)
async def test_a_breach_ends_the_connection_and_says_what_came(
    connection: Any, serve_peer: Any, frames: Any, heard: Any, name: str, why: str
) -> None:
    sent = {
        "nonsense": frames.text(b"hello"),
        "empty": frames.text(b""),
        "second handshake": frames.text(frames.HANDSHAKE),
        "pong": frames.text(b"3"),
        "half an event": frames.text(b'42["a"'),
        "nameless": frames.text(b"42[{}]"),
        "answers nothing": frames.text(b"43[]"),
        "answers too much": frames.text(b"4312345678901234567[]"),
        "answers oddly": frames.text(b"43+1[]"),
        "broken name": frames.text(b'42["\xff"]'),
        "binary unannounced": frames.binary(b"abc"),
        "text among attachments": frames.text(b'451-["a"]') + frames.text(b'42["b"]'),
        "second admission": frames.text(b'40{"sid":"x"}'),
        "late refusal": frames.text(b'44{"message":"x"}'),
        "continuation alone": frames.frame(b"x", 0),
        "text inside fragments": frames.text(b"42", fin=False) + frames.text(b"42"),
        "compressed": frames.frame(b"\xaa\x00", 1, rsv=4),
        "masked": frames.frame(b"2", 1, masked=True),
        "opcode": frames.frame(b"x", 3),
        "close code": frames.close(999),
        "long ping": frames.frame(b"x" * 126, 9),
    }[name]
    codes = []

    async def script(peer: Any) -> None:
        await peer.greet(tail=sent)
        codes.append(await peer.read_close())

    await _opened(connection, await serve_peer(script))
    closed = await connection.wait_closed(60)
    assert (closed.by, closed.how, closed.code) == ("us", "protocol error", 1002)
    assert why in closed.detail
    assert heard.closes == [closed]
    assert codes == [1002]


@pytest.mark.parametrize("kind", ["one frame", "fragments", "attachments"])
async def test_what_exceeds_the_limit_ends_the_connection_with_the_limit(
    heard: Any, clock: Any, loopback: Any, serve_peer: Any, frames: Any, kind: str, caplog: Any
) -> None:
    event = b'42["%b"]' % (b"x" * 1500)
    sent = {
        "one frame": frames.text(event),
        "fragments": b"".join(
            frames.frame(event[at : at + 500], 0 if at else 1, fin=False) for at in range(0, len(event), 500)
        ),
        "attachments": frames.text(b'453-["a"]') + frames.binary(b"x" * 900) * 3,
    }[kind]

    async def script(peer: Any) -> None:
        await peer.greet(tail=sent)
        await peer.read_close()

    connection = SocketIOConnection(heard, clock=clock, allow=loopback, limit_bytes=1000)
    await _opened(connection, await serve_peer(script))
    closed = await connection.wait_closed(1)
    assert (closed.by, closed.how) == ("us", "protocol error")
    assert "1000" in closed.detail
    assert heard.events == []
    gc.collect()
    await asyncio.sleep(0)
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


async def test_a_fault_of_a_listener_is_told_and_ends_the_connection(
    connection: Any, serve_peer: Any, frames: Any, heard: Any
) -> None:
    told: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context))

    async def script(peer: Any) -> None:
        await peer.greet(tail=frames.text(b'42["e"]'))
        await peer.until_gone()

    def fail(event: Any) -> None:
        raise ZeroDivisionError

    heard.on_event = fail
    await _opened(connection, await serve_peer(script))
    closed = await connection.wait_closed(0.1)
    assert (closed.by, closed.how, closed.detail) == ("us", "fault", "ZeroDivisionError()")
    assert [type(context["exception"]) for context in told] == [ZeroDivisionError]


# Peers that let nobody in


@pytest.mark.parametrize(
    ("sent", "status", "data", "detail"),
    [
        (
            b'HTTP/1.1 503 Service Unavailable\r\nContent-Length: 16\r\n\r\n{"code":"CLOSED"',
            503,
            '{"code":"CLOSED"',
            'answered HTTP 503 Service Unavailable, {"code":"CLOSED"',
        ),
        (
            b'HTTP/1.1 401 Unauthorized\r\nContent-Length: 15\r\n\r\n{"code":"NOPE"}',
            401,
            {"code": "NOPE"},
            'answered HTTP 401 Unauthorized, {"code":"NOPE"}',
        ),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<html\r\n1\r\n>\r\n0\r\n\r\n",
            200,
            "<html>",
            "answered HTTP 200 OK, <html>",
        ),
        (
            b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n",
            302,
            None,
            "answered HTTP 302 Found, to http://169.254.169.254/",
        ),
        (b"HTTP/1.1 499 Odd\r\nContent-Length: 0\r\n\r\n", 499, None, "answered HTTP 499 Odd"),
        (b"HTTP/1.0 403 No\r\n\r\nuntil the end", 403, "until the end", "answered HTTP 403 No, until the end"),
        (
            b"HTTP/1.1 400 Bad\x1b[31m\r\nContent-Length: 4\r\n\r\n\x1b[2J",
            400,
            "\x1b[2J",
            "answered HTTP 400 Bad\\x1b[31m, \\x1b[2J",
        ),
    ],
)
@pytest.mark.parametrize("pieces", [1, 2, 0])
async def test_an_http_answer_is_told_with_status_and_body_however_it_is_cut(
    connection: Any, serve_peer: Any, sent: bytes, status: int, data: object, detail: str, pieces: int
) -> None:
    async def script(peer: Any) -> None:
        await peer.read_request()
        middle = sent.index(b"\r\n\r\n") + 4
        cuts = {1: [sent], 2: [sent[:middle], sent[middle:]], 0: [bytes([byte]) for byte in sent]}[pieces]
        for piece in cuts:
            peer.send(piece)
            for _ in range(5):  # the client shares this loop: it reads each piece before the next one is sent
                await asyncio.sleep(0)

    refused = await _refused(connection, await serve_peer(script))
    assert (refused.by, refused.status, refused.data, refused.detail) == ("http", status, data, detail)


@pytest.mark.parametrize(
    ("sent", "by", "why"),
    [
        (b"SSH-2.0-OpenSSH_9.2\r\n", "dropped", "ended before the WebSocket upgrade was answered"),
        (b"\x00\x01garbage\r\n\r\n", "not socket.io", "garbage"),
        (b"HTTP/1.1 101 Switching Protocols\r\n\r\n", "not socket.io", "invalid upgrade header"),
        (
            b"HTTP/1.1 101 OK\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n",
            "not socket.io",
            "invalid sec-websocket-accept",
        ),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 20_000 + b"\r\n\r\n", "http", "answered HTTP 200"),
        (b"", "dropped", "ended before the WebSocket upgrade was answered"),
    ],
)
async def test_what_is_no_websocket_is_told_by_what_came(
    connection: Any, serve_peer: Any, sent: bytes, by: str, why: str
) -> None:
    async def script(peer: Any) -> None:
        await peer.read_request()
        peer.send(sent)

    refused = await _refused(connection, await serve_peer(script))
    assert refused.by == by
    assert why in refused.detail


@pytest.mark.parametrize(
    "header", ["Sec-WebSocket-Extensions: permessage-deflate", "Sec-WebSocket-Protocol: graphql-ws"]
)
async def test_an_upgrade_with_what_was_not_offered_is_refused(connection: Any, serve_peer: Any, header: str) -> None:
    async def script(peer: Any) -> None:
        await peer.upgrade(header)
        await peer.until_gone()

    refused = await _refused(connection, await serve_peer(script))
    assert refused.by == "not socket.io"
    assert refused.detail == f"the upgrade uses `{header}`, which was not offered"


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("plain websocket", 'not an Engine.IO packet: {"type":"hello"}'),
        ("binary after the handshake", "the target uses another parser (msgpack?)"),
        ("binary", "does not send MESSAGE while a session is opening"),
        ("event first", "does not send MESSAGE while a session is opening"),
        ("no handshake", "a handshake has no `sid`"),
        ("socket.io 2", "CONNECT came without a `sid`, as Socket.IO 2 and older send it"),
        ("odd namespace", "not a Socket.IO packet"),
        ("acknowledges first", "does not send ACK to a client that has asked"),
        ("compressed", "uses a WebSocket extension that was not offered"),
    ],
)
async def test_a_websocket_that_speaks_something_else_is_told_by_what_came(
    connection: Any, serve_peer: Any, frames: Any, heard: Any, name: str, why: str
) -> None:
    hello = frames.text(frames.HANDSHAKE)
    sent = {
        "plain websocket": frames.text(b'{"type":"hello"}'),
        "binary": frames.binary(b"\x00\x01"),
        "event first": frames.text(b'42["e"]'),
        "no handshake": frames.text(b"0{}"),
        "binary after the handshake": hello + frames.binary(b"\x84\xa4type\x00"),
        "socket.io 2": hello + frames.text(b"40"),
        "odd namespace": hello + frames.text(b"4x"),
        "acknowledges first": hello + frames.text(b"431[]"),
        "compressed": frames.frame(b"0{", 1, rsv=4),
    }[name]

    async def script(peer: Any) -> None:
        await peer.upgrade(tail=sent)
        await peer.until_gone()

    refused = await _refused(connection, await serve_peer(script))
    assert refused.by == "not socket.io"
    assert why in refused.detail
    assert heard.order == []


@pytest.mark.parametrize("stage", ["accepted", "asked", "upgraded", "greeted", "connecting"])
async def test_an_end_at_any_stage_is_a_drop(
    connection: Any, serve_peer: Any, frames: Any, heard: Any, stage: str
) -> None:
    async def script(peer: Any) -> None:
        if stage == "asked":
            await peer.read_request()
        if stage == "upgraded":
            await peer.upgrade()
        if stage in ("greeted", "connecting"):
            await peer.upgrade(tail=frames.text(frames.HANDSHAKE))
        if stage == "connecting":
            await peer.read_text()

    refused = await _refused(connection, await serve_peer(script))
    assert refused.by == "dropped"
    assert heard.order == []


@pytest.mark.parametrize(
    ("name", "detail", "code"),
    [
        ("close frame", "close frame, go away, code 4003", 4003),
        ("disconnect packet", "disconnect packet", None),
        ("close packet", "close packet", None),
    ],
)
async def test_a_word_before_the_answer_to_connect_is_a_drop_with_that_word(
    connection: Any, serve_peer: Any, frames: Any, name: str, detail: str, code: int | None
) -> None:
    last = {
        "close frame": frames.close(4003, "go away"),
        "disconnect packet": frames.text(b"41"),
        "close packet": frames.text(b"1"),
    }[name]

    async def script(peer: Any) -> None:
        await peer.upgrade(tail=frames.text(frames.HANDSHAKE))
        await peer.read_text()
        peer.send(last)
        await peer.until_gone()

    refused = await _refused(connection, await serve_peer(script))
    assert (refused.by, refused.code) == ("dropped", code)
    parser = "; a target that reads packets with another parser (msgpack?) ends it so, and Antiphon speaks JSON only"
    assert refused.detail == (
        f"the connection ended before CONNECT was answered: {detail}{parser if name == 'close packet' else ''}"
    )


@pytest.mark.parametrize(
    ("stage", "waited"),
    [
        ("asked", "the WebSocket upgrade did not come within 0.5 s"),
        ("dribbled", "the WebSocket upgrade did not come within 0.5 s"),
        ("upgraded", "the Engine.IO handshake did not come within 0.5 s"),
        ("greeted", "the answer to CONNECT did not come within 0.5 s"),
    ],
)
async def test_a_peer_that_stalls_is_left_with_what_was_waited_for(
    hasty: Any, serve_peer: Any, frames: Any, heard: Any, stage: str, waited: str
) -> None:
    left = asyncio.Event()

    async def script(peer: Any) -> None:
        if stage == "asked":
            await peer.read_request()
        elif stage == "dribbled":
            await peer.read_request()
            peer.send(b"HTTP/1.1 101 Swit")
        elif stage == "upgraded":
            await peer.upgrade()
        else:
            await peer.upgrade(tail=frames.text(frames.HANDSHAKE))
        await peer.until_gone()
        left.set()

    refused = await _refused(hasty, await serve_peer(script))
    assert (refused.by, refused.detail) == ("timeout", waited)
    async with asyncio.timeout(60):
        await left.wait()
    assert heard.order == []


@pytest.mark.parametrize("stage", ["asked", "upgraded", "greeted"])
async def test_cancelling_an_opening_ends_what_was_begun(
    connection: Any, serve_peer: Any, frames: Any, stage: str
) -> None:
    reached, left = asyncio.Event(), asyncio.Event()

    async def script(peer: Any) -> None:
        if stage == "asked":
            await peer.read_request()
        else:
            await peer.upgrade(tail=frames.text(frames.HANDSHAKE) if stage == "greeted" else b"")
        if stage == "greeted":
            await peer.read_text()
        reached.set()
        await peer.until_gone()
        left.set()

    opening = asyncio.ensure_future(connection.open(_at(await serve_peer(script))))
    async with asyncio.timeout(60):
        await reached.wait()
        opening.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await opening
        await left.wait()
    assert opening.cancelled()


# Endpoints that lead nowhere


async def test_a_port_where_nobody_listens_is_unreachable(connection: Any, unused_tcp_port: int) -> None:
    refused = await _refused(connection, unused_tcp_port)
    assert refused.by == "unreachable"
    assert refused.detail == f"connection refused at 127.0.0.1:{unused_tcp_port}"


async def test_tls_where_none_is_spoken_is_unreachable(connection: Any, serve_peer: Any) -> None:
    async def script(peer: Any) -> None:
        await peer.reader.read(100)
        peer.send(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    port = await serve_peer(script)
    refused = await connection.open(Endpoint(f"https://127.0.0.1:{port}"))
    assert isinstance(refused, Refused)
    assert refused.by == "unreachable"


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("ftp://127.0.0.1", "no http, https, ws or wss URL"),
        ("http://", "names no host"),
        ("http://[::1", "is not a URL"),
        ("http://127.0.0.1:99999", "is not a URL"),
        ("nonsense", "no http, https, ws or wss URL"),
        ("http://127.0.0.1/admin", "has a path"),
        ("http://a b", "names no host"),
        ("http://127.0.0.1:1?\ud800", "is not text"),
        ("http://127.0.0.1:0", "names port 0"),
        ("http://\x1b[31m/", "is not a URL"),
    ],
)
async def test_a_url_that_leads_nowhere_is_unreachable_and_says_why(connection: Any, url: str, why: str) -> None:
    refused = await connection.open(Endpoint(url))
    assert isinstance(refused, Refused)
    assert refused.by == "unreachable"
    assert why in refused.detail


async def test_an_address_that_is_not_allowed_is_not_connected_to(heard: Any, clock: Any) -> None:
    connection = SocketIOConnection(heard, clock=clock, allow=AllowList())
    with pytest.raises(NotAllowed):
        await connection.open(Endpoint("http://192.0.2.1:80"))


@pytest.mark.parametrize(
    "header",
    [("X-A", "a\r\nX-B: b"), ("X A", "a"), ("X:A", "a"), ("", "a"), ("X\r\n", "a"), ("X", "\x00"), ("X", "\ud800")],
)
async def test_a_header_cannot_break_out_of_its_line(connection: Any, header: tuple[str, str]) -> None:
    with pytest.raises(LocalProtocolError, match="header"):
        await connection.open(Endpoint("http://127.0.0.1:1", headers=(header,)))


async def test_the_name_stays_in_the_host_header_while_the_checked_address_is_connected_to(
    connection: Any, serve_peer: Any
) -> None:
    asked = []

    async def script(peer: Any) -> None:
        asked.append(await peer.read_request())

    port = await serve_peer(script)
    await connection.open(Endpoint(f"http://user:secret@chat.example.test:{port}?ticket=a%20b"))
    head = asked[0].split(b"\r\n")
    assert head[0] == b"GET /socket.io/?ticket=a%20b&EIO=4&transport=websocket HTTP/1.1"
    assert b"Host: chat.example.test:%d" % port in head
    assert b"secret" not in asked[0]


async def test_each_address_of_a_name_is_tried(heard: Any, clock: Any, serve_peer: Any, unused_tcp_port: int) -> None:
    class Several:
        async def addresses(self, host: str, port: int) -> tuple[tuple[str, int], ...]:
            return (("127.0.0.1", unused_tcp_port), ("127.0.0.1", port))

    async def script(peer: Any) -> None:
        await peer.greet()

    connection = SocketIOConnection(heard, clock=clock, allow=Several())
    await _opened(connection, await serve_peer(script))
    closed: Closed = (await heard.until(lambda h: h.closes)).closes[0]
    assert closed.by == "network"
