"""CPU of the Socket.IO driver against a bare picows loop: a round trip (W1) and a received event (W5).

Both do the same work against the same server, a process of its own, alternating; only the
generator's CPU counts. Usage: python benchmarks/socketio_cpu.py [rounds]
"""

from __future__ import annotations

import asyncio
import resource
import statistics
import subprocess
import sys
from collections.abc import Awaitable, Callable, Sequence

import uvloop
from picows import WSFrame, WSListener, WSMsgType, WSTransport, WSUpgradeRequest, ws_connect, ws_create_server

from antiphon.net.allow import AllowList
from antiphon.net.socket_facts import Closed, Endpoint, Opened, Upgraded
from antiphon.net.socketio import SocketIOConnection
from antiphon.ticking.real import RealClock
from antiphon.wire.heard import Acknowledged, Received

USERS = 50
ROUND_TRIPS = 400
EVENTS = 4000
_EVENT = b'42["message_received",{"messageId":"0f8fad5b-d9cb-469f-a165-70867728950e","content":"hello","number":%d}]'
_FLOOD = b"".join(bytes((0x81, len(_EVENT % number))) + _EVENT % number for number in range(EVENTS))


class _Server(WSListener):
    """Speaks as much Socket.IO as both clients need."""

    def on_ws_connected(self, transport: WSTransport) -> None:
        hello = b'0{"sid":"e","upgrades":[],"pingInterval":250000,"pingTimeout":200000,"maxPayload":1000000}'
        transport.send(WSMsgType.TEXT, hello)

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        data = frame.get_payload_as_bytes()
        if data.startswith(b"40"):
            transport.send(WSMsgType.TEXT, b'40{"sid":"s"}')
        elif data == b'42["flood"]':
            # In one piece: a server that is slower than the client would be measured in its place.
            transport.underlying_transport.write(_FLOOD)
        elif data.startswith(b"42"):
            transport.send(WSMsgType.TEXT, b'43%b[{"ok":true}]' % data[2 : data.index(b"[")])


async def _serve() -> None:
    def listener(request: WSUpgradeRequest) -> WSListener:
        return _Server()

    server = await ws_create_server(listener, "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


class _Bare(WSListener):
    """picows and nothing else."""

    def __init__(self) -> None:
        self.left = 0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.transport: WSTransport | None = None

    def on_ws_connected(self, transport: WSTransport) -> None:
        self.transport = transport

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        data = frame.get_payload_as_bytes()
        if data.startswith(b"0"):
            transport.send(WSMsgType.TEXT, b"40")
        elif data.startswith(b"40"):
            self.done.set_result(None)
        else:
            self.left -= 1
            if self.left == 0:
                self.done.set_result(None)
            elif data.startswith(b"43"):
                self.echo()

    def echo(self) -> None:
        if self.transport is None:
            raise RuntimeError("not connected")
        self.transport.send(WSMsgType.TEXT, b'42%d["echo",{"number":%d}]' % (self.left, self.left))

    def flood(self) -> None:
        if self.transport is None:
            raise RuntimeError("not connected")
        self.transport.send(WSMsgType.TEXT, b'42["flood"]')

    def again(self, count: int) -> asyncio.Future[None]:
        self.left = count
        self.done = asyncio.get_running_loop().create_future()
        return self.done


class _Driven:
    """The driver, with a listener that does what the bare loop does."""

    def __init__(self) -> None:
        self.left = 0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.connection = SocketIOConnection(self, clock=RealClock(), allow=AllowList())

    def on_event(self, event: Received) -> None:
        self.left -= 1
        if self.left == 0:
            self.done.set_result(None)

    def on_run(self, name: str, args: Sequence[bytes], at_s: float) -> bool:
        self.left -= len(args)
        if self.left == 0:
            self.done.set_result(None)
        return True

    def on_ack(self, ack: Acknowledged) -> None:
        self.left -= 1
        if self.left == 0:
            self.done.set_result(None)
        else:
            self.echo()

    def on_beat(self, at_s: float, kind: str) -> None: ...

    def on_frame(self, at_s: float, kind: str, payload: bytes) -> None: ...
    def on_upgraded(self, upgraded: Upgraded) -> None: ...

    def on_closed(self, closed: Closed) -> None:
        raise RuntimeError(str(closed))

    def echo(self) -> None:
        self.connection.emit("echo", [{"number": self.left}], ack=True)

    def flood(self) -> None:
        self.connection.emit("flood", [], ack=False)

    def again(self, count: int) -> asyncio.Future[None]:
        self.left = count
        self.done = asyncio.get_running_loop().create_future()
        return self.done


async def _bare(port: int) -> _Bare:
    client = _Bare()
    await ws_connect(lambda: client, f"ws://127.0.0.1:{port}/", enable_auto_pong=True)
    await client.done
    return client


async def _driven(port: int) -> _Driven:
    client = _Driven()
    opened = await client.connection.open(Endpoint(f"http://127.0.0.1:{port}"))
    if not isinstance(opened, Opened):
        raise RuntimeError(opened.detail)
    return client


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


async def _measure(port: int, connect: Callable[[int], Awaitable[_Bare | _Driven]]) -> tuple[float, float, float]:
    started_s = _cpu_s()
    users = [await connect(port) for _ in range(USERS)]
    connected_s = _cpu_s()
    waits = [user.again(ROUND_TRIPS) for user in users]
    for user in users:
        user.echo()
    await asyncio.gather(*waits)
    echoed_s = _cpu_s()
    waits = [user.again(EVENTS) for user in users]
    for user in users:
        user.flood()
    await asyncio.gather(*waits)
    flooded_s = _cpu_s()
    return (
        (connected_s - started_s) / USERS * 1e6,
        (echoed_s - connected_s) / (USERS * ROUND_TRIPS) * 1e6,
        (flooded_s - echoed_s) / (USERS * EVENTS) * 1e6,
    )


def main() -> None:
    """Print one line for each work: both medians, and their ratio."""
    if sys.argv[1:] == ["serve"]:
        uvloop.run(_serve())
        return
    rounds = int(sys.argv[1]) if sys.argv[1:] else 5
    command = [sys.executable, __file__, "serve"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        port = int(server.stdout.readline() if server.stdout else 0)
        bare, driven = [], []
        for _ in range(rounds):
            bare.append(uvloop.run(_measure(port, _bare)))
            driven.append(uvloop.run(_measure(port, _driven)))
        server.terminate()
    for index, work in enumerate(("connect", "round trip", "event received")):
        one = statistics.median(times[index] for times in bare)
        other = statistics.median(times[index] for times in driven)
        sys.stdout.write(f"{work:15} bare {one:7.2f} us   driver {other:7.2f} us   x {other / one:.2f}\n")


if __name__ == "__main__":
    main()
