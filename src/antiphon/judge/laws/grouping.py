"""Findings of one law on one operation with one verdict are one, with a count and its first witness."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from antiphon.judge.findings import Finding


class GroupedFinding(msgspec.Struct, frozen=True, kw_only=True):
    """Findings that are one.

    Attributes:
        first: The first of them, which is the witness of all.
        count: How many there are.
        plays: The plays in which they were seen, in the order of their appearance.
    """

    first: Finding
    count: int = 1
    plays: tuple[str, ...] = ()


def grouped(findings: Iterable[Finding]) -> tuple[GroupedFinding, ...]:
    """Return findings of one law on one operation and event with one verdict as one, in the order of the first."""
    found: dict[tuple[str, str, str, str], list[Finding]] = {}
    for finding in findings:
        found.setdefault((finding.by, finding.operation, finding.event, finding.kind.value), []).append(finding)
    return tuple(
        GroupedFinding(
            first=of_one[0], count=len(of_one), plays=tuple(dict.fromkeys(one.play for one in of_one if one.play))
        )
        for of_one in found.values()
    )
