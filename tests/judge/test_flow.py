"""The cheapest flow, on networks small enough to see it."""

from __future__ import annotations

from antiphon.judge.flow import Network


def test_units_take_the_cheaper_way_first() -> None:
    network = Network(4)
    dear = network.join(0, 1, capacity=5, cost=-1)
    cheap = network.join(0, 2, capacity=2, cost=-3)
    network.join(1, 3, capacity=5)
    network.join(2, 3, capacity=5)
    network.fill(0, 3)
    assert (network.used(cheap), network.used(dear)) == (2, 5)


def test_a_way_that_is_no_gain_is_left() -> None:
    network = Network(2)
    edge = network.join(0, 1, capacity=5, cost=0)
    network.fill(0, 1)
    assert network.used(edge) == 0


def test_an_earlier_choice_is_taken_back_where_that_gains() -> None:
    network = Network(6)
    network.join(0, 1, capacity=1)
    network.join(0, 2, capacity=1)
    first = network.join(1, 3, capacity=1, cost=-3)
    other = network.join(1, 4, capacity=1, cost=-2)
    only = network.join(2, 3, capacity=1, cost=-2)
    network.join(3, 5, capacity=1)
    network.join(4, 5, capacity=1)
    network.fill(0, 5)
    assert (network.used(first), network.used(other), network.used(only)) == (0, 1, 1)


def test_nothing_flows_where_there_is_no_way() -> None:
    network = Network(3)
    edge = network.join(0, 1, capacity=1, cost=-1)
    network.fill(0, 2)
    assert network.used(edge) == 0
