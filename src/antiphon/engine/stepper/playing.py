"""A block of rounds handed to the stepper, and what came of it handed back to the play."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack

from antiphon.core.errors import Mistake
from antiphon.engine import blocks
from antiphon.engine.doing import Doing
from antiphon.engine.flight import Departures
from antiphon.engine.folding import Folded
from antiphon.engine.lawful import departures
from antiphon.engine.play import Frame
from antiphon.engine.players import Player, UserView, user_meaning
from antiphon.engine.stepper.calling import CallOp
from antiphon.engine.stepper.emitting import EmitOp
from antiphon.engine.stepper.ledger import Ledger
from antiphon.engine.stepper.rounds import ActorOf, Op, Round, VirtualUser
from antiphon.engine.stepper.small import AssertOp, PauseOp
from antiphon.engine.stepper.stepper import Stepper
from antiphon.engine.stops import StopPlay
from antiphon.judge.deeds import named_on
from antiphon.scenario.step_model import Actor, AssertStep, CallStep, EmitStep, Pace, PauseStep, RepeatStep, Step

Ways = Sequence[tuple[Frame, str]]


async def stepped(
    step: RepeatStep,
    items: Sequence[object],
    pace: Pace,
    ways: Ways,
    doing: Doing,
    group: tuple[str, tuple[Player, ...]] | None,
) -> None:
    """Play the rounds of a block whose steps are all light.

    Args:
        step: The block.
        items: One for each round.
        pace: When rounds begin.
        ways: Where each way through the rounds stands, and what its step numbers end with.
        doing: The block under way.
        group: Whose steps all of them are; None if each step names who does it.

    Raises:
        StopPlay: The rest of the scenario must not be run.
    """
    frame = ways[0][0]
    stepper = Stepper(frame.play.setting.clock)
    users = [VirtualUser(way.member, way.names, f"{way.round}{suffix}") for way, suffix in ways]
    with ExitStack() as stack:
        block = _Block(frame, doing, group[0] if group is not None else "", stepper, stack)
        ops = [block.op(inner, named=group is None and frame.member is None) for inner in step.steps]
        try:
            await stepper.play(users, ops, block.stops, items=items, item_name=step.item_name, period_s=pace.period_s)
        finally:
            block.end()
    if block.stops:
        raise StopPlay(block.stops[0])


class _Block:
    """Makes the light steps of one block.

    Args:
        frame: Where it stands.
        doing: The block under way.
        group: Who does its steps; empty if each says so itself.
        stepper: What plays them.
        stack: What ends with the block.
    """

    def __init__(self, frame: Frame, doing: Doing, group: str, stepper: Stepper, stack: ExitStack) -> None:
        self._stack = stack
        self._frame = frame
        self._doing = doing
        self._group = group
        self._stepper = stepper
        self.stops: list[str] = []
        self.ledgers: list[Ledger] = []

    def op(self, step: Step, *, named: bool) -> Op:
        """Return a step bound to where it stands; `named` if it says itself who does it."""
        play, stepper = self._frame.play, self._stepper
        match step:
            case EmitStep():
                ledger = self._ledger(step, f"emit {step.event}")
                acting = named_by(step.actor, play.nobody) if named else None
                # Over which socket it goes is known when it is played.
                services = (one.service for one in play.setting.target.channels)
                left = self._departures(*(f"emit {named_on(service, step.event)}" for service in services))
                return EmitOp(step, play=play, ledger=ledger, acting=acting, waiting=stepper.waiting, left=left)
            case CallStep():
                ledger = self._ledger(step, step.call.operation)
                acting = named_by(step.actor, play.nobody) if named else None
                return CallOp(
                    step,
                    play=play,
                    ledger=ledger,
                    acting=acting,
                    waiting=stepper.waiting,
                    errands=stepper.errands,
                    left=self._departures(f"{step.call.method} {step.call.template}"),
                )
            case AssertStep():
                return AssertOp(step, ledger=self._ledger(step))
            case PauseStep():
                return PauseOp(step, ledger=self._ledger(step), due=stepper.due)
            case _:
                raise TypeError(f"no light step: {type(step).__name__}")

    def _departures(self, *names: str) -> Departures | None:
        return self._stack.enter_context(departures(self._frame.play.setting.lawful, *names))

    def end(self) -> None:
        """Tell the play what came of each step."""
        doing, play = self._doing, self._frame.play
        for ledger in self.ledgers:
            told = ledger.end(play.setting.clock.now_s())
            if ledger.times:
                doing.inside.append(told)
                play.doings.append(told)
                blocks.widen(doing, told)

    def _ledger(self, step: Step, cause_name: str = "") -> Ledger:
        number = f"{step.number}{self._frame.round}"
        now_s = self._frame.play.setting.clock.now_s()
        folded = Folded(number, step, self._doing, self._group, began_s=now_s)
        ledger = Ledger(self._frame.play, folded, step, self.stops, cause_name)
        self.ledgers.append(ledger)
        return ledger


def named_by(actor: Actor, nobody: Player) -> ActorOf:
    """Return what finds the user whom a step names, in a round."""
    name = actor.name
    assert isinstance(name, str)  # noqa: S101 - `is_steppable` has seen to that

    def acting(round_: Round) -> Player:
        value = UserView(nobody) if name == "nobody" else user_meaning(round_, name)
        if isinstance(value, UserView):
            return value.player
        raise Mistake(sentence=f"`{name}` is no user here", source=actor.source)

    return acting
