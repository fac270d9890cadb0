"""W5 as bare as it can be: picows on uvloop, frames in, counted by how they begin."""

from __future__ import annotations

import asyncio
import sys

import uvloop
from picows import WSFrame, WSListener, WSMsgType, WSTransport, ws_connect

TEXT = WSMsgType.TEXT


class Client(WSListener):
    """One user: says hello, asks for the flood, and counts it."""

    def __init__(self, events: int) -> None:
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.left = events

    def on_ws_connected(self, transport: WSTransport) -> None:
        """Keep the transport."""
        self.transport = transport

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        """Count an event; answer what the protocol asks."""
        data = frame.get_payload_as_bytes()
        if data.startswith(b"42"):
            self.left -= 1
            if self.left == 0:
                self.done.set_result(None)
        elif data.startswith(b"40"):
            self.ready.set_result(None)
        elif data.startswith(b"0"):
            transport.send(TEXT, b"40")
        elif data == b"2":
            transport.send(TEXT, b"3")


async def play(port: int, users: int, events: int) -> None:
    """Connect, let every user ask for its events, and wait until all have come."""
    url = f"ws://127.0.0.1:{port}/socket.io/?EIO=4&transport=websocket"
    clients = []
    for _ in range(users):
        client = Client(events)
        await ws_connect(lambda client=client: client, url)
        await client.ready
        clients.append(client)
    for client in clients:
        client.transport.send(TEXT, b'42["flood",{"events":%d}]' % events)
    await asyncio.gather(*(client.done for client in clients))
    sys.stdout.write(f"{users * events} events\n")


if __name__ == "__main__":
    uvloop.run(play(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
