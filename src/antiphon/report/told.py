"""Which part of a history a run's reports tell: of a flood that was heard its beginning, not half a million events.

Of what did not hold everything is told, for it is drawn. Of what passed only the calls, and the first thousand of what
was said and heard; whoever wants more of it asks `show`, which reads the whole.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from itertools import islice
from operator import attrgetter
from typing import Final

from antiphon.history.entries import AnyEntry
from antiphon.history.record import Head
from antiphon.judge.measures import is_delivery
from antiphon.judge.verdicts import PlayOutcome
from antiphon.run.folder import StoredRun
from antiphon.run.results import FindingResult, ScenarioResult

MOST_OF_A_KIND: Final = 1000
"""How many calls, and how many of all that was said and heard, the JSON report tells of a scenario."""
_SOUND: Final = frozenset({PlayOutcome.PASSED, PlayOutcome.FLAKY})
_SAID: Final = frozenset({"emit", "event"})
_play: Final = attrgetter("play")
_kind: Final = attrgetter("entry")


def told_entries(
    stored: StoredRun, results: Sequence[ScenarioResult], findings: Sequence[FindingResult] = ()
) -> tuple[AnyEntry, ...]:
    """Return of a run's history at least what its reports tell, in its order.

    Args:
        stored: The run.
        results: All its results.
        findings: What was found in it beside.

    Raises:
        UnreadableRun: The history's file is missing.
    """
    if all(result.emits + result.events <= MOST_OF_A_KIND for result in results if result.outcome in _SOUND):
        return stored.entries()
    return stored.entries(_Told(results, findings).leaves_out)


class _Told:
    """Decides block by block, in their order: those of one play stand one behind the other."""

    __slots__ = ("_named", "_said", "_sound")

    def __init__(self, results: Sequence[ScenarioResult], findings: Sequence[FindingResult]) -> None:
        sound = [result for result in results if result.outcome in _SOUND]
        self._sound = frozenset(play for result in sound for play in result.plays)
        self._said: Counter[str] = Counter()
        named = {seq for result in sound for seq in _named(result)}
        self._named = sorted(named | {entry.seq for one in findings for entry in (*one.proof, *_cause(one))})

    def leaves_out(self, heads: Sequence[Head]) -> bool:
        """Return whether nothing of a block is told, and note what is."""
        if not heads:
            return True
        plays, kinds = set(map(_play, heads)), set(map(_kind, heads))
        if not any(self._is_told(play, kind) for play in plays for kind in kinds) and not self._holds_named(heads):
            return True
        self._said.update(head.play for head in heads if head.entry in _SAID)
        return False

    def _is_told(self, play: str, kind: str) -> bool:
        if play not in self._sound:
            return True
        return kind == "call" or (kind in _SAID and self._said[play] < MOST_OF_A_KIND)

    def _holds_named(self, heads: Sequence[Head]) -> bool:
        """Return whether an entry of the block is one that a verdict names; they come in the order of their numbers."""
        at = bisect_left(self._named, heads[0].seq)
        return at < len(self._named) and self._named[at] <= heads[-1].seq


def _cause(found: FindingResult) -> tuple[AnyEntry, ...]:
    return (found.cause,) if found.cause is not None else ()


def _named(result: ScenarioResult) -> set[int]:
    """Return the entries whose stamps, or whose calls, are told beside a verdict of a scenario that passed."""
    deliveries = (verdict for verdict in result.verdicts if is_delivery(verdict) and verdict.evidence)
    stamped = {verdict.evidence[0] for verdict in islice(deliveries, MOST_OF_A_KIND)}
    return stamped | {verdict.cause_seq for verdict in result.earlier}
