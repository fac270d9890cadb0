"""Whether a measured time kept its limit, given how late the measuring itself may have been.

A stamp of receipt can only be late: the true time is at least what was measured less the lag at the
end and the target's wait, and at most what was measured plus the lag at the start. The most within
the limit holds, the least above it is late; in between nobody can tell, and the verdict is void.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from antiphon.core.durations import duration_text


class Timing(StrEnum):
    """What can be said about one limit."""

    HOLDS = "holds"
    LATE = "late"
    VOID = "void"


class Measured(Struct, frozen=True, kw_only=True):
    """A measured time and all that may have falsified it; seconds.

    Attributes:
        measured_s: From stamp to stamp; negative if the end was stamped first.
        lag_start_s: Antiphon's own lag at the first stamp; 0 for a stamp taken just before sending.
        lag_end_s: Antiphon's own lag at the second stamp.
        target_wait_s: How long the target's threads waited for a processor in between.
    """

    measured_s: float
    lag_start_s: float = 0.0
    lag_end_s: float = 0.0
    target_wait_s: float = 0.0

    @property
    def least_s(self) -> float:
        """The least that the true time can have been."""
        return least_of(self.measured_s, self.lag_end_s, self.target_wait_s)

    @property
    def most_s(self) -> float:
        """The most that the true time can have been."""
        return max(self.measured_s + self.lag_start_s, 0.0)


def least_of(measured_s: float, lag_end_s: float, target_wait_s: float) -> float:
    """Return the least that a true time can have been."""
    return max(measured_s - lag_end_s - target_wait_s, 0.0)


def judge_limit(measured: Measured, limit_s: float) -> Timing:
    """Return whether the true time was within `limit_s`, was not, or cannot be known."""
    if measured.most_s <= limit_s:
        return Timing.HOLDS
    return Timing.LATE if measured.least_s > limit_s else Timing.VOID


def kept_off(measured: Measured, floor_s: float) -> bool | None:
    """Return whether the true time was at least `floor_s`, or was not; None if that cannot be known.

    What came before the time was counted from is below every floor, that of 0 too.
    """
    if measured.measured_s - measured.lag_end_s - measured.target_wait_s >= floor_s:
        return True
    return False if measured.measured_s + measured.lag_start_s < floor_s else None


def limit_text(seconds: float) -> str:
    """Return a limit as its author would write it: `100ms`, `5s`."""
    return duration_text(seconds).replace(" ", "")


def doubt(measured: Measured, limit_s: float) -> str:
    """Return the numbers that make a time void, in words; the limit is the most or the least that was claimed."""
    shown = duration_text(max(measured.measured_s, 0.0))
    parts = [f"own lag {duration_text(measured.lag_start_s)} before and {duration_text(measured.lag_end_s)} after"]
    if measured.target_wait_s > 0:
        parts.append(f"the target waited {duration_text(measured.target_wait_s)} for a processor")
    return (
        f"measured {shown} ({', '.join(parts)}): truly between {duration_text(measured.least_s)}"
        f" and {duration_text(measured.most_s)}, and the limit {limit_text(limit_s)} lies between"
    )
