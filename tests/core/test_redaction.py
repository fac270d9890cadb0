"""Secrets do not come out, in whatever form they go in."""

from __future__ import annotations

import base64
import html
import json
from urllib.parse import quote, quote_plus, urlencode

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.tools.growth import cost_s

from antiphon.core.redaction import Redactor

PASSWORD = 'Pä"ss/w+rd <1> & \\more'
SECRETS = st.text(min_size=6, max_size=24)


def knowing(*secrets: str) -> Redactor:
    redactor = Redactor(b"key of the run")
    for number, secret in enumerate(secrets):
        redactor.register(secret, f"SECRET_{number}")
    return redactor


def mark(redactor: Redactor, secret: str) -> str:
    return redactor.mark(secret.encode()).decode()


def test_a_secret_becomes_a_mark_of_eight_characters() -> None:
    redactor = knowing("hunter2hunter2")
    shown = redactor.text("the password is hunter2hunter2!")
    assert shown == f"the password is {mark(redactor, 'hunter2hunter2')}!"
    assert len(mark(redactor, "hunter2hunter2")) == len("***") + 8


def test_equal_stays_visible_and_different_too() -> None:
    redactor = knowing("first-secret", "second-secret")
    one, other, again = redactor.text("first-secret second-secret first-secret").split()
    assert one == again != other


def test_another_key_gives_another_mark() -> None:
    assert Redactor(b"one").mark(b"secret") != Redactor(b"two").mark(b"secret")


FORMS = [
    lambda secret: secret,
    lambda secret: quote(secret),
    lambda secret: quote(secret, safe=""),
    lambda secret: quote_plus(secret),
    lambda secret: quote(secret, safe="").lower() if "%" in quote(secret) and secret.islower() else quote(secret),
    lambda secret: urlencode({"q": secret}),
    lambda secret: json.dumps({"x": secret}),
    lambda secret: json.dumps({"x": secret}, ensure_ascii=False),
    lambda secret: orjson.dumps([secret]).decode(),
    lambda secret: json.dumps({"x": secret}).replace("/", "\\/"),
    lambda secret: json.dumps({"x": json.dumps({"y": secret})}),
    lambda secret: html.escape(secret),
    lambda secret: base64.b64encode(secret.encode()).decode(),
    lambda secret: base64.urlsafe_b64encode(secret.encode()).decode(),
]


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_a_secret_is_hidden(form) -> None:  # type: ignore[no-untyped-def]  # a lambda over texts
    redactor = knowing(PASSWORD)
    shown = redactor.text(f"<{form(PASSWORD)}>")
    assert mark(redactor, PASSWORD) in shown
    assert form(PASSWORD) not in shown
    assert "more" not in shown


@pytest.mark.parametrize("before", ["", "u", "us", "use", "user:"])
def test_a_secret_is_found_inside_a_longer_text_in_base64(before: str) -> None:
    redactor = knowing(PASSWORD)
    encoded = base64.b64encode(f"{before}{PASSWORD}:tail".encode())
    shown = redactor.data(encoded)
    assert redactor.mark(PASSWORD.encode()) in shown
    # At most the two characters that it shares with its neighbours are left of it.
    assert len(shown) <= len(encoded) - len(base64.b64encode(PASSWORD.encode())) + 4 + len("***") + 8


@given(SECRETS, st.text(max_size=12), st.text(max_size=12))
def test_no_secret_comes_out_of_a_text(secret: str, before: str, after: str) -> None:
    redactor = knowing(secret)
    shown = redactor.text(before + secret + after)
    assert mark(redactor, secret) in shown
    if secret not in mark(redactor, secret) + before + after:
        assert secret not in before + mark(redactor, secret) + after or secret not in shown


