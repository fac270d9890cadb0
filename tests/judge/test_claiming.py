"""The assignment of events to items, against a model that tries every one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from antiphon.judge.claiming import Claimed, Fit, Wanted, claim

ON_TIME, LATE, IN_DOUBT = Fit.ON_TIME, Fit.MISTIMED, Fit.IN_DOUBT


def wanted(
    *events: int, low: int = 1, high: int | None = 1, group: int | None = None, late: Sequence[int] = ()
) -> Wanted:
    fits = dict.fromkeys(events, ON_TIME) | dict.fromkeys(late, LATE)
    return Wanted(fits=fits, low=low, high=high, group=group)


def test_one_event_fulfils_one_of_two_equal_items() -> None:
    assert claim([wanted(0), wanted(0)]).taken == ((0,), ())


def test_a_loose_item_leaves_the_event_that_only_the_strict_one_can_use() -> None:
    assert claim([wanted(0, 1), wanted(0)]).taken == ((1,), (0,))


def test_the_order_in_which_items_are_written_does_not_decide() -> None:
    assert claim([wanted(0), wanted(0, 1)]).taken == ((0,), (1,))


def test_an_event_on_time_is_taken_before_one_that_is_late() -> None:
    assert claim([wanted(3, late=[5, 7])]).taken == ((3,),)


def test_one_item_on_time_is_better_than_two_late_ones() -> None:
    items = [Wanted(fits={0: ON_TIME, 1: LATE}), Wanted(fits={0: LATE})]
    assert claim(items).taken == ((0,), ())


def test_an_event_in_doubt_is_better_than_a_late_one() -> None:
    items = [Wanted(fits={0: IN_DOUBT, 1: LATE})]
    assert claim(items).taken == ((0,),)


def test_earlier_events_are_taken_first() -> None:
    assert claim([wanted(2, 5, 9, low=2, high=None)]).taken == ((2, 5),)


def test_what_no_item_has_room_for_is_surplus() -> None:
    assert claim([wanted(0, 1, 2, high=2)]).surplus == (2,)


def test_an_item_without_an_upper_bound_has_room_for_all() -> None:
    assert claim([wanted(0, 1, 2, high=None), wanted(0, 1)]).surplus == ()


def test_events_are_shared_out_so_that_none_is_surplus_that_need_not_be() -> None:
    found = claim([wanted(0, 1, 2), wanted(0, 1, high=2)])
    assert found.taken[0] == (2,)
    assert found.surplus == ()


def test_ordered_items_need_rising_events() -> None:
    assert claim([wanted(5, group=0), wanted(1, 7, group=0)]).taken == ((5,), (7,))


def test_ordered_items_that_came_the_other_way_round_are_not_both_fulfilled() -> None:
    found = claim([wanted(5, group=0), wanted(1, group=0)])
    assert sorted(map(len, found.taken)) == [0, 1]


def test_an_ordered_group_and_a_free_item_share_their_events_out() -> None:
    found = claim([wanted(1, 2, group=0), wanted(2, 3, group=0), wanted(1)])
    assert found.taken == ((2,), (3,), (1,))


def test_two_groups_interleave() -> None:
    found = claim([wanted(0, 1, group=0), wanted(2, 3, group=0), wanted(0, 1, group=1), wanted(2, 3, group=1)])
    assert all(len(taken) == 1 for taken in found.taken)


def test_giving_up_an_item_that_asks_for_many_can_fulfil_several_others() -> None:
    found = claim([wanted(0, 1, low=3, high=3), wanted(0), wanted(1)])
    assert found.taken[1:] == ((0,), (1,))


def test_alone_tells_who_shares_no_event() -> None:
    assert claim([wanted(0), wanted(1, 2), wanted(2)]).alone == (True, False, False)


def test_a_thousand_events_and_fifty_items_that_match_them_all_are_settled() -> None:
    items = [Wanted(fits=dict.fromkeys(range(1000), ON_TIME)) for _ in range(50)]
    found = claim(items)
    assert [taken[0] for taken in found.taken] == sorted(taken[0] for taken in found.taken)
    assert {taken[0] for taken in found.taken} == set(range(50))
    assert len(found.surplus) == 950


def test_many_items_that_want_many_of_many_events_are_settled() -> None:
    items = [
        Wanted(fits={event: ON_TIME for event in range(1000) if (event * 31 + number * 7) % 5 < 3}, low=4, high=6)
        for number in range(40)
    ]
    found = claim(items)
    assert all(len(taken) == 4 for taken in found.taken)
    assert len(found.surplus) == 1000 - 40 * 6


def test_orders_too_tangled_to_try_say_so() -> None:
    groups = [
        Wanted(fits={event: ON_TIME for event in range(30) if (event * 7 + number) % 3}, group=group)
        for group in range(6)
        for number in range(6)
    ]
    found = claim(groups)
    assert found.unsettled == {index for index, taken in enumerate(found.taken) if not taken}
    assert found.unsettled


def test_tangled_orders_that_are_all_fulfilled_are_settled() -> None:
    groups = [Wanted(fits={number * 10 + group: ON_TIME}, group=group) for group in range(8) for number in range(6)]
    assert claim(groups).unsettled == frozenset()
    shared = [
        Wanted(fits={number * 10 + other: ON_TIME for other in range(8)}, group=group)
        for group in range(8)
        for number in range(6)
    ]
    found = claim(shared)
    assert all(found.taken)
    assert found.unsettled == frozenset()


@st.composite
def problems(draw: st.DrawFn, *, lows: st.SearchStrategy[int], groups: int) -> list[Wanted]:
    events = draw(st.integers(1, 5))
    items = []
    for _ in range(draw(st.integers(1, 4))):
        fits = draw(st.dictionaries(st.integers(0, events - 1), st.sampled_from(Fit), max_size=events))
        low = draw(lows)
        high = draw(st.none() | st.integers(low, low + 2))
        group = draw(st.none() | st.integers(0, groups - 1)) if groups else None
        items.append(Wanted(fits=fits, low=low, high=high, group=group))
    return items


def assignments(items: Sequence[Wanted]) -> Iterator[tuple[tuple[int, ...], ...]]:
    """Yield every way to give each event to one item or none, up to the items' lower bounds."""
    events = sorted({event for item in items for event in item.fits})

    def further(at: int, given: list[list[int]]) -> Iterator[tuple[tuple[int, ...], ...]]:
        if at == len(events):
            if in_order(items, given):
                yield tuple(tuple(found) for found in given)
            return
        yield from further(at + 1, given)
        for index, item in enumerate(items):
            if events[at] in item.fits and len(given[index]) < item.low:
                given[index].append(events[at])
                yield from further(at + 1, given)
                given[index].pop()

    yield from further(0, [[] for _ in items])


