"""Holds a run against its target's contract while it is made; what is one finding is kept once, with its cause."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Sequence

import msgspec

from antiphon.history.entries import AnyEntry, Call, Emit
from antiphon.judge.contracts.checker import ContractChecker
from antiphon.judge.contracts.contract import Contract
from antiphon.judge.findings import Finding, FindingKind
from antiphon.run.law_reader import is_meant
from antiphon.run.results import FindingResult
from antiphon.target.laws.model import Known

_MOST_GROUPS = 1000  # a target that makes up names does not fill the memory: what is more is counted as one
_Key = tuple[FindingKind, str, str, str, int]


class _Group(msgspec.Struct):
    first: Finding
    cause: Call | Emit | None
    known: Known | None
    count: int = 0
    plays: Counter[str] = msgspec.field(default_factory=Counter)


class ContractReader:
    """One checker, and what it found.

    Args:
        contract: What the target promises.
        known: Findings that are accepted.
        today: For those that are accepted until a day.
        found: Told of each finding that is not accepted, at once.
    """

    def __init__(
        self, contract: Contract, known: Sequence[Known], *, today: dt.date, found: Callable[[Finding], None]
    ) -> None:
        self.checker = ContractChecker(contract)
        self._known = tuple(known)
        self._today = today
        self._told = found
        self._groups: dict[_Key, _Group] = {}

    def read(self, entries: Sequence[AnyEntry]) -> None:
        """Take in entries, in the order of `seq`."""
        for entry in entries:
            for finding in self.checker.feed(entry):
                self._note(finding, entry)

    def _note(self, finding: Finding, entry: AnyEntry) -> None:
        index = next((index for index, one in enumerate(self._known) if is_meant(one, finding)), -1)
        key = (finding.kind, finding.by, finding.operation, finding.event, index)
        if key not in self._groups and len(self._groups) >= _MOST_GROUPS:
            key = (finding.kind, "", "", "", -1)
        group = self._groups.get(key)
        if group is None:
            cause = entry if isinstance(entry, Call | Emit) else None
            known = self._known[index] if index >= 0 else None
            group = self._groups[key] = _Group(first=finding, cause=cause, known=known)
            if not self._result(group).is_accepted:
                self._told(finding)
        group.count += 1
        group.plays[finding.play] += 1

    @property
    def results(self) -> tuple[FindingResult, ...]:
        """What was found so far; accepted ones last."""
        told = (self._result(group) for group in self._groups.values())
        return tuple(sorted(told, key=lambda one: one.is_accepted))

    def count_of(self, plays: Sequence[str]) -> int:
        """Return how many findings that are not accepted were seen in some plays."""
        return sum(
            any(play in group.plays for play in plays) and not self._result(group).is_accepted
            for group in self._groups.values()
        )

    @property
    def open(self) -> tuple[FindingResult, ...]:
        """Those that are not accepted."""
        return tuple(one for one in self.results if not one.is_accepted)

    def _result(self, group: _Group) -> FindingResult:
        known = group.known
        because = "" if known is None else f"{known.because} ({known.ticket})" if known.ticket else known.because
        over = known is not None and known.until is not None and known.until < self._today
        return FindingResult(
            first=group.first,
            cause=group.cause,
            count=group.count,
            scenarios=tuple(dict.fromkeys(play.partition("#")[0] for play in group.plays if play)),
            known=because,
            overdue=known.until.isoformat() if over and known is not None and known.until is not None else "",
        )
