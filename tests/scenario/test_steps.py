"""Steps: their one verb, their keys, and what is told of those that are wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from antiphon.scenario import step_keys as keys
from antiphon.scenario.step_model import CallStep

if TYPE_CHECKING:
    from conftest import Bench


def _file_problem(name: str) -> str | None:
    if name.startswith(".."):
        return f"`{name}` leaves the suite's folder"
    return None if name == "there.png" else f"there is no file `{name}`"


WRONG = [
    pytest.param(
        ("  - alice: POST /messages/send\n    pages: all\n  - alice: GET billing:/invoices\n"),
        [
            "5:12 unknown paging `all` | the profile names none: add it to paging",
            "6:12 unknown service `billing` | the profile names none: add it to services",
        ],
        id="pagings and services that the profile lacks",
    ),
    pytest.param(
        "  - alice: PSOT /messages/send\n", ["4:12 unknown verb `PSOT` | did you mean `POST`?"], id="an unknown verb"
    ),
    pytest.param(
        "  - alice: dance\n",
        [
            (
                "4:12 unknown verb `dance` | verbs: GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS, "
                "emit, send, login, refresh, logout, connect, disconnect, reconnect, connected, "
                "closed, join, leave, upload"
            )
        ],
        id="a verb that nothing resembles",
    ),
    pytest.param(
        "  - aliec: POST /messages/send\n", ["4:5 unknown user `aliec` | did you mean `alice`?"], id="an unknown user"
    ),
    pytest.param(
        ("  - alice: POST /messages/send\n    bob: GET /chatrooms/1\n"),
        [
            (
                "4:5 a step has exactly one verb, found `alice: POST /messages/send` and `bob: GET "
                "/chatrooms/1` | each verb is a step of its own; `parallel` does several at once"
            )
        ],
        id="two users in one step",
    ),
    pytest.param(
        ("  - alice: POST /messages/send\n    repeat: 2\n"),
        [
            (
                "4:5 a step has exactly one verb, found `repeat` and `alice: POST /messages/send` | "
                "each verb is a step of its own; `parallel` does several at once"
            )
        ],
        id="a user and a block in one step",
    ),
    pytest.param(
        "  - name: x\n",
        [("4:5 a step has exactly one verb, this one has none | write `USER: VERB ...`, such as `alice: POST /path`")],
        id="a step without a verb",
    ),
    pytest.param(
        "  - whatever: 5\n",
        [
            (
                "4:5 unknown key `whatever` in a step | known keys: hear, watch, parallel, repeat, until, "
                "probe, target, assert, pause, use, by, do, name, if, save, append, within, wait, retry, must"
            )
        ],
        id="a key that is no verb",
    ),
    pytest.param(
        "  - hello\n",
        ["4:5 a step is a map | write `USER: VERB ...`, such as `alice: POST /path`"],
        id="a step that is a text",
    ),
    pytest.param(
        "  - [alice]\n",
        ["4:5 a step is a map | write `USER: VERB ...`, such as `alice: POST /path`"],
        id="a step that is a list",
    ),
    pytest.param(
        "  - by: alice\n", ["4:5 `by` stands without `do` | write by: USER and do: VERB ..."], id="by without do"
    ),
    pytest.param(
        "  - do: POST /messages/send\n",
        ["4:5 `do` stands without `by` | write by: USER and do: VERB ..."],
        id="do without by",
    ),
    pytest.param(
        ("  - by: 5\n    do: POST /messages/send\n"),
        ['4:9 `by` is a number, but must be a text | quote it to make it a text: "5"'],
        id="by that is a number",
    ),
    pytest.param(
        ("  - by: '{{ bobb }}'\n    do: POST /messages/send\n"),
        ["4:9 nothing defines `bobb` | did you mean `bob`?"],
        id="by a name that nothing defines",
    ),
    pytest.param(
        ("  - by: bobb\n    do: login\n"), ["4:9 unknown user `bobb` | did you mean `bob`?"], id="by an unknown user"
    ),
    pytest.param(
        ("  - alice: POST /messages/send\n    bdy: {}\n    ack: {}\n    statsu: 3\n"),
        [
            "5:5 unknown key `bdy` in a call | did you mean `body`?",
            (
                "6:5 `ack` does not go with `POST` | keys of this step: name, if, save, append, hear, "
                "within, wait, retry, must, body, form, multipart, raw, query, headers, token, "
                "status, expect, expect_body, expect_headers, pages"
            ),
            "7:5 unknown key `statsu` in a call | did you mean `status`?",
        ],
        id="misspelt keys and a key of another verb",
    ),
    pytest.param(
        "  - alice: {}\n",
        ["4:12 what `alice` does is a map, but must be a text | write a text, in quotes"],
        id="a user who does a map",
    ),
    pytest.param(
        "  []\n",
        ["4:3 an empty list of steps | write `USER: VERB ...`, such as `alice: POST /path`"],
        id="an empty list of steps",
    ),
    pytest.param(
        ("  - alice: POST /messages/send\n    within: 100ms\n    wait: 0\n"),
        [
            "5:13 `within` stands without `hear` | `within` limits what is heard; leave it out",
            "6:11 `0` is an impossible time | it must be above 0",
            "6:11 `wait` stands without `hear` | `wait` limits what is heard; leave it out",
        ],
        id="limits without hear",
    ),
    pytest.param(
        ("  - alice: POST /messages/send\n    if: {}\n"),
        ["5:9 an empty claim, which could not fail | write ADDRESS: MATCHER"],
        id="an empty condition",
    ),
    pytest.param(
        ("  - alice: POST /messages/send\n    if: {status: 200}\n"),
        [
            (
                "5:10 `status` speaks of a step's own answer, and there is none here | for later "
                "steps write save: {NAME: status} in that step"
            )
        ],
        id="a condition over the step's own answer",
    ),
    pytest.param(
        ("  - alice: POST /messages/send\n    retry: 6\n    must: 1\n    name: ''\n"),
        [
            "5:12 `6` is not a whole number from 0 to 5 | the most is 5",
            "6:11 `must` is a number, but must be true or false | write true or false",
            "7:11 an empty text | write something, or leave the key out",
        ],
        id="too many retries and a number as a flag",
    ),
    pytest.param(
        ("  - alice: POST /messages/send\n    save: {}\n    append: {payload: payload, a b: payload, x: '1'}\n"),
        [
            "5:11 nothing is kept here | write {message: payload.id}",
            "6:14 `payload` cannot name a value | `payload` is a word of the language; take another name",
            "6:32 `a b` cannot name a value | letters, digits, `_` and `-`; it begins with a letter",
            (
                "6:49 `1` is no address | an address begins with a name, such as payload.id; fake, "
                "now and range stand in templates"
            ),
        ],
        id="saves of nothing, and of names that are taken",
    ),
]

LATER = [
    pytest.param(
        ("  - fault: cut\n    during: []\n"),
        ["4:5 `fault` is known, but this version does not play it yet"],
        id="fault",
    ),
    pytest.param(
        ("  - fault: cut\n    alice: POST /messages/send\n"),
        [
            "4:5 `fault` is known, but this version does not play it yet",
            (
                "4:5 a step has exactly one verb, found `alice: POST /messages/send` | each verb is a "
                "step of its own; `parallel` does several at once"
            ),
        ],
        id="a later verb beside one of now",
    ),
]


@pytest.mark.parametrize(("text", "told"), WRONG)
def test_what_is_wrong_with_a_step_is_told_with_its_place_and_a_hint(bench: Bench, text: str, told: list[str]) -> None:
    assert bench.wrong(text) == told


@pytest.mark.parametrize(("text", "told"), LATER)
def test_words_of_later_versions_are_refused_by_name(bench: Bench, text: str, told: list[str]) -> None:
    assert bench.wrong(text) == told


def test_the_short_and_the_long_form_are_one(bench: Bench) -> None:
    short, long = bench.steps("  - alice: GET /chatrooms/1\n  - by: alice\n    do: GET /chatrooms/1\n")
    assert isinstance(short, CallStep)
    assert isinstance(long, CallStep)
    assert short.actor.name == long.actor.name == "alice"
    assert short.call.operation == long.call.operation == "GET /chatrooms/:id"
    assert short.label == "alice: GET /chatrooms/1"


def test_a_templated_user_acts_in_the_long_form(bench: Bench) -> None:
    step = bench.step("  - by: '{{ alice }}'\n    do: GET /chatrooms/1\n")
    assert isinstance(step, CallStep)
    assert not isinstance(step.actor.name, str)
    assert step.actor.name.roots == {"alice"}


def test_steps_are_numbered_from_one_and_blocks_below_their_number(bench: Bench) -> None:
    text = """
  - alice: GET /chatrooms/1
  - parallel:
      - alice: GET /chatrooms/1
      - - bob: GET /chatrooms/1
        - bob: GET /chatrooms/2
