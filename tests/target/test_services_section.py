"""Services and pagings of a profile."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Bench

WRONG = [
    pytest.param(
        "services: {http: {base_url: /a}, b: {}, c: {base_url: 'ftp://x'}, d: 1, e: {base_url: '{{ env.X }}'}}\n",
        [
            "3:12 `http` cannot name a service | a name has letters, digits, _ and -, and is no scheme: billing",
            "3:37 a service needs `base_url` or `socket` | base_url: where its paths are; or socket: where it is heard",
            (
                "3:55 `ftp://x` is no base URL: it does not begin with http:// or https:// | write "
                "http://HOST:PORT/PREFIX, or /PREFIX beside the target's own base_url"
            ),
            "3:70 a service is a number, but must be a map | write {name: value}",
        ],
        id="services that are none",
    ),
    pytest.param(
        "paging: {a: {items: payload}, b: 1, c: {items: self.x, next: payload.n}, d: {items: x.y, more: payload.m}}\n",
        [
            (
                "3:13 a paging without a way to the next page | write next: ADDRESS of a cursor or URL, or more: "
                "ADDRESS with query: PARAMETER for numbered pages"
            ),
            "3:34 a paging is a number, but must be a map | write {name: value}",
        ],
        id="pagings that are none",
    ),
]


@pytest.mark.parametrize(("text", "told"), WRONG)
def test_what_is_wrong_is_told_with_its_place_and_a_hint(bench: Bench, text: str, told: list[str]) -> None:
    assert [one for one in bench.wrong(text) if one in told] == told


def test_services_speak_as_the_target_does_unless_they_say_otherwise(bench: Bench) -> None:
    target = bench.target(
        "http: {redirects: 2}\nservices:\n  a: {base_url: /v2/}\n"
        "  b: {base_url: 'https://[::1]:8443/x', http: {cookies: true}}\n"
    )
    assert [(one.base_url, one.http.redirects, one.http.cookies) for one in target.services.values()] == [
        ("http://127.0.0.1:1/v2", 2, False),
        ("https://[::1]:8443/x", 0, True),
    ]
    assert target.root().base_url == "http://127.0.0.1:1/api"
