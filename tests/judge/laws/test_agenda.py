from hypothesis import given
from hypothesis import strategies as st

from antiphon.judge.laws.agenda import Agenda

THINGS = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 20)))


@given(THINGS, st.integers(0, 25))
def test_things_come_in_the_order_in_which_they_are_due_and_those_of_one_moment_as_they_were_added(
    things: list[tuple[int, int]], before: int
) -> None:
    agenda = Agenda(3)
    for number, (lane, due_s) in enumerate(things):
        agenda.add(lane, due_s, number)
    found = [(due[0], due[2]) for due in agenda.due(before)]
    assert found == sorted((due_s, number) for number, (_, due_s) in enumerate(things) if due_s < before)
    assert len(agenda) == len(things) - len(found)


@given(THINGS, st.lists(st.integers(1, 25), min_size=1), THINGS)
def test_what_is_added_while_things_are_looked_at_comes_where_it_belongs(
    things: list[tuple[int, int]], moments: list[int], more: list[tuple[int, int]]
) -> None:
    agenda = Agenda(3)
    waiting: list[tuple[int, int]] = []  # a plain list, of which always the least is taken
    numbers = iter(range(10_000))

    def add(lane: int, due_s: int) -> None:
        number = next(numbers)
        agenda.add(lane, due_s, number)
        waiting.append((due_s, number))

    for lane, due_s in things:
        add(lane, due_s)
    left = list(more)
    for before in sorted(moments):
        for due_s, _, thing in agenda.due(before):
            assert (due_s, thing) == min(waiting)
            waiting.remove(min(waiting))
            assert len(agenda) == len(waiting)
            if left:
                add(*left.pop())
        assert not waiting or min(waiting)[0] >= before


@given(THINGS, st.integers(0, 25), st.integers(0, 30))
def test_those_of_a_lane_that_are_due_last_come_first_also_while_things_are_looked_at(
    things: list[tuple[int, int]], before: int, looked_at: int
) -> None:
    agenda = Agenda(3)
    for number, (lane, due_s) in enumerate(things):
        agenda.add(lane, due_s, number)
    left = sorted((due_s, number) for number, (_, due_s) in enumerate(things))
    for count, _ in enumerate(agenda.due(before)):
        del left[0]
        lane = [number for _, number in reversed(left) if things[number][0] == 1]
        assert [one for one in agenda.latest(1) if things[one][0] == 1] == lane  # type: ignore[index,call-overload]
        if count == looked_at:
            break
