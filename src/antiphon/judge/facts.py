"""All that is known when one `hear` on one connection is judged: values, and a few questions as callables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct, field

from antiphon.core.durations import duration_text
from antiphon.core.source import Source
from antiphon.history.heard import Heard
from antiphon.judge.claiming import Fit
from antiphon.judge.fences import FenceAnswer, Link
from antiphon.judge.timing import Measured, Timing, judge_limit, kept_off
from antiphon.judge.verdicts import Kind, Outcome, Proof, Verdict
from antiphon.language.difference import Difference, Words
from antiphon.language.scope import Scope
from antiphon.scenario.claim_model import Hear, HearItem

_FITS = {Timing.HOLDS: Fit.ON_TIME, Timing.VOID: Fit.IN_DOUBT, Timing.LATE: Fit.MISTIMED}
_KEPT_OFF = {True: Fit.ON_TIME, None: Fit.IN_DOUBT, False: Fit.MISTIMED}


class Window(Struct, frozen=True, kw_only=True):
    """When a step acted; seconds since the run began.

    Attributes:
        opened_s: First byte sent. Events stamped before it do not belong to the step.
        answered_s: The last answer; for an emit without acknowledgement when it left, as `opened_s`.
        ended_s: Of a block, when its last step was done: nothing that came before it came too late to be waited for.
    """

    opened_s: float
    answered_s: float
    ended_s: float = 0.0

    @property
    def is_answered(self) -> bool:
        """Whether an answer came that is counted from; else it is counted from the sending."""
        return self.answered_s > self.opened_s


class Facts(Struct, frozen=True, eq=False, kw_only=True):
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
        cause_before: Gives the entry that was sent last before a moment, of this step or a later one; 0 if none was.
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
    cause_before: Callable[[float], int] = lambda _at_s: 0
    known: dict[tuple[int, int], Difference | None] = field(default_factory=dict)

    def items(self) -> Iterator[tuple[HearItem, int | None]]:
        """Yield each item to be heard, with the number of its ordered group if it has one."""
        for item in self.hear.items:
            yield item, None
        for number, group in enumerate(self.hear.in_order):
            for item in group:
                yield item, number

    def concerns(self, item: HearItem, event: Heard) -> bool:
        """Return whether an item speaks of events of this name."""
        return item.mentions is not None or event.name == item.event

    def difference(self, item: HearItem, event: Heard) -> Difference | None:
        """Return in what an event that an item speaks of differs from what it asks for; None if it does not."""
        if item.data is None and item.mentions is None:
            return None
        key = (id(item), event.seq)
        if key not in self.known:
            self.known[key] = self._difference(item, event)
        return self.known[key]

    def _difference(self, item: HearItem, event: Heard) -> Difference | None:
        if item.mentions is None:
            return item.data(event.data, self.scope_for(event)) if item.data is not None else None
        found = item.mentions(event.args, self.scope_for(event))
        if found is None and self._is_explained(item, event):
            said = "is ambient" if event.name in self.ambient else "is what another item of this hear speaks of"
            return Difference((), event.name, Words("unexplained"), said)
        return found

    def _is_explained(self, item: HearItem, event: Heard) -> bool:
        """Return whether something else says why an event that some item takes by any name was heard."""
        named = (other for other in self.hear.positives if other is not item and other.mentions is None)
        return event.name in self.ambient or any(self.matches(other, event) for other in named)

    def matches(self, item: HearItem, event: Heard) -> bool:
        """Return whether the event has the item's name and data, whenever it came."""
        return self.concerns(item, event) and self.difference(item, event) is None

    def measured(self, event: Heard, *, of_request: bool = False) -> Measured:
        """Return how long an event took from the answer, or from the request's first byte."""
        from_s = self.window.opened_s if of_request else self.window.answered_s
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
        in_vain = after_s > item.wait_s and after_s - self.lag_at(event.at_s) > item.wait_s
        if in_vain and event.at_s > self.window.ended_s:
            return None
        return min(self.promptness(item, event), self.patience(item, event))

    def promptness(self, item: HearItem, event: Heard) -> Fit:
        """Return how well an event keeps the item's `within`."""
        if item.within_s is None:
            return Fit.ON_TIME
        return _FITS[judge_limit(self.measured(event, of_request=item.of_request), item.within_s)]

    def patience(self, item: HearItem, event: Heard) -> Fit:
        """Return how well an event keeps the item's `after`."""
        if item.after_s is None:
            return Fit.ON_TIME
        return _KEPT_OFF[kept_off(self.measured(event, of_request=item.after_of_request), item.after_s)]

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
    cause_seq: int | None = None,
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
        cause_seq=facts.cause_seq if cause_seq is None else cause_seq,
        evidence=tuple(evidence),
        proof=proof,
        limit_s=limit_s,
    )
