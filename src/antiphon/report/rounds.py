"""Numbers of steps: which of them stands within which, and under which of those that are told a round is found.

Step 3.1 of a paced block is told once, for all its rounds. Its first rounds that failed, and its calls in the history,
are numbered `3.1[2][7]`: the second round of the group's eighth user.
"""

from __future__ import annotations

from collections.abc import Container


def is_within(number: str, step: str) -> bool:
    """Return whether `number` is the step itself, a step inside of it, or a round or branch of it."""
    return number == step or number.startswith((f"{step}.", f"{step}["))


def told_as(number: str, known: Container[str]) -> str:
    """Return the step under which `number` is told: the nearest around it that is known; empty if there is none."""
    while number and number not in known:
        number = number[: max(number.rfind("."), number.rfind("["), 0)]
    return number
