"""`examples`: a scenario for each row of a list or of a CSV file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from antiphon.core.errors import Mistake
from antiphon.language.scope import NO_NAMES, Names
from antiphon.language.vocabulary import Vocabulary
from antiphon.scenario.compiler import Suite, SuiteFile, compile_suite
from antiphon.scenario.model import Scenario
from antiphon.scenario.step_model import CallStep

if TYPE_CHECKING:
    from conftest import Bench

STEPS = 'steps: [{nobody: POST /words, body: {word: "{{ row.word }}"}}]\n'
FILES = {
    "cases.csv": b"word,n\nhello,1\nworld,2\n",
    "broken.csv": b"word,n\nhello\n",
    "latin.csv": "word\nna\u00efve\n".encode("latin-1"),
}


def compiled(examples: str, steps: str = STEPS) -> Suite:
    def problem(name: str) -> str | None:
        return None if name in FILES or name == "gone.csv" else f"there is no file `{name}` in the suite's folder"

    def read(name: str) -> bytes:
        if name not in FILES:
            raise Mistake(sentence=f"`{name}` went away", advice="put it back")
        return FILES[name]

    file = SuiteFile("scenarios/words/said.yaml", f"scenario: a word is said\nexamples: {examples}\n{steps}")
    return compile_suite([file], Vocabulary(), files_exist=problem, read_file=read)


def scenarios(examples: str) -> tuple[Scenario, ...]:
    suite = compiled(examples)
    assert [f"{problem.source}: {problem}" for problem in suite.problems] == []
    return suite.scenarios


def told(examples: str, steps: str = STEPS) -> list[str]:
    return [f"{problem.source}: {problem} | {problem.hint}" for problem in compiled(examples, steps).problems]


def values(scenario: Scenario) -> object:
    assert scenario.row is not None
    return scenario.row.value(Names({"run": {"id": "r-1"}}))


def test_each_row_of_a_list_is_a_scenario_named_by_it() -> None:
    found = scenarios("[{word: hello, n: 1}, {word: big world, n: [2]}]")
    assert [scenario.id for scenario in found] == ["words/said[hello]", "words/said[big world]"]
    assert [scenario.title for scenario in found] == ["a word is said [hello]", "a word is said [big world]"]
    assert [values(scenario) for scenario in found] == [{"word": "hello", "n": 1}, {"word": "big world", "n": [2]}]
    assert [(scenario.file_id, scenario.slug) for scenario in found] == [
        ("words/said", "words-said-1"),
        ("words/said", "words-said-2"),
    ]


def test_each_row_of_a_csv_file_is_one_of_texts() -> None:
    found = scenarios("cases.csv")
    assert [scenario.id for scenario in found] == ["words/said[hello]", "words/said[world]"]
    assert [values(scenario) for scenario in found] == [{"word": "hello", "n": "1"}, {"word": "world", "n": "2"}]
    assert [str(scenario.row.source) for scenario in found if scenario.row] == ["cases.csv:2:1", "cases.csv:3:1"]


@pytest.mark.parametrize(
    ("rows", "labels"),
    [
        ("[{word: a, name: first}, {word: a, name: second}]", ["first", "second"]),
        ("[{word: a}, {word: A}]", ["1", "2"]),
        ("[{word: ''}, {word: b}]", ["1", "2"]),
        ("[{word: [1]}, {word: b}]", ["1", "2"]),
        ('[{word: "{{ run.id }}"}, {word: b}]', ["1", "2"]),
        ("[{word: 3}, {word: true}]", ["3", "true"]),
        ("[{word: text/html}, {word: 'a [b] #1'}]", ["text html", "a b 1"]),
        (f"[{{word: {'x' * 90}}}]", [f"{'x' * 19}…{'x' * 20}"]),
    ],
)
def test_a_row_is_called_by_its_name_or_first_value_or_else_by_its_number(rows: str, labels: list[str]) -> None:
    found = [scenario.row.label for scenario in scenarios(rows) if scenario.row]
    assert [label[:3] + label[-3:] for label in found] == [label[:3] + label[-3:] for label in labels]
    assert all(len(label) <= 40 for label in found)


def test_a_row_may_hold_templates() -> None:
    (found,) = scenarios('[{word: "id {{ run.id }}"}]')
    assert values(found) == {"word": "id r-1"}


def test_all_scenarios_of_the_rows_share_their_steps() -> None:
    one, other = scenarios("[{word: a}, {word: b}]")
    assert one.steps is other.steps


def test_a_scenario_without_examples_has_no_row(bench: Bench) -> None:
    scenario = bench.scenario("scenario: a\nsteps: [{nobody: GET /chatrooms/1}]\n")
    assert (scenario.row, scenario.file_id, scenario.slug) == (None, "1", "1")


@pytest.mark.parametrize(
    ("examples", "expected"),
    [
        ("[]", ["2:11: `examples` is an empty list | write a map for each row"]),
        (
            "{a: 1}",
            ["2:11: `examples` is a map, but must be a list or a text | write [one, two]"],
        ),
        (
            "[hello]",
            ["2:12: a row is a map of names and values, this is a text | write {word: hello, status: 201}"],
        ),
        (
            "[{word: a}, {}]",
            ["2:23: a row is a map of names and values, this is an empty one | write {word: hello, status: 201}"],
        ),
        (
            "[{word: a, n: 1}, {word: b}, {word: c, n: 2, m: 3}]",
            [
                "2:29: this row lacks `n` | each row has the names of the first",
                "2:56: the first row has no `m` | each row has the names of the first",
            ],
        ),
        (
            "[{word: a, a b: 1}]",
            ["2:22: `a b` cannot name a column | letters, digits, `_` and `-`; it begins with a letter"],
        ),
        (
            '[{word: "{{ nowhere }}"}]',
            ["2:23: nothing defines `nowhere` | define it by `save`, `vars` or `inputs`, or name it among the users"],
        ),
        (
            "[{words: a}]",
            ["3:48: no column of `examples` is called `word` | did you mean `words`?"],
        ),
        (
            "none.csv",
            [
                (
                    "2:11: there is no file `none.csv` in the suite's folder"
                    " | files that scenarios name lie under the suite's folder"
                )
            ],
        ),
        ("gone.csv", ["2:11: `gone.csv` went away | put it back"]),
        ("latin.csv", ["latin.csv:2:1: the file is not UTF-8 | save it as UTF-8"]),
        (
            "broken.csv",
            ["broken.csv:2:1: 1 value in a row, and 2 columns | a value that is empty keeps its comma"],
        ),
        (
            f"[{', '.join('{word: a}' for _ in range(1001))}]",
            ["2:11012: more than 1,000 rows | play fewer of them"],
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_place_and_a_hint(examples: str, expected: list[str]) -> None:
    places = [
        line if line.startswith(("latin", "broken")) else f"scenarios/words/said.yaml:{line}" for line in expected
    ]
    assert told(examples) == places


def test_a_row_without_examples_is_told(bench: Bench) -> None:
    assert bench.wrong("  - alice: POST /messages/send\n    body: {a: '{{ row.a }}'}\n") == [
        (
            "5:19 `row` speaks of a row of `examples`, and there are none here | add `examples` to the scenario; "
            "a fragment is given what it needs of a row by `with`"
        )
    ]


def test_a_fragment_does_not_see_the_row(bench: Bench) -> None:
    fragment = "fragment: f\nsteps: [{nobody: POST /messages/send, body: {a: '{{ row.a }}'}}]\n"
    scenario = "scenario: a\nexamples: [{a: 1}]\nsteps: [{use: f}]\n"
    (only,) = bench.told(scenario, fragment)
    assert "`row` speaks of a row of `examples`" in only


def test_two_files_of_one_name_are_told_once_whatever_their_rows() -> None:
    text = "scenario: a\nexamples: [{a: 1}, {a: 2}]\nsteps: [{nobody: GET /a}]\n"
    suite = compile_suite([SuiteFile(f"scenarios/a.{ending}", text) for ending in ("yaml", "yml")], Vocabulary())
    assert [str(problem) for problem in suite.problems] == ["two scenarios are called `a`"]


def test_a_status_may_be_what_a_row_says() -> None:
    suite = compiled(
        "[{word: a, status: 201}, {word: '', status: 4xx}]", STEPS.replace("}]", ', status: "{{ row.status }}"}]')
    )
    assert suite.problems == ()
    step = suite.scenarios[0].steps[0]
    assert isinstance(step, CallStep)
    status = step.call.status
    allowed = [status.of(Names({"row": {"status": value}})) for value in (201, "409", "4xx", [200, "2xx"], "any")]
    assert [one.accepts(201) for one in allowed] == [True, False, False, True, True]
    assert [one.accepts(409) for one in allowed] == [False, True, True, False, True]
    assert [one.text for one in allowed] == ["201", "409", "4xx", '[200,"2xx"]', "any"]


@pytest.mark.parametrize("value", [99, "soon", None, [], True, {}])
def test_a_template_that_gives_no_status_is_refused(value: object) -> None:
    suite = compiled("[{word: a}]", STEPS.replace("}]", ', status: "{{ row.word }}"}]'))
    step = suite.scenarios[0].steps[0]
    assert isinstance(step, CallStep)
    with pytest.raises(Exception, match=r"which is no status|has no value"):
        step.call.status.of(Names({"row": {"word": value}}) if value is not None else NO_NAMES)
