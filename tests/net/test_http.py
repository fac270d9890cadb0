"""The client as a whole, against servers on loopback that send exact bytes."""

import asyncio
import gc
import ssl

import pytest

from antiphon.net.allow import AllowList
from antiphon.net.errors import UnsendableRequest
from antiphon.net.exchange import Failure, Limits, Request
from antiphon.net.http import HttpClient
from antiphon.net.tls import Trust, context_of
from antiphon.net.ways import Way, Ways
from antiphon.ticking.real import RealClock

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def get(url, **more):
    return Request("GET", url, **more)


def client_with(**options):
    return HttpClient(clock=RealClock(), allow=AllowList(), **options)


async def test_calls_one_after_the_other_share_a_connection(http_answer, http_client):
    server = await http_answer(OK, OK, OK)
    exchanges = [await http_client.exchange(get(server.url)) for _ in range(3)]
    assert [exchange.new_connection for exchange in exchanges] == [True, False, False]
    assert len(server.peers) == 1


async def test_all_leased_requests_are_written_before_any_answer_is_awaited(http_serve, http_client):
    everybody = asyncio.Event()
    asked = []

    async def respond(peer):
        asked.append(await peer.request())
        if len(asked) == 5:
            everybody.set()
        await everybody.wait()
        await peer.send(OK)

    server = await http_serve(respond)
    leases = [await http_client.lease(server.url) for _ in range(5)]
    pending = [lease.send(get(f"{server.url}/{index}")) for index, lease in enumerate(leases)]
    sent = [one.exchange.sent_s for one in pending]
    exchanges = [await one.answered() for one in pending]
    assert [exchange.status for exchange in exchanges] == [200] * 5
    assert max(sent) < min(exchange.first_byte_s for exchange in exchanges)


async def test_no_more_idle_connections_are_kept_than_the_limit_says(http_serve):
    async def respond(peer):
        await peer.request()
        await peer.send(OK)
        await peer.closed_by_client()

    server = await http_serve(respond)
    client = client_with(limits=Limits(idle_connections=2))
    leases = [await client.lease(server.url) for _ in range(4)]
    for pending in [lease.send(get(server.url)) for lease in leases]:
        await pending.answered()
    kept = [await client.lease(server.url) for _ in range(3)]
    assert [lease.reused for lease in kept] == [True, True, False]
    await client.close()


async def test_a_released_lease_gives_its_connection_back(http_answer, http_client):
    server = await http_answer(OK)
    lease = await http_client.lease(server.url)
    lease.release()
    assert (await http_client.exchange(get(server.url))).status == 200
    assert len(server.peers) == 1


async def test_connection_close_is_obeyed(http_answer, http_client):
    closing = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"
    server = await http_answer(closing, OK)
    first = await http_client.exchange(get(server.url))
    second = await http_client.exchange(get(server.url))
    assert (first.body, second.body) == (b"ok", b"ok")
    assert second.new_connection
    assert second.attempts == 1


@pytest.mark.parametrize(
    ("promised", "rested_s", "reused"),
    [(b"", 1.9, True), (b"", 2.1, False), (b"5", 3.9, True), (b"5", 4.1, False), (b"1", 0.4, True), (b"1", 0.6, False)],
)
async def test_a_connection_rests_no_longer_than_servers_bear(http_serve, promised, rested_s, reused):
    class Movable:
        moved_s = 0.0

        def now_s(self):
            return RealClock.now_s() + self.moved_s

    header = b"Keep-Alive: timeout=%s\r\n" % promised if promised else b""

    async def respond(peer):
        while await peer.request():
            await peer.send(b"HTTP/1.1 200 OK\r\n%sContent-Length: 0\r\n\r\n" % header)

    server = await http_serve(respond)
    clock = Movable()
    client = HttpClient(clock=clock, allow=AllowList())
    await client.exchange(get(server.url))
    clock.moved_s += rested_s
    assert (await client.exchange(get(server.url))).new_connection is not reused
    await client.close()


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"])
async def test_a_repeatable_call_is_repeated_once_when_the_kept_connection_proves_closed(
    http_serve, http_client, method
):
    async def respond(peer):
        await peer.request()
        await peer.send(b"HTTP/1.1 204 No Content\r\n\r\n")
        if peer.number == 0:
            await peer.request()  # taken and dropped: this is the race between a request and a closing
            return
        await peer.closed_by_client()

    server = await http_serve(respond)
    await http_client.exchange(Request(method, server.url))
    exchange = await http_client.exchange(Request(method, server.url))
    assert exchange.failure is None
    assert (exchange.attempts, exchange.new_connection, exchange.status) == (2, True, 204)


