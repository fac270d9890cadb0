"""One mutant, judged in the record of its play."""

from __future__ import annotations

from collections.abc import Mapping

from antiphon.engine.asked import AskedAnswer
from antiphon.history.entries import Call, Emit
from antiphon.judge.contracts.contract import Contract
from antiphon.judge.verdicts import Outcome as Said
from antiphon.run.mutate.advice import advice
from antiphon.run.mutate.answers import ack_verdicts, answer_verdicts, answered, asked_of
from antiphon.run.mutate.change import Change
from antiphon.run.mutate.equivalence import equivalent
from antiphon.run.mutate.judging import Bench, Catch, by_verdict
from antiphon.run.mutate.model import Fate, Mutant, Outcome
from antiphon.run.mutate.planning import change_of
from antiphon.run.mutate.recorded import Recorded, is_tried_anew
from antiphon.run.mutate.rejudging import broken
from antiphon.run.mutate.usage import Usage
from antiphon.target.model import Target

_TRIED_ANEW = "the step is tried again until it holds"


class Trial:
    """Judges mutants.

    Args:
        target: The profile.
        contract: What it promises; None if nothing.
        texts: The suite's files, by path.
    """

    def __init__(self, target: Target, contract: Contract | None, texts: Mapping[str, str]) -> None:
        self.target = target
        self.bench = Bench(target, contract)
        self._usage = Usage(texts)

    def of(self, play: Recorded, mutant: Mutant) -> Outcome:
        """Return what becomes of a mutant in its play's record; undecided if it must be played."""
        change = changed_by(play, mutant)
        changed = (change.answer,) if change.answer is not None else change.events
        if (catch := self.bench.by_contract(changed, play)) is not None:
            return caught(mutant, catch)
        if why := self._usage.why_played(play, mutant, change):
            return Outcome(mutant=mutant, fate=Fate.UNDECIDED, sentence=why)
        catch, doubtful = self._by_claims(play, change)
        if catch is None:
            catch = self.bench.by_laws(play, change, mutant)
        if catch is not None:
            return caught(mutant, catch)
        if doubtful:
            return Outcome(mutant=mutant, fate=Fate.UNDECIDED, sentence=_TRIED_ANEW)
        return self.survivor(play, mutant)

    def survivor(self, play: Recorded, mutant: Mutant, *, played: bool = False) -> Outcome:
        """Return the outcome of a mutant that nothing caught: allowed, or with what would catch it."""
        if rule := equivalent(mutant, play, self.bench):
            return Outcome(mutant=mutant, fate=Fate.EQUIVALENT, sentence=rule, played=played)
        told = advice(play, mutant)
        return Outcome(mutant=mutant, fate=Fate.SURVIVED, advice=told.expectation, law=told.law, played=played)

    @staticmethod
    def _by_claims(play: Recorded, change: Change) -> tuple[Catch | None, bool]:
        """Return which claim does not hold with a change; and whether one does not that would be tried anew."""
        doubtful = False
        if change.answer is not None:
            asked = asked_of(play, change.answer)
            if isinstance(asked, AskedAnswer):
                assert isinstance(change.answer, Call)  # noqa: S101 - a call's answer
                told = answer_verdicts(play, asked, change.answer)
            else:
                assert isinstance(change.answer, Emit)  # noqa: S101 - an emit's acknowledgement
                told = ack_verdicts(asked, change.answer)
            return next((by_verdict(one) for one in told if one.outcome is Said.FAILED), None), False
        for hear, verdict in broken(play, change):
            if not is_tried_anew(hear.doing):
                return by_verdict(verdict), False
            doubtful = True
        return None, doubtful


def changed_by(play: Recorded, mutant: Mutant) -> Change:
    """Return what a mutant changes in its play's record."""
    entry = play.entry(mutant.seq)
    if isinstance(entry, Call | Emit):
        return Change(answer=answered(play, mutant))
    return change_of(play, mutant)


def caught(mutant: Mutant, catch: Catch, *, played: bool = False) -> Outcome:
    """Return the outcome of a mutant that was caught."""
    return Outcome(
        mutant=mutant,
        fate=Fate.CAUGHT,
        by=catch.by,
        name=catch.name,
        sentence=catch.sentence,
        source=catch.source,
        played=played,
    )
