"""Scenarios played in order, or several at once: each lane takes the next one that waits."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

from antiphon.scenario.model import Scenario


class Playing(Protocol):
    """Whoever plays scenarios."""

    async def play_one(self, scenario: Scenario) -> object:
        """Play one, whatever becomes of it."""
        ...


async def in_lanes(
    waiting: list[Scenario],
    playing: Playing,
    *,
    at_once: int,
    stops: Callable[[], bool],
    fault: Callable[[Exception], object],
) -> None:
    """Play what waits, the last of the list first; what is added meanwhile is played as well.

    Args:
        waiting: Taken from as lanes become free.
        playing: Who plays.
        at_once: How many lanes.
        stops: Whether nothing more is to be begun.
        fault: Told of an exception that was no verdict.
    """

    async def lane() -> None:
        while waiting and not stops():
            await playing.play_one(waiting.pop())

    lanes: list[Awaitable[None]] = [lane() for _ in range(max(1, min(at_once, len(waiting))))]
    for outcome in await asyncio.gather(*lanes, return_exceptions=True):
        if isinstance(outcome, Exception):
            fault(outcome)