@pytest.mark.parametrize("method", ["POST", "PATCH", "WEIRD"])
async def test_a_call_that_may_have_been_carried_out_is_not_repeated(http_serve, http_client, method):
    async def respond(peer):
        await peer.request()
        await peer.send(OK)
        await peer.request()

    server = await http_serve(respond)
    await http_client.exchange(Request(method, server.url))
    exchange = await http_client.exchange(Request(method, server.url))
    assert exchange.failure.kind == "cut"
    assert exchange.failure.detail.endswith("before any byte of the answer")
    assert exchange.attempts == 1
    assert len(server.requests) == 2


async def test_a_repeatable_call_on_a_new_connection_is_not_repeated(http_serve, http_client):
    async def respond(peer):
        await peer.request()

    server = await http_serve(respond)
    exchange = await http_client.exchange(get(server.url))
    assert exchange.failure.kind == "cut"
    assert len(server.peers) == 1


async def test_a_call_of_any_method_is_repeated_if_nothing_of_it_was_sent(http_serve, http_client):
    async def respond(peer):
        while await peer.request():
            await peer.send(OK)

    server = await http_serve(respond)
    await http_client.exchange(get(server.url))
    lease = await http_client.lease(server.url)
    assert lease.reused
    lease.connection.abort("the test cuts it")
    exchange = await lease.send(Request("POST", server.url)).answered()
    assert exchange.status == 200
    assert exchange.attempts == 2
    assert [request.split()[0] for request in server.requests] == [b"GET", b"POST"]


async def test_a_kept_connection_that_the_server_closed_is_not_used(http_serve, http_client, until):
    closed = asyncio.Event()

    async def respond(peer):
        await peer.request()
        await peer.send(OK)
        if peer.number == 0:
            peer.writer.close()
            await peer.writer.wait_closed()
            closed.set()
        else:
            await peer.closed_by_client()

    server = await http_serve(respond)
    await http_client.exchange(get(server.url))
    await closed.wait()
    await until(lambda: not http_client._open)
    exchange = await http_client.exchange(Request("POST", server.url))
    assert (exchange.status, exchange.attempts) == (200, 1)


async def test_a_refused_connection_is_unreachable_and_says_where(http_client, unused_port):
    exchange = await http_client.exchange(get(f"http://127.0.0.1:{unused_port}/x"))
    assert exchange.failure == Failure("unreachable", f"connection refused at 127.0.0.1:{unused_port}")
    assert exchange.sent_s is None
    assert exchange.answered_s is not None


async def test_a_name_without_an_address_is_unreachable(http_client, monkeypatch):
    async def nothing(*_, **__):
        raise OSError(-2, "Name or service not known")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", nothing)
    exchange = await http_client.exchange(get("http://nowhere.example.com/"))
    assert exchange.failure.kind == "unreachable"
    assert "nowhere.example.com has no address: name or service not known" in exchange.failure.detail


async def test_an_address_that_is_not_allowed_is_never_connected_to(http_client):
    exchange = await http_client.exchange(get("http://93.184.216.34/"))
    assert exchange.failure.kind == "not allowed"
    assert "allow" in exchange.failure.hint


async def test_every_address_of_a_name_is_tried_in_turn(http_answer, http_client, monkeypatch, unused_port):
    server = await http_answer(OK)
    loop = asyncio.get_running_loop()

    async def both(host, port, **_):
        return [(0, 0, 0, "", ("::1", port)), (0, 0, 0, "", ("10.1.2.3", port)), (0, 0, 0, "", ("127.0.0.1", port))]

    real = loop.sock_connect
    tried = []

    async def connect(sock, address):
        tried.append(address[0])
        return await real(sock, address)

    monkeypatch.setattr(loop, "getaddrinfo", both)
    monkeypatch.setattr(loop, "sock_connect", connect)
    exchange = await http_client.exchange(get(f"http://both.example.com:{server.port}/"))
    assert exchange.status == 200
    assert tried == ["::1", "127.0.0.1"]


