"""`antiphon run`: what is chosen, how it is played, what it says first and last."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Here, Small


@pytest.fixture
def three(here: Here, small: Small) -> Here:
    """Return a suite of three scenarios that hold."""
    here.suite(
        small.url,
        first__one=here.asks(
            "the first", "/fine/1", "tags: [smoke, quick]", "priority: high", "covers: [FR-001]", "category: start"
        ),
        second__two=here.asks("the second", "/fine/2", "tags: [slow]", "priority: low", "covers: [FR-002]"),
        second__three=here.asks("the third", "/fine/3", "covers: [FR-002, FR-003]", "category: end"),
    )
    return here


def test_the_first_line_names_target_url_scenarios_and_seed(three: Here, small: Small) -> None:
    said = three.antiphon("run", "--seed", "c0ffee")
    first = said.out.splitlines()[0]
    assert first == f"antiphon 0.1 · small at {small.url} · 3 scenarios · seed c0ffee"
    assert "planned" not in said.out
    assert said.code == 0


def test_scenarios_are_played_by_path(three: Here, small: Small) -> None:
    assert three.antiphon("run").code == 0
    assert [path for _, path, _ in small.asked if "fine" in path] == ["/fine/1", "/fine/3", "/fine/2"]


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        (["scenarios/second"], ["/fine/3", "/fine/2"]),
        (["scenarios/second/two.yaml", "scenarios/first"], ["/fine/1", "/fine/2"]),
        (["--tag", "smoke"], ["/fine/1"]),
        (["--tag", "smoke", "--tag", "slow"], ["/fine/1", "/fine/2"]),
        (["--category", "end"], ["/fine/3"]),
        (["--priority", "HIGH"], ["/fine/1"]),
        (["--covers", "FR-002"], ["/fine/3", "/fine/2"]),
        (["--covers", "fr-002", "--tag", "slow"], ["/fine/2"]),
        (["--only", "two"], ["/fine/2"]),
        (["--only", "second/three", "--only", "the first"], ["/fine/1", "/fine/3"]),
    ],
    ids=" ".join,
)
def test_filters_must_all_hold(three: Here, small: Small, words: list[str], asked: list[str]) -> None:
    said = three.antiphon("run", *words)
    assert [path for _, path, _ in small.asked if "fine" in path] == asked
    assert said.code == 0


@pytest.mark.parametrize(
    ("words", "sentence", "hint"),
    [
        (["--tag", "smok"], "no scenario has the tag `smok`", "did you mean `smoke`?"),
        (["--category", "ende"], "no scenario has the category `ende`", "did you mean `end`?"),
        (["--covers", "FR-9"], "no scenario has the requirement `FR-9`", "FR-00"),
        (["--only", "fourth"], "no scenario has the name `fourth`", "first/one"),
        (["nowhere"], "there is no nowhere", "name scenario files"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_filter_that_names_nothing_is_bad_usage(
    three: Here, small: Small, words: list[str], sentence: str, hint: str
) -> None:
    said = three.antiphon("run", *words)
    assert said.code == 2
    assert sentence in said.err
    assert hint in said.err
    assert small.asked == []


def test_filters_that_leave_nothing_end_with_5_and_say_so(three: Here, small: Small) -> None:
    said = three.antiphon("run", "--tag", "smoke", "--covers", "FR-002")
    assert said.code == 5
    assert "0 scenarios" in said.out.splitlines()[0]
    assert "no scenario was played: nothing was tested" in said.out
    assert small.asked == []


def test_a_suite_without_scenarios_ends_with_5(here: Here, small: Small) -> None:
    here.suite(small.url)
    said = here.antiphon("run")
    assert said.code == 5
    assert "nothing was tested" in said.out


def test_a_suite_whose_every_scenario_is_skipped_ends_with_5(here: Here, small: Small) -> None:
    here.suite(small.url, needy=here.asks("it needs wings", "/fine", "needs: [wings]"))
    said = here.antiphon("run", "--verbose")
    assert said.code == 5
    assert "it needs wings, which this target does not have" in said.out
    assert "1 skipped" in said.out


def test_list_names_the_chosen_and_plays_none(three: Here, small: Small) -> None:
    said = three.antiphon("run", "--list", "--covers", "FR-002")
    assert said.out.splitlines() == [
        "second/three  the third  [FR-002, FR-003]",
        "second/two    the second  [FR-002]",
        "2 scenarios",
        "FR-002  2: second/three, second/two",
        "FR-003  1: second/three",
    ]
    assert (said.code, small.asked) == (0, [])
    assert not (three.folder / ".antiphon").exists()


def test_list_of_nothing_ends_with_5(three: Here) -> None:
    said = three.antiphon("run", "--list", "--tag", "smoke", "--tag", "slow", "--category", "end")
    assert (said.code, said.out) == (5, "no scenario is chosen\n")


def test_dry_run_shows_the_compiled_steps_and_plays_none(here: Here, small: Small) -> None:
    here.suite(
        small.url,
        plan=here.scenario(
            "a plan",
            "users: {alice: {role: MEMBER, connect: false}}",
            "steps:",
            "  - alice: POST /things",
            "    name: one is made",
            "  - repeat: 2",
            "    steps: [{nobody: GET /fine}]",
        ),
    )
    said = here.antiphon("run", "--dry-run")
    assert said.out.splitlines() == [
        "plan · a plan · api_only",
        "  alice: MEMBER, not connected",
        "  1  alice: POST /things  (one is made)",
        "  2  repeat 2 times",
        "    2.1  nobody: GET /fine",
    ]
    assert (said.code, small.asked) == (0, [])


def test_last_failed_plays_what_did_not_pass(three: Here, small: Small) -> None:
    three.write("scenarios/second/two.yaml", three.asks("the second", "/wrong"))
    assert three.antiphon("run").code == 1
    small.asked.clear()
    three.write("scenarios/second/two.yaml", three.asks("the second", "/fine/2"))
    assert three.antiphon("run", "--last-failed").code == 0
    assert [path for _, path, _ in small.asked if path != "/health"] == ["/fine/2"]
    assert three.antiphon("run", "--last-failed").code == 5


def test_last_failed_without_a_last_run_says_so(three: Here) -> None:
    said = three.antiphon("run", "--last-failed")
    assert said.code == 2
    assert "there is no run here" in said.err


def test_fail_fast_begins_nothing_after_a_failure(three: Here, small: Small) -> None:
    three.write("scenarios/first/one.yaml", three.asks("the first", "/wrong"))
    said = three.antiphon("run", "--fail-fast")
    assert said.code == 1
    assert "0 passed  1 failed  0 void  2 not run" in said.out
    assert small.asked_for("GET", "/fine/2") == 0
    trouble = three.results(said.run_id)["second/two"]["trouble"]
    assert trouble["sentence"] == "not begun: a scenario had failed, and --fail-fast was given"


def test_a_retry_that_holds_is_flaky_and_never_clean(here: Here, small: Small) -> None:
    here.suite(small.url, once=here.asks("at the second try", "/once/1"))
    said = here.antiphon("run", "--retries", "2")
    assert said.code == 0
    assert "1 flaky" in said.out
    assert "held at attempt 2: GET /once/1 answered 500, not 200" in said.out
    assert here.results(said.run_id)["once"]["plays"] == ["once", "once#2"]


def test_retries_that_do_not_help_are_used_up(here: Here, small: Small) -> None:
    here.suite(small.url, wrong=here.asks("never", "/wrong"))
    said = here.antiphon("run", "--retries", "1")
    assert said.code == 1
    assert small.asked_for("GET", "/wrong") == 2


def test_an_error_is_not_tried_again(here: Here, small: Small) -> None:
    small.accounts = 503
    here.suite(small.url, refused=here.scenario("no users", "users: {alice: {}}", "steps: [{alice: GET /fine}]"))
    assert here.antiphon("run", "--retries", "5").code == 3
    assert small.asked_for("POST", "/accounts") == 1


def test_the_same_seed_makes_the_same_choices_under_another_run_id(here: Here, small: Small) -> None:
    text = here.scenario(
        "choices",
        "users: {alice: {}, bob: {}}",
        "steps:",
        "  - alice: POST /things",
        '    body: {text: "{{ fake.text(30) }}", run: "{{ run.id }}"}',
        "    status: 201",
    )
    here.suite(small.url, choices=text)

    def choices(seed: str) -> tuple[list[str], list[str], str]:
        small.asked.clear()
        assert here.antiphon("run", "--seed", seed).code == 0
        made = [body for _, path, body in small.asked if path == "/accounts"]
        thing = next(body for _, path, body in small.asked if path == "/things")
        emails = [body["email"] for body in made]
        return [body["name"].rsplit(" ", 1)[0] for body in made], emails, thing["text"]

    first, again, other = choices("5eed"), choices("5eed"), choices("0ther")
    assert first[0] == again[0]
    assert first[2] == again[2]
    assert first[1] != again[1]
    assert first[2] != other[2]


def test_a_seed_that_is_none_is_refused(three: Here) -> None:
    said = three.antiphon("run", "--seed", "a b")
    assert said.code == 2
    assert "`a b` is no seed" in said.err


def test_reports_are_written_where_they_are_wanted_and_in_the_runs_folder(three: Here) -> None:
    said = three.antiphon("run", "--report", "out/reports")
    names = {"report.html", "report.json", "report.md", "junit.xml"}
    assert {path.name for path in (three.folder / "out" / "reports").iterdir()} == names
    assert "report out/reports/report.html" in said.out
    runs = list((three.folder / ".antiphon" / "runs").iterdir())
    assert {path.name for path in runs[0].iterdir()} == names | {"run.json", "results.jsonl", "history"}
    assert (three.folder / ".antiphon" / ".gitignore").read_text() == "*\n"


def test_a_report_folder_that_cannot_be_made_is_found_before_the_target_is_touched(three: Here, small: Small) -> None:
    three.write("file", "")
    said = three.antiphon("run", "--report", "file/reports")
    assert said.code == 2
    assert "the reports cannot be written to file/reports: not a directory" in said.err
    assert small.asked == []


def test_a_folder_in_which_no_run_can_be_kept_is_found_before_the_target_is_touched(three: Here, small: Small) -> None:
    three.write(".antiphon", "")
    said = three.antiphon("run")
    assert said.code == 2
    assert "the run's folder cannot be made" in said.err
    assert small.asked == []


def test_without_a_profile_the_demo_is_named(here: Here) -> None:
    said = here.antiphon("run")
    assert said.code == 2
    assert said.err == (
        "there is no target.yaml here\n"
        "hint: name one with --target, or try `antiphon demo`, which starts an application and plays its suite\n"
    )


def test_several_at_once_come_to_the_same_and_really_overlap(here: Here, small: Small) -> None:
    here.suite(
        small.url,
        a=here.asks("waits for the other", "/slow"),
        b=here.scenario(
            "asks until the other has asked",
            "steps:",
            "  - until: {do: {nobody: GET /meet, status: any}, claim: {status: 200}, every: 20ms, wait: 30s}",
        ),
    )
    answered = small.answer

    def meeting(method: str, path: str, body: object) -> tuple[int, object]:
        if path == "/meet" and small.slow_asked.is_set():
            small.hold.set()
            return 200, {}
        return answered(method, path, body)

    here.monkeypatch.setattr(small, "answer", meeting)
    said = here.antiphon("run", "--parallel", "2")
    assert (said.code, "2 passed" in said.out) == (0, True)


def test_a_value_for_an_input_is_taken_and_an_unknown_one_refused(here: Here, small: Small) -> None:
    text = here.scenario("inputs", "inputs: {number: 1}", "steps: [{nobody: GET /fine/{{ number }}}]")
    here.suite(small.url, inputs=text.replace("GET /fine/{{ number }}", '"GET /fine/{{ number }}"'))
    assert here.antiphon("run", "--input", "number=7").code == 0
    assert small.asked_for("GET", "/fine/7") == 1
    said = here.antiphon("run", "--input", "nmber=7")
    assert said.code == 2
    assert "`--input nmber=7` names no input" in said.err
    assert "inputs of this suite: number" in said.err


def test_a_target_elsewhere_is_told_of_before_the_first_call(here: Here, small: Small) -> None:
    del small
    users = here.scenario(
        "two users and a thing", "users: {alice: {}, bob: {}}", "steps: [{alice: POST /things}, {bob: GET /fine}]"
    )
    here.suite("http://192.0.2.1:9", users=users)
    said = here.antiphon("run")
    assert said.code == 3
    assert said.out.splitlines()[1] == (
        "planned for 192.0.2.1:9: at least 2 users, 0 rooms joined, 4 requests, 0 emits"
    )


def test_verbose_tells_of_passed_scenarios(three: Here) -> None:
    assert "first/one" not in three.antiphon("run").out
    assert re.search(r"passed\s+first/one\s+\d", three.antiphon("run", "--verbose").out)
