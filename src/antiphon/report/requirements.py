"""Which requirement is covered by which scenarios, and how they came out."""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec import Struct

from antiphon.judge.verdicts import PlayOutcome
from antiphon.run.results import ScenarioResult

_WORST_FIRST = (
    PlayOutcome.FAILED,
    PlayOutcome.TIMEOUT,
    PlayOutcome.ERROR,
    PlayOutcome.VOID,
    PlayOutcome.FLAKY,
    PlayOutcome.CANCELLED,
    PlayOutcome.NOT_RUN,
    PlayOutcome.SKIPPED,
    PlayOutcome.PASSED,
)


class Requirement(Struct, frozen=True):
    """A requirement that scenarios name, with those scenarios."""

    name: str
    scenarios: tuple[ScenarioResult, ...]

    @property
    def outcome(self) -> PlayOutcome:
        """The worst outcome among its scenarios: it holds only if all of them passed."""
        outcomes = {result.outcome for result in self.scenarios}
        return next(outcome for outcome in _WORST_FIRST if outcome in outcomes)

    @property
    def passed(self) -> int:
        """How many of its scenarios passed."""
        return sum(result.outcome is PlayOutcome.PASSED for result in self.scenarios)


def requirement_rows(results: Iterable[ScenarioResult]) -> list[Requirement]:
    """Return the requirements that the scenarios name, `FR-2` before `FR-10`."""
    covering: dict[str, list[ScenarioResult]] = {}
    for result in results:
        for name in dict.fromkeys(result.covers):
            covering.setdefault(name, []).append(result)
    return [Requirement(name, tuple(covering[name])) for name in sorted(covering, key=natural)]


def natural(name: str) -> list[tuple[int, str]]:
    """Return what sorts `FR-2` before `FR-10`."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"([0-9]{1,9})", name) if part]
