"""Known findings: what may be named, and what is told of mistakes."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from antiphon.target.loader import load_target

if TYPE_CHECKING:
    from conftest import LawBench

LAWS = "laws: [{name: l, when: POST /notes -> 201, then: pinned, to: everyone}]\n"


def test_a_known_finding_is_named_explained_and_dated(laws: LawBench) -> None:
    first, second = laws.target(
        "known:\n"
        "- {law: l, scenario: s, operation: POST /notes, event: pinned, because: b, ticket: T-1, until: 2026-12-31}\n"
        "- {never: no 5xx, operation: emit typing, because: it is old}\n" + LAWS
    ).laws.known
    assert (first.law, first.never, first.scenario, first.operation) == ("l", "", "s", "POST /notes")
    assert (first.event, first.because, first.ticket) == ("pinned", "b", "T-1")
    assert first.until == date(2026, 12, 31)
    assert (second.law, second.never, second.operation, second.until) == ("", "no 5xx", "emit typing", None)


@pytest.mark.parametrize(
    ("known", "told"),
    [
        ("5", ["9 a known finding is a number, but must be a map | write {name: value}"]),
        (
            "{because: x}",
            ["9 every finding would be known | name a law, never, scenario, operation or event"],
        ),
        ("{law: l}", ["9 a known finding needs `because` | why it is accepted"]),
        ("{law: m, because: x}", ["15 unknown law `m` | known: l"]),
        ("{law: l, never: no 5xx, because: x}", ["25 both `law` and `never` | a finding is of one of them"]),
        ("{never: l, because: x}", ["17 unknown never `l` | known: no 5xx"]),
        (
            "{operation: POST /note, event: pind, because: x}",
            [
                "21 unknown operation `POST /note` | did you mean `POST /notes`?",
                "40 unknown event `pind` | did you mean `pinned`?",
            ],
        ),
        ("{operation: emit tping, because: x}", ["26 unknown event to emit `tping` | did you mean `typing`?"]),
        ("{operation: notes, because: x}", ["21 `notes` is no operation | write METHOD /path, or emit NAME"]),
        ("{law: l, because: x, until: soon}", ["37 `soon` is no day | write 2026-12-31"]),
        ("{law: l, because: x, until: 2026-W01-1}", ["37 `2026-W01-1` is no day | write 2026-12-31"]),
        ("{law: l, because: x, until: 2026-02-30}", ["37 `2026-02-30` is no day | write 2026-12-31"]),
        ("{law: l, because: ''}", ["27 an empty text | write something, or leave the key out"]),
    ],
)
def test_what_is_wrong_is_told_with_its_column_and_a_hint(laws: LawBench, known: str, told: list[str]) -> None:
    assert [one.removeprefix("1:") for one in laws.told(f"known: [{known}]\n{LAWS}")] == told


def test_a_finding_of_the_contract_may_be_known_without_laws(laws: LawBench) -> None:
    (known,) = laws.target("known: [{event: pinned, because: x}]\n").laws.known
    assert known.event == "pinned"


def test_what_no_catalogue_knows_is_named_with_the_scenario_in_which_it_is_seen(laws: LawBench) -> None:
    first, second = laws.target(
        "known:\n"
        "- {scenario: s, event: made_up, because: x}\n"
        "- {scenario: s, operation: GET /made/up, because: x}\n" + LAWS
    ).laws.known
    assert (first.event, second.operation) == ("made_up", "GET /made/up")
    assert laws.told(f"known: [{{law: l, scenario: s, event: made_up, because: x}}]\n{LAWS}")


def test_nothing_is_known_where_nothing_is_found() -> None:
    _, problems = load_target("target: t\nbase_url: http://127.0.0.1:1\nknown: []\n", "target.yaml", environment={})
    assert [problem.hint for problem in problems] == ["add laws, or a contract"]
    assert "`known` without anything that is found" in str(problems[0])
