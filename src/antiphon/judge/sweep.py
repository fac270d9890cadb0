"""Assigns events to items of which some must come in order: one sweep over the events in order.

A state says how far each ordered chain has come and how much each free item has. All states that
can be reached are kept with their best value, so the result is exact; where they would be too many
a greedy assignment is returned, which says that it may not be the best.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

MOST_WORK = 200_000

_State = tuple[int, ...]
_Value = tuple[int, ...]


class Chains(Struct, frozen=True, kw_only=True):
    """The problem.

    Attributes:
        groups: Items that must come in this order, group by group.
        free: Items that may come at any time.
        low: Item → how many events it needs.
        fits: Item → position of an event → how well it serves, from 1 to 3.
    """

    groups: tuple[tuple[int, ...], ...]
    free: tuple[int, ...]
    low: Mapping[int, int]
    fits: Mapping[int, Mapping[int, int]]


class Swept(Struct, frozen=True, kw_only=True):
    """The assignment, and whether no better one exists."""

    taken: Mapping[int, tuple[int, ...]]
    exact: bool = True


def sweep(chains: Chains) -> Swept:
    """Return the assignment with most events on time, then most in doubt, then most late, then the earliest."""
    events = sorted({event for fits in chains.fits.values() for event in fits})
    slots = [[item for item in group for _ in range(chains.low[item])] for group in chains.groups]
    states = 1
    for size in (*(len(group) for group in slots), *(chains.low[item] for item in chains.free)):
        states *= size + 1
        if states * len(events) > MOST_WORK:
            return _greedy(chains, slots, events)
    return _exact(chains, slots, events)


def _exact(chains: Chains, slots: list[list[int]], events: list[int]) -> Swept:
    start: _State = (0,) * (len(slots) + len(chains.free))
    reached: dict[_State, _Value] = {start: (0, 0, 0, 0)}
    back: list[dict[_State, tuple[_State, int]]] = []
    for rank, event in enumerate(events):
        following = dict(reached)
        came: dict[_State, tuple[_State, int]] = {}
        for state, value in reached.items():
            for item, after in _moves(chains, slots, state, event):
                better = _plus(value, chains.fits[item][event], rank)
                if after not in following or better > following[after]:
                    following[after] = better
                    came[after] = (state, item)
        reached = following
        back.append(came)
    state = max(reached, key=lambda found: reached[found])
    taken: dict[int, list[int]] = {}
    for event, came in zip(reversed(events), reversed(back), strict=True):
        if state in came:
            state, item = came[state]
            taken.setdefault(item, []).append(event)
    return Swept(taken={item: tuple(reversed(found)) for item, found in taken.items()})


def _plus(value: _Value, fit: int, rank: int) -> _Value:
    on_time, in_doubt, late, earliness = value
    return (on_time + (fit == 3), in_doubt + (fit == 2), late + (fit == 1), earliness - rank)


def _moves(chains: Chains, slots: list[list[int]], state: _State, event: int) -> Iterator[tuple[int, _State]]:
    """Yield which item may take the event in this state, and the state after it."""
    for number, group in enumerate(slots):
        position = state[number]
        while position < len(group):
            item = group[position]
            if event in chains.fits[item]:
                yield item, (*state[:number], position + 1, *state[number + 1 :])
            while position < len(group) and group[position] == item:
                position += 1
    for number, item in enumerate(chains.free, start=len(slots)):
        if state[number] < chains.low[item] and event in chains.fits[item]:
            yield item, (*state[:number], state[number] + 1, *state[number + 1 :])


def _greedy(chains: Chains, slots: list[list[int]], events: list[int]) -> Swept:
    """Return the assignment that gives each event to the next in turn: chains first, then the fewest choices."""
    at = [0] * len(slots)
    taken: dict[int, list[int]] = {item: [] for item in chains.low}
    by_choice = sorted(chains.free, key=lambda item: len(chains.fits[item]))
    for event in events:
        for number, group in enumerate(slots):
            if at[number] < len(group) and event in chains.fits[group[at[number]]]:
                taken[group[at[number]]].append(event)
                at[number] += 1
                break
        else:
            for item in by_choice:
                if len(taken[item]) < chains.low[item] and event in chains.fits[item]:
                    taken[item].append(event)
                    break
    return Swept(taken={item: tuple(found) for item, found in taken.items()}, exact=False)
