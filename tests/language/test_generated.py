"""Matchers as generated code say yes and no exactly where the tests do that can tell a difference."""

from __future__ import annotations

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from antiphon.core.errors import Problems
from antiphon.language.document import read
from antiphon.language.generated import holds_of
from antiphon.language.matcher import Matcher, compile_matcher
from antiphon.language.nodes import Mapping
from antiphon.language.scope import MISSING, Lazy, Names

SCOPE = Names(
    {
        "room": {"id": "r1", "n": 2, "tags": ["a", 1], "big": {"a": 1}, "gone": MISSING},
        "who": Names,
        "now": lambda: "2024-01-01T00:00:00Z",
    }
)
TEMPLATES = (
    *("{{ room.id }}", "{{ room.n }}", "{{ room.tags }}", "{{ room.big }}", "{{ room.nothing }}", "{{ who }}"),
    *("id {{ room.id }}", "{{ room.n | string }}", "{{ now }}"),
)
KEYS = st.sampled_from(["a", "b", "id", "n", "a b", "__class__", "if"])
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from([0, 1, 2, -1, 2**53, 1.0, 2.0, 0.5]),
    st.sampled_from(["", "a", "r1", "1", "id r1", "2", "hello", "3f2a0c1e-1111-4222-8333-444455556666", "'\n\"\\"]),
)
WORDS = st.sampled_from(
    [
        *("#string", "#number", "#integer", "#boolean", "#uuid", "#iso_time", "#null", "#absent", "#present", "#any"),
        *("#numeric", "#/^r[0-9]/", "##string"),
    ]
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=8
)


