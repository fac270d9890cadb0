"""The ticker on a real loop."""

import asyncio
import math
from pathlib import Path

import pytest

from antiphon.engine.plays import CLEANUP_WITHIN_S
from antiphon.run.environment import LONGEST_TIMEOUT_S
from antiphon.ticking.real import RealClock
from antiphon.watch import lag, target
from antiphon.watch.lag import LagWatch

CLOCK = RealClock()


@pytest.fixture
async def watch():
    made = LagWatch(CLOCK)
    made.start()
    yield made
    made.stop()


async def test_a_loop_that_was_busy_for_50_ms_shows_it_at_a_stamp_inside(watch):
    await watch.after(CLOCK.now_s())
    begun_s = CLOCK.now_s()
    stamp_s = begun_s + 0.02
    while CLOCK.now_s() < begun_s + 0.05:
        pass
    await watch.after(stamp_s)
    assert watch.lag_at(stamp_s) >= 0.04
    assert watch.percentiles().max_s >= 0.04


async def test_the_lag_at_a_stamp_is_known_once_the_next_tick_has_come(watch):
    stamp_s = CLOCK.now_s()
    assert watch.lag_at(stamp_s) is None
    await watch.after(stamp_s)
    assert 0.001 <= watch.lag_at(stamp_s) < math.inf
    assert watch.lag_at(stamp_s - 100) == math.inf


async def test_waiting_for_a_known_stamp_returns_at_once(watch):
    stamp_s = CLOCK.now_s()
    await watch.after(stamp_s)
    async with asyncio.timeout(0):
        await watch.after(stamp_s)


async def test_several_can_wait_and_one_can_give_up(watch):
    stamp_s = CLOCK.now_s()
    waits = [asyncio.create_task(watch.after(stamp_s + offset_s)) for offset_s in (0, 0.002, 0.012)]
    given_up = asyncio.create_task(watch.after(stamp_s + 60))
    await asyncio.sleep(0)
    given_up.cancel()
    await asyncio.gather(*waits)
    assert watch.lag_at(stamp_s + 0.012) is not None
    with pytest.raises(asyncio.CancelledError):
        await given_up


async def test_stopping_releases_whoever_waits_and_keeps_what_was_seen():
    watch = LagWatch(CLOCK)
    watch.start()
    stamp_s = CLOCK.now_s()
    await watch.after(stamp_s)
    waiting = asyncio.create_task(watch.after(CLOCK.now_s() + 60))
    await asyncio.sleep(0)
    watch.stop()
    await waiting
    assert watch.lag_at(stamp_s) is not None
    await watch.after(CLOCK.now_s() + 60)
    watch.stop()


async def test_the_growth_of_the_wait_counts_into_the_lag():
    waited = iter([0.0, *(number * 0.25 for number in range(1_000))])
    watch = LagWatch(CLOCK, read_waited=lambda: next(waited))
    watch.start()
    stamp_s = CLOCK.now_s()
    await watch.after(stamp_s)
    watch.stop()
    assert watch.schedstat_available
    assert watch.lag_at(stamp_s) >= 0.25


async def test_where_the_system_does_not_tell_waits_they_count_as_nothing():
    watch = LagWatch(CLOCK, read_waited=lambda: None)
    watch.start()
    stamp_s = CLOCK.now_s()
    await watch.after(stamp_s)
    watch.stop()
    assert not watch.schedstat_available
    assert watch.lag_at(stamp_s) < 5


@pytest.mark.skipif(not Path("/proc/thread-self/schedstat").exists(), reason="needs Linux with schedstat")
async def test_on_linux_the_waits_are_read(watch):
    assert watch.schedstat_available


async def test_a_watch_is_started_once(watch):
    with pytest.raises(RuntimeError, match="already started"):
        watch.start()


def test_the_lag_is_remembered_for_longer_than_a_scenario_may_take() -> None:
    """Much of a scenario is judged at its end; a stamp whose lag was forgotten would be void."""
    assert lag.KEPT_S > LONGEST_TIMEOUT_S + CLEANUP_WITHIN_S
    assert target.KEPT_S >= lag.KEPT_S
