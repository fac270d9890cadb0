"""One response after another out of the bytes of a connection: what is the answer, and where does it end.

Reads no clock and no socket. It fills the `Exchange` that was begun, and says when it is complete.
"""

from __future__ import annotations

from functools import lru_cache

import httptools

from antiphon.core.text import shortened, visible
from antiphon.net.answer_heads import HEADS
from antiphon.net.decoding import Decoder, DecodingFailed, TooMuch, decoder_for
from antiphon.net.exchange import Exchange, Failure, Limits

# RFC 9110, 15.2.2, 15.3.5 and 15.4.5: these never have a body, whatever their headers say.
_BODYLESS = frozenset({101, 204, 304})
_SWITCHING = 101
_HTTP_2_HEAD = 9
_HTTP_2_FIRST = (4, 7)
_KEEP_ALIVE_LENGTH = len(b"keep-alive")
_CONTENT_ENCODING_LENGTH = len(b"content-encoding")


class _Enough(Exception):
    """The reader has made up its mind: no error, it stops the parser from within one of its callbacks."""


class ResponseReader:
    """Reads the answers of one connection, one at a time.

    Attributes:
        reusable: Whether the connection can carry another exchange; known once the answer is complete.
        keep_alive_s: What the server's `Keep-Alive: timeout=` promised, if it did.
    """

    __slots__ = (
        "_body",
        "_complete",
        "_decoder",
        "_exchange",
        "_headers",
        "_headers_done",
        "_interim",
        "_limits",
        "_other_bytes",
        "_parser",
        "_size",
        "keep_alive_s",
        "reusable",
    )

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._parser: httptools.HttpResponseParser | None = None
        self._exchange: Exchange | None = None
        self.reusable = False
        self.keep_alive_s: float | None = None

    def begin(self, exchange: Exchange) -> None:
        """Expect the answer to this request next."""
        self._exchange = exchange
        self._headers = exchange.raw_headers
        self._body: list[bytes] = []
        self._size = 0
        self._other_bytes = 0
        self._decoder: Decoder | None = None
        self._headers_done = False
        self._interim = False
        self._complete = False
        self.reusable = False
        if self._parser is None:
            self._parser = httptools.HttpResponseParser(self)

    def feed(self, data: bytes) -> bool:
        """Take what came; return whether the exchange is over, in an answer or in a failure."""
        exchange = self._exchange
        if exchange is None or self._parser is None:
            raise RuntimeError("nothing was asked on this connection")
        is_first = not self._other_bytes
        is_head = exchange.request.method == "HEAD"  # its answers have no body, whatever their headers say
        if is_first and not is_head and self._takes_known(exchange, data):
            return True
        if len(data) > (allowed := self._allowed_bytes() + 1):
            # What is wrong behind the limit is not looked at, however the network cut what came.
            over = self.feed(data[:allowed])
            if over:
                self.reusable = False
            return over or self.feed(data[allowed:])
        self._other_bytes += len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserCallbackError as error:
            if not isinstance(error.__context__, _Enough):
                raise
        except httptools.HttpParserUpgrade:
            self.reusable = False
        except httptools.HttpParserError as error:
            self._spoilt(exchange, data, error)
        if self._complete or exchange.failure is not None:
            self._end_body(exchange)
            if is_first and exchange.failure is None and self._decoder is None and not is_head:
                HEADS.learn(data, exchange, reusable=self.reusable, keep_alive_s=self.keep_alive_s)
            return True
        if self._allowed_bytes() < 0:
            exchange.failure = Failure("too large", f"more than {self._limits.head_bytes} bytes of headers")
            return True
        return False

    def _allowed_bytes(self) -> int:
        """Return how much may still come beside the body; less than 0 if too much came.

        Neither headers nor trailers nor chunk sizes may grow without end; a chunk of one byte costs five beside it.
        """
        return 2 * self._limits.head_bytes + 16 * self._size - self._other_bytes

    def _takes_known(self, exchange: Exchange, data: bytes) -> bool:
        """Take an answer that is here as a whole and whose head was read before; return whether it is one."""
        found = HEADS.whole_answer(data, self._limits)
        if found is None:
            return False
        head, body = found
        exchange.head, exchange.status, exchange.raw_headers, exchange.body = head, head.status, head.raw_headers, body
        if head.promises:
            self.keep_alive_s = head.keep_alive_s
        self.reusable = head.reusable
        self._complete = True
        self._exchange = None
        return True

    def feed_end(self) -> bool:
        """Take the end of the connection; return whether that completes the answer (RFC 9112, 6.3, rule 8)."""
        exchange = self._exchange
        if exchange is None or not self._headers_done or not _ends_with_connection(self._headers):
            return False
        self._complete = True
        self._end_body(exchange)
        return True

    def forget(self) -> None:
        """Let go of the parser, which refers back to this reader."""
        self._parser = None
        self._exchange = None

    def progress(self) -> str:
        """Return how far the answer came, for the sentence about a connection that was cut."""
        if self._exchange is None or not (self._other_bytes + self._size):
            return "before any byte of the answer"
        if not self._headers_done:
            return "within the headers of the answer"
        wanted = _last(self._headers, b"content-length")
        if wanted is not None:
            return f"after {self._size} of {wanted.decode('latin-1')} bytes of the body"
        return f"within the body of the answer, after {self._size} bytes"

    def partial_body(self) -> bytes:
        """Return what came of the body, for an exchange that ends without the rest."""
        return b"".join(self._body) if self._exchange is not None else b""

    # What the parser calls, by these names.

    def on_message_begin(self) -> None:
        """A response begins."""
        if self._complete:  # more than was asked for: this connection cannot be trusted with another request
            self.reusable = False
            raise _Enough

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header, or after the body a trailer, which is left out."""
        # Once for each header of each answer: nothing is decoded or measured here.
        if not self._headers_done:
            self._headers.append((name, value))

    def on_headers_complete(self) -> None:
        """The head of a response is complete."""
        exchange, parser = self._exchange, self._parser
        if exchange is None or parser is None or self._complete:
            return
        status = parser.get_status_code()
        if self._other_bytes > self._limits.head_bytes and _size(self._headers) > self._limits.head_bytes:
            exchange.failure = Failure("too large", f"more than {self._limits.head_bytes} bytes of headers")
            raise _Enough
        if 100 <= status < 200 and status != _SWITCHING:
            self._interim = True
            self._headers.clear()
            return
        exchange.status = status
        self._headers_done = True
        for name, value in self._headers:
            # Told apart by their length first: most headers are neither.
            if len(name) == _KEEP_ALIVE_LENGTH and name.lower() == b"keep-alive":
                self.keep_alive_s = _promised_s(value)
            elif len(name) == _CONTENT_ENCODING_LENGTH and name.lower() == b"content-encoding":
                self._decoder = decoder_for(value, self._limits.body_bytes)
        if status in _BODYLESS or exchange.request.method == "HEAD":
            self._decoder = None
            self._complete = True
            closes = b"close" in (_last(self._headers, b"connection") or b"").lower()
            self.reusable = not closes and status != _SWITCHING and parser.get_http_version() == "1.1"
            # The parser would wait for the body that the headers of such a response may announce.
            self._parser = None

    def on_body(self, body: bytes) -> None:
        """A part of the body."""
        exchange = self._exchange
        if exchange is None or self._complete:
            self.reusable = False
            raise _Enough
        self._other_bytes -= len(body)
        self._size += len(body)
        if self._interim:
            return
        limit = self._limits.body_bytes
        if self._size > limit:
            exchange.failure = Failure("too large", f"more than {limit} bytes of body")
            raise _Enough
        if self._decoder is None:
            self._body.append(body)
            return
        try:
            self._body.append(self._decoder.feed(body))
        except TooMuch:
            exchange.failure = Failure("too large", f"more than {limit} bytes of body after decompression")
            raise _Enough from None
        except DecodingFailed as error:
            exchange.failure = Failure("protocol error", str(error))
            raise _Enough from None

    def on_message_complete(self) -> None:
        """A response is complete."""
        if self._complete or self._parser is None:
            return
        if self._interim:
            self._interim = False
            return
        self._complete = True
        self.reusable = self._parser.should_keep_alive()

    def _end_body(self, exchange: Exchange) -> None:
        if len(self._body) == 1:
            exchange.body = self._body[0]
        elif self._body:
            exchange.body = b"".join(self._body)
        if self._decoder is not None and exchange.failure is None:
            try:
                self._decoder.finish()
            except DecodingFailed as error:
                exchange.failure = Failure("protocol error", str(error))
        if exchange.failure is not None:
            self.reusable = False
        self._body = []
        self._exchange = None

    def _spoilt(self, exchange: Exchange, data: bytes, error: httptools.HttpParserError) -> None:
        self.reusable = False
        if self._complete:  # what follows a complete answer belongs to none
            return
        foreign = None if self._headers_done else _other_protocol(data)
        if foreign is not None:
            exchange.failure = foreign
            return
        shown = visible(shortened(data.decode("latin-1"), limit=60))
        what = "the rest of the answer" if self._headers_done else "the answer"
        exchange.failure = Failure("protocol error", f"{what} is not HTTP/1.1 ({error}): `{shown}`")


def _other_protocol(data: bytes) -> Failure | None:
    """Return what is wrong with the beginning of an answer that another protocol is known by; None if none is."""
    if data[1:2] == b"\x03" and data[:1] in (b"\x15", b"\x16"):  # a record of TLS: alert, handshake
        return Failure(
            "protocol error", "the answer is not HTTP/1.1: TLS is spoken there", "is the URL one of `https`?"
        )
    # RFC 9113, 4.1 and 3.4: a server begins with SETTINGS, or ends with GOAWAY, both on stream 0.
    is_frame = len(data) >= _HTTP_2_HEAD and data[3] in _HTTP_2_FIRST and data[5:9] == bytes(4)
    if is_frame or data.startswith(b"HTTP/2"):
        advice = "Antiphon speaks HTTP/1.1: switch it on beside the other"
        return Failure("protocol error", "the answer is not HTTP/1.1: the server speaks HTTP/2 alone", advice)
    return None


def _size(headers: list[tuple[bytes, bytes]]) -> int:
    return sum(len(name) + len(value) + 4 for name, value in headers)


def _last(headers: list[tuple[bytes, bytes]], wanted: bytes) -> bytes | None:
    return next((value for name, value in reversed(headers) if name.lower() == wanted), None)


def _ends_with_connection(headers: list[tuple[bytes, bytes]]) -> bool:
    # RFC 9112, 6.3, rules 4 to 8: only a last coding `chunked` tells where a body in a transfer coding ends.
    coding = _last(headers, b"transfer-encoding")
    if coding is not None:
        return coding.lower().rpartition(b",")[2].strip() != b"chunked"
    return _last(headers, b"content-length") is None


@lru_cache(maxsize=64)
def _promised_s(value: bytes) -> float | None:
    for part in value.split(b","):
        name, _, number = part.strip().partition(b"=")
        if name.strip().lower() == b"timeout" and number.strip().isdigit():
            return float(number.strip()[:9])
    return None
