"""Groups of users as scenarios name them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from antiphon.scenario.groups import Member, group_in, hearers_in, member_name, member_of
from antiphon.scenario.step_model import CallStep, RepeatStep

if TYPE_CHECKING:
    from conftest import Bench

HEAD = "scenario: a\nusers: {alice: {}, crowd: {count: 3, role: MEMBER}}\nsteps:\n"


@pytest.mark.parametrize("name", ["crowd", "crowd[]", "crowd[-1]", "crowd[x]", "[1]", "crowd[1].phone", "each crowd"])
def test_what_names_no_member_is_taken_for_none(name: str) -> None:
    assert member_of(name) is None


def test_a_member_is_counted_from_0_and_named_as_its_address() -> None:
    assert member_of("crowd[3]") == Member("crowd", 3)
    assert member_name("crowd", 3) == "crowd[3]"
    assert [group_in(name) for name in ("crowd[3]", "crowd", "alice")] == ["crowd", "crowd", "alice"]


def test_hearers_are_each_unless_any_is_written() -> None:
    written = ("crowd", "each crowd", "any crowd", "crowd[1]", "anybody")
    assert [hearers_in(name) for name in written] == [
        ("crowd", "each"),
        ("crowd", "each"),
        ("crowd", "any"),
        ("crowd[1]", "each"),
        ("anybody", "each"),
    ]


def test_a_group_and_its_members_act_and_hear(bench: Bench) -> None:
    scenario = bench.scenario(
        HEAD
        + """
  - crowd: POST /messages/send
    body: {to: "{{ crowd[1].id }}", many: "{{ crowd | length }}"}
    hear: {crowd: nothing, any crowd: [message_received], each crowd: [message_received], "crowd[2]": {never: error}}
  - crowd[0]: PUT /users/status
    token: {of: "crowd[2]"}
  - by: crowd[1]
    do: GET /chatrooms/1
"""
    )
    assert scenario.users[1].count == 3
    assert [(hear.user, hear.any) for hear in scenario.steps[0].hear] == [
        ("crowd", False),
        ("crowd", True),
        ("crowd", False),
        ("crowd[2]", False),
    ]
    labels = [step.label for step in scenario.steps]
    assert labels == ["crowd: POST /messages/send", "crowd[0]: PUT /users/status", "crowd[1]: GET /chatrooms/1"]
    assert isinstance(scenario.steps[2], CallStep)


@pytest.mark.parametrize("over", ["crowd", '"{{ crowd }}"', '["crowd[0]", alice]'])
def test_rounds_run_over_a_group_by_its_bare_name(bench: Bench, over: str) -> None:
    scenario = bench.scenario(
        HEAD + f"  - repeat: {{over: {over}, as: member}}\n    steps: [{{member: GET /chatrooms/1}}]\n"
    )
    (step,) = scenario.steps
    assert isinstance(step, RepeatStep)
    assert step.over is not None
    assert step.over.roots <= {"crowd", "alice"}


WRONG = [
    pytest.param(
        "  - alice: POST /messages/send\n    body: {to: '{{ crowd[7].id | upper }}', last: '{{ crowd[-3].id }}'}\n",
        "5:20 `crowd[7]` is none of the 3 users of `crowd` | members are counted from 0; the last is `crowd[2]`",
        id="a member that there is not, in a template",
    ),
    pytest.param(
        "  - crowd[3]: GET /chatrooms/1\n",
        "4:5 `crowd[3]` is none of the 3 users of `crowd` | members are counted from 0; the last is `crowd[2]`",
        id="a member beyond the last",
    ),
    pytest.param(
        "  - alice[0]: GET /chatrooms/1\n",
        "4:5 `alice` is one user, no group | write `alice` alone",
        id="a member of one user",
    ),
    pytest.param(
        "  - mob[0]: GET /chatrooms/1\n", "4:5 unknown user `mob` | known: alice, crowd", id="a member of nobody"
    ),
    pytest.param(
        "  - alice: GET /chatrooms/1\n    hear: {any crowd: nothing}\n",
        "5:12 `any crowd` claims an absence, which is everybody's | "
        "write `crowd` alone: then each of them hears nothing of the kind",
        id="an absence of anybody",
    ),
    pytest.param(
        "  - alice: GET /chatrooms/1\n    hear: {any alice: [error]}\n",
        "5:12 `any alice`, which is one user | write `alice` alone",
        id="any of one",
    ),
    pytest.param(
        "  - alice: GET /chatrooms/1\n    token: {of: crowd}\n",
        '5:17 `crowd` is several users, and one is wanted | do it for each: repeat: {over: "{{ crowd }}", as: member}',
        id="the token of several",
    ),
]


@pytest.mark.parametrize(("steps", "told"), WRONG)
def test_what_is_wrong_with_a_group_is_told_with_its_place_and_a_hint(bench: Bench, steps: str, told: str) -> None:
    assert bench.told(HEAD + steps) == [told]


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("count: 0", "2:20 `0` is not a whole number from 1 to 10000 | the least is 1"),
        ("count: 10001", "2:20 `10001` is not a whole number from 1 to 10000 | the most is 10000"),
    ],
)
def test_a_group_has_from_one_to_ten_thousand_users(bench: Bench, written: str, told: str) -> None:
    assert bench.told(f"scenario: a\nusers: {{h: {{{written}}}}}\nsteps: [{{h: GET /chatrooms/1}}]\n") == [told]


def test_nobody_is_a_device_of_a_group_or_beside_one(bench: Bench) -> None:
    text = (
        "scenario: a\nusers: {crowd: {count: 2}, b: {device_of: crowd}, c: {company_of: crowd}}\n"
        "steps: [{b: GET /chatrooms/1}]\n"
    )
    hint = "a group is several people; name one of the single users"
    assert bench.told(text) == [f"2:43 `crowd` is a group | {hint}", f"2:67 `crowd` is a group | {hint}"]
