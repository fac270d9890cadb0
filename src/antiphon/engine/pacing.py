"""`repeat … pace`: rounds that start on time and await nothing, played step by step as everywhere else.

Round n is due at *start + n · period*, never at *last + period*, so that a slow target does not slow the load that
shows it. Where all steps of a round are a group's, each of the group goes its own *way* through the rounds.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from antiphon.engine import blocks
from antiphon.engine.blocks import PlayStep
from antiphon.engine.doing import Doing
from antiphon.engine.play import Frame
from antiphon.engine.players import Player, players_in
from antiphon.engine.scopes import MemberNames
from antiphon.engine.stops import StopPlay, first_problem
from antiphon.judge.tally import Tally
from antiphon.language.scope import MISSING
from antiphon.scenario.model import Actor, Pace, RepeatStep, Step
from antiphon.scenario.renumbering import every_step


@dataclass(frozen=True, slots=True)
class Way:
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


def _ways(frame: Frame, group: Sequence[Player] | None) -> Iterator[Way]:
    if group is None:
        yield Way(frame, "")
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


def fold(frame: Frame, doing: Doing, group: str) -> None:
    """Make one of what each step did in all rounds: its judgements counted, its window spanning all of them.

    A step that was heard of stays as it is: the scenario's end has more to say about it.
    """
    play = frame.play
    kept = [one for one in doing.inside if any(inner.last_words or inner.step.hear for inner in one.family())]
    folding = [inner for top in doing.inside if top not in kept for inner in top.family()]
    gone = {id(one) for one in folding}
    play.doings = [one for one in play.doings if id(one) not in gone]
    doing.inside = kept
    whole: dict[str, Folded] = {}
    for one in folding:
        number = f"{one.step.number}{frame.round}"
        if number not in whole:
            whole[number] = Folded(number, one.step, doing, group, began_s=one.began_s)
        whole[number].add(one)
    for folded in whole.values():
        folded.end()
        doing.inside.append(folded.doing)
        play.doings.append(folded.doing)


class Folded:
    """One step over all rounds.

    Attributes:
        doing: The step as if it had been done once.
        tally: Its judgements.
        times: How often it was done.
    """

    def __init__(self, number: str, step: Step, block: Doing, group: str, *, began_s: float) -> None:
        self.doing = Doing(step=step, number=number, began_s=began_s, block=block)
        self.tally = Tally(number, group)
        self.times = 0

    def add(self, one: Doing) -> None:
        """Take in what the step did in one round."""
        whole = self.doing
        for verdict in one.verdicts:
            self.tally.add(verdict)
        blocks.widen(whole, one)
        whole.ended_s = max(whole.ended_s or 0.0, one.ended_s or 0.0)
        whole.stop = whole.stop or one.stop
        if not any(inner.step.number == one.step.number for inner in one.inside):  # a group's step is its members'
            self.times += 1

    def end(self) -> None:
        """Tell what was judged, and how often the step was done."""
        self.doing.verdicts.extend(self.tally.verdicts())
        self.doing.note = f"{self.times:,} times" if self.times != 1 else "once"
