"""What judging needs beside the history: limits, doubts about time, and who is in which room."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from antiphon.judge.laws.exercised import Exercised
from antiphon.judge.membership.members import Members
from antiphon.judge.timing import Measured, Timing, judge_limit

if TYPE_CHECKING:
    from antiphon.judge.laws.obligations import Obligation


def no_lag(_at_s: float) -> float | None:
    """Return that a lag is not known."""
    return None


def no_wait(_from_s: float, _to_s: float) -> float:
    """Return that a target never waits."""
    return 0.0


class LawSetting(msgspec.Struct, frozen=True, eq=False, kw_only=True):
    """The parameters of a checker.

    Attributes:
        members: Who is in which room.
        settle_s: For how long what was caused may still come, where nothing else is promised.
        wait_s: After which what has not come is lost.
        lag_at: Antiphon's own lag at a stamp; None if it is not known.
        target_wait: How long the target's threads waited for a processor in between.
        shared: Whether others use the target at the same time.
        exercised: In which plays each law was put to the proof.
        decided: Told of each obligation that was judged; None: nobody asks.
    """

    members: Members
    settle_s: float
    wait_s: float
    lag_at: Callable[[float], float | None] = no_lag
    target_wait: Callable[[float, float], float] = no_wait
    shared: bool = False
    exercised: Exercised = msgspec.field(default_factory=Exercised)
    decided: Callable[[Obligation, Members], None] | None = None

    def note(self, obligation: Obligation) -> None:
        """Tell those who want to know that an obligation was judged."""
        self.exercised.note(obligation, self.members)
        if self.decided is not None:
            self.decided(obligation, self.members)

    def lag(self, at_s: float) -> float:
        """Return Antiphon's own lag at a stamp, 0 where it is not known."""
        return self.lag_at(at_s) or 0.0

    def measured(self, answered_s: float, at_s: float) -> Measured:
        """Return the time from an answer to a receipt, with its doubts."""
        return Measured(
            measured_s=at_s - answered_s,
            lag_start_s=self.lag(answered_s),
            lag_end_s=self.lag(at_s),
            target_wait_s=self.target_wait(answered_s, at_s) if at_s > answered_s else 0.0,
        )

    def timing(self, answered_s: float, at_s: float, limit_s: float) -> Timing:
        """Return whether what came at `at_s` came within a limit; what came before the answer did."""
        if at_s <= answered_s:
            return Timing.HOLDS
        return judge_limit(self.measured(answered_s, at_s), limit_s)

    def grace_s(self, at_s: float) -> float:
        """Return for how long what was caused before somebody left may still come, as a stamp shows it."""
        return self.settle_s + self.lag(at_s)
