"""An Engine.IO session by long polling: one GET that waits and one POST that tells, each at most once at a time.

What came in one body shares a stamp, that of the answer's last byte. What is sent waits its turn: the next
POST leaves when the one before it is answered, and takes along all that has gathered meanwhile.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Coroutine, Sequence
from typing import Any, Final, Protocol

from antiphon.net.exchange import Exchange, Failure, Headers, Request, Timeouts
from antiphon.net.http import HttpClient
from antiphon.net.session_cookies import SessionCookies
from antiphon.net.socket_facts import Closed, Sent
from antiphon.net.upgrade_refusal import NotUpgraded, body_value, said_http
from antiphon.wire.errors import RemoteProtocolError
from antiphon.wire.polling import Message, decode_body, encode_body, fitting

GOODBYE_GRACE_S: Final = 2.0
"""How long the last POST may take; then the connections are cut."""
_CLOSE: Final = Message(b"1")
_TEXT: Final = ("content-type", "text/plain;charset=UTF-8")
_SUCCESS: Final = 200


class PollingOwner(Protocol):
    """Whoever sits on a polled session."""

    def on_messages(self, messages: Sequence[Message], at_s: float) -> None:
        """Take what one body held. May raise `RemoteProtocolError`, which ends the session."""
        ...

    def on_polling_ended(self, closed: Closed) -> None:
        """Take note of the end; once, and never after `abort`."""
        ...


class Polling:
    """The requests of one session; used once."""

    __slots__ = (
        "_cookies",
        "_ended",
        "_farewell",
        "_headers",
        "_http",
        "_left",
        "_most_bytes",
        "_now",
        "_owner",
        "_pausing",
        "_polling",
        "_timeouts",
        "_url",
        "_waiting",
        "_writing",
        "closing",
    )

    def __init__(self, owner: PollingOwner, *, http: HttpClient, headers: Headers, cookies: SessionCookies) -> None:
        self._owner = owner
        self._http = http
        self._headers = headers
        self._cookies = cookies
        self._url = ""
        self._timeouts = Timeouts()
        self._most_bytes: int | None = None
        self._waiting: deque[tuple[Message, Sent | None]] = deque()
        self._polling: asyncio.Task[None] | None = None
        self._writing: asyncio.Task[None] | None = None
        self._farewell: asyncio.Task[None] | None = None
        self._left: asyncio.Future[None] | None = None
        self._pausing = False
        self._ended = False
        self.closing = False
        """Whether we have said goodbye; nothing is delivered any more."""

    async def ask_handshake(self, url: str, *, limit_s: float) -> NotUpgraded | None:
        """Send the first GET and hand on what it brings; return why there is no session.

        Args:
            url: With the query that asks for a new session.
            limit_s: How long the answer may take.
        """
        limits = Timeouts(connect_s=limit_s, first_byte_s=limit_s, total_s=limit_s)
        done = await self._exchange(Request("GET", url, self._headers), limits)
        trouble = _no_session(done)
        if trouble is not None:
            return trouble
        try:
            self._owner.on_messages(decode_body(done.body), done.answered_s or 0.0)
        except RemoteProtocolError as error:
            return NotUpgraded("protocol", str(error))
        return None

    def begin(self, url: str, *, silence_s: float, most_bytes: int | None) -> None:
        """Poll from now on, and send what waits.

        Args:
            url: With the session's name.
            silence_s: How long a GET may wait; a session that is silent for longer has ended anyway.
            most_bytes: The largest body that the server takes.
        """
        self._url = url
        self._most_bytes = most_bytes
        longest_s = 2 * silence_s + 10
        self._timeouts = Timeouts(first_byte_s=longest_s, total_s=longest_s)
        self.resume()

    def send_text(self, payload: bytes) -> None:
        """Send a text message as soon as it is its turn."""
        self._send(Message(payload))

    def send_binary(self, payload: bytes) -> None:
        """Send a binary message as soon as it is its turn."""
        self._send(Message(payload, binary=True))

    def stamp(self, sent: Sent) -> None:
        """Have the stamp of the message that was handed over last corrected when it leaves."""
        if self._waiting:
            self._waiting[-1] = (self._waiting[-1][0], sent)

    @property
    def unsent_bytes(self) -> int:
        """How much waits for its turn."""
        return sum(len(message.payload) for message, _ in self._waiting)

    async def left(self) -> None:
        """Return when something that waited has left, or never will."""
        if self._left is None:
            self._left = asyncio.get_running_loop().create_future()
        await asyncio.shield(self._left)

    async def pause(self) -> None:
        """Let the GET and the POST under way end, and begin no other; what they bring is handed on."""
        self._pausing = True
        under_way = {task for task in (self._polling, self._writing) if task is not None and not task.done()}
        if under_way:
            await asyncio.wait(under_way)

    def resume(self) -> None:
        """Poll and send again."""
        self._pausing = False
        if self._polling is None or self._polling.done():
            self._polling = self._task(self._poll())
        self._wake()

    def take_waiting(self) -> list[tuple[Message, Sent | None]]:
        """Return what still waits for its turn; it will be sent by other means."""
        taken = list(self._waiting)
        self._forget_waiting()
        return taken

    def close(self) -> None:
        """Send what waits and a close packet, and end; two seconds at most."""
        if self.closing:
            return
        self.closing = True
        if self._ended or not self._url:
            self.abort()
            return
        self._pausing = False
        self._waiting.append((_CLOSE, None))
        self._farewell = self._task(self._say_goodbye())

    leave = close

    def abort(self) -> None:
        """End now, unsent messages and all."""
        self.closing = True
        self._ended = True
        self._rest()

    async def wait_gone(self, timeout_s: float) -> None:
        """Return when no request is under way any more; after `timeout_s` they are cut."""
        if self._under_way():
            await asyncio.wait(self._under_way(), timeout=timeout_s)
        if not self._ended or self._farewell is None:
            self.abort()
        while tasks := self._under_way():
            await asyncio.wait(tasks)

    # -- the two that go on ------------------------------------------------------------------------

    async def _poll(self) -> None:
        while not self._pausing:
            done = await self._exchange(Request("GET", self._url, self._headers), self._timeouts)
            if self.closing:
                return
            trouble = _trouble(done, self._now_s(done))
            if trouble is not None:
                self._end(trouble)
                return
            try:
                self._owner.on_messages(decode_body(done.body), self._now_s(done))
            except RemoteProtocolError as error:
                self._end(Closed(self._now_s(done), "us", "protocol error", detail=str(error)))
                return

    async def _write(self) -> None:
        while self._waiting and not self._pausing:
            count = fitting([message for message, _ in self._waiting], self._most_bytes)
            taken = [self._waiting.popleft() for _ in range(count)]
            body = encode_body([message for message, _ in taken])
            sent = [sent for _, sent in taken if sent is not None]
            done = await self._exchange(
                Request("POST", self._url, (*self._headers, _TEXT), body), self._timeouts, sent=sent
            )
            trouble = _trouble(done, self._now_s(done))
            if trouble is not None:
                self._end(trouble)
                return

    async def _say_goodbye(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(GOODBYE_GRACE_S):
                while self._waiting and not self._ended:
                    self._wake()
                    if self._writing is not None:
                        await asyncio.wait({self._writing})
        self._end(Closed(self._http.present_s, "us", "close packet"))
        await self._http.close()

    async def _exchange(self, request: Request, timeouts: Timeouts, *, sent: Sequence[Sent] = ()) -> Exchange:
        headers = self._cookies.added_to(request.headers)
        asked = Request(request.method, request.url, headers, request.body)
        lease = await self._http.lease(asked.url, timeouts)
        if isinstance(lease, Failure):
            return Exchange.failed(asked, lease, at_s=self._http.present_s)
        pending = lease.send(asked)
        for each in sent:
            each.at_s = pending.exchange.sent_s or each.at_s
        if asked.method == "POST":
            self._tell_left()
        done = await pending.answered(repeat=False)
        self._cookies.keep(done.headers)
        return done

    def _now_s(self, done: Exchange) -> float:
        return done.answered_s if done.answered_s is not None else self._http.present_s

    def _send(self, message: Message) -> None:
        self._waiting.append((message, None))
        self._wake()

    def _wake(self) -> None:
        if self._waiting and self._url and not self._pausing and (self._writing is None or self._writing.done()):
            self._writing = self._task(self._write())

    def _end(self, closed: Closed) -> None:
        if self._ended:
            return
        self._ended = True
        self._rest()
        self._owner.on_polling_ended(closed)

    def _rest(self) -> None:
        self._forget_waiting()
        for task in (self._polling, self._writing):
            if task is not None and task is not asyncio.current_task():
                task.cancel()
        if self._farewell is None:
            self._farewell = self._task(self._http.close())

    def _forget_waiting(self) -> None:
        self._waiting.clear()
        self._tell_left()

    def _tell_left(self) -> None:
        left, self._left = self._left, None
        if left is not None and not left.done():
            left.set_result(None)

    def _under_way(self) -> set[asyncio.Task[None]]:
        tasks = (self._polling, self._writing, self._farewell)
        return {task for task in tasks if task is not None and not task.done()}

    def _task(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        task.add_done_callback(self._look_at)
        return task

    def _look_at(self, task: asyncio.Task[None]) -> None:
        if task.cancelled() or (error := task.exception()) is None:
            return
        asyncio.get_running_loop().call_exception_handler(
            {"message": "a listener failed on what came by polling", "exception": error}
        )
        self._end(Closed(self._http.present_s, "us", "fault", detail=f"{error!r}"))


def _no_session(done: Exchange) -> NotUpgraded | None:
    failure = done.failure
    if failure is not None:
        match failure.kind:
            case "cut":
                return NotUpgraded("dropped", failure.detail)
            case "protocol error" | "too large":
                return NotUpgraded("protocol", failure.detail)
            case "connect timeout" | "first byte timeout" | "total timeout":
                return NotUpgraded("timeout", failure.detail)
            case _:
                return NotUpgraded("unreachable", failure.detail)
    if done.status == _SUCCESS:
        return None
    return NotUpgraded("http", f"answered {said_http(done.status or 0, done.body)}", done.status, body_value(done.body))


def _trouble(done: Exchange, at_s: float) -> Closed | None:
    failure = done.failure
    if failure is not None:
        if failure.kind in ("protocol error", "too large"):
            return Closed(at_s, "us", "protocol error", detail=failure.detail)
        return Closed(at_s, "network", "cut", detail=failure.detail)
    if done.status == _SUCCESS:
        return None
    said = said_http(done.status or 0, done.body)
    what = "a poll" if done.request.method == "GET" else "what was sent"
    return Closed(at_s, "network", "http", done.status, detail=f"{what} was answered {said}")
