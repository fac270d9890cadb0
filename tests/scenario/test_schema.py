"""The JSON Schema of scenarios: it takes what the loader takes, refuses a wrong structure, and has every key."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from antiphon.language import document
from antiphon.language.nodes import plain
from antiphon.language.route import Operation
from antiphon.language.vocabulary import Vocabulary
from antiphon.scenario import fragments, hearing, users
from antiphon.scenario import step_keys as keys
from antiphon.scenario.file_compiler import SCENARIO
from antiphon.scenario.schema import scenario_schema

WORDS = Vocabulary(
    operations=(Operation("GET", "/chatrooms/:id"), Operation("POST", "/messages/send")),
    events_heard=frozenset({"message_received", "user_left"}),
    events_emitted=frozenset({"sync", "typing"}),
    rooms=frozenset({"chatroom"}),
    roles=("OWNER", "MEMBER"),
)
ANY = Draft202012Validator(scenario_schema())
KNOWING = Draft202012Validator(scenario_schema(WORDS))
HEAD = "scenario: a title\nusers: {alice: {}, bob: }\nsteps:\n"


def valid(text: str, schema: Draft202012Validator = ANY) -> bool:
    """Return whether the schema takes a file."""
    root = document.read(text, "a.yaml").root
    assert root is not None
    return schema.is_valid(plain(root))


def takes(step: str, schema: Draft202012Validator = ANY) -> bool:
    """Return whether the schema takes a step."""
    return valid(f"{HEAD}  - {step}\n", schema)


@pytest.mark.parametrize("vocabulary", [None, WORDS], ids=["any target", "a target"])
def test_the_schema_is_one_of_the_dialect_that_it_names(vocabulary: Vocabulary | None) -> None:
    Draft202012Validator.check_schema(scenario_schema(vocabulary))


@pytest.mark.parametrize(
    "step",
    [
        "{alice: GET /a, status: [200, 4xx, any], query: {a: 1}}",
        "{by: alice, do: GET /a}",
        "{alice: emit sync, data: {a: 1}, ack: '#present'}",
        "{alice: login, refused: true}",
        "{alice: join chatroom 1}",
        "{hear: {bob: nothing}}",
        "{hear: {bob: [no it, {it: {a: '#string'}, within: 1s}, {in_order: [a, b]}, {never: a}]}, since: start}",
        "{parallel: [{alice: GET /a}, [{bob: GET /a}]]}",
        "{parallel: {repeat: 3}, steps: [{alice: GET /a}]}",
        "{repeat: {over: [1, 2], as: n}, steps: [{alice: GET /a}]}",
        "{repeat: '{{ n }}', steps: [{alice: GET /a}]}",
        "{until: {do: {alice: GET /a}, claim: {status: 200}}}",
        "{assert: {alice.id: {'#not': 3}}}",
        "{pause: 7s, because: it says so}",
        "{use: room, with: {a: 1}, gives: [room]}",
        "{alice: GET /a, expect: {a: '##text', b: '#/x/'}}",
    ],
)
def test_what_the_loader_takes_is_valid(step: str) -> None:
    assert takes(step)


@pytest.mark.parametrize(
    "step",
    [
        "GET /a",
        "{alice: FETCH /a}",
        "{alice: GET /a, bdy: {}}",
        "{alice: GET /a, status: fine}",
        "{alice: GET /a, status: 99}",
        "{alice: emit}",
        "{alice: login now}",
        "{alice: emit sync, body: {}}",
        "{by: alice}",
        "{body: {a: 1}}",
        "{hear: {}}",
        "{hear: {bob: []}}",
        "{hear: {bob: 3}}",
        "{hear: {bob: {it: , times: true}}}",
        "{parallel: {repeat: 0}, steps: [{alice: GET /a}]}",
        "{repeat: {over: [1]}, steps: [{alice: GET /a}]}",
        "{repeat: 2, steps: []}",
        "{until: {claim: {status: 200}}}",
        "{pause: soon, because: x}",
        "{pause: 7s}",
        "{alice: GET /a, expect: {a: '#strong'}}",
        "{alice: GET /a, expect: {a: {'#eech': 1}}}",
        "{alice: GET /a, retry: 9}",
        "{alice: GET /a, must: perhaps}",
    ],
)
def test_what_is_wrong_in_its_structure_is_not_valid(step: str) -> None:
    assert not takes(step)


@pytest.mark.parametrize(
    "text",
    [
        "scenario: a title\n",
        "scenario: a title\nsteps: []\n",
        "scenario: a title\nsteps: [{nobody: GET /a}]\ncolour: red\n",
        "scenario: a title\npriority: urgent\nsteps: [{nobody: GET /a}]\n",
        "scenario: a title\nusers: {alice: {rle: OWNER}}\nsteps: [{nobody: GET /a}]\n",
        "fragment: f\n",
        "fragment: f\ntakes: {a: somebody}\nsteps: [{nobody: GET /a}]\n",
    ],
)
def test_a_file_with_a_wrong_head_is_not_valid(text: str) -> None:
    assert not valid(text)


def test_a_fragment_is_a_file_as_well() -> None:
    assert valid("fragment: f\ntakes: {a: user, b: {default: 3}}\ngives: [c]\nsteps: [{a: GET /a}]\n")


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ("{alice: 'GET /chatrooms/{{ room.id }}?limit=3'}", "{alice: 'GET /chatroms/{{ room.id }}'}"),
        ("{alice: 'GET {{ link }}'}", "{alice: POST /messages/sent}"),
        ("{alice: emit sync}", "{alice: emit snc}"),
        ("{alice: join chatroom 3}", "{alice: join chatrom 3}"),
        (
            "{hear: {bob: {message_received: {a: 1}, within: 1s}}}",
            "{hear: {bob: {mesage_received: {a: 1}, within: 1s}}}",
        ),
        ("{hear: {bob: [nothing]}}", "{hear: {bob: nothin}}"),
        ("{hear: {bob: [no user_left]}}", "{hear: {bob: [no user_lft]}}"),
    ],
)
def test_with_a_target_its_words_are_known(good: str, bad: str) -> None:
    assert takes(good, KNOWING)
    assert not takes(bad, KNOWING)
    assert takes(bad)


def test_with_a_target_its_roles_are_known() -> None:
    text = "scenario: a title\nusers: {alice: {role: OWNR}}\nsteps: [{nobody: GET /chatrooms/3}]\n"
    assert valid(text)
    assert not valid(text, KNOWING)
    assert valid(text.replace("OWNR", "OWNER"), KNOWING)


def test_every_key_of_the_tables_is_in_the_schema_with_what_it_says() -> None:
    told: set[tuple[str, str]] = set()

    def look(part: Any) -> None:
        if isinstance(part, dict):
            for name, value in (part.get("properties") or {}).items():
                told.add((name, str(value.get("description")) if isinstance(value, dict) else ""))
            for value in part.values():
                look(value)
        elif isinstance(part, list):
            for value in part:
                look(value)

    look(scenario_schema())
    places = [SCENARIO, fragments.FRAGMENT, users.USER, hearing.ITEM, hearing.GROUPS, *keys.PLACES.values(), keys.UNTIL]
    owed = {(key.name, key.about) for place in places for key in place.keys.values() if not key.later}
    assert owed - told == set()
