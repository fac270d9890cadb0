from __future__ import annotations

import msgspec

from antiphon.report.repeating import repeat_run, repeat_scenario


def test_a_run_is_repeated_with_its_seed(run) -> None:
    assert repeat_run(run.summary) == "antiphon run --seed 8f31c2"


def test_another_profile_is_named(run) -> None:
    summary = msgspec.structs.replace(run.summary, profile="other/target.yaml")
    assert repeat_run(summary) == "antiphon run --target other/target.yaml --seed 8f31c2"


def test_a_run_that_was_begun_otherwise_is_begun_so_again(run) -> None:
    summary = msgspec.structs.replace(run.summary, options={"command": "antiphon demo --defect lost"})
    told = repeat_scenario(summary, run.result("messaging/fanout"))
    assert told == "antiphon demo --defect lost --only messaging/fanout --seed 8f31c2"
