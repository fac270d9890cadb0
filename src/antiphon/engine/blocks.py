"""Steps that hold other steps: parallel, repeat, until and use."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence

from msgspec.structs import replace

from antiphon.core.errors import Mistake
from antiphon.engine.doing import Doing
from antiphon.engine.gate import BranchGate, Gate
from antiphon.engine.judging import about, until_verdict
from antiphon.engine.play import Frame
from antiphon.engine.players import Player, UserView
from antiphon.engine.scopes import NameSpace
from antiphon.engine.stops import StopPlay, first_problem
from antiphon.history.entries import Call
from antiphon.judge.statuses import statuses_verdict
from antiphon.language.scope import MISSING
from antiphon.scenario.step_model import Actor, ParallelStep, RepeatStep, Step, UntilStep, UseStep, WatchStep

PlayStep = Callable[[Frame, Step], Awaitable[Doing]]
_MOST_ROUNDS = 100_000


async def parallel(frame: Frame, step: ParallelStep, doing: Doing, play_step: PlayStep) -> None:
    """Play branches at once; every branch's first request is written before any answer is awaited."""
    inside = replace(frame, block=doing)
    if step.repeat is None:
        branches = [(inside, steps) for steps in step.branches]
    else:
        count = _rounds(step.repeat(frame.scope()), step)
        rounds = [replace(inside, round=f"{frame.round}[{number}]") for number in range(1, count + 1)]
        branches = [(one, steps) for one in rounds for steps in step.branches]
    stop = await _at_once(frame, doing, branches, play_step)
    if step.statuses is not None:
        doing.verdicts.append(statuses_verdict(step.statuses, list(_calls_inside(doing)), about(doing)))
    if stop is not None:
        raise stop


async def each(frame: Frame, step: Step, doing: Doing, group: Sequence[Player], play_step: PlayStep) -> None:
    """Let each of a group do a step, at once; what is heard and how often it is tried is the whole step's."""
    own = replace(step, name="", hear=(), retries=0, must=False)
    branches = [
        (
            replace(
                frame,
                names=frame.names.of_member(player.name),
                round=f"{frame.round}[{index}]",
                block=doing,
                member=player,
            ),
            (own,),
        )
        for index, player in enumerate(group)
    ]
    stop = await _at_once(frame, doing, branches, play_step)
    if stop is not None:
        raise stop


async def _at_once(
    frame: Frame, doing: Doing, branches: Sequence[tuple[Frame, tuple[Step, ...]]], play_step: PlayStep
) -> StopPlay | None:
    """Play branches at once; return why the first that was stopped was."""
    if frame.gate is not None:
        frame.gate.leave()
    gate = Gate(len(branches))
    stops: list[StopPlay] = []

    async def branch(index: int, inside: Frame, steps: tuple[Step, ...]) -> None:
        own = BranchGate(gate, index)
        inside = replace(inside, gate=own)
        try:
            for inner in steps:
                widen(doing, await play_step(inside, inner))
        except StopPlay as stop:
            stops.append(stop)
        finally:
            own.leave()

    try:
        async with asyncio.TaskGroup() as group:
            for index, (inside, steps) in enumerate(branches):
                group.create_task(branch(index, inside, steps))
    except BaseExceptionGroup as problems:
        raise first_problem(problems) from None
    return stops[0] if stops else None


def _calls_inside(doing: Doing) -> Iterator[Call]:
    """Yield the calls of the steps inside a block; those of fragments make claims of their own."""
    for inner in doing.inside:
        yield from inner.calls
        if not isinstance(inner.step, UseStep):
            yield from _calls_inside(inner)


async def repeat(frame: Frame, step: RepeatStep, doing: Doing, play_step: PlayStep) -> None:
    """Play rounds, one after another."""
    for index, item in enumerate(rounds_of(frame, step)):
        if step.item_name:
            frame.names.set(step.item_name, item)
        inside = replace(frame, round=f"{frame.round}[{index + 1}]", block=doing)
        for inner in step.steps:
            widen(doing, await play_step(inside, inner))


def rounds_of(frame: Frame, step: RepeatStep) -> list[object]:
    """Return the item of each round; MISSING where rounds are only counted.

    Raises:
        Mistake: `over` gives no list, or the number of rounds is none.
    """
    if step.over is None:
        return [MISSING] * _rounds(step.times(frame.scope()) if step.times is not None else 0, step)
    over = step.over(frame.scope())
    if isinstance(over, Mapping):
        over = list(over.values())
    if not isinstance(over, list | tuple):
        raise Mistake(sentence="`over` must be a list", source=step.source)
    return list(over)


