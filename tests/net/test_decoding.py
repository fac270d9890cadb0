"""Content codings undone, alone and one upon the other."""

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.net.decoding import DecodingFailed, TooMuch, decoder_for

PLAIN = b"hello " * 50
GZIP = gzip.compress(PLAIN, mtime=0)


def undone(coding, data, *, limit=10_000, piece=7):
    decoder = decoder_for(coding, limit)
    out = b"".join(decoder.feed(data[at : at + piece]) for at in range(0, len(data), piece))
    decoder.finish()
    return out


@pytest.mark.parametrize("piece", [1, 2, 3, 1_000])
@pytest.mark.parametrize(
    ("coding", "data"),
    [
        (b"gzip", GZIP),
        (b" X-GZIP ", GZIP),
        (b"deflate", zlib.compress(PLAIN)),
        (b"deflate", zlib.compress(PLAIN, wbits=-15)),
        (b"identity, gzip", GZIP),
        (b"deflate, gzip", gzip.compress(zlib.compress(PLAIN), mtime=0)),
        (b"gzip, deflate", zlib.compress(GZIP)),
        (b"gzip", gzip.compress(PLAIN[:9], mtime=0) + gzip.compress(PLAIN[9:], mtime=0)),
    ],
)
def test_what_was_coded_comes_back(coding, data, piece):
    assert undone(coding, data, piece=piece) == PLAIN


@pytest.mark.parametrize("coding", [b"", b"identity", b"br", b"gzip, br", b"gzip, gzip, gzip, gzip, gzip", b"\xff"])
def test_codings_that_are_none_or_unknown_or_absurd_are_left_alone(coding):
    assert decoder_for(coding, 100) is None


@pytest.mark.parametrize("data", [GZIP[:1], GZIP[:-1], GZIP + GZIP[:5], b"\x1f"])
def test_data_that_ends_before_its_end_is_told(data):
    with pytest.raises(DecodingFailed, match="ends before its end"):
        undone(b"gzip", data)


def test_what_follows_a_deflate_body_is_told():
    with pytest.raises(DecodingFailed, match="follows the end"):
        undone(b"deflate", zlib.compress(PLAIN) + b"x", piece=1_000)


def test_the_limit_holds_for_every_coding_of_a_stack():
    bomb = gzip.compress(gzip.compress(bytes(3_000_000)))
    with pytest.raises(TooMuch):
        undone(b"gzip, gzip", bomb, limit=1_000_000, piece=10_000)


def test_no_data_is_a_complete_nothing():
    assert undone(b"gzip", b"") == b""


@given(st.sampled_from([b"gzip", b"deflate", b"gzip, deflate"]), st.binary(max_size=200), st.integers(1, 50))
def test_garbage_fails_in_one_known_way_or_decodes(coding, data, piece):
    try:
        undone(coding, data, piece=piece)
    except (DecodingFailed, TooMuch):
        return
