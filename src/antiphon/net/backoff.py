"""Reconnecting: how long to wait before each attempt, and when to give up."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from msgspec import Struct

from antiphon.core.clock import Clock, Dice
from antiphon.net.socket_facts import Opened, Refused


class Backoff(Struct, frozen=True):
    """A reconnect policy. The waits are those of the JavaScript client, which are what servers are made for.

    Attributes:
        initial_s: The wait before the first attempt.
        factor: How many times longer each further wait is.
        max_s: The longest wait.
        jitter: Which part of a wait is left to chance, in both directions: from 0 to 1.
        attempts: How many attempts to make. The JavaScript client never gives up; here every wait ends.
    """

    initial_s: float = 1.0
    factor: float = 2.0
    max_s: float = 5.0
    jitter: float = 0.5
    attempts: int = 10

    def __post_init__(self) -> None:
        """Refuse what makes no policy.

        Raises:
            ValueError: A wait is negative, the factor below 1, the jitter not from 0 to 1, or no attempt is made.
        """
        if self.initial_s < 0 or self.max_s < 0 or self.factor < 1 or not 0 <= self.jitter <= 1 or self.attempts < 1:
            raise ValueError(f"no reconnect policy: {self}")

    def delay_s(self, attempt: int, dice: Dice) -> float:
        """Return how long to wait before an attempt.

        Args:
            attempt: 0 for the first one.
            dice: Spread the waits, so that users cut off together do not come back together.
        """
        try:
            wait_s = min(self.initial_s * self.factor**attempt, self.max_s)
        except OverflowError:
            wait_s = self.max_s
        spread = 1 + self.jitter * (2 * dice.uniform() - 1)
        return min(wait_s * spread, self.max_s)


class Reopening(Struct, frozen=True):
    """How reconnecting went.

    Attributes:
        outcome: Of the last attempt.
        refusals: Those of the attempts before it, in order.
    """

    outcome: Opened | Refused
    refusals: tuple[Refused, ...]


async def reopen(
    open_anew: Callable[[], Awaitable[Opened | Refused]], policy: Backoff, *, clock: Clock, dice: Dice
) -> Reopening:
    """Wait and try until the target lets the socket in, refuses it by its own word, or the attempts are spent.

    A `connect_error` is the application's word and ends it, as in the JavaScript client.

    Args:
        open_anew: Makes and opens a new connection; connections are opened once.
        policy: When to try.
        clock: Waits.
        dice: Spread the waits.
    """
    refusals: list[Refused] = []
    for attempt in range(policy.attempts):
        await clock.sleep(policy.delay_s(attempt, dice))
        outcome = await open_anew()
        last = attempt + 1 == policy.attempts
        if isinstance(outcome, Opened) or outcome.by == "connect_error" or last:
            return Reopening(outcome, tuple(refusals))
        refusals.append(outcome)
    raise AssertionError("a policy makes at least one attempt")
