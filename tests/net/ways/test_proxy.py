"""Calls and sockets through a proxy, what the proxy is asked, and every way in which it can fail."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from antiphon.net.address import websocket_address
from antiphon.net.allow import AllowList
from antiphon.net.exchange import Request
from antiphon.net.proxy import BadProxy, Proxy, proxy_at
from antiphon.net.upgrade_refusal import NotUpgraded
from antiphon.net.ways import Way, Ways
from antiphon.net.websocket import WebSocket
from antiphon.ticking.real import RealClock


async def _called(client: Any, url: str) -> Any:
    return await client.exchange(Request("GET", url))


async def test_a_proxy_is_asked_for_plain_http_in_absolute_form(serve: Any, client_by: Any, proxy: Any) -> None:
    port = await serve()
    client = client_by(Ways(usual=proxy.way()))
    assert (await _called(client, f"http://127.0.0.1:{port}/a?b=c")).body == b"ok"
    assert proxy.asked[0].startswith(b"GET http://127.0.0.1:%d/a?b=c HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n" % (port, port))


@pytest.mark.needs("openssl")
async def test_a_proxy_opens_a_tunnel_for_https(certificates: Any, serve: Any, client_by: Any, proxy: Any) -> None:
    port = await serve(context=certificates.server("localhost"))
    way = Way(context=certificates.trusting().usual.context, proxy=proxy.way().proxy)
    client = client_by(Ways(usual=way))
    assert (await _called(client, f"https://localhost:{port}/")).body == b"ok"
    assert proxy.asked == [b"CONNECT 127.0.0.1:%d HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n" % (port, port)]


async def test_a_socket_goes_through_a_tunnel(serve: Any, proxy: Any) -> None:
    port = await serve(_refusing)
    refused = await _socket(port, proxy.way())
    assert (refused.by, refused.status) == ("http", 403)
    assert proxy.asked[0].startswith(b"CONNECT 127.0.0.1:%d " % port)


async def test_the_proxy_is_asked_for_a_name_only_where_allow_names_it(
    client_by: Any, proxy: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop = asyncio.get_running_loop()
    real = loop.getaddrinfo

    async def looked_up(host: str, port: int, **more: Any) -> Any:
        if host == "named.example.com":
            raise OSError("no address here")
        return [(0, 0, 0, "", ("127.0.0.1", port))] if host.endswith(".com") else await real(host, port, **more)

    monkeypatch.setattr(loop, "getaddrinfo", looked_up)
    proxy.refuses = b"HTTP/1.1 204 No Content\r\n\r\n"
    client = client_by(Ways(usual=proxy.way()), "named.example.com:8000")
    assert (await _called(client, "http://named.example.com:8000/")).status == 204
    assert (await _called(client, "http://loopback.example.com:8000/")).status == 204
    assert [head.split(b" ")[1] for head in proxy.asked] == [
        b"http://named.example.com:8000/",
        b"http://127.0.0.1:8000/",
    ]


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_what_is_not_allowed_is_not_asked_of_a_proxy_either(client_by: Any, proxy: Any, scheme: str) -> None:
    failure = (await _called(client_by(Ways(usual=proxy.way())), f"{scheme}://10.1.2.3/")).failure
    assert failure.kind == "not allowed"
    assert proxy.asked == []


async def test_the_proxy_itself_must_be_allowed(client_by: Any) -> None:
    client = client_by(Ways(usual=Way(proxy=Proxy(host="10.1.2.3", port=3128))))
    failure = (await _called(client, "http://127.0.0.1:1/")).failure
    assert (failure.kind, failure.detail) == ("not allowed", "10.1.2.3:3128 is not on the allow-list")


async def test_credentials_are_shown_to_the_proxy_alone(serve: Any, client_by: Any, proxy: Any) -> None:
    came: list[bytes] = []

    async def respond(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        came.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        await writer.drain()

    port = await serve(respond)
    made = proxy_at(f"http://ann:p%40ss@127.0.0.1:{proxy.port}")
    exchange = await _called(client_by(Ways(usual=Way(proxy=made))), f"http://127.0.0.1:{port}/")
    assert exchange.body == b"ok"
    assert b"Proxy-Authorization: Basic YW5uOnBAc3M=\r\n" in proxy.asked[0]
    assert exchange.request.headers == ()


FAILURES = [
    (b"HTTP/1.1 403 Forbidden\r\n\r\n", "{proxy} opens no way to 127.0.0.1:9: 403 Forbidden"),
    (b"HTTP/1.1 407 Who?\r\n\r\n", "{proxy} opens no way to 127.0.0.1:9: 407 Who?"),
    (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", r"{proxy} does not speak HTTP: `SSH-2.0-OpenSSH_9.2\x0d\x0a\x0d\x0a`"),
    (
        b"HTTP/1.1 200 OK\r\n\r\nmore",
        "{proxy} opened a way to 127.0.0.1:9, and something spoke on it that was not asked",
    ),
    (b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 10_000, "{proxy} does not come to the end of its answer"),
]


@pytest.mark.parametrize(("said", "sentence"), FAILURES)
async def test_a_proxy_that_opens_no_tunnel_says_why(client_by: Any, proxy: Any, said: bytes, sentence: str) -> None:
    proxy.refuses = said
    failure = (await _called(client_by(Ways(usual=proxy.way())), "https://127.0.0.1:9/")).failure
    told = sentence.format(proxy=f"the proxy 127.0.0.1:{proxy.port}")
    assert (failure.kind, failure.detail) == ("proxy", told)
    assert ("http.proxy" in (failure.hint or "")) == (b"407" in said)
    refused = await _socket(9, proxy.way())
    assert (refused.by, refused.detail) == ("unreachable", told)


async def test_a_proxy_that_hangs_up_is_named(serve: Any, client_by: Any) -> None:
    async def respond(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.close()

    port = await serve(respond)
    client = client_by(Ways(usual=Way(proxy=Proxy(host="127.0.0.1", port=port))))
    failure = (await _called(client, "https://127.0.0.1:9/")).failure
    assert failure.detail == f"the proxy 127.0.0.1:{port} hung up when it was asked for 127.0.0.1:9"


async def test_a_proxy_that_wants_credentials_for_plain_http_is_named(client_by: Any, proxy: Any) -> None:
    proxy.refuses = b"HTTP/1.1 407 Who?\r\nContent-Length: 0\r\n\r\n"
    failure = (await _called(client_by(Ways(usual=proxy.way())), "http://127.0.0.1:9/")).failure
    assert (failure.kind, failure.detail) == ("proxy", "the proxy wants other credentials (407)")


async def test_a_proxy_that_cannot_be_reached_is_named(client_by: Any, unused_port: int) -> None:
    client = client_by(Ways(usual=Way(proxy=Proxy(host="127.0.0.1", port=unused_port))))
    failure = (await _called(client, "http://127.0.0.1:9/")).failure
    place = f"127.0.0.1:{unused_port}"
    assert failure.kind == "proxy"
    assert failure.detail == f"the proxy {place} cannot be reached: connection refused at {place}"


async def test_a_way_of_its_own_leads_to_one_place_only(serve: Any, client_by: Any, proxy: Any) -> None:
    here, there = await serve(), await serve()
    client = client_by(Ways(own={("127.0.0.1", there): proxy.way()}))
    assert (await _called(client, f"http://127.0.0.1:{here}/")).body == b"ok"
    assert proxy.asked == []
    assert (await _called(client, f"http://127.0.0.1:{there}/")).body == b"ok"
    assert len(proxy.asked) == 1


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("https://proxy:3128", "it begins with `https`, not with `http://`"),
        ("socks5://proxy:1080", "it begins with `socks5`, not with `http://`"),
        ("proxy:3128", "it begins with `proxy`, not with `http://`"),
        ("http://", "no host is named"),
        ("http://proxy:99999", "Port out of range 0-65535"),
        ("http://proxy/path", "there is a path behind host and port"),
    ],
)
def test_what_is_no_proxy_is_refused(url: str, why: str) -> None:
    with pytest.raises(BadProxy) as told:
        proxy_at(url)
    assert str(told.value) == f"`http.proxy` names no proxy: {why}"
    assert told.value.hint.startswith("write http://HOST:PORT")


def test_an_ipv6_proxy_is_read_and_shown_with_brackets() -> None:
    assert str(proxy_at("http://[::1]:3128")) == "the proxy [::1]:3128"
    assert proxy_at("http://proxy").port == 80


async def _refusing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
    await writer.drain()


class _Nobody:
    """Whoever sits on a socket that never comes up."""

    def on_text(self, payload: bytes, at_s: float) -> None: ...

    def on_binary(self, payload: bytes, at_s: float) -> None: ...

    def on_sign(self, at_s: float, kind: str, payload: bytes) -> None: ...

    def on_ended(self, ended: object) -> None: ...


async def _socket(port: int, way: Way) -> NotUpgraded:
    address = websocket_address(f"ws://127.0.0.1:{port}", path="/")
    socket = WebSocket(_Nobody(), clock=RealClock())
    refused = await socket.connect(address, allow=AllowList(), ways=Ways(usual=way))
    assert refused is not None
    return refused
