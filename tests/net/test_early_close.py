"""An answer that is cut off at every one of its bytes: whole, or a failure that says how far it came."""

from __future__ import annotations

import gzip
from typing import Any

import pytest

from antiphon.net.exchange import Request

_CODED = gzip.compress(b'{"n": 1}')
_OK = b"HTTP/1.1 200 OK\r\n"
_LENGTH = b'Content-Length: 8\r\n\r\n{"n": 1}'
_CHUNKS = b"Transfer-Encoding: chunked\r\n\r\n"
ANSWERS = {
    "with a length": _OK + b"Content-Type: application/json\r\n" + _LENGTH,
    "in chunks": _OK + _CHUNKS + b'3\r\n{"n\r\n5\r\n": 1}\r\n0\r\nX-Sum: 1\r\n\r\n',
    "compressed, in chunks": (
        _OK + b"Content-Encoding: gzip\r\n" + _CHUNKS + b"%x\r\n" % len(_CODED) + _CODED + b"\r\n0\r\n\r\n"
    ),
    "after an interim one": b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + _OK + _LENGTH,
}


@pytest.mark.parametrize("kind", ANSWERS)
async def test_an_answer_that_is_cut_off_is_no_answer(http_serve: Any, http_client: Any, kind: str) -> None:
    whole = ANSWERS[kind]
    cuts = iter(range(len(whole) + 1))

    async def respond(peer: Any) -> None:
        if await peer.request():
            await peer.send(whole[: next(cuts)])

    server = await http_serve(respond)
    for cut in range(len(whole) + 1):
        exchange = await http_client.exchange(Request("POST", server.url))
        if cut == len(whole):
            assert (exchange.failure, exchange.body) == (None, b'{"n": 1}')
        else:
            assert exchange.failure is not None, cut
            assert exchange.failure.kind == "cut"
            assert exchange.failure.detail.startswith("the connection was closed ")


async def test_an_answer_of_http_1_0_ends_with_its_connection(http_serve: Any, http_client: Any) -> None:
    async def respond(peer: Any) -> None:
        if await peer.request():
            await peer.send(b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nold, and fine")

    server = await http_serve(respond)
    for _ in range(2):
        exchange = await http_client.exchange(Request("GET", server.url))
        assert (exchange.status, exchange.body, exchange.new_connection) == (200, b"old, and fine", True)
