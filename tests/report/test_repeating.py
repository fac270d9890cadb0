from __future__ import annotations

import msgspec

from antiphon.report.repeating import repeat_run, repeat_scenario


def test_a_run_is_repeated_with_its_seed(run) -> None:
    assert repeat_run(msgspec.structs.replace(run.summary, options={})) == "antiphon run --seed 8f31c2"


def test_another_profile_is_named(run) -> None:
    summary = msgspec.structs.replace(run.summary, profile="other/target.yaml", options={})
    assert repeat_run(summary) == "antiphon run --target other/target.yaml --seed 8f31c2"


def test_a_run_that_was_begun_otherwise_is_begun_so_again(run) -> None:
    summary = msgspec.structs.replace(run.summary, options={"command": "antiphon demo --defect lost"})
    told = repeat_scenario(summary, run.result("messaging/fanout"))
    assert told == "antiphon demo --defect lost --only messaging/fanout --seed 8f31c2"


def test_what_decides_what_comes_out_is_asked_for_again(run) -> None:
    options = {
        "parallel": "8",
        "retries": "2",
        "fail-fast": "yes",
        "allow-void": "yes",
        "strict-absence": "yes",
        "clean-up": "off (CLEANUP_AFTER_TESTS)",
        "input words": "a b",
    }
    summary = msgspec.structs.replace(run.summary, options=options)
    again = "--strict-absence --fail-fast --allow-void --input 'words=a b' --seed 8f31c2"
    assert repeat_run(summary) == f"antiphon run --parallel 8 --retries 2 {again}"
    told = repeat_scenario(summary, run.result("messaging/fanout"))
    assert told == f"antiphon run --only messaging/fanout --retries 2 {again.replace('--fail-fast ', '')}"


def test_the_same_scenarios_are_chosen_again(run) -> None:
    options = {"scenarios": "scenarios/a.yaml --tag 'two words'", "until": "scenarios/a.yaml:7"}
    summary = msgspec.structs.replace(run.summary, options=options)
    asked = "scenarios/a.yaml --tag 'two words' --until scenarios/a.yaml:7"
    assert repeat_run(summary) == f"antiphon run {asked} --seed 8f31c2"
    told = repeat_scenario(summary, run.result("messaging/fanout"))
    assert told == "antiphon run --only messaging/fanout --seed 8f31c2"


def test_a_demo_is_not_asked_to_allow_what_it_allows(run) -> None:
    summary = msgspec.structs.replace(run.summary, options={"command": "antiphon demo", "allow-void": "yes"})
    assert repeat_run(summary) == "antiphon demo --seed 8f31c2"
