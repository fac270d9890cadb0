"""A company's lane: what is to be done to its sockets, strictly one after the other.

Without planted defects nothing ever waits here: an item is done as it is put. A held item holds back all behind it,
and an item's hold counts from when it was put, so that holds do not add up.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from threadfilesharing.live.acts import Act


@dataclass(frozen=True, slots=True)
class Item:
    """Something to do at `due_s` on the loop's clock, and the act it came from, if any."""

    due_s: float
    do: Callable[[], None]
    act: Act | None = None


class Lane:
    """The items of one company, in order."""

    def __init__(self, last_event_id: int) -> None:
        self.last_event_id = last_event_id
        self.waiting: deque[Item] = deque()
        self._timer: asyncio.TimerHandle | None = None

    def put(self, do: Callable[[], None]) -> None:
        """Do this after everything that was put before."""
        if self.waiting:
            self.waiting.append(Item(0.0, do))
        else:
            do()

    def put_held(self, item: Item, position: int) -> None:
        """Put an item that is held, or that goes before others."""
        self.waiting.insert(position, item)
        self._drain()

    async def passed(self) -> None:
        """Wait until everything that was put before is done."""
        if self.waiting:
            marker: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self.put(lambda: _reach(marker))
            await marker

    def _drain(self) -> None:
        loop = asyncio.get_running_loop()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        while self.waiting:
            if (due_s := self.waiting[0].due_s) > loop.time():
                self._timer = loop.call_at(due_s, self._drain)
                return
            self.waiting.popleft().do()


def _reach(marker: asyncio.Future[None]) -> None:
    if not marker.done():
        marker.set_result(None)
