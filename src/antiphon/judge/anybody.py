"""A claim of which it is enough that one of a group fulfils it: many judgements become one."""

from __future__ import annotations

from collections.abc import Sequence

from antiphon.judge.verdicts import Outcome, Verdict

_MOST_TOLD = 5


def any_verdicts(group: str, told: Sequence[Sequence[Verdict]]) -> tuple[int, tuple[Verdict, ...]]:
    """Return which member's verdicts count for the whole group, and the verdicts.

    The first of whom all held; without one the first of whom nothing failed, who is then void; else one failure that
    tells what became of each.

    Args:
        group: Its name.
        told: Each member's verdicts, in the group's order.
    """
    outcomes = [{verdict.outcome for verdict in verdicts} for verdicts in told]
    for index, found in enumerate(outcomes):
        if found <= {Outcome.HELD}:
            return index, tuple(told[index])
    for index, found in enumerate(outcomes):
        if Outcome.FAILED not in found:
            return index, tuple(told[index])
    return 0, (_nobody(group, told),)


def _nobody(group: str, told: Sequence[Sequence[Verdict]]) -> Verdict:
    failures = [next(verdict for verdict in verdicts if verdict.outcome is Outcome.FAILED) for verdicts in told]
    first = failures[0]
    details = [verdict.sentence for verdict in failures[:_MOST_TOLD]]
    if len(failures) > _MOST_TOLD:
        details.append(f"{len(failures) - _MOST_TOLD} more likewise")
    claim = first.claim.replace(first.user, f"any of {group}", 1)
    sentence = f"none of the {len(told)} users of {group} heard what any of them must hear"
    return Verdict(
        outcome=Outcome.FAILED,
        kind=first.kind,
        claim=claim,
        sentence=sentence,
        details=tuple(details),
        hint=first.hint,
        source=first.source,
        step=first.step,
        user=group,
        event=first.event,
        cause_seq=first.cause_seq,
        evidence=tuple(seq for verdict in failures for seq in verdict.evidence),
        limit_s=first.limit_s,
    )
