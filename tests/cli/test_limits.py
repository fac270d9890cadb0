"""What a profile expects of a run: its limits, and the events that ought to be heard."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Here, Small


@pytest.mark.parametrize(
    ("limit", "code", "said"),
    [
        ("max(api_response) < 20s", 0, ""),
        ("max(api_response) < 1us", 1, "threshold  max of api response was "),
        ("p99(event_delivery) < 1s", 0, ""),
    ],
)
def test_a_limit_of_the_profile_that_is_missed_ends_the_run_with_1(
    here: Here, small: Small, limit: str, code: int, said: str
) -> None:
    here.suite(small.url, one=here.asks("one", "/fine/1"))
    profile = (here.folder / "target.yaml").read_text()
    here.write("target.yaml", f"{profile}thresholds:\n  - {limit}\n")
    ended = here.antiphon("run")
    assert (ended.code, said in ended.out) == (code, True)


def test_expected_events_that_nobody_heard_are_told(here: Here, small: Small) -> None:
    here.suite(small.url, one=here.asks("one", "/fine/1"))
    profile = (here.folder / "target.yaml").read_text()
    here.write("target.yaml", f"{profile}expected_events: [archived, renamed]\n")
    ended = here.antiphon("run")
    assert "expected events that nobody heard: archived, renamed" in ended.out
    assert ended.code == 0
