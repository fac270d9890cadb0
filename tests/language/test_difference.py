"""What people read of a difference: safe, short, with its place."""

from __future__ import annotations

from types import MappingProxyType

from antiphon.core.source import NOWHERE
from antiphon.language.difference import ClaimDifference, Difference, Words, path_text, shown
from antiphon.language.scope import MISSING, Lazy


def test_a_difference_names_the_place_what_came_and_what_was_expected() -> None:
    assert str(Difference(("content",), "hello", "hallo")) == 'differs in `content`: "hello" is not "hallo"'
    assert str(Difference((), 3, Words("a text"))) == "differs: 3 is not a text"
    assert str(Difference((), MISSING, "x")) == 'differs: absent, not "x"'
    assert str(Difference((), 3, 4, "is odd")) == "differs: is odd"


def test_a_difference_is_led_back_to_the_whole_value() -> None:
    found = Difference(("id",), 1, 2).under(0).under("items")
    assert found.path == ("items", 0, "id")
    assert found.place == "items[0].id"


def test_a_claims_difference_joins_the_address_and_the_place() -> None:
    for path, text in [((), "payload"), (("id",), "payload.id"), ((0, "id"), "payload[0].id")]:
        assert str(ClaimDifference("payload", Difference(path, 1, 2), NOWHERE)) == f"differs in `{text}`: 1 is not 2"


def test_values_are_shown_short_and_safe() -> None:
    assert shown({"a": [1, None, True, "é"]}) == '{"a":[1,null,true,"é"]}'
    assert shown("\x9b\u202e") == '"\\x9b\\u202e"'
    assert shown(b"\x00\xff") == "2 bytes 00ff"
    assert shown(MISSING) == "absent"
    assert shown(Lazy(lambda: [1])) == "[1]"
    assert shown(2**80) == "a int"
    assert shown("\ud800") == "'\\ud800'"
    assert len(shown("x" * 1_000_000)) <= 120
    assert len(shown(b"x" * 1_000_000)) <= 140
    assert len(shown(["x" * 100] * 100)) <= 120
    assert path_text(("\x1b", 1)) == "\\x1b[1]"


def test_a_user_is_shown_by_name_and_never_with_a_token() -> None:
    user = MappingProxyType({"name": "bob", "token": "secret"})
    assert shown(user) == '"<bob>"'
    assert "secret" not in shown([user])
