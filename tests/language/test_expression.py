"""Terms, filters and calls: what may stand inside braces or as an address, and what is refused."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from antiphon.core.errors import Problems
from antiphon.core.source import Source
from antiphon.language.address import address_of, parse_address, parse_save
from antiphon.language.document import read
from antiphon.language.expression import parse_expression
from antiphon.language.nodes import Mapping
from antiphon.language.refusals import EvaluationRefused, MissingValue, ValueRefused
from antiphon.language.scope import MISSING, Lazy, Names
from antiphon.language.template import compile_template

HERE = Source("f.yaml", 3, 7, "")
SCOPE = Names(
    {
        "payload": {
            "id": "p1",
            "items": [{"id": 1}, {"id": 2}],
            "x-y": 3,
            "null": None,
            "lazy": Lazy(lambda: {"a": 1}),
        },
        "status": 201,
        "headers": {"content-type": "text/plain", "Set-Cookie": ["a", "b"]},
        "body": {"items": [{"id": 1, "name": "ann"}, {"id": 2, "name": "bob"}], "one": {"deep": True}},
        "raw": Lazy(lambda: {"k": "v"}),
        "crowd": [{"id": "c0"}, {"id": "c1"}],
        "text": "room:42",
        "fake": {"text": lambda count: "x" * count, "email": lambda: "a@b.c"},
        "now": lambda *_: "2024-01-01T00:00:00Z",
        "range": lambda low, high: list(range(low, high)),
    }
)


def value(text: str) -> object:
    problems = Problems()
    address = parse_address(text, HERE, problems)
    assert list(problems) == []
    return address(SCOPE)


def refused(text: str) -> tuple[str, str | None]:
    problems = Problems()
    address = parse_address(text, HERE, problems)
    assert address(SCOPE) is MISSING
    (problem,) = problems
    assert problem.source is HERE
    return str(problem), problem.hint


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("payload.id", "p1"),
        ("payload.items[0].id", 1),
        ("payload.items[-1].id", 2),
        ("payload.items[ 1 ]", {"id": 2}),
        ("payload.x-y", 3),
        ("payload.null", None),
        ("payload.lazy.a", 1),
        ("raw.k", "v"),
        ("status", 201),
        ("crowd[1].id", "c1"),
        ("headers.Content-Type", "text/plain"),
        ("headers.set-cookie[1]", "b"),
        ("  payload.id  ", "p1"),
        ("payload.items | length", 2),
        ("text | after(':') | int", 42),
        ("payload.gone | default(7)", 7),
        ("payload.gone | default(status)", 201),
        ("$.items[*].id", [1, 2]),
        ("$.items[0].id", 1),
        ("$.items[*].id | length", 2),
        ("$.items[?@.name == 'a|b' || @.id == 2].name", "bob"),
        ("$.items[?search(@.name, '^a')].id", 1),
        ("$", {"items": [{"id": 1, "name": "ann"}, {"id": 2, "name": "bob"}], "one": {"deep": True}}),
    ],
)
def test_an_address_leads_to_its_value(text: str, expected: object) -> None:
    assert value(text) == expected


NOWHERE_AT_ALL = ["gone", "payload.gone", "payload.id.more", "payload.items[2]", "payload.items[-3]", "payload.items.0"]
ELSEWHERE = ["payload[0]", "status.x", "text[0]", "headers.X-Gone", "$.gone", "$.items[9]", "gone | length"]


@pytest.mark.parametrize("text", [*NOWHERE_AT_ALL, *ELSEWHERE, "payload.gone | upper"])
def test_an_address_that_leads_nowhere_is_missing_and_no_error(text: str) -> None:
    assert value(text) is MISSING


def test_the_whole_body_is_under_the_name_that_the_caller_gives() -> None:
    problems = Problems()
    address = parse_address("$.id", HERE, problems, body="event")
    assert address(Names({"event": {"id": 5}})) == 5
    assert address.root == "event"
    assert address.roots == {"event"}


def test_an_address_knows_which_names_it_looks_up() -> None:
    address = parse_address("payload.gone | default(room.id)", HERE, Problems())
    assert address.root == "payload"
    assert address.roots == {"payload", "room"}
    assert address.text == "payload.gone | default(room.id)"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "ends where a name, a text or a number should stand"),
        ("payload.", "ends where a key behind the dot should stand"),
        ("payload..id", "unexpected `.`, a key behind the dot should stand there"),
        ("payload.items[x]", "a bracket takes a position"),
        ("payload.items[0", "a bracket takes a position"),
        ("payload id", "unexpected `i`"),
        ("payload | ", "ends where a filter's name should stand"),
        ("payload | lenght", "unknown filter `lenght`"),
        ("payload | length(1)", "`length` takes no argument"),
        ("payload | after", "`after` takes one argument"),
        ("payload | after('a', 'b')", "`after` takes one argument"),
        ("payload | default(1", "ends where `,` or `)` should stand"),
        ("payload | default(now)", "a call inside an argument"),
        ("payload.items()", "`payload.items` cannot be called"),
        ("a + b", "unexpected `+`"),
        ("3", "`3` is no address"),
        ("now", "`now` is no address"),
        ("$.items[", "`$.items[` is no JSONPath: unexpected end of query"),
        ("$..a..b..c..d", "`$..a..b..c..d` is no JSONPath: more than 3 times `..`"),
        ("$." + "a" * 2000, None),
        ("a" + " | upper" * 60, "more than 50 filters"),
    ],
)
def test_what_is_no_address_is_told_in_one_sentence(text: str, sentence: str | None) -> None:
    told, _ = refused(text)
    assert sentence is None or told == sentence


def test_hints_say_what_to_write() -> None:
    assert refused("payload | lenght")[1] == "did you mean `length`?"
    assert refused("a + b")[1] == "there are no operators: filters (`| length`) and matchers do such work"
    assert refused("payload.items[x]")[1] == "write items[0], or items[-1] for the last"


def test_a_filter_that_cannot_work_says_so_with_its_place() -> None:
    address = parse_address("payload.items | upper", HERE, Problems())
    with pytest.raises(ValueRefused) as caught:
        address(SCOPE)
    assert "`upper` works on a text" in str(caught.value)
    assert caught.value.source is HERE


def test_a_body_that_is_too_deep_for_a_query_is_an_error_and_no_crash() -> None:
    deep: object = 1
    for _ in range(150):
        deep = [deep]
    with pytest.raises(ValueRefused):
        parse_address("$..x", HERE, Problems())(Names({"body": deep}))


def test_a_node_that_is_no_text_is_no_address() -> None:
    root = read("a: 3", "f").root
    assert isinstance(root, Mapping)
    problems = Problems()
    address_of(root.entries[0].value, problems)
    assert [str(problem) for problem in problems] == ["an address is a text, this is a number"]


def test_a_save_is_a_map_of_names_and_addresses() -> None:
    root = read("save: {room: payload, self.id: payload.items[0].id | string}", "f").root
    problems = Problems()
    assert root is None  # an address with brackets inside braces wants quotes
    root = read('save: {room: payload, self.id: "payload.items[0].id | string"}', "f").root
    assert isinstance(root, Mapping)
    saves = parse_save(root.entries[0].value, problems)
    assert [(key.value, address(SCOPE)) for key, address in saves] == [
        ("room", SCOPE.values["payload"]),
        ("self.id", "1"),
    ]
    assert not problems
    assert parse_save(saves[0][0], problems) == ()
    assert len(problems) == 1


def test_a_mistake_in_an_address_points_at_its_character() -> None:
    root = read("save: {room: payload.id | lenght}", "f").root
    assert isinstance(root, Mapping)
    problems = Problems()
    parse_save(root.entries[0].value, problems)
    assert [str(problem.source) for problem in problems] == ["f:1:27"]


def template(text: str) -> object:
    problems = Problems()
    made = compile_template(text, HERE, problems)
    assert list(problems) == []
    return made(SCOPE)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{ 'it''s' | upper }}", None),
        ("{{ 'a\\'b' }}", "a'b"),
        ('{{ "a\\n}}" }}', "a\n}}"),
        ("{{ 3 }}", 3),
        ("{{ -1.5e2 }}", -150.0),
        ("{{ true }}", True),
        ("{{ null }}", None),
        ("{{ now }}", "2024-01-01T00:00:00Z"),
        ("{{ now() }}", "2024-01-01T00:00:00Z"),
        ("{{ now('-1h') }}", "2024-01-01T00:00:00Z"),
        ("{{ range(1, 4) }}", [1, 2, 3]),
        ("{{ fake.email }}", "a@b.c"),
        ("{{ fake.text(3) | upper }}", "XXX"),
        ("{{ fake.text(status) | length }}", 201),
        ("{{ $.items[?@.name == '}}'] | default(1) }}", 1),
        ("{{ $.items[0].name }}", "ann"),
    ],
)
def test_terms_are_addresses_literals_and_calls(text: str, expected: object) -> None:
    if text.startswith("{{ 'it''s'"):
        problems = Problems()
        compile_template(text, HERE, problems)
        assert len(problems) == 1
    else:
        assert template(text) == expected


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{{ fake }}", "`fake` takes one name"),
        ("{{ fake.a.b }}", "`fake` takes one name"),
        ("{{ now.x }}", "`now` has no parts"),
        ("{{ range }}", "`range` takes two numbers"),
        ("{{ eval('1') }}", "`eval` cannot be called"),
        ("{{ x.__class__.mro() }}", "`x.__class__.mro` cannot be called"),
        ("{{ }}", "the template ends where a name, a text or a number should stand"),
        ("{{ x", "a template is not closed"),
        ("{{ 'x }}", "unexpected `'`, a name, a text or a number should stand there"),
        ("{{ 7*7 }}", "unexpected `*`"),
        ("{{ {a: 1} }}", "unexpected `{`, a name, a text or a number should stand there"),
    ],
)
def test_what_is_no_term_is_told(text: str, sentence: str) -> None:
    problems = Problems()
    compile_template(text, HERE, problems)
    assert [str(problem) for problem in problems] == [sentence]


def test_a_call_that_the_scope_does_not_have_is_a_missing_value() -> None:
    made = compile_template("{{ fake.gone }}", HERE, Problems())
    assert made.calls == {"fake.gone"}
    with pytest.raises(MissingValue, match=r"`fake\.gone` has no value here"):
        made(SCOPE)


def test_a_call_with_wrong_arguments_is_an_error_with_its_place() -> None:
    with pytest.raises(ValueRefused, match=r"`fake\.text` cannot be called so"):
        compile_template("{{ fake.text }}", HERE, Problems())(SCOPE)


def test_nothing_reaches_python() -> None:
    for text in ("text.__class__", "payload.__len__", "fake.text.__globals__ | string", "crowd[0].__init__"):
        problems = Problems()
        address = parse_address(text, HERE, problems)
        assert address(SCOPE) is MISSING


PIECES = st.sampled_from(
    [
        *"ab.[]()|,$'\"\\{}*@?-0123 \n",
        "{{",
        "}}",
        "payload",
        " | ",
        "length",
        "default(",
        "$..",
        "[?@.a",
        "now",
        "fake.",
    ]
)


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.text(max_size=80), st.lists(PIECES, max_size=30).map("".join)))
def test_garbage_is_an_address_or_a_problem_and_nothing_else(text: str) -> None:
    problems = Problems()
    address = parse_address(text, HERE, problems)
    with contextlib.suppress(EvaluationRefused):
        address(SCOPE)


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.text(max_size=80), st.lists(PIECES, max_size=30).map(lambda pieces: "{{" + "".join(pieces) + "}}")))
def test_garbage_is_a_template_or_a_problem_and_nothing_else(text: str) -> None:
    problems = Problems()
    made = compile_template(text, HERE, problems)
    with contextlib.suppress(EvaluationRefused):
        made(SCOPE)


@settings(max_examples=300)
@given(
    st.lists(
        st.sampled_from(
            [
                "payload",
                "headers",
                "crowd",
                "fake",
                "now",
                "true",
                "null",
                ".",
                ".id",
                "[0]",
                "[ -1 ]",
                " ",
                "-",
                "é",
                "|",
            ]
        )
        | st.text("ab._$-[]01 }", max_size=3),
        max_size=6,
    ).map("".join),
    st.booleans(),
)
def test_a_plain_address_is_read_quickly_as_it_is_read_slowly(text: str, ends: bool) -> None:
    text += "}}" if ends else ""
    found = []
    for quickly in (True, False):
        with pytest.MonkeyPatch.context() as patch:
            if not quickly:
                patch.setattr("antiphon.language.expression._plain_address", lambda *_: None)
            problems = Problems()
            place = lambda at: Source("f.yaml", 1, at + 1, "")  # noqa: E731
            expression, end = parse_expression(text, 0, place, problems, body="body", ends=ends)
        told = None
        if expression is not None:
            with contextlib.suppress(EvaluationRefused):
                told = expression.get(SCOPE)
            told = (told, *(getattr(expression, name) for name in expression.__struct_fields__ if name != "get"))
        found.append((told, end, [(str(one), one.source) for one in problems]))
    assert found[0] == found[1]
