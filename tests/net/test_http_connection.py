"""What becomes of one exchange when answers come late, in pieces, cut, too large or not at all."""

import asyncio
import socket
import struct

import pytest

from antiphon.net.allow import AllowList
from antiphon.net.exchange import Failure, Limits, Request, Timeouts
from antiphon.net.http import HttpClient
from antiphon.ticking.real import RealClock

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def get(url, **more):
    return Request("GET", url, **more)


def client_with(**options):
    return HttpClient(clock=RealClock(), allow=AllowList(), **options)


async def test_an_answer_comes_back_with_status_headers_body_and_stamps_in_order(http_answer, http_client):
    server = await http_answer(b"HTTP/1.1 201 Created\r\nX-One: 1\r\nx-one: 2\r\nContent-Length: 2\r\n\r\n{}")
    before_s = RealClock.now_s()
    exchange = await http_client.exchange(Request("POST", f"{server.url}/things?a=1", (("A", "b"),), b"{1}"))
    assert exchange.failure is None
    assert (exchange.status, exchange.body) == (201, b"{}")
    assert exchange.headers == (("X-One", "1"), ("x-one", "2"), ("Content-Length", "2"))
    assert exchange.header("X-ONE") == "1, 2"
    assert exchange.header("absent") is None
    assert before_s <= exchange.sent_s <= exchange.first_byte_s <= exchange.answered_s <= RealClock.now_s()
    assert server.requests == [
        b"POST /things?a=1 HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nA: b\r\nAccept-Encoding: gzip, deflate\r\n"
        b"Content-Length: 3\r\n\r\n{1}" % server.port
    ]


async def test_what_a_server_sends_unasked_is_never_taken_for_an_answer(http_serve, http_client, until):
    async def respond(peer):
        await peer.request()
        await peer.send(OK)
        if peer.number == 0:
            await peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfalse")
        await peer.closed_by_client()

    server = await http_serve(respond)
    await http_client.exchange(get(server.url))
    await until(lambda: not http_client._open)
    assert (await http_client.exchange(get(server.url))).body == b"ok"


async def test_a_server_that_never_answers_ends_in_a_first_byte_timeout(http_serve, http_client):
    async def respond(peer):
        await peer.closed_by_client()

    server = await http_serve(respond)
    exchange = await http_client.exchange(get(server.url), Timeouts(first_byte_s=0.05))
    assert exchange.failure == Failure("first byte timeout", "no byte of an answer within 50 ms")
    assert 0.045 <= exchange.answered_s - exchange.sent_s < 5
    assert exchange.status is None


async def test_an_answer_that_stalls_ends_in_a_total_timeout_and_keeps_what_came(http_serve, http_client):
    async def respond(peer):
        await peer.request()
        await peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n", b"half")
        await peer.closed_by_client()

    server = await http_serve(respond)
    exchange = await http_client.exchange(get(server.url), Timeouts(first_byte_s=5, total_s=0.1))
    assert exchange.failure.kind == "total timeout"
    assert (
        exchange.failure.detail == "the answer was not complete within 100 ms: stopped after 4 of 10 bytes of the body"
    )
    assert (exchange.status, exchange.body) == (200, b"half")


async def test_an_answer_that_trickles_does_not_put_off_the_total_timeout(http_serve, http_client):
    async def respond(peer):
        await peer.request()
        await peer.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            await peer.send(b"1\r\nx\r\n")

    server = await http_serve(respond)
    exchange = await http_client.exchange(get(server.url), Timeouts(first_byte_s=0.05, total_s=0.1))
    assert exchange.failure.kind == "total timeout"


async def test_the_total_time_limits_the_first_byte_too(http_serve, http_client):
    async def respond(peer):
        await peer.closed_by_client()

    server = await http_serve(respond)
    exchange = await http_client.exchange(get(server.url), Timeouts(first_byte_s=30, total_s=0.05))
    assert exchange.failure.kind == "total timeout"


