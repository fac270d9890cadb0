"""A tap between the network and the history: what users hear and are answered may pass it as something else.

Nothing of it is there in a run that tells the truth. Whoever supplies one falsifies, and must never keep what is played
as the result of a run.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Protocol, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from antiphon.core.clock import Clock
from antiphon.history.entries import Call, Emit, Event

Answered = TypeVar("Answered", Call, Emit)


class Hears(Protocol):
    """A socket, as far as a tap needs it."""

    @property
    def is_open(self) -> bool:
        """Whether it can hear anything."""
        ...

    def take(self, entry: Event, correlation: str | None, ack_id: int | None) -> None:
        """Hear an event."""
        ...


class Tap:
    """What entries become on their way; here they stay what they are."""

    def heard(self, event: Event) -> Sequence[tuple[float, Event]]:
        """Return what is heard in place of an event, and after how many seconds each; perhaps by somebody else."""
        return ((0.0, event),)

    def answered(self, entry: Answered) -> Answered:
        """Return the call or emit with the answer that it has instead."""
        return entry


class Tapped:
    """A tap as the sockets of one play have it: who hears what passes it, and when."""

    def __init__(self, tap: Tap, clock: Clock) -> None:
        self._tap = tap
        self._clock = clock
        self._sockets: dict[str, Hears] = {}
        self._timers: list[asyncio.TimerHandle] = []

    def joined(self, connection: str, socket: Hears) -> None:
        """Note whose events pass."""
        self._sockets[connection] = socket

    def pass_on(self, event: Event, correlation: str | None, ack_id: int | None) -> None:
        """Let an event pass; what it is the answer of, and what it asks, belongs to the first that is heard of it."""
        for delay_s, one in self._tap.heard(event):
            socket = self._sockets.get(one.connection)
            if socket is None:
                continue
            if delay_s <= 0:
                socket.take(one, correlation, ack_id)
            else:
                later = partial(self._late, socket, one, correlation, ack_id)
                self._timers.append(asyncio.get_running_loop().call_later(delay_s, later))
            correlation, ack_id = None, None

    def _late(self, socket: Hears, event: Event, correlation: str | None, ack_id: int | None) -> None:
        if socket.is_open:
            socket.take(replace(event, at_s=self._clock.now_s()), correlation, ack_id)

    def close(self) -> None:
        """Let nothing more come."""
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()


class Patience(Struct):
    """For how long a play waits for what it is to hear, where that is shorter than what it claims.

    Attributes:
        most_s: The longest that it waits after an answer; None: as long as it claims.
        ended: Whether a wait ended that would have gone on.
    """

    most_s: float | None = None
    ended: bool = False

    def deadline_s(self, from_s: float, deadline_s: float) -> float:
        """Return until when it is waited."""
        return deadline_s if self.most_s is None else min(deadline_s, from_s + self.most_s)

    def wait_s(self, wait_s: float) -> float:
        """Return for how long it is waited."""
        return wait_s if self.most_s is None else min(wait_s, self.most_s)

    def gave_up(self, now_s: float, deadline_s: float) -> None:
        """Note that a wait is over, which would have lasted until a moment."""
        if self.most_s is not None and now_s < deadline_s:
            self.ended = True
