"""Moments that JSON texts say."""

from __future__ import annotations

import pytest

from antiphon.language.times import moment_s


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1970-01-01T00:00:00Z", 0.0),
        ("1970-01-01T00:00:00", 0.0),
        ("1970-01-01T00:00", 0.0),
        ("1970-01-01t01:00:00.5+01:00", 0.5),
        ("1970-01-01T00:00:01,25-0000", 1.25),
        ("1970-01-01T02:00:00+02", 0.0),
        ("1969-12-31T23:59:59.75Z", -0.25),
        ("2024-01-01T00:00:00.123456789Z", 1704067200.123456789),
    ],
)
def test_iso_8601_with_date_and_time_is_a_moment(text: str, seconds: float) -> None:
    assert moment_s(text) == pytest.approx(seconds, abs=1e-6)


NO_TIMES = ["2024-01-01", "12:00", "2024-13-01T00:00:00Z", "2024-02-30T00:00:00Z", "2024-01-01 00:00:00Z", "", "x"]
NOR_THESE = [
    "2024-01-01T25:00Z",
    "0001-01-01T00:00:00+23:00",
    "2024-01-01T00:00:00Z\n",
    "٢٠٢٤-01-01T00:00:00Z",
    "9" * 99,
]


@pytest.mark.parametrize("value", [*NO_TIMES, *NOR_THESE, "9" * 99, 0, None, True])
def test_anything_else_is_none(value: object) -> None:
    assert moment_s(value) is None
