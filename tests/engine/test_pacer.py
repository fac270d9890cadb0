"""The budget of calls: never more of them in any window of its length."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from antiphon.engine.pacer import Pacer
from antiphon.target.http_model import RateBudget

BUDGET = RateBudget(calls=3, per_s=1.0)


def test_calls_leave_at_once_while_there_is_room_and_in_turn_after() -> None:
    pacer = Pacer()
    times = [pacer.reserve(BUDGET, "GET /a", 10.0) for _ in range(7)]
    assert times == [10.0, 10.0, 10.0, 11.02, 11.02, 11.02, 12.04]
    assert round(pacer.held_s, 6) == 5.1


def test_each_operation_has_a_budget_of_its_own_if_the_profile_says_so() -> None:
    pacer, budget = Pacer(), RateBudget(calls=1, per_s=1.0, each="operation")
    assert [pacer.reserve(budget, operation, 0.0) for operation in ("a", "b", "a")] == [0.0, 0.0, 1.02]


@given(st.lists(st.floats(0, 2), max_size=60), st.integers(1, 5), st.floats(0.01, 3))
def test_no_window_ever_holds_more_than_the_budget(waits: list[float], calls: int, per_s: float) -> None:
    pacer, budget = Pacer(), RateBudget(calls=calls, per_s=per_s)
    now_s, left = 0.0, []
    for wait_s in waits:
        now_s += wait_s
        left.append(pacer.reserve(budget, "", now_s))
        assert left[-1] >= now_s
    assert all(later - earlier > per_s for earlier, later in zip(left, left[calls:], strict=False))
