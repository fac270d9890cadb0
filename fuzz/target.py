"""What is fuzzed: a function that takes any bytes, and examples to begin with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

_SUITE = Path(__file__).parents[1] / "src" / "threadfilesharing" / "suite"


class Broken(Exception):
    """A property does not hold for an input; no error that a codec or loader may answer with."""


@dataclass(frozen=True, slots=True)
class Target:
    """One codec or loader.

    Attributes:
        name: As the command line has it.
        says: What must hold for every input, in one line.
        check: Raises for an input for which it does not.
        seeds: Inputs to begin with, most of them well formed.
        longest: Bytes of the longest input that is tried.
    """

    name: str
    says: str
    check: Callable[[bytes], None]
    seeds: Callable[[], Iterator[bytes]]
    longest: int = 4096


def must(holds: bool, says: str, *shown: object) -> None:
    """Raise `Broken` with a sentence if something does not hold.

    Raises:
        Broken: It does not.
    """
    if not holds:
        raise Broken(f"{says}: {', '.join(map(repr, shown))}"[:2000])


def suite_files(pattern: str) -> Iterator[bytes]:
    """Yield the reference suite's files whose names fit, in order."""
    for path in sorted(_SUITE.rglob(pattern)):
        yield path.read_bytes()
