"""Responses read from bytes alone: whole, byte by byte, cut short, and out of garbage."""

import gzip
import itertools
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.net.exchange import Exchange, Limits, Request
from antiphon.net.response_reader import ResponseReader

PLAIN = b"HTTP/1.1 200 OK\r\nA: 1\r\nContent-Length: 5\r\n\r\nhello"
ZIPPED = gzip.compress(b"hello " * 100, mtime=0)
VALID = {
    "a length": PLAIN,
    "no reason": b"HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n",
    "chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\nT: 1\r\n\r\n",
    "chunks in gzip": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n\r\n"
    + b"%x\r\n%s\r\n0\r\n\r\n" % (len(ZIPPED), ZIPPED),
    "gzip": b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%s" % (len(ZIPPED), ZIPPED),
    "deflate": b"HTTP/1.1 200 OK\r\nContent-Encoding: deflate\r\nContent-Length: 11\r\n\r\n" + zlib.compress(b"abc"),
    "raw deflate": b"HTTP/1.1 200 OK\r\nContent-Encoding: deflate\r\nContent-Length: 5\r\n\r\n"
    + zlib.compress(b"abc", wbits=-15),
    "interim": b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nLink: x\r\n\r\n" + PLAIN,
    "204": b"HTTP/1.1 204 No Content\r\n\r\n",
    "304": b"HTTP/1.1 304 Not Modified\r\nContent-Length: 500\r\nETag: x\r\n\r\n",
    "close": b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx",
    "old": b"HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx",
}


def read(*chunks, method="GET", limits=None, end=False):
    """Feed chunks until the exchange is over; return it, whether it is over, and its reader."""
    reader = ResponseReader(limits or Limits())
    exchange = Exchange(Request(method, "http://x/"))
    reader.begin(exchange)
    over = any(reader.feed(chunk) for chunk in chunks)
    if end and not over:
        over = reader.feed_end()
    return exchange, over, reader


def outcome(exchange, over, reader):
    return exchange.status, exchange.headers, exchange.body, exchange.failure, over, reader.reusable


def in_pieces(data, cuts):
    places = [0, *sorted({cut % (len(data) + 1) for cut in cuts}), len(data)]
    return [data[start:end] for start, end in itertools.pairwise(places) if start < end]


@pytest.mark.parametrize("data", VALID.values(), ids=VALID)
def test_a_valid_response_is_read_alike_whole_and_byte_by_byte(data):
    whole = read(data)
    assert whole[0].failure is None
    assert whole[1]
    assert outcome(*read(*(data[index : index + 1] for index in range(len(data))))) == outcome(*whole)


@given(st.sampled_from(sorted(VALID)), st.lists(st.integers(0, 10_000), max_size=12))
def test_how_a_response_is_chopped_changes_nothing(name, cuts):
    data = VALID[name]
    assert outcome(*read(*in_pieces(data, cuts))) == outcome(*read(data))


@pytest.mark.parametrize("data", VALID.values(), ids=VALID)
def test_a_response_cut_at_any_byte_is_never_taken_for_complete(data):
    for index in range(len(data)):
        exchange, over, _ = read(data[:index], end=True)
        assert not over
        assert exchange.failure is None


def test_the_bodies_are_what_was_said():
    bodies = {name: read(data)[0].body for name, data in VALID.items()}
    assert bodies["a length"] == bodies["chunks"] == bodies["interim"] == b"hello"
    assert bodies["gzip"] == bodies["chunks in gzip"] == b"hello " * 100
    assert bodies["deflate"] == bodies["raw deflate"] == b"abc"
    assert bodies["204"] == bodies["304"] == b""


def test_interim_responses_are_skipped_with_their_headers():
    exchange, _, _ = read(VALID["interim"])
    assert exchange.status == 200
    assert exchange.headers == (("A", "1"), ("Content-Length", "5"))


def test_trailers_are_no_headers():
    assert read(VALID["chunks"])[0].headers == (("Transfer-Encoding", "chunked"),)


@pytest.mark.parametrize(
    ("name", "reusable"),
    [("a length", True), ("chunks", True), ("204", True), ("304", True), ("close", False), ("old", False)],
)
def test_the_connection_can_be_used_again_where_the_server_says_so(name, reusable):
    assert read(VALID[name])[2].reusable is reusable


def test_a_body_without_a_length_ends_with_the_connection():
    data = b"HTTP/1.1 200 OK\r\n\r\nall of it"
    exchange, over, _ = read(data)
    assert not over
    exchange, over, reader = read(data, end=True)
    assert over
    assert (exchange.body, exchange.failure, reader.reusable) == (b"all of it", None, False)


