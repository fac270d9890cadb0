"""One heap of due times: what is to be done when, in order, never too early, and nothing once it is forgotten."""

from __future__ import annotations

import asyncio

from antiphon.engine.stepper.due import DueTimes
from antiphon.ticking.real import RealClock


async def test_things_are_done_in_the_order_in_which_they_are_due_and_never_early() -> None:
    clock = RealClock()
    due = DueTimes(clock)
    done: list[tuple[str, float]] = []
    ended = asyncio.get_running_loop().create_future()
    began_s = clock.now_s()

    def note(name: str, due_s: float) -> None:
        done.append((name, clock.now_s() - began_s - due_s))
        if len(done) == 4:
            ended.set_result(None)

    for name, delay_s in (("third", 0.012), ("first", 0.0), ("fourth", 0.02), ("second", 0.004)):
        due.at(began_s + delay_s, lambda name=name, delay_s=delay_s: note(name, delay_s))  # type: ignore[misc]
    async with asyncio.timeout(60):
        await ended
    assert [name for name, _ in done] == ["first", "second", "third", "fourth"]
    assert all(late_s >= 0 for _, late_s in done)


async def test_what_is_done_may_add_what_is_due_next() -> None:
    due = DueTimes(RealClock())
    ended = asyncio.get_running_loop().create_future()
    rounds: list[int] = []

    def again() -> None:
        rounds.append(len(rounds))
        if len(rounds) == 5:
            ended.set_result(None)
        else:
            due.after(0.001, again)

    due.after(0, again)
    async with asyncio.timeout(60):
        await ended
    assert rounds == [0, 1, 2, 3, 4]


async def test_nothing_is_done_once_it_is_forgotten() -> None:
    due = DueTimes(RealClock())
    done: list[str] = []
    later = DueTimes(RealClock())
    ended = asyncio.get_running_loop().create_future()
    due.after(0.001, lambda: done.append("forgotten"))
    due.forget()
    later.after(0.01, lambda: ended.set_result(None))
    async with asyncio.timeout(60):
        await ended
    assert done == []
