"""What a step did in many rounds, told as if it had been done once: its judgements counted, its window spanning all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from antiphon.engine import blocks
from antiphon.engine.doing import Cause, Doing
from antiphon.engine.play import Frame
from antiphon.judge.tally import Tally
from antiphon.scenario.step_model import Step


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
    numbers: dict[str, str] = {}
    for one in folding:
        number = numbers[one.number] = f"{one.step.number}{frame.round}"
        if number not in whole:
            whole[number] = Folded(number, one.step, doing, group, began_s=one.began_s)
        whole[number].add(one)
    if not kept:  # else each round's cause tells which of the events that were heard it explains
        play.causes = list(_few(play.causes, numbers))
    for folded in whole.values():
        folded.end()
        doing.inside.append(folded.doing)
        play.doings.append(folded.doing)


def _few(causes: Sequence[Cause], numbers: Mapping[str, str]) -> Iterator[Cause]:
    """Yield the causes, those of folded steps once: when it was first sent, and when what was carried out was."""
    last_s: dict[str, float] = {}
    for cause in causes:
        of = numbers.get(cause.step, "")
        last_s[of] = max(last_s.get(of, 0.0), cause.answered_s)
    told: set[tuple[str, bool]] = set()
    for cause in causes:
        number = numbers.get(cause.step)
        if number is None:
            yield cause
            continue
        for done in (False, True):
            if (number, done) not in told and (cause.done or not done):
                told.add((number, done))
                yield replace(cause, step=number, done=done, answered_s=last_s[number])


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
        whole.calls.extend(one.calls)
        whole.ended_s = max(whole.ended_s or 0.0, one.ended_s or 0.0)
        whole.stop = whole.stop or one.stop
        if not any(inner.step.number == one.step.number for inner in one.inside):  # a group's step is its members'
            self.times += 1

    def end(self) -> None:
        """Tell what was judged, and how often the step was done."""
        self.doing.verdicts.extend(self.tally.verdicts())
        self.doing.note = f"{self.times:,} times" if self.times != 1 else "once"
