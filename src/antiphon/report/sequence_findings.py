"""A finding as a verdict, so that it is drawn where it happened: the row that must not be, or the one missing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from antiphon.history.entries import AnyEntry, Call, Emit, Event
from antiphon.judge.findings import FindingKind
from antiphon.judge.verdicts import Kind, Outcome, Verdict
from antiphon.report.sequence import Sequence
from antiphon.report.sequence_build import build
from antiphon.run.results import FindingResult, ScenarioResult

_KINDS: Final = {
    FindingKind.LATE: Kind.LATE,
    FindingKind.LOST: Kind.LOST,
    FindingKind.DOUBLED: Kind.DOUBLED,
    FindingKind.REORDERED: Kind.REORDERED,
    FindingKind.DISAGREEING: Kind.DIFFERS,
    FindingKind.LEAKED: Kind.LEAKED,
    FindingKind.GHOST: Kind.LEAKED,
    FindingKind.UNEXPLAINED: Kind.LEAKED,
}


def as_verdict(result: FindingResult) -> Verdict:
    """Return what a finding says, as the verdict of a claim that did not hold."""
    finding = result.first
    heard = tuple(entry.seq for entry in result.proof if isinstance(entry, Event) and _is_concerned(entry, result))
    kind = _KINDS.get(finding.kind, Kind.ANSWER)
    return Verdict(
        outcome=Outcome.FAILED,
        kind=kind if heard or kind in (Kind.LOST, Kind.ANSWER) else Kind.ANSWER,
        claim=finding.by,
        sentence=finding.sentence,
        step=_step(result),
        user=finding.user,
        connection=finding.connection,
        event=finding.event,
        cause_seq=finding.cause_seq,
        evidence=heard,
    )


def with_findings(result: ScenarioResult, findings: Iterable[FindingResult]) -> ScenarioResult:
    """Return a scenario with what was found in its last play among its verdicts; what is accepted is left out."""
    play = result.plays[-1] if result.plays else ""
    found = [as_verdict(one) for one in findings if play and one.first.play == play and not one.is_accepted]
    return msgspec.structs.replace(result, verdicts=(*result.verdicts, *found)) if found else result


def drawn(found: FindingResult, result: ScenarioResult, entries: Iterable[AnyEntry], *, target: str) -> Sequence:
    """Return the diagram of the steps in which a finding was made.

    Args:
        found: The finding.
        result: The scenario in which it was made.
        entries: The history of its play.
        target: The target's name.
    """
    verdict = as_verdict(found)
    alone = msgspec.structs.replace(result, plays=(found.first.play,), verdicts=(verdict,))
    seqs = frozenset((found.first.cause_seq, *verdict.evidence))
    return build(alone, entries, target=target).only(verdict.step, seqs=seqs)


def _is_concerned(entry: Event, result: FindingResult) -> bool:
    finding = result.first
    return not finding.connection or entry.connection == finding.connection


def _step(result: FindingResult) -> str:
    if isinstance(result.cause, Call | Emit):
        return result.cause.step
    return next((entry.step for entry in result.proof if entry.step), "")
