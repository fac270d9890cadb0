from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.net.backoff import Backoff, reopen
from antiphon.net.socket_facts import Opened, Refused
from antiphon.ticking.real import SeededDice

_OPENED = Opened(1.0, 0.5, "engine", "socket")
_CUT = Refused(1.0, "dropped", "the connection ended")


class _Clock:
    """Virtual time: sleeping passes it."""

    def __init__(self) -> None:
        self.time_s = 0.0
        self.slept: list[float] = []

    def now_s(self) -> float:
        return self.time_s

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time_s += seconds


class _Attempts:
    """Answers one attempt after the other."""

    def __init__(self, *outcomes: Opened | Refused) -> None:
        self.left = list(outcomes)

    async def __call__(self) -> Opened | Refused:
        return self.left.pop(0)


def test_waits_double_up_to_the_longest() -> None:
    policy = Backoff(initial_s=1, factor=2, max_s=5, jitter=0)
    assert [policy.delay_s(attempt, SeededDice("a")) for attempt in range(5)] == [1, 2, 4, 5, 5]


@given(st.integers(0, 10_000), st.floats(0, 100), st.floats(1, 10), st.floats(0, 100), st.floats(0, 1), st.text())
def test_no_wait_is_negative_or_longer_than_the_longest(
    attempt: int, initial_s: float, factor: float, max_s: float, jitter: float, seed: str
) -> None:
    policy = Backoff(initial_s, factor, max_s, jitter)
    assert 0 <= policy.delay_s(attempt, SeededDice(seed)) <= max_s


def test_users_cut_off_together_do_not_come_back_together() -> None:
    policy = Backoff(initial_s=1, max_s=10, jitter=0.5)
    waits = [policy.delay_s(0, SeededDice(f"user {number}")) for number in range(100)]
    assert min(waits) < 0.6
    assert max(waits) > 1.4
    assert 0.5 <= min(waits) <= max(waits) <= 1.5


def test_the_same_dice_give_the_same_waits() -> None:
    policy = Backoff()
    assert policy.delay_s(1, SeededDice("a")) == policy.delay_s(1, SeededDice("a"))


@pytest.mark.parametrize(
    "wrong", [{"initial_s": -1}, {"max_s": -1}, {"factor": 0.5}, {"jitter": 1.1}, {"jitter": -0.1}, {"attempts": 0}]
)
def test_what_makes_no_policy_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="no reconnect policy"):
        Backoff(**wrong)  # type: ignore[arg-type]


async def test_it_waits_before_each_attempt_until_one_succeeds() -> None:
    clock = _Clock()
    policy = Backoff(initial_s=1, factor=2, max_s=10, jitter=0)
    went = await reopen(_Attempts(_CUT, _CUT, _OPENED), policy, clock=clock, dice=SeededDice("a"))
    assert went.outcome is _OPENED
    assert went.refusals == (_CUT, _CUT)
    assert clock.slept == [1, 2, 4]


async def test_it_gives_up_when_the_attempts_are_spent() -> None:
    attempts = _Attempts(_CUT, _CUT, _CUT, _OPENED)
    went = await reopen(attempts, Backoff(attempts=3), clock=_Clock(), dice=SeededDice("a"))
    assert went.outcome is _CUT
    assert went.refusals == (_CUT, _CUT)
    assert attempts.left == [_OPENED]


async def test_the_application_s_own_no_ends_it_at_once() -> None:
    no = Refused(1.0, "connect_error", "revoked", {"message": "revoked"})
    attempts = _Attempts(_CUT, no, _OPENED)
    went = await reopen(attempts, Backoff(), clock=_Clock(), dice=SeededDice("a"))
    assert went.outcome is no
    assert went.refusals == (_CUT,)
    assert attempts.left == [_OPENED]
