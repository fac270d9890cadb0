"""Mutants that are played: what a later step uses is falsified on its way, and the scenario goes on from there.

Such a play is no result: nothing of it is kept. It waits less than it claims and ends at the first thing that does not
hold; what only the shortened wait found is played once more with the whole one.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable, Sequence

from msgspec.structs import replace

from antiphon.engine.doing import Doing
from antiphon.engine.flight import Flight
from antiphon.engine.lawful import Lawful
from antiphon.engine.plays import Played, play_scenario
from antiphon.engine.pool import Pool
from antiphon.engine.recorder import Recorder
from antiphon.engine.setting import Setting
from antiphon.engine.tap import Patience
from antiphon.history.entries import AnyEntry
from antiphon.judge.verdicts import Outcome as Said
from antiphon.judge.verdicts import Verdict
from antiphon.run.law_reader import LawReader
from antiphon.run.mutate.falsifying import Falsifier
from antiphon.run.mutate.judging import Catch, by_finding, by_verdict
from antiphon.run.mutate.model import Fate, Mutant, Outcome
from antiphon.run.mutate.recorded import Recorded, is_inside_what_is_tried_anew
from antiphon.run.mutate.trial import Trial, caught
from antiphon.scenario.step_model import Step

AT_ONCE = 8
_LEAST_WAIT_S = 0.5
_TIMES_THE_SLOWEST = 5


def patience_of(plays: Sequence[Recorded]) -> float:
    """Return for how long a played mutant waits: five times the slowest delivery of the record, or half a second."""
    told = (verdict.latency_s or 0.0 for play in plays for hear in play.asked.hears for verdict in hear.told)
    return max(_LEAST_WAIT_S, _TIMES_THE_SLOWEST * max(told, default=0.0))


class FirstCatch:
    """Ends a play when something does not hold."""

    def __init__(self) -> None:
        self.caught: Verdict | None = None

    def why_not(self, step: Step) -> str:
        """Return that nothing more is played, once something did not hold."""
        del step
        return "the mutant is caught" if self.caught is not None else ""

    async def ended(self, doing: Doing) -> None:
        """Look at a step that has ended; of one that is tried anew only the last try counts."""
        if self.caught is None and not is_inside_what_is_tried_anew(doing):
            self.caught = next(iter(doing.failures), None)


class Stage:
    """Plays mutants with the means of the run that was recorded.

    Attributes:
        leftovers: What their clean-up could not remove, by name.

    Args:
        setting: The run's.
        trial: What judges by laws and contract.
        most_s: For how long a play waits.
    """

    def __init__(self, setting: Setting, trial: Trial, *, most_s: float) -> None:
        # Nobody is left to a later play: what a mutant made is removed with it.
        alone = replace(setting.target, users=replace(setting.target.users, pool="never"))
        self._setting = replace(setting, target=alone)
        self._trial = trial
        self._most_s = most_s
        self._count = 0
        self.leftovers: list[str] = []

    async def play_all(
        self, wanted: Sequence[tuple[Recorded, Mutant]], *, over: Callable[[], str], done: Callable[[Outcome], None]
    ) -> None:
        """Play mutants, eight at a time, until all are played or it is over; what has begun is played to its end."""
        waiting = list(reversed(wanted))

        async def lane() -> None:
            while waiting and not over():
                play, mutant = waiting.pop()
                done(await self.outcome(play, mutant))

        await asyncio.gather(*(lane() for _ in range(min(AT_ONCE, len(waiting)))))

    async def outcome(self, play: Recorded, mutant: Mutant) -> Outcome:
        """Return what becomes of a mutant when it is played."""
        patience = Patience(most_s=self._most_s)
        found = await self._once(play, mutant, patience)
        if found.fate is Fate.CAUGHT and patience.ended:
            found = await self._once(play, mutant, Patience())
        return found

    async def _once(self, play: Recorded, mutant: Mutant, patience: Patience) -> Outcome:
        tap = Falsifier(play, mutant)
        first = FirstCatch()
        entries: list[AnyEntry] = []
        setting = self._setting_for(tap, first, patience, entries)
        self._count += 1
        played = await play_scenario(setting, play.scenario, f"{play.scenario.id}#{self._count}m")
        self.leftovers.extend(played.play.leftovers)
        return self._judged(play, mutant, tap, played, entries)

    def _setting_for(self, tap: Falsifier, first: FirstCatch, patience: Patience, entries: list[AnyEntry]) -> Setting:
        setting = self._setting
        readers: list[Callable[[Sequence[AnyEntry]], None]] = [entries.extend]
        lawful: Lawful | None = None
        if setting.lawful is not None:
            laws = LawReader(
                setting.target,
                today=dt.date.min,
                lag_at=setting.lag.lag_at,
                target_wait=setting.target_watch.wait_between,
            )
            readers.append(laws.read)
            own = laws.lawful(Flight(setting.clock))
            awaited = own.awaited_until
            lawful = replace(own, awaited_until=lambda name: None if first.caught is not None else awaited(name))
        return replace(
            setting,
            recorder=Recorder(readers),
            lawful=lawful,
            tap=tap,
            patience=patience,
            director=first,
            keeps_asked=False,
            people=Pool(),
        )

    def _judged(
        self, play: Recorded, mutant: Mutant, tap: Falsifier, played: Played, entries: Sequence[AnyEntry]
    ) -> Outcome:
        failed = next((one for one in played.verdicts if one.outcome is Said.FAILED), None)
        if failed is not None and tap.done:
            return caught(mutant, by_verdict(failed), played=True)
        why = _why_undecided(tap, played)
        if not why and (catch := self._by_rules(play, entries)) is not None:
            return caught(mutant, catch, played=True)
        if why:
            return Outcome(mutant=mutant, fate=Fate.UNDECIDED, sentence=why, played=True)
        return self._trial.survivor(play, mutant, played=True)

    def _by_rules(self, play: Recorded, entries: Sequence[AnyEntry]) -> Catch | None:
        found = self._trial.bench.findings(entries, self._setting.lag.lag_at, self._setting.target_watch.wait_between)
        return next((by_finding(one) for one in found if not self._trial.bench.is_known(play, one)), None)


def _why_undecided(tap: Falsifier, played: Played) -> str:
    if played.cancelled:
        return "interrupted"
    if played.problem is not None:
        return f"it could not be played to its end: {played.problem}"
    return "" if tap.done else "what it falsifies did not come about again when it was played"
