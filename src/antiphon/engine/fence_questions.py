"""What fences ask on a connection: the next event that answers one belongs to it, and reaches no inbox."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from antiphon.history.entries import Event

FenceAnswered = Callable[[Event], bool]


class FenceQuestions:
    """The open questions of one connection."""

    __slots__ = ("_asked",)

    def __init__(self) -> None:
        self._asked: list[tuple[FenceAnswered, asyncio.Future[Event]]] = []

    def __bool__(self) -> bool:
        return bool(self._asked)

    def ask(self, answered_by: FenceAnswered) -> asyncio.Future[Event]:
        """Return the next event that `answered_by` accepts."""
        future: asyncio.Future[Event] = asyncio.get_running_loop().create_future()
        self._asked.append((answered_by, future))
        return future

    def take(self, event: Event) -> bool:
        """Return whether an event answers a question; it is open no longer then."""
        for index, (answered_by, future) in enumerate(self._asked):
            if answered_by(event):
                del self._asked[index]
                if not future.done():
                    future.set_result(event)
                return True
        return False

    def cancel(self) -> None:
        """Let nobody wait for what cannot come any more."""
        for _, future in self._asked:
            future.cancel()
        self._asked.clear()
