"""The seeds on which checker and model once differed: played again for ever."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

_FILE = Path(__file__).with_name("seeds.txt")


def kept() -> list[int]:
    """Return the seeds that were kept."""
    return [int(line) for line in _FILE.read_text().split("\n") if line.strip() and not line.startswith("#")]


def keep(more: Iterable[int]) -> None:
    """Keep these, too."""
    known = kept()
    new = [seed for seed in more if seed not in known]
    with _FILE.open("a") as file:
        file.writelines(f"{seed}\n" for seed in new[:50])
