"""Hostile files: problems, never an exception, in bounded time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from antiphon.language.vocabulary import Vocabulary
from antiphon.scenario import file_compiler, fragments, hearing, step_keys
from antiphon.scenario.compiler import SuiteFile, compile_suite

if TYPE_CHECKING:
    from conftest import Bench

WORDS = sorted(
    {
        *file_compiler.SCENARIO.keys,
        *fragments.FRAGMENT.keys,
        *hearing.ITEM.keys,
        *hearing.GROUPS.keys,
        *step_keys.STEP_KEYS,
        *step_keys.UNTIL.keys,
        *step_keys.REPEAT_OVER.keys,
        *("alice", "bob", "nobody", "room", "no error", "#uuid", "#any_of", "payload.id", "{{ x }}", "{{ alice.id }}"),
        *("{{", "nothing", "user", "users", "none", "POST /x/:id", "emit e", "join room {{ a }}", "upload f", "login"),
        *("1..3", "2..", "100ms of the request", "-1s", "9" * 400 + "s", "9" * 400 + "MB", "2xx", "any", "each a"),
    }
)
LEAVES = (
    st.sampled_from(WORDS) | st.integers(-3, 400) | st.booleans() | st.none() | st.floats(-9, 9) | st.text(max_size=8)
)
TREES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(WORDS) | st.text(max_size=4), inner, max_size=5)
    ),
    max_leaves=25,
)
RELAXED = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _compiles(text: str) -> None:
    other = "fragment: room\ntakes: {u: user, v: {default: 1}}\ngives: [u]\nsteps: [{u: GET /x}]\n"
    suite = compile_suite([SuiteFile("a.yaml", text), SuiteFile("b.yaml", other)], Vocabulary())
    for problem in suite.problems:
        assert problem.source is not None
        assert str(problem)
        assert problem.hint != ""


def _yaml(data: object) -> str:
    # JSON is YAML 1.2, but for its numbers' and characters' finer points, which are noise here.
    return orjson.dumps(data, option=orjson.OPT_NON_STR_KEYS).decode()


@RELAXED
@given(st.text(max_size=300))
def test_no_text_breaks_the_compiler(text: str) -> None:
    _compiles(text)
    _compiles("scenario: a\nsteps:\n  - " + text)


@RELAXED
@given(st.dictionaries(st.sampled_from(sorted(file_compiler.SCENARIO.keys)), TREES, max_size=8))
def test_no_tree_breaks_a_scenario(data: dict[str, object]) -> None:
    _compiles(_yaml({"scenario": "a", **data}))


@RELAXED
@given(st.dictionaries(st.sampled_from(sorted(fragments.FRAGMENT.keys)), TREES, max_size=6))
def test_no_tree_breaks_a_fragment(data: dict[str, object]) -> None:
    _compiles(_yaml({"fragment": "a", **data}))


@RELAXED
@given(st.lists(st.dictionaries(st.sampled_from(WORDS), TREES, min_size=1, max_size=6), max_size=5))
def test_no_step_breaks_a_scenario(steps: list[dict[str, object]]) -> None:
    _compiles(_yaml({"scenario": "a", "users": {"alice": {}, "bob": {"connect": False}}, "steps": steps}))


@RELAXED
@given(
    st.sampled_from(sorted(step_keys.PLACES)),
    st.dictionaries(st.sampled_from(sorted(step_keys.STEP_KEYS)), TREES, max_size=6),
    TREES,
)
def test_no_key_of_a_verb_breaks_its_step(verb: str, options: dict[str, object], value: object) -> None:
    own = {verb: value} if verb in step_keys.BLOCK_VERBS else {"alice": f"{verb} /x"}
    _compiles(_yaml({"scenario": "a", "users": {"alice": {}}, "steps": [{**own, **options}]}))


@RELAXED
@given(TREES)
def test_no_tree_breaks_a_hear(heard: object) -> None:
    _compiles(
        _yaml({"scenario": "a", "users": {"alice": {}}, "steps": [{"alice": "GET /x", "hear": {"alice": heard}}]})
    )


@pytest.mark.parametrize("cut", range(0, 600, 7))
def test_a_file_cut_off_anywhere_is_told(bench: Bench, cut: int) -> None:
    text = (
        "scenario: a\nusers: {alice: {role: OWNER}, bob: {}}\nvars: {x: '{{ alice.id | upper }}'}\nsteps:\n"
        "  - alice: POST /messages/send\n    body: {a: '{{ x }}', b: [1, 2]}\n    expect: {id: '#uuid'}\n"
        "    save: {m: payload}\n    hear:\n      bob:\n        - message_received: {id: '{{ m.id }}'}\n"
        "          within: 100ms\n          times: 1..3\n        - never: [error]\n"
        "  - repeat: {over: [alice, bob], as: who}\n    steps:\n      - who: GET /chatrooms/{{ m.id }}\n"
        "  - parallel: {repeat: 2}\n    steps: [{bob: emit sync}]\n  - until: {do: {bob: emit sync}, every: 1s}\n"
    )
    assert bench.told(text) == []
    _compiles(text[:cut])
