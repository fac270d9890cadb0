"""The forms in which a secret is looked for."""

from __future__ import annotations

import base64
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.core import secret_forms
from antiphon.core.secret_forms import forms_of


def test_a_plain_secret_has_few_forms() -> None:
    forms = forms_of("abcdef")
    assert b"abcdef" in forms
    assert len(forms) == 4


@pytest.mark.parametrize("length", range(6, 14))
@pytest.mark.parametrize("before", [b"", b"x", b"xy", b"xyz"])
@pytest.mark.parametrize("after", [b"", b"\xff", b"\x00\x00"])
def test_some_form_stands_in_every_base64_text_with_the_secret_in_it(length: int, before: bytes, after: bytes) -> None:
    secret = "s3cr3t-\u00ffabcde"[:length]
    encoded = base64.b64encode(before + secret.encode() + after)
    assert any(form in encoded for form in forms_of(secret))


def test_no_form_is_so_short_that_it_stands_everywhere() -> None:
    assert min(map(len, forms_of("abcdef"))) >= 6


def test_half_a_surrogate_pair_is_no_reason_to_fail() -> None:
    assert forms_of("secret\ud800")


@given(st.text(string.ascii_letters + string.digits + "_.~-", min_size=1, max_size=40))
def test_what_nothing_escapes_has_no_form_beside_itself_and_base64(secret: str) -> None:
    assert secret_forms._escaped(secret, secret.encode()) == {secret}
    assert secret.encode() in forms_of(secret)


@given(st.text(max_size=20), st.characters(exclude_characters=string.ascii_letters + string.digits + "_.~-"))
def test_what_something_escapes_has_every_form(secret: str, other: str) -> None:
    text = secret + other
    escaped = secret_forms._escaped(text, text.encode("utf-8", "surrogatepass"))
    assert {form.encode("utf-8", "surrogatepass") for form in escaped} <= forms_of(text)
