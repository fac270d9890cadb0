"""Fragments: what they take and give, and how they find one another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from antiphon.language.scope import NO_NAMES

if TYPE_CHECKING:
    from conftest import Bench


WRONG = [
    pytest.param(
        ("fragment: x\nsteps: [{alice: POST /messages/send}]\n"),
        ["2:10 unknown user `alice` | there is none: name it under `users`, in a fragment under `takes`"],
        id="a step by a user that it does not take",
    ),
    pytest.param(
        (
            "fragment: x\n"
            "takes: {u: person, payload: value, alice: user, status: user, d: {defalt: 1}, e: {default: '{{ q }}'}}\n"
            "gives: [nope, alice]\n"
            "steps: [{nobody: POST /messages/send}]\n"
        ),
        [
            "2:12 `u` does not say what it stands for | write user, users, value or {default: V}",
            "2:20 `payload` cannot name a value | `payload` is a word of the language; take another name",
            "2:49 `status` cannot name a user | `status` is a word of the language; take another name",
            "2:66 what a fragment takes needs `default` | the value where none is given",
            "2:67 unknown key `defalt` in what a fragment takes | did you mean `default`?",
            "2:96 nothing defines `q` | define it by `save`, `vars` or `inputs`, or name it among the users",
            "3:8 unknown name to give `nope` | known: alice, e, payload, status",
        ],
        id="what it takes and gives",
    ),
    pytest.param(
        ("fragment: ''\nsteps: [{nobody: POST /messages/send}]\n"),
        ["1:1 a fragment has no name | write `fragment: NAME`"],
        id="no name",
    ),
    pytest.param(
        ("fragment: a\nusers: {}\ntakes: {us: users}\nsteps: [{us: POST /messages/send, token: {of: us}}]\n"),
        [
            "2:1 unknown key `users` in a fragment | did you mean `steps`?",
            '4:47 `us` is several users, and one is wanted | do it for each: repeat: {over: "{{ us }}", as: member}',
        ],
        id="a key of scenarios, and several users as one",
    ),
    pytest.param(
        "fragment: a\n", ["1:1 a fragment needs `steps` | a list of steps such as `alice: POST /path`"], id="no steps"
    ),
]


@pytest.mark.parametrize(("text", "told"), WRONG)
def test_what_is_wrong_with_a_fragment_is_told_with_its_place_and_a_hint(
    bench: Bench, text: str, told: list[str]
) -> None:
    assert bench.told(text) == told


def test_two_fragments_of_one_name_are_told_with_both_places(bench: Bench) -> None:
    text = "fragment: x\nsteps: [{nobody: GET /chatrooms/1}]\n"
    suite = bench.suite(text, text)
    assert [str(problem.source) for problem in suite.problems] == ["scenarios/2.yaml:1:11"]
    assert bench.told(text, text) == [
        "1:11 two fragments are called `x` | the other one stands at scenarios/1.yaml:1:1; rename one of them"
    ]


def test_a_fragment_that_uses_itself_is_told_with_the_way_there(bench: Bench) -> None:
    assert bench.told("fragment: a\nsteps: [{use: b}]\n", "fragment: b\nsteps: [{use: a}]\n") == [
        "2:15 the fragment `a` uses itself | a → b → a; `repeat` does things again"
    ]


def test_fragments_have_a_limit_of_depth(bench: Bench) -> None:
    chain = [f"fragment: f{i}\nsteps: [{{use: f{i + 1}}}]\n" for i in range(30)]
    told = bench.told(*chain, "fragment: f30\nsteps: [{nobody: GET /chatrooms/1}]\n")
    assert told
    assert all(line.startswith("2:15 fragments use one another more than 8 deep | f") for line in told)


def test_fragments_that_use_others_twice_each_stay_bounded(bench: Bench) -> None:
    doubling = [f"fragment: f{i}\nsteps: [{', '.join([f'{{use: f{i + 1}}}'] * 30)}]\n" for i in range(7)]
    told = bench.told(*doubling, "fragment: f7\nsteps: [{nobody: GET /chatrooms/1}]\n")
    assert any("more than 5,000 steps, fragments included" in line for line in told)


def test_a_mistake_in_a_fragment_is_told_once_however_often_it_is_used(bench: Bench) -> None:
    told = bench.told(
        "scenario: a\nsteps: [{use: x}, {use: x}]\n", "fragment: x\nsteps: [{nobody: GET /chatrooms/1, foo: 1}]\n"
    )
    assert len(told) == 1


def test_a_fragment_keeps_what_it_takes_gives_and_does(bench: Bench) -> None:
    suite = bench.suite("""
fragment: room
takes: {creator: user, members: users, name: value, private: {default: [false]}}
gives: [room, creator]
steps:
  - creator: POST /chatrooms/create
    body: {name: "{{ name }}", private: "{{ private }}"}
    save: {room: payload}
cleanup:
  - creator: PUT /users/status
    body: "{{ room.id }}"
""")
    assert suite.problems == ()
    room = suite.fragments["room"]
    assert room.takes == {"creator": "user", "members": "users", "name": "value", "private": "value"}
    assert room.defaults["private"](NO_NAMES) == [False]
    assert room.gives == ("room", "creator")
    assert [step.number for step in (*room.steps, *room.cleanup)] == ["1", "c1"]


def test_what_a_fragment_does_counts_for_those_who_use_it(bench: Bench) -> None:
    scenario = bench.scenario(
        "scenario: a\nusers: {alice: {}}\nsteps: [{use: x, with: {u: alice}}]\n",
        "fragment: x\ntakes: {u: user}\nsteps: [{u: GET /chatrooms/1, hear: {u: error}}]\n",
    )
    assert scenario.operations == ("GET /chatrooms/:id",)
    assert scenario.events == ("error",)
    assert scenario.type == "integration"
