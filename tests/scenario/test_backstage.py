"""The steps that go past all users: the database's probe."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from antiphon.language.scope import Names
from antiphon.scenario.backstage import changes_target
from antiphon.scenario.step_model import ProbeStep, TargetStep

if TYPE_CHECKING:
    from conftest import Bench


@pytest.fixture
def probing(bench: Bench) -> Bench:
    """A target whose database can be asked."""
    return type(bench)(replace(bench.vocabulary, probes=True))


def test_a_probe_has_a_statement_values_and_what_its_rows_must_match(probing: Bench) -> None:
    step = probing.step(
        "  - probe:\n"
        "      sql: SELECT content FROM messages WHERE id = :id;\n"
        "      with: {id: '{{ alice.id }}'}\n"
        "      expect: [{content: hello}]\n"
        "    save: {first: 'rows[0].content'}\n"
    )
    assert isinstance(step, ProbeStep)
    assert step.label == "probe: SELECT content FROM messages WHERE id = :id"
    assert step.values["id"](Names({"alice": {"id": "a1"}})) == "a1"
    assert step.expect is not None
    assert step.expect.differences([{"content": "hello", "more": 1}], Names({})) == ()
    assert step.expect.differences([], Names({})) != ()
    assert step.save[0].address(Names({"rows": [{"content": "x"}]})) == "x"


def test_a_probe_may_stand_in_until_and_its_rows_be_claimed(probing: Bench) -> None:
    step = probing.step(
        "  - until:\n      do: {probe: {sql: SELECT count(*) AS n FROM outbox}}\n      claim: {'rows[0].n': 3}\n"
    )
    assert step.label == "until: probe: SELECT count(*) AS n FROM outbox"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "  - probe: SELECT 1\n",
            ["4:12 `probe` is a text, but must be a map | write {name: value}"],
        ),
        ("  - probe: {}\n", ["4:12 `probe` needs `sql` | one statement that reads"]),
        (
            "  - probe: {sql: DELETE FROM t}\n",
            ["4:18 `DELETE` is no statement that reads: a probe changes nothing | begin with SELECT or WITH"],
        ),
        (
            "  - probe: {sql: 'SELECT :a, :b', with: {a: 1}}\n",
            ["4:18 the SQL has names without a value: :b | write with: {b: ...}"],
        ),
        (
            "  - probe: {sql: 'SELECT :chatroom', with: {chatroom: 1, chatrom: 2}}\n",
            ["4:58 unknown key `chatrom` in the SQL's names | did you mean `chatroom`?"],
        ),
        (
            "  - probe: {sql: 'SELECT :a', with: {a: '{{ nothing.there }}'}}\n",
            ["`nothing`"],
        ),
        ("  - probe: {sql: SELECT 1}\n    hear: {bob: nothing}\n", ["5:5 `hear` does not go with `probe`"]),
        ("  - assert: {'rows[0].n': 1}\n", ["rows"]),
    ],
)
def test_what_is_wrong_with_a_probe_is_told_with_its_place(probing: Bench, text: str, told: list[str]) -> None:
    found = probing.wrong(text)
    assert len(found) == len(told), found
    for problem, words in zip(found, told, strict=True):
        assert words in problem


def test_a_target_without_a_database_is_told_what_the_profile_lacks(bench: Bench) -> None:
    (told,) = bench.wrong("  - probe: {sql: SELECT 1}\n")
    sentence, _, hint = told.partition(" | ")
    assert sentence == "4:5 `probe` needs a database, and the profile names none"
    assert hint == "add `database: {url_env: DATABASE_URL}` to the profile"


@pytest.mark.parametrize("verb", ["restart", "stop", "start"])
def test_the_target_is_restarted_stopped_or_started(bench: Bench, verb: str) -> None:
    restarting = type(bench)(replace(bench.vocabulary, restarts=True))
    step = restarting.step(f"  - target: {verb}\n    hear: {{bob: {{error: {{code: BYE}}}}}}\n")
    assert isinstance(step, TargetStep)
    assert (step.verb, step.label) == (verb, f"target: {verb}")
    assert step.hear[0].items[0].event == "error"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("  - target: reboot\n", "4:13 unknown change of the target `reboot`"),
        ("  - target: [stop]\n", "4:13 `target` is a list, but must be a text"),
        ("  - target: stop\n    retry: 1\n", "5:5 `retry` does not go with `target`"),
    ],
)
def test_what_is_wrong_with_a_change_of_the_target_is_told(bench: Bench, text: str, told: str) -> None:
    restarting = type(bench)(replace(bench.vocabulary, restarts=True))
    assert any(told in problem for problem in restarting.wrong(text)), restarting.wrong(text)


def test_a_target_without_commands_is_told_what_the_profile_lacks(bench: Bench) -> None:
    (told,) = bench.wrong("  - target: stop\n")
    sentence, _, hint = told.partition(" | ")
    assert sentence == "4:5 `target` needs commands, and the profile names none"
    assert hint == "add `process: {stop: COMMAND, start: COMMAND}` to the profile"


def test_a_scenario_that_stops_the_target_is_known_wherever_the_step_stands(bench: Bench) -> None:
    restarting = type(bench)(replace(bench.vocabulary, restarts=True))
    head = "scenario: a title\nusers: {alice: {}}\nsteps:\n"
    assert not changes_target(restarting.scenario(head + "  - assert: {alice.id: '#present'}\n"))
    assert changes_target(restarting.scenario(head + "  - repeat: 2\n    steps: [{target: restart}]\n"))
    assert changes_target(
        restarting.scenario(
            head + "  - use: away\n",
            "fragment: away\nsteps:\n  - parallel:\n      - target: stop\n      - target: start\n",
        )
    )
