"""TLS as it is met: every kind of certificate, for calls and for sockets, and the sentence that each ends in."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from antiphon.net.allow import AllowList
from antiphon.net.exchange import Request, Timeouts
from antiphon.net.socket_facts import Endpoint
from antiphon.net.socketio import SocketIOConnection
from antiphon.net.tls import BadTlsFile, Trust, context_of
from antiphon.net.ways import DIRECT, Way, Ways
from antiphon.ticking.real import RealClock

pytestmark = pytest.mark.needs("openssl")


async def _called(client: Any, port: int, host: str = "localhost") -> Any:
    return await client.exchange(Request("GET", f"https://{host}:{port}/"))


async def _refusal(ways: Ways, port: int) -> str:
    """Return why a socket does not come up."""
    connection = SocketIOConnection(None, clock=RealClock(), allow=AllowList(), ways=ways)  # type: ignore[arg-type]
    refused = await connection.open(Endpoint(url=f"wss://localhost:{port}"))
    return f"{refused.by}: {refused.detail}"  # type: ignore[union-attr]


async def test_a_ca_of_ones_own_is_trusted(certificates: Any, serve: Any, client_by: Any) -> None:
    port = await serve(context=certificates.server("localhost"))
    assert (await _called(client_by(certificates.trusting()), port)).body == b"ok"


async def _forbidding(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
    await writer.drain()
    await reader.read()


async def test_a_socket_shows_and_trusts_the_same_certificates(certificates: Any, serve: Any, proxy: Any) -> None:
    port = await serve(_forbidding, certificates.server("localhost", wants="ca"))
    ways = certificates.trusting(cert=certificates.path("client.pem"), key=certificates.path("client.key"))
    assert (await _refusal(ways, port)).startswith("http: answered HTTP 403 Forbidden")
    tunnelled = Ways(usual=Way(context=ways.usual.context, proxy=proxy.way().proxy))
    assert (await _refusal(tunnelled, port)).startswith("http: answered HTTP 403 Forbidden")
    assert proxy.asked[0].startswith(b"CONNECT 127.0.0.1:%d " % port)


BROKEN = [
    ("localhost", "the certificate of localhost is not trusted (unable to get local issuer certificate)", False),
    ("elsewhere", "the certificate is made out to another host than localhost", True),
    ("expired", "the certificate of localhost has expired", True),
]


@pytest.mark.parametrize(("name", "sentence", "trusts"), BROKEN)
async def test_what_is_wrong_with_a_certificate_is_said(
    certificates: Any, serve: Any, client_by: Any, name: str, sentence: str, trusts: bool
) -> None:
    port = await serve(context=certificates.server(name))
    ways = certificates.trusting() if trusts else DIRECT
    failure = (await _called(client_by(ways), port)).failure
    assert (failure.kind, failure.detail) == ("unreachable", f"{sentence} at localhost:{port}")
    assert "--insecure" in failure.hint
    assert (await _refusal(ways, port)).startswith(f"unreachable: {sentence} at localhost:{port}; ")


@pytest.mark.parametrize("name", [name for name, _, _ in BROKEN])
async def test_insecure_takes_every_certificate(certificates: Any, serve: Any, client_by: Any, name: str) -> None:
    port = await serve(context=certificates.server(name))
    client = client_by(Ways(usual=Way(context=context_of(Trust(insecure=True)))))
    assert (await _called(client, port)).body == b"ok"


async def test_a_client_certificate_is_shown(certificates: Any, serve: Any, client_by: Any) -> None:
    port = await serve(context=certificates.server("localhost", wants="ca"))
    ways = certificates.trusting(cert=certificates.path("client.pem"), key=certificates.path("client.key"))
    assert (await _called(client_by(ways), port)).body == b"ok"


async def test_certificate_and_key_may_stand_in_one_file(certificates: Any, serve: Any, client_by: Any) -> None:
    both = certificates.path("both.pem")
    both.write_text(certificates.path("client.pem").read_text() + certificates.path("client.key").read_text())
    port = await serve(context=certificates.server("localhost", wants="ca"))
    assert (await _called(client_by(certificates.trusting(cert=both)), port)).body == b"ok"


@pytest.mark.parametrize("version", ["-tls1_3", "-tls1_2"])
async def test_a_client_certificate_that_is_wanted_and_missing_is_named(
    certificates: Any, openssl_server: Any, client_by: Any, version: str
) -> None:
    port = await openssl_server(f"-cert localhost.pem -key localhost.key -CAfile ca.pem -Verify 1 {version} -www")
    failure = (await _called(client_by(certificates.trusting()), port)).failure
    assert "want a client certificate" in failure.detail.replace("wants", "want")
    assert failure.hint == "name the file of a client certificate and its key in `http.tls.cert`"
    assert "want a client certificate" in (await _refusal(certificates.trusting(), port)).replace("wants", "want")


async def test_a_client_certificate_of_a_stranger_is_named(
    certificates: Any, openssl_server: Any, client_by: Any
) -> None:
    wanting = "-cert localhost.pem -key localhost.key -CAfile ca.pem -Verify 1 -verify_return_error -www"
    port = await openssl_server(wanting)
    ways = certificates.trusting(cert=certificates.path("stranger.pem"), key=certificates.path("stranger.key"))
    failure = (await _called(client_by(ways), port)).failure
    assert "the server does not trust the CA of our client certificate" in failure.detail


async def test_a_server_that_speaks_no_tls_is_named(serve: Any, client_by: Any) -> None:
    port = await serve(_greeting)
    failure = (await _called(client_by(DIRECT), port)).failure
    assert failure.detail == f"no TLS is spoken there at localhost:{port}"
    assert "no TLS is spoken there" in await _refusal(DIRECT, port)


async def _greeting(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(1)
    writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
    await writer.drain()
    await reader.read()


async def test_a_server_that_says_nothing_within_the_handshake_is_named(serve: Any, client_by: Any) -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    port = await serve(silent)
    request = Request("GET", f"https://localhost:{port}/")
    exchange = await client_by(DIRECT).exchange(request, Timeouts(connect_s=0.2))
    told = f"connected to localhost:{port}, but TLS was not agreed on within 200 ms"
    assert (exchange.failure.kind, exchange.failure.detail) == ("connect timeout", told)


async def test_a_server_of_http_2_alone_is_named(certificates: Any, openssl_server: Any, client_by: Any) -> None:
    port = await openssl_server("-cert localhost.pem -key localhost.key -alpn h2 -www")
    failure = (await _called(client_by(certificates.trusting()), port)).failure
    assert failure.detail.startswith("the server does not speak HTTP/1.1 (it refused it in the TLS handshake")
    assert "the server does not speak HTTP/1.1" in await _refusal(certificates.trusting(), port)


@pytest.mark.parametrize(
    ("trust", "sentence"),
    [
        ({"ca": "missing.pem"}, "`http.tls.ca` cannot be used: {}/missing.pem is not there"),
        ({"ca": "client.key"}, "`http.tls.ca` cannot be used: {}/client.key holds no certificate"),
        ({"cert": "client.pem"}, "`http.tls.cert` cannot be used: {}/client.pem holds no certificate with its key"),
        (
            {"cert": "client.pem", "key": "ca.key"},
            "`http.tls.cert` cannot be used: {}/client.pem holds a certificate that the key does not belong to",
        ),
    ],
)
def test_files_that_cannot_be_used_are_named(certificates: Any, trust: dict[str, str], sentence: str) -> None:
    paths: dict[str, Path] = {name: certificates.path(file) for name, file in trust.items()}
    with pytest.raises(BadTlsFile) as told:
        context_of(Trust(**paths))  # type: ignore[arg-type]
    assert str(told.value) == sentence.format(certificates.folder)
    assert "PEM" in told.value.hint


def test_a_key_with_a_password_is_refused_and_nobody_is_asked(certificates: Any) -> None:
    locked = certificates.path("locked.key")
    certificates._openssl(*f"ec -aes256 -passout pass:secret -in client.key -out {locked.name}".split())
    with pytest.raises(BadTlsFile, match="protected by a password"):
        context_of(Trust(cert=certificates.path("client.pem"), key=locked))
