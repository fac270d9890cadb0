"""Switching planted defects on: names, strengths, and how often a weakened one acts."""

from collections.abc import Sequence
from dataclasses import dataclass

from threadfilesharing.defects.catalogue import CATALOGUE, Defect
from threadfilesharing.defects.seams import Seams


class UnknownDefect(Exception):
    """A defect that is not in the catalogue, or a strength that is none."""


class Share:
    """Says of each occasion whether the defect acts: evenly spread, the first one at a strength of 1."""

    def __init__(self, strength: float) -> None:
        self._strength = strength
        self._sum = 0.0

    def acts(self) -> bool:
        """Return whether the defect acts this time."""
        self._sum += self._strength
        if self._sum >= 1.0 - 1e-9:
            self._sum -= 1.0
            return True
        return False


@dataclass(frozen=True, slots=True)
class Planted:
    """A defect that is on, and the share of occasions on which it acts."""

    defect: Defect
    strength: float

    def __str__(self) -> str:
        return self.defect.name if self.strength == 1.0 else f"{self.defect.name}={self.strength:g}"


def read_defect(text: str) -> Planted:
    """Return what `NAME` or `NAME=p` asks for.

    Raises:
        UnknownDefect: There is no such defect, or p is not above 0 and at most 1.
    """
    name, written, strength_text = text.partition("=")
    defect = next((each for each in CATALOGUE if each.name == name), None)
    if defect is None:
        raise UnknownDefect(f"no defect is called `{name}`; there are: {', '.join(each.name for each in CATALOGUE)}")
    try:
        strength = float(strength_text) if written else 1.0
    except ValueError:
        strength = 0.0
    if not 0.0 < strength <= 1.0:
        raise UnknownDefect(f"`{text}`: the share of occasions must be above 0 and at most 1")
    return Planted(defect, strength)


def plant(texts: Sequence[str], seams: Seams) -> tuple[Planted, ...]:
    """Switch defects on and return them.

    Raises:
        UnknownDefect: One of them is not in the catalogue.
    """
    planted = tuple(read_defect(text) for text in texts)
    for each in planted:
        each.defect.install(seams, Share(each.strength).acts)
    return planted