def in_order(items: Sequence[Wanted], given: Sequence[Sequence[int]]) -> bool:
    last: dict[int, int] = {}
    for item, events in zip(items, given, strict=True):
        if item.group is None:
            continue
        if events and events[0] < last.get(item.group, -1):
            return False
        last[item.group] = max([last.get(item.group, -1), *events])
    return True


def fulfilled(items: Sequence[Wanted], taken: Sequence[Sequence[int]]) -> list[Fit]:
    return [
        min((item.fits[event] for event in events), default=ON_TIME)
        for item, events in zip(items, taken, strict=True)
        if len(events) >= item.low
    ]


def score(items: Sequence[Wanted], taken: Sequence[Sequence[int]]) -> tuple[int, ...]:
    worst = fulfilled(items, taken)
    return tuple(sum(fit >= least for fit in worst) for least in (ON_TIME, IN_DOUBT, LATE))


def check_shape(items: Sequence[Wanted], found: Claimed) -> None:
    given = [event for events in found.taken for event in events]
    assert len(given) == len(set(given)), "no event serves two items"
    assert all(event in item.fits for item, events in zip(items, found.taken, strict=True) for event in events)
    assert all(len(events) <= item.low for item, events in zip(items, found.taken, strict=True))
    assert all(list(events) == sorted(events) for events in found.taken)
    assert in_order(items, found.taken)
    assert not set(given) & set(found.surplus)


@settings(max_examples=200, deadline=None)
@given(problems(lows=st.just(1), groups=0))
def test_no_assignment_of_single_events_is_better(items: list[Wanted]) -> None:
    found = claim(items)
    check_shape(items, found)
    assert score(items, found.taken) == max(score(items, taken) for taken in assignments(items))


@settings(max_examples=200, deadline=None)
@given(problems(lows=st.just(1), groups=2))
def test_no_ordered_assignment_of_single_events_is_better(items: list[Wanted]) -> None:
    found = claim(items)
    check_shape(items, found)
    assert score(items, found.taken) == max(score(items, taken) for taken in assignments(items))


@settings(max_examples=200, deadline=None)
@given(problems(lows=st.integers(0, 3), groups=2))
def test_no_assignment_of_several_events_fulfils_more_items_on_time(items: list[Wanted]) -> None:
    found = claim(items)
    check_shape(items, found)
    assert score(items, found.taken)[0] == max(score(items, taken)[0] for taken in assignments(items))


@settings(max_examples=200, deadline=None)
@given(problems(lows=st.integers(0, 2), groups=0))
def test_no_event_is_surplus_that_an_item_could_have_had_room_for(items: list[Wanted]) -> None:
    items = [replace(item, fits=dict.fromkeys(item.fits, ON_TIME)) for item in items]
    found = claim(items)
    events = sorted({event for item in items for event in item.fits})
    if any(len(taken) < item.low for item, taken in zip(items, found.taken, strict=True)):
        return
    assert len(found.surplus) == len(events) - most_absorbed(items, events)


def most_absorbed(items: Sequence[Wanted], events: Sequence[int]) -> int:
    room: Mapping[int, float] = {
        index: float("inf") if item.high is None else item.high for index, item in enumerate(items)
    }

    def further(at: int, had: tuple[int, ...]) -> int:
        if at == len(events):
            return 0
        best = further(at + 1, had)
        for index, item in enumerate(items):
            if events[at] in item.fits and had[index] < room[index]:
                after = (*had[:index], had[index] + 1, *had[index + 1 :])
                best = max(best, 1 + further(at + 1, after))
        return best

    return further(0, (0,) * len(items))
