"""How often: numbers of times as they are written."""

from __future__ import annotations

import pytest

from antiphon.core.source import NOWHERE
from antiphon.language.counts import are_possible, written_bounds
from antiphon.language.nodes import Mapping, Scalar


@pytest.mark.parametrize(
    ("value", "bounds"),
    [
        (2, (2, 2)),
        (0, (0, 0)),
        ("1..3", (1, 3)),
        (" 2 .. ", (2, None)),
        ("3..1", (3, 1)),
        ("2", None),
        ("..3", None),
        ("a..b", None),
        (True, None),
        (1.5, None),
        (None, None),
    ],
)
def test_a_number_or_two_bounds_are_read(value: str | float | None, bounds: tuple[int, int | None] | None) -> None:
    assert written_bounds(Scalar(value, NOWHERE)) == bounds


def test_a_map_is_no_number_of_times() -> None:
    assert written_bounds(Mapping((), NOWHERE)) is None


@pytest.mark.parametrize(
    ("low", "high", "possible"),
    [(0, 0, True), (1, None, True), (1, 3, True), (3, 1, False), (-1, 1, False), (0, 100_001, False)],
)
def test_what_cannot_happen_so_often_is_known(low: int, high: int | None, possible: bool) -> None:
    assert are_possible(low, high) is possible
