"""W2 as bare as it can be: httptools on uvloop, a request out, an answer back, and nothing made of either."""

from __future__ import annotations

import asyncio
import sys

import httptools
import uvloop


class Client(asyncio.Protocol):
    """One user: sends the next request as soon as the last is answered."""

    def __init__(self, port: int, rounds: int, done: asyncio.Future[None]) -> None:
        self.head = (
            f"POST /messages HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\nContent-Length: "
        ).encode()
        self.sent = 0
        self.rounds = rounds
        self.done = done

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self.transport = transport
        self.parser = httptools.HttpResponseParser(self)
        self.post()

    def post(self) -> None:
        """Send one request."""
        body = b'{"number":%d,"text":"hello"}' % self.sent
        self.sent += 1
        self.transport.write(self.head + b"%d\r\n\r\n" % len(body) + body)  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        """Parse what came."""
        self.parser.feed_data(data)

    def on_message_complete(self) -> None:
        """Go on, with a parser as new as every answer's: that is how httptools is meant to be used."""
        if self.sent == self.rounds:
            self.done.set_result(None)
            self.transport.close()
        else:
            self.post()


async def play(port: int, users: int, rounds: int) -> None:
    """Let every user send its requests."""
    loop = asyncio.get_running_loop()
    waits = [loop.create_future() for _ in range(users)]
    for done in waits:
        await loop.create_connection(lambda done=done: Client(port, rounds, done), "127.0.0.1", port)
    await asyncio.gather(*waits)
    sys.stdout.write(f"{users * rounds} requests\n")


if __name__ == "__main__":
    uvloop.run(play(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
