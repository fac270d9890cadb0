from hypothesis import given
from hypothesis import strategies as st

from antiphon.judge.laws.agenda import Agenda


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 20))), st.integers(0, 25))
def test_things_come_in_the_order_in_which_they_are_due_and_those_of_one_moment_as_they_were_added(
    things: list[tuple[int, int]], before: int
) -> None:
    agenda = Agenda(3)
    for number, (lane, due_s) in enumerate(things):
        agenda.add(lane, due_s, number)
    found = []
    while (due := agenda.pop(before)) is not None:
        found.append((due[0], due[2]))
    assert found == sorted((due_s, number) for number, (_, due_s) in enumerate(things) if due_s < before)
    assert len(agenda) == len(things) - len(found)
