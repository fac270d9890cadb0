from __future__ import annotations

import pytest

from antiphon.core.durations import duration_s, duration_text, size_bytes


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("500ms", 0.5),
        ("30s", 30.0),
        ("1.5 s", 1.5),
        ("2m", 120.0),
        ("1h", 3600.0),
        ("250us", 0.00025),
        ("-1s", -1.0),
        (250, 0.25),
        ("250", 0.25),
    ],
)
def test_a_duration_is_read_with_its_unit_and_a_plain_number_is_milliseconds(written: object, seconds: float) -> None:
    assert duration_s(written) == pytest.approx(seconds)


@pytest.mark.parametrize("written", ["soon", "5 parsecs", "", None, True, [1], 1e300, "1e3s", "ms"])
def test_what_is_no_duration_is_none(written: object) -> None:
    assert duration_s(written) is None


@pytest.mark.parametrize(
    ("written", "count"), [("50MB", 50_000_000), ("64KiB", 65_536), ("1 GB", 10**9), ("10B", 10), (2, 2_000_000)]
)
def test_a_size_is_read_with_its_unit_and_a_plain_number_is_megabytes(written: object, count: int) -> None:
    assert size_bytes(written) == count


@pytest.mark.parametrize("written", ["big", "", None, False, -1, "-5MB"])
def test_what_is_no_size_is_none(written: object) -> None:
    assert size_bytes(written) is None


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.0, "0 ms"),
        (0.0004, "0.4 ms"),
        (0.084, "84 ms"),
        (1.0, "1 s"),
        (1.25, "1.2 s"),
        (300, "5 min"),
        (-0.084, "-84 ms"),
    ],
)
def test_a_duration_is_shown_as_people_read_it(seconds: float, text: str) -> None:
    assert duration_text(seconds) == text
