"""All mutants of a recorded run, judged one after another in an order that can be broken off anywhere."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec import Struct, field

from antiphon.core.clock import Clock, Dice
from antiphon.run.mutate.answers import answer_mutants
from antiphon.run.mutate.model import Fate, Mutant, Outcome
from antiphon.run.mutate.planning import delays_of, event_mutants
from antiphon.run.mutate.playing import Stage
from antiphon.run.mutate.recorded import Recorded
from antiphon.run.mutate.sampling import evenly
from antiphon.run.mutate.trial import Trial
from antiphon.target.model import Target

INTERRUPTED = "interrupted"
BUDGET = "budget"
_AT_ONCE = 400


class Progress(Struct):
    """How far a campaign is.

    Attributes:
        planned: All mutants.
        judged: Those that have their outcome.
    """

    planned: int = 0
    judged: int = 0
    caught: int = 0


class Campaign(Struct, kw_only=True):
    """What came of the mutants of a run.

    Attributes:
        planned: All that there are.
        outcomes: Of those that were judged.
        ended: Why not all were judged; empty if they were.
        leftovers: What played mutants left at the target, by name.
        left_out: Scenarios that did not pass → how they ended.
    """

    planned: int
    outcomes: list[Outcome] = field(default_factory=list)
    ended: str = ""
    leftovers: list[str] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)

    def count(self, fate: Fate) -> int:
        """Return how many came to such an end."""
        return sum(one.fate is fate for one in self.outcomes)

    @property
    def score(self) -> float | None:
        """Caught, of all but the equivalent; None if there is none."""
        judged = len(self.outcomes) - self.count(Fate.EQUIVALENT)
        return self.count(Fate.CAUGHT) / judged if judged else None


def mutants_of(plays: Sequence[Recorded], target: Target, dice: Dice) -> Iterator[Mutant]:
    """Yield all mutants of recorded plays."""
    delays = delays_of(target.laws)
    for play in plays:
        own = dice.child(play.scenario.id)
        yield from event_mutants(play, own.child("events"), delays)
        yield from answer_mutants(play, own.child("answers"))


async def campaign(
    plays: Mapping[str, Recorded],
    trial: Trial,
    stage: Stage | None,
    *,
    dice: Dice,
    clock: Clock,
    until_s: float | None,
    stop: asyncio.Event,
    progress: Callable[[Progress], None],
) -> Campaign:
    """Judge the mutants of recorded plays, until all are judged, the time is over or somebody says stop.

    Args:
        plays: By their scenarios.
        trial: Judges what can be judged in the record.
        stage: Plays the others; None: those stay undecided.
        dice: Choose what is falsified, and in which order.
        clock: For the time that is left.
        until_s: When it is over; None: never.
        stop: Says that it is over at once.
        progress: Told of each that is judged.
    """
    planned = [*mutants_of([*plays.values()], trial.target, dice)]
    found = Campaign(planned=len(planned))
    state = Progress(planned=len(planned))
    order = evenly(planned, dice.child("order"))

    def note(outcome: Outcome) -> None:
        found.outcomes.append(outcome)
        state.judged += 1
        state.caught += outcome.fate is Fate.CAUGHT
        progress(state)

    def over() -> str:
        if stop.is_set():
            return INTERRUPTED
        return BUDGET if until_s is not None and clock.now_s() >= until_s else ""

    for first in range(0, len(order), _AT_ONCE):
        to_play: list[tuple[Recorded, Mutant]] = []
        for mutant in order[first : first + _AT_ONCE]:
            if over():
                break
            outcome = trial.of(plays[mutant.scenario], mutant)
            if outcome.fate is Fate.UNDECIDED and stage is not None:
                to_play.append((plays[mutant.scenario], mutant))
            else:
                note(outcome)
            await asyncio.sleep(0)
        if to_play and stage is not None:
            await stage.play_all(to_play, over=over, done=note)
        if over():
            break
    found.leftovers = [*dict.fromkeys(stage.leftovers)] if stage is not None else []
    found.ended = over() if state.judged < state.planned else ""
    return found
