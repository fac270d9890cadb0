"""A scenario's file: every key in both directions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from antiphon.scenario.file_compiler import SCENARIO, scenario_id
from antiphon.scenario.model import Priority, ScenarioType

if TYPE_CHECKING:
    from conftest import Bench


WRONG = [
    pytest.param(
        "scenario: a\n",
        ["1:1 a scenario needs `steps` | a list of steps such as `alice: POST /path`"],
        id="a scenario without steps",
    ),
    pytest.param(
        ("scenario: 5\nsteps: [{nobody: POST /messages/send}]\n"),
        ['1:11 `scenario` is a number, but must be a text | quote it to make it a text: "5"'],
        id="a title that is a number",
    ),
    pytest.param(
        ("scenario: ''\nsteps: [{nobody: POST /messages/send}]\n"),
        ["1:11 an empty text | write something, or leave the key out"],
        id="an empty title",
    ),
    pytest.param(
        (
            "scenario: a\n"
            "type: api\n"
            "priority: highest\n"
            "category: 3\n"
            "tags: [a, a, 1]\n"
            "covers: {}\n"
            "needs: 5\n"
            "timeout: 301s\n"
            "retries: 9\n"
            "description: []\n"
            "cleanup: {}\n"
            "steps: [{nobody: POST /messages/send}]\n"
        ),
        [
            "2:7 unknown type `api` | known: api_only, integration, websocket_only",
            "3:11 unknown priority `highest` | did you mean `high`?",
            '4:11 `category` is a number, but must be a text | quote it to make it a text: "3"',
            "5:11 `a` is listed twice | leave one of them out",
            '5:14 `1` is not a text | quote it: "1"',
            "6:9 `covers` is a map, but must be a list or a text | write [one, two]",
            '7:8 `needs` is a number, but must be a list or a text | quote it to make it a text: "5"',
            "8:10 `301s` is an impossible time | at most 5 min",
            "9:10 `9` is not a whole number from 0 to 5 | the most is 5",
            "10:14 `description` is a list, but must be a text | write a text, in quotes",
            "11:10 `cleanup` is a map, but must be a list | write [one, two]",
        ],
        id="wrong values of every key",
    ),
    pytest.param(
        (
            "scenario: a\n"
            "type: integration\n"
            "timeout: 10ms\n"
            "examples: []\n"
            "stps: []\n"
            "steps: [{nobody: POST /messages/send}]\n"
        ),
        [
            "2:7 the type is api_only by its steps, not integration | leave it out, or write api_only",
            "3:10 `10ms` is an impossible time | it must be at least 1 s",
            "4:11 `examples` is an empty list | write a map for each row",
            "5:1 unknown key `stps` in a scenario | did you mean `steps`?",
        ],
        id="another type than the steps have, an impossible timeout, a misspelt key",
    ),
    pytest.param(
        (
            "scenario: a\n"
            "users: {a: {}}\n"
            "inputs: {a: 1, payload: 2, t: '{{ run.id }}'}\n"
            "vars: {x: '{{ y }}', y: '{{ x }}', x1: '{{ row.a }}', z: '{{ payload }}', e: '{{ env.NOPE }}', range: 1}\n"
            "steps: [{nobody: POST /messages/send}]\n"
        ),
        [
            (
                "3:10 a second definition of `a` | it is defined at scenarios/1.yaml:2:9 already; "
                "users, inputs, vars and saved names share one name space"
            ),
            "3:16 `payload` cannot name an input | `payload` is a word of the language; take another name",
            "3:35 a template in the input `t` | an input is a value that a run may set; `vars` take templates",
            "4:15 nothing defines `y` | define it by `save`, `vars` or `inputs`, or name it among the users",
            (
                "4:44 `row` speaks of a row of `examples`, and there are none here | add `examples` to the scenario; "
                "a fragment is given what it needs of a row by `with`"
            ),
            (
                "4:62 `payload` speaks of a step's own answer, and there is none here | for later "
                "steps write save: {NAME: payload} in that step"
            ),
            (
                "4:82 the profile lists no environment variable `NOPE` | the profile's `env` lists "
                "those that templates may read"
            ),
            "4:96 `range` cannot name a variable | `range` is a word of the language; take another name",
        ],
        id="inputs and variables that are taken or wrong",
    ),
    pytest.param(
        (
            "scenario: a\n"
            "steps: [{nobody: POST /messages/send}]\n"
            "cleanup: [{alice: POST /messages/send}, {nobody: POST /messages/send, body: {a: '{{ zzz }}'}}]\n"
        ),
        [
            "3:12 unknown user `alice` | there is none: name it under `users`, in a fragment under `takes`",
            "3:85 nothing defines `zzz` | define it by `save`, `vars` or `inputs`, or name it among the users",
        ],
        id="clean-up by nobody that exists",
    ),
    pytest.param(
        ("scenario: a\nusers: {a: {}, a: {}}\nsteps:\n  - a: POST /messages/send\n    body: {id: {{ x }}}\n"),
        [
            "2:16 duplicate key `a` | the first one stands at scenarios/1.yaml:2:9; a map has each key once",
            "5:16 nothing defines `x` | define it by `save`, `vars` or `inputs`, or name it among the users",
            (
                '5:17 bare braces | quote the template: "{{ name }}"; in a path write :name for a '
                "path parameter (`:chatroomId` is `{{ chatroomId }}`)"
            ),
        ],
        id="bare braces, and a key twice",
    ),
    pytest.param(
        ("scenario: a\nusers: {a: {}}\nsteps:\n  - a: POST /messages/send\n    expect: {id: #uuid}\n"),
        [
            (
                "5:18 not YAML: expected the node content, but found '<stream end>' | quote the "
                'matcher: "#string"; without quotes it is a YAML comment'
            )
        ],
        id="a matcher without quotes in braces",
    ),
    pytest.param(
        (
            "scenario: a\n"
            "users: {a: {}}\n"
            "steps:\n"
            "  - a: POST /messages/send\n"
            "    expect:\n"
            "      id: #uuid\n"
            "      x: '#uid'\n"
        ),
        [
            (
                "6:11 an empty value, and a comment that reads like a matcher | quote the matcher: "
                '"#string"; without quotes it is a YAML comment'
            ),
            "7:10 unknown matcher `#uid` | did you mean `#uuid`?",
        ],
        id="a matcher without quotes, and one that is none",
    ),
]


@pytest.mark.parametrize(("text", "told"), WRONG)
def test_what_is_wrong_with_a_file_is_told_with_its_place_and_a_hint(bench: Bench, text: str, told: list[str]) -> None:
    assert bench.told(text) == told


def test_every_key_is_kept(bench: Bench) -> None:
    scenario = bench.scenario("""
