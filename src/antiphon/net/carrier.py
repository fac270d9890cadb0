"""A Socket.IO connection that carries the sockets of one or several namespaces over one Engine.IO session.

It puts packets together from messages and hands each to the socket of its namespace; it decides nothing for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

from antiphon.core.clock import Clock
from antiphon.net.engineio import EngineConnection
from antiphon.net.socket_facts import Allow, Closed, Endpoint, FrameKind, SocketListener, Upgraded
from antiphon.net.ways import Ways
from antiphon.wire.errors import RemoteProtocolError
from antiphon.wire.heard import Acknowledged, Received
from antiphon.wire.runs import run_of
from antiphon.wire.socketio import MOST_ID_DIGITS, Decoder, Kind, Packet, event_name, namespace_prefix

_NO_EVENTS: Final = (Kind.CONNECT, Kind.DISCONNECT, Kind.CONNECT_ERROR)


class Rider(Protocol):
    """A socket in one namespace. All is called inside the protocol's callback, and must not wait."""

    namespace: str
    listener: SocketListener

    def on_carried(self, sid: str) -> None:
        """The session is open: ask for admission."""
        ...

    def on_packet(self, packet: Packet, first_s: float, at_s: float) -> None:
        """Take any packet of this namespace, or of one that nobody else rides in."""
        ...

    def on_sign(self, at_s: float, kind: str) -> None:
        """Take note of a sign of life."""
        ...

    def on_frame(self, at_s: float, kind: FrameKind, payload: bytes) -> None:
        """Take note of a frame that is neither event nor acknowledgement."""
        ...

    def on_upgraded(self, upgraded: Upgraded) -> None:
        """Take note that the session moved on to WebSocket, or failed to."""
        ...

    def on_session_closed(self, closed: Closed) -> None:
        """Take note that the session has ended."""
        ...


