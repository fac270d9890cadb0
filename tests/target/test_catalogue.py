"""What a profile declares of the target's words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from antiphon.language.scope import Names

if TYPE_CHECKING:
    from conftest import Bench


WRONG = [
    pytest.param(
        "operations: [GET /a, GET /a, get /b, 'GET /{id}', 5]\n",
        [
            "3:22 `GET /a` is listed twice | leave one of them out",
            "3:30 `get` is no method | write GET",
            "3:42 `/{id}` is no path template | write parameters as :name and leave the query out",
            '3:51 an operation is a number, but must be a text | quote it to make it a text: "5"',
        ],
        id="operations that are none",
    ),
    pytest.param(
        (
            "operations: {GET /a: {status: 200, statuses: [9]}, GET /b: 5, GIT /c: {}, "
            "GET /d: {answer: {a: '#nonsense', b: '{{ self.id }}'}}}\n"
            "events: {hear: {a: '#unknown', ' ': 1}, emit: {b: '{{ x }}'}}\n"
        ),
        [
            "3:23 unknown key `status` in an operation | did you mean `statuses`?",
            "3:47 `9` is not a status | write 201, [200, 204], 2xx or any",
            "3:60 `GET /b` is a number, but must be a map | write {name: value}",
            "3:63 `GIT` is no method | methods: GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS",
            "3:96 unknown matcher `#nonsense` | did you mean `#none`?",
            "3:116 `self` means nothing here | write the value itself: no name is known here",
            '4:20 unknown matcher `#unknown` | a text that begins with # is written "##unknown"',
            "4:32 an event without a name | write EVENT: MATCHER",
            "4:55 `x` means nothing here | write the value itself: no name is known here",
        ],
        id="an inline catalogue that is none",
    ),
    pytest.param(
        "events: {heard: []}\n",
        ["3:10 unknown key `heard` in `events` | did you mean `hear`?"],
        id="a misspelt direction",
    ),
]


@pytest.mark.parametrize(("text", "told"), WRONG)
def test_what_is_wrong_is_told_with_its_place_and_a_hint(bench: Bench, text: str, told: list[str]) -> None:
    assert bench.wrong(text) == told


def test_words_are_declared_and_known(bench: Bench) -> None:
    words = bench.target("operations: [GET /a/:id, POST /a]\nevents: {hear: [x, y], emit: z}\n").vocabulary
    assert [str(operation) for operation in words.operations] == ["GET /a/:id", "POST /a"]
    assert words.events_heard == {"x", "y"}
    assert words.events_emitted == {"z"}
    assert words.knows_operation("GET", "/a/5")
    assert not words.knows_operation("DELETE", "/a/5")


def test_a_catalogue_may_say_what_operations_and_events_are_like(bench: Bench) -> None:
    target = bench.target("""
operations:
  GET /rooms:
  POST /rooms: {statuses: [201, 4xx], body: {name: "#string"}, answer: {id: "#uuid"}}
events:
  hear: {said: {text: "#string"}, left: }
  emit: {say: {text: "#string"}}
expected_events: [said, archived]
""")
    catalogue = target.catalogue
    assert [str(operation) for operation in catalogue.operations] == ["GET /rooms", "POST /rooms"]
    first, second = catalogue.operations.values()
    assert (first.statuses, first.body, first.answer) == (None, None, None)
    assert second.statuses is not None
    assert [second.statuses.accepts(status) for status in (201, 404, 200)] == [True, True, False]
    assert second.answer is not None
    assert second.answer({"id": 5}, Names({})) is not None
    assert (set(catalogue.heard), catalogue.heard["left"]) == ({"said", "left"}, None)
    assert catalogue.heard["said"] is not None
    assert set(catalogue.emitted) == {"say"}
    assert catalogue.expected == ("said", "archived")
    words = target.vocabulary
    assert [words.knows_event(name) for name in ("said", "left", "archived", "sayd")] == [True, True, True, False]
    assert [words.knows_operation("POST", "/rooms"), words.knows_operation("PUT", "/rooms")] == [True, False]
    assert [words.knows_emit("say"), words.knows_emit("said")] == [True, False]


def test_expected_events_alone_declare_no_catalogue(bench: Bench) -> None:
    assert bench.target("expected_events: [said]\n").vocabulary.knows_event("anything")
