"""Judges a history by the profile's laws, entry by entry: while it is made, or when it is read from a run's folder."""

from __future__ import annotations

import datetime as dt
from collections import deque
from collections.abc import Callable, Mapping, Sequence

from antiphon.core.text import listed
from antiphon.engine.flight import Flight
from antiphon.engine.lawful import Lawful
from antiphon.history.entries import AnyEntry, Call, Emit, Event
from antiphon.judge.findings import Finding
from antiphon.judge.laws.checker import LawChecker
from antiphon.judge.laws.summary import LawSummary
from antiphon.language.address import Address
from antiphon.run.finding_groups import FindingGroups
from antiphon.run.integration import IntegrationLog
from antiphon.run.law_facts import facts_named
from antiphon.run.results import FindingResult
from antiphon.target.laws.model import Known, Laws
from antiphon.target.model import Target
from antiphon.target.socket_model import AnswerRule

WAIT_S = 5.0
_KEPT_S = 60.0
"""For how long a cause is kept in case something is found of it."""
_MOST_KEPT = 20_000
"""How many are: of a load's older ones a finding names the entry, which the history has."""

Found = Callable[[Finding], None]


class LawReader:
    """One checker, what it found, and the causes of what it may still find.

    Args:
        target: The profile.
        today: For findings that are accepted until a day.
        found: Told of each finding that is not accepted, as soon as it is certain.
        lag_at: Antiphon's own lag at a stamp.
        target_wait: How long the target waited for a processor between two stamps.
        integration: Takes what calls led to over the socket.
    """

    def __init__(
        self,
        target: Target,
        *,
        today: dt.date,
        found: Found | None = None,
        lag_at: Callable[[float], float | None] | None = None,
        target_wait: Callable[[float, float], float] | None = None,
        integration: IntegrationLog | None = None,
    ) -> None:
        self._target = target
        self._integration = integration
        self._told = found
        self._groups = FindingGroups(target.laws.known, today=today)
        self._causes: dict[int, Call | Emit] = {}
        self._order: deque[int] = deque()
        self.checker = LawChecker(
            target.laws,
            target.membership,
            settle_s=target.settle_s,
            wait_s=WAIT_S,
            lag_at=lag_at,
            target_wait=target_wait,
            identity=_identity(target),
            envelope=target.http.envelope,
            resources=target.resources,
            answers=_answers(target),
            declared=lambda call: call.declared,
            token_life_s=target.users.tokens.life_s,
            ambient=_ambient(target),
            decided=integration.decided if integration is not None else None,
        )
        self._hear = self.checker.hear

    def read(self, entries: Sequence[AnyEntry]) -> None:
        """Take in entries, in the order of `seq`."""
        hear = self._hear
        for entry in entries:
            if found := hear(entry) if type(entry) is Event else self._other(entry):
                self._note(found)

    def _other(self, entry: AnyEntry) -> Sequence[Finding]:
        if type(entry) is Call or type(entry) is Emit:
            self._keep(entry)
        return self.checker.feed(entry)

    def finish(self, at_s: float | None = None) -> None:
        """Judge all that is still open; see `LawChecker.finish`."""
        self._note(self.checker.finish(at_s))

    def _keep(self, entry: Call | Emit) -> None:
        self._causes[entry.seq] = entry
        self._order.append(entry.seq)
        while len(self._order) > _MOST_KEPT or self._causes[self._order[0]].at_s < entry.at_s - _KEPT_S:
            del self._causes[self._order.popleft()]

    def _note(self, found: Sequence[Finding]) -> None:
        for finding in found:
            if self._integration is not None:
                self._integration.found(finding)
            group = self._groups.note(finding, self._causes.get(finding.cause_seq))
            if self._told is not None and not self._groups.is_accepted(group):
                self._told(finding)

    # --- what became of it

    @property
    def results(self) -> tuple[FindingResult, ...]:
        """What was found so far; accepted ones last."""
        return self._groups.results

    def count_of(self, plays: Sequence[str]) -> int:
        """Return how many findings that are not accepted were seen in some plays."""
        return self._groups.count_of(plays)

    @property
    def open(self) -> tuple[FindingResult, ...]:
        """Those that are not accepted."""
        return self._groups.open

    def lawful(self, flight: Flight) -> Lawful:
        """Return the engine's side of these laws."""
        checker = self.checker
        return Lawful(
            flight=flight,
            told=facts_named(self._target),
            awaited_until=checker.awaited_until,
            unanswered=checker.unanswered,
        )

    @property
    def line(self) -> str:
        """What a run's summary says of its laws."""
        return laws_line(self.checker.summary())

    @property
    def warnings(self) -> tuple[str, ...]:
        """Laws that were asked and said nothing, and events of which none could say anything."""
        told = [f"law `{one.law}` {one.warning}" for one in self.checker.summary() if one.warning]
        if count := self.checker.too_late:
            told.append(
                f"{count} events that no known cause explains came to who had been away for more than two"
                " minutes: what was missed before is not kept, so that they were not judged"
            )
        return tuple(told)

    @property
    def met(self) -> tuple[Known, ...]:
        """The accepted findings of which something was found."""
        return self._groups.met

    @property
    def judged(self) -> frozenset[str]:
        """The names of the laws that were judged."""
        return frozenset(one.law for one in self.checker.summary() if one.tally.judged)


def declared(laws: Laws) -> str:
    """Return what a run's summary says of laws before any was judged."""
    return f"{len(laws.laws)} declared, none judged" if laws.laws else "none declared"


def laws_line(summary: Sequence[LawSummary]) -> str:
    """Return `12 declared, 9 judged, 2 not judged, no audience: a, b`."""
    if not summary:
        return "none declared"
    judged = [one for one in summary if one.tally.judged or one.tally.held or one.findings]
    lacking = [one.law for one in summary if one.warning and one.tally.no_audience]
    not_judged = [one for one in summary if one.warning and not one.tally.no_audience]
    parts = [f"{len(summary)} declared", f"{len(judged)} judged"]
    parts += [f"{len(not_judged)} not judged"] if not_judged else []
    parts += [f"no audience: {listed(lacking)}"] if lacking else []
    return ", ".join(parts)


def _identity(target: Target) -> dict[str, tuple[Address, ...]]:
    found: dict[str, tuple[Address, ...]] = {}
    for channel in target.channels:
        for name, addresses in channel.socket.identity.items():
            found[f"{channel.service}:{name}" if channel.service and name != "*" else name] = tuple(addresses)
    return found


def _answers(target: Target) -> Mapping[str, AnswerRule]:
    return {
        f"{channel.service}:{name}" if channel.service else name: rule
        for channel in target.channels
        for name, rule in channel.socket.answers.items()
    }


def _ambient(target: Target) -> frozenset[str]:
    return frozenset(
        f"{channel.service}:{name}" if channel.service else name
        for channel in target.channels
        for name in channel.socket.ambient
    )
