"""Asks the checker for its verdict on made-up histories, and compares it with the model's."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from tests.judge.laws.histories import at
from tests.judge.laws.model.changes import change
from tests.judge.laws.model.shapes import IDENTITY, rooms
from tests.judge.laws.model.tales import tale_of
from tests.judge.laws.model.truth import SETTLE, WAIT, Tale
from tests.judge.laws.model.verdicts import Fault, Verdict, verdict_of
from tests.judge.laws.model.writing import written

from antiphon.judge.findings import Finding
from antiphon.judge.laws.checker import LawChecker
from antiphon.target.laws.model import Laws

_IDENTITY = {event: (at(place),) for event, place in IDENTITY.items()}
_ROOMS = {joins: rooms(joins=joins) for joins in (False, True)}


@dataclass(slots=True)
class Comparison:
    """What came of one seed.

    Attributes:
        changed: What was changed in the deliveries; empty for nothing.
        open: Why the model has no opinion; empty if it has one.
        kinds: The kinds of what was found, as both say.
        differences: In what the two verdicts differ.
    """

    seed: int
    changed: str = ""
    open: str = ""
    kinds: tuple[str, ...] = ()
    differences: list[str] = field(default_factory=list)


def compared(seed: int) -> Comparison:
    """Return whether checker and model agree on the history of a seed."""
    dice = Random(seed)
    tale = tale_of(dice)
    changed = change(tale, dice) if dice.random() < 0.8 else ""
    verdict = verdict_of(tale)
    if verdict.open:
        return Comparison(seed, changed, verdict.open)
    findings, deeds = asked(tale)
    assert changed or not verdict.found, f"seed {seed}: the model finds fault with its own honest server: {verdict}"
    kinds = tuple(sorted(finding.kind.value for finding in findings))
    return Comparison(seed, changed, "", kinds, differences(verdict, findings, deeds))


def asked(tale: Tale) -> tuple[list[Finding], dict[int, int]]:
    """Return what the checker finds, and the deeds by the numbers of their entries."""
    judge = LawChecker(
        Laws(laws=tuple(shape.law for shape in tale.shapes), shared=tale.shared),
        _ROOMS[tale.joins],
        settle_s=SETTLE / 1000,
        wait_s=WAIT / 1000,
        identity=_IDENTITY,
    )
    entries, deeds = written(tale)
    found = [finding for entry in entries for finding in judge.feed(entry)]
    return found + judge.finish(), deeds


def differences(verdict: Verdict, findings: list[Finding], deeds: dict[int, int]) -> list[str]:
    """Return what was found and should not have been, and what was not and should have been."""
    wanted = list(verdict.found)
    wrong = []
    for finding in findings:
        fits = [fault for fault in wanted if _is(fault, finding, deeds)]
        if fits:
            wanted.remove(fits[0])
        elif not any(_is(fault, finding, deeds) for fault in verdict.allowed):
            cause = deeds.get(finding.cause_seq, 0)
            where = finding.connection or finding.user
            wrong.append(f"found {finding.kind.value} on {where} by `{finding.by}` because of deed {cause}")
    return wrong + [f"not found: {fault}" for fault in wanted]


def _is(fault: Fault, finding: Finding, deeds: dict[int, int]) -> bool:
    return (
        (not fault.kinds or finding.kind.value in fault.kinds)
        and (not fault.laws or finding.by in fault.laws)
        and (not fault.deeds or deeds.get(finding.cause_seq) in fault.deeds)
        and (not fault.conns or (finding.connection or finding.user) in fault.conns)
    )
