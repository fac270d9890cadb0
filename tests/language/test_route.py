"""Methods and paths as authors write them, filled, and matched to operations."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from antiphon.core.errors import Problems
from antiphon.core.source import Source
from antiphon.language.refusals import MissingValue, ValueRefused
from antiphon.language.route import (
    Operation,
    OperationIndex,
    Route,
    parse_operation,
    parse_verb_line,
    path_values,
    template_of_path,
)
from antiphon.language.scope import Names

HERE = Source("f.yaml", 4, 10, "")
SCOPE = Names({"id": "r1", "bob": {"id": "b 1/é"}, "n": 3, "url": "/uploads/7?part=1", "crlf": "x\r\nHost: y"})
OPERATIONS = OperationIndex(
    [
        Operation("GET", "/chatrooms"),
        Operation("POST", "/chatrooms/create"),
        Operation("POST", "/chatrooms/:id"),
        Operation("GET", "/chatrooms/:id"),
        Operation("GET", "/chatrooms/:id/members"),
        Operation("DELETE", "/chatrooms/:id/members/:userId"),
        Operation("GET", "/:any/mine/members"),
        Operation("GET", "/"),
    ]
)


def route(text: str) -> Route:
    problems = Problems()
    made = parse_verb_line(text, HERE, problems)
    assert list(problems) == []
    assert made is not None
    return made


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("GET /chatrooms", "/chatrooms"),
        ("GET   /chatrooms/ ", "/chatrooms/"),
        ("POST /chatrooms/:id/members", "/chatrooms/r1/members"),
        ("GET /chatrooms/:id", "/chatrooms/r1"),
        ("GET /chatrooms/:id?limit=2", "/chatrooms/r1?limit=2"),
        ("GET /chatrooms/{{ id }}/x-{{ n }}", "/chatrooms/r1/x-3"),
        ("GET /users/{{ bob.id }}", "/users/b%201%2F%C3%A9"),
        ("GET /search?q={{ bob.id }}&n={{n}}", "/search?q=b%201%2F%C3%A9&n=3"),
        ("GET {{ url }}", "/uploads/7?part=1"),
        ("GET {{ url }}&x={{ n }}", "/uploads/7?part=1&x=3"),
        ("GET /a%20b/é", "/a%20b/%C3%A9"),
        ("GET /at:time/x:y", "/at:time/x:y"),
        ("OPTIONS /", "/"),
    ],
)
def test_a_path_is_filled_and_its_values_are_encoded(text: str, path: str) -> None:
    assert route(text)(SCOPE) == path


def test_no_value_can_end_the_request_line() -> None:
    assert route("GET {{ crlf }}")(SCOPE) == "x%0D%0AHost:%20y"
    assert route("GET /a/{{ crlf }}")(SCOPE) == "/a/x%0D%0AHost%3A%20y"


@settings(deadline=None)
@given(st.text())
def test_any_value_is_one_segment(text: str) -> None:
    path = route("GET /a/{{ v }}/b")(Names({"v": text}))
    assert path.count("/") == 3
    assert path.isascii()
    assert path.isprintable()
    assert " " not in path


def test_a_missing_value_in_a_path_is_an_error() -> None:
    with pytest.raises(MissingValue, match="`gone` has no value here"):
        route("GET /a/:gone")(SCOPE)
    with pytest.raises(MissingValue, match=r"`bob\.gone` has no value here"):
        route("GET /a/{{ bob.gone }}")(SCOPE)
    with pytest.raises(ValueRefused):
        route("GET /a/{{ o }}")(Names({"o": object()}))


def test_a_route_knows_its_names_and_place() -> None:
    made = route("DELETE /chatrooms/:id/members/{{ bob.id }}?x={{ now }}")
    assert made.method == "DELETE"
    assert made.path.roots == {"id", "bob"}
    assert made.path.calls == {"now"}
    assert made.source is HERE
    assert not made.is_open
    assert route("GET {{ url }}").is_open


@pytest.mark.parametrize(
    ("text", "template"),
    [
        ("GET /chatrooms", "/chatrooms"),
        ("GET /chatrooms/", "/chatrooms"),
        ("GET /chatrooms?limit=1", "/chatrooms"),
        ("POST /chatrooms/create", "/chatrooms/create"),
        ("POST /chatrooms/:roomId", "/chatrooms/:id"),
        ("GET /chatrooms/{{ id }}/members", "/chatrooms/:id/members"),
        ("GET /chatrooms/3f2a/members", "/chatrooms/:id/members"),
        ("DELETE /chatrooms/:a/members/x-{{ n }}", "/chatrooms/:id/members/:userId"),
        ("GET /nowhere/:id/x", "/nowhere/:…/x"),
        ("GET /", "/"),
    ],
)
def test_a_route_knows_the_operation_that_it_is(text: str, template: str) -> None:
    assert route(text).template(OPERATIONS) == template


@pytest.mark.parametrize(
    ("method", "path", "template"),
    [
        ("GET", "/chatrooms/3f2a", "/chatrooms/:id"),
        ("GET", "/chatrooms/3f2a?x=1", "/chatrooms/:id"),
        ("POST", "/chatrooms/create", "/chatrooms/create"),
        ("POST", "/chatrooms/other", "/chatrooms/:id"),
        ("GET", "/chatrooms/mine/members", "/chatrooms/:id/members"),
        ("GET", "/x/mine/members", "/:any/mine/members"),
        ("GET", "/chatrooms//members", None),
        ("PUT", "/chatrooms", None),
        ("GET", "/chatrooms/a/b/c", None),
    ],
)
def test_an_actual_path_belongs_to_the_operation_that_says_most_of_it(
    method: str, path: str, template: str | None
) -> None:
    assert template_of_path(path, OPERATIONS, method) == template


def test_the_values_of_a_path_are_decoded() -> None:
    assert path_values("/chatrooms/a%20b/members/7?x=1", "/chatrooms/:id/members/:userId") == {
        "id": "a b",
        "userId": "7",
    }


@pytest.mark.parametrize(
    ("text", "sentence", "hint"),
    [
        ("get /x", "`get` is no method", "write GET"),
        ("FETCH /x", "`FETCH` is no method", "methods: GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS"),
        ("", "`` is no method", None),
        ("GET", "a path begins with `/`, not ``", "write GET /..."),
        ("GET chatrooms", "a path begins with `/`, not `chatrooms`", "write GET /..."),
        ("GET http://evil/x", "a path begins with `/`, not `http://evil/x`", None),
        ("GET /x/{id}", "`{id}` in a path", "write :id or {{ id }}"),
        ("GET /x/{}", "`{}` in a path", "write :name or {{ name }}"),
        ("GET /x y", "`/x y` is no path", None),
        ("GET /x#y", "`/x#y` is no path", None),
        ("GET /x/{{ y | lenght }}", "unknown filter `lenght`", "did you mean `length`?"),
    ],
)
def test_what_is_no_route_is_a_problem_with_a_hint(text: str, sentence: str, hint: str | None) -> None:
    problems = Problems()
    assert parse_verb_line(text, HERE, problems) is None
    (problem,) = problems
    assert str(problem) == sentence
    assert hint is None or problem.hint == hint


@settings(deadline=None)
@given(st.text(max_size=40))
def test_garbage_is_a_route_or_a_problem(text: str) -> None:
    problems = Problems()
    made = parse_verb_line(f"GET {text}", HERE, problems)
    assert (made is None) == bool(problems)


def test_a_catalogue_names_operations() -> None:
    problems = Problems()
    assert parse_operation("GET /chatrooms/:id/", HERE, problems) == Operation("GET", "/chatrooms/:id")
    assert str(Operation("GET", "/x")) == "GET /x"
    assert not problems
    assert parse_operation("GET /chatrooms/{id}", HERE, problems) is None
    assert parse_operation("GET /chatrooms?x=1", HERE, problems) is None
    assert parse_operation("nothing", HERE, problems) is None
    assert len(problems) == 3
