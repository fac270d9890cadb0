"""Scenarios in order or several at once, each lane with the next one that waits."""

from __future__ import annotations

import asyncio
from pathlib import Path

from antiphon.core.source import NOWHERE
from antiphon.run.lanes import in_lanes
from antiphon.scenario.model import Scenario


def scenario(name: str) -> Scenario:
    return Scenario(id=name, title=name, path=str(Path("a.yaml")), source=NOWHERE, text="")


class Player:
    """Notes what it plays, and how many at once; every first one adds another."""

    def __init__(self, waiting: list[Scenario]) -> None:
        self.waiting = waiting
        self.played: list[str] = []
        self.at_once = self.most = 0

    async def play_one(self, scenario: Scenario) -> None:
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        await asyncio.sleep(0)
        self.played.append(scenario.id)
        self.at_once -= 1
        if scenario.id == "a":
            self.waiting.append(globals()["scenario"]("more"))
        if scenario.id == "bad":
            raise RuntimeError(scenario.id)


def play(names: str, *, at_once: int, stop_after: int = 99) -> tuple[Player, list[str]]:
    waiting = [scenario(name) for name in reversed(names.split())]
    player, faults = Player(waiting), list[str]()
    asyncio.run(
        in_lanes(
            waiting,
            player,
            at_once=at_once,
            stops=lambda: len(player.played) >= stop_after,
            fault=lambda error: faults.append(str(error)),
        )
    )
    return player, faults


def test_one_lane_plays_in_order_and_what_is_added_at_once() -> None:
    assert play("a b c", at_once=1)[0].played == ["a", "more", "b", "c"]


def test_several_lanes_play_as_many_at_once_as_are_allowed() -> None:
    player, _ = play("b c d e f", at_once=3)
    assert sorted(player.played) == ["b", "c", "d", "e", "f"]
    assert player.most == 3


def test_nothing_is_begun_once_the_run_must_stop() -> None:
    assert play("b c d", at_once=1, stop_after=2)[0].played == ["b", "c"]


def test_a_fault_ends_its_lane_and_is_told() -> None:
    player, faults = play("bad b c", at_once=2)
    assert faults == ["bad"]
    assert set(player.played) == {"bad", "b", "c"}


def test_of_nothing_nothing_is_played() -> None:
    assert play("", at_once=8)[0].played == []
