"""Queries of names, indices and `*`: what they are, and that they find what the library finds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.language.jsonpaths import ENVIRONMENT
from antiphon.language.plain_queries import found_by, plain_steps

NAMES = st.sampled_from(["a", "b", "_c1", "items"])
STEPS = st.one_of(
    NAMES.map(".{}".format),
    st.integers(-3, 3).map("[{}]".format),
    st.sampled_from(["[*]", ".*"]),
)
BODIES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=20,
)


@given(st.lists(STEPS, max_size=5).map(lambda steps: "$" + "".join(steps)), BODIES)
def test_they_find_what_the_library_finds(query: str, body: object) -> None:
    steps = plain_steps(query)
    assert steps is not None
    whole = body if isinstance(body, dict | list) else [body]  # the library takes a text for JSON to be read
    assert list(found_by(steps, whole)) == [node.obj for node in ENVIRONMENT.compile(query).finditer(whole)]


@pytest.mark.parametrize(
    ("query", "steps"),
    [
        ("$", ()),
        ("$.data.items[*].id", ("data", "items", None, "id")),
        ("$[0][-12].*", (0, -12, None)),
    ],
)
def test_a_plain_query_is_its_steps(query: str, steps: tuple[object, ...]) -> None:
    assert plain_steps(query) == steps


@pytest.mark.parametrize(
    "query",
    [
        *("", "a", "$a", "$..a", "$.a..b", "$[01]", "$[-0]", "$[1:2]", "$['a']", "$[?@.a]", "$.é", "$.a-b", "$ .a"),
        *("$.", "$[", "$[]", "$[9999999999]", "$.1a", "$.a\n", "$.a "),
    ],
)
def test_anything_else_is_left_to_the_library(query: str) -> None:
    assert plain_steps(query) is None
