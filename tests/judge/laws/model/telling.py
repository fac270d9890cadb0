"""Tells a made-up history as lines that can be read."""

from __future__ import annotations

from random import Random

from tests.judge.laws.model.asking import asked, differences
from tests.judge.laws.model.changes import change
from tests.judge.laws.model.tales import tale_of
from tests.judge.laws.model.truth import IN, Copy, Deed, Tale
from tests.judge.laws.model.verdicts import verdict_of


def told(seed: int) -> list[str]:
    """Return the history of a seed, the model's verdict and the checker's."""
    dice = Random(seed)
    tale = tale_of(dice)
    changed = change(tale, dice) if dice.random() < 0.8 else ""
    verdict = verdict_of(tale)
    findings, deeds = asked(tale)
    lines = [f"seed {seed}, changed: {changed or 'nothing'}; teams {tale.team}", *_lines(tale)]
    lines += [f"model: {'open: ' + verdict.open if verdict.open else ''}"]
    lines += [f"    must be found: {fault}" for fault in verdict.found]
    lines += [f"    may be found: {fault}" for fault in dict.fromkeys(verdict.allowed)]
    lines += ["checker:"]
    for finding in findings:
        where = finding.connection or finding.user
        lines.append(f"    {finding.kind.value} on {where}, deed {deeds.get(finding.cause_seq)}: {finding.sentence}")
        lines += [f"        {detail}" for detail in finding.details]
    return [*lines, *(f"DIFFERS {line}" for line in differences(verdict, findings, deeds))]


def _lines(tale: Tale) -> list[str]:
    rows: list[tuple[float, str]] = []
    for conn, line in tale.opened.items():
        for since, to, _, state in line.changes:
            rows.append((to, f"{conn} {'opens' if state == IN else 'closes'} since {since:.1f}"))
    rows += [(deed.sent, _deed(deed)) for deed in (*tale.changes, *tale.deeds)]
    rows += [(copy.at, f"    {copy.conn} hears {_copy(copy)}") for copy in tale.copies]
    return [f"{at:8.1f} {text}" for at, text in sorted(rows)]


def _deed(deed: Deed) -> str:
    what = f"{deed.number or '-'}: {deed.sender or deed.user} {deed.line} {deed.path} room {deed.room}"
    said = f"text {deed.text} target {deed.target} {','.join(deed.items)}"
    return f"{what} {said} until {deed.answered:.1f}: {deed.outcome} {deed.status or ''}"


def _copy(copy: Copy) -> str:
    if copy.owing is None:
        return f"strange {copy.event} {copy.room}"
    owing = copy.owing
    changed = f", altered {copy.altered}" if copy.altered else ""
    return f"{owing.shape.event} of {owing.deed.number}, due {owing.deadline:.1f}, {owing.text}{changed}"