def _with_more(inner: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    some = st.lists(inner, min_size=1, max_size=3)
    return st.one_of(
        st.dictionaries(KEYS, inner, max_size=4),
        st.lists(inner, max_size=3),
        st.builds(lambda part: {"#each": part}, inner),
        st.builds(lambda part: {"#not": part}, inner),
        st.builds(lambda part: {"#contains": part}, inner),
        st.builds(lambda parts: {"#all_of": parts}, some),
        st.builds(lambda parts: {"#any_of": parts}, some),
        st.builds(lambda parts: {"#unordered": parts}, some),
        st.builds(lambda part: {"#exact": part}, st.dictionaries(KEYS, inner, max_size=3)),
        st.builds(lambda part: {"$.a": part}, inner),
    )


WANTED = st.recursive(SCALARS | WORDS | st.sampled_from(TEMPLATES), _with_more, max_leaves=8)


def matcher(written: object) -> Matcher:
    document = read(f"m: {orjson.dumps(written).decode()}", "f.yaml")
    assert document.problems == ()
    assert isinstance(document.root, Mapping)
    problems = Problems()
    made = compile_matcher(document.root.entries[0].value, problems)
    assert [str(problem) for problem in problems] == []
    return made


def alike(wanted: Matcher, value: object) -> bool:
    """Return what both say."""
    difference = wanted(value, SCOPE)
    held = holds_of(wanted)(value, SCOPE)
    assert held is (difference is None), (wanted.text, value, difference)
    return held


@settings(max_examples=300, deadline=None)
@given(WANTED, VALUES)
def test_both_agree_about_any_value(wanted: object, value: object) -> None:
    alike(matcher(wanted), value)


def _filled(wanted: object) -> object:
    """Return a value that a matcher may well mean."""
    match wanted:
        case {"#each": part}:
            return [_filled(part)] * 2
        case {"#all_of": [part, *_]} | {"#any_of": [part, *_]}:
            return _filled(part)
        case {"#unordered": list() as parts}:
            return [_filled(part) for part in reversed(parts)]
        case {"#exact": part} | {"#not": part} | {"#contains": part}:
            return _filled(part)
        case dict():
            return {key: _filled(part) for key, part in wanted.items() if part != "#absent"} | {"besides": 1}
        case list():
            return [_filled(part) for part in wanted]
        case str():
            return {
                "#string": "x",
                "#number": 1.5,
                "#integer": 3,
                "#boolean": False,
                "#null": None,
                "#numeric": "7",
                "#iso_time": "2024-01-01T00:00:00Z",
                "#uuid": "3f2a0c1e-1111-4222-8333-444455556666",
                "{{ room.id }}": "r1",
                "{{ room.n }}": 2,
                "{{ room.tags }}": ["a", 1],
                "{{ room.big }}": {"a": 1},
                "id {{ room.id }}": "id r1",
                "{{ room.n | string }}": "2",
                "##string": "#string",
            }.get(wanted, wanted)
        case _:
            return wanted


@settings(max_examples=300, deadline=None)
@given(WANTED)
def test_both_agree_about_what_is_wanted(wanted: object) -> None:
    alike(matcher(wanted), _filled(wanted))


@pytest.mark.parametrize(
    ("wanted", "value", "held"),
    [
        ({"ok": True, "id": "#string"}, {"ok": True, "id": "e-1", "n": 1}, True),
        ({"ok": True}, {"ok": 1}, False),
        ({"n": 1}, {"n": 1.0}, True),
        ({"n": 1}, {"n": True}, False),
        ({"n": None}, {}, False),
        ({"n": "#absent"}, {}, True),
        ({"n": "#any"}, {}, True),
        ({"n": "#present"}, {"n": None}, True),
        ({"#exact": {"n": 1}}, {"n": 1, "m": 2}, False),
        ({"#exact": {"n": 1}}, {"n": 1}, True),
        ([1, "#string"], [1, "a"], True),
        ([1, "#string"], [1, "a", 2], False),
        ({"#each": {"id": "#integer"}}, [{"id": 1}, {"id": "1"}], False),
        ({"#all_of": ["{{ room.n }}", {"#range": ["{{ room.n }}", 3]}]}, 2, True),
        ({"#all_of": ["{{ room.n }}", {"#range": ["{{ room.n }}", 3]}]}, 3, False),
        ({"id": "{{ room.id }}", "n": "{{ room.n }}"}, {"id": "r1", "n": 2}, True),
        ({"id": "{{ room.id }}", "n": "{{ room.n }}"}, {"id": "r1", "n": 3}, False),
        ({"tags": "{{ room.tags }}"}, {"tags": ["a", 1]}, True),
        ({"id": "{{ room.nothing }}"}, {"id": "r1"}, False),
        ("#any", MISSING, True),
        ("{{ now }}", "2024-01-01T00:00:00Z", True),
    ],
)
def test_what_matches_and_what_does_not(wanted: object, value: object, held: bool) -> None:
    assert alike(matcher(wanted), value) is held


def test_a_value_that_is_made_later_is_made() -> None:
    assert alike(matcher({"a": [1]}), Lazy(lambda: {"a": [1]}))
    assert alike(matcher([1]), Lazy(lambda: [1]))


def test_what_is_deep_or_large_is_asked_of_the_tests_themselves() -> None:
    deep: object = 1
    for _ in range(40):
        deep = {"a": deep}
    assert alike(matcher(deep), deep)
    large = {f"key {number}": number for number in range(700)}
    assert alike(matcher(large), large)
    assert not alike(matcher(large), large | {"key 699": 0})


def test_the_tests_still_tell_how_a_value_differs() -> None:
    made = matcher({"ok": True, "user": {"id": "{{ room.id }}"}})
    value = {"ok": True, "user": {"id": "r2"}}
    assert not holds_of(made)(value, SCOPE)
    assert str(made(value, SCOPE)) == 'differs in `user.id`: "r2" is not "r1"'


def test_nothing_that_an_author_writes_is_code() -> None:
    odd = {'"]); raise SystemExit  #': "'''", 'x"\n  import os': '"""\\', "{v}": "{t}"}
    assert alike(matcher(odd), odd)