async def test_each_of_several_exchanges_has_its_own_deadline(http_serve, http_client):
    async def respond(peer):
        request = await peer.request()
        if b"/quick" in request:
            await peer.send(OK)
        await peer.closed_by_client()

    server = await http_serve(respond)

    async def call(path, limit_s):
        return await http_client.exchange(get(f"{server.url}{path}"), Timeouts(first_byte_s=limit_s))

    slow, late, quick = await asyncio.gather(call("/slow", 0.2), call("/late", 0.05), call("/quick", 0.1))
    assert quick.status == 200
    assert slow.failure.kind == late.failure.kind == "first byte timeout"
    assert slow.answered_s - slow.sent_s >= 0.195
    assert late.answered_s < slow.answered_s


async def test_a_name_that_takes_too_long_to_look_up_is_a_connect_timeout(http_client, monkeypatch):
    async def forever(*_, **__):
        await asyncio.Event().wait()

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", forever)
    exchange = await http_client.exchange(get("http://slow.example.com/"), Timeouts(connect_s=0.05))
    assert exchange.failure == Failure("connect timeout", "no connection to slow.example.com:80 within 50 ms")


async def test_cancelling_a_call_closes_its_connection_and_leaves_nothing(http_serve, http_client, until):
    asked, gone = asyncio.Event(), asyncio.Event()

    async def respond(peer):
        await peer.request()
        asked.set()
        await peer.closed_by_client()
        gone.set()

    server = await http_serve(respond)
    call = asyncio.create_task(http_client.exchange(get(server.url)))
    await asked.wait()
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    async with asyncio.timeout(60):
        await gone.wait()
    await until(lambda: not http_client._open)
    assert http_client._timer is None or not http_client._open


async def test_a_large_body_arrives_whole(http_answer, http_client):
    server = await http_answer(OK)
    body = bytes(range(256)) * 20_000
    assert (await http_client.exchange(Request("PUT", server.url, (), body))).status == 200
    assert server.requests[0].endswith(body)


async def test_an_answer_that_ends_at_any_byte_is_cut_and_never_complete(http_serve, http_client):
    answer = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"

    async def respond(peer):
        await peer.request()
        await peer.send(answer[: peer.number])

    server = await http_serve(respond)
    for _ in range(len(answer)):
        exchange = await http_client.exchange(Request("POST", server.url))
        assert exchange.failure.kind == "cut"
        assert exchange.answered_s >= exchange.sent_s
    assert (await http_client.exchange(Request("POST", server.url))).body == b"ok"


async def test_an_answer_that_comes_byte_by_byte_is_whole(http_serve, http_client):
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nA: b\r\n\r\nok"

    async def respond(peer):
        await peer.request()
        await peer.send(*(answer[index : index + 1] for index in range(len(answer))))

    server = await http_serve(respond)
    exchange = await http_client.exchange(get(server.url))
    assert (exchange.body, exchange.header("a"), exchange.failure) == (b"ok", "b", None)
    assert exchange.first_byte_s < exchange.answered_s


async def test_a_broken_connection_is_told_from_a_closed_one(http_serve, http_client):
    async def respond(peer):
        await peer.request()
        linger = struct.pack("ii", 1, 0)  # closing then sends a reset
        peer.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        peer.writer.transport.abort()

    server = await http_serve(respond)
    failure = (await http_client.exchange(Request("POST", server.url))).failure
    assert failure == Failure(
        "cut", "the connection was broken (connection reset by peer) before any byte of the answer"
    )


async def test_what_is_not_http_is_a_protocol_error_and_closes_the_connection(http_answer, http_client, until):
    server = await http_answer(b"SSH-2.0-OpenSSH_9.2\r\n")
    exchange = await http_client.exchange(get(server.url))
    assert exchange.failure.kind == "protocol error"
    assert "`SSH-2.0-OpenSSH_9.2\\x0d\\x0a`" in exchange.failure.detail
    await until(lambda: not http_client._open)


async def test_too_large_an_answer_is_refused_before_it_is_taken_in(http_serve):
    async def respond(peer):
        await peer.request()
        await peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n")
        while True:
            await peer.send(b"x" * 65536)

    server = await http_serve(respond)
    client = client_with(limits=Limits(body_bytes=100_000))
    exchange = await client.exchange(get(server.url))
    assert exchange.failure == Failure("too large", "more than 100000 bytes of body")
    assert exchange.status == 200
    await client.close()
