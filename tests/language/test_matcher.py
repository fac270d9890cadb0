"""Matchers and claims: each in both directions, with the sentence that a mismatch answers."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from antiphon.core.errors import Problems
from antiphon.core.source import NOWHERE
from antiphon.language.composites import NeverTest
from antiphon.language.difference import Difference
from antiphon.language.document import read
from antiphon.language.matcher import Claim, Matcher, compile_claim, compile_matcher, data_matcher
from antiphon.language.nodes import Entry, Mapping, Node, Scalar, Sequence
from antiphon.language.refusals import ValueRefused
from antiphon.language.scope import MISSING, Lazy, Names

UUID = "3f2a0c1e-1111-4222-8333-444455556666"
SCOPE = Names(
    {
        "room": {"id": "r1", "n": 2},
        "bob": {"id": "b1"},
        "t": "2024-01-01T00:00:00Z",
        "odd": "a.b",
        "words": ["a", "b"],
        "now": lambda: "2024-01-01T00:00:00Z",
    }
)


def node_of(yaml: str) -> Node:
    document = read(f"m: {yaml}", "f.yaml")
    assert document.problems == ()
    assert isinstance(document.root, Mapping)
    return document.root.entries[0].value


def matcher(yaml: str) -> Matcher:
    problems = Problems()
    made = compile_matcher(node_of(yaml), problems)
    assert [str(problem) for problem in problems] == []
    return made


def told(yaml: str, value: object) -> str | None:
    found = matcher(yaml)(value, SCOPE)
    return str(found) if found is not None else None


@pytest.mark.parametrize(
    ("yaml", "values"),
    [
        ("hello", ["hello"]),
        ("1", [1, 1.0]),
        ("1.5", [1.5]),
        ("true", [True]),
        ("null", [None]),
        ('"##string"', ["#string"]),
        ('"##"', ["#"]),
        ('"#string"', ["", "x"]),
        ('"#number"', [0, 1.5, -3]),
        ('"#integer"', [0, 2.0]),
        ('"#boolean"', [True, False]),
        ('"#uuid"', [UUID, UUID.upper()]),
        ('"#iso_time"', ["2024-01-01T00:00:00Z", "2024-01-01T00:00:00.123456789+02:00", "2024-01-01T00:00"]),
        ('"#null"', [None]),
        ('"#absent"', [MISSING]),
        ('"#present"', [None, 0, ""]),
        ('"#any"', [None, 0, MISSING, {}]),
        ('"#numeric"', [1, 1.5, "12", "-1.5e3"]),
        ('"#/^a+$/"', ["aaa"]),
        ('"#/b/"', ["abc"]),
        ('"#/a/b/"', ["xa/b"]),
        ('"#/^{{ odd }}$/"', ["a.b"]),
        ("{a: 1}", [{"a": 1}, {"a": 1, "b": 2}]),
        ("{}", [{}, {"a": 1}]),
        ('{a: "#absent"}', [{}, {"b": 1}]),
        ('{"##a": 1}', [{"#a": 1}]),
        ("[1, 2]", [[1, 2]]),
        ("[]", [[]]),
        ("[{a: 1}]", [[{"a": 1, "b": 2}]]),
        ('{"$.items[*].id": [1, 2]}', [{"items": [{"id": 1}, {"id": 2}]}]),
        ('{"$.gone": "#absent"}', [{}]),
        ('{"#not": 3}', [4, "3", None]),
        ('{"#not": "#null"}', [0, ""]),
        ('{"#not": "#absent"}', [0, None]),
        ('{"#not": "#present"}', [MISSING]),
        ('{"#not": {a: 1}}', [{"a": 2}, {}, 5]),
        ('{"#any_of": [1, "#string"]}', [1, "x"]),
        ('{"#any_of": ["#absent", 1]}', [MISSING, 1]),
        ('{"#any_of": ["{{ gone }}", 1]}', [1]),
        ('{"#all_of": ["#string", {"#length": 3}]}', ["abc"]),
        ('{"#each": "#number"}', [[], [1, 2.5]]),
        ('{"#contains": 2}', [[1, 2]]),
        ('{"#contains": {id: 2}}', [[{"id": 1}, {"id": 2, "x": 1}]]),
        ('{"#contains": ell}', ["hello", ["ell"]]),
        ('{"#contains": "{{ room.id }}"}', ["xr1", ["r1"]]),
        ('{"#none": 2}', [[], [1, 3]]),
        ('{"#none": ell}', ["hallo", ["hello"]]),
        ('{"#unordered": [1, 2]}', [[2, 1], [1, 2]]),
        ('{"#unordered": ["#number", 1]}', [[1, 2], [2, 1]]),
        ('{"#unordered": "{{ words }}"}', [["b", "a"]]),
        ('{"#length": 2}', ["ab", [1, 2], {"a": 1, "b": 2}, "é\U0001f600"]),
        ('{"#length": [1, 3]}', ["a", "abc"]),
        ('{"#length": [1, null]}', ["a" * 500]),
        ('{"#length": "{{ room.n }}"}', ["ab"]),
        ('{"#range": [1, 3]}', [1, 2.5, 3]),
        ('{"#range": [null, 3]}', [-1000, 3]),
        ('{"#range": ["2024-01-01T00:00:00Z", null]}', ["2024-01-01T01:00:00+01:00", "2025-01-01T00:00:00"]),
        ('{"#near": [10, 0.5]}', [9.5, 10, 10.5]),
        ('{"#near": ["{{ now }}", 5s]}', ["2024-01-01T00:00:05Z", "2023-12-31T23:59:55.000Z"]),
        ('{"#near": ["{{ t }}", 500]}', ["2024-01-01T00:00:00.5Z"]),
        ('{"#unique": id}', [[], [{"id": 1}, {"id": "1"}, {"id": True}]]),
        ('{"#unique": "$"}', [[1, 2, "1"]]),
        ('{"#unique": "a.b"}', [[{"a": {"b": 1}}, {"a": {"b": 2}}]]),
        ('{"#exact": {a: 1}}', [{"a": 1}]),
        ('{"#exact": {a: {b: 1}, c: "#absent"}}', [{"a": {"b": 1, "x": 2}}]),
        ('{"#exact": "{{ bob }}"}', [{"id": "b1"}]),
        ('"{{ room.id }}"', ["r1"]),
        ('"{{ bob }}"', [{"id": "b1", "more": 1}]),
        ('"x {{ room.id }}"', ["x r1"]),
        ("\"{{ '#string' }}\"", ["#string"]),
    ],
)
def test_a_value_that_is_as_written_matches(yaml: str, values: list[object]) -> None:
    assert [told(yaml, value) for value in values] == [None] * len(values)


@pytest.mark.parametrize(
    ("yaml", "value", "sentence"),
    [
        ("hello", "hallo", 'differs: "hallo" is not "hello"'),
        ("hello", MISSING, 'differs: absent, not "hello"'),
        ("1", "1", 'differs: "1" is not 1'),
        ("1", True, "differs: true is not 1"),
        ("0", False, "differs: false is not 0"),
        ("true", 1, "differs: 1 is not true"),
        ("null", MISSING, "differs: absent, not null"),
        ("null", 0, "differs: 0 is not null"),
        ('"1"', 1, 'differs: 1 is not "1"'),
        ('"##string"', "x", 'differs: "x" is not "#string"'),
        ('"#string"', 3, "differs: 3 is not a text"),
        ('"#string"', MISSING, "differs: absent, not a text"),
        ('"#number"', True, "differs: true is not a number"),
        ('"#number"', "1", 'differs: "1" is not a number'),
        ('"#integer"', 1.5, "differs: 1.5 is not a whole number"),
        ('"#boolean"', 0, "differs: 0 is not a boolean"),
        ('"#uuid"', "3f2a", 'differs: "3f2a" is not a UUID'),
        ('"#uuid"', f"{UUID}\n", f'differs: "{UUID}\\n" is not a UUID'),
        ('"#iso_time"', "2024-13-01T00:00:00Z", 'differs: "2024-13-01T00:00:00Z" is not an ISO 8601 time'),
        ('"#iso_time"', "2024-01-01", 'differs: "2024-01-01" is not an ISO 8601 time'),
        ('"#null"', MISSING, "differs: absent, not null"),
        ('"#absent"', None, "differs: null should be absent"),
        ('"#present"', MISSING, "differs: absent, not present"),
        ('"#numeric"', "1x", 'differs: "1x" is not a number, nor the text of one'),
        ('"#numeric"', True, "differs: true is not a number, nor the text of one"),
        ('"#/^a+$/"', "ab", 'differs: "ab" is not a text that matches /^a+$/'),
        ('"#/1/"', 1, "differs: 1 is not a text that matches /1/"),
        ('"#/^{{ odd }}$/"', "axb", 'differs: "axb" is not a text that matches /^a\\.b$/'),
        ("{a: 1}", {"a": 2}, "differs in `a`: 2 is not 1"),
        ("{a: {b: [1, {c: x}]}}", {"a": {"b": [1, {"c": "y"}]}}, 'differs in `a.b[1].c`: "y" is not "x"'),
        ("{a: 1}", {}, "differs in `a`: absent, not 1"),
        ("{a: 1}", [1], "differs: [1] is not a map"),
        ("{a: 1}", MISSING, "differs: absent, not a map"),
        ("[1, 2]", [1], "differs: has 1 item, not 2"),
        ("[1, 2]", [2, 1], "differs in `[0]`: 2 is not 1"),
        ("[1]", {"0": 1}, 'differs: {"0":1} is not a list'),
        ('{"$.items[*].id": [1]}', {"items": [{"id": 2}]}, "differs in `$.items[*].id`: 2 is not a list"),
        ('{"#not": 3}', 3, "differs: 3 is 3, which it should not be"),
        ('{"#not": 3}', 3.0, "differs: 3.0 is 3, which it should not be"),
        ('{"#not": 3}', MISSING, "differs: absent, not a value other than 3"),
        ('{"#not": "#null"}', MISSING, 'differs: absent, not a value other than "#null"'),
        ('{"#not": "{{ gone }}"}', 5, "differs: cannot be compared: `gone` has no value here"),
        ('{"#not": {"#any_of": ["{{ gone }}", 3]}}', 5, None),
        ('{"#any_of": [1, {a: {b: 2}}]}', {"a": {"b": 3}}, None),
        ('{"#any_of": [1, 2]}', 3, "differs: none of 2 alternatives holds; the nearest differs: 3 is not 1"),
        ('{"#all_of": ["#string", {"#length": 3}]}', "ab", "differs: has length 2, not 3"),
        ('{"#each": "#number"}', [1, "x"], 'differs in `[1]`: "x" is not a number'),
        ('{"#each": "#number"}', MISSING, "differs: absent, not a list"),
        ('{"#each": "{{ gone }}"}', [], "differs: cannot be compared: `gone` has no value here"),
        ('{"#contains": 2}', [1, 3], "differs: none of 2 items is 2; `[0]`: 1 is not 2"),
        ('{"#contains": 2}', [], "differs: is empty, and should contain 2"),
        ('{"#contains": ell}', "hallo", 'differs: "hallo" is not a text with "ell" in it'),
        ('{"#contains": 2}', "2", 'differs: "2" is not a list'),
        ('{"#contains": "{{ room.id }}"}', ["x"], None),
        ('{"#none": 2}', [1, 2], "differs in `[1]`: 2 should not be there"),
        ('{"#none": 2}', MISSING, "differs: absent, not a list"),
        ('{"#none": ell}', "hello", 'differs: "hello" is not a text without "ell"'),
        ('{"#none": "{{ gone }}"}', [], "differs: cannot be compared: `gone` has no value here"),
        (
            '{"#unordered": [1, 2]}',
            [2, 2],
            "differs: item 1 of the 2 wanted is not among them; left over: 2, differs: 2 is not 1",
        ),
        ('{"#unordered": [1, 2]}', [1], "differs: has 1 item, not 2"),
        ('{"#unordered": "{{ words }}"}', ["b", "b"], 'differs: "a" is not among them'),
        ('{"#unordered": "{{ room.id }}"}', [], "differs: cannot be compared: `#unordered` takes a list"),
        ('{"#length": 2}', "abc", "differs: has length 3, not 2"),
        ('{"#length": [2, null]}', [1], "differs: has length 1, not 2 or more"),
        ('{"#length": 2}', 12, "differs: 12 is not a text, list or map"),
        ('{"#length": "{{ gone }}"}', "ab", "differs: cannot be compared: `gone` has no value here"),
        ('{"#range": [1, 3]}', 4, "differs: 4 is not in the range 1 to 3"),
        ('{"#range": [1, null]}', 0.5, "differs: 0.5 is not in the range 1 or more"),
        ('{"#range": [1, 3]}', "2", 'differs: "2" is not in the range 1 to 3'),
        ('{"#range": [1, 3]}', True, "differs: true is not in the range 1 to 3"),
        ('{"#near": [10, 0.5]}', 10.6, "differs: 10.6 is not within 0.5 of 10"),
        (
            '{"#near": ["{{ now }}", 5s]}',
            "2024-01-01T00:00:06Z",
            'differs: "2024-01-01T00:00:06Z" is not within 5 s of "2024-01-01T00:00:00Z"',
        ),
        ('{"#near": ["{{ room.id }}", 5s]}', "x", None),
        ('{"#unique": id}', [{"id": 1}, {"id": 1.0}], "differs: 1.0 stands at `id` of items 0 and 1"),
        ('{"#unique": id}', [{"id": 1}, {}], "differs in `[1]`: has no `id`"),
        ('{"#unique": id}', {}, "differs: {} is not a list"),
        ('{"#exact": {a: 1}}', {"a": 1, "b": 2}, 'differs: has "b" besides'),
        ('{"#exact": {a: 1}}', {"a": 1, "b": 2, "c": 3}, 'differs: has 2 keys besides: ["b","c"]'),
        ('{"#exact": {a: 1}}', {"b": 2}, "differs in `a`: absent, not 1"),
        ('{"#exact": "{{ bob }}"}', {"id": "b1", "x": 1}, 'differs: has "x" besides'),
        ('"{{ room.id }}"', "r2", 'differs: "r2" is not "r1"'),
        (
            '{a: [1, "{{ gone.x }}"]}',
            {"a": [1, 2]},
            "differs in `a[1]`: cannot be compared: `gone.x` has no value here",
        ),
        ("\"{{ '#string' }}\"", "x", 'differs: "x" is not "#string"'),
    ],
)
def test_a_value_that_is_not_as_written_differs_and_says_how(yaml: str, value: object, sentence: str | None) -> None:
    found = told(yaml, value)
    assert found is not None
    assert sentence is None or found == sentence


@pytest.mark.parametrize(
    ("yaml", "sentence", "hint"),
    [
        ('"#strin"', "unknown matcher `#strin`", "did you mean `#string`?"),
        ('"#1 fan"', "unknown matcher `#1 fan`", 'a text that begins with # is written "##1 fan"'),
        ('"#each"', "`#each` needs something to work on", 'write {"#each": "#uuid"}'),
        ('{"#string": 1}', "`#string` takes nothing", 'write "#string" in place of the map'),
        ('{"#nott": 1}', "unknown matcher `#nott`", "did you mean `#not`?"),
        ('{"#zzzzz": 1}', "unknown matcher `#zzzzz`", 'a key that begins with # is written "##zzzzz"'),
        ('{"#not": 1, a: 2}', "`#not` beside other keys", None),
        ('{"#any_of": []}', "`#any_of` takes a list of matchers, this is an empty list", 'write {"#any_of": [1, 2]}'),
        ('{"#all_of": 3}', "`#all_of` takes a list of matchers, this is a number", None),
        ('{"#length": x}', "`#length` takes a whole number or [min, max]; null leaves a side open", None),
        ('{"#length": -1}', "`#length` takes a whole number or [min, max]; null leaves a side open", None),
        ('{"#length": [3, 1]}', "`#length`: min is larger than max", 'write {"#length": [1, 10]}'),
        (
            '{"#range": [null, null]}',
            "`#range` takes [low, high], two numbers or two times; null leaves a side open",
            None,
        ),
        (
            '{"#range": [1, "2024-01-01T00:00:00Z"]}',
            "`#range` takes [low, high], two numbers or two times; null leaves a side open",
            None,
        ),
        ('{"#range": [3, 1]}', "`#range`: low is larger than high", None),
        ('{"#near": 3}', '`#near` takes [number, tolerance] or [time, duration], such as ["{{ now }}", 5s]', None),
        (
            '{"#near": [3, 5s]}',
            '`#near` takes [number, tolerance] or [time, duration], such as ["{{ now }}", 5s]',
            None,
        ),
        (
            '{"#near": [3, -1]}',
            '`#near` takes [number, tolerance] or [time, duration], such as ["{{ now }}", 5s]',
            None,
        ),
        ('{"#unordered": 3}', "`#unordered` takes a list", None),
        ('{"#unique": 3}', "`#unique` takes an address in the items, this is a number", None),
        ('{"#unique": "a["}', "a bracket takes a position", None),
        ('{"#exact": 3}', "`#exact` closes a map, this is a number", None),
        ('{"#exact": {"#not": 3}}', "`#exact` closes a map, this is a map", None),
        ('"#/a"', "a pattern stands between two slashes", None),
        ('"#//"', "a pattern stands between two slashes", None),
        ('"#/(/"', "`/(/` is no pattern: missing ): (", None),
        ('"#/(?=a)/"', "`/(?=a)/` is no pattern: invalid perl operator: (?=", None),
        ('{"$.a[": 1}', "`$.a[` is no JSONPath: unexpected end of query", None),
        ('{"{{ x }}": 1}', "a template in a key", "a key is a plain text"),
        ('"{{ x | lenght }}"', "unknown filter `lenght`", "did you mean `length`?"),
    ],
)
def test_a_matcher_that_cannot_be_read_is_a_problem_with_a_hint(yaml: str, sentence: str, hint: str | None) -> None:
    problems = Problems()
    made = compile_matcher(node_of(yaml), problems)
    assert [str(problem) for problem in problems] == [sentence]
    (problem,) = problems
    assert hint is None or problem.hint == hint
    assert problem.source is not None
    assert problem.source.line == 1
    made({"a": 1}, SCOPE)


def test_every_problem_of_a_matcher_is_told() -> None:
    problems = Problems()
    compile_matcher(node_of('{a: "#strin", b: ["#/(/", {"#length": x}], c: "{{ | }}"}'), problems)
    assert len(problems) == 4


def test_a_matcher_is_bound_once_and_asked_often() -> None:
    made = matcher('{id: "{{ room.id }}", n: "#number"}')
    assert not made.is_constant
    assert made.roots == {"room"}
    test = made.bind(SCOPE)
    assert test({"id": "r1", "n": 1}) is None
    assert isinstance(test({"id": "r2", "n": 1}), Difference)
    constant = matcher('{a: "#string"}')
    assert constant.is_constant
    assert constant.bind(SCOPE) is constant.bind(Names({}))


def test_a_template_that_finds_nothing_makes_a_test_that_never_holds() -> None:
    test = matcher('{a: "{{ gone }}"}').bind(SCOPE)
    assert isinstance(test, NeverTest)
    found = test({"a": MISSING})
    assert found is not None
    assert found.undecided
    assert found.place == "a"


def test_calls_and_names_are_known_before_the_run() -> None:
    made = matcher('{a: "#/{{ x }}/", b: {"#near": ["{{ now }}", 5s]}, c: {"#any_of": ["{{ y.z | default(w) }}"]}}')
    assert made.roots == {"x", "y", "w"}
    assert made.calls == {"now"}


def test_all_differences_can_be_told() -> None:
    made = matcher('{a: 1, b: {c: 2, d: 3}, e: [1, 2], "$.f": 1}')
    value = {"a": 2, "b": {"c": 2, "d": 4}, "e": [1, 3]}
    assert [str(found) for found in made.differences(value, SCOPE)] == [
        "differs in `a`: 2 is not 1",
        "differs in `b.d`: 4 is not 3",
        "differs in `e[1]`: 3 is not 2",
        "differs in `$.f`: absent, not 1",
    ]
    assert made.differences({"a": 1, "b": {"c": 2, "d": 3}, "e": [1, 2], "f": 1}, SCOPE) == ()
    assert [str(found) for found in matcher('{"#exact": {a: 1}}').differences({"a": 2, "b": 1}, SCOPE)] == [
        "differs in `a`: 2 is not 1",
        'differs: has "b" besides',
    ]


def test_plain_data_matches_partially_and_its_texts_are_no_matchers() -> None:
    made = data_matcher({"a": "#string", "b": [1]})
    assert made({"a": "#string", "b": [1], "c": 1}, SCOPE) is None
    assert made({"a": "x", "b": [1]}, SCOPE) is not None
    with pytest.raises(ValueRefused):
        data_matcher(object())


def test_a_lazy_value_is_made_when_it_is_matched() -> None:
    assert matcher("{a: 1}")(Lazy(lambda: {"a": 1}), SCOPE) is None
    assert matcher("3")(Lazy(lambda: 3), SCOPE) is None


def test_a_pattern_that_backtracks_elsewhere_is_linear_here() -> None:
    made = matcher('"#/(a+)+$/"')
    # Backtracking takes 2**100,000 steps: it ends by the time that a test has.
    assert made("a" * 100_000 + "b", SCOPE) is not None


def test_a_hostile_value_is_shown_as_text() -> None:
    assert told("hello", "\x1b[2J\u202e") == 'differs: "\\u001b[2J\\u202e" is not "hello"'
    found = str(told("hello", "x" * 10_000))
    assert len(found) < 300
    assert "…" in found


def test_a_hostile_depth_is_a_difference_and_no_crash() -> None:
    deep: object = 1
    for _ in range(5_000):
        deep = [deep]
    for yaml in (
        '{"#unique": "$"}',
        '{"#unordered": "{{ words }}"}',
        '{"#contains": {a: 1}}',
        "hello",
        '{"#unique": "$..x"}',
    ):
        assert told(yaml, [deep, deep]) is not None
    with_deep = Names({"deep": deep})
    assert matcher('"{{ deep }}"')(deep, with_deep) is not None


def claim(yaml: str) -> Claim:
    problems = Problems()
    made = compile_claim(node_of(yaml), problems)
    assert [str(problem) for problem in problems] == []
    return made


CLAIMED = Names({"status": 201, "payload": {"id": UUID, "n": [1, 2]}, "t": "x"})


def test_a_claim_holds_when_every_address_matches() -> None:
    made = claim('{status: 201, payload.id: "#uuid", "payload.n | length": 2, payload.gone: "#absent", t: "{{ t }}"}')
    assert made(CLAIMED) == ()
    assert made.holds(CLAIMED)
    assert made.roots == {"status", "payload", "t"}


def test_a_claim_tells_every_part_that_does_not_hold() -> None:
    made = claim(
        "{status: 200, payload: {n: [1, 3]}, payload.n: [9, 9], payload.gone: 1,"
        ' "t | int": 3, payload.id: "{{ gone }}"}'
    )
    assert [str(found) for found in made(CLAIMED)] == [
        "differs in `status`: 201 is not 200",
        "differs in `payload.n[1]`: 2 is not 3",
        "differs in `payload.n[0]`: 1 is not 9",
        "differs in `payload.gone`: absent, not 1",
        'differs in `t | int`: `int` works on a whole number or the text of one, not on "x"',
        "differs in `payload.id`: cannot be compared: `gone` has no value here",
    ]
    assert not made.holds(CLAIMED)
    assert made(CLAIMED)[0].source.column == 5


@pytest.mark.parametrize(
    ("yaml", "sentence"),
    [
        ("[1]", "a claim is a map of addresses and matchers, this is a list"),
        ("{}", "an empty claim, which could not fail"),
        ('{"a[": 1}', "a bracket takes a position"),
        ('{a: "#strin"}', "unknown matcher `#strin`"),
    ],
)
def test_a_claim_that_cannot_be_read_is_a_problem(yaml: str, sentence: str) -> None:
    problems = Problems()
    compile_claim(node_of(yaml), problems)(SCOPE)
    assert [str(problem) for problem in problems] == [sentence]


WORDS = ["#string", "#", "##", "#/a/", "#/(/", "#/{{ x }}/", "{{ room.id }}", "{{ gone }}", "{{", "$.a", "a", "#uuid"]
OPERATORS = ["not", "near", "each", "any_of", "all_of", "contains", "none", "unordered", "length", "range", "unique"]
TEXTS = st.sampled_from([*WORDS, *(f"#{word}" for word in OPERATORS), "#exact"])
INTEGERS = st.integers(-(2**63), 2**64 - 1)  # what a file may hold, and JSON as orjson reads it
JSON = st.recursive(
    st.none() | st.booleans() | INTEGERS | st.floats() | st.text(max_size=5) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS | st.text(max_size=3), inner, max_size=2),
    max_leaves=8,
)


def as_node(data: object) -> Node:
    if isinstance(data, dict):
        return Mapping(tuple(Entry(Scalar(key, NOWHERE), as_node(part)) for key, part in data.items()), NOWHERE)
    if isinstance(data, list):
        return Sequence(tuple(as_node(item) for item in data), NOWHERE)
    assert data is None or isinstance(data, str | int | float)
    return Scalar(data, NOWHERE)


@settings(max_examples=400, deadline=None)
@given(JSON, JSON)
def test_garbage_is_a_matcher_or_a_problem_and_nothing_else(written: object, value: object) -> None:
    problems = Problems()
    made = compile_matcher(as_node(written), problems)
    found = made(value, SCOPE)
    assert found is None or str(found).startswith("differs")
    for each in made.differences(value, SCOPE):
        assert str(each)


@settings(max_examples=200, deadline=None)
@given(JSON)
def test_whatever_comes_matches_itself_as_data(data: object) -> None:
    if "nan" not in str(data):
        assert data_matcher(data)(data, SCOPE) is None
