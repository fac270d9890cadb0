"""REST calls: a verb line and its keys become one value."""

from __future__ import annotations

import pytest

from antiphon.language.call import BodyKind, CallSpec
from antiphon.language.call_compiler import CALL_KEYS, compile_call
from antiphon.language.document import read
from antiphon.language.keys import Place, Reading
from antiphon.language.nodes import Mapping, Scalar
from antiphon.language.route import Operation
from antiphon.language.scope import Names
from antiphon.language.vocabulary import Vocabulary

PLACE: Place[Reading] = Place("a call", CALL_KEYS)
WORDS = Vocabulary(operations=(Operation("GET", "/things/:id"), Operation("POST", "/things")))
SCOPE = Names({"id": "t/1", "self": {"token": "abc"}, "response": {"x": 1}})


def compiled(written: str, vocabulary: Vocabulary = WORDS) -> tuple[CallSpec | None, list[str]]:
    document = read(written, "f.yaml")
    root = document.root
    assert isinstance(root, Mapping)
    reading = Reading(file_problem=lambda name: None if name == "there" else f"there is no file `{name}`")
    line = root.get("call")
    assert isinstance(line, Scalar)
    fields = PLACE.read(root, reading, reading.problems, besides=("call",))
    call = compile_call(line, str(line.value), fields, reading, vocabulary)
    return call, [f"{problem.source}: {problem}" for problem in reading.problems.in_order()]


def call_of(written: str, vocabulary: Vocabulary = WORDS) -> CallSpec:
    call, problems = compiled(written, vocabulary)
    assert problems == []
    assert call is not None
    return call


def test_a_bare_call_has_the_defaults() -> None:
    call = call_of("call: GET /things/:id\n")
    assert (call.method, call.template, call.operation) == ("GET", "/things/:id", "GET /things/:id")
    assert call.path(SCOPE) == "/things/t%2F1"
    assert call.body_kind is BodyKind.NONE
    assert (call.body, call.query, call.headers, call.token, call.expect) == (None, None, None, None, None)
    assert call.status.text == "2xx"
    assert not call.status.written
    assert str(call.source) == "f.yaml:1:7"


def test_what_no_operation_names_keeps_its_known_segments() -> None:
    assert call_of("call: GET /x/{{ id }}/y\n", Vocabulary()).template == "/x/:…/y"
    assert call_of("call: GET /x/:id/y?a={{ id }}\n", Vocabulary()).template == "/x/:…/y"


def test_an_unknown_operation_names_the_nearest() -> None:
    _, problems = compiled("call: POST /thigns\n")
    assert problems == ["f.yaml:1:7: unknown operation `POST /thigns`"]


def test_a_whole_path_from_a_template_is_known_at_run_time_only() -> None:
    assert compiled("call: GET {{ id }}\n")[1] == []


def test_a_null_body_is_a_body() -> None:
    call = call_of("call: POST /things\nbody: null\n")
    assert call.body_kind is BodyKind.JSON
    assert call.body is not None
    assert call.body(SCOPE) is None


def test_a_part_is_a_field_or_a_file() -> None:
    call = call_of(
        "call: POST /things\nmultipart: {a: 1, b: '{{ id }}', c: {file: there, type: a/b}, d: {file: x, content: hi}}\n"
    )
    assert call.body is not None
    assert call.body(SCOPE) == {
        "a": 1,
        "b": "t/1",
        "c": {"file": "there", "type": "a/b"},
        "d": {"file": "x", "content": "hi"},
    }


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("multipart: {c: {file: gone}}", "2:23: there is no file `gone`"),
        ("raw: {file: gone}", "2:13: there is no file `gone`"),
        ("raw: []", "2:6: `raw` is a list, but must be a text or a map"),
        ("form: []", "2:7: `form` is a list, but must be a map"),
        ("expect: '#nope'", "2:9: unknown matcher `#nope`"),
        ("status: 700", "2:9: `700` is not a status"),
        ("token: 5", "2:8: `token` is a number, but must be a text or a map"),
    ],
)
def test_wrong_values_are_told_with_their_place(written: str, told: str) -> None:
    assert compiled(f"call: POST /things\n{written}\n")[1] == [f"f.yaml:{told}"]


def test_headers_are_claimed_in_lower_case() -> None:
    call = call_of("call: POST /things\nexpect_headers: {Content-Type: '#string'}\n")
    assert call.expect_headers is not None
    assert call.expect_headers({"content-type": "text/plain"}, SCOPE) is None
    assert call.expect_headers({}, SCOPE) is not None


def test_expectations_know_where_they_stand() -> None:
    call = call_of("call: POST /things\nexpect: {id: 1}\n")
    assert str(call.expect_source) == "f.yaml:2:9"


def test_a_token_may_be_a_template() -> None:
    call = call_of("call: POST /things\ntoken: 'x{{ self.token }}'\n")
    assert call.token is not None
    assert call.token.value is not None
    assert call.token.value(SCOPE) == "xabc"
