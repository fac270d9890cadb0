"""The forms in which a secret is looked for."""

from __future__ import annotations

import base64

import pytest

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
