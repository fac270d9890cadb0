"""The steps that go past all users: the database's probe."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from antiphon.language.scope import Names
from antiphon.scenario.model import ProbeStep

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
