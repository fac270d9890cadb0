"""One HTTP/1.1 connection: bytes out, bytes in, the stamps of both, and the two time limits of an exchange.

Decides nothing about pools, retries or addresses; it tells its owner when an exchange is over.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

from antiphon.core.durations import duration_text
from antiphon.core.text import visible
from antiphon.net.connect import reason_of
from antiphon.net.exchange import Exchange, Failure, Limits, Timeouts
from antiphon.net.request_head import Origin, ProxyHead
from antiphon.net.response_reader import ResponseReader

_NEVER = float("inf")
_ABANDONED = "nobody waits for the answer any more"
_JOINED_BYTES = 64 * 1024
# Node closes idle connections after 5 s, uvicorn after 5, gunicorn after 2; the request that crosses
# such a closing on the wire is lost, so a connection rests no longer than any of them bears.
_IDLE_S = 2.0
_IDLE_MARGIN_S = 1.0


class Owner(Protocol):
    """Who is told what became of a connection."""

    def keep(self, connection: HttpConnection) -> None:
        """An exchange ended, and the connection can carry another one."""
        ...

    def connection_gone(self, connection: HttpConnection) -> None:
        """The connection is closed."""
        ...


class HttpConnection(asyncio.Protocol):
    """An open connection that carries one exchange at a time.

    Attributes:
        deadline_s: When the exchange under way runs out of time; infinite between exchanges.
        rests_until_s: When it has been idle for as long as servers bear.
        reusable: Whether another exchange may be begun.
        origin: Whom it leads to.
        asks_proxy: Set where it leads to a proxy, which is told in each request whom to ask.
    """

    __slots__ = (
        "_exchange",
        "_now_s",
        "_on_over",
        "_owner",
        "_reader",
        "_timeouts",
        "_transport",
        "asks_proxy",
        "deadline_s",
        "origin",
        "rests_until_s",
        "reusable",
    )

    def __init__(self, *, owner: Owner, origin: Origin, now_s: Callable[[], float], limits: Limits) -> None:
        self._owner = owner
        self._now_s = now_s
        self._reader = ResponseReader(limits)
        self._transport: asyncio.Transport | None = None
        self._exchange: Exchange | None = None
        self._on_over: Callable[[], None] | None = None
        self._timeouts = Timeouts()
        self.origin = origin
        self.asks_proxy: ProxyHead | None = None
        self.deadline_s = _NEVER
        self.rests_until_s = 0.0
        self.reusable = False

    @property
    def attached(self) -> bool:
        """Whether its transport has not yet reported the end."""
        return self._transport is not None

    @property
    def open(self) -> bool:
        """Whether it can be written to."""
        return self._transport is not None and not self._transport.is_closing()

    def send(
        self, exchange: Exchange, head: bytes, body: bytes | None, timeouts: Timeouts, on_over: Callable[[], None]
    ) -> None:
        """Write a request at once; `on_over` is called when `exchange` has its answer or its failure."""
        transport = self._transport
        if self._exchange is not None:
            raise RuntimeError("this connection already carries an exchange")
        self.reusable = False
        if transport is None or transport.is_closing():
            exchange.failure = Failure("cut", "the kept connection was closed before anything was sent on it")
            exchange.answered_s = self._now_s()
            on_over()
            return
        self._exchange = exchange
        self._on_over = on_over
        self._timeouts = timeouts
        self._reader.begin(exchange)
        exchange.sent_s = sent_s = self._now_s()
        self.deadline_s = sent_s + min(timeouts.first_byte_s, timeouts.total_s)
        if not body:
            transport.write(head)
        elif len(body) <= _JOINED_BYTES:
            transport.write(head + body)
        else:
            transport.writelines((head, body))

    def abandon(self) -> None:
        """Close at once: nobody is told any more what becomes of the exchange under way."""
        self._on_over = None
        self.abort(_ABANDONED)

    def abort(self, why: str) -> None:
        """Close at once; an exchange under way ends as cut."""
        exchange = self._exchange
        if self._transport is not None:
            self._transport.abort()
        if exchange is not None:
            exchange.failure = Failure("cut", why)
            exchange.body = self._reader.partial_body()
            self._over(exchange, self._now_s())
        self.reusable = False

    def out_of_time(self, now_s: float) -> None:
        """End the exchange under way because its deadline has passed."""
        exchange = self._exchange
        if exchange is None:
            return
        total = exchange.first_byte_s is not None or self._timeouts.total_s <= self._timeouts.first_byte_s
        if total:
            limit = duration_text(self._timeouts.total_s)
            where = self._reader.progress()
            exchange.failure = Failure("total timeout", f"the answer was not complete within {limit}: stopped {where}")
        else:
            limit = duration_text(self._timeouts.first_byte_s)
            exchange.failure = Failure("first byte timeout", f"no byte of an answer within {limit}")
        exchange.body = self._reader.partial_body()
        self._over(exchange, now_s)

    # What the transport calls, by these names.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The connection is open."""
        self.rests_until_s = self._now_s() + _IDLE_S
        self.reusable = True
        self._transport = transport  # type: ignore[assignment] # a stream protocol is handed a Transport

    def data_received(self, data: bytes) -> None:
        """Bytes came; the stamp is taken before anything is made of them."""
        now_s = self._now_s()
        exchange = self._exchange
        if exchange is None:  # nobody asked: whatever this is, it answers no request of ours
            self.abort("it sent what nobody had asked for")
            return
        if exchange.first_byte_s is None:
            exchange.first_byte_s = now_s
            self.deadline_s = (exchange.sent_s or now_s) + self._timeouts.total_s
        if self._reader.feed(data):
            self._over(exchange, now_s)

    def eof_received(self) -> bool:
        """The server will send no more; the transport closes itself."""
        now_s = self._now_s()
        self.reusable = False
        exchange = self._exchange
        if exchange is not None and self._reader.feed_end():
            self._over(exchange, now_s)
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is closed, by either side."""
        exchange = self._exchange
        if exchange is not None:
            exchange.failure = self._cut(exc)
            exchange.body = self._reader.partial_body()
            self._over(exchange, self._now_s())
        self._transport = None
        self._reader.forget()
        self._owner.connection_gone(self)

    def _cut(self, exc: Exception | None) -> Failure:
        if exc is None:
            return Failure("cut", f"the connection was closed {self._reader.progress()}")
        why, advice = reason_of(exc, self.origin.host) if isinstance(exc, OSError) else (str(exc), None)
        why = visible(why or type(exc).__name__)
        return Failure("cut", f"the connection was broken ({why}) {self._reader.progress()}", advice)

    def _over(self, exchange: Exchange, now_s: float) -> None:
        exchange.answered_s = now_s
        on_over = self._on_over
        self._exchange = None
        self._on_over = None
        self.deadline_s = _NEVER
        transport = self._transport
        if exchange.failure is None and self._reader.reusable and transport is not None and not transport.is_closing():
            promised_s = self._reader.keep_alive_s
            self.rests_until_s = now_s + (_IDLE_S if promised_s is None else _rest_s(promised_s))
            self.reusable = True
            self._owner.keep(self)
        elif transport is not None:
            transport.abort()
        if on_over is not None:
            on_over()


def _rest_s(promised_s: float) -> float:
    return max(promised_s - _IDLE_MARGIN_S, promised_s / 2)