async def watch(frame: Frame, step: WatchStep, doing: Doing, play_step: PlayStep) -> None:
    """Play steps one after another; what is heard counts from before the first to after the last of them."""
    clock = frame.play.setting.clock
    began_s = clock.now_s()
    inside = replace(frame, block=doing)
    for inner in step.steps:
        widen(doing, await play_step(inside, inner))
    doing.sent(opened_s=began_s, answered_s=clock.now_s() if doing.answered_s is None else doing.answered_s)


async def until(frame: Frame, step: UntilStep, doing: Doing, play_step: PlayStep) -> None:
    """Repeat a step until its claim, or its own expectations, hold; only the last try's verdicts count."""
    play = frame.play
    clock = play.setting.clock
    patience = play.setting.patience
    claimed_s = clock.now_s() + step.wait_s
    deadline_s = clock.now_s() + patience.wait_s(step.wait_s)
    inside = replace(frame, block=doing)
    tries = 0
    while True:
        tries += 1
        stop: StopPlay | None = None
        try:
            await play_step(inside, step.step)
        except StopPlay as stopped:  # a save that finds nothing yet, say: only the last try may end the scenario
            stop = stopped
        tried = doing.inside[-1]
        await settle(tried, frame)
        widen(doing, tried)
        differences = step.claim(frame.scope(tried)) if step.claim is not None else ()
        held = stop is None and (not differences if step.claim is not None else not tried.failed)
        if held or clock.now_s() + step.every_s > deadline_s:
            if not held:
                patience.gave_up(clock.now_s() + step.every_s, claimed_s)
            break
        play.forget(tried)
        await clock.sleep(step.every_s)
    doing.facts.update(tried.facts)
    if stop is not None:
        raise stop
    if step.claim is not None:
        doing.verdicts.append(until_verdict(doing, step, differences, tries=tries))


async def use(frame: Frame, step: UseStep, doing: Doing, play_step: PlayStep) -> None:
    """Play a fragment's steps in a name space of its own; hand out what it gives."""
    fragment = step.fragment
    inner_names = NameSpace({name: frame.names.lookup(name) for name in ("env", "run", "fake", "now", "range")})
    scope = frame.scope()
    for name, kind in fragment.takes.items():
        if kind == "value":
            value = step.values[name](scope) if name in step.values else fragment.defaults[name](scope)
            inner_names.set(name, value)
        else:
            inner_names.set(name, _taken(frame, step.users[name], step))
    inside = replace(frame, names=inner_names, block=doing)
    if fragment.cleanup:
        frame.play.cleanup_steps.append((inside, fragment.cleanup))
    failed = False
    for inner in fragment.steps:
        played = await play_step(inside, inner)
        widen(doing, played)
        await settle(played, frame)
        failed = failed or played.failed
    for name, here in step.gives.items():
        value = inner_names.lookup(name)
        if value is not MISSING:
            frame.names.set(here, value)
    if failed:
        raise StopPlay(f"`use {fragment.name}` failed")


def widen(outer: Doing, inner: Doing) -> None:
    """Let a block's window span what was sent inside it."""
    if inner.opened_s is not None and inner.answered_s is not None:
        outer.sent(opened_s=inner.opened_s, answered_s=inner.answered_s, cause=inner.cause)


async def settle(doing: Doing, frame: Frame) -> None:
    """Judge what waits only for the next tick of the lag."""
    if not doing.is_settled:
        setting = frame.play.setting
        await setting.lag.after(setting.clock.now_s())
        doing.settle()


def _taken(frame: Frame, actor: Actor | tuple[Actor, ...], step: UseStep) -> object:
    if isinstance(actor, tuple):
        return [_taken(frame, one, step) for one in actor]
    value = frame.meaning(actor.name) if isinstance(actor.name, str) else actor.name(frame.scope())
    views = value if isinstance(value, list | tuple) else [value]
    if not views or not all(isinstance(view, UserView) for view in views):
        raise Mistake(sentence=f"`{step.fragment.name}` takes a user, and gets something else", source=actor.source)
    return value


def _rounds(value: object, step: Step) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _MOST_ROUNDS:
        raise Mistake(
            sentence=f"the number of rounds must be a whole number from 0 to {_MOST_ROUNDS}", source=step.source
        )
    return value
