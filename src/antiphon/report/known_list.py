"""A draft of a profile's `known` from what a run has found: so a team can start on an application full of defects."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence

from antiphon.core.text import listed, shortened, visible
from antiphon.judge.findings import Finding, FindingKind
from antiphon.language.route import METHODS
from antiphon.language.vocabulary import Vocabulary
from antiphon.report.words import counted
from antiphon.run.results import FindingResult, RunSummary
from antiphon.target.laws.model import Laws

ACCEPTED_DAYS = 90
_LONGEST = 300
_MOST_REASONS = 3
_NOT_ACCEPTED = frozenset({FindingKind.ACCESS})
"""The access matrix says itself what is expected of each cell."""

_Names = tuple[tuple[str, str], ...]


def known_text(summary: RunSummary, laws: Laws, vocabulary: Vocabulary) -> str:
    """Return a list of accepted findings as a profile has it: one for all that a run found and that is not accepted.

    Args:
        summary: The run, without secrets.
        laws: The profile's: what is found by one of them is named by it.
        vocabulary: The operations and events that the profile knows. What it does not know is named with its scenario.
    """
    day = dt.date.fromisoformat(summary.started[:10])
    until = day + dt.timedelta(days=ACCEPTED_DAYS)
    kinds = {law.name: "never" if law.kind == "never" else "law" for law in laws.laws}
    found: dict[_Names, list[FindingResult]] = {}
    for one in draftable(summary.findings):
        for names in _names(one, kinds, vocabulary):
            found.setdefault(names, []).append(one)
    run = f"run {summary.id} of {day.isoformat()}"
    head = (
        f"# What {visible(run)} found, drafted by `antiphon run --write-known`. Put the list into the profile: what it",
        "# names fails no run until its day is over. Look at each, and add its `ticket`.",
    )
    entries = (line for names, results in found.items() for line in _entry(names, results, run, until))
    return "\n".join((*head, "known:" if found else "known: []", *entries)) + "\n"


def draftable(findings: Sequence[FindingResult]) -> tuple[FindingResult, ...]:
    """Return what a draft is made of: what is neither accepted, nor was accepted until a day that is over."""
    return tuple(one for one in findings if not one.known and one.first.kind not in _NOT_ACCEPTED)


def _names(result: FindingResult, kinds: Mapping[str, str], vocabulary: Vocabulary) -> Iterator[_Names]:
    """Yield by what a finding is named: as narrowly as it can be, and will be the next time."""
    finding = result.first
    named: list[tuple[str, str]] = []
    if finding.by in kinds:
        named.append((kinds[finding.by], finding.by))
    if _is_operation(finding.operation):
        named.append(("operation", finding.operation))
    if finding.event:
        named.append(("event", finding.event))
    if named and (finding.by in kinds or _knows(finding, vocabulary)):
        yield tuple(named)
        return
    for scenario in result.scenarios:
        yield (("scenario", scenario), *named)


def _is_operation(text: str) -> bool:
    first, _, rest = text.partition(" ")
    return bool(rest) and (first == "emit" or first in METHODS)


def _knows(finding: Finding, vocabulary: Vocabulary) -> bool:
    method, _, path = finding.operation.partition(" ")
    service, event = vocabulary.event_in(finding.event)
    if event and not vocabulary.on(service).knows_event(event):
        return False
    if method == "emit":
        return vocabulary.knows_emit(path)
    return not path or not vocabulary.operations or finding.operation in map(str, vocabulary.operations)


def _entry(names: _Names, results: Sequence[FindingResult], run: str, until: dt.date) -> Iterator[str]:
    reasons = [_reason(one) for one in results[:_MOST_REASONS]]
    if len(results) > _MOST_REASONS:
        reasons.append(f"{len(results) - _MOST_REASONS} more of it")
    because = f"{'; '.join(reasons)}; in {run}"
    lines = [f"{key}: {_quoted(text)}" for key, text in (*names, ("because", because))]
    yield f"  - {lines[0]}"
    yield from (f"    {line}" for line in (*lines[1:], f"until: {until.isoformat()}"))


def _reason(result: FindingResult) -> str:
    """Return why: what happened, how often and where."""
    finding = result.first
    often = "once" if result.count == 1 else f"{result.count} times"
    where = f" in {listed(result.scenarios, limit=3)}" if 0 < len(result.scenarios) <= _MOST_REASONS else ""
    if len(result.scenarios) > _MOST_REASONS:
        where = f" in {counted(len(result.scenarios), 'scenario')}"
    return f"{finding.kind.value} {often}{where}: {shortened(visible(finding.sentence), limit=_LONGEST)}"


def _quoted(text: str) -> str:
    """Return a text as YAML's double-quoted style has it, on one line; what cannot be seen in it is made so before."""
    return json.dumps(visible(text), ensure_ascii=False)
