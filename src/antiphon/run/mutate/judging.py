"""What catches a change of a recorded play: its contract, its own claims, the laws."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct

from antiphon.core.source import NOWHERE, Source
from antiphon.history.entries import AnyEntry, Connection, Event
from antiphon.judge.contracts.checker import ContractChecker
from antiphon.judge.contracts.contract import Contract
from antiphon.judge.findings import Finding, FindingKind
from antiphon.judge.laws.owing import had_to_be_heard
from antiphon.judge.verdicts import Verdict
from antiphon.run.law_reader import LawReader
from antiphon.run.mutate.change import NOTHING, Change, changed_entries
from antiphon.run.mutate.model import Catcher, Mutant
from antiphon.run.mutate.recorded import Recorded
from antiphon.run.mutate.sight import Sight
from antiphon.target.model import Target

LagAt = Callable[[float], float | None]
TargetWait = Callable[[float, float], float]
FindingKey = tuple[FindingKind, str, str, str, str]


class Catch(Struct, frozen=True, kw_only=True):
    """What caught something.

    Attributes:
        name: The law, the place in the contract, or the claim.
        sentence: What was said.
    """

    by: Catcher
    name: str
    sentence: str
    source: Source = NOWHERE


def by_verdict(verdict: Verdict) -> Catch:
    """Return a claim that did not hold as what caught it."""
    where = f"step {verdict.step}" if verdict.step else "the scenario"
    return Catch(by=Catcher.EXPECTATION, name=where, sentence=verdict.sentence, source=verdict.source)


def by_finding(finding: Finding) -> Catch:
    """Return a finding as what caught it."""
    match finding.kind:
        case FindingKind.UNDOCUMENTED | FindingKind.CONTRACT:
            by = Catcher.CONTRACT
        case FindingKind.FORBIDDEN:
            by = Catcher.NEVER
        case _:
            by = Catcher.LAW
    return Catch(by=by, name=finding.by, sentence=finding.sentence, source=finding.source)


class Bench:
    """Judges plays by a profile's laws and contract.

    Args:
        target: The profile.
        contract: What it promises; None if nothing.
    """

    def __init__(self, target: Target, contract: Contract | None) -> None:
        self.target = target
        self.contract = contract
        self._checker = ContractChecker(contract) if contract is not None else None
        self._sight = Sight(target)
        self._known: dict[str, frozenset[FindingKey]] = {}

    def by_contract(self, entries: Sequence[AnyEntry], play: Recorded) -> Catch | None:
        """Return what the contract says against entries of a play."""
        checker = self._checker
        if checker is None or self.contract is None:
            return None
        if self.contract.services:
            for entry in play.entries:
                if isinstance(entry, Connection):
                    checker.feed(entry)
        found = [finding for entry in entries for finding in checker.feed(entry)]
        return next((by_finding(finding) for finding in found if not self.is_known(play, finding)), None)

    def by_laws(self, play: Recorded, change: Change, mutant: Mutant) -> Catch | None:
        """Return what the laws find in a play with a change, and did not find without it."""
        if not self.target.laws.laws or not self._sight.sees(mutant):
            return None
        for finding in self._findings(play, change):
            if not self.is_known(play, finding):
                return by_finding(finding)
        return None

    def is_known(self, play: Recorded, finding: Finding) -> bool:
        """Return whether the same was found in a play as it was recorded."""
        name = play.play.name
        if name not in self._known:
            self._known[name] = frozenset(_key(one) for one in self._unchanged(play))
        return _key(finding) in self._known[name]

    def had_to_be_heard(self, play: Recorded, event: Event) -> bool | None:
        """Return whether laws demand an event of a play, or only allow it; None where no cause explains it."""
        return had_to_be_heard(LawReader(self.target, today=dt.date.min).checker, play.lived, event)

    def _unchanged(self, play: Recorded) -> Iterator[Finding]:
        yield from self._findings(play, NOTHING)
        if self.contract is not None:
            checker = ContractChecker(self.contract)
            for entry in play.entries:
                yield from checker.feed(entry)

    def _findings(self, play: Recorded, change: Change) -> list[Finding]:
        later = change.later
        wait_between = play.setting.target_watch.wait_between
        return self._of_laws(
            changed_entries(play.lived, change),
            lambda at_s: play.lags.at(later.before(at_s)),
            lambda from_s, to_s: wait_between(later.before(from_s), later.before(to_s)),
        )

    def findings(self, entries: Sequence[AnyEntry], lag_at: LagAt, target_wait: TargetWait) -> list[Finding]:
        """Return what contract and laws find in the entries of a whole play."""
        found: list[Finding] = []
        if self.contract is not None:
            checker = ContractChecker(self.contract)
            found = [finding for entry in entries for finding in checker.feed(entry)]
        return found + self._of_laws(entries, lag_at, target_wait)

    def _of_laws(self, entries: Sequence[AnyEntry], lag_at: LagAt, target_wait: TargetWait) -> list[Finding]:
        if not self.target.laws.laws:
            return []
        found: list[Finding] = []
        # What is accepted stays so on any day: it is found without the change, too.
        laws = LawReader(self.target, today=dt.date.min, lag_at=lag_at, target_wait=target_wait, found=found.append)
        laws.read(entries)
        laws.finish()
        return found


def _key(finding: Finding) -> FindingKey:
    return (finding.kind, finding.by, finding.operation, finding.event, finding.connection)
