from __future__ import annotations

import math

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.wire.errors import LocalProtocolError, RemoteProtocolError
from antiphon.wire.payload import dump, parse, parse_list

_WHOLE = st.integers(-(2**63), 2**63 - 1)
_TEXT = st.text(st.characters(codec="utf-8"))
_LEAVES = st.none() | st.booleans() | _WHOLE | st.floats(allow_nan=False, allow_infinity=False) | _TEXT
_VALUES = st.recursive(
    _LEAVES | st.binary(), lambda inner: st.lists(inner) | st.dictionaries(_TEXT, inner), max_leaves=20
)


def _has_placeholder(value: object) -> bool:
    if isinstance(value, dict):
        return "_placeholder" in value or any(_has_placeholder(part) for part in value.values())
    return isinstance(value, list) and any(_has_placeholder(part) for part in value)


@given(_VALUES)
def test_a_value_comes_back_as_it_went_with_its_binary_parts(value: object) -> None:
    if not _has_placeholder(value):
        assert parse(*dump(value)) == value


def test_binary_parts_are_set_aside_in_the_order_of_their_placeholders() -> None:
    raw, attachments = dump(["file", {"a": b"one", "b": [bytearray(b"two"), memoryview(b"three")]}])
    assert attachments == (b"one", b"two", b"three")
    assert orjson.loads(raw)[1]["b"][1] == {"_placeholder": True, "num": 2}


@pytest.mark.parametrize(
    "raw",
    [b"[NaN]", b"[Infinity]", b'["\xff"]', b"[1", b"", b"[1,]", b'["\\ud800"]', b"[" * 1100 + b"]" * 1100, b"{'a': 1}"],
)
def test_what_is_not_json_is_one_clear_breach_of_the_peer(raw: bytes) -> None:
    with pytest.raises(RemoteProtocolError, match="a payload is not JSON"):
        parse(raw)


@pytest.mark.parametrize("number", ["2", "-1", "true", '"0"', "null", "0.0"])
def test_a_placeholder_without_its_attachment_is_a_breach(number: str) -> None:
    with pytest.raises(RemoteProtocolError, match="a placeholder names attachment"):
        parse(b'[{"_placeholder":true,"num":%b}]' % number.encode(), (b"one", b"two"))


def test_a_placeholder_stays_a_plain_object_where_nothing_was_attached() -> None:
    assert parse(b'{"_placeholder":true,"num":0}') == {"_placeholder": True, "num": 0}


def test_placeholders_are_filled_at_any_depth_without_recursion() -> None:
    depth = 1000
    raw = b"[" * depth + b'{"_placeholder":true,"num":0}' + b"]" * depth
    value = parse(raw, (b"deep",))
    for _ in range(depth):
        assert isinstance(value, list)
        value = value[0]
    assert value == b"deep"


def test_a_list_is_asked_for_and_anything_else_refused() -> None:
    assert parse_list(b"[1,2]") == [1, 2]
    with pytest.raises(RemoteProtocolError, match="not a JSON list"):
        parse_list(b'{"a":1}')


@pytest.mark.parametrize("value", [object(), {1, 2}, 2**64, {"a": {3: object()}}])
def test_what_json_cannot_say_is_a_breach_of_ours(value: object) -> None:
    with pytest.raises(LocalProtocolError, match="cannot be sent as JSON"):
        dump(value)


def test_not_a_number_becomes_null_as_in_javascript() -> None:
    assert dump([math.nan, math.inf]) == (b"[null,null]", ())
