"""The figures of a run, added up as its scenarios end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

import msgspec
from msgspec import Struct, field

from antiphon.history.entries import AnyEntry, Call, Event
from antiphon.judge.limits import Limits
from antiphon.judge.measures import Distribution, Measures
from antiphon.judge.outcomes import Ending, exit_code
from antiphon.judge.thresholds import ThresholdVerdict, judge_thresholds
from antiphon.judge.verdicts import Kind, Outcome, PlayOutcome, Proof
from antiphon.run.options import RunOptions
from antiphon.run.results import Figures, RunSummary, ScenarioResult, ThresholdResult, Trouble
from antiphon.watch.ticks import Lag

_OF_NONE: Final[Mapping[str, str]] = {}


class Totals(Struct, eq=False, kw_only=True):
    """What a run's summary counts.

    Attributes:
        begun: The summary as it was when the run began.
        options: The limits, and what makes a run fail.
        left_of_pool: What could not be removed of the people whom several scenarios used.
        limits: The profile's own.
    """

    begun: RunSummary
    options: RunOptions
    _measures: Measures = field(default_factory=Measures)
    _results: list[ScenarioResult] = field(default_factory=list)
    _absences: Counter[Proof] = field(default_factory=Counter)
    _heard: set[str] = field(default_factory=set)
    left_of_pool: list[str] = field(default_factory=list)
    limits: Limits = field(default_factory=lambda: Limits(()))

    def add(
        self,
        result: ScenarioResult,
        entries: Iterable[AnyEntry],
        *,
        lag_at: Callable[[float], float | None],
        target_wait: Callable[[float, float], float],
        services: Mapping[str, str] = _OF_NONE,
    ) -> None:
        """Count a finished scenario.

        Args:
            result: The scenario.
            entries: Its history; the calls of its steps are measured.
            lag_at: Antiphon's own lag at a stamp, None where it is not known yet.
            target_wait: How long the target waited for a processor between two stamps.
            services: Connections (`bob.bills`) → the service that they lead to, of those that lead to one.
        """
        self._results.append(result)
        for entry in entries:
            if isinstance(entry, Event):
                service = services.get(entry.connection) if services else None
                self._heard.add(entry.name if service is None else f"{service}:{entry.name}")
            if isinstance(entry, Call) and entry.sent_s is not None and _is_measured(entry):
                lag_s = lag_at(entry.at_s)
                wait_s = target_wait(entry.sent_s, entry.at_s)
                self._measures.call(entry, lag_end_s=lag_s or 0.0, target_wait_s=wait_s)
                self.limits.call(entry, lag_end_s=lag_s or 0.0, target_wait_s=wait_s)
        for verdict in result.verdicts:
            self._measures.verdict(verdict)
            self.limits.verdict(verdict)
            if verdict.outcome is Outcome.HELD and verdict.kind is Kind.ABSENT:
                self._absences[verdict.proof] += 1

    def unheard(self, expected: Iterable[str]) -> list[str]:
        """Return which of these events nobody heard."""
        return [name for name in expected if name not in self._heard]

    def summary(self, *, duration_s: float) -> RunSummary:
        """Return the summary so far."""
        results = self._results
        return msgspec.structs.replace(
            self.begun,
            duration_s=duration_s,
            outcomes=dict(Counter(result.outcome.value for result in results)),
            calls=sum(result.calls for result in results),
            emits=sum(result.emits for result in results),
            events=sum(result.events for result in results),
            users=sum(len(result.users) for result in results),
            absences_proven=self._absences[Proof.PROVEN] + self._absences[Proof.CLOSED],
            absences_waited=self._absences[Proof.WAITED],
            api=_figures(self._measures.api),
            delivery=_figures(self._measures.delivery),
            delivery_early=self._measures.early,
            delivery_from_request=_figures(self._measures.from_request),
            leftovers=(
                *(f"{result.id}: {left}" for result in results for left in result.leftovers),
                *(f"users.pool: {left}" for left in self.left_of_pool),
            ),
        )

    def final(
        self,
        *,
        duration_s: float,
        own_lag: Lag,
        stopped: Trouble | None,
        fault: Trouble | None,
        interrupted: bool,
        target_wait_known: bool,
        warnings: Sequence[str],
        findings: int = 0,
        minimums: Sequence[ThresholdResult] = (),
    ) -> RunSummary:
        """Return the summary of the run that is over, its exit code in it.

        Args:
            duration_s: How long it took.
            own_lag: Of the whole run.
            stopped: Why it had to stop, if it had to.
            fault: What Antiphon itself failed on, if it did.
            interrupted: Whether it was broken off from outside.
            target_wait_known: Whether the target's process was watched.
            warnings: Sentences that every report shows.
            findings: How many findings beside the scenarios' own claims are not accepted.
            minimums: Whether as much was covered as was asked for.
        """
        common = judge_thresholds(
            self._measures, api_limit_s=self.options.api_limit_s, delivery_limit_s=self.options.delivery_limit_s
        )
        thresholds = (*map(_threshold, (*common, *self.limits.judged())), *minimums)
        ending = Ending(
            outcomes=tuple(result.outcome for result in self._results),
            interrupted=interrupted,
            internal_fault=fault is not None,
            stopped=stopped is not None,
            findings=findings
            + sum(len(result.failures) for result in self._results if result.outcome is PlayOutcome.ERROR),
            thresholds=tuple(threshold.outcome for threshold in thresholds),
            fail_on_flaky=self.options.fail_on_flaky,
            allow_void=self.options.allow_void,
        )
        return msgspec.structs.replace(
            self.summary(duration_s=duration_s),
            finished=True,
            own_lag=Figures(
                count=own_lag.ticks,
                mean=own_lag.mean_s,
                p50=own_lag.p50_s,
                p95=own_lag.p95_s,
                p99=own_lag.p99_s,
                max=own_lag.max_s,
            ),
            target_wait_known=target_wait_known,
            thresholds=thresholds,
            stopped_because=fault or stopped,
            interrupted=interrupted,
            warnings=tuple(warnings),
            exit_code=exit_code(ending),
        )


def _is_measured(call: Call) -> bool:
    """Return whether a call is one of a step, and not one that the target put off."""
    return call.purpose == "step" and call.led_to != "retry"


def _figures(values: Distribution) -> Figures:
    if not values.count:
        return Figures()
    return Figures(
        count=values.count,
        mean=values.mean,
        p50=values.quantile(0.5),
        p95=values.quantile(0.95),
        p99=values.quantile(0.99),
        max=values.max,
    )


def _threshold(judged: ThresholdVerdict) -> ThresholdResult:
    return ThresholdResult(
        name=judged.name,
        sentence=judged.sentence,
        outcome=judged.outcome,
        value=judged.value_s,
        limit=judged.limit_s,
    )
