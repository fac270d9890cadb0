"""The list of accepted findings that a run drafts is one that the loader reads, and says why and until when."""

from __future__ import annotations

import pytest

from antiphon.judge.findings import Finding, FindingKind
from antiphon.language.route import Operation
from antiphon.language.vocabulary import Vocabulary
from antiphon.report.known_list import known_text
from antiphon.run.results import FindingResult, RunSummary
from antiphon.target.laws.model import Law, Laws, Never
from antiphon.target.loader import load_target

WORDS = Vocabulary(
    operations=(Operation("POST", "/notes"),),
    events_heard=frozenset({"pinned"}),
    events_emitted=frozenset({"typing"}),
)
LAWS = Laws(laws=(Law(name="l"), Law(name="no 5xx", kind="never", never=Never())))


def found(*results: FindingResult) -> RunSummary:
    return RunSummary(
        id="3f2a", version="0.1", target="t", base_url="http://h", profile="target.yaml", seed="s",
        started="2026-11-22T10:00:00.000Z", scenarios=1, folder="f", findings=results,
    )  # fmt: skip


def one(
    kind: FindingKind = FindingKind.LOST,
    *,
    by: str = "l",
    count: int = 1,
    scenarios: tuple[str, ...] = ("a",),
    known: str = "",
    **more: str,
) -> FindingResult:
    first = Finding(kind=kind, by=by, **{"sentence": "bob heard nothing", **more})  # type: ignore[arg-type]  # only texts
    return FindingResult(first=first, count=count, scenarios=scenarios, known=known)


def entries(*results: FindingResult) -> str:
    text = known_text(found(*results), LAWS, WORDS)
    assert text.startswith("# What run 3f2a of 2026-11-22 found, drafted by `antiphon run --write-known`.")
    return text.partition("known:")[2]


def test_a_finding_of_a_law_is_named_by_it_by_its_operation_and_its_event() -> None:
    assert entries(one(operation="POST /notes", event="pinned", count=3, scenarios=("a", "b"))) == (
        '\n  - law: "l"\n    operation: "POST /notes"\n    event: "pinned"\n'
        '    because: "lost 3 times in a, b: bob heard nothing; in run 3f2a of 2026-11-22"\n'
        "    until: 2027-02-20\n"
    )


@pytest.mark.parametrize(
    ("result", "named"),
    [
        (one(by="no 5xx", operation="POST /notes"), ['never: "no 5xx"', 'operation: "POST /notes"']),
        (one(operation="emit typing", event="pinned"), ['law: "l"', 'operation: "emit typing"', 'event: "pinned"']),
        (one(operation="reconnect", event="pinned"), ['law: "l"', 'event: "pinned"']),
        (one(operation="5s after POST /notes", event="pinned"), ['law: "l"', 'event: "pinned"']),
        (one(by="openapi.json#/x", operation="POST /notes"), ['operation: "POST /notes"']),
        (one(by="asyncapi.json", event="pinned"), ['event: "pinned"']),
        (one(by="asyncapi.json", event="made_up"), ['scenario: "a"', 'event: "made_up"']),
        (one(by="openapi.json", operation="GET /made/up"), ['scenario: "a"', 'operation: "GET /made/up"']),
        (one(by="asyncapi.json", operation="emit made_up"), ['scenario: "a"', 'operation: "emit made_up"']),
    ],
)
def test_a_finding_is_named_as_narrowly_as_it_will_be_the_next_time(result: FindingResult, named: list[str]) -> None:
    lines = entries(result).strip().splitlines()
    assert [line.strip().removeprefix("- ") for line in lines[:-2]] == named


def test_what_is_named_alike_is_one_entry_that_tells_of_all() -> None:
    many = [one(kind, event="pinned") for kind in (FindingKind.LOST, FindingKind.LATE, FindingKind.LEAKED)]
    text = entries(*many, one(FindingKind.DOUBLED, event="pinned", scenarios=tuple("abcde"), count=9))
    assert text.count("- law") == 1
    assert "lost once in a: bob heard nothing; late once in a: bob heard nothing; leaked once in a" in text
    assert "; 1 more of it; in run 3f2a" in text
    assert "9 times in 5 scenarios" in entries(one(scenarios=tuple("abcde"), count=9))


def test_what_is_accepted_or_was_is_left_out_and_so_is_what_no_list_accepts() -> None:
    assert entries(one(known="b"), one(FindingKind.ACCESS)) == " []\n"


def test_what_no_catalogue_knows_has_an_entry_for_each_scenario() -> None:
    assert entries(one(by="asyncapi.json", event="made_up", scenarios=("a", "b"))).count("- scenario") == 2


def test_whatever_a_target_says_the_list_is_one_that_is_read() -> None:
    hostile = 'x" \n  - #{{ \\ \x1b[31m \u2028 : é'
    text = known_text(found(one(sentence=hostile, event="pinned")), LAWS, WORDS)
    profile = "target: t\nbase_url: http://127.0.0.1:1\nsocket: {}\n"
    law = "laws: [{name: l, when: connect, then: pinned, to: everyone}]\n"
    target, problems = load_target(profile + law + text, "target.yaml", environment={})
    assert [str(problem) for problem in problems] == []
    assert target is not None
    (read,) = target.laws.known
    assert read.because == ('lost once in a: x" \\x0a  - #{{ \\ \\x1b[31m \\u2028 : é; in run 3f2a of 2026-11-22')
