"""W1 as bare as it can be: picows on uvloop, a frame out, a frame back, and nothing made of either."""

from __future__ import annotations

import asyncio
import sys

import uvloop
from picows import WSFrame, WSListener, WSMsgType, WSTransport, ws_connect

TEXT = WSMsgType.TEXT


class Client(WSListener):
    """One user: says hello, then echoes when it is told to."""

    def __init__(self) -> None:
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.answered = 0
        self.sent = 0

    def on_ws_connected(self, transport: WSTransport) -> None:
        """Keep the transport."""
        self.transport = transport

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        """Count an acknowledgement; answer what the protocol asks."""
        data = frame.get_payload_as_bytes()
        if data.startswith(b"43"):
            self.answered += 1
        elif data.startswith(b"40"):
            self.ready.set_result(None)
        elif data.startswith(b"0"):
            transport.send(TEXT, b"40")
        elif data == b"2":
            transport.send(TEXT, b"3")

    def echo(self) -> None:
        """Send one emit that asks for an acknowledgement."""
        self.transport.send(TEXT, b'42%d["echo",{"number":%d}]' % (self.sent, self.sent))
        self.sent += 1


async def play(port: int, users: int, rounds: int, period_s: float) -> None:
    """Connect, and let every user emit once a period, on time."""
    loop = asyncio.get_running_loop()
    url = f"ws://127.0.0.1:{port}/socket.io/?EIO=4&transport=websocket"
    clients = []
    for _ in range(users):
        client = Client()
        await ws_connect(lambda client=client: client, url)
        await client.ready
        clients.append(client)
    start_s = loop.time()
    for number in range(rounds):
        await asyncio.sleep(max(start_s + number * period_s - loop.time(), 0))
        for client in clients:
            client.echo()
    while sum(client.answered for client in clients) < users * rounds:  # noqa: ASYNC110 - as little as can be
        await asyncio.sleep(0.01)
    sys.stdout.write(f"{users * rounds} round trips\n")


if __name__ == "__main__":
    uvloop.run(play(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])))