@given(st.lists(SECRETS, min_size=1, max_size=6), st.data())
def test_json_stays_json(secrets: list[str], data: st.DataObject) -> None:
    redactor = knowing(*secrets)
    value = {"a": data.draw(st.sampled_from(secrets)), "password": "x1", "token": 12345, "list": secrets}
    shown = orjson.loads(redactor.data(json.dumps(value).encode()))
    assert shown["a"].startswith("***")
    assert all(text.startswith("***") for text in shown["list"])


def test_one_secret_inside_another_leaves_nothing_of_the_longer_one() -> None:
    for order in (("abcdefgh", "xxabcdefghyy"), ("xxabcdefghyy", "abcdefgh")):
        redactor = knowing(*order)
        assert redactor.text("xxabcdefghyy") == mark(redactor, "xxabcdefghyy")
        assert redactor.text("-abcdefgh-") == f"-{mark(redactor, 'abcdefgh')}-"


@pytest.mark.parametrize("tail", ["i", "ij", "ij-and-quite-a-lot-more-than-that"])
def test_a_secret_that_goes_on_behind_another_leaves_no_tail(tail: str) -> None:
    short, long = "longsecretABCDEFGH", f"longsecretABCDEFGH{tail}"
    assert knowing(short, long).text(f"<{long}>") == f"<{mark(knowing(), long)}>"
    assert knowing(short, long).text(f"<{short}>") == f"<{mark(knowing(), short)}>"


def test_that_holds_for_secrets_that_came_long_before_and_just_now() -> None:
    redactor = knowing("abcdefgh", *(f"filler-secret-{number}" for number in range(40)), "xxabcdefghyy")
    assert redactor.text("xxabcdefghyy") == mark(redactor, "xxabcdefghyy")
    assert redactor.text("filler-secret-0 filler-secret-39").count("***") == 2


def test_a_secret_that_came_after_a_text_was_shown_is_hidden_from_then_on() -> None:
    redactor = knowing("first-secret")
    assert "later-secret" in redactor.text("later-secret")
    redactor.register("later-secret", "LATER")
    assert "later-secret" not in redactor.text("later-secret")


def test_a_short_secret_is_hidden_by_its_place_and_warned_of() -> None:
    redactor = knowing("abc12")
    assert redactor.text("abc12") == "abc12"
    assert redactor.text('{"password":"abc12"}') == f'{{"password":"{mark(redactor, "abc12")}"}}'
    assert redactor.warnings == (
        "SECRET_0 has fewer than 6 characters: it is hidden where secrets stand, not everywhere",
    )


def test_nothing_is_no_secret() -> None:
    redactor = knowing("", "")
    assert redactor.text("anything") == "anything"
    assert redactor.warnings == ()


def test_a_backslash_before_a_secret_breaks_no_json() -> None:
    redactor = knowing("n-secret-n")
    line = json.dumps({"x": "\n-secret-n"})
    assert "n-secret-n" in line
    assert orjson.loads(redactor.text(line))
    kept = json.dumps({"x": "\\n-secret-n"})
    assert orjson.loads(redactor.text(kept))["x"].startswith("\\***")


def test_a_header_is_hidden_by_its_name() -> None:
    redactor = Redactor(b"key")
    assert redactor.header("Authorization", "Bearer abc") == f"Bearer {redactor.mark(b'abc').decode()}"
    assert redactor.header("content-type", "text/plain") == "text/plain"


def test_five_hundred_secrets_cost_far_less_than_five_hundred_times_as_much_as_one() -> None:
    line = b'{"id":"8d2f","content":"' + b"lorem ipsum " * 30 + b'eyJhbGciOiJIUzI1NiJ9.no"}\n'
    data = line * (1_000_000 // len(line))

    def hiding(count: int) -> float:
        redactor = knowing(*(f"eyJhbGciOiJIUzI1NiJ9.{number:040d}.signature-{number:030d}" for number in range(count)))
        assert redactor.data(data) is data
        return cost_s(lambda: redactor.data(data))

    assert hiding(500) < 50 * hiding(1)
