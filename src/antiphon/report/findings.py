"""What was found beside the scenarios' own claims, as people read it: the law, its cause, who heard what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from antiphon.core.source import NOWHERE
from antiphon.history.entries import Call, Emit
from antiphon.judge.findings import Finding, FindingKind
from antiphon.report.curl import curl
from antiphon.report.painting import Ink, Painted, lines, painted
from antiphon.report.safe import shown, shown_bytes
from antiphon.report.trace import trace_line
from antiphon.report.words import counted
from antiphon.run.results import FindingResult

_LONGEST_COMMAND = 8192
_LONGEST = 400
_LONGEST_PROOF = 240
_MOST_NAMED = 5
_OF_CONTRACTS = (FindingKind.CONTRACT, FindingKind.UNDOCUMENTED)


def finding_line(finding: Finding) -> Painted:
    """Return a finding in one line, told at once: `lost    messaging/fanout  bob did not hear …`."""
    where = shown(finding.play, limit=120)
    return painted((f"{finding.kind:<7} ", Ink.BAD), f"{where}  " if where else "", _sentence(finding))


def finding_text(result: FindingResult, *, run: str = "") -> Painted:
    """Return a finding with its witness, over several lines.

    Args:
        result: The finding, with its cause and how often it was found.
        run: The run's id: it makes the hint.
    """
    finding = result.first
    head = painted((f"{finding.kind}: ", Ink.DOUBT if result.is_accepted else Ink.BAD), _sentence(finding))
    told = [head, painted(f"  --> {place}")] if (place := _place(finding)) else [head]
    told += [painted("   |     ", line) for line in witness_lines(result)]
    if run and result.scenarios:
        told.append(painted(f"hint: `antiphon show {shown(run)} {shown(result.scenarios[0])}` draws what was heard"))
    return lines(told)


def witness_lines(result: FindingResult) -> Iterator[str]:
    """Yield what proves a finding, line by line."""
    finding, cause = result.first, result.cause
    yield from (shown(detail, limit=_LONGEST) for detail in finding.details)
    match cause:
        case Call():
            yield shown(f"{_whose(cause.user)} call: {curl(cause)}", limit=_LONGEST_COMMAND)
            answered = "no answer" if cause.status is None else f"answered {cause.status}"
            yield shown(f"{answered}: ") + shown_bytes(cause.response_body, limit=_LONGEST)
        case Emit():
            yield shown(f"{_whose(cause.user)} emit: {cause.name} ") + shown_bytes(cause.args, limit=_LONGEST)
        case None:
            pass
    if result.proof:
        yield "proven by what the history has:"
        yield from (f"  {shown(trace_line(entry).plain, limit=_LONGEST_PROOF)}" for entry in result.proof)
    elif finding.witness:
        numbers = ", ".join(str(seq) for seq in finding.witness[:_MOST_NAMED])
        yield f"proven by the entries {numbers} of the history"
    if result.count > 1 or len(result.scenarios) > 1:
        named = ", ".join(shown(name, limit=80) for name in result.scenarios[:_MOST_NAMED])
        more = "" if len(result.scenarios) <= _MOST_NAMED else f" and {len(result.scenarios) - _MOST_NAMED} more"
        yield f"found {result.count} times, in {counted(len(result.scenarios), 'scenario')}: {named}{more}"
    if result.overdue:
        yield shown(f"accepted until {result.overdue}, which is over: {result.known}")
    elif result.known:
        yield shown(f"known: {result.known}")


def findings_texts(results: Iterable[FindingResult], *, run: str = "") -> Iterator[Painted]:
    """Yield each finding that is not accepted."""
    return (finding_text(one, run=run) for one in results if not one.is_accepted)


def findings_line(results: Iterable[FindingResult]) -> Painted | None:
    """Return how many there are: `findings: 2 · known: 1`; None where there are none."""
    every = tuple(results)
    if not every:
        return None
    accepted = sum(one.is_accepted for one in every)
    parts = [painted((f"findings: {len(every) - accepted}", Ink.BAD if len(every) > accepted else Ink.FAINT))]
    parts += [painted(f" · known: {accepted}")] if accepted else []
    return painted(*parts)


def finding_entity(result: FindingResult) -> dict[str, Any]:
    """Return a finding as it is told outside."""
    finding = result.first
    return {
        "kind": str(finding.kind),
        "by": finding.by,
        "operation": finding.operation or None,
        "event": finding.event or None,
        "user": finding.user or None,
        "connection": finding.connection or None,
        "sentence": finding.sentence,
        "details": list(finding.details),
        "cause": curl(result.cause) if isinstance(result.cause, Call) else finding.operation or None,
        "causeSeq": finding.cause_seq or None,
        "witness": list(finding.witness),
        "proof": [shown(trace_line(entry).plain, limit=_LONGEST_PROOF) for entry in result.proof],
        "source": _place(finding) or None,
        "count": result.count,
        "scenarios": list(result.scenarios),
        "known": result.known or None,
        "overdueSince": result.overdue or None,
        "accepted": result.is_accepted,
    }


def _sentence(finding: Finding) -> str:
    told = shown(finding.sentence, limit=_LONGEST)
    # Where a contract says it stands among the details, with the rule that was broken.
    return told if finding.kind in _OF_CONTRACTS else f"{told} · law: {shown(finding.by, limit=120)}"


def _place(finding: Finding) -> str:
    return "" if finding.source == NOWHERE else shown(str(finding.source))


def _whose(user: str) -> str:
    return f"{user}'s" if user else "the"
