"""An Engine.IO session on a real network: by WebSocket, by long polling, or by the one and then the other.

It keeps the session alive and hands messages up and down; what they mean is its owner's matter. A session that
begins by polling moves on to WebSocket as the protocol says: the WebSocket is probed beside it, then the polling
comes to rest, and only then `5` is said and all further messages go by WebSocket. So none is lost or overtaken.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Final, Literal

from antiphon.core.clock import Clock
from antiphon.net.address import Address, websocket_address
from antiphon.net.engine_owner import EngineOwner
from antiphon.net.http import HttpClient
from antiphon.net.polling import Polling
from antiphon.net.session_cookies import SessionCookies
from antiphon.net.socket_facts import Allow, Closed, Endpoint, FrameKind, Sent, Transport, Upgraded
from antiphon.net.upgrade_refusal import NotUpgraded
from antiphon.net.ways import Ways
from antiphon.net.websocket import FRAME_LIMIT_BYTES, WebSocket
from antiphon.net.websocket_owner import Ended
from antiphon.wire import engineio
from antiphon.wire.engineio import Do, Session, State
from antiphon.wire.errors import LocalProtocolError, excerpt
from antiphon.wire.polling import Message

_LOOK_AGAIN_S: Final = 0.02
"""Our own lag may have kept us from reading a ping that is in time: read what is there, then decide."""
_LONGEST_TIMER_S: Final = 3600.0
_PROBE: Final = b"2probe"
_PROBED: Final = b"3probe"
_UPGRADE: Final = b"5"

_PHASES: Final = ("the connection", "the WebSocket upgrade", "the Engine.IO handshake")


class EngineConnection:
    """One session, used once.

    Attributes:
        transport: What carries it now.
        send_text: Sends an Engine.IO packet as text; replaced when the session moves on.
        send_binary: Sends a binary message.
    """

    __slots__ = (
        "_address",
        "_allow",
        "_clock",
        "_cookies",
        "_finished",
        "_headers",
        "_limit_bytes",
        "_looked_again",
        "_now",
        "_owner",
        "_polling",
        "_probed",
        "_session",
        "_timer",
        "_upgrading",
        "_ways",
        "_ws",
        "send_binary",
        "send_text",
        "transport",
    )

    def __init__(
        self,
        owner: EngineOwner,
        *,
        clock: Clock,
        allow: Allow,
        ways: Ways,
        limit_bytes: int = FRAME_LIMIT_BYTES,
    ) -> None:
        self._owner = owner
        self._clock = clock
        self._now = clock.now_s
        self._allow = allow
        self._ways = ways
        self._limit_bytes = limit_bytes
        self._session = Session()
        self._ws = WebSocket(self, clock=clock, limit_bytes=limit_bytes)
        self._polling: Polling | None = None
        self._upgrading: asyncio.Task[None] | None = None
        self._probed: asyncio.Future[str] | None = None
        self._address: Callable[[Transport, str], Address] = lambda transport, sid: Address("", 0, False, "", "")
        self._headers: Sequence[tuple[str, str]] = ()
        self._cookies = SessionCookies()
        self._finished = False
        self._timer: asyncio.TimerHandle | None = None
        self._looked_again = False
        self.transport: Transport = "websocket"
        self.send_text = self._ws.send_text
        self.send_binary = self._ws.send_binary

    # -- opening -----------------------------------------------------------------------------------

    async def open(self, endpoint: Endpoint, *, limit_s: float) -> NotUpgraded | None:
        """Connect by the first of the endpoint's transports; return None once messages may come.

        Messages may come before this returns. It has no deadline of its own but for polling's single
        requests: cancelling it and `abort` end what was begun.

        Raises:
            NoAddress: The endpoint's URL is none.
            NotAllowed: The address is not allowed.
        """

        def address(transport: Transport, sid: str) -> Address:
            named = (("sid", sid),) if sid else ()
            query = (("EIO", "4"), ("transport", transport), *endpoint.query, *named)
            return websocket_address(endpoint.url, path=endpoint.path, query=query)

        self._address = address
        self._headers = endpoint.headers
        first = endpoint.transports[0]
        if first == "polling":
            return await self._open_polling(upgrades="websocket" in endpoint.transports, limit_s=limit_s)
        missing = await self._ws.connect(
            address("websocket", ""), allow=self._allow, ways=self._ways, headers=self._headers
        )
        if missing is None or "polling" not in endpoint.transports or missing.by == "unreachable":
            return missing
        also_missing = await self._open_polling(upgrades=False, limit_s=limit_s)
        if also_missing is None:
            self._owner.on_upgraded(Upgraded(self._now(), f"no WebSocket: {missing.detail}"))
            return None
        detail = f"no WebSocket: {missing.detail}; by polling: {also_missing.detail}"
        return NotUpgraded(also_missing.by, detail, also_missing.status, also_missing.data)

    async def _connect_websocket(self, sid: str, headers: Sequence[tuple[str, str]]) -> NotUpgraded | None:
        address = self._address("websocket", sid)
        return await self._ws.connect(address, allow=self._allow, ways=self._ways, headers=headers)

    async def _open_polling(self, *, upgrades: bool, limit_s: float) -> NotUpgraded | None:
        self.transport = "polling"
        address = self._address("polling", "")
        direct = self._ways.to(address.host, address.port).proxy is None
        try:
            await (self._allow.addresses if direct else self._allow.name_for_proxy)(address.host, address.port)
        except OSError as error:
            return NotUpgraded("unreachable", f"{address.host} has no address: {error}")
        polling = Polling(
            self,
            http=HttpClient(clock=self._clock, allow=self._allow, ways=self._ways),
            headers=tuple(self._headers),
            cookies=self._cookies,
        )
        self._polling = polling
        self.send_text, self.send_binary = polling.send_text, polling.send_binary
        missing = await polling.ask_handshake(address.http_url, limit_s=limit_s)
        handshake = self._session.handshake
        if missing is not None or handshake is None or self._finished:
            await self._give_up_polling(polling)
            return missing or NotUpgraded("protocol", "the answer to the first poll opens no session")
        polling.begin(
            self._address("polling", handshake.sid).http_url,
            silence_s=handshake.silence_s,
            most_bytes=handshake.most_bytes,
        )
        if upgrades and "websocket" in handshake.upgrades:
            self._upgrading = asyncio.get_running_loop().create_task(self._upgrade(handshake.sid, limit_s))
        return None

    async def _give_up_polling(self, polling: Polling) -> None:
        polling.abort()
        await polling.wait_gone(0)

    @property
    def phase(self) -> str:
        """What is waited for while it opens; empty once the session is open."""
        if self._session.state is State.OPEN:
            return ""
        return "the answer to the first poll" if self._polling is not None else _PHASES[self._ws.progress]

    # -- from polling to WebSocket -----------------------------------------------------------------

    async def _upgrade(self, sid: str, limit_s: float) -> None:
        polling = self._polling
        if polling is None:
            return
        try:
            async with asyncio.timeout(limit_s):
                failure = await self._probe(sid) or await self._move(polling)
        except TimeoutError:
            failure = f"the WebSocket was not ready within {limit_s:g} s"
        except Exception as error:  # noqa: BLE001 - the edge of a task: the session goes on without the WebSocket
            failure = f"{error}"
        self._probed = None
        if self._finished:
            self._ws.abort()
        elif failure:
            self._ws.abort()
            polling.resume()
            self._owner.on_upgraded(Upgraded(self._now(), failure))

    async def _probe(self, sid: str) -> str:
        """Open the WebSocket and exchange the probe; return why it cannot be used."""
        self._probed = asyncio.get_running_loop().create_future()
        headers = self._cookies.added_to(self._headers)
        missing = await self._ws.connect(
            self._address("websocket", sid), allow=self._allow, ways=self._ways, headers=headers
        )
        if missing is not None:
            return missing.detail
        self._ws.send_text(_PROBE)
        return await self._probed

    async def _move(self, polling: Polling) -> str:
        self._probed = ended = asyncio.get_running_loop().create_future()
        resting = asyncio.ensure_future(polling.pause())
        try:
            await asyncio.wait({resting, ended}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            resting.cancel()
        if ended.done():
            return str(ended.result())
        if self._finished:
            return "the session ended"
        self._probed = None
        at_s = self._now()
        self._ws.send_text(_UPGRADE)
        self.send_text, self.send_binary = self._ws.send_text, self._ws.send_binary
        self.transport = "websocket"
        self._take_the_short_way()
        for message, sent in polling.take_waiting():
            if sent is not None:
                sent.at_s = self._now()
            (self.send_binary if message.binary else self.send_text)(message.payload)
        self._polling = self._upgrading = None
        self._owner.on_upgraded(Upgraded(at_s))
        polling.abort()
        await polling.wait_gone(0)
        return ""

    def _on_probe(self, payload: bytes, probed: asyncio.Future[str]) -> None:
        if not probed.done():
            probed.set_result("" if payload == _PROBED else f"the probe was answered {excerpt(payload)}")

    # -- what comes --------------------------------------------------------------------------------

    def on_text(self, payload: bytes, at_s: float) -> None:
        """Take a text message; called by the WebSocket, or by the owner for what it does not take itself."""
        if self._probed is not None:
            self._on_probe(payload, self._probed)
        else:
            self._on_packet(engineio.decode(payload), at_s)

    def on_binary(self, payload: bytes, at_s: float) -> None:
        """Take a binary message; called by the WebSocket."""
        if self._probed is not None:
            self._on_probe(payload, self._probed)
        else:
            self._on_packet(engineio.decode(payload, binary=True), at_s)

    def on_messages(self, messages: Sequence[Message], at_s: float) -> None:
        """Take what one body held; called by the polling."""
        for message in messages:
            self._on_packet(engineio.decode(message.payload, binary=message.binary), at_s)

    def on_sign(self, at_s: float, kind: Literal["ping", "pong"], payload: bytes) -> None:
        """Take note of a control frame; called by the WebSocket."""
        self._owner.on_frame(at_s, kind, payload)

    def _on_packet(self, packet: engineio.Packet, at_s: float) -> None:
        self._session, do = engineio.on_packet(self._session, packet, now_s=at_s)
        match do:
            case Do.DELIVER:
                if packet.binary:
                    self._owner.on_binary_message(packet.data, at_s)
                else:
                    self._owner.on_message(packet.data, at_s)
            case Do.ANSWER:
                self.send_text(b"3" + packet.data)
                self._owner.on_sign(at_s, "ping")
            case Do.GREET:
                if self.transport == "polling":
                    self._ws.on_text = self.on_text
                else:
                    self._take_the_short_way()
                self._watch_silence()
                self._owner.on_session(self._session.handshake.sid if self._session.handshake is not None else "")
            case Do.HANG_UP:
                self._finish(Closed(at_s, "target", "close packet"))
                self.close()
            case Do.NOTHING:
                if not packet.binary:
                    self._owner.on_frame(at_s, "text", engineio.encode(packet))

    def _take_the_short_way(self) -> None:
        """Let the owner have what the WebSocket carries, without a call of ours between."""
        self._ws.on_text, self._ws.on_texts = self._owner.on_text_frame, self._owner.on_text_frames

    # -- the end -----------------------------------------------------------------------------------

    def on_ended(self, ended: Ended) -> None:
        """Take note of the WebSocket's end; called by it."""
        if self._probed is not None:
            words = ended.detail or ended.reason or f"the target ended it by a {ended.how}"
            if not self._probed.done():
                self._probed.set_result(words)
            return
        if self.transport == "polling":
            return
        self._finish(Closed(ended.at_s, ended.by, ended.how, ended.code, ended.reason, ended.detail))

    def on_polling_ended(self, closed: Closed) -> None:
        """Take note of the end of polling; called by it."""
        self._finish(closed)

    def _finish(self, closed: Closed) -> None:
        if self._finished:
            return
        self._finished = True
        self._session = engineio.on_hang_up(self._session)
        self._stop()
        self._owner.on_session_closed(closed)

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        upgrading = self._upgrading
        if upgrading is not None and not upgrading.done() and upgrading is not asyncio.current_task():
            upgrading.cancel()
            self._ws.abort()

    @property
    def is_over(self) -> bool:
        """Whether the session has ended, or we have said goodbye."""
        # Asked before every emit, so that a call less counts.
        return self._finished or (self._ws if self._polling is None else self._polling).closing

    @property
    def unsent_bytes(self) -> int:
        """How much of what was sent still waits for the network, because the target does not read."""
        return self._link.unsent_bytes

    def stamp(self, sent: Sent) -> None:
        """Have the stamp of the message sent last corrected when it really leaves; of no use on a WebSocket."""
        if self._polling is not None:
            self._polling.stamp(sent)

    async def flushed(self) -> None:
        """Return when all that was sent has left; at once on a WebSocket."""
        while self._polling is not None and not self._finished and self._polling.unsent_bytes:
            await self._polling.left()

    def send_frame(self, kind: FrameKind, payload: bytes = b"", *, code: int | None = None) -> float:
        """Send a raw frame now, and return when.

        Raises:
            LocalProtocolError: Polling carries messages, and no frames of another kind.
        """
        if self._polling is None:
            return self._ws.send_frame(kind, payload, code=code)
        if kind not in ("text", "binary"):
            raise LocalProtocolError(breach=f"polling has no {kind} frame")
        at_s = self._now()
        (self.send_text if kind == "text" else self.send_binary)(payload)
        return at_s

    def close(self) -> None:
        """Say goodbye in the transport's own way; the target has two seconds to answer."""
        self._stop()
        self._link.close()

    def leave(self) -> None:
        """Say goodbye, and end as soon as that is written."""
        self._stop()
        self._link.leave()

    def abort(self) -> None:
        """End now, unsent messages and all."""
        self._stop()
        self._link.abort()
        if self._polling is not None:
            self._finish(Closed(self._now(), "us", "cut", detail="we ended it without a close packet"))

    async def wait_gone(self, timeout_s: float) -> None:
        """Return when the transport has ended; after `timeout_s` it is aborted."""
        upgrading = self._upgrading
        if upgrading is not None and upgrading is not asyncio.current_task() and not upgrading.done():
            await asyncio.wait({upgrading}, timeout=timeout_s)
        polling = self._polling
        if polling is None:
            await self._ws.wait_gone(timeout_s)
            return
        await polling.wait_gone(timeout_s)
        if not self._finished:
            self._finish(Closed(self._now(), "us", "cut", detail="we ended it without a close packet"))

    @property
    def _link(self) -> WebSocket | Polling:
        return self._ws if self._polling is None else self._polling

    # -- heartbeats --------------------------------------------------------------------------------

    def _watch_silence(self) -> None:
        left_s = self._session.ping_due_s - self._now()
        if left_s > 0:
            self._looked_again = False
            self._call_later(min(max(left_s, 0.001), _LONGEST_TIMER_S))
        elif not self._looked_again:
            self._looked_again = True
            self._call_later(_LOOK_AGAIN_S)
        else:
            silence_s = self._session.handshake.silence_s if self._session.handshake is not None else 0.0
            self._finish(Closed(self._now(), "network", "ping timeout", detail=f"no ping came for {silence_s:g} s"))
            self._link.abort()

    def _call_later(self, delay_s: float) -> None:
        self._timer = asyncio.get_running_loop().call_later(delay_s, self._watch_silence)
