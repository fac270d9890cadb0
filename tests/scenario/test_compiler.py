"""A suite: files sorted, told apart, and compiled with all their problems at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from antiphon.language.vocabulary import Vocabulary
from antiphon.scenario.compiler import SuiteFile, compile_suite

if TYPE_CHECKING:
    from conftest import Bench

EXAMPLE = """\
scenario: a message reaches the room and nobody else
covers: [FR-002, FR-003, FR-012]
users: {alice: {role: MEMBER}, bob: {role: MEMBER}, carol: {role: MEMBER}}   # colleagues; carol stays outside
steps:
  - alice: POST /chatrooms/create
    body: {name: "room {{ run.id }}", memberIds: ["{{ bob.id }}"], isPrivate: true}
    save: {room: payload}
  - alice: POST /messages/send
    body: {chatroomId: "{{ room.id }}", content: hello, messageType: TEXT}
    expect: {id: "#uuid", content: hello}
    save: {message: payload}
    hear:
      bob:
        - message_received: {messageId: "{{ message.id }}", content: hello}
          within: 100ms
      carol: nothing
"""
ONE = "steps: [{nobody: GET /chatrooms/1}]\n"


def test_the_documented_example_has_no_problems(bench: Bench) -> None:
    suite = compile_suite([SuiteFile("scenarios/messaging/fanout.yaml", EXAMPLE)], bench.vocabulary)
    assert suite.problems == ()
    scenario = suite.scenarios[0]
    assert scenario.id == "messaging/fanout"
    assert scenario.text == EXAMPLE
    assert scenario.type == "integration"
    assert scenario.operations == ("POST /chatrooms/create", "POST /messages/send")
    assert scenario.events == ("message_received",)
    assert scenario.listens
    sent = scenario.steps[1]
    assert sent.label == "alice: POST /messages/send"
    assert [hear.user for hear in sent.hear] == ["bob", "carol"]
    assert sent.hear[0].items[0].within_s == 0.1
    assert str(sent.hear[0].items[0].source) == "scenarios/messaging/fanout.yaml:14:11"
    assert sent.hear[1].nothing is not None


def test_scenarios_come_by_their_path() -> None:
    names = ["scenarios/b.yaml", "scenarios/a/z.yaml", "scenarios/a.yaml"]
    suite = compile_suite([SuiteFile(name, "scenario: x\n" + ONE) for name in names], Vocabulary())
    assert [scenario.id for scenario in suite.scenarios] == ["a", "a/z", "b"]


def test_no_files_are_no_scenarios_and_no_problem() -> None:
    suite = compile_suite([], Vocabulary())
    assert (suite.scenarios, suite.fragments, suite.problems) == ((), {}, ())


def test_a_broken_file_leaves_the_others_whole(bench: Bench) -> None:
    suite = bench.suite("scenario: a\n" + ONE, "scenario: [\n", "scenario: c\n" + ONE)
    assert [scenario.title for scenario in suite.scenarios] == ["a", "c"]
    assert [str(problem.source) for problem in suite.problems] == ["scenarios/2.yaml:2:1"]


def test_problems_of_all_files_come_at_once_in_their_order(bench: Bench) -> None:
    suite = bench.suite("scenario: a\nfoo: 1\nsteps: []\nbar: 2\n", "fragment: f\nbaz: 1\n" + ONE, "5\n")
    assert [f"{problem.source}" for problem in suite.problems] == [
        "scenarios/1.yaml:2:1",
        "scenarios/1.yaml:3:8",
        "scenarios/1.yaml:4:1",
        "scenarios/2.yaml:2:1",
        "scenarios/3.yaml:1:1",
    ]


def test_a_file_holds_one_scenario_or_one_fragment(bench: Bench) -> None:
    hint = "a file begins with `scenario: TITLE` or `fragment: NAME`"
    assert bench.told("scenario: a\nfragment: b\n" + ONE) == [
        "2:1 a file holds one scenario or one fragment, this is both | put them into two files"
    ]
    assert bench.told(ONE) == [f"1:1 neither a scenario nor a fragment | {hint}"]
    assert bench.told("- 1\n") == [f"1:1 a file holds a map, this is a list | {hint}"]
    assert bench.told("") == ["1:1 the file is empty | write into it, or remove it"]
    assert bench.told("scenario: a\n" + ONE + "---\nscenario: b\n" + ONE) == [
        "3:1 a second document begins here | one file holds one scenario or fragment"
    ]


def test_two_files_cannot_be_one_scenario() -> None:
    files = [SuiteFile("scenarios/a.yaml", "scenario: x\n" + ONE), SuiteFile("scenarios/a.yml", "scenario: x\n" + ONE)]
    suite = compile_suite(files, Vocabulary())
    assert [(str(problem), problem.hint) for problem in suite.problems] == [
        ("two scenarios are called `a`", "the other one is scenarios/a.yaml; rename one of them")
    ]


def test_an_alias_bomb_is_told_and_not_unfolded(bench: Bench) -> None:
    lines = ["scenario: a", "vars:", "  a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"  a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 9)]
    told = bench.told("\n".join(lines) + "\n" + ONE)
    assert any("the aliases unfold to more than" in line for line in told)


def test_without_declared_words_every_word_is_taken(free: Bench) -> None:
    free.steps("  - {alice: GET /any/thing, hear: {bob: whatever}}\n  - alice: emit anything\n")


def test_files_are_looked_up_where_a_scenario_names_them(bench: Bench) -> None:
    asked: list[str] = []

    def look(name: str) -> str | None:
        asked.append(name)
        return None

    told = bench.wrong(
        "  - alice: upload a.pdf\n  - {alice: upload b.pdf, size: 1KB}\n"
        "  - {alice: POST /messages/send, raw: {file: c}}\n"
        "  - alice: POST /messages/send\n"
        "    multipart: {d: {file: d}, e: {file: e, content: x}, f: {file: '{{ run.id }}'}}\n",
        files=look,
    )
    assert told == []
    assert asked == ["a.pdf", "c", "d"]


def test_a_file_full_of_names_is_told_in_bounded_time(bench: Bench) -> None:
    users = ", ".join(f"user{index}: {{}}" for index in range(3000))
    steps = "".join(f"  - {{user{index}x: login, if: {{name{index}: 1}}}}\n" for index in range(3000))
    told = bench.told(f"scenario: a\nusers: {{{users}}}\nsteps:\n{steps}")
    assert len(told) == 6000
