"""Items in order, swept over the events."""

from __future__ import annotations

from antiphon.judge.sweep import Chains, sweep


def test_a_chain_takes_rising_events() -> None:
    chains = Chains(groups=((0, 1),), free=(), low={0: 1, 1: 1}, fits={0: {3: 3, 8: 3}, 1: {1: 3, 5: 3}})
    found = sweep(chains)
    assert found.taken == {0: (3,), 1: (5,)}
    assert found.exact


def test_an_item_of_a_chain_that_nothing_fits_is_passed_over() -> None:
    chains = Chains(groups=((0, 1, 2),), free=(), low={0: 1, 1: 1, 2: 1}, fits={0: {1: 3}, 1: {}, 2: {2: 3}})
    assert sweep(chains).taken == {0: (1,), 2: (2,)}


def test_events_on_time_come_before_more_events() -> None:
    chains = Chains(groups=((0, 1),), free=(), low={0: 2, 1: 1}, fits={0: {5: 1, 6: 1}, 1: {2: 3}})
    assert sweep(chains).taken == {1: (2,)}


def test_too_many_states_are_answered_greedily_and_say_so() -> None:
    groups = tuple(tuple(range(start, start + 10)) for start in range(0, 60, 10))
    low = dict.fromkeys(range(60), 1)
    fits = {item: dict.fromkeys(range(100), 3) for item in range(60)}
    found = sweep(Chains(groups=groups, free=(60,), low={**low, 60: 1}, fits={**fits, 60: {99: 3}}))
    assert not found.exact
    assert sum(map(len, found.taken.values())) == 61
