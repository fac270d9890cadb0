"""Templates in texts and in whole values: types are kept, text is made, JSON is written once."""

from __future__ import annotations

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.tools.growth import grows_evenly

from antiphon.core.errors import Problems
from antiphon.core.source import Source
from antiphon.language.document import read
from antiphon.language.nodes import Mapping
from antiphon.language.refusals import LARGEST_OUTPUT, MissingValue, ValueRefused
from antiphon.language.scope import MISSING, Lazy, Names
from antiphon.language.template import Value, compile_json, compile_template, compile_value, constant_value, template_of

HERE = Source("f.yaml", 3, 7, "")


SCOPE = Names(
    {"n": 3, "f": 1.5, "t": "hello", "yes": True, "none": None, "list": [1, "a"], "map": {"a": 1}, "b": b"\xff"}
)


def made(text: str) -> object:
    problems = Problems()
    template = compile_template(text, HERE, problems)
    assert not problems
    return template(SCOPE)


def value_of(yaml: str) -> Value:
    document = read(yaml, "f.yaml")
    assert document.problems == ()
    assert isinstance(document.root, Mapping)
    problems = Problems()
    value = compile_value(document.root.entries[0].value, problems)
    assert list(problems) == []
    return value


@pytest.mark.parametrize("name", ["n", "f", "t", "yes", "none", "list", "map", "b"])
def test_a_value_that_is_one_template_keeps_its_type(name: str) -> None:
    assert made(f"{{{{ {name} }}}}") is SCOPE.values[name]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("n={{ n }}", "n=3"),
        ("{{ f }}!", "1.5!"),
        ("{{t}}{{t}}", "hellohello"),
        ("{{ yes }} {{ none }}", "true null"),
        ("{{ list }}{{ map }}", '[1,"a"]{"a":1}'),
        ("no template", "no template"),
        ("{ a } }} {", "{ a } }} {"),
        ("", ""),
        ("{{ '{{' }}7*7}}", "{{7*7}}"),
        (" {{ n }}", " 3"),
    ],
)
def test_inside_a_text_a_template_becomes_text(text: str, expected: str) -> None:
    assert made(text) == expected


def test_a_missing_value_is_an_error_that_names_it_and_its_place() -> None:
    template = compile_template("a {{ room.id }}", HERE, Problems())
    with pytest.raises(MissingValue) as caught:
        template(SCOPE)
    assert str(caught.value) == "`room.id` has no value here"
    assert caught.value.source is HERE
    assert "default" in caught.value.hint


def test_a_template_knows_its_names_and_whether_it_is_constant() -> None:
    template = compile_template("{{ a.b }} {{ c | default(d) }} {{ now }}", HERE, Problems())
    assert template.roots == {"a", "c", "d"}
    assert template.calls == {"now"}
    assert not template.is_constant
    assert compile_template("plain", HERE, Problems()).is_constant
    assert compile_template("{{ 'x' | upper }}", HERE, Problems()).is_constant
    assert not compile_template("{{ now }}", HERE, Problems()).is_constant


def test_every_mistake_of_a_text_is_told() -> None:
    problems = Problems()
    template = compile_template("{{ a b }} {{ | }} {{ ok }} {{ x | nope }} {{", HERE, problems)
    assert len(problems) == 4
    assert template(SCOPE) == template.text


@pytest.mark.parametrize("piece", ["{{$(}}", "{{'", "{{ a | ", "{{$['", "{{ x }} ", "{{{{"])
def test_a_hostile_text_costs_as_much_as_it_is_long(piece: str) -> None:
    assert grows_evenly(lambda pieces: compile_template(piece * pieces, HERE, Problems()), size=2_500)


def test_a_mistake_points_at_its_character() -> None:
    root = read("a: 'hello {{ x | lenght }}'", "f").root
    assert isinstance(root, Mapping)
    problems = Problems()
    compile_value(root.entries[0].value, problems)
    assert [(str(problem.source), problem.hint) for problem in problems] == [("f:1:18", "did you mean `length`?")]


def test_bytes_and_users_do_not_become_text_by_accident() -> None:
    with pytest.raises(ValueRefused, match="not UTF-8"):
        made("x {{ b }}")
    with pytest.raises(ValueRefused) as caught:
        compile_template("x {{ bob }}", HERE, Problems())(Names({"bob": object()}))
    assert caught.value.hint == "name one of its parts (`bob.id`)"


