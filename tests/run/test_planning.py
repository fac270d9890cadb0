"""What is announced of a run before its first call, counted from the compiled scenarios."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from antiphon.core.source import NOWHERE
from antiphon.run.planning import Plan, distant_hosts, plan_of
from antiphon.scenario.compiler import SuiteFile, compile_suite
from antiphon.target.loader import load_target
from antiphon.target.model import GivenAccount, Target

PROFILE = """\
target: small
base_url: "{base}"
socket: {{url: "{socket}"}}
events: {{hear: [said], emit: [enter, say]}}
membership: {{chatroom: {{joined: [{{by: emit enter -> ok, room: data.id}}]}}}}
users:
  roles: [OWNER, MEMBER]
  make:
    OWNER: [{{call: POST /register, save: {{self.token: payload.token}}}}]
    default: [{{call: POST /members, by: OWNER of company, save: {{self.id: payload.id}}}}]
  login: [{{call: POST /login, save: {{self.token: payload.token}}}}]
  logout: [{{call: POST /logout}}]
upload:
  start: {{call: POST /start}}
  chunk: {{call: POST /chunk}}
  finish: {{call: POST /finish}}
"""
USERS = "users: {alice: {role: OWNER}, bob: {role: MEMBER}, phone: {device_of: bob}}"
LOCAL = "http://127.0.0.1:1"


def target(base: str = LOCAL, socket: str = LOCAL) -> Target:
    found, problems = load_target(PROFILE.format(base=base, socket=socket), "target.yaml", environment={})
    assert [str(problem) for problem in problems] == []
    assert found is not None
    return found


def planned(steps: str, *, users: str = "") -> Plan:
    profile = target()
    files = [
        SuiteFile("scenarios/a.yaml", f"scenario: a\n{users or 'users: {alice: {role: OWNER}}'}\nsteps:\n{steps}"),
        SuiteFile("fragments/f.yaml", "fragment: f\ntakes: {who: user}\nsteps: [{who: GET /a}]\n"),
    ]
    suite = compile_suite(files, profile.vocabulary)
    assert [f"{problem.source}: {problem}" for problem in suite.problems] == []
    plan = plan_of(profile, suite.scenarios)
    # What making alice takes is the same in each.
    return plan if users else Plan(users=0, requests=plan.requests - 1, emits=plan.emits, rooms=plan.rooms)


def test_users_are_counted_with_the_calls_that_make_and_log_them_in() -> None:
    # alice's recipe saves a token, so nobody logs her in; bob is made and logged in; a device is nobody new.
    assert planned("  - alice: GET /a\n", users=USERS) == Plan(users=2, requests=4)


@pytest.mark.parametrize(
    ("steps", "plan"),
    [
        ("  - alice: GET /a\n", Plan(requests=1)),
        ("  - alice: emit say\n", Plan(emits=1)),
        ("  - alice: join chatroom 7\n", Plan(emits=1, rooms=1)),
        ("  - {alice: upload a.bin, chunks: 4}\n", Plan(requests=6)),
        ("  - alice: logout\n  - alice: login\n", Plan(requests=2)),
        ("  - {repeat: 3, steps: [{alice: GET /a}, {alice: emit say}]}\n", Plan(requests=3, emits=3)),
        ("  - {repeat: {over: [1, 2], as: n}, steps: [{alice: GET /a}]}\n", Plan(requests=2)),
        ('  - {repeat: {over: "{{ range(7) }}", as: n}, steps: [{alice: GET /a}]}\n', Plan(requests=7)),
        ('  - {repeat: {over: "{{ run.list }}", as: n}, steps: [{alice: GET /a}]}\n', Plan(requests=1)),
        ("  - {parallel: [{alice: GET /a}, {alice: GET /b}]}\n", Plan(requests=2)),
        ("  - {parallel: {repeat: 5}, steps: [{alice: GET /a}]}\n", Plan(requests=5)),
        ("  - {until: {do: {alice: GET /a}, claim: {status: 200}}}\n", Plan(requests=1)),
        ("  - {use: f, with: {who: alice}}\n", Plan(requests=1)),
        ("  - {pause: 10ms, because: it must}\n", Plan()),
    ],
)
def test_steps_are_counted_however_they_are_nested(steps: str, plan: Plan) -> None:
    assert planned(steps) == plan


@pytest.mark.parametrize(
    ("base", "socket", "hosts"),
    [
        (LOCAL, LOCAL, ()),
        ("http://localhost:3001/api", "http://[::1]:3001", ()),
        ("https://staging.example.test/api", LOCAL, ("staging.example.test",)),
        ("http://10.0.0.7:80", "http://10.0.0.7:81", ("10.0.0.7:80", "10.0.0.7:81")),
        ("http://10.0.0.7:80/api", "http://10.0.0.7:80", ("10.0.0.7:80",)),
    ],
)
def test_only_what_is_not_on_this_machine_is_distant(base: str, socket: str, hosts: tuple[str, ...]) -> None:
    assert distant_hosts(target(base, socket)) == hosts


def test_given_accounts_are_logged_in_and_not_made() -> None:
    profile = target()
    accounts = (GivenAccount(name="dave", role="MEMBER", values={"email": "d@example.com"}, source=NOWHERE),)
    with_token = (replace(accounts[0], values={"token": "t"}),)
    text = "scenario: a\nusers: {alice: {given: true}}\nsteps: [{alice: GET /a}]\n"
    suite = compile_suite([SuiteFile("scenarios/a.yaml", text)], profile.vocabulary)
    for given, requests in ((accounts, 2), (with_token, 1)):
        known = replace(profile, users=replace(profile.users, given=given))
        assert plan_of(known, suite.scenarios) == Plan(users=1, requests=requests)
