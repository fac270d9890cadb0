"""The light steps that send nothing: claims and pauses."""

from __future__ import annotations

from antiphon.core.errors import ScenarioError
from antiphon.engine.doing import Doing
from antiphon.engine.judging import about
from antiphon.engine.stepper.due import DueTimes
from antiphon.engine.stepper.ledger import Ledger
from antiphon.engine.stepper.rounds import Op, Round
from antiphon.judge.claims import claim_verdict
from antiphon.scenario.step_model import AssertStep, PauseStep
from antiphon.wire.heard import Acknowledged


class AssertOp:
    """A claim about what is known."""

    __slots__ = ("_claim", "ledger", "next")

    def __init__(self, step: AssertStep, *, ledger: Ledger) -> None:
        self.next: Op | None = None
        self.ledger = ledger
        self._claim = step.claim

    def start(self, round_: Round) -> bool:
        """Judge it."""
        ledger = self.ledger
        ledger.times += 1
        try:
            differences = self._claim(round_)
        except ScenarioError as error:
            ledger.problem(round_, error)
            round_.stop()
            return False
        if ledger.counts and not differences:
            ledger.held += 1
            return True
        whole = ledger.folded.doing
        doing = Doing(step=whole.step, number=whole.number + round_.suffix, began_s=whole.began_s)
        ledger.judged((claim_verdict(differences, about(doing)),))
        return True

    def answered(self, round_: Round, ack: Acknowledged | None) -> None:
        """Nothing was asked."""

    def out_of_time(self, round_: Round) -> None:
        """Nothing is waited for."""

    def abandon(self, round_: Round) -> None:
        """Nothing is waited for."""


class PauseOp:
    """A wait of a fixed length."""

    __slots__ = ("_due", "_duration_s", "ledger", "next")

    def __init__(self, step: PauseStep, *, ledger: Ledger, due: DueTimes) -> None:
        self.next: Op | None = None
        self.ledger = ledger
        self._duration_s = step.duration_s
        self._due = due

    def start(self, round_: Round) -> bool:
        """Wait; the round goes on when it is over."""
        self.ledger.times += 1
        self._due.after(self._duration_s, round_.go_on)
        return False

    def answered(self, round_: Round, ack: Acknowledged | None) -> None:
        """Nothing was asked."""

    def out_of_time(self, round_: Round) -> None:
        """A pause has no deadline."""

    def abandon(self, round_: Round) -> None:
        """The due times are forgotten as a whole."""
