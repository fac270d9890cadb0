from __future__ import annotations

import msgspec
import pytest

from antiphon.core.errors import UnknownName
from antiphon.judge.verdicts import Kind, Outcome
from antiphon.report.show import AmbiguousScenario, find_scenario, find_step, run_text, scenario_text, step_text


def test_a_run_is_shown_with_every_scenario(run, snapshot) -> None:
    assert run_text(run.summary, run.results).plain == snapshot


def test_a_run_that_was_killed_says_so(run) -> None:
    told = run_text(msgspec.structs.replace(run.summary, finished=False), run.results).plain
    assert "this run did not come to its end" in told


@pytest.mark.parametrize("scenario", ["fanout", "promote", "online", "refresh", "quota", "login"])
def test_a_scenario_is_shown_with_its_steps_claims_and_drawing(run, snapshot, scenario) -> None:
    result = find_scenario(run.results, scenario)
    assert scenario_text(run.summary, run.results, result, run.entries, texts=run.texts).plain == snapshot


def test_a_step_is_shown_with_every_claim_and_its_whole_drawing(run, snapshot) -> None:
    result = find_scenario(run.results, "messaging/fanout")
    assert step_text(run.summary, result, "2", run.entries).plain == snapshot


def test_a_step_whose_claim_is_broken_later_is_shown_with_the_moment_that_breaks_it(run) -> None:
    result = run.result("messaging/fanout")
    verdict = next(verdict for verdict in result.verdicts if verdict.outcome is Outcome.FAILED)
    broken = msgspec.structs.replace(
        verdict, kind=Kind.LEAKED, step="1", cause_seq=7, sentence="bob was never to hear it"
    )
    later = msgspec.structs.replace(result, verdicts=(broken,))
    told = step_text(run.summary, later, "1", run.entries).plain
    assert "step 1 · alice: POST /chatrooms/create" in told
    assert "└ bob was never to hear it" in told
    assert "step 2" not in step_text(run.summary, result, "1", run.entries).plain


def test_a_step_with_thousands_of_entries_is_thinned(run, make_event) -> None:
    result = find_scenario(run.results, "fanout")
    many = [make_event("messaging/fanout", "1", "bob", seq, 1.001, "tick", n=seq) for seq in range(1000, 6000)]
    told = step_text(run.summary, result, "1", [*run.entries, *many]).plain
    assert len(told.splitlines()) < 2500
    assert " more" in told


def test_a_scenario_is_found_by_its_id_the_end_of_its_id_or_its_title(run) -> None:
    for name in ("messaging/fanout", "fanout", "a message reaches the room and nobody else"):
        assert find_scenario(run.results, name).id == "messaging/fanout"


def test_a_scenario_that_is_not_there_is_told_with_the_nearest_name(run) -> None:
    with pytest.raises(UnknownName) as caught:
        find_scenario(run.results, "fanuot")
    assert caught.value.hint == "did you mean `fanout`?"
    with pytest.raises(UnknownName) as caught:
        find_scenario(run.results, "zzz")
    assert caught.value.hint.startswith("known: ")
    assert "/fanout" not in caught.value.hint


def test_a_name_that_several_scenarios_have_is_refused_with_all_of_them(run) -> None:
    twin = msgspec.structs.replace(run.result("messaging/fanout"), id="files/fanout", title="other")
    with pytest.raises(AmbiguousScenario) as caught:
        find_scenario([*run.results, twin], "fanout")
    assert str(caught.value) == "`fanout` may be any of 2 scenarios"
    assert caught.value.hint == "say which: messaging/fanout, files/fanout"


def test_a_step_is_found_by_its_number(run) -> None:
    result = run.result("messaging/fanout")
    assert find_step(result, "2") == "2"
    assert find_step(result, "before") == "before"
    with pytest.raises(UnknownName):
        find_step(result, "9")


def test_a_round_of_a_step_is_shown_alone_within_its_step(run, make_call) -> None:
    result = run.result("messaging/fanout")
    verdict = next(verdict for verdict in result.verdicts if verdict.outcome is Outcome.FAILED)
    rounds = [
        make_call("messaging/fanout", f"2[{number}]", "alice", 9000 + number, 1.5, 1.6, path="/x") for number in (1, 2)
    ]
    broken = msgspec.structs.replace(verdict, step="2[1]", evidence=(), sentence="the first round failed")
    other = msgspec.structs.replace(verdict, step="2[2]", evidence=(), sentence="the second round failed")
    paced = msgspec.structs.replace(result, verdicts=(broken, other))
    assert find_step(paced, "2[1]") == "2[1]"
    told = step_text(run.summary, paced, "2[1]", rounds).plain
    assert "step 2 ·" in told
    assert "the first round failed" in told
    assert "the second round failed" not in told
    assert told.count("POST /x") == 1
    assert step_text(run.summary, paced, "2", rounds).plain.count("POST /x") == 2
    with pytest.raises(UnknownName):
        find_step(paced, "2.7")


def test_a_group_is_told_with_its_number_and_not_one_by_one(run) -> None:
    result = run.result("messaging/fanout")
    crowd = tuple(
        msgspec.structs.replace(result.users[0], name=f"crowd[{number}]", role="MEMBER") for number in range(100)
    )
    crowded = msgspec.structs.replace(result, users=(*result.users, *crowd))
    told = scenario_text(run.summary, run.results, crowded, run.entries).plain
    assert "carol MEMBER 0198-0003 · crowd 100 MEMBER\n" in told
