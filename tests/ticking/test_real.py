from __future__ import annotations

import datetime as dt

from antiphon.ticking.real import RealClock, SeededDice, new_key, new_run_id, new_seed, wall_time


def test_the_clock_rises_and_is_finer_than_a_millisecond() -> None:
    clock = RealClock()
    stamps = [clock.now_s() for _ in range(1000)]
    assert stamps == sorted(stamps)
    assert len({round(stamp, 6) for stamp in stamps}) > 1


async def test_a_sleep_that_is_not_positive_ends_at_once() -> None:
    await RealClock().sleep(-1)


def test_the_same_seed_throws_the_same() -> None:
    one, two = SeededDice("s"), SeededDice("s")
    assert [one.integer(0, 999) for _ in range(9)] == [two.integer(0, 999) for _ in range(9)]
    assert one.bytes(9) == two.bytes(9)
    assert one.choice("abc") == two.choice("abc")
    assert one.uniform() == two.uniform()


def test_children_throw_by_their_name_and_not_by_what_was_thrown_before() -> None:
    used, fresh = SeededDice("s"), SeededDice("s")
    used.bytes(100)
    assert used.child("alice").integer(0, 10**9) == fresh.child("alice").integer(0, 10**9)
    assert fresh.child("alice").integer(0, 10**9) != fresh.child("bob").integer(0, 10**9)


def test_every_run_has_an_id_a_key_and_unless_it_is_given_a_seed_of_its_own() -> None:
    assert new_run_id() != new_run_id()
    assert new_key() != new_key()
    assert len(new_seed()) == 6


def test_wall_time_is_in_utc() -> None:
    assert wall_time().tzinfo is dt.UTC
