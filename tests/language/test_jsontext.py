"""JSON of values, text of values, and when two are the same."""

from __future__ import annotations

import pytest

from antiphon.language.jsontext import identity, json_bytes, same, text_of
from antiphon.language.refusals import ValueRefused
from antiphon.language.scope import MISSING, Lazy


class Person(dict[str, object]):
    """Not plain data, as users are not."""


def test_values_are_written_as_json() -> None:
    written = '{"a":[1,1.5,null,true,"é"],"l":1}'
    assert json_bytes({"a": [1, 1.5, None, True, "é"], "l": Lazy(lambda: 1)}) == written.encode()


@pytest.mark.parametrize("value", [MISSING, [MISSING], b"x", [b"x"], object(), {1: 2}, 2**64, "\ud800", Person()])
def test_what_is_no_json_is_refused_in_a_sentence(value: object) -> None:
    with pytest.raises(ValueRefused) as caught:
        json_bytes(value)
    assert str(caught.value)


def test_too_deep_a_value_is_refused() -> None:
    deep: object = 1
    for _ in range(2000):
        deep = [deep]
    with pytest.raises(ValueRefused):
        json_bytes(deep)


def test_a_text_is_itself_and_all_else_is_json() -> None:
    assert [text_of(value) for value in ("x", 1, 1.0, True, None, [1], b"x", Lazy(lambda: "l"))] == [
        *("x", "1", "1.0", "true", "null", "[1]", "x", "l")
    ]


def test_equality_counts_types_but_not_the_kind_of_number() -> None:
    assert same(1, 1.0)
    assert same("a", "a")
    assert same(None, None)
    assert same(b"a", bytearray(b"a"))
    pairs = [(1, True), (1, "1"), (0, False), (0, None), ("", None), ("a", b"a"), (1, MISSING), (None, MISSING)]
    for one, other in pairs:
        assert not same(one, other)
        assert not same(other, one)
        assert identity(one) != identity(other)
    assert identity({"a": 1, "b": [2]}) == identity({"b": [2.0], "a": 1.0})
