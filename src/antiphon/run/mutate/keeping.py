"""A run that is kept as it was played: each scenario's last play, with what it asked of its history."""

from __future__ import annotations

from collections.abc import Sequence

from antiphon.engine.play import Play
from antiphon.history.entries import AnyEntry
from antiphon.judge.findings import Finding
from antiphon.judge.verdicts import PlayOutcome
from antiphon.run.job import Watcher
from antiphon.run.mutate.recorded import Recorded, recorded
from antiphon.run.results import RunSummary, ScenarioResult
from antiphon.scenario.model import Scenario

_JUDGED = (PlayOutcome.PASSED, PlayOutcome.VOID)  # of the void ones the claims that are void catch nothing


class Keeper:
    """Keeps each play of a run as it was recorded, and hands on to another watcher what it is told."""

    def __init__(self, watcher: Watcher) -> None:
        self._watcher = watcher
        self._plays: dict[str, Play] = {}
        self.recorded: dict[str, Recorded] = {}
        self.left_out: dict[str, str] = {}

    def run_began(self, summary: RunSummary) -> None:
        """The run begins."""
        self._watcher.run_began(summary)

    def scenario_began(self, scenario: Scenario, play: Play) -> None:
        """Note the play; of several attempts the last one counts."""
        self._plays[scenario.id] = play
        self._watcher.scenario_began(scenario, play)

    def scenario_ended(self, scenario: Scenario, result: ScenarioResult) -> None:
        """The scenario has its result."""
        self._watcher.scenario_ended(scenario, result)

    def found(self, finding: Finding) -> None:
        """Something of the target was found to be wrong."""
        self._watcher.found(finding)

    def keep(self, scenario: Scenario, result: ScenarioResult, entries: Sequence[AnyEntry]) -> None:
        """Keep a play in which nothing failed; of any other nobody can tell what its claims would notice."""
        play = self._plays.pop(scenario.id, None)
        if play is None or result.outcome not in _JUDGED:
            self.left_out[scenario.id] = result.outcome.value
            return
        own = [entry for entry in entries if entry.play == play.name]
        self.recorded[scenario.id] = recorded(scenario, play, own)
