from __future__ import annotations

from dataclasses import dataclass

import msgspec

from antiphon.core.errors import EnvironmentProblem, FilesRefused, Mistake, UnknownKey
from antiphon.core.source import NOWHERE, Source
from antiphon.history.entries import Emit
from antiphon.judge.verdicts import Kind, Outcome, Verdict
from antiphon.report.failure import error_text, failure_text, trouble_text
from antiphon.run.results import Trouble


@dataclass(eq=False, kw_only=True)
class Unreachable(EnvironmentProblem):
    """As a run tells that the target does not answer."""

    source: Source | None
    note: str

    def __str__(self) -> str:
        return "cannot reach the target: connection refused at 127.0.0.1:3001"

    @property
    def hint(self) -> str:
        return "is it running? `antiphon demo` starts one to try"


def test_a_failure_points_at_its_line_and_gives_the_call_and_the_next_command(run, snapshot) -> None:
    verdict = run.result("messaging/fanout").failures[0]
    cause = next(entry for entry in run.entries if entry.seq == verdict.cause_seq)
    assert failure_text(verdict, cause=cause, run="3f2a", scenario="fanout").plain == snapshot


def test_every_failure_of_a_run_reads_as_it_did(run, snapshot) -> None:
    causes = {entry.seq: entry for entry in run.entries}
    told = [
        failure_text(verdict, cause=causes.get(verdict.cause_seq)).plain
        for result in run.results
        for verdict in (*result.failures, *result.voids)
    ]
    assert "\n\n".join(told) == snapshot


def test_a_line_that_the_verdict_lacks_is_taken_from_the_file(run) -> None:
    verdict = run.result("messaging/fanout").failures[0]
    bare = msgspec.structs.replace(verdict, source=Source("x.yaml", 2, 3))
    assert "2 |   - second" in failure_text(bare, ["- first", "  - second"]).plain
    assert "2 |" not in failure_text(msgspec.structs.replace(bare, details=()), ["- first"]).plain


def test_a_failure_with_no_place_still_tells_its_details(run) -> None:
    verdict = msgspec.structs.replace(run.result("threads/reply").failures[0], source=NOWHERE)
    assert failure_text(verdict).plain == (
        "failed: bob did not hear thread_reply within 5s\n  | heard nothing at all since the step began"
    )


def test_an_emit_is_told_as_what_caused_the_failure(run) -> None:
    emit = Emit(user="bob", name="typing", args=b'[{"room":1}]')
    told = failure_text(run.result("threads/reply").failures[0], cause=emit).plain
    assert 'bob\'s emit: typing [{"room":1}]' in told


def test_a_call_that_the_judge_already_told_is_not_told_twice(run) -> None:
    verdict = run.result("messaging/fanout").failures[0]
    verdict = msgspec.structs.replace(verdict, details=("alice's call: curl -X POST http://x",))
    cause = next(entry for entry in run.entries if entry.seq == verdict.cause_seq)
    assert failure_text(verdict, cause=cause).plain.count("curl") == 1


def test_the_hint_of_the_verdict_comes_before_the_usual_one(run) -> None:
    verdict = msgspec.structs.replace(run.result("threads/reply").failures[0], hint="look at the outbox")
    assert failure_text(verdict, run="3f2a", scenario="reply").plain.endswith("\nhint: look at the outbox")


def test_of_many_details_some_are_told_and_the_rest_counted() -> None:
    details = tuple(f"detail {number}" for number in range(30))
    verdict = Verdict(outcome=Outcome.FAILED, kind=Kind.LOST, claim="c", details=details)
    told = failure_text(verdict).plain
    assert "detail 19" in told
    assert "detail 20" not in told
    assert told.endswith("… 10 more")


def test_an_error_names_the_place_and_what_stands_there(snapshot) -> None:
    source = Source("target.yaml", 2, 11, "base_url: http://127.0.0.1:3001")
    assert error_text(Unreachable(source=source, note="base_url (API_BASE_URL is not set)")).plain == snapshot


def test_an_error_without_a_place_is_its_sentence_and_hint() -> None:
    assert error_text(Unreachable(source=None, note="")).plain == (
        "cannot reach the target: connection refused at 127.0.0.1:3001\n"
        "hint: is it running? `antiphon demo` starts one to try"
    )


def test_an_environment_problem_without_a_note_names_its_place_alone() -> None:
    told = error_text(Unreachable(source=Source("target.yaml", 2, 11, "base_url: x"), note="")).plain
    assert told.splitlines()[1] == "  --> target.yaml:2:11"


def test_many_problems_are_told_one_by_one_and_counted_at_the_end(snapshot) -> None:
    problems = (
        UnknownKey(
            key="expct", source=Source("scenarios/a.yaml", 7, 5, "    expct: {id: 1}"), known=["expect", "hear"]
        ),
        Mistake(sentence="the scenario has no steps", source=Source("scenarios/a.yaml", 9, 1)),
        Mistake(
            sentence="`within` is longer than `wait`",
            source=Source("scenarios/b.yaml", 112, 11, "          within: 10s"),
            advice="raise `wait`, or leave it out",
        ),
    )
    assert error_text(FilesRefused(problems=problems)).plain == snapshot


def test_a_place_beyond_what_is_shown_of_its_line_has_no_mark() -> None:
    error = Mistake(sentence="wrong", source=Source("a.yaml", 1, 5, "a\tb\x1b"))
    assert "^" not in error_text(error).plain


def test_trouble_is_told_with_its_details(snapshot, run) -> None:
    assert trouble_text(run.result("roles/promote").trouble).plain == snapshot
    assert trouble_text(Trouble(sentence="no", details=("a",))).plain == "error: no\n  | a"
