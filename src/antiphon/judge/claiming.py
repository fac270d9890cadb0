"""Which event fulfils which item: the assignment within one `hear` on one connection that fulfils most.

Items that share no event are settled apart. Without an order among them the best assignment is a
cheapest flow (`flow`); with one it is a sweep over the events (`sweep`). Both prefer, in this
order: more events on time, more whose time is in doubt, more that are mistimed, and earlier events, so
that the order of arrival decides nothing that need not be decided.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import IntEnum
from itertools import combinations, islice

from msgspec import Struct

from antiphon.judge.flow import Network
from antiphon.judge.sweep import Chains, sweep

_MOST_TRIALS = 256
_MOST_WORK = 100_000


class Fit(IntEnum):
    """How well an event that matches an item serves it."""

    MISTIMED = 1  # heard, but later than promised, or earlier than allowed
    IN_DOUBT = 2
    ON_TIME = 3


class Wanted(Struct, frozen=True, kw_only=True):
    """What one item asks for.

    Attributes:
        fits: Position of a matching event → how well it serves.
        low: The fewest events that fulfil the item.
        high: The most that it may have; None is any number.
        group: The `in_order` group that the item belongs to, whose items stand in the order written; None: no group.
    """

    fits: Mapping[int, Fit]
    low: int = 1
    high: int | None = 1
    group: int | None = None


class Claimed(Struct, frozen=True, kw_only=True):
    """The assignment.

    Attributes:
        taken: For each item the events that fulfil it, at most `low`, in order.
        surplus: Events that match an item and that no item has room for, in order.
        unsettled: Items of which nobody can say whether a better assignment would fulfil them; empty but for
            orders too tangled to be tried in reasonable time.
        alone: For each item whether it shares no event with any other.
    """

    taken: tuple[tuple[int, ...], ...]
    surplus: tuple[int, ...] = ()
    unsettled: frozenset[int] = frozenset()
    alone: tuple[bool, ...] = ()


class _Plan(Struct, frozen=True):
    taken: dict[int, list[int]]
    surplus: list[int]
    exact: bool = True
    score: tuple[int, ...] = ()


def claim(wanted: Sequence[Wanted]) -> Claimed:
    """Return the assignment of events to items that fulfils most items."""
    taken: list[tuple[int, ...]] = [()] * len(wanted)
    surplus: list[int] = []
    unsettled: set[int] = set()
    alone = [True] * len(wanted)
    for members in _components(wanted):
        plan = _settled({index: wanted[index] for index in members})
        for index in members:
            taken[index] = tuple(plan.taken.get(index, ()))
            alone[index] = len(members) == 1
            if not plan.exact and len(taken[index]) < wanted[index].low:
                unsettled.add(index)
        surplus.extend(plan.surplus)
    return Claimed(
        taken=tuple(taken), surplus=tuple(sorted(surplus)), unsettled=frozenset(unsettled), alone=tuple(alone)
    )


def _components(wanted: Sequence[Wanted]) -> Iterator[list[int]]:
    """Yield items that share an event or a group, in the order written."""
    leader = list(range(len(wanted)))

    def find(index: int) -> int:
        while leader[index] != index:
            leader[index] = leader[leader[index]]
            index = leader[index]
        return index

    first_of: dict[tuple[str, int], int] = {}
    for index, item in enumerate(wanted):
        marks = [("event", event) for event in item.fits]
        if item.group is not None:
            marks.append(("group", item.group))
        for mark in marks:
            one, other = find(first_of.setdefault(mark, index)), find(index)
            leader[max(one, other)] = min(one, other)
    parts: dict[int, list[int]] = {}
    for index in range(len(wanted)):
        parts.setdefault(find(index), []).append(index)
    yield from parts.values()


def _settled(items: Mapping[int, Wanted]) -> _Plan:
    """Return the best plan; where items ask for several events each, giving up one may fulfil two others."""
    best = _plan(items, given_up=frozenset())
    greedy = [index for index, item in items.items() if item.low > 1]
    if best.score[0] == len(items) or not greedy or len(items) == 1:
        return best
    trials = min(_MOST_TRIALS, _MOST_WORK // (1 + sum(len(item.fits) for item in items.values())))
    for given_up in islice(_some_of(greedy), trials):
        other = _plan(items, given_up=frozenset(given_up))
        if other.score > best.score:
            best = other
    return best


def _some_of(members: Sequence[int]) -> Iterator[tuple[int, ...]]:
    for count in range(1, len(members) + 1):
        yield from combinations(members, count)


def _plan(items: Mapping[int, Wanted], *, given_up: frozenset[int]) -> _Plan:
    if all(item.group is None for item in items.values()):
        plan = _by_flow(items, given_up)
    else:
        plan = _in_order(items, given_up)
    return _Plan(plan.taken, plan.surplus, plan.exact, _score(items, plan.taken))


def _score(items: Mapping[int, Wanted], taken: Mapping[int, Sequence[int]]) -> tuple[int, ...]:
    """Return how many items are fulfilled on time, at least in doubt, at all; then how many events serve."""
    worst = [
        min((item.fits[event] for event in taken.get(index, ())), default=Fit.ON_TIME)
        for index, item in items.items()
        if len(taken.get(index, ())) >= item.low
    ]
    served = sum(len(events) for events in taken.values())
    return (*(sum(fit >= least for fit in worst) for least in (Fit.ON_TIME, Fit.IN_DOUBT, Fit.MISTIMED)), served)


def _by_flow(items: Mapping[int, Wanted], given_up: frozenset[int]) -> _Plan:
    """Return the cheapest flow from items over kinds of events: events that serve all items alike are one kind."""
    room = {index: item.low if item.high is None else max(item.low, item.high) for index, item in items.items()}
    whole = sum(room.values())
    # An event that some item may have any number of needs no room with another.
    welcome = _welcome(items)
    kinds = _kinds({index: _first(item.fits, whole, welcome) for index, item in items.items()})
    # Weights so far apart that no number of lesser gains makes up for one greater; 1 for an event that finds room.
    step = whole + 1
    partly, weight = step, {Fit.MISTIMED: step**2, Fit.IN_DOUBT: step**3, Fit.ON_TIME: step**4}
    network = Network(2 + 2 * len(items) + len(kinds))
    source, sink, node = 0, 1, 2
    edges: list[tuple[int, int, int]] = []
    first_kind = 2 + 2 * len(items)
    for number, members in enumerate(kinds.values()):
        network.join(first_kind + number, sink, capacity=len(members))
    served = [(dict(kind), members[0] not in welcome) for kind, members in kinds.items()]
    for index, item in items.items():
        for capacity, is_extra in ((item.low, False), (room[index] - item.low, True)):
            network.join(source, node, capacity=capacity)
            for number, (fits, needs_room) in enumerate(served):
                if index not in fits or capacity == 0 or (is_extra and not needs_room):
                    continue
                gain = 0 if is_extra else partly if index in given_up else weight[fits[index]]
                edge = network.join(node, first_kind + number, capacity=capacity, cost=-gain - needs_room)
                edges.append((edge, -1 if is_extra else index, number))
            node += 1
    network.fill(source, sink)
    return _handed_out(items, network, edges, list(kinds.values()))


def _welcome(items: Mapping[int, Wanted]) -> frozenset[int]:
    return frozenset(event for item in items.values() if item.high is None for event in item.fits)


def _first(fits: Mapping[int, Fit], most: int, welcome: frozenset[int]) -> dict[int, Fit]:
    """Return the first `most` events of each sort: no assignment needs more, since no more can be taken in all."""
    seen: Counter[tuple[Fit, bool]] = Counter()
    kept = {}
    for event, fit in sorted(fits.items()):
        sort = (fit, event in welcome)
        seen[sort] += 1
        if seen[sort] <= most:
            kept[event] = fit
    return kept


_KindOf = tuple[tuple[int, Fit], ...]


def _kinds(fits: Mapping[int, Mapping[int, Fit]]) -> dict[_KindOf, list[int]]:
    """Return kind → its events, in order; the kind whose first event came first comes first."""
    serves: dict[int, list[tuple[int, Fit]]] = {}
    for index, mapping in fits.items():
        for event, fit in mapping.items():
            serves.setdefault(event, []).append((index, fit))
    kinds: dict[_KindOf, list[int]] = {}
    for event in sorted(serves):
        kinds.setdefault(tuple(serves[event]), []).append(event)
    return kinds


def _handed_out(
    items: Mapping[int, Wanted],
    network: Network,
    edges: Iterable[tuple[int, int, int]],
    kinds: Sequence[Sequence[int]],
) -> _Plan:
    next_of = [0] * len(kinds)
    taken: dict[int, list[int]] = {index: [] for index in items}
    absorbed: set[int] = set()
    # What fulfils items is handed out before what is merely allowed, so that it is the earliest.
    for edge, index, number in sorted(edges, key=lambda found: (found[1] < 0, found[0])):
        count = network.used(edge)
        given = kinds[number][next_of[number] : next_of[number] + count]
        next_of[number] += count
        absorbed.update(given)
        if index >= 0:
            taken[index].extend(given)
    for events in taken.values():
        events.sort()
    return _Plan(taken, _left_over(items, absorbed))


def _left_over(items: Mapping[int, Wanted], absorbed: set[int]) -> list[int]:
    matched = {event for item in items.values() for event in item.fits}
    return sorted(matched - _welcome(items) - absorbed)


def _in_order(items: Mapping[int, Wanted], given_up: frozenset[int]) -> _Plan:
    asked = {index: item for index, item in items.items() if index not in given_up}
    groups: dict[int, list[int]] = {}
    for index, item in asked.items():
        if item.group is not None:
            groups.setdefault(item.group, []).append(index)
    free = [index for index, item in asked.items() if item.group is None]
    found = sweep(
        Chains(
            groups=tuple(tuple(members) for members in groups.values()),
            free=tuple(free),
            low={index: item.low for index, item in asked.items()},
            fits={index: {event: int(fit) for event, fit in item.fits.items()} for index, item in asked.items()},
        )
    )
    taken = {index: list(found.taken.get(index, ())) for index in items}
    full = all(len(taken[index]) == item.low for index, item in asked.items())
    on_time = all(item.fits[event] is Fit.ON_TIME for index, item in items.items() for event in taken[index])
    # Order binds what fulfils an item, not what is merely allowed beside it: surplus is counted without it.
    loose = _by_flow(items, frozenset())
    fulfilling = {event for events in taken.values() for event in events}
    spare = [event for event in _left_over(items, set()) if event not in fulfilling]
    surplus = spare[-len(loose.surplus) :] if loose.surplus else []
    return _Plan(taken, surplus, exact=found.exact or (full and on_time))
