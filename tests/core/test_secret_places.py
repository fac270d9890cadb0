"""Secrets that nobody registered, hidden by where they stand."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.core.secret_places import hide_header, hide_places, holding_words


def hide(secret: bytes) -> bytes:
    return b"***<" + secret + b">"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('{"password":"a"}', '{"password":"***<a>"}'),
        ('{"newPassword" : "a b"}', '{"newPassword" : "***<a b>"}'),
        ('{"accessToken":"a","refresh_token":"b"}', '{"accessToken":"***<a>","refresh_token":"***<b>"}'),
        ('{"password":"a\\"b\\u00e9"}', '{"password":"***<a"b\u00e9>"}'),
        ('{"token":12345}', '{"token":"***<12345>"}'),
        ('{"x":"{\\"apiKey\\":\\"a\\"}"}', '{"x":"{\\"apiKey\\":\\"***<a>\\"}"}'),
        ("a=1&password=p%20q&b=2", "a=1&password=***<p q>&b=2"),
        ("http://h/x?access_token=t#f", "http://h/x?access_token=***<t>#f"),
        (
            'form-data; name="password"\r\n\r\nhunter\r\n--',
            'form-data; name="password"\r\n\r\n***<hunter>\r\n--',
        ),
        ("authorization: Bearer abc", "authorization: Bearer ***<abc>"),
        ("Authorization: abc", "Authorization: ***<abc>"),
        ("\r\nCookie: a=1; b=2\r\n", "\r\nCookie: a=***<1>; b=***<2>\r\n"),
        # what is no secret, or is hidden already, stays
        ('{"content":"my password is not here"}', '{"content":"my password is not here"}'),
        ('{"passwordChanged":true,"tokenType":"Bearer"}', '{"passwordChanged":true,"tokenType":"Bearer"}'),
        ('{"password":null,"token":""}', '{"password":null,"token":""}'),
        ('{"password":"***0123abcd"}', '{"password":"***0123abcd"}'),
        ('-H "authorization: Bearer $ALICE_TOKEN"', '-H "authorization: Bearer $ALICE_TOKEN"'),
        ('{"password":"{{ alice.password }}"}', '{"password":"{{ alice.password }}"}'),
        ("the token is good", "the token is good"),
    ],
)
def test_what_stands_in_a_secrets_place_is_hidden(text: str, shown: str) -> None:
    assert hide_places(text.encode(), hide).decode() == shown


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("Authorization", "Bearer abc", "Bearer ***<abc>"),
        ("authorization", "abc", "***<abc>"),
        ("Proxy-Authorization", "Basic abc=", "Basic ***<abc=>"),
        ("Cookie", "sid=abc; theme=dark", "sid=***<abc>; theme=***<dark>"),
        ("Set-Cookie", "sid=abc; Path=/; Max-Age=5; HttpOnly", "sid=***<abc>; Path=/; Max-Age=5; HttpOnly"),
        ("X-Api-Key", "abc", "***<abc>"),
        ("x-csrf-token", "abc", "***<abc>"),
        ("authorization", "Bearer ***0123abcd", "Bearer ***0123abcd"),
        ("authorization", "", ""),
        ("content-type", "application/json", "application/json"),
    ],
)
def test_headers_are_known_by_name(name: str, value: str, shown: str) -> None:
    assert hide_header(name, value.encode(), hide).decode() == shown


@given(st.binary(max_size=200))
def test_nothing_breaks_it(data: bytes) -> None:
    hide_places(data, hide)
    hide_places(b'{"password":"' + data + b'"}', hide)
    hide_header("cookie", data, hide)
    hide_header("authorization", data, hide)


WORDS = re.compile(rb"passw|passphrase|secret|token|authorization|api[_-]?key|jwt|cookie", re.IGNORECASE)
ODD_CASE = st.sampled_from(
    [
        b"PassW",
        b"passphrase",
        b"SECRET",
        b"tokeN",
        b"Authorization",
        b"ApiKey",
        b"API_KEY",
        b"api-key",
        b"jWt",
        b"COOKIE",
    ]
)


@given(st.lists(st.lists(st.one_of(ODD_CASE, st.binary(max_size=6), st.just(b"tok")), max_size=3).map(b"".join)))
def test_the_parts_that_hold_a_word_are_told_from_the_others(parts: list[bytes]) -> None:
    assert holding_words(parts) == [number for number, part in enumerate(parts) if WORDS.search(part)]


def test_no_word_stands_across_two_parts() -> None:
    assert holding_words([b"to", b"ken", b"", b"a token", b"token token", b"jw", b"t"]) == [3, 4]
