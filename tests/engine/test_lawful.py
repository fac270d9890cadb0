"""What laws ask of the engine: what is under way, which facts are told, and how long a play waits."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from antiphon.engine.bell import Bell
from antiphon.engine.flight import Flight
from antiphon.engine.lawful import Lawful, under_way
from antiphon.engine.tap import Patience
from antiphon.history.entries import Beat, Emit, Mark
from antiphon.ticking.real import RealClock

if TYPE_CHECKING:
    from conftest import Stage


class At:
    """A clock that stands still."""

    def __init__(self) -> None:
        self.now = 0.0

    def now_s(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


def test_the_oldest_of_each_that_is_under_way_is_told() -> None:
    clock = At()
    flight = Flight(clock)
    with flight.under_way("POST /a"):
        clock.now = 1.0
        with flight.under_way("POST /a"), flight.under_way("connect", "reconnect"):
            assert dict(flight.in_flight()) == {"POST /a": 0.0, "connect": 1.0, "reconnect": 1.0}
        assert flight.in_flight() == (("POST /a", 0.0),)
    assert flight.in_flight() == ()


def test_nothing_is_noted_where_there_are_no_laws() -> None:
    with under_way(None, "POST /a"):
        pass


def test_only_what_laws_look_at_is_told_of_a_user() -> None:
    lawful = Lawful(flight=Flight(At()), told=frozenset({"club"}), awaited_until=lambda _: None)
    assert lawful.facts_of({"club": "c", "token": "t", "email": "e"}) == b'{"club":"c"}'
    assert lawful.facts_of({"token": "t"}) == b""


def test_a_play_waits_until_all_is_heard() -> None:
    asked: list[str] = []

    def awaited(play: str) -> float | None:
        asked.append(play)
        return 1e9 if len(asked) < 3 else None

    async def play() -> None:
        bell, clock = Bell(), RealClock()
        ringing = asyncio.get_running_loop()
        ringing.call_soon(bell.ring)
        lawful = Lawful(flight=Flight(clock), told=frozenset(), awaited_until=awaited)
        await lawful.settled("p", bell, clock, Patience())

    asyncio.run(play())
    assert asked == ["p", "p", "p"]


def test_a_play_waits_no_longer_than_until_it_is_lost() -> None:
    clock = At()
    clock.now = 5.0
    lawful = Lawful(flight=Flight(clock), told=frozenset(), awaited_until=lambda _: 4.9)
    asyncio.run(lawful.settled("p", Bell(), clock, Patience()))


@pytest.mark.parametrize(
    ("fence", "waiting", "asked"),
    [
        ("delivery by ack", {"alice"}, ["alice"]),
        ("delivery by ack", {"alice", "bob"}, ["alice", "bob"]),
        ("delivery by ack", set(), []),
        ("connection", {"bob"}, ["bob"]),
        ("none", {"alice"}, []),
    ],
)
async def test_at_its_end_a_play_asks_fences_where_nothing_else_answers_what_was_emitted(
    stage: Stage, fence: str, waiting: set[str], asked: list[str]
) -> None:
    stage.fence = fence
    lawful = Lawful(
        flight=Flight(RealClock()),
        told=frozenset(),
        awaited_until=lambda _: None,
        unanswered=lambda _: frozenset(waiting),
    )
    stage.changes = {"lawful": lawful}
    seen = await stage.steps("- alice: emit do\n  data: {}\n  ack: none\n")
    assert seen.outcome == "passed"
    kinds = [type(entry) for entry in seen.entries if not isinstance(entry, Mark) or entry.what == "cleanup"]
    fences = [entry for entry in seen.entries if isinstance(entry, Beat) and entry.what == "fence"]
    assert sorted(entry.connection for entry in fences) == asked
    if asked:
        assert kinds.index(Emit) < kinds.index(Beat) < kinds.index(Mark)
