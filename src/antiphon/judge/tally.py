"""Many equal judgements of one step kept as few: what held is counted, what failed is told up to a number."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from antiphon.core.source import Source
from antiphon.judge.verdicts import Kind, Outcome, Verdict

MOST_TOLD = 10
"""Failures of one kind at one step that are told one by one; the rest are counted."""

_ENDED = {Outcome.FAILED: "failed here, too", Outcome.VOID: "could not be judged here, either"}
_Key = tuple[Outcome, Kind, Source]


class Tally:
    """The verdicts of one step over many rounds, in bounded memory.

    Attributes:
        failed: How many did not hold.
        count: How many there were.
    """

    __slots__ = ("_found", "_group", "_step", "count", "failed")

    def __init__(self, step: str, group: str = "") -> None:
        """Begin without any.

        Args:
            step: The step's number, without rounds.
            group: Who is named in place of the users when their judgements are counted as one; empty: the users.
        """
        self._step = step
        self._group = group
        self._found: dict[_Key, _Found] = {}
        self.count = 0
        self.failed = 0

    def add(self, verdict: Verdict) -> None:
        """Take in a judgement."""
        found = self._found_of(verdict)
        found.count += 1
        self.count += 1
        if verdict.outcome is Outcome.FAILED:
            self.failed += 1
        if len(found.told) < (1 if verdict.outcome is Outcome.HELD else MOST_TOLD):
            found.told.append(verdict)

    def held_again(self, first: Verdict, times: int) -> None:
        """Count judgements that would all say what `first`, which was added, says."""
        self._found_of(first).count += times
        self.count += times

    def verdicts(self) -> tuple[Verdict, ...]:
        """Return what is told: what held once for all, failures one by one and the rest of them as one."""
        return tuple(told for found in self._found.values() for told in self._told(found))

    def _found_of(self, verdict: Verdict) -> _Found:
        key = (verdict.outcome, verdict.kind, verdict.source)
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = _Found()
        return found

    def _told(self, found: _Found) -> Iterator[Verdict]:
        first = found.told[0]
        if first.outcome is Outcome.HELD:
            yield self._for_all(first, found.count)
            return
        yield from found.told
        rest = found.count - len(found.told)
        if rest:
            rounds = "1 more round" if rest == 1 else f"{rest:,} more rounds"
            sentence = f"{rounds} of step {self._step} {_ENDED.get(first.outcome, 'ended likewise')}"
            yield msgspec.structs.replace(
                first,
                sentence=sentence,
                details=(),
                evidence=(),
                times=rest,
                user=self._group or first.user,
                step=self._step,
            )

    def _for_all(self, first: Verdict, times: int) -> Verdict:
        claim, sentence = (
            text.replace(first.user, self._group, 1) if self._group and first.user else text
            for text in (first.claim, first.sentence)
        )
        return msgspec.structs.replace(
            first,
            claim=claim,
            sentence=f"{sentence} ({times:,} times)" if times > 1 else sentence,
            user=self._group or first.user,
            connection="" if self._group else first.connection,
            step=self._step,
            times=times,
        )


class _Found:
    __slots__ = ("count", "told")

    def __init__(self) -> None:
        self.count = 0
        self.told: list[Verdict] = []
