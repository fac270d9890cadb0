"""The budget of calls that a target takes, kept by the whole run: who may call when."""

from __future__ import annotations

from collections import deque
from typing import Final

from antiphon.target.http_model import RateBudget

_MARGIN: Final = 0.02
_MARGIN_S: Final = (0.02, 0.25)
"""The least and the most of it."""


class Pacer:
    """When the calls of a run may leave: never more of them than the budget, in any window of its length.

    Attributes:
        held_s: For how long calls were held back, all in all.
    """

    __slots__ = ("_left", "held_s")

    def __init__(self) -> None:
        self._left: dict[tuple[str, str], deque[float]] = {}
        self.held_s = 0.0

    def reserve(self, budget: RateBudget, operation: str, now_s: float, *, whose: str = "") -> float:
        """Return when the next call may leave, and count it as one that does.

        Args:
            budget: How many there may be in how long a time.
            operation: Which call it is.
            now_s: The present.
            whose: The service that has the budget.
        """
        key = (whose, operation if budget.each == "operation" else "")
        times = self._left.setdefault(key, deque(maxlen=budget.calls))
        at_s = now_s
        if len(times) == budget.calls:
            least_s, most_s = _MARGIN_S
            margin_s = min(max(budget.per_s * _MARGIN, least_s), most_s)
            # Calls that left in time may arrive closer together than they left.
            at_s = max(now_s, times[0] + budget.per_s + margin_s)
        times.append(at_s)
        self.held_s += at_s - now_s
        return at_s
