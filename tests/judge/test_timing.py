"""Three answers about one limit, and never the wrong one of the first two."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.judge.timing import Measured, Timing, doubt, judge_limit, limit_text

SECONDS = st.floats(min_value=0, max_value=10, allow_nan=False)


@pytest.mark.parametrize(
    ("measured", "expected"),
    [
        (Measured(measured_s=0.1), Timing.HOLDS),
        (Measured(measured_s=0.1001), Timing.LATE),
        (Measured(measured_s=0.09, lag_start_s=0.01), Timing.HOLDS),
        (Measured(measured_s=0.09, lag_start_s=0.011), Timing.VOID),
        (Measured(measured_s=0.12, lag_end_s=0.019), Timing.LATE),
        (Measured(measured_s=0.12, lag_end_s=0.02), Timing.VOID),
        (Measured(measured_s=0.12, target_wait_s=0.02), Timing.VOID),
        (Measured(measured_s=0.12, lag_end_s=0.01, target_wait_s=0.01), Timing.VOID),
        (Measured(measured_s=0.2, lag_start_s=5), Timing.LATE),
        (Measured(measured_s=-0.05, lag_start_s=0.1), Timing.HOLDS),
        (Measured(measured_s=-0.05, lag_start_s=0.2), Timing.VOID),
    ],
)
def test_the_interval_decides(measured: Measured, expected: Timing) -> None:
    assert judge_limit(measured, 0.1) is expected


@given(truth=SECONDS, late_start=SECONDS, late_end=SECONDS, slack=SECONDS, limit=SECONDS)
def test_no_lag_that_is_known_turns_a_verdict_round(
    truth: float, late_start: float, late_end: float, slack: float, limit: float
) -> None:
    measured = Measured(
        measured_s=truth - late_start + late_end, lag_start_s=late_start + slack, lag_end_s=late_end + slack
    )
    margin = 1e-9
    if judge_limit(measured, limit) is Timing.HOLDS:
        assert truth <= limit + margin
    if judge_limit(measured, limit) is Timing.LATE:
        assert truth > limit - margin


def test_the_doubt_is_told_in_numbers() -> None:
    measured = Measured(measured_s=0.12, lag_start_s=0.001, lag_end_s=0.03, target_wait_s=0.02)
    assert doubt(measured, 0.1) == (
        "measured 120 ms (own lag 1 ms before and 30 ms after, the target waited 20 ms for a processor): "
        "truly between 70 ms and 121 ms, and the limit 100ms lies between"
    )


def test_limits_are_shown_as_they_are_written() -> None:
    assert [limit_text(seconds) for seconds in (0.1, 5, 0.0015, 1.5)] == ["100ms", "5s", "1.5ms", "1.5s"]
