"""Names and their values: one scope over another, lazy values, headers in any case."""

from __future__ import annotations

import copy
import pickle
from types import MappingProxyType

from antiphon.language.scope import MISSING, NO_NAMES, Lazy, Names, child, header, resolved


def test_an_inner_scope_hides_the_outer_one_name_by_name() -> None:
    inner = Names({"a": 1, "n": None}, Names({"a": 2, "b": 3, "n": 4}))
    assert [inner.lookup(name) for name in "abnc"] == [1, 3, None, MISSING]
    assert NO_NAMES.lookup("a") is MISSING


def test_missing_is_false_and_named() -> None:
    assert not MISSING
    assert repr(MISSING) == "MISSING"
    assert pickle.loads(pickle.dumps(MISSING)) is MISSING
    assert copy.deepcopy([MISSING])[0] is MISSING


def test_a_lazy_value_is_made_once() -> None:
    made: list[int] = []

    def make() -> object:
        made.append(1)
        return {"a": 1}

    lazy = Lazy(make)
    assert made == []
    assert resolved(lazy) is resolved(lazy)
    assert made == [1]
    assert resolved(3) == 3


def test_a_part_is_found_by_key_or_position() -> None:
    user = MappingProxyType({"id": "b1", "lazy": Lazy(lambda: 7)})
    assert child(user, "id") == "b1"
    assert child(user, "lazy") == 7
    assert child(user, "gone") is MISSING
    assert child({"a": Lazy(lambda: 1)}, "a") == 1
    assert child([1, Lazy(lambda: 2)], -1) == 2
    assert child((1, 2), 2) is MISSING
    assert child("text", 0) is MISSING
    assert child({"0": "x"}, 0) is MISSING
    assert child(None, "a") is MISSING


def test_headers_are_found_in_any_case() -> None:
    assert header({"content-type": "a"}, "Content-Type") == "a"
    assert header({"Content-Type": "a"}, "content-type") == "a"
    assert header({"X": "a"}, "y") is MISSING
    assert header(None, "y") is MISSING
