"""Holds a run against its target's contract while it is made; what is one finding is kept once, with its cause."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

from antiphon.history.entries import AnyEntry, Call, Emit
from antiphon.judge.contracts.checker import ContractChecker
from antiphon.judge.contracts.contract import Contract
from antiphon.judge.findings import Finding
from antiphon.run.finding_groups import FindingGroups
from antiphon.run.results import FindingResult
from antiphon.target.laws.model import Known


class ContractReader:
    """One checker, and what it found.

    Args:
        contract: What the target promises.
        known: Findings that are accepted.
        today: For those that are accepted until a day.
        found: Told of each finding that is not accepted, at once; of those that are one, of the first.
    """

    def __init__(
        self,
        contract: Contract,
        known: Sequence[Known],
        *,
        today: dt.date,
        found: Callable[[Finding], None] | None = None,
    ) -> None:
        self.checker = ContractChecker(contract)
        self._told = found
        self._groups = FindingGroups(known, today=today)

    def read(self, entries: Sequence[AnyEntry]) -> None:
        """Take in entries, in the order of `seq`."""
        feed = self.checker.feed
        for entry in entries:
            if found := feed(entry):
                self._note(found, entry)

    def _note(self, found: Sequence[Finding], entry: AnyEntry) -> None:
        cause = entry if isinstance(entry, Call | Emit) else None
        for finding in found:
            group = self._groups.note(finding, cause)
            if self._told is not None and group.count == 1 and not self._groups.is_accepted(group):
                self._told(finding)

    @property
    def results(self) -> tuple[FindingResult, ...]:
        """What was found so far; accepted ones last."""
        return self._groups.results

    def count_of(self, plays: Sequence[str]) -> int:
        """Return how many findings that are not accepted were seen in some plays."""
        return self._groups.count_of(plays)

    @property
    def open(self) -> tuple[FindingResult, ...]:
        """Those that are not accepted."""
        return self._groups.open

    @property
    def met(self) -> tuple[Known, ...]:
        """The accepted findings of which something was found."""
        return self._groups.met
