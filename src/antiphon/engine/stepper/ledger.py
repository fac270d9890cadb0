"""What one light step did in all rounds: counted where it held, judged like any other step where it may not have."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from antiphon.core.errors import ScenarioError
from antiphon.engine.doing import Cause, Doing
from antiphon.engine.folding import Folded
from antiphon.engine.judging import about, problem_verdict
from antiphon.engine.play import Play
from antiphon.engine.stepper.rounds import Round
from antiphon.history.entries import Call, Emit
from antiphon.judge.claims import missing_verdict
from antiphon.judge.verdicts import Outcome, Verdict
from antiphon.language.scope import MISSING
from antiphon.scenario.claim_model import Save
from antiphon.scenario.step_model import Step


class Ledger:
    """The account of one step.

    Attributes:
        folded: The step as reports will tell it.
        counts: Whether it has been judged to hold once, so that the next time is only counted.
        held: How often it held like the first time; only counted.
        times: How often it was done.
        stops: Why no further round may begin; shared by all steps of the block, empty if they may.
    """

    __slots__ = (
        "_cause_name",
        "_cause_s",
        "_done",
        "_first",
        "_last_s",
        "_play",
        "counts",
        "folded",
        "held",
        "saves",
        "stops",
        "times",
    )

    def __init__(self, play: Play, folded: Folded, step: Step, stops: list[str], cause_name: str = "") -> None:
        self._play = play
        self._cause_name = cause_name
        self._cause_s: float | None = None
        self._done: Cause | None = None
        self._last_s = 0.0
        self._first: Sequence[Verdict] | None = None
        self.folded = folded
        self.counts = False
        self.held = 0
        self.times = 0
        self.saves = tuple(_Saving(save) for save in step.save)
        self.stops = stops

    def sent(self, entry: Call | Emit, sent_s: float, answered_s: float, *, done: bool) -> None:
        """Take note of something that was sent and answered."""
        if answered_s > self._last_s:
            self._last_s = answered_s
        if self._done is not None:  # as nearly always
            return
        if self._cause_s is None:
            self._cause_s = sent_s
            self.folded.doing.cause = entry
        if done:
            self._done = self._cause(entry.seq, sent_s, done=True)

    def judged(self, verdicts: Sequence[Verdict]) -> None:
        """Take in the verdicts of one round."""
        for verdict in verdicts:
            self.folded.tally.add(verdict)
        if self._first is None and all(verdict.outcome is Outcome.HELD for verdict in verdicts):
            self._first, self.counts = verdicts, True

    def saved(self, round_: Round) -> bool:
        """Keep what the step saves; return False if that ends the round, because something is not there."""
        for saving in self.saves:
            try:
                value = saving.address(round_)
            except ScenarioError as error:
                return self.problem(round_, error)
            if value is MISSING:
                return self._missing(saving.save, round_)
            round_.known[saving.name] = value
            for sink in round_.user.sinks:
                sink[saving.name] = value
        return True

    def problem(self, round_: Round, error: ScenarioError) -> bool:
        """Note that a step cannot be played as it is written; ends the round."""
        doing = self._doing(round_)
        self.folded.tally.add(problem_verdict(doing, error))
        self._halt(f"step {doing.number} could not be played")
        return False

    def _missing(self, save: Save, round_: Round) -> bool:
        doing = self._doing(round_)
        text = save.address.text
        self.folded.tally.add(missing_verdict(save.name, text, about(doing), source=save.source))
        self._halt(f"`save` found nothing at `{text}`")
        return False

    def _halt(self, why: str) -> None:
        self.folded.doing.stop = self.folded.doing.stop or why
        self.stops.append(why)

    def _doing(self, round_: Round) -> Doing:
        whole = self.folded.doing
        number = f"{whole.number}{round_.suffix}"
        cause = round_.entry if round_.entry is not None and round_.entry.step == number else None
        return Doing(step=whole.step, number=number, began_s=whole.began_s, cause=cause)

    def end(self, now_s: float) -> Doing:
        """Tell what was judged, and let the play know of what was sent."""
        for verdict in self._first or ():
            self.folded.tally.held_again(verdict, self.held)
        doing = self.folded.doing
        doing.ended_s = now_s
        if self._cause_s is not None:
            doing.sent(opened_s=self._cause_s, answered_s=self._last_s, cause=doing.cause)
            first = doing.cause.seq if doing.cause is not None else 0
            causes = [self._cause(first, self._cause_s, done=False), self._done]
            self._play.causes.extend(cause for cause in causes if cause is not None)
        self.folded.times = self.times
        self.folded.end()
        return doing

    def _cause(self, seq: int, sent_s: float, *, done: bool) -> Cause:
        number = self.folded.doing.number
        return Cause(seq=seq, sent_s=sent_s, answered_s=self._last_s, name=self._cause_name, step=number, done=done)


class _Saving:
    """A save, with what is asked of it each time at hand."""

    __slots__ = ("address", "name", "save")

    def __init__(self, save: Save) -> None:
        self.save = save
        self.name = save.name
        self.address = save.address.get


def roots_of(saves: Iterable[Save]) -> frozenset[str]:
    """Return the names that saves look up."""
    return frozenset[str]().union(*(save.address.roots for save in saves))