class Carrier:
    """One session and who rides on it.

    Attributes:
        engine: The session.
        endpoint: What it was opened with; the namespace and credentials in it are those of the first rider.
    """

    __slots__ = (
        "_ack_head",
        "_admitted",
        "_decoder",
        "_event_head",
        "_listener",
        "_namespace",
        "_riders",
        "_sid",
        "endpoint",
        "engine",
    )

    def __init__(self, endpoint: Endpoint, *, clock: Clock, allow: Allow, ways: Ways, limit_bytes: int) -> None:
        self.endpoint = endpoint
        self.engine = EngineConnection(self, clock=clock, allow=allow, ways=ways, limit_bytes=limit_bytes)
        self._decoder = Decoder(limit_bytes=limit_bytes)
        self._riders: dict[str, Rider] = {}
        self._admitted: Rider | None = None
        self._sid = ""
        self._listener: SocketListener | None = None  # of an only rider that is admitted, between packets
        self._namespace = "/"
        self._event_head = b""
        self._ack_head = b""

    def takes(self, endpoint: Endpoint) -> bool:
        """Return whether a socket for this endpoint can ride along."""
        own = self.endpoint
        same = (own.url, own.path, own.headers, own.query, own.transports) == (
            *(endpoint.url, endpoint.path, endpoint.headers),
            *(endpoint.query, endpoint.transports),
        )
        return same and not self.engine.is_over and bool(self._riders) and endpoint.namespace not in self._riders

    def board(self, rider: Rider) -> None:
        """Take a socket along; it is told at once if the session is open already."""
        self._riders[rider.namespace] = rider
        self._shorten()
        if self._sid:
            rider.on_carried(self._sid)

    def alight(self, rider: Rider) -> bool:
        """Let a socket go; return whether nobody rides any more."""
        if self._riders.get(rider.namespace) is rider:
            del self._riders[rider.namespace]
            self._shorten()
        return not self._riders

    def admit(self, rider: Rider) -> None:
        """Take note that a namespace let its socket in."""
        self._admitted = rider
        self._shorten()

    def is_alone(self, rider: Rider) -> bool:
        """Return whether this socket is the only one that rides."""
        return len(self._riders) == 1 and self._riders.get(rider.namespace) is rider

    @property
    def is_empty(self) -> bool:
        """Whether nobody rides any more."""
        return not self._riders

    def _shorten(self) -> None:
        """Take the short way for events and acknowledgements if they can be meant for one listener alone."""
        only = next(iter(self._riders.values())) if len(self._riders) == 1 else None
        self._listener = None
        if only is not None and only is self._admitted and not self._decoder.collecting:
            prefix = namespace_prefix(only.namespace)
            self._event_head, self._ack_head = b'42%b["' % prefix, b"43" + prefix
            self._listener, self._namespace = only.listener, only.namespace

    # -- what the session tells ---------------------------------------------------------------------

    def on_session(self, sid: str) -> None:
        """The session is open; called by it."""
        self._sid = sid
        for rider in tuple(self._riders.values()):
            rider.on_carried(sid)

    def on_text_frame(self, payload: bytes, at_s: float) -> None:
        """Take what the WebSocket carries; called by it."""
        # The hot path: a plain event or acknowledgement of an only socket makes no packet and takes no step of a table
        # (0.5 and 0.6 microseconds against 5 and 6, benchmarks/socketio_cpu.py). All else, and all doubt, goes there.
        listener = self._listener
        if listener is not None and payload.endswith(b"]"):
            if payload.startswith(self._event_head):
                raw = payload[len(self._event_head) - 2 :]
                listener.on_event(Received(at_s, at_s, self._namespace, event_name(raw), raw))
                return
            if payload.startswith(self._ack_head):
                start = len(self._ack_head)
                cut = payload.find(b"[", start, start + MOST_ID_DIGITS + 1)
                digits = payload[start:cut] if cut > 0 else b""
                if digits.isdigit():
                    listener.on_ack(Acknowledged(at_s, int(digits), payload[cut:]))
                    return
        self.engine.on_text(payload, at_s)

    def on_text_frames(self, payloads: Sequence[bytes], start: int, at_s: float) -> int:
        """Take a run of plain events that the WebSocket carries; called by it."""
        listener = self._listener
        run = run_of(payloads, start, self._event_head) if listener is not None else None
        if listener is None or run is None or not listener.on_run(run[0], run[1], at_s):
            return 0
        return len(run[1])

    def on_message(self, payload: bytes, at_s: float) -> None:
        """Take a text message; called by the session."""
        packet = self._decoder.text(payload, now_s=at_s)
        if packet is not None and packet.kind in _NO_EVENTS and self._admitted is not None:
            self.on_frame(at_s, "text", b"4" + payload)
        self._on_packet(packet, at_s)

    def on_binary_message(self, data: bytes, at_s: float) -> None:
        """Take a binary message; called by the session."""
        if self._admitted is None and not self._decoder.collecting:
            what = "a binary message came where text was due: the target uses another parser (msgpack?)"
            raise RemoteProtocolError(breach=f"{what}, and Antiphon speaks JSON only")
        self._on_packet(self._decoder.binary(data), at_s)

    def _on_packet(self, packet: Packet | None, at_s: float) -> None:
        self._shorten()
        if packet is None:
            return
        rider = self._riders.get(packet.namespace) or next(iter(self._riders.values()), None)
        if rider is not None:
            rider.on_packet(packet, self._decoder.first_s, at_s)

    def on_sign(self, at_s: float, kind: str) -> None:
        """Take note of a sign of life; called by the session."""
        for rider in tuple(self._riders.values()):
            rider.on_sign(at_s, kind)

    def on_frame(self, at_s: float, kind: FrameKind, payload: bytes) -> None:
        """Take note of a frame that is neither event nor acknowledgement; called by the session."""
        for rider in tuple(self._riders.values()):
            rider.on_frame(at_s, kind, payload)

    def on_upgraded(self, upgraded: Upgraded) -> None:
        """Take note that the session moved on, or failed to; called by it."""
        for rider in tuple(self._riders.values()):
            rider.on_upgraded(upgraded)

    def on_session_closed(self, closed: Closed) -> None:
        """Take note of the end; called by the session."""
        for rider in tuple(self._riders.values()):
            rider.on_session_closed(closed)
