"""What ticks say about a stamp between them."""

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.watch.ticks import ALLOWANCE_S, Ticks


def ticks(*seen, kept=100):
    made = Ticks(kept)
    for due_s, came_s, waited_s in seen:
        made.add(due_s=due_s, came_s=came_s, waited_s=waited_s)
    return made


def test_nothing_is_known_of_a_stamp_until_the_tick_after_it_has_come():
    made = ticks((0, 0, 0), (5, 5, 0))
    assert made.lag_at(4.9) is not None
    assert made.lag_at(5) is None
    assert made.lag_at(5.1) is None
    assert Ticks(10).lag_at(1) is None


def test_the_lag_of_a_quiet_loop_is_the_allowance():
    assert ticks((0, 0, 0), (5, 5, 0)).lag_at(3) == ALLOWANCE_S == 0.001


def test_the_larger_lateness_of_the_two_ticks_counts():
    made = ticks((0, 0.2, 0), (5, 5.7, 0), (10, 10.1, 0))
    assert made.lag_at(3) == pytest.approx(0.7 + ALLOWANCE_S)
    assert made.lag_at(8) == pytest.approx(0.7 + ALLOWANCE_S)
    assert made.lag_at(5.7) == pytest.approx(0.7 + ALLOWANCE_S)
    assert made.lag_at(0.2) == pytest.approx(0.7 + ALLOWANCE_S)


def test_the_growth_of_the_run_queue_wait_between_the_two_ticks_is_added():
    made = ticks((0, 0, 7.0), (5, 5.5, 7.25), (10, 10, 9.0))
    assert made.lag_at(3) == pytest.approx(0.5 + 0.25 + ALLOWANCE_S)
    assert made.lag_at(7) == pytest.approx(0.5 + 1.75 + ALLOWANCE_S)


def test_a_tick_that_came_early_is_not_less_than_punctual():
    assert ticks((0, 0, 0), (5, 4.5, 0)).lag_at(3) == ALLOWANCE_S


def test_a_stamp_before_everything_that_is_remembered_has_an_endless_lag():
    assert ticks((1, 1, 0), (2, 2, 0)).lag_at(0.5) == math.inf
    turned = ticks(*((number, number, 0) for number in range(25)), kept=10)
    assert turned.lag_at(14.5) == math.inf
    assert turned.lag_at(15.5) == ALLOWANCE_S


@given(
    st.lists(st.tuples(st.floats(0, 0.1), st.floats(0, 0.1)), min_size=2, max_size=40), st.integers(2, 12), st.data()
)
def test_a_turning_ring_answers_like_a_list_of_everything(lateness, kept, data):
    seen, waited_s = [], 0.0
    for number, (late_s, growth_s) in enumerate(lateness):
        waited_s += growth_s
        seen.append((number, number + late_s, waited_s))
    remembered = seen[-kept:]
    stamp_s = data.draw(st.floats(remembered[0][1], remembered[-1][1]))
    expected = None
    for (due, came, wait), (due2, came2, wait2) in itertools.pairwise(remembered):
        if came <= stamp_s < came2:
            expected = max(came - due, came2 - due2) + wait2 - wait + ALLOWANCE_S
    assert ticks(*seen, kept=kept).lag_at(stamp_s) == (None if expected is None else pytest.approx(expected))


def test_percentiles_weigh_by_time_so_that_a_stall_counts_for_as_long_as_it_took():
    made = ticks((0, 0, 0))
    for number in range(1, 101):
        made.add(due_s=number * 0.005, came_s=number * 0.005, waited_s=0)
    made.add(due_s=0.505, came_s=1.0, waited_s=0)
    lag = made.percentiles()
    assert lag.max_s == pytest.approx(0.495)
    assert lag.p99_s == pytest.approx(0.495, rel=0.04)
    assert lag.p50_s < 1e-5 or lag.p50_s == pytest.approx(0.495, rel=0.04)


def test_percentiles_are_within_three_percent():
    made = ticks((0, 0, 0))
    for number in range(1, 1001):
        made.add(due_s=number, came_s=number + number / 10_000, waited_s=0)
    assert made.percentiles().p50_s == pytest.approx(0.05, rel=0.04)
    assert made.percentiles().p99_s == pytest.approx(0.099, rel=0.04)


def test_without_ticks_the_percentiles_are_zero():
    assert Ticks(5).percentiles().max_s == Ticks(5).percentiles().p99_s == 0
