"""How packets leave: straight into each socket's own queue.

python-socketio's `emit` makes a task for each recipient, so that two events can overtake each other; here a packet is
in the queue when the call returns. This module is the one place that knows the insides of python-engineio's sockets.
"""

import asyncio
from typing import Any

from engineio.packet import CLOSE, MESSAGE, NOOP, Packet

DISCONNECT = "1"
"""A Socket.IO disconnect packet of the main namespace."""

MOST_WAITING = 20_000
"""A socket that does not read is closed when so many packets wait for it."""

POLLING_LINGERS_S = 0.5


class EngineOutlet:
    """The queues of the Engine.IO server's sockets."""

    def __init__(self) -> None:
        self._engine: Any = None
        self._text = ""
        self._packet = Packet(MESSAGE, "")
        self._closing: set[asyncio.Task[None]] = set()

    def attach(self, engine: Any) -> None:
        """Use this Engine.IO server."""
        self._engine = engine

    def count(self) -> int:
        """Return how many sockets there are, those not let in included."""
        return len(self._engine.sockets)

    def send(self, wire_id: str, packet: str) -> None:
        """Put a packet behind all others of this socket."""
        socket = self._engine.sockets.get(wire_id)
        if socket is None or socket.closed:
            return
        if packet is not self._text:
            # Encoded once for all hearers of an event, which come here one after the other.
            self._text, self._packet = packet, Packet(MESSAGE, packet)
        socket.queue.put_nowait(self._packet)
        if socket.queue.qsize() > MOST_WAITING:
            self.hang_up(wire_id)

    def hang_up(self, wire_id: str) -> None:
        """Close this socket once everything put before was written."""
        socket = self._engine.sockets.get(wire_id)
        if socket is None or socket.closed:
            return
        socket.queue.put_nowait(Packet(MESSAGE, DISCONNECT))
        if socket.upgraded:
            # The writer ends at None, and closes the WebSocket.
            socket.queue.put_nowait(None)
        else:
            socket.queue.put_nowait(Packet(CLOSE))
            asyncio.get_running_loop().call_later(POLLING_LINGERS_S, self._end, wire_id)

    def wake(self, wire_id: str) -> None:
        """Answer a poll that is still waiting for packets of a socket that is gone."""
        socket = self._engine.sockets.get(wire_id)
        if socket is not None and not socket.upgraded:
            socket.queue.put_nowait(Packet(NOOP))

    def _end(self, wire_id: str) -> None:
        task = asyncio.ensure_future(self._engine.disconnect(wire_id))
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)
