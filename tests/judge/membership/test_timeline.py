import pytest

from antiphon.judge.membership.timeline import IN, OUT, PARTLY, Change, Timeline


def timeline(*changes: Change) -> Timeline:
    return Timeline(OUT, changes)


def test_without_changes_it_is_as_it_was() -> None:
    assert Timeline(IN).mask(0, 10) == IN


def test_a_change_is_in_doubt_from_its_sending_to_its_answer() -> None:
    one = timeline(Change(IN, 10, 20))
    assert one.mask(0, 9) == OUT
    assert one.mask(0, 10) == OUT | IN
    assert one.mask(15, 16) == OUT | IN
    assert one.mask(20, 30) == IN


def test_a_change_without_an_answer_is_in_doubt_until_one_that_has_one() -> None:
    one = timeline(Change(IN, 10, 20, certain=False), Change(OUT, 50, 60))
    assert one.mask(30, 40) == OUT | IN
    assert one.mask(55, 56) == OUT | IN
    assert one.mask(60, 70) == OUT


def test_changes_that_overlap_may_have_come_in_either_order() -> None:
    one = timeline(Change(IN, 10, 30), Change(OUT, 20, 40))
    assert one.mask(50, 60) == OUT | IN
    one.add(Change(IN, 60, 70))
    assert one.mask(70, 80) == IN


def test_of_two_changes_of_one_moment_the_later_told_counts() -> None:
    assert timeline(Change(IN, 5, 5), Change(OUT, 5, 5)).mask(6, 7) == OUT


def test_a_change_of_its_own_cause_can_be_left_out_or_taken_as_done() -> None:
    one = timeline(Change(IN, 0, 1, seq=1), Change(OUT, 10, 20, seq=2))
    assert one.mask(10, 30, leave_out=2) == IN
    assert one.mask(10, 30, at_once=2) == OUT
    assert one.mask(10, 30) == IN | OUT


def test_what_nobody_can_ask_for_any_longer_is_forgotten() -> None:
    one = timeline()
    for number in range(1_000):
        one.add(Change(IN if number % 2 else OUT, number, number + 0.5), keep_s=number - 10)
    assert len(one.changes) < 20
    assert one.mask(2_000, 2_000) == IN


@pytest.mark.parametrize("state", [IN, PARTLY])
def test_what_is_forgotten_does_not_come_back(state: int) -> None:
    one = timeline(Change(state, 0, 1), Change(OUT, 2, 3))
    one.add(Change(state, 50, 51), keep_s=40)
    assert one.mask(45, 46) == OUT
    assert one.mask(60, 61) == state
