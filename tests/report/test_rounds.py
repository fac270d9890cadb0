"""Numbers of steps, blocks and rounds."""

from __future__ import annotations

import pytest

from antiphon.report.rounds import is_within, told_as


@pytest.mark.parametrize(
    ("number", "step", "expected"),
    [
        ("3", "3", True),
        ("3.1", "3", True),
        ("3.1[2][7]", "3.1", True),
        ("3[4]", "3", True),
        ("31", "3", False),
        ("3", "3.1", False),
    ],
)
def test_a_step_holds_its_steps_its_rounds_and_its_branches(number: str, step: str, expected: bool) -> None:
    assert is_within(number, step) is expected


@pytest.mark.parametrize(
    ("number", "expected"),
    [("3.1[2][7]", "3.1"), ("4.1[2].3", "4.1[2]"), ("3.2.1[0]", "3"), ("9", ""), ("", ""), ("[1]", "")],
)
def test_a_round_is_told_with_the_nearest_step_around_it(number: str, expected: str) -> None:
    assert told_as(number, {"3", "3.1", "4.1[2]"}) == expected
