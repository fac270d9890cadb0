"""The cookies of one Engine.IO session."""

from __future__ import annotations

import pytest

from antiphon.net.session_cookies import SessionCookies

OWN = (("x-test", "yes"), ("Cookie", "token=t"))


def _kept(*set_cookies: str) -> SessionCookies:
    cookies = SessionCookies()
    for value in set_cookies:
        cookies.keep((("Content-Type", "text/plain"), ("Set-Cookie", value)))
    return cookies


def test_without_cookies_headers_stay_as_they_are() -> None:
    assert _kept().added_to(OWN) == OWN


@pytest.mark.parametrize(
    ("set_cookies", "sent"),
    [
        (["route=a; Path=/; HttpOnly"], "token=t; route=a"),
        (["route=a", "route=b"], "token=t; route=b"),
        (["route=a", "other=c==; SameSite=Lax"], "token=t; route=a; other=c=="),
        (["token=stolen"], "token=t"),
        (["route=a", "route=; Max-Age=0"], None),
        (["route=a; Max-Age=100"], "token=t; route=a"),
        (["route=a; max-age=soon"], "token=t; route=a"),
        (["nonsense", "=no name", ""], None),
        (["empty="], "token=t; empty="),
    ],
)
def test_what_was_set_is_added_to_what_is_sent(set_cookies: list[str], sent: str | None) -> None:
    added = _kept(*set_cookies).added_to(OWN)
    assert added == (OWN if sent is None else (("x-test", "yes"), ("cookie", sent)))


def test_cookies_make_a_header_where_there_was_none() -> None:
    assert _kept("a=1").added_to(()) == (("cookie", "a=1"),)
