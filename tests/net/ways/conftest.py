"""Certificates made by openssl, servers that speak TLS, and a proxy that notes what it is asked."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import uvloop

from antiphon.net.allow import AllowList
from antiphon.net.http import HttpClient
from antiphon.net.proxy import Proxy
from antiphon.net.tls import Trust, context_of
from antiphon.net.ways import Way, Ways
from antiphon.ticking.real import RealClock

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
_KEY = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1"
_CA = "basicConstraints=critical,CA:TRUE"


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Run these tests on both loops: each tells of TLS in its own way."""
    return {"uvloop": uvloop.new_event_loop, "asyncio": asyncio.new_event_loop}


@dataclass(frozen=True)
class Certificates:
    """A CA and what it has signed, as PEM files in a folder: `ca.pem`, `NAME.pem`, `NAME.key`."""

    folder: Path

    def path(self, name: str) -> Path:
        return self.folder / name

    def _openssl(self, *words: str) -> None:
        subprocess.run(["openssl", *words], cwd=self.folder, check=True, capture_output=True)

    def authority(self, name: str = "ca") -> None:
        """Make a CA."""
        new = f"req -x509 {_KEY} -nodes -days 30 -subj /CN={name} -keyout {name}.key -out {name}.pem"
        self._openssl(*new.split(), "-addext", _CA)

    def signed(self, name: str, *, host: str = "", by: str = "ca", days: int = 30) -> None:
        """Make a certificate that lives so many days."""
        self._openssl(*f"req {_KEY} -nodes -subj /CN={name} -keyout {name}.key -out {name}.csr".split())
        self.path(f"{name}.ext").write_text(f"subjectAltName={host or 'DNS:localhost'}\n")
        sign = f"x509 -req -in {name}.csr -CA {by}.pem -CAkey {by}.key -CAcreateserial -extfile {name}.ext -days {days}"
        self._openssl(*sign.split(), "-out", f"{name}.pem")

    def trusting(self, **more: object) -> Ways:
        """Return ways that trust the CA alone."""
        return Ways(usual=Way(context=context_of(Trust(ca=self.path("ca.pem"), **more))))  # type: ignore[arg-type]

    def server(self, name: str, *, wants: str = "", alpn: tuple[str, ...] = ()) -> ssl.SSLContext:
        """Return a server's context; `wants` is the CA whose certificates it asks clients for."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.path(f"{name}.pem"), self.path(f"{name}.key"))
        if wants:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(self.path(f"{wants}.pem"))
        if alpn:
            context.set_alpn_protocols(alpn)
        return context


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """A CA, a certificate of localhost, one of another host, one that has expired, and one for a client."""
    made = Certificates(tmp_path_factory.mktemp("certificates"))
    made.authority()
    made.authority("other")
    made.signed("localhost")
    made.signed("elsewhere", host="DNS:elsewhere.example.com")
    made.signed("expired", days=-1)
    made.signed("client", host="DNS:client")
    made.signed("stranger", host="DNS:client", by="other")
    return made


Respond = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def answering(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer every request with `ok`."""
    while await reader.readuntil(b"\r\n\r\n"):
        writer.write(OK)


@pytest.fixture
async def serve() -> AsyncIterator[Callable[..., Awaitable[int]]]:
    """Start servers that end with the test: `port = await serve(respond, context)`."""
    servers: list[asyncio.Server] = []
    tasks: set[asyncio.Task[None]] = set()

    async def start(respond: Respond = answering, context: ssl.SSLContext | None = None) -> int:
        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None
            tasks.add(task)
            with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
                await respond(reader, writer)
            writer.transport.abort()

        server = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=context)
        servers.append(server)
        return int(server.sockets[0].getsockname()[1])

    yield start
    for server in servers:
        server.close()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@pytest.fixture
async def openssl_server(certificates: Certificates) -> AsyncIterator[Callable[[str], Awaitable[int]]]:
    """Start openssl's own server, which says in TLS what Python's servers keep to themselves."""
    running: list[asyncio.subprocess.Process] = []

    async def start(options: str) -> int:
        process = await asyncio.create_subprocess_exec(
            *("openssl", "s_server", "-accept", "127.0.0.1:0", *options.split()),
            cwd=certificates.folder,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        running.append(process)
        assert process.stdout is not None
        async with asyncio.timeout(60):
            while not (line := await process.stdout.readline()).startswith(b"ACCEPT"):
                assert line, "openssl ended"
        return int(line.rpartition(b":")[2])

    yield start
    for process in running:
        process.kill()
        await process.communicate()


@dataclass
class ProxyServer:
    """A proxy that opens tunnels, asks in absolute form, and can refuse.

    Attributes:
        asked: The heads of what it was asked, in order.
        refuses: What it says in place of a tunnel or answer.
    """

    port: int = 0
    asked: list[bytes] = field(default_factory=list)
    refuses: bytes = b""

    async def respond(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve a connection."""
        while head := await reader.readuntil(b"\r\n\r\n"):
            self.asked.append(head)
            if self.refuses:
                writer.write(self.refuses)
                await writer.drain()
                continue
            method, target, _ = head.split(b" ", 2)
            if method == b"CONNECT":
                host, _, port = target.decode().rpartition(":")
                await _piped(reader, writer, host.strip("[]"), int(port))
                return
            authority, _, path = target.decode().removeprefix("http://").partition("/")
            host, _, port = authority.rpartition(":")
            there = await asyncio.open_connection(host.strip("[]"), int(port))
            there[1].write(head.replace(target, f"/{path}".encode(), 1))
            writer.write(await there[0].readuntil(OK[-6:]))
            there[1].transport.abort()

    def way(self, **more: object) -> Way:
        """Return the way through it."""
        return Way(proxy=Proxy(host="127.0.0.1", port=self.port, **more))  # type: ignore[arg-type]


async def _piped(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, host: str, port: int) -> None:
    there_reader, there_writer = await asyncio.open_connection(host, port)
    writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")

    async def flow(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await source.read(65536):
                sink.write(data)
                await sink.drain()
        sink.transport.abort()

    try:
        await asyncio.gather(flow(reader, there_writer), flow(there_reader, writer))
    finally:
        there_writer.transport.abort()


@pytest.fixture
async def proxy(serve: Callable[..., Awaitable[int]]) -> ProxyServer:
    """A proxy on loopback."""
    made = ProxyServer()
    made.port = await serve(made.respond)
    return made


@pytest.fixture
async def client_by() -> AsyncIterator[Callable[..., HttpClient]]:
    """Make clients that go by certain ways: `client_by(ways, allow=…)`; they are closed with the test."""
    made: list[HttpClient] = []

    def make(ways: Ways, *allow: str) -> HttpClient:
        made.append(HttpClient(clock=RealClock(), allow=AllowList(allow), ways=ways))
        return made[-1]

    yield make
    for client in made:
        await client.close()
