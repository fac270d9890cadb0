"""An order of mutants of which every beginning is an even sample: of each operator as large a part as of all others."""

from __future__ import annotations

from collections.abc import Sequence

from antiphon.core.clock import Dice
from antiphon.run.mutate.model import Mutant


def evenly(mutants: Sequence[Mutant], dice: Dice) -> list[Mutant]:
    """Return the mutants in an order that can be broken off anywhere.

    Those of one operator stand at equal distances from one another, in an order that the dice decide.
    """
    groups: dict[str, list[Mutant]] = {}
    for mutant in mutants:
        groups.setdefault(mutant.operator.value, []).append(mutant)
    placed: list[tuple[float, int, Mutant]] = []
    for name, group in groups.items():
        own = dice.child(name)
        mixed = sorted(group, key=lambda _mutant: own.uniform())
        start = own.uniform()
        placed += [((index + start) / len(mixed), len(placed) + index, one) for index, one in enumerate(mixed)]
    return [mutant for _, _, mutant in sorted(placed, key=lambda one: one[:2])]