def test_an_encoding_other_than_chunked_ends_with_the_connection():
    exchange, over, _ = read(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nx", end=True)
    assert over
    assert exchange.body == b"x"


@pytest.mark.parametrize(
    "header", [b"Content-Length: 500\r\n", b"Transfer-Encoding: chunked\r\n", b"", b"Content-Encoding: gzip\r\n"]
)
def test_the_answer_to_head_has_no_body_whatever_its_headers_say(header):
    exchange, over, reader = read(b"HTTP/1.1 200 OK\r\n" + header + b"\r\n", method="HEAD")
    assert over
    assert (exchange.status, exchange.body, exchange.failure) == (200, b"", None)
    assert reader.reusable


def test_a_body_sent_in_answer_to_head_makes_the_connection_useless():
    exchange, over, reader = read(PLAIN, method="HEAD")
    assert over
    assert exchange.body == b""
    assert not reader.reusable


@pytest.mark.parametrize("head", [b"HTTP/1.1 204 No\r\nContent-Length: 3\r\n\r\n", b"HTTP/1.1 304 No\r\n\r\n"])
def test_a_body_behind_a_bodyless_status_makes_the_connection_useless(head):
    exchange, over, reader = read(head + b"abc")
    assert over
    assert (exchange.body, exchange.failure) == (b"", None)
    assert not reader.reusable


@pytest.mark.parametrize("more", [b"x", b"HTTP/1.1 500 Oh\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"])
def test_more_than_was_asked_for_makes_the_connection_useless_and_changes_nothing(more):
    exchange, over, reader = read(PLAIN + more)
    assert over
    assert (exchange.status, exchange.body, exchange.failure) == (200, b"hello", None)
    assert not reader.reusable


def test_switching_protocols_is_an_answer_and_ends_the_connection():
    exchange, over, reader = read(b"HTTP/1.1 101 S\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nblob")
    assert over
    assert (exchange.status, exchange.failure, reader.reusable) == (101, None, False)


def test_one_reader_serves_one_exchange_after_the_other():
    reader = ResponseReader(Limits())
    for method, data, body in [
        ("GET", PLAIN, b"hello"),
        ("HEAD", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", b""),
        ("GET", VALID["304"], b""),
        ("GET", VALID["chunks"], b"hello"),
        ("GET", VALID["gzip"], b"hello " * 100),
        ("GET", PLAIN, b"hello"),
    ]:
        exchange = Exchange(Request(method, "http://x/"))
        reader.begin(exchange)
        assert reader.feed(data)
        assert (exchange.body, exchange.failure) == (body, None)
        assert reader.reusable


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"\x16\x03\x01\x02\x00", "not HTTP/1.1"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "SSH-2.0"),
        (b"HTTP/1.1 abc OK\r\n", "status"),
        (b"HTTP/1.1 200 OK\nContent-Length: 0\n\n", "not HTTP/1.1"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "Content-Length"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", "Content-Length"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", "Transfer-Encoding"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\n", "overflow"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "the rest of the answer"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nxx", "the rest of the answer"),
        (b"HTTP/1.1 200 OK\r\nbad header\r\n\r\n", "header"),
    ],
)
def test_what_is_not_http_is_a_protocol_error_that_shows_the_bytes(data, word):
    exchange, over, reader = read(data)
    assert over
    assert exchange.failure.kind == "protocol error"
    assert word.lower() in exchange.failure.detail.lower()
    assert exchange.failure.detail.isprintable()
    assert not reader.reusable


def test_headers_beyond_the_limit_are_refused_whole_and_in_pieces():
    limits = Limits(head_bytes=1000)
    data = b"HTTP/1.1 200 OK\r\n" + b"A: bcdefghij\r\n" * 200 + b"Content-Length: 0\r\n\r\n"
    for chunks in ([data], in_pieces(data, range(0, len(data), 7))):
        assert read(*chunks, limits=limits)[0].failure.kind == "too large"


def test_one_header_without_end_is_refused():
    reader = ResponseReader(Limits(head_bytes=1000))
    reader.begin(exchange := Exchange(Request("GET", "http://x/")))
    assert not reader.feed(b"HTTP/1.1 200 OK\r\nA: ")
    assert any(reader.feed(b"x" * 100) for _ in range(100))
    assert exchange.failure.kind == "too large"