scenario: a title
description: |
  more about it
category: messaging
type: INTEGRATION
priority: High
tags: [slow, nightly]
covers: FR-001
needs: [chat]
timeout: 90s
retries: 2
inputs: {count: 3, list: [1, {a: b}]}
vars: {one: "{{ count }}", two: "{{ one }}"}
users: {alice: {}, bob: {}}
steps:
  - alice: POST /messages/send
    hear: {bob: message_received}
cleanup:
  - alice: PUT /users/status
""")
    assert (scenario.id, scenario.title, scenario.description) == ("1", "a title", "more about it")
    assert (scenario.category, scenario.type, scenario.priority) == (
        "messaging",
        ScenarioType.INTEGRATION,
        Priority.HIGH,
    )
    assert (scenario.tags, scenario.covers, scenario.needs) == (("slow", "nightly"), ("FR-001",), ("chat",))
    assert (scenario.timeout_s, scenario.retries) == (90.0, 2)
    assert scenario.inputs == {"count": 3, "list": [1, {"a": "b"}]}
    assert [name for name, _ in scenario.vars] == ["one", "two"]
    assert [step.number for step in scenario.cleanup] == ["c1"]
    assert scenario.text.startswith("\nscenario: a title")
    assert scenario.source.path == "scenarios/1.yaml"


def test_what_is_not_written_has_a_default(bench: Bench) -> None:
    scenario = bench.scenario("scenario: a\nsteps: [{nobody: GET /chatrooms/1}]\n")
    assert scenario.priority is Priority.MEDIUM
    assert (scenario.timeout_s, scenario.retries, scenario.tags, scenario.users) == (None, None, (), ())


def test_every_key_of_the_table_is_one_of_the_language() -> None:
    assert set(SCENARIO.keys) == {
        *("scenario", "description", "category", "type", "priority", "tags", "covers", "needs", "timeout", "retries"),
        *("inputs", "vars", "examples", "users", "steps", "cleanup"),
    }
    assert not any(key.later for key in SCENARIO.keys.values())


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("scenarios/messaging/fanout.yaml", "messaging/fanout"),
        ("./scenarios/a.yml", "a"),
        ("/some/where/scenarios/x/scenarios/a.yaml", "a"),
        ("mine/first.yaml", "mine/first"),
        ("otherscenarios/a.yaml", "otherscenarios/a"),
        ("scenarios\\auth\\login.yaml", "auth/login"),
    ],
)
def test_a_scenario_is_called_by_its_path_below_scenarios(path: str, expected: str) -> None:
    assert scenario_id(path) == expected
