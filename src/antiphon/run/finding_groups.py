"""What was found, as it is told: findings of one rule on one operation and event with one verdict are one, counted.

Kept is what is told: the first of each, how many there are, and in which plays; so a target full of defects costs no
more memory than one with few.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import msgspec

from antiphon.history.entries import Call, Emit
from antiphon.judge.findings import Finding, FindingKind
from antiphon.run.results import FindingResult
from antiphon.target.laws.model import Known

_MOST_GROUPS = 1000  # a target that makes up names does not fill the memory: what is more is counted as one
_Key = tuple[FindingKind, str, str, str, int]


class FindingGroup(msgspec.Struct, eq=False, kw_only=True):
    """Findings that are one.

    Attributes:
        first: The first of them, which is the witness of all.
        cause: What caused it, if that is at hand.
        known: What accepts them; None if nothing does.
        count: How many there are.
        plays: The plays in which they were seen, in the order of their appearance.
    """

    first: Finding
    cause: Call | Emit | None
    known: Known | None
    count: int = 0
    plays: dict[str, None] = msgspec.field(default_factory=dict)


class FindingGroups:
    """All findings of one reader of a run.

    Args:
        known: Findings that are accepted.
        today: For those that are accepted until a day.
    """

    def __init__(self, known: Sequence[Known], *, today: dt.date) -> None:
        self._known = tuple(known)
        self._today = today
        self._groups: dict[_Key, FindingGroup] = {}
        self._met: set[int] = set()

    def note(self, finding: Finding, cause: Call | Emit | None) -> FindingGroup:
        """Take in a finding, and return with which others it is one."""
        meant = [index for index, one in enumerate(self._known) if is_meant(one, finding)]
        self._met.update(meant)
        index = meant[0] if meant else -1
        key = (finding.kind, finding.by, finding.operation, finding.event, index)
        if key not in self._groups and len(self._groups) >= _MOST_GROUPS:
            key = (finding.kind, "", "", "", -1)
        group = self._groups.get(key)
        if group is None:
            known = self._known[index] if index >= 0 else None
            group = self._groups[key] = FindingGroup(first=finding, cause=cause, known=known)
        group.count += 1
        if finding.play:
            group.plays[finding.play] = None
        return group

    def is_accepted(self, group: FindingGroup) -> bool:
        """Return whether findings are known, and their day is not over."""
        return group.known is not None and not self._is_over(group.known)

    def _is_over(self, known: Known) -> bool:
        return known.until is not None and known.until < self._today

    @property
    def met(self) -> tuple[Known, ...]:
        """The accepted findings of which something was found."""
        return tuple(self._known[index] for index in sorted(self._met))

    @property
    def results(self) -> tuple[FindingResult, ...]:
        """What was found so far; accepted ones last."""
        told = (self._result(group) for group in self._groups.values())
        return tuple(sorted(told, key=lambda one: one.is_accepted))

    def count_of(self, plays: Sequence[str]) -> int:
        """Return how many findings that are not accepted were seen in some plays."""
        return sum(
            any(play in group.plays for play in plays) and not self.is_accepted(group)
            for group in self._groups.values()
        )

    @property
    def open(self) -> tuple[FindingResult, ...]:
        """Those that are not accepted."""
        return tuple(one for one in self.results if not one.is_accepted)

    def _result(self, group: FindingGroup) -> FindingResult:
        known = group.known
        because = overdue = ""
        if known is not None:
            because = f"{known.because} ({known.ticket})" if known.ticket else known.because
            if known.until is not None and self._is_over(known):
                overdue = known.until.isoformat()
        return FindingResult(
            first=group.first,
            cause=group.cause,
            count=group.count,
            scenarios=tuple(dict.fromkeys(play.partition("#")[0] for play in group.plays)),
            known=because,
            overdue=overdue,
        )


def is_meant(known: Known, finding: Finding) -> bool:
    """Return whether an accepted finding speaks of this one."""
    named = known.law or known.never
    return (
        (not named or named == finding.by)
        and (not known.operation or known.operation == finding.operation)
        and (not known.event or known.event == finding.event)
        and (not known.scenario or scenario_is(known.scenario, finding.play.partition("#")[0]))
    )


def scenario_is(name: str, scenario: str) -> bool:
    """Return whether a scenario is called so: `messaging/fanout` is `fanout`, too."""
    return name in (scenario, scenario.rpartition("/")[2])
