"""Virtual time, and the contract that it and the real clock pass alike."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from antiphon.core.clock import Clock
from antiphon.engine.bell import Bell
from antiphon.engine.gate import BranchGate, Gate
from antiphon.testing.virtual_time import NothingToWaitFor, VirtualClock, VirtualTimeLoop, run_virtually
from antiphon.ticking.real import RealClock

Main = Callable[[Clock], Awaitable[None]]


def virtually(main: Main) -> None:
    async def inside() -> None:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualTimeLoop)
        await main(VirtualClock(loop))

    run_virtually(inside())


def really(main: Main) -> None:
    async def inside() -> None:
        await main(RealClock())

    asyncio.run(inside())


@pytest.fixture(params=[virtually, really])
def play(request: pytest.FixtureRequest) -> Callable[[Main], None]:
    """Run something on each kind of time."""
    run: Callable[[Main], None] = request.param
    return run


# -- the contract of a clock ---------------------------------------------------------------------


def test_a_clock_never_goes_back(play: Callable[[Main], None]) -> None:
    async def main(clock: Clock) -> None:
        seen = []
        for _ in range(50):
            seen.append(clock.now_s())
            await clock.sleep(0)
        assert seen == sorted(seen)

    play(main)


@pytest.mark.parametrize("seconds", [0.02, 0.001, 0.0, -1.0])
def test_a_sleep_lasts_as_long_as_it_is_asked_to_and_none_is_negative(
    play: Callable[[Main], None], seconds: float
) -> None:
    async def main(clock: Clock) -> None:
        began_s = clock.now_s()
        await clock.sleep(seconds)
        assert clock.now_s() - began_s >= max(seconds, 0) - 1e-4

    play(main)


def test_sleepers_wake_in_the_order_of_their_times(play: Callable[[Main], None]) -> None:
    async def main(clock: Clock) -> None:
        woken = []

        async def sleeper(seconds: float) -> None:
            await clock.sleep(seconds)
            woken.append(seconds)

        await asyncio.gather(*(sleeper(seconds) for seconds in (0.09, 0.0, 0.06, 0.03)))
        assert woken == [0.0, 0.03, 0.06, 0.09]

    play(main)


def test_a_sleep_can_be_cancelled(play: Callable[[Main], None]) -> None:
    async def main(clock: Clock) -> None:
        sleeping = asyncio.ensure_future(clock.sleep(60))
        await clock.sleep(0.001)
        sleeping.cancel()
        assert isinstance((await asyncio.gather(sleeping, return_exceptions=True))[0], asyncio.CancelledError)

    play(main)


def test_a_timeout_keeps_the_clock_s_time(play: Callable[[Main], None]) -> None:
    async def main(clock: Clock) -> None:
        began_s = clock.now_s()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.03):
                await clock.sleep(60)
        assert 0.029 <= clock.now_s() - began_s < 30

    play(main)


# -- what only virtual time does -----------------------------------------------------------------


def test_an_hour_passes_at_once_and_exactly() -> None:
    async def main(clock: Clock) -> None:
        await clock.sleep(3600)
        assert clock.now_s() == pytest.approx(3600)

    virtually(main)


def test_time_stands_still_while_anything_runs() -> None:
    async def main(clock: Clock) -> None:
        later = asyncio.ensure_future(clock.sleep(5))
        for _ in range(1000):
            await asyncio.sleep(0)
        assert clock.now_s() == 0.0
        await later

    virtually(main)


def test_to_wait_for_what_nobody_will_do_is_told_and_hangs_nowhere() -> None:
    async def main(clock: Clock) -> None:
        await asyncio.get_running_loop().create_future()

    with pytest.raises(NothingToWaitFor):
        virtually(main)


# -- what is made for it -------------------------------------------------------------------------


def test_a_bell_wakes_all_who_wait_and_forgets_a_ring_that_nobody_waits_for() -> None:
    async def main(clock: Clock) -> None:
        bell = Bell()
        bell.ring()
        waiting = [asyncio.ensure_future(bell.wait(10)) for _ in range(3)]
        await clock.sleep(1)
        assert not any(one.done() for one in waiting)
        bell.ring()
        assert await asyncio.gather(*waiting) == [True, True, True]
        assert clock.now_s() == pytest.approx(1)

    virtually(main)


def test_a_bell_is_waited_for_until_the_time_is_over_and_no_longer() -> None:
    async def main(clock: Clock) -> None:
        bell = Bell()
        assert await bell.wait(2.5) is False
        assert clock.now_s() == pytest.approx(2.5)
        assert await bell.wait(0) is False
        assert await bell.wait(-1) is False
        bell.ring()

    virtually(main)


def test_a_gate_opens_when_all_have_come_or_gone() -> None:
    async def main(clock: Clock) -> None:
        gate = Gate(3)
        passed = []

        async def branch(number: int, after_s: float) -> None:
            own = BranchGate(gate, number)
            await clock.sleep(after_s)
            await own.arrive()
            passed.append((number, clock.now_s()))
            await own.arrive()  # only the first arrival waits

        async def leaver() -> None:
            await clock.sleep(4)
            BranchGate(gate, 2).leave()

        await asyncio.gather(branch(0, 1), branch(1, 2), leaver())
        assert passed == [(0, pytest.approx(4)), (1, pytest.approx(4))]

    virtually(main)