def test_trailers_and_chunk_extensions_without_end_are_refused():
    for junk in (b"0\r\n" + b"T: x\r\n" * 2000, b"1;" + b"e" * 5000, b"0\r\nT: " + b"x" * 5000):
        head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        assert read(head, junk, limits=Limits(head_bytes=1000))[0].failure.kind == "too large"


def test_interim_responses_without_end_are_refused():
    many = b"HTTP/1.1 103 Hints\r\nLink: x\r\n\r\n" * 200
    assert read(many, limits=Limits(head_bytes=1000))[0].failure.kind == "too large"


def test_a_body_in_chunks_of_one_byte_is_no_excess():
    data = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * 5000 + b"0\r\n\r\n"
    exchange, over, _ = read(data, limits=Limits(head_bytes=1000))
    assert over
    assert exchange.body == b"x" * 5000


@pytest.mark.parametrize("size", [1000, 1001])
def test_a_body_may_be_as_large_as_the_limit_and_no_larger(size):
    data = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (size, b"x" * size)
    failure = read(data, limits=Limits(body_bytes=1000))[0].failure
    assert (failure is None) == (size == 1000)


def test_a_bomb_is_refused_when_it_begins_to_burst():
    bomb = gzip.compress(bytes(50_000_000))
    data = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%s" % (len(bomb), bomb)
    exchange, over, _ = read(*in_pieces(data, [5000]), limits=Limits(body_bytes=1_000_000))
    assert over
    assert exchange.failure.kind == "too large"
    assert "decompression" in exchange.failure.detail


def test_a_body_that_is_not_what_its_encoding_says_is_a_protocol_error_with_its_status():
    for body in (b"not gzip", ZIPPED[:-5], ZIPPED + b"more"):
        data = b"HTTP/1.1 418 T\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
        exchange, over, reader = read(data)
        assert over
        assert (exchange.status, exchange.failure.kind, reader.reusable) == (418, "protocol error", False)


def test_no_body_is_a_valid_gzip_body():
    exchange, _, _ = read(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 0\r\n\r\n")
    assert (exchange.body, exchange.failure) == (b"", None)


def test_a_coding_that_was_not_asked_for_is_left_as_it_came():
    exchange, _, _ = read(b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 3\r\n\r\nabc")
    assert (exchange.body, exchange.failure) == (b"abc", None)


@given(st.binary(max_size=300), st.lists(st.integers(0, 300), max_size=4), st.sampled_from(["GET", "HEAD"]))
def test_garbage_is_answered_with_a_failure_or_a_wait_and_never_with_an_exception(data, cuts, method):
    exchange, over, _ = read(*in_pieces(data, cuts), method=method, end=True)
    assert over or exchange.failure is None


@given(st.sampled_from(sorted(VALID)), st.integers(0, 400), st.integers(0, 255))
def test_a_response_with_one_wrong_byte_never_raises(name, place, byte):
    data = bytearray(VALID[name])
    data[place % len(data)] = byte
    read(bytes(data), end=True)


def test_a_cut_answer_says_how_far_it_came():
    for data, progress in [
        (b"", "before any byte of the answer"),
        (b"HTTP/1.1 200", "within the headers of the answer"),
        (PLAIN[:-2], "after 3 of 5 bytes of the body"),
        (VALID["chunks"][:54], "within the body of the answer, after 2 bytes"),
    ]:
        assert read(data)[2].progress() == progress


@pytest.mark.parametrize("step", [1, 7, 100_000])
def test_what_is_wrong_behind_the_limit_of_the_head_is_not_looked_at(step):
    data = b"HTTP/1.1 200 OK\r\nx: " + b"," * 5_000 + b"\x01" + b"," * 5_000 + b"\r\n\r\n"
    pieces = [data[at : at + step] for at in range(0, len(data), step)]
    exchange, over, _ = read(*pieces, limits=Limits(head_bytes=1_000, body_bytes=1_000))
    assert over
    assert (exchange.failure.kind, exchange.failure.detail) == ("too large", "more than 1000 bytes of headers")


@pytest.mark.parametrize("more", [b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nx: " + b"y" * 10_000])
def test_more_than_was_asked_for_ends_a_connection_however_much_it_is(more):
    answer = b"HTTP/1.1 200 OK\r\nx-more: 1\r\ncontent-length: 2\r\n\r\nok"
    _, over, reader = read(answer + more, limits=Limits(head_bytes=100, body_bytes=1_000))
    assert over
    assert not reader.reusable
