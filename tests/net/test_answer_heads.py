"""Answers whose head was read before are read as they would be by the parser, and only those."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.net import response_reader
from antiphon.net.answer_heads import AnswerHeads
from antiphon.net.exchange import Exchange, Limits, Request
from antiphon.net.response_reader import ResponseReader

HEAD = b"HTTP/1.1 200 OK\r\nA: 1\r\nKeep-Alive: timeout=7\r\nContent-Length: 5\r\n\r\n"
PLAIN = HEAD + b"hello"


@pytest.fixture
def heads(monkeypatch):
    fresh = AnswerHeads()
    monkeypatch.setattr(response_reader, "HEADS", fresh)
    return fresh


def read(*chunks, method="GET", limits=None):
    reader = ResponseReader(limits or Limits())
    exchange = Exchange(Request(method, "http://x/"))
    reader.begin(exchange)
    over = any(reader.feed(chunk) for chunk in chunks)
    said = (exchange.status, exchange.headers, exchange.lowered, exchange.body, exchange.failure)
    return exchange, (*said, over, reader.reusable, reader.keep_alive_s)


def test_a_head_that_came_before_is_looked_up_whatever_the_body_is(heads):
    first, said = read(PLAIN)
    second, again = read(HEAD + b"world")
    assert first.head is None
    assert second.head is not None
    assert second.body == b"world"
    assert [part for part in again if part != b"world"] == [part for part in said if part != b"hello"]
    assert (second.header("keep-alive"), second.lowered[0]) == ("timeout=7", ("a", "1"))


@pytest.mark.parametrize(
    "data",
    [
        HEAD + b"hell",
        HEAD + b"hello!",
        HEAD.replace(b"A: 1", b"A: 2") + b"hello",
        HEAD.replace(b"200", b"201") + b"hello",
        b"\r\n" + PLAIN,
    ],
)
def test_what_differs_by_a_byte_is_parsed(heads, data):
    read(PLAIN)
    exchange, said = read(data)
    assert exchange.head is None
    heads._known.clear()
    assert read(data)[1] == said


def test_an_answer_in_pieces_is_parsed(heads):
    read(PLAIN)
    exchange, said = read(HEAD, b"hello")
    assert (exchange.head, said) == (None, read(PLAIN)[1])


@pytest.mark.parametrize(
    "data",
    [
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: deflate\r\nContent-Length: 11\r\n\r\nx\x9cKLJ\x06\x00\x02M\x01'",
        b"HTTP/1.1 100 Continue\r\n\r\n" + PLAIN,
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
        b"HTTP/1.1 204 No Content\r\n\r\nmore",
        b"HTTP/1.1 200 OK\r\nA: " + b"x" * 5000 + b"\r\nContent-Length: 0\r\n\r\n",
        b"no HTTP\r\n\r\n",
    ],
)
def test_what_is_not_a_plain_answer_is_not_remembered(heads, data):
    _, said = read(data)
    assert not heads._known
    assert read(data)[1] == said


def test_an_answer_to_head_is_neither_remembered_nor_looked_up(heads):
    answer = HEAD
    assert read(answer, method="HEAD")[1][-3] is True
    assert not heads._known
    read(PLAIN)
    exchange, said = read(answer, method="HEAD")
    assert (exchange.head, said[3], said[5]) == (None, b"", True)
    _, said = read(PLAIN, method="HEAD")
    assert said[6] is False


def test_the_limits_of_each_user_hold(heads):
    read(PLAIN)
    assert read(PLAIN, limits=Limits(body_bytes=4))[0].failure.kind == "too large"
    assert read(PLAIN, limits=Limits(head_bytes=20))[0].head is None


def test_a_head_without_keep_alive_leaves_what_was_promised(heads):
    plain = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    read(plain)
    reader = ResponseReader(Limits())
    for data, promised in ((PLAIN, 7.0), (plain, 7.0), (PLAIN.replace(b"timeout=7", b"max=1"), None)):
        reader.begin(Exchange(Request("GET", "http://x/")))
        assert reader.feed(data)
        assert reader.keep_alive_s == promised


def test_more_heads_than_are_kept_begin_anew(heads):
    for number in range(300):
        read(HEAD.replace(b"A: 1", b"A: %d" % number) + b"hello")
    assert len(heads._known) == 300 - 256


NAMES = st.sampled_from(
    [b"A", b"Keep-Alive", b"Connection", b"Content-Length", b"Transfer-Encoding", b"Content-Encoding"]
)
VALUES = st.sampled_from(
    [b"1", b"0", b"5", b"close", b"keep-alive", b"timeout=3", b"chunked", b"gzip", b"identity", b""]
)
STARTS = st.sampled_from(
    [b"HTTP/1.1 200 OK", b"HTTP/1.1 204 x", b"HTTP/1.0 200 OK", b"HTTP/1.1 304 x", b"HTTP/1.1 500 "]
)
BODIES = st.sampled_from([b"", b"1", b"hello", b"5\r\nhello\r\n0\r\n\r\n", b"0\r\n\r\n", b"\r\n\r\n", PLAIN])


@given(STARTS, st.lists(st.tuples(NAMES, VALUES), max_size=4), BODIES, st.sampled_from(["GET", "HEAD", "POST"]))
def test_the_second_time_says_what_the_first_said(start, headers, body, method):
    data = b"\r\n".join([start, *(name + b": " + value for name, value in headers), b"", b""]) + body
    kept, response_reader.HEADS = response_reader.HEADS, AnswerHeads()
    try:
        first = read(data, method=method)[1]
        for other in ("GET", "HEAD", "POST"):
            read(data, method=other)
        again = read(data, method=method)[1]
    finally:
        response_reader.HEADS = kept
    assert repr(again) == repr(first)
