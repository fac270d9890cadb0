"""URLs that a target can have."""

from __future__ import annotations

import pytest

from antiphon.target.urls import HTTP_SCHEMES, SOCKET_SCHEMES, url_problem


@pytest.mark.parametrize("url", ["http://h", "https://h:443/api", "http://127.0.0.1:3001/api/v1", "http://[::1]:80/x"])
def test_urls_of_http_are_taken(url: str) -> None:
    assert url_problem(url, HTTP_SCHEMES) is None


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("", "it does not begin with http:// or https://"),
        ("ws://h", "it does not begin with http:// or https://"),
        ("http://", "it names no host"),
        ("http://h:0", "port 0 is none that can be connected to"),
        ("http://h:x", "Port could not be cast to integer value as 'x'"),
        ("http://[::1", "Invalid IPv6 URL"),
        ("http://h/a b", "it holds spaces or control characters"),
        ("http://h/\x1b[1m", "it holds spaces or control characters"),
        ("http://user@h", "it holds a user or password, which every report would show"),
        ("http://h/?q", "it holds a query or fragment"),
        ("http://h/#f", "it holds a query or fragment"),
    ],
)
def test_other_texts_are_refused_with_the_reason(url: str, why: str) -> None:
    assert url_problem(url, HTTP_SCHEMES) == why


def test_sockets_have_schemes_of_their_own() -> None:
    assert url_problem("wss://h", SOCKET_SCHEMES) is None
