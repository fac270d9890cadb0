"""A step under way, and what it sent: the window in which others hear of it, and what was judged so far."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec import Struct, field

from antiphon.history.entries import Call, Emit
from antiphon.judge.verdicts import Outcome, Verdict
from antiphon.scenario.step_model import Step

Deferred = Callable[[], tuple[Verdict, ...]]


class Cause(Struct, frozen=True, kw_only=True):
    """Something that a step sent: what may cause events.

    Attributes:
        seq: Its entry in the history.
        sent_s: When its first byte was sent.
        answered_s: When it was answered, or was known not to be.
        name: The operation or the emit's name.
        step: The step's number.
        done: Whether the target said that it was carried out.
    """

    seq: int
    sent_s: float
    answered_s: float
    name: str
    step: str
    done: bool


class Doing(Struct, eq=False, kw_only=True):
    """A step under way: what it sent, what was answered, what was judged.

    Attributes:
        number: The step's number, with the round of a `repeat`.
        opened_s: First byte sent; None if it sent nothing.
        answered_s: The last answer.
        done_s: When its deed was done, what is heard of it not yet judged; 0 before.
        cause: The entry that it caused first.
        calls: The calls that it made itself.
        facts: What addresses of this step see (`response`, `payload`, `ack`, …).
        verdicts: Judged at once.
        deferred: To be judged when the lag around their stamps is known.
        last_words: To be judged when the scenario has ended.
        reopened: Name of a socket that this step connects → when it began to, the old connection being closed.
        is_block: Whether other steps are played inside it.
        block: The step inside which it is played; None at the top.
        inside: The steps played inside it; of one that was tried again, the last try.
        skipped: Whether its condition did not hold.
        note: What a report adds to the step.
        stop: Why the rest of the scenario must not be run; empty if it may.
    """

    step: Step
    number: str
    began_s: float
    opened_s: float | None = None
    answered_s: float | None = None
    done_s: float = 0.0
    cause: Call | Emit | None = None
    calls: list[Call] = field(default_factory=list)
    facts: dict[str, object] = field(default_factory=dict)
    verdicts: list[Verdict] = field(default_factory=list)
    deferred: list[Deferred] = field(default_factory=list)
    last_words: list[Deferred] = field(default_factory=list)
    saved_ids: set[str] = field(default_factory=set)
    reopened: dict[str, float] = field(default_factory=dict)
    is_block: bool = False
    block: Doing | None = None
    inside: list[Doing] = field(default_factory=list)
    skipped: bool = False
    note: str = ""
    stop: str = ""
    ended_s: float | None = None

    @property
    def label(self) -> str:
        """The step in one line."""
        return self.step.label

    @property
    def failed(self) -> bool:
        """Whether something judged so far did not hold, in it or inside it."""
        return bool(self.failures)

    @property
    def failures(self) -> tuple[Verdict, ...]:
        """What did not hold so far, in it or inside it."""
        return tuple(verdict for one in self.family() for verdict in one.verdicts if verdict.outcome is Outcome.FAILED)

    @property
    def is_settled(self) -> bool:
        """Whether nothing in it or inside it waits to be judged."""
        return not any(one.deferred for one in self.family())

    def family(self) -> Iterator[Doing]:
        """Yield this step and every one played inside it."""
        yield self
        for inner in self.inside:
            yield from inner.family()

    @property
    def thing_ids(self) -> frozenset[str]:
        """The ids of the things that it, or a step inside it, saved."""
        return frozenset().union(*(one.saved_ids for one in self.family()))

    def opened_on(self, connection: str) -> float | None:
        """Return from when on its window is open on a connection: of one that it connects itself, from then on."""
        return self.reopened.get(connection, self.opened_s)

    def sent(self, *, opened_s: float, answered_s: float, cause: Call | Emit | None = None) -> None:
        """Widen the window by one more thing that was sent and answered."""
        self.opened_s = opened_s if self.opened_s is None else min(self.opened_s, opened_s)
        self.answered_s = answered_s if self.answered_s is None else max(self.answered_s, answered_s)
        if self.cause is None:
            self.cause = cause

    def settle(self) -> None:
        """Judge what was deferred, in it and inside it."""
        for one in self.family():
            for judge in one.deferred:
                one.verdicts.extend(judge())
            one.deferred.clear()

    def conclude(self) -> None:
        """Judge of this step alone what was deferred, and what only the scenario's end could tell."""
        for judge in (*self.deferred, *self.last_words):
            self.verdicts.extend(judge())
        self.deferred.clear()
        self.last_words.clear()
