"""All that is known when one `hear` on one connection is judged: values, and a few questions as callables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from antiphon.core.durations import duration_text
from antiphon.core.source import Source
from antiphon.history.heard import Heard
from antiphon.judge.claiming import Fit
from antiphon.judge.fences import FenceAnswer, Link
from antiphon.judge.timing import Measured, Timing, judge_limit
from antiphon.judge.verdicts import Kind, Outcome, Proof, Verdict
from antiphon.language.difference import Difference
from antiphon.language.scope import Scope
from antiphon.scenario.model import Hear, HearItem

_FITS = {Timing.HOLDS: Fit.ON_TIME, Timing.VOID: Fit.IN_DOUBT, Timing.LATE: Fit.LATE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """When a step acted; seconds since the run began.

    Attributes:
        opened_s: First byte sent. Events stamped before it do not belong to the step.
        answered_s: The last answer; for an emit without acknowledgement when it left, as `opened_s`.
    """

    opened_s: float
    answered_s: float

    @property
    def is_answered(self) -> bool:
        """Whether an answer came that is counted from; else it is counted from the sending."""
        return self.answered_s > self.opened_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """One `hear` on one connection.

    Attributes:
        hear: What is claimed.
        hearer: The user's name as people know it.
        connection: The socket's name.
        window: When the step acted.
        events: All that this connection received since the window opened, in recorded order; without what
            answered a fence.
        scope_for: Gives the scope in which a matcher sees this event.
        step: The step's number.
        label: The step in one line.
        cause_seq: The entry that caused what is claimed.
        cause_failed: The step's call failed: positive items are not run, absence is judged all the same.
        lag_at: Antiphon's own lag at a stamp.
        target_wait: How long the target waited for a processor between two stamps.
        fence: The fence after the step; None if none was asked for.
        link: What happened to the connection.
        ambient: Names of events that may come at any time.
        identity: Gives what tells this event from others; None if the profile names nothing.
        strict_absence: Whether an absence that was only waited for is void.
        judged_s: When the step was judged, for questions that are asked later; None while it is judged.
        next_cause_s: When the scenario next sent something; None if it has not.
        another_cause_explains: Whether a second done cause can have caused this event.
        saved_ids: The ids, as texts, of the things that this step saved.
        elsewhere: What other connections heard in this step's window.
        known: Matches already computed; hand the same one on when the facts grow.
    """

    hear: Hear
    hearer: str
    connection: str
    window: Window
    events: Sequence[Heard]
    scope_for: Callable[[Heard], Scope]
    step: str = ""
    label: str = ""
    cause_seq: int = 0
    cause_failed: bool = False
    lag_at: Callable[[float], float] = lambda _at_s: 0.0
    target_wait: Callable[[float, float], float] = lambda _from_s, _to_s: 0.0
    fence: FenceAnswer | None = None
    link: Link = field(default_factory=Link)
    ambient: frozenset[str] = frozenset()
    identity: Callable[[Heard], tuple[object, ...] | None] = lambda _event: None
    strict_absence: bool = False
    judged_s: float | None = None
    next_cause_s: float | None = None
    another_cause_explains: Callable[[Heard], bool] = lambda _event: False
    saved_ids: frozenset[str] = frozenset()
    elsewhere: Sequence[Heard] = ()
    known: dict[tuple[int, int], Difference | None] = field(default_factory=dict, compare=False, repr=False)

    def items(self) -> Iterator[tuple[HearItem, int | None]]:
        """Yield each item to be heard, with the number of its ordered group if it has one."""
        for item in self.hear.items:
            yield item, None
        for number, group in enumerate(self.hear.in_order):
            for item in group:
                yield item, number

    def difference(self, item: HearItem, event: Heard) -> Difference | None:
        """Return in what an event of the item's name differs from its matcher; None if it matches."""
        if item.data is None:
            return None
        key = (id(item), event.seq)
        if key not in self.known:
            self.known[key] = item.data(event.data, self.scope_for(event))
        return self.known[key]

    def matches(self, item: HearItem, event: Heard) -> bool:
        """Return whether the event has the item's name and data, whenever it came."""
        return event.name == item.event and self.difference(item, event) is None

    def measured(self, item: HearItem, event: Heard) -> Measured:
        """Return the time that the item's `within` limits."""
        from_s = self.window.opened_s if item.of_request else self.window.answered_s
        # A stamp taken just before sending is never late.
        lag_start_s = 0.0 if from_s <= self.window.opened_s else self.lag_at(from_s)
        return Measured(
            measured_s=event.at_s - from_s,
            lag_start_s=lag_start_s,
            lag_end_s=self.lag_at(event.at_s),
            target_wait_s=self.target_wait(from_s, event.at_s) if event.at_s > from_s else 0.0,
        )

    def fit(self, item: HearItem, event: Heard) -> Fit | None:
        """Return how well a matching event keeps the item's time; None once its `wait` was over."""
        after_s = event.at_s - self.window.answered_s
        # `lost` is not about time: a wait is as much longer as the stamp may be late.
        if after_s > item.wait_s and after_s - self.lag_at(event.at_s) > item.wait_s:
            return None
        if item.within_s is None:
            return Fit.ON_TIME
        return _FITS[judge_limit(self.measured(item, event), item.within_s)]

    @property
    def anchor(self) -> str:
        """What latencies count from, in words."""
        return "the answer" if self.window.is_answered else "it was sent"

    def moment(self, at_s: float) -> str:
        """Return a moment as a sentence's part: `84 ms after the answer`."""
        after_s = at_s - self.window.answered_s
        return f"{duration_text(abs(after_s))} {'before' if after_s < 0 else 'after'} {self.anchor}"

    def when(self, event: Heard) -> str:
        """Return when an event came, as a sentence's part."""
        return self.moment(event.at_s)

    def until(self, end_s: float | None) -> list[Heard]:
        """Return the events from the window's opening to `end_s`, that moment included."""
        return [
            event
            for event in self.events
            if event.at_s >= self.window.opened_s and (end_s is None or event.at_s <= end_s)
        ]


def verdict(
    facts: Facts,
    outcome: Outcome,
    kind: Kind,
    claim: str,
    sentence: str,
    *,
    source: Source,
    details: Sequence[str] = (),
    hint: str = "",
    event: str = "",
    evidence: Sequence[int] = (),
    proof: Proof = Proof.NONE,
    limit_s: float | None = None,
) -> Verdict:
    """Return a verdict about this hearer, on this connection, because of this step."""
    return Verdict(
        outcome=outcome,
        kind=kind,
        claim=claim,
        sentence=sentence,
        details=tuple(details),
        hint=hint,
        source=source,
        step=facts.step,
        user=facts.hearer,
        connection=facts.connection,
        event=event,
        cause_seq=facts.cause_seq,
        evidence=tuple(evidence),
        proof=proof,
        limit_s=limit_s,
    )
