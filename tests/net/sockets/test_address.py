from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.net.address import Address, NoAddress, bracketed, checked_headers, websocket_address
from antiphon.wire.errors import LocalProtocolError


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("http://a.test", Address("a.test", 80, False, "a.test", "/s/")),
        ("https://a.test", Address("a.test", 443, True, "a.test", "/s/")),
        ("ws://a.test:3001/", Address("a.test", 3001, False, "a.test:3001", "/s/")),
        ("wss://A.Test:8443/s", Address("a.test", 8443, True, "a.test:8443", "/s/")),
        ("http://[::1]:3001", Address("::1", 3001, False, "[::1]:3001", "/s/")),
        ("http://user:pass@a.test", Address("a.test", 80, False, "a.test", "/s/")),
        ("http://b\u00fccher.test", Address("xn--bcher-kva.test", 80, False, "xn--bcher-kva.test", "/s/")),
        ("http://a.test?t=1&u=a%20b", Address("a.test", 80, False, "a.test", "/s/?t=1&u=a%20b")),
    ],
)
def test_a_url_says_where_to_connect(url: str, address: Address) -> None:
    assert websocket_address(url, path="/s/") == address


def test_a_path_and_a_query_are_made_legal() -> None:
    address = websocket_address("http://a.test?x=\u00fc y", path="a b/\u00fc", query=(("q", "a&b=c"), ("r", "\r\n")))
    assert address.target == "/a%20b/%C3%BC?x=%C3%BC%20y&q=a%26b%3Dc&r=%0D%0A"


def test_the_checked_address_takes_the_place_of_the_name() -> None:
    address = websocket_address("https://a.test/", path="/s/", query=(("q", "1"),))
    assert address.url_at("192.0.2.7", 443) == "wss://192.0.2.7:443/s/?q=1"
    assert address.url_at("::1", 8443) == "wss://[::1]:8443/s/?q=1"


@given(st.text(max_size=40), st.text(max_size=10), st.lists(st.tuples(st.text(max_size=5), st.text(max_size=5))))
def test_any_text_is_an_address_or_a_reason_and_never_breaks_a_line(
    url: str, path: str, query: list[tuple[str, str]]
) -> None:
    for text in (url, f"http://{url}", f"http://a.test/{url}", f"http://a.test?{url}"):
        with contextlib.suppress(NoAddress):
            address = websocket_address(text, path=path, query=query)
            line = address.host_header + address.target
            assert line.isascii()
            assert line.isprintable()
            assert " " not in line


def test_only_addresses_with_colons_are_bracketed() -> None:
    assert [bracketed(host) for host in ("a.test", "10.0.0.1", "::1")] == ["a.test", "10.0.0.1", "[::1]"]


def test_usual_headers_pass() -> None:
    headers = (("Authorization", "Bearer x"), ("X-Name", "\u00fc\tb"))
    assert checked_headers(headers) == headers


@given(st.text(max_size=10), st.text(max_size=10))
def test_no_header_breaks_its_line(name: str, value: str) -> None:
    try:
        checked_headers(((name, value),))
    except LocalProtocolError:
        return
    assert f"{name}: {value}".encode().count(b"\n") == 0
    assert "\r" not in f"{name}{value}"
