"""The HTTP client's reading: one answer, however the network cuts it, and never more than the limits."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator

from antiphon.net.cookies import Cookies
from antiphon.net.decoding import DecodingFailed, TooMuch, decoder_for
from antiphon.net.exchange import Exchange, Limits, Request
from antiphon.net.redirects import NoWayOn, redirected
from antiphon.net.request_head import split_url
from antiphon.net.response_reader import ResponseReader
from fuzz.target import Target, must

_LIMITS = Limits(head_bytes=2_000, body_bytes=20_000)
_METHODS = ("GET", "HEAD", "POST", "DELETE")


def http_answer(data: bytes) -> None:
    """Whole or byte by byte, an answer is the same; its size stays within the limits."""
    method = _METHODS[data[0] % len(_METHODS)] if data else "GET"
    whole = _read(method, data[1:], len(data) or 1)
    by_bytes = _read(method, data[1:], 1)
    must(whole == by_bytes, "an answer depends on how it was cut", whole, by_bytes)


def _read(method: str, data: bytes, step: int) -> tuple[object, ...]:
    reader = ResponseReader(_LIMITS)
    exchange = Exchange(Request(method=method, url="http://127.0.0.1/"))
    reader.begin(exchange)
    over = False
    for at in range(0, len(data), step):
        over = reader.feed(data[at : at + step])
        if over:
            break
    if not over:
        reader.progress()
        over = reader.feed_end()
    must(len(exchange.body) <= _LIMITS.body_bytes, "a body over the limit", len(exchange.body))
    failure = exchange.failure
    if failure is not None:
        must("\n" not in str(failure), "a failure is told in two lines", str(failure))
        return (over, failure.kind)
    return (over, exchange.status, exchange.body if over else b"")


def content_coding(data: bytes) -> None:
    """A coded body is undone within its limit, or refused as not coded so."""
    names = (b"gzip", b"deflate", b"gzip, deflate", b"x-gzip", b"gzip,gzip,gzip,gzip", b"identity")
    decoder = decoder_for(names[data[0] % len(names)] if data else b"gzip", _LIMITS.body_bytes)
    if decoder is None:
        return
    size = 0
    try:
        for at in range(1, len(data), 7):
            size += len(decoder.feed(data[at : at + 7]))
        decoder.finish()
    except (TooMuch, DecodingFailed):
        pass
    must(size <= _LIMITS.body_bytes, "more was undone than the limit", size)


def session(data: bytes) -> None:
    """Whatever an answer sets and wherever it leads, nothing of it breaks out of a header or a URL."""
    text = data.decode("latin-1")
    first, _, second = text.partition("\n")
    jar = Cookies()
    jar.take("http://app.example.com/a/b", [("set-cookie", first), ("set-cookie", second)])
    cookie = jar.header("https://app.example.com/a/b") or ""
    must(not {"\r", "\n"} & {*cookie}, "a cookie breaks out of its header", cookie)
    request = Request("POST", "http://app.example.com/a/b?c", (("authorization", "secret"),), b"body")
    try:
        onward = redirected(request, 302, first)
    except NoWayOn as problem:
        must("\n" not in str(problem), "a place is told in two lines", str(problem))
        return
    if onward is None:
        return
    origin, target = split_url(onward.url)
    must(target.isascii() and not {*b"\r\n "} & {*target}, "a place breaks out of its line", target)
    leaves = origin != split_url(request.url)[0]
    must(not (leaves and onward.headers), "credentials leave their origin", onward.url)


def _sessions() -> Iterator[bytes]:
    yield b"sid=1; Path=/; Secure; HttpOnly\nsid=2; Max-Age=0"
    yield b"/next?a=b#c\nn=1; Domain=example.com; Expires=Thu, 01 Jan 1970 00:00:00 GMT"
    yield b"http://app.example.com:8080/\n"
    yield b'//[::1]:3/x\nn="1;2"; $Version=1; Port="80"'
    yield b"HTTP://user:pass@app.example.com/\n=;;;"
    yield b"../../caf\xc3\xa9 \xff\r\nX: y\n\0=\0"


def _answers() -> Iterator[bytes]:
    head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
    yield b"\0" + head + b"content-length: 2\r\n\r\n{}"
    yield b"\0" + head + b"transfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nx: y\r\n\r\n"
    yield b"\0" + head + b'\r\n{"until": "the end"}'
    yield b"\1" + head + b"content-length: 7\r\n\r\n"
    yield b"\2HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\ncontent-length: 0\r\n\r\n"
    yield b"\3HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n"
    yield b"\0HTTP/1.0 404 Not Found\r\n\r\n"
    packed = gzip.compress(b"a" * 5_000)
    yield b"\0" + head + b"content-encoding: gzip\r\ncontent-length: %d\r\n\r\n" % len(packed) + packed
    yield b"\0HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\nx"
    yield b"\0SSH-2.0-x\r\n"


def _coded() -> Iterator[bytes]:
    yield b"\0" + gzip.compress(b"hello" * 50)
    yield b"\1" + zlib.compress(b"hello" * 50)
    yield b"\2" + zlib.compress(gzip.compress(b"hello"))
    yield b"\0" + gzip.compress(bytes(100_000))
    yield b"\0" + gzip.compress(b"a") + gzip.compress(b"b")


TARGETS = (
    Target("http", "an answer is the same however it is cut, and within the limits", http_answer, _answers),
    Target("session", "cookies and redirects stay in their header, their line and their origin", session, _sessions),
    Target("coding", "a coded body is undone within its limit", content_coding, _coded),
)
