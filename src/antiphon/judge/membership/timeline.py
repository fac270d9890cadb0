"""A fact that changes, each change with an interval in which nobody can tell whether it has come about.

A change is under way from its sending to its answer. One that was never answered may have come about
at any time since it was sent, until the next one that was answered. Changes that overlap may have
come about in either order.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

OUT, IN, PARTLY = 1, 2, 4
"""States, as bits of a mask: what may have been the case."""

NEVER_S = float("-inf")


class Change(msgspec.Struct, frozen=True, gc=False):
    """One change of the fact.

    Attributes:
        state: What it makes of it.
        from_s: When it was sent.
        to_s: When it was answered; of one that was not, when nobody waited any longer.
        certain: Whether it was answered, so that it came about.
        seq: The entry that tells of it; 0 if none does.
    """

    state: int
    from_s: float
    to_s: float
    certain: bool = True
    seq: int = 0


class Timeline:
    """The changes of one fact, in the order in which they became known."""

    __slots__ = ("changes", "initial")

    def __init__(self, initial: int = OUT, changes: Sequence[Change] = ()) -> None:
        self.initial = initial
        self.changes = list(changes)

    def add(self, change: Change, keep_s: float = NEVER_S) -> None:
        """Add a change, and forget those of which nobody can ask any longer.

        Args:
            change: The change.
            keep_s: Nothing is asked about times before this.
        """
        changes = self.changes
        if changes and keep_s > NEVER_S:
            self._forget(keep_s)
        self.changes.append(change)

    def mask(self, from_s: float, to_s: float, *, leave_out: int = 0, at_once: int = 0) -> int:
        """Return all that may have been the case at some time from `from_s` to `to_s`.

        Args:
            from_s: The first moment asked about.
            to_s: The last.
            leave_out: The entry whose changes are taken as not come about.
            at_once: The entry whose changes are taken as come about before `from_s`.
        """
        changes = self.changes
        if not changes:
            return self.initial
        if len(changes) == 1:  # by far the most
            only = changes[0]
            if only.certain and only.to_s <= from_s and only.seq != leave_out:
                return only.state
        if leave_out or at_once:
            changes = _seen(changes, from_s, leave_out, at_once)
            if not changes:
                return self.initial
        found = 0
        for change in changes:
            if change.from_s > to_s:
                continue
            if change.from_s > from_s or not _superseded(change, changes, from_s):
                found |= change.state
        if not any(change.certain and change.to_s <= from_s for change in changes):
            found |= self.initial
        return found

    def is_calm(self, at_s: float) -> bool:
        """Return whether all is decided at `at_s` by one change that had been answered before."""
        return all(change.to_s <= at_s for change in self.changes) and self.mask(at_s, at_s) in (OUT, IN, PARTLY)

    def proof(self) -> int:
        """Return the entry that tells how it stands now; 0 if none does."""
        return self.changes[-1].seq if self.changes else 0

    def _forget(self, keep_s: float) -> None:
        changes = self.changes
        if not any(change.certain and change.to_s <= keep_s for change in changes):
            return
        # The initial state is superseded already; what stands for it must not come back.
        self.changes = [change for change in changes if not _superseded(change, changes, keep_s)]


def _superseded(change: Change, changes: Sequence[Change], at_s: float) -> bool:
    """Return whether a later change that was answered by `at_s` has certainly taken the place of this one."""
    end_s = change.to_s if change.certain else change.from_s
    behind = False
    for other in changes:
        if other is change:
            behind = True  # of two that have the same moment, the one that became known later is the later one
        elif other.certain and other.to_s <= at_s and (other.from_s > end_s or (behind and other.from_s == end_s)):
            return True
    return False


def _seen(changes: Sequence[Change], from_s: float, leave_out: int, at_once: int) -> list[Change]:
    seen = []
    for change in changes:
        if leave_out and change.seq == leave_out:
            continue
        if at_once and change.seq == at_once:
            seen.append(Change(change.state, change.from_s, min(change.to_s, from_s), certain=True, seq=change.seq))
        else:
            seen.append(change)
    return seen
