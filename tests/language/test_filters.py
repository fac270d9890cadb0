"""Each filter on what it is for, and on what it refuses."""

from __future__ import annotations

import base64
import hashlib

import jwt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from antiphon.language.filters import FILTERS, applied
from antiphon.language.refusals import LARGEST_OUTPUT, ValueRefused
from antiphon.language.scope import MISSING

KEY = "a key that is long enough for HMAC and its library"


@pytest.mark.parametrize(
    ("name", "value", "arguments", "expected"),
    [
        ("length", "é\U0001f600", (), 2),
        ("length", [1, 2], (), 2),
        ("length", {"a": 1}, (), 1),
        ("length", b"abc", (), 3),
        ("first", [1, 2], (), 1),
        ("first", [], (), MISSING),
        ("last", [1, 2], (), 2),
        ("last", [], (), MISSING),
        ("unique", [1, 1.0, "1", True, 1, {"a": [1]}, {"a": [1]}, None], (), [1, "1", True, {"a": [1]}, None]),
        ("sort", [3, 1.5, 2], (), [1.5, 2, 3]),
        ("sort", ["b", "a"], (), ["a", "b"]),
        ("sort", [], (), []),
        ("merge", {"a": 1, "b": 1}, ({"b": 2},), {"a": 1, "b": 2}),
        ("merge", [1], ([2],), [1, 2]),
        ("string", 3, (), "3"),
        ("string", True, (), "true"),
        ("string", "x", (), "x"),
        ("string", {"a": 1}, (), '{"a":1}'),
        ("string", b"x", (), "x"),
        ("int", "42", (), 42),
        ("int", " -42 ", (), -42),
        ("int", 42.0, (), 42),
        ("int", 42, (), 42),
        ("json", {"a": "é"}, (), '{"a":"é"}'),
        ("json", "x", (), '"x"'),
        ("upper", "é", (), "É"),
        ("lower", "ÀB", (), "àb"),
        ("trim", " a \n", (), "a"),
        ("after", "room:42:7", (":",), "42:7"),
        ("after", "room", (":",), "room"),
        ("after", "room", ("",), "room"),
        ("before", "room:42", (":",), "room"),
        ("before", "room", (":",), "room"),
        ("sha256", "abc", (), hashlib.sha256(b"abc").hexdigest()),
        ("md5", b"abc", (), hashlib.md5(b"abc").hexdigest()),
        ("base64", "a?>", (), "YT8+"),
        ("hex", "aé", (), "61c3a9"),
        ("urlencode", "a b/é&", (), "a%20b%2F%C3%A9%26"),
        ("urlencode", 3, (), "3"),
        ("urlencode", {"a": "x y", "b": 1}, (), "a=x%20y&b=1"),
        ("bytes", "é", (), b"\xc3\xa9"),
        ("bytes", b"\xff", (), b"\xff"),
        ("default", MISSING, (3,), 3),
        ("default", None, (3,), None),
        ("default", "", (3,), ""),
    ],
)
def test_a_filter_makes_of_a_value_what_its_name_says(
    name: str, value: object, arguments: tuple[object, ...], expected: object
) -> None:
    result = applied(name, value, arguments)
    assert result == expected
    assert type(result) is type(expected)


@pytest.mark.parametrize(
    ("name", "value", "arguments"),
    [
        ("length", 3, ()),
        ("length", None, ()),
        ("first", "ab", ()),
        ("last", {}, ()),
        ("unique", "aa", ()),
        ("sort", [1, "a"], ()),
        ("sort", [True], ()),
        ("merge", {}, ([],)),
        ("merge", "a", ("b",)),
        ("int", "1.5", ()),
        ("int", "x", ()),
        ("int", 1.5, ()),
        ("int", True, ()),
        ("int", "٣", ()),
        ("int", "9" * 5000, ()),
        ("upper", 3, ()),
        ("trim", None, ()),
        ("after", 3, (":",)),
        ("after", "x", (3,)),
        ("sha256", 3, ()),
        ("hex", [1], ()),
        ("bytes", "\ud800", ()),
        ("urlencode", "\ud800", ()),
        ("jwt", "x", (KEY,)),
        ("jwt", {}, (3,)),
        ("tampered", "", ()),
        ("tampered", 3, ()),
        ("json", {"a": b"x"}, ()),
        ("string", object(), ()),
        ("hex", "x" * (LARGEST_OUTPUT // 2 + 1), ()),
    ],
)
def test_a_filter_refuses_what_it_is_not_for(name: str, value: object, arguments: tuple[object, ...]) -> None:
    with pytest.raises(ValueRefused) as caught:
        applied(name, value, arguments)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("name", sorted(set(FILTERS) - {"default"}))
def test_an_absent_value_stays_absent(name: str) -> None:
    assert applied(name, MISSING, ("x",) * FILTERS[name].fewest) is MISSING


def test_a_signed_map_is_a_token_that_others_accept() -> None:
    token = str(applied("jwt", {"sub": "u1", "exp": 4_102_444_800}, (KEY,)))
    assert jwt.decode(token, KEY, algorithms=["HS256"]) == {"sub": "u1", "exp": 4_102_444_800}


def test_a_tampered_token_differs_in_its_signature_only_and_holds_no_more() -> None:
    token = str(applied("jwt", {"sub": "u1"}, (KEY,)))
    bad = str(applied("tampered", token, ()))
    assert bad.split(".")[:2] == token.split(".")[:2]
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(bad, KEY, algorithms=["HS256"])


@settings(deadline=None)
@given(st.binary(min_size=32, max_size=32))
def test_whatever_the_signature_it_decodes_to_other_bytes_when_tampered(signature: bytes) -> None:
    text = "a.b." + base64.urlsafe_b64encode(signature).rstrip(b"=").decode()
    bad = str(applied("tampered", text, ())).rpartition(".")[2]
    assert base64.urlsafe_b64decode(bad + "=") != signature


@settings(deadline=None)
@given(st.text(min_size=1))
def test_a_tampered_text_is_another_text(text: str) -> None:
    bad = applied("tampered", text, ())
    assert isinstance(bad, str)
    assert bad != text


def test_a_tampered_uuid_is_a_uuid_with_another_last_part() -> None:
    bad = str(applied("tampered", "3f2a0c1e-1111-4222-8333-444455556666", ()))
    assert bad.rpartition("-")[0] == "3f2a0c1e-1111-4222-8333"
    assert bad.rpartition("-")[2] != "444455556666"
    assert int(bad.rpartition("-")[2], 16)


def test_filters_are_those_that_the_language_lists() -> None:
    listed = "length first last unique sort merge string int json upper lower trim after before sha256 md5 base64 hex"
    assert list(FILTERS) == [*listed.split(), "urlencode", "bytes", "jwt", "tampered", "default"]
