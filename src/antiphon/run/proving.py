"""The entries that prove a finding, looked up in the history that a run has kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from antiphon.history.entries import AnyEntry, Call, Emit
from antiphon.history.record import Head
from antiphon.run.folder import StoredRun
from antiphon.run.results import FindingResult

MOST_PROOFS: Final = 8
"""How many entries are told of one finding."""


def proven(results: Sequence[FindingResult], stored: StoredRun) -> tuple[FindingResult, ...]:
    """Return findings with the entries that they name, as the history has them: without secrets.

    Args:
        results: What was found.
        stored: The run in which it was found; only the blocks of its history that hold such an entry are read.

    Raises:
        UnreadableRun: The history's file is missing.
    """
    wanted = {seq for one in results for seq in (one.first.cause_seq, *one.first.witness[:MOST_PROOFS]) if seq}
    if not wanted:
        return tuple(results)

    def holds_none(heads: Sequence[Head]) -> bool:
        return not any(head.seq in wanted for head in heads)

    found = {entry.seq: entry for entry in stored.entries(holds_none) if entry.seq in wanted}
    return tuple(_proven(one, found) for one in results)


def _proven(result: FindingResult, found: dict[int, AnyEntry]) -> FindingResult:
    first = result.first
    cause = found.get(first.cause_seq)
    seqs = (seq for seq in sorted(first.witness[:MOST_PROOFS]) if seq != first.cause_seq)
    return msgspec.structs.replace(
        result,
        cause=cause if isinstance(cause, Call | Emit) else result.cause,
        proof=tuple(found[seq] for seq in seqs if seq in found),
    )
