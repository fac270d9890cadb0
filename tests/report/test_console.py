from __future__ import annotations

import msgspec

from antiphon.judge.verdicts import PlayOutcome
from antiphon.report.console import first_line, scenario_line, summary_text
from antiphon.run.results import ScenarioResult, Trouble


def passed(run, **changes: object):
    """Return a run in which everything passed."""
    results = [result for result in run.results if result.outcome is PlayOutcome.PASSED]
    fields = {
        "thresholds": (),
        "leftovers": (),
        "warnings": (),
        "outcomes": {"passed": 2},
        "duration_s": 5.4,
        **changes,
    }
    return msgspec.structs.replace(run.summary, **fields), results


def test_the_first_line_names_target_address_scenarios_and_seed(run) -> None:
    summary = msgspec.structs.replace(run.summary, scenarios=27)
    assert first_line(summary).plain == (
        "antiphon 0.1 · threadfilesharing at http://127.0.0.1:41873/api/v1 · 27 scenarios · seed 8f31c2"
    )


def test_a_scenario_is_told_in_one_line_whatever_came_of_it(run, snapshot) -> None:
    assert "\n".join(scenario_line(result).plain for result in run.results) == snapshot


def test_the_summary_tells_all_that_went_wrong_and_where_to_look(run, snapshot) -> None:
    assert summary_text(run.summary, run.results).plain == snapshot


def test_the_summary_of_a_clean_run_is_four_lines(run, snapshot) -> None:
    told = summary_text(*passed(run)).plain
    assert told == snapshot
    assert len(told.splitlines()) == 4


def test_requirements_that_do_not_hold_are_told_first_and_what_was_not_played_covers_none(run) -> None:
    def told(covers: tuple[str, ...], outcome: PlayOutcome) -> ScenarioResult:
        return msgspec.structs.replace(run.results[0], covers=covers, outcome=outcome)

    results = [
        told(("FR-10", "FR-2"), PlayOutcome.PASSED),
        told(("FR-10",), PlayOutcome.FAILED),
        told(("FR-2", "FR-3"), PlayOutcome.PASSED),
        told(("FR-9",), PlayOutcome.SKIPPED),
    ]
    summary = run.summary
    assert "covers FR-10 1 of 2  FR-2 2  FR-3 1" in summary_text(summary, results).plain.splitlines()
    assert "covers" not in summary_text(summary, results[3:]).plain
    many = [told(tuple(f"R-{number}" for number in range(1, 30)), PlayOutcome.PASSED)]
    assert "R-20 1  … 9 more" in summary_text(summary, many).plain


def test_a_run_that_stopped_or_was_interrupted_says_so_first(run, snapshot) -> None:
    stopped = Trouble(sentence="the target no longer answers GET /health", hint="look into its log")
    told = summary_text(*passed(run, stopped_because=stopped, interrupted=True)).plain
    assert told == snapshot


def test_nothing_measured_is_said_and_not_shown_as_nought(run) -> None:
    empty = msgspec.structs.replace(run.summary.delivery, count=0)
    told = summary_text(*passed(run, delivery=empty, own_lag=empty)).plain
    assert "delivery none measured · own lag not measured" in told


def test_a_report_that_was_not_written_is_not_named(run) -> None:
    assert "report" not in summary_text(*passed(run), report="").plain
    assert "report elsewhere/report.html" in summary_text(*passed(run), report="elsewhere/report.html").plain


def test_of_many_leftovers_and_void_claims_some_are_told_and_the_rest_counted(run) -> None:
    names = tuple(f"room {number}" for number in range(50))
    void = run.result("status/online")
    many = msgspec.structs.replace(void, verdicts=void.verdicts * 50)
    told = summary_text(msgspec.structs.replace(run.summary, leftovers=names), [many]).plain
    assert "… 30 more, all of them in the report" in told
    assert "… 30 more void" in told


def test_a_failed_claim_is_looked_at_before_a_scenario_that_could_not_be_played(run) -> None:
    results = [run.result("roles/promote"), run.result("threads/reply")]
    assert summary_text(run.summary, results).plain.endswith("antiphon show 3f2a reply 1")
    assert summary_text(run.summary, results[:1]).plain.endswith("antiphon show 3f2a promote")


def test_what_the_lines_of_the_scenarios_said_is_not_repeated(run) -> None:
    void = run.result("status/online")
    assert void.outcome is PlayOutcome.VOID
    line = scenario_line(void).plain
    assert line in summary_text(run.summary, [void]).plain
    assert line not in summary_text(run.summary, [void], after_lines=True).plain
    several = msgspec.structs.replace(
        void, verdicts=(*void.verdicts, msgspec.structs.replace(void.voids[0], sentence="another one"))
    )
    told = summary_text(run.summary, [several], after_lines=True).plain
    assert "another one" in told
