"""The people of a scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Bench


WRONG = [
    pytest.param(
        ("scenario: a\nusers: [alice]\nsteps: [{nobody: POST /messages/send}]\n"),
        ["2:8 `users` is a list, but must be a map | write {name: value}"],
        id="users that are a list",
    ),
    pytest.param(
        (
            "scenario: a\n"
            "users: {nobody: {}, status: {}, payload: {}, 'a b': {}, alice: 5, "
            "bob: {roll: OWNER}, c: {role: OWNR}, d: {connect: true, login: false}}\n"
            "steps: [{nobody: POST /messages/send}]\n"
        ),
        [
            "2:9 `nobody` cannot name a user | `nobody` exists in every scenario; take another name",
            "2:21 `status` cannot name a user | `status` is a word of the language; take another name",
            "2:33 `payload` cannot name a user | `payload` is a word of the language; take another name",
            "2:46 `a b` cannot name a user | letters, digits, `_` and `-`; it begins with a letter",
            "2:64 the user `alice` is a number, but must be a map | write {name: value}",
            "2:73 unknown key `roll` in a user | did you mean `role`?",
            "2:97 unknown role `OWNR` | did you mean `OWNER`?",
            ("2:117 `connect: true` beside `login: false` | write `login: false` alone; steps log in and connect"),
        ],
        id="names that no user can have, and wrong keys",
    ),
    pytest.param(
        (
            "scenario: a\n"
            "users: {a: {company_of: b}, b: {company_of: a}, c: {company_of: c}, d: {company_of: x}, "
            "e: {company_of: none}, f: {device_of: a, role: OWNER}, g: {device_of: f}, h: {device_of: yy}}\n"
            "steps: [{nobody: POST /messages/send}]\n"
        ),
        [
            "2:25 `b` is named after `a` | name `b` first",
            "2:65 `c` refers to itself | name another user",
            "2:85 unknown user `x` | known: a, b, c, e, f, g, h",
            "2:136 `role` beside `device_of` | a device is a's: role, company and account are those of a",
            "2:159 `f` is a device | name the person: `a`",
            "2:178 unknown user `yy` | known: a, b, c, d, e, f, g",
        ],
        id="users that refer to others",
    ),
    pytest.param(
        (
            "scenario: a\n"
            "users: {a: {given: false}, b: {given: dave}, c: {given: dave}, d: {given: eve, count: 2}, e: {given: 5}, "
            "f: {device_of: b, given: true}}\n"
            "steps: [{nobody: POST /messages/send}]\n"
        ),
        [
            "2:20 `given: false` says nothing | leave it out",
            "2:57 the account `dave` is b's already | two connections of one person: {device_of: b}",
            (
                "2:75 a group is not the one account `eve` | write `given: true`: "
                "each of the group is an account of its own"
            ),
            '2:102 `given` is a number, but must be true or false, or a text | quote it to make it a text: "5"',
            "2:131 `given` beside `device_of` | a device is b's: role, company and account are those of b",
        ],
        id="given accounts that cannot be",
    ),
    pytest.param(
        ("scenario: a\nusers: {a: {}, a: {}}\nsteps: [{nobody: POST /messages/send}]\n"),
        ["2:16 duplicate key `a` | the first one stands at scenarios/1.yaml:2:9; a map has each key once"],
        id="a user named twice",
    ),
]


@pytest.mark.parametrize(("text", "told"), WRONG)
def test_what_is_wrong_with_users_is_told_with_its_place_and_a_hint(bench: Bench, text: str, told: list[str]) -> None:
    assert bench.told(text) == told


def test_users_are_made_logged_in_and_connected_in_the_order_named(bench: Bench) -> None:
    scenario = bench.scenario("""
scenario: a
users:
  zoe:
  alice: {role: OWNER, company_of: none}
  bob: {company_of: alice, connect: false}
  phone: {device_of: bob}
  dave: {login: false}
steps: [{nobody: GET /chatrooms/1}]
""")
    zoe, alice, bob, phone, dave = scenario.users
    assert (zoe.name, zoe.role, zoe.login, zoe.connect) == ("zoe", None, True, True)
    assert (alice.role, alice.company_of) == ("OWNER", "none")
    assert (bob.company_of, bob.login, bob.connect) == ("alice", True, False)
    assert phone.device_of == "bob"
    assert (dave.login, dave.connect) == (False, False)  # without a token nobody connects
    assert str(bob.source) == "scenarios/1.yaml:6:3"


def test_any_role_will_do_where_none_are_declared(free: Bench) -> None:
    assert free.scenario("scenario: a\nusers: {a: {role: QUEEN}}\n" + "steps: [{a: login}]\n").users[0].role == "QUEEN"


def test_a_user_may_be_any_given_account_or_a_certain_one(bench: Bench) -> None:
    scenario = bench.scenario("""
scenario: a
users: {alice: {given: true}, bob: {given: dave}, carol: {}}
steps: [{nobody: GET /chatrooms/1}]
""")
    assert [user.given for user in scenario.users] == ["", "dave", None]
