"""Where redirects lead, decided without a network."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.net.exchange import Request
from antiphon.net.redirects import NoWayOn, redirected

HERE = Request("POST", "http://h:1/a/b?q=1", (("content-type", "x"), ("authorization", "y"), ("x-key", "z")), b"body")


@pytest.mark.parametrize(
    ("place", "url"),
    [
        ("c", "http://h:1/a/c"),
        ("/c?d#e", "http://h:1/c?d"),
        ("//other/c", "http://other/c"),
        ("?q=2", "http://h:1/a/b?q=2"),
        ("HTTP://H:1/c", "http://H:1/c"),
        ("http://[::1]:3/c", "http://[::1]:3/c"),
        ("/caf\xc3\xa9", "http://h:1/café"),
        (" /c ", "http://h:1/c"),
    ],
)
def test_a_place_is_read_from_where_it_was_given(place: str, url: str) -> None:
    onward = redirected(HERE, 307, place)
    assert onward is not None
    assert onward.url == url


@pytest.mark.parametrize("place", ["mailto:x@y", "ftp://h/", "http://[::1", "http://u:p@h/", "http://h:99999/"])
def test_what_http_cannot_ask_is_refused(place: str) -> None:
    with pytest.raises(NoWayOn, match="which is no URL that HTTP can ask"):
        redirected(HERE, 302, place)


@pytest.mark.parametrize("status", [200, 300, 304, 305, 306, 399, 404])
def test_other_statuses_redirect_nowhere(status: int) -> None:
    assert redirected(HERE, status, "/c") is None


def test_credentials_and_bodies_go_only_where_they_may() -> None:
    here = redirected(HERE, 303, "/c", {"x-key"})
    there = redirected(HERE, 308, "https://h:1/c", {"x-key"})
    assert here == Request("GET", "http://h:1/c", (("authorization", "y"), ("x-key", "z")), None)
    assert there == Request("POST", "https://h:1/c", (("content-type", "x"),), b"body")


@given(st.text(max_size=80), st.sampled_from([301, 302, 303, 307, 308]))
def test_no_place_whatever_breaks_it(place: str, status: int) -> None:
    with suppress(NoWayOn):
        onward = redirected(HERE, status, place)
        assert onward is not None
        assert onward.url.lower().startswith(("http://", "https://"))
