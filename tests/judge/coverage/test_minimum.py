"""A least share: held, missed, or nothing there that it could be of."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from antiphon.judge.coverage.minimum import judge_minimum, percent
from antiphon.judge.coverage.model import Cell, Coverage, PartCoverage, State
from antiphon.target.coverage_model import Part


def part(name: Part, covered: int, open_: int, out: int = 0) -> PartCoverage:
    states = [State.COVERED] * covered + [State.NOT_EXERCISED] * open_ + [State.LEFT_OUT] * out
    return PartCoverage(name, tuple(Cell(f"r{number}", "c", state) for number, state in enumerate(states)))


COVERAGE = Coverage(
    parts=(
        part(Part.OPERATIONS, 9, 1),
        part(Part.HEARD, 3, 0),
        part(Part.EMITS, 0, 0, out=2),
        part(Part.SERVER_ERRORS, 0, 5),
    )
)


@pytest.mark.parametrize(
    ("least", "told"),
    [
        (
            {"": 0.9},
            [
                "held: coverage of operations is 90 % (9 of 10), at least 90 %",
                "held: coverage of heard is 100 % (3 of 3), at least 90 %",
            ],
        ),
        ({"operations": 0.905}, ["failed: coverage of operations is 90 % (9 of 10), not 90.5 %"]),
        (
            {"": 1.0, "operations": 0.5},
            [
                "held: coverage of operations is 90 % (9 of 10), at least 50 %",
                "held: coverage of heard is 100 % (3 of 3), at least 100 %",
            ],
        ),
        ({"emits": 1.0}, ["not run: coverage of emits of at least 100 %: there is nothing to cover"]),
        (
            {"access": 0.1},
            ["failed: coverage of access of at least 10 %: nothing of it was tried, and nothing is known of it"],
        ),
        ({}, []),
    ],
)
def test_each_part_is_judged_by_its_own_share(least: Mapping[str, float], told: list[str]) -> None:
    assert [f"{one.outcome}: {one.sentence}" for one in judge_minimum(COVERAGE, least)] == told


def test_of_nothing_no_share_is_reckoned() -> None:
    (found,) = judge_minimum(Coverage(), {"": 0.9})
    assert f"{found.outcome}: {found.sentence}" == "not run: coverage of at least 90 %: there is nothing to cover"


@pytest.mark.parametrize(
    ("share", "told"),
    [(1.0, "100 %"), (0.9999, "99.9 %"), (0.5, "50 %"), (2 / 3, "66.6 %"), (0.29, "29 %"), (0.0, "0 %")],
)
def test_a_share_is_cut_off_and_never_rounded_up(share: float, told: str) -> None:
    assert percent(share) == told
