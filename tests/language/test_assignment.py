"""As many as possible are served, none twice, and the outcome depends on the choices alone."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from antiphon.language.assignment import best_assignment


@pytest.mark.parametrize(
    ("choices", "given_to"),
    [
        ([], []),
        ([[]], [None]),
        ([[0]], [0]),
        ([[0, 1], [0]], [1, 0]),
        ([[0], [0]], [0, None]),
        ([[0, 1], [0, 1], [1, 2]], [0, 1, 2]),
        ([[0, 1], [1, 2], [0]], [1, 2, 0]),
    ],
)
def test_each_gets_what_lets_most_be_served(choices: list[list[int]], given_to: list[int | None]) -> None:
    assert best_assignment(choices) == given_to


@settings(deadline=None)
@given(st.lists(st.lists(st.integers(0, 4), max_size=4, unique=True), max_size=5))
def test_no_other_assignment_serves_more(choices: list[list[int]]) -> None:
    found = best_assignment(choices)
    served = [right for right in found if right is not None]
    assert len(set(served)) == len(served)
    assert all(right is None or right in choices[left] for left, right in enumerate(found))
    most = 0
    for attempt in product(*([None, *each] for each in choices)):
        kept = [right for right in attempt if right is not None]
        if len(set(kept)) == len(kept):
            most = max(most, len(kept))
    assert len(served) == most


def test_a_long_chain_needs_no_deep_recursion() -> None:
    size = 3_000
    choices = [[n + 1, n] if n else [1, 0] for n in range(size)]
    choices.append([size])
    assert None not in best_assignment(choices)
