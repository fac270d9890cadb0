"""The stepper: begins rounds when they are due, ends what is out of time, and returns when the last round has ended."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from itertools import pairwise

from antiphon.core.clock import Clock
from antiphon.engine.stepper.due import DueTimes
from antiphon.engine.stepper.errands import Errands
from antiphon.engine.stepper.rounds import Op, Round, VirtualUser
from antiphon.language.scope import MISSING

SWEEP_S = 0.1
"""How often it is looked who is out of time: a number in each round and a look cost 0.06 µs, a timer each 1.4."""
_AT_ONCE = 64


class Stepper:
    """Plays rounds of light steps.

    Attributes:
        waiting: The rounds that wait for an answer.
        due: What is to be done when.
        errands: What cannot be done inside a callback.
    """

    def __init__(self, clock: Clock) -> None:
        self._now_s = clock.now_s
        self._ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._first: Op | None = None
        self._stops: Sequence[str] = ()
        self._users: Sequence[VirtualUser] = ()
        self._start_s = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._items: Sequence[object] = ()
        self._item_name = ""
        self._under_way = 0
        self._all_begun = False
        self._period_s: float | None = None
        self.waiting: set[Round] = set()
        self.due = DueTimes(clock)
        self.errands = Errands(self.failed)

    async def play(
        self,
        users: Sequence[VirtualUser],
        ops: Sequence[Op],
        stops: Sequence[str],
        *,
        items: Sequence[object],
        item_name: str,
        period_s: float | None,
    ) -> None:
        """Play a round for each item by each user, on time or back to back; return when the last has ended."""
        self._first = ops[0]
        for op, behind in pairwise(ops):
            op.next = behind
        self._stops, self._items, self._item_name, self._period_s = stops, items, item_name, period_s
        if not items:
            return
        self._timer = asyncio.get_running_loop().call_later(SWEEP_S, self._sweep)
        try:
            if period_s is None:
                self._under_way += len(users)
                for user in users:
                    self._next_of(user)
            else:
                self._users = users
                self._start_s = self._now_s()
                self._begin(0)
            await self._ended
        finally:
            self._timer.cancel()
            self.due.forget()
            for round_ in tuple(self.waiting):
                if round_.op is not None:
                    round_.op.abandon(round_)
            await self.errands.cancel()

    # -- rounds on time ----------------------------------------------------------------------------

    def _begin(self, index: int) -> None:
        """Begin round `index` of everybody, and see to it that the next one begins on time."""
        following = index + 1
        if following < len(self._items) and not self._stops:
            due_s = self._start_s + following * (self._period_s or 0.0)
            self.due.at(due_s, lambda: self._begin(following))
        else:
            self._all_begun = True
        if self._stops:
            self._end_if_done()
            return
        self._under_way += len(self._users)
        first, item, number = self._first, self._items[index], f"[{following}]"
        assert first is not None  # noqa: S101 - a block has a step at least
        for user in self._users:
            known = {self._item_name: item} if item is not MISSING else {}
            Round(user, known, number + user.suffix, first, self).run()

    def _end_if_done(self) -> None:
        if self._all_begun and not self._under_way and not self._ended.done():
            self._ended.set_result(None)

    # -- rounds back to back -----------------------------------------------------------------------

    def _next_of(self, user: VirtualUser) -> None:
        """Begin the user's next round, and those behind it as long as rounds end at once."""
        if user.under_way:  # the round that has just been begun has ended already: the loop below goes on
            return
        user.under_way = True
        for _ in range(_AT_ONCE):
            index = user.begun
            if index == len(self._items) or self._stops:
                user.under_way = False
                self._all_begun = True
                self._under_way -= 1
                self._end_if_done()
                return
            user.begun += 1
            item, first = self._items[index], self._first
            assert first is not None  # noqa: S101 - as above
            known = {self._item_name: item} if item is not MISSING else {}
            round_ = Round(user, known, f"[{index + 1}]{user.suffix}", first, self)
            round_.run()
            if round_.op is not None:
                user.under_way = False
                return
        user.under_way = False
        asyncio.get_running_loop().call_soon(self._next_of, user)

    # -- both --------------------------------------------------------------------------------------

    def ended(self, round_: Round) -> None:
        """Take note that a round has ended: under no period the user's next one begins."""
        if self._period_s is None:
            self._next_of(round_.user)
        else:
            self._under_way -= 1
            if self._all_begun:
                self._end_if_done()

    def failed(self, error: Exception) -> None:
        """End at once: something happened that is no judgement."""
        if not self._ended.done():
            self._ended.set_exception(error)

    def _sweep(self) -> None:
        now_s = self._now_s()
        for round_ in [one for one in self.waiting if one.deadline_s <= now_s]:
            if round_.op is not None:
                round_.op.out_of_time(round_)
        self._timer = asyncio.get_running_loop().call_later(SWEEP_S, self._sweep)
