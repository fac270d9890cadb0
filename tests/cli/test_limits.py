"""What a profile expects of a run: its limits, and the events that ought to be heard."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Here, Small


def test_the_limits_of_the_profile_are_judged_in_a_run(here: Here, small: Small) -> None:
    here.suite(small.url, one=here.asks("one", "/fine/1"))
    profile = (here.folder / "target.yaml").read_text()
    here.write("target.yaml", f"{profile}thresholds: [max(api_response) < 20s, p99(event_delivery) < 1s]\n")
    ended = here.antiphon("run", "--report", "told")
    assert ended.code == 0
    found = json.loads(next((here.folder / "told").rglob("*.json")).read_text())["run"]["thresholds"]
    assert [(one["name"], one["outcome"]) for one in found][-2:] == [
        ("max(api_response) < 20s", "held"),
        ("p99(event_delivery) < 1s", "not run"),
    ]


def test_expected_events_that_nobody_heard_are_told(here: Here, small: Small) -> None:
    here.suite(small.url, one=here.asks("one", "/fine/1"))
    profile = (here.folder / "target.yaml").read_text()
    here.write("target.yaml", f"{profile}expected_events: [archived, renamed]\n")
    ended = here.antiphon("run")
    assert "expected events that nobody heard: archived, renamed" in ended.out
    assert ended.code == 0
