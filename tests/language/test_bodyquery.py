"""JSONPath over a body: one value, several, none; in linear time where patterns are concerned."""

from __future__ import annotations

import pytest

from antiphon.language.bodyquery import BadQuery, compile_query
from antiphon.language.patterns import BadPattern, found_in, literally, pattern
from antiphon.language.refusals import ValueRefused
from antiphon.language.scope import MISSING

BODY = {"a": [{"n": "abc", "v": 1}, {"n": "xb", "v": 2}], "s": "t"}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("$.s", "t"),
        ("$.a[*].v", [1, 2]),
        ("$.a[0].v", 1),
        ("$..v", [1, 2]),
        ("$.gone", MISSING),
        ("$['a'][-1]['n']", "xb"),
        ("$.a[?match(@.n, 'a.c')].v", 1),
        ("$.a[?match(@.n, 'b')].v", MISSING),
        ("$.a[?search(@.n, 'b')].v", [1, 2]),
        ("$.a[?search(@.n, '(')].v", MISSING),
        ("$.a[?search(@.v, '1')].v", MISSING),
        ("$.a[?length(@.n) > 2].v", 1),
        ("$.a[1:].v", 2),
    ],
)
def test_one_node_is_its_value_and_several_are_a_list(query: str, found: object) -> None:
    assert compile_query(query)(BODY) == found


def test_a_body_that_is_no_map_or_list_has_only_itself() -> None:
    assert compile_query("$")("text") == "text"
    assert compile_query("$.a")("text") is MISSING
    assert compile_query("$")(MISSING) is MISSING


@pytest.mark.parametrize(
    "query",
    ["$[", "$.a[?", "a", "$.a | $.b", "$.a[?nope(@)]", "$..a..b..c..d", "$" + ".a" * 600, "$[" + "9" * 40 + "]"],
)
def test_what_is_no_query_is_told(query: str) -> None:
    with pytest.raises(BadQuery) as caught:
        compile_query(query)
    assert str(caught.value)


def test_patterns_in_queries_are_linear() -> None:
    query = compile_query("$[?search(@, '(a+)+$')]")
    # Backtracking takes 2**50,000 steps: it ends by the time that a test has.
    assert query(["a" * 50_000 + "b"]) is MISSING


def test_more_values_than_anybody_reads_are_refused() -> None:
    with pytest.raises(ValueRefused, match="more than 100,000 values"):
        compile_query("$[*]")([0] * 100_001)


def test_patterns_are_compiled_or_told_why_not() -> None:
    assert found_in(pattern("b"), "abc")
    assert not found_in(pattern("^b"), "abc")
    assert not found_in(pattern("b"), "\ud800b")
    assert found_in(pattern(literally("a.b*")), "xa.b*")
    assert not found_in(pattern(f"^{literally('a.b')}$"), "axb")
    for bad in ("(", r"(a)\1", "(?<=a)b", "a" * 3000, "\ud800"):
        with pytest.raises(BadPattern):
            pattern(bad)