async def test_an_ipv6_literal_is_reached_and_named_in_host(http_serve, http_client):
    async def respond(peer):
        await peer.request()
        await peer.send(OK)

    server = await http_serve(respond, "::1")
    exchange = await http_client.exchange(get(f"http://[::1]:{server.port}/"))
    assert exchange.status == 200
    assert b"Host: [::1]:%d\r\n" % server.port in server.requests[0]


async def test_cancelling_while_connecting_leaves_no_connection(http_serve, http_client, until):
    server = await http_serve(lambda peer: peer.closed_by_client())
    for turns in range(6):
        call = asyncio.create_task(http_client.exchange(get(server.url)))
        for _ in range(turns):
            await asyncio.sleep(0)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
    await until(lambda: not http_client._open)
    gc.collect()  # a transport that nobody closed would warn here, and a warning fails the test


async def test_closing_the_client_ends_what_is_under_way_as_cut(http_serve):
    asked = asyncio.Event()

    async def respond(peer):
        await peer.request()
        asked.set()
        await peer.closed_by_client()

    server = await http_serve(respond)
    client = client_with()
    call = asyncio.create_task(client.exchange(get(server.url)))
    await asked.wait()
    await client.close()
    assert (await call).failure.kind == "cut"
    assert (await client.exchange(get(server.url))).failure.kind == "cut"


async def test_closing_the_client_while_it_connects_leaves_no_connection(http_serve):
    server = await http_serve(lambda peer: peer.closed_by_client())
    for turns in range(1, 5):
        client = client_with()
        call = asyncio.create_task(client.exchange(get(server.url)))
        for _ in range(turns):
            await asyncio.sleep(0)
        await client.close()
        assert (await call).failure.kind == "cut"
    gc.collect()


async def test_many_different_headers_do_not_pile_up(http_serve, http_client):
    async def respond(peer):
        while await peer.request():
            await peer.send(OK)

    server = await http_serve(respond)
    for number in range(100):
        assert (await http_client.exchange(get(server.url, headers=(("X", str(number)),)))).status == 200
    assert b"X: 99\r\n" in server.requests[99]
    assert len(http_client._blocks) <= 32


async def test_a_request_that_cannot_be_sent_is_our_error_and_wastes_no_connection(http_answer, http_client):
    server = await http_answer(OK)
    with pytest.raises(UnsendableRequest):
        await http_client.exchange(Request("GET", server.url, (("X", "a\r\nInjected: 1"),)))
    assert (await http_client.exchange(get(server.url))).status == 200
    assert len(server.peers) == len(server.requests) == 1
    assert b"Injected" not in server.requests[0]


async def test_a_lease_carries_no_request_for_another_host(http_answer, http_client):
    server = await http_answer(OK)
    lease = await http_client.lease(server.url)
    with pytest.raises(UnsendableRequest):
        lease.send(get("http://127.0.0.1:1/"))
    lease.release()


@pytest.mark.needs("openssl")
async def test_https_is_spoken_and_an_untrusted_certificate_is_named(tmp_path, until):
    openssl = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -keyout key.pem -out cert.pem"
    made = await asyncio.create_subprocess_exec(
        *openssl.split(), "-addext", "subjectAltName=DNS:localhost", cwd=tmp_path, stderr=asyncio.subprocess.DEVNULL
    )
    assert await made.wait() == 0
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")

    async def respond(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(OK)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(respond, "127.0.0.1", 0, ssl=context)
    url = f"https://localhost:{server.sockets[0].getsockname()[1]}/"
    trusting = client_with(ways=Ways(usual=Way(context=context_of(Trust(ca=tmp_path / "cert.pem")))))
    usual = client_with()
    assert (await trusting.exchange(get(url))).body == b"ok"
    failure = (await usual.exchange(get(url))).failure
    assert failure.kind == "unreachable"
    assert failure.detail.startswith("the certificate of localhost is not trusted (self")
    await trusting.close()
    await usual.close()
    server.close()
    await server.wait_closed()
