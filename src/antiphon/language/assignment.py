"""Who goes with whom: the assignment that serves most, found without trying all."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence


def best_assignment(choices: Sequence[Sequence[int]]) -> list[int | None]:
    """Return for each left side which of its choices it gets, such that as many as possible get one.

    No right side is given twice. What comes first keeps being served when later ones join, so the
    outcome depends on nothing but the choices.

    Args:
        choices: For each left side the numbers of the right sides that would do, best first.

    Source:
        Augmenting paths: Berge 1957. In the worst case left sides times choices.
    """
    taken: dict[int, int] = {}
    for left in range(len(choices)):
        _augment(left, choices, taken)
    given: list[int | None] = [None] * len(choices)
    for right, left in taken.items():
        given[left] = right
    return given


def _augment(start: int, choices: Sequence[Sequence[int]], taken: dict[int, int]) -> None:
    came_from: dict[int, int] = {}  # right side: the left side that reached for it
    queue = deque([start])
    while queue:
        left = queue.popleft()
        for right in choices[left]:
            if right in came_from:
                continue
            came_from[right] = left
            if right not in taken:
                _hand_over(right, came_from, choices, taken, start)
                return
            queue.append(taken[right])


def _hand_over(
    right: int, came_from: dict[int, int], choices: Sequence[Sequence[int]], taken: dict[int, int], start: int
) -> None:
    held = {left: other for other, left in taken.items()}
    free: int | None = right
    while free is not None:
        left = came_from[free]
        before = held.get(left)
        taken[free] = left
        free = before if left != start else None
