"""`repeat … pace`: rounds that start on time and await nothing, played step by step as everywhere else.

Round n is due at *start + n · period*, never at *last + period*, so that a slow target does not slow the load that
shows it. Where all steps of a round are a group's, each of the group goes its own *way* through the rounds.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from antiphon.engine import blocks
from antiphon.engine.blocks import PlayStep
from antiphon.engine.doing import Doing
from antiphon.engine.folding import fold
from antiphon.engine.play import Frame
from antiphon.engine.players import Player, UserView, players_in
from antiphon.engine.scopes import MemberNames
from antiphon.engine.stepper.light import are_light
from antiphon.engine.stepper.playing import stepped
from antiphon.engine.stops import StopPlay, first_problem
from antiphon.language.scope import MISSING
from antiphon.scenario.renumbering import every_step
from antiphon.scenario.step_model import Actor, Pace, RepeatStep, Step


class Way(Struct, frozen=True):
    """One way through the rounds.

    Attributes:
        frame: Where its rounds are played.
        suffix: What its step numbers have behind the round's.
    """

    frame: Frame
    suffix: str


def group_of_rounds(frame: Frame, step: RepeatStep) -> tuple[str, tuple[Player, ...]] | None:
    """Return the one group whose steps all of a round's are, by its name; None where others act in it."""
    if frame.member is not None:
        return None
    actors = {_name(step) for step in every_step(step.steps)} - {None}
    name = actors.pop() if len(actors) == 1 else None
    if name is None or name == step.item_name:
        return None
    players = players_in(frame.meaning(name))
    return (name, players) if players is not None else None


def _name(step: Step) -> str | None:
    """Return who does a step; empty if only a template tells."""
    actor = getattr(step, "actor", None)
    if not isinstance(actor, Actor):
        return None
    return actor.name if isinstance(actor.name, str) else ""


async def paced(frame: Frame, step: RepeatStep, pace: Pace, doing: Doing, play_step: PlayStep) -> None:
    """Play the rounds of a `repeat` that has a pace; returns when the last that began has ended."""
    items = blocks.rounds_of(frame, step)
    group = group_of_rounds(frame, step)
    ways = list(_ways(replace(frame, gate=None, block=doing), group[1] if group is not None else None))
    if frame.gate is not None:
        frame.gate.leave()
    frame.play.step_is(doing.number, step)
    if is_steppable(frame, step, items, group):
        await stepped(step, items, pace, [(way.frame, way.suffix) for way in ways], doing, group)
        return
    rounds = _Rounds(step, items, play_step)
    try:
        async with asyncio.TaskGroup() as tasks:
            if pace.period_s is None:
                for way in ways:
                    tasks.create_task(rounds.back_to_back(way))
            else:
                await rounds.on_time(ways, pace.period_s, tasks)
    except BaseExceptionGroup as problems:
        raise first_problem(problems) from None
    for inner in doing.inside:
        blocks.widen(doing, inner)
    await blocks.settle(doing, frame)
    fold(frame, doing, group[0] if group is not None else "")
    if rounds.stops:
        raise rounds.stops[0]


def is_steppable(
    frame: Frame, step: RepeatStep, items: Sequence[object], group: tuple[str, tuple[Player, ...]] | None
) -> bool:
    """Return whether the stepper plays these rounds: all steps are light, and each is done by one user at a time."""
    setting = frame.play.setting
    if not setting.stepping or frame.play.director is not None or not are_light(step.steps, setting.target):
        return False
    if group is not None or frame.member is not None:
        return True
    names = {_name(inner) for inner in step.steps} - {None}
    if step.item_name in names:
        names.discard(step.item_name)
        if any(not isinstance(item, UserView) for item in items):
            return False
    return all(isinstance(frame.meaning(name), UserView) for name in names if name is not None)


def _ways(frame: Frame, group: Sequence[Player] | None) -> Iterator[Way]:
    if group is None:
        yield Way(frame, "")  # by whom each step names, or by the one of a group who stands in an outer block
        return
    for index, player in enumerate(group):
        yield Way(replace(frame, names=frame.names.of_member(player.name), member=player), f"[{index}]")


class _Rounds:
    """The rounds of one block: each a chain of steps, begun on time or after the one before."""

    def __init__(self, step: RepeatStep, items: Sequence[object], play_step: PlayStep) -> None:
        self._step = step
        self._items = items
        self._play_step = play_step
        self.stops: list[StopPlay] = []

    async def on_time(self, ways: Sequence[Way], period_s: float, tasks: asyncio.TaskGroup) -> None:
        clock = ways[0].frame.play.setting.clock
        start_s = clock.now_s()
        for index in range(len(self._items)):
            early_s = start_s + index * period_s - clock.now_s()
            if early_s > 0:
                await clock.sleep(early_s)
            if self.stops:
                return
            for way in ways:
                tasks.create_task(self._round(way, index))

    async def back_to_back(self, way: Way) -> None:
        for index in range(len(self._items)):
            if self.stops:
                return
            await self._round(way, index)

    async def _round(self, way: Way, index: int) -> None:
        # What a round saves it finds again itself, whatever later rounds have saved meanwhile.
        names = MemberNames(way.frame.names)
        if self._step.item_name and self._items[index] is not MISSING:
            names.known[self._step.item_name] = self._items[index]
        inside = replace(way.frame, names=names, round=f"{way.frame.round}[{index + 1}]{way.suffix}", quiet=True)
        try:
            for inner in self._step.steps:
                await self._play_step(inside, inner)
        except StopPlay as stop:
            self.stops.append(stop)