def test_an_output_over_ten_megabytes_is_an_error() -> None:
    scope = Names({"big": "x" * (LARGEST_OUTPUT // 2 + 1)})
    with pytest.raises(ValueRefused, match="more than 10 MB"):
        compile_template("{{ big }}{{ big }}", HERE, Problems())(scope)
    with pytest.raises(ValueRefused, match="more than 10 MB"):
        compile_template("{{ big | hex }}", HERE, Problems())(scope)
    with pytest.raises(ValueRefused, match="more than 10 MB"):
        value_of('a: ["{{ big }}", "{{ big }}"]').json(scope)


def test_what_was_made_is_never_read_as_a_template_again() -> None:
    assert compile_template("x {{ t }}", HERE, Problems())(Names({"t": "{{ n }}"})) == "x {{ n }}"


def test_a_number_in_a_file_stays_a_number() -> None:
    root = read("a: 12", "f").root
    assert isinstance(root, Mapping)
    node = root.entries[0].value
    assert template_of(node, Problems())(SCOPE) == 12  # type: ignore[arg-type]


BODY = """
body:
  id: "{{ t }}"
  text: "n={{ n }} 100%b"
  deep: [{a: "{{ map }}", b: [1, 2, "50%"]}, "{{ list }}", null, true, 1.5]
  "%s": "é \\n"
"""


def test_a_whole_value_gives_plain_data_and_the_same_as_json() -> None:
    value = value_of(BODY)
    expected = {
        "id": "hello",
        "text": "n=3 100%b",
        "deep": [{"a": {"a": 1}, "b": [1, 2, "50%"]}, [1, "a"], None, True, 1.5],
        "%s": "é \n",
    }
    assert value(SCOPE) == expected
    assert orjson.loads(value.json(SCOPE)) == expected
    assert value.roots == {"t", "n", "map", "list"}
    assert value.constant is MISSING


def test_one_hole_beside_percent_signs_is_filled_rightly() -> None:
    value = value_of("a: {x: '%b', id: '{{ t }}', y: '100%%b'}")
    assert value.json(SCOPE) == b'{"x":"%b","id":"hello","y":"100%%b"}'


def test_a_constant_value_is_serialised_once() -> None:
    value = value_of("a: {x: 1, y: [a, '%']}")
    assert value.is_constant
    assert value.constant == {"x": 1, "y": ["a", "%"]}
    assert value.json(SCOPE) is value.json(SCOPE)
    assert value.json(SCOPE) == b'{"x":1,"y":["a","%"]}'
    assert constant_value({"a": [1]}).json(SCOPE) == b'{"a":[1]}'


def test_a_constant_template_is_evaluated() -> None:
    value = value_of("a: [\"{{ 'x' | upper }}\", 1]")
    assert value.is_constant
    assert value.constant == ["X", 1]
    assert value.json(SCOPE) == b'["X",1]'


def test_compile_json_gives_the_maker_alone() -> None:
    root = read("a: {b: '{{ n }}'}", "f").root
    assert isinstance(root, Mapping)
    assert compile_json(root.entries[0].value, Problems())(SCOPE) == b'{"b":3}'


def test_what_json_cannot_carry_is_an_error_with_its_place() -> None:
    value = value_of("a: {x: '{{ b }}'}")
    with pytest.raises(ValueRefused) as caught:
        value.json(SCOPE)
    assert str(caught.value) == "bytes are no JSON value"
    assert str(caught.value.source) == "f.yaml:1:4"
    with pytest.raises(ValueRefused, match="cannot be written as JSON"):
        value.json(Names({"b": 2**70}))
    assert value.json(Names({"b": {"lazy": Lazy(lambda: [1])}})) == b'{"x":{"lazy":[1]}}'


def test_a_template_in_a_key_is_a_problem() -> None:
    root = read("a: {'{{ n }}': 1}", "f").root
    assert isinstance(root, Mapping)
    problems = Problems()
    compile_value(root.entries[0].value, problems)
    assert [str(problem) for problem in problems] == ["a template in a key"]


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@settings(deadline=None)
@given(JSON)
def test_whatever_is_put_into_a_body_arrives_as_it_was(data: object) -> None:
    value = value_of("a: {x: '{{ v }}', y: ['{{ v }}', 1]}")
    assert orjson.loads(value.json(Names({"v": data}))) == {"x": data, "y": [data, 1]}
