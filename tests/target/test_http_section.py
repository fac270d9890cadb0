"""How the target speaks HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from antiphon.language.scope import Names

if TYPE_CHECKING:
    from conftest import Bench


WRONG = [
    pytest.param(
        "http: {rate_limit: 1, tokn: 1}\n",
        [
            "3:20 `rate_limit` is a number, but must be a map | write {name: value}",
            "3:23 unknown key `tokn` in `http` | did you mean `token`?",
        ],
        id="keys that are none",
    ),
    pytest.param(
        "http: {redirects: 21, cookies: 1, tls: {ca: a, insecure: true, crt: x}, trace_header: 'a b'}\n",
        [
            "3:19 `21` is not a whole number from 0 to 20 | the most is 20",
            "3:32 `cookies` is a number, but must be true or false | write true or false",
            "3:45 `insecure` checks no certificate, so that `ca` means nothing | leave one of them out",
            "3:64 unknown key `crt` in `tls` | did you mean `cert`?",
            "3:87 `a b` cannot name a header | write x-request-id",
        ],
        id="redirects, cookies, TLS and trace headers that are none",
    ),
    pytest.param(
        "http: {redirects: true, tls: {cert: [a, b, c]}, proxy: 'https://proxy', trace_header: Cookie}\n",
        [
            "3:19 `true` is no number of redirects | write how many of one call, from 1 to 20, or false",
            "3:37 a client certificate is one file or two | write the file that holds both, or [CERTIFICATE, KEY]",
            (
                "3:56 `https://proxy` is no HTTP proxy: it does not begin with http:// | write http://HOST:PORT; "
                "a name and a password for it come from `env`"
            ),
            "3:87 `Cookie` says something already | write one that means nothing else, such as x-request-id",
        ],
        id="more of them",
    ),
    pytest.param(
        "http: {rate_limit: {status: [42, 429], wait: soon, budget: {calls: 0, per: 2d, each: user}}}\n",
        [
            "3:30 `42` is not a whole number from 400 to 599 | the least is 400",
            "3:46 `soon` is no wait | write retry-after, which does as the answer says, or a time such as 1s",
            "3:68 `0` is not a whole number from 1 to 1000000 | the least is 1",
            "3:76 `2d` is not a duration | write 500ms, 5s or 2m; a plain number is milliseconds",
            "3:86 unknown budget `user` | known: all, operation",
        ],
        id="rate limits that are none",
    ),
    pytest.param(
        "http: {rate_limit: {}}\n",
        ["3:20 a rate limit that says nothing | write {budget: {calls: 100, per: 1m}}"],
        id="a rate limit that says nothing",
    ),
    pytest.param(
        "http: {proxy: 'http://{{ self.token }}@proxy'}\n",
        ["3:26 `self` means nothing here | here stand env"],
        id="a proxy that is a user's",
    ),
    pytest.param(
        "http: {token: {header: a, query: b, value: x}}\n",
        [("3:15 a token's way has one place | write one of header, query, cookie, with the name it has there")],
        id="a token in two places",
    ),
    pytest.param(
        "http: {token: {value: x}}\n",
        [("3:15 a token's way has one place | write one of header, query, cookie, with the name it has there")],
        id="a token in no place",
    ),
    pytest.param(
        "http: {token: [{header: a}, 5, {auth: x, value: y}, {cookie: c, value: '{{ alice.token }}'}]}\n",
        [
            "3:16 a token's way needs `value` | what stands there",
            "3:29 a token's way is a number, but must be a map | write {name: value}",
            ("3:32 a token's way has one place | write one of header, query, cookie, with the name it has there"),
            "3:33 unknown key `auth` in a token's way | known keys: header, query, cookie, value",
            "3:76 `alice` means nothing here | here stand env, fake, now, range, run, self",
        ],
        id="tokens that are none",
    ),
    pytest.param(
        (
            "http: {envelope: {success: [{where: {}, payload: data}, {where: {a: 1}}, 5], error: "
            "{}}, timeouts: {connect: 0, first_byte: 90s, total: 10s}}\n"
        ),
        [
            "3:37 an empty claim, which could not fail | write ADDRESS: MATCHER",
            "3:57 a success needs `payload` | what the body carries",
            "3:74 a success is a number, but must be a map | write {name: value}",
            "3:85 `error` names no address | write {code: code, message: message}",
            "3:110 `0` is an impossible time | it must be above 0",
            "3:125 an impossible time: `first_byte` is longer than `total` | `total` is the whole exchange",
        ],
        id="envelopes and time-outs that are none",
    ),
    pytest.param(
        "http: {envelope: {success: {where: {a: '{{ run.id }}'}, payload: data}}}\n",
        ["3:44 `run` means nothing here | write the value itself: no name is known here"],
        id="templates in a shape",
    ),
]


@pytest.mark.parametrize(("text", "told"), WRONG)
def test_what_is_wrong_is_told_with_its_place_and_a_hint(bench: Bench, text: str, told: list[str]) -> None:
    assert bench.wrong(text) == told


SELF = Names({"self": {"token": "t1"}})


@pytest.mark.parametrize("place", ["header", "query", "cookie"])
def test_a_token_travels_in_one_place(bench: Bench, place: str) -> None:
    ways = bench.target(f"http: {{token: {{{place}: name, value: 'Bearer {{{{ self.token }}}}'}}}}\n").http.token
    assert [(way.place, way.name, way.value(SELF)) for way in ways] == [(place, "name", "Bearer t1")]


def test_a_token_may_travel_in_several_ways(bench: Bench) -> None:
    ways = bench.target(
        "http:\n  token:\n    - {header: a, value: '{{ self.token }}'}\n    - {query: b, value: '{{ self.token }}'}\n"
    ).http.token
    assert [way.place for way in ways] == ["header", "query"]


def test_an_envelope_has_shapes(bench: Bench) -> None:
    envelope = bench.target(
        "http: {envelope: {success: [{where: {status: success}, payload: data}, {payload: $.items}],"
        " error: {code: error.code, message: error.message}}}\n"
    ).http.envelope
    body = Names({"status": "success", "data": 5, "error": {"code": "X"}, "body": {"items": [1]}})
    first, second = envelope.success
    assert first.where(body) == ()
    assert first.where(Names({"status": "error"})) != ()
    assert first.payload(body) == 5
    assert second.where(body) == ()
    assert second.payload(body) == [1]
    assert envelope.code is not None
    assert envelope.code(body) == "X"
    assert envelope.details is None


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("{connect: 1s}", (1.0, 30.0, 60.0)),
        ("{first_byte: 500ms, total: 2s}", (2.0, 0.5, 2.0)),
        ("{total: 1s}", (1.0, 1.0, 1.0)),
    ],
)
def test_timeouts_fit_into_their_total(bench: Bench, written: str, expected: tuple[float, float, float]) -> None:
    timeouts = bench.target(f"http: {{timeouts: {written}}}\n").http.timeouts
    assert (timeouts.connect_s, timeouts.first_byte_s, timeouts.total_s) == expected
