"""A prepared request's bytes are those that the request itself would have."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.net.errors import UnsendableRequest
from antiphon.net.exchange import Request
from antiphon.net.http import HttpClient
from antiphon.net.prepared import Prepared
from antiphon.net.request_head import split_url
from antiphon.ticking.real import RealClock

URL = "http://127.0.0.1:80/a b?c=d"


@given(
    st.sampled_from(["GET", "POST", "DELETE", "PUT"]),
    st.sampled_from([(), (("x", "1"),), (("content-length", "3"),), (("Host", "other"), ("accept-encoding", "br"))]),
    st.sampled_from([None, b"", b"abc", b"x" * 1000]),
    st.sampled_from([None, b"", b"1"]),
)
def test_its_head_is_the_one_that_any_request_has(method, headers, first, body):
    prepared = Prepared(Request(method, URL, headers, first))
    exchange = prepared.exchange(body)
    assert exchange.request == Request(method, URL, headers, body)
    origin, target = split_url(URL)
    usual = HttpClient(clock=RealClock(), allow=None).head_of(exchange.request, origin, target)
    assert prepared.head(body) == usual


def test_what_cannot_be_sent_is_refused_before_anything_is():
    for request in (Request("GET", "ftp://x/"), Request("G T", URL), Request("GET", URL, (("a", "b\r\n"),))):
        with pytest.raises(UnsendableRequest):
            Prepared(request)