"""
    first, block = bench.steps(text)
    assert first.number == "1"
    assert block.number == "2"
    assert [[step.number for step in branch] for branch in block.branches] == [["2.1"], ["2.2.1", "2.2.2"]]  # type: ignore[attr-defined]


def test_common_keys_are_kept(bench: Bench) -> None:
    step = bench.step(
        "  - alice: GET /chatrooms/1\n    name: look\n    if: {alice.id: '#present'}\n    save: {room: payload}\n"
        "    append: {rooms: payload.id}\n    retry: 2\n    must: true\n"
    )
    assert step.name == "look"
    assert step.condition is not None
    assert [(save.name, save.address.text) for save in step.save] == [("room", "payload")]
    assert [(save.name, save.address.text) for save in step.append] == [("rooms", "payload.id")]
    assert step.retries == 2
    assert step.must


def test_no_word_that_begins_a_step_can_name_a_user(bench: Bench) -> None:
    for word in sorted(keys.STEP_KEYS):
        told = bench.told(f"scenario: a\nusers: {{{word}: {{}}}}\nsteps: [{{nobody: GET /chatrooms/1}}]\n")
        assert told == [f"2:9 `{word}` cannot name a user | `{word}` is a word of the language; take another name"]


def test_a_file_has_a_limit_of_steps(bench: Bench) -> None:
    told = bench.wrong("  - alice: connect\n" * 5001)
    assert [line.partition(" | ")[0] for line in told] == ["5004:5 more than 5,000 steps, fragments included"]


def test_blocks_have_a_limit_of_depth(bench: Bench) -> None:
    text = "alice: connect"
    for _ in range(20):
        text = f"until: {{do: {{{text}}}}}"
    told = bench.wrong(f"  - {{{text}}}\n")
    assert [line.partition(" ")[2] for line in told] == ["steps stand more than 16 deep | a fragment keeps them flat"]


def test_nobody_emits_or_hears_where_the_target_has_no_socket(bench: Bench) -> None:
    deaf = type(bench)(vocabulary=replace(bench.vocabulary, speaks=False))
    text = (
        "  - alice: emit sync\n  - {alice: GET /chatrooms/1, hear: {bob: nothing}}\n  - bob: connected\n"
        "  - alice: GET /chatrooms/1\n"
    )
    assert bench.wrong(text) == []
    assert deaf.wrong(text) == [
        "4:5 `emit` needs a socket, and the profile describes none | add `socket` to the profile",
        "5:31 `hear` needs a socket, and the profile describes none | add `socket` to the profile",
        "6:5 `connected` needs a socket, and the profile describes none | add `socket` to the profile",
    ]
