"""The verdict of a probe's rows."""

from __future__ import annotations

from antiphon.core.errors import Problems
from antiphon.judge.answers import About
from antiphon.judge.probes import rows_verdict, unanswered_verdict
from antiphon.judge.verdicts import Outcome
from antiphon.language import document
from antiphon.language.matcher import Matcher, compile_matcher
from antiphon.language.scope import Names

ABOUT = About(step="2")


def matcher(text: str) -> Matcher:
    problems = Problems()
    root = document.read(text, "x.yaml").root
    assert root is not None
    found = compile_matcher(root, problems)
    assert not problems
    return found


def test_rows_that_match_hold() -> None:
    verdict = rows_verdict([{"n": 1, "more": 2}], matcher("[{n: 1}]"), Names({}), ABOUT)
    assert (verdict.outcome, verdict.sentence) == (Outcome.HELD, "the rows are as claimed")


def test_rows_that_differ_fail_with_the_difference_and_all_the_rows() -> None:
    verdict = rows_verdict([{"n": 2}, {"n": 3}], matcher("[{n: 1}]"), Names({}), ABOUT)
    assert verdict.outcome is Outcome.FAILED
    assert verdict.sentence.startswith("the probe's list of rows ")
    assert verdict.details[-1] == 'the rows: [{"n":2},{"n":3}]'
    assert "until" in verdict.hint


def test_no_row_is_not_a_row_that_matches() -> None:
    assert rows_verdict([], matcher("[{n: 1}]"), Names({}), ABOUT).outcome is Outcome.FAILED
    assert rows_verdict([], matcher("[]"), Names({}), ABOUT).outcome is Outcome.HELD


def test_without_a_claim_it_is_enough_that_the_database_answers() -> None:
    assert rows_verdict([], None, Names({}), ABOUT).outcome is Outcome.HELD
    verdict = unanswered_verdict("the query gave no answer within 5s", "", ABOUT)
    assert (verdict.outcome, verdict.sentence) == (Outcome.FAILED, "the query gave no answer within 5s")
