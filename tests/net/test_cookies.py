"""A jar's rules, as sessions need them: domains, paths, TLS, ends; and what no header may do to it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.net.cookies import Cookies

SET = "Set-Cookie"


def jar_with(*values: str, url: str = "http://app.example.com/a/b") -> Cookies:
    """Return a jar that was told of cookies."""
    jar = Cookies()
    jar.take(url, [(SET, value) for value in values])
    return jar


@pytest.mark.parametrize(
    ("value", "url", "sent"),
    [
        ("n=1", "http://app.example.com/a/c", "n=1"),
        ("n=1", "http://app.example.com/c", None),
        ("n=1; Path=/", "http://app.example.com/c", "n=1"),
        ("n=1; Path=/", "http://other.example.com/", None),
        ("n=1; Path=/", "http://sub.app.example.com/", None),
        ("n=1; Path=/; Domain=example.com", "http://other.example.com/", "n=1"),
        ("n=1; Path=/; Domain=other.com", "http://other.com/", None),
        ("n=1; Path=/; Secure", "http://app.example.com/", None),
        ("n=1; Path=/; Secure", "https://app.example.com/", "n=1"),
        ("n=1; Path=/; Secure", "wss://app.example.com/", "n=1"),
        ("n=1; Path=/", "ws://app.example.com/", "n=1"),
        ("n=1; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "http://app.example.com/", None),
        ("n=1; Path=/; Max-Age=600", "http://app.example.com/", "n=1"),
    ],
)
def test_a_cookie_goes_where_it_may(value: str, url: str, sent: str | None) -> None:
    assert jar_with(value).header(url) == sent


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]"])
def test_a_host_without_hosts_below_it_may_name_itself_as_the_domain(host: str) -> None:
    url = f"http://{host}:3000/"
    jar = jar_with(f"n=1; Path=/; Domain={host.strip('[]')}", url=url)
    assert jar.header(url) == "n=1"


def test_what_a_request_names_itself_wins() -> None:
    assert jar_with("n=1; Path=/", "m=2; Path=/").header("http://app.example.com/", besides="n=9") == "n=9; m=2"
    assert jar_with().header("http://app.example.com/", besides="n=9") == "n=9"


def test_new_values_are_told_once() -> None:
    jar = Cookies()
    url = "http://app.example.com/"
    assert [jar.take(url, [(SET, value)]) for value in ("n=1", "n=1", "n=2")] == [("1",), (), ("2",)]


def test_a_flood_of_cookies_fills_no_memory() -> None:
    assert len(jar_with(*(f"n{number}=1" for number in range(1000)))) == 300


@given(st.lists(st.text(st.characters(max_codepoint=255), max_size=60), max_size=5))
def test_no_header_whatever_breaks_it(values: list[str]) -> None:
    cookie = jar_with(*values).header("http://app.example.com/a/b")
    assert cookie is None or not {"\r", "\n"} & {*cookie}
