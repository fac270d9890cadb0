"""What a run leaves behind: the result of each scenario, and the summary of the whole.

These are written to `results.jsonl` and `run.json` as things finish; every report reads them.
Python and the files use snake_case; `report/` makes the camelCase of the control API's entities.
"""

from __future__ import annotations

import msgspec

from antiphon.core.source import Source
from antiphon.history.entries import AnyEntry, Call, Emit
from antiphon.judge.access import AccessCell, AccessSummary
from antiphon.judge.coverage.model import Coverage
from antiphon.judge.findings import Finding
from antiphon.judge.verdicts import Outcome, PlayOutcome, Verdict


class Trouble(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True):
    """Why something could not be played: the sentence, where it was written, and what to do."""

    sentence: str
    source: Source | None = None
    hint: str = ""
    details: tuple[str, ...] = ()


class UserFacts(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True):
    """Who a scenario's user was. Never a secret."""

    name: str
    id: str = ""
    role: str = ""
    email: str = ""
    full_name: str = ""
    company: str = ""
    device_of: str = ""


class StepResult(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True):
    """One step as it was played.

    Attributes:
        outcome: The worst of its verdicts and of those of the steps inside of it; `not run` if it was never begun.
        note: Why it was skipped or not run.
    """

    number: str
    label: str
    source: Source
    outcome: Outcome
    began_s: float | None = None
    ended_s: float | None = None
    name: str = ""
    note: str = ""


class ScenarioResult(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True):
    """One scenario as it was played.

    Attributes:
        id: The scenario's id (`messaging/fanout`).
        plays: The play names of its attempts in the history, the last one deciding.
        began_s: Seconds since the run began.
        verdicts: Of the last attempt, in the order of judgement; those that held too.
        earlier: The failed verdicts of attempts before the last.
        trouble: Set if the outcome is error, timeout, cancelled, skipped or not run.
        leftovers: What clean-up could not remove, by name.
        kept: What was kept because clean-up was switched off.
        findings: How many laws, contracts or access rules were broken in it, its own claims not counted; what is
            accepted is not counted.
        cells: What it played of the access matrix.
    """

    id: str
    title: str
    path: str
    line: int
    outcome: PlayOutcome
    plays: tuple[str, ...] = ()
    type: str = ""
    category: str = ""
    priority: str = ""
    tags: tuple[str, ...] = ()
    covers: tuple[str, ...] = ()
    description: str = ""
    began_s: float = 0.0
    duration_s: float = 0.0
    steps: tuple[StepResult, ...] = ()
    users: tuple[UserFacts, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    earlier: tuple[Verdict, ...] = ()
    trouble: Trouble | None = None
    leftovers: tuple[str, ...] = ()
    kept: int = 0
    calls: int = 0
    emits: int = 0
    events: int = 0
    findings: int = 0
    cells: tuple[AccessCell, ...] = ()

    @property
    def failures(self) -> tuple[Verdict, ...]:
        """The claims that did not hold, the one to show first first."""
        return tuple(verdict for verdict in self.verdicts if verdict.outcome is Outcome.FAILED)

    @property
    def voids(self) -> tuple[Verdict, ...]:
        """The claims that could not be judged."""
        return tuple(verdict for verdict in self.verdicts if verdict.outcome is Outcome.VOID)


class FindingResult(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True):
    """What was found wrong with the target beside the scenarios' own claims; findings that are one are told once.

    Attributes:
        first: The first of them, which is the witness of all.
        cause: What caused it: a call or an emit; None where nothing did, or it is not kept any more.
        proof: What else the history has of it, in its order.
        count: How often it was found.
        scenarios: In which scenarios, in the order of their appearance.
        known: Why it is accepted; empty if it is not.
        overdue: The last day on which it was accepted, if that is over; empty if it is not.
    """

    first: Finding
    cause: Call | Emit | None = None
    proof: tuple[AnyEntry, ...] = ()
    count: int = 1
    scenarios: tuple[str, ...] = ()
    known: str = ""
    overdue: str = ""

    @property
    def is_accepted(self) -> bool:
        """Whether it is known, and does not fail the run."""
        return bool(self.known) and not self.overdue


class Figures(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True):
    """A distribution in a summary; seconds."""

    count: int = 0
    mean: float = 0.0
    p50: float = 0.0
    p95: float = 0.0
    p99: float = 0.0
    max: float = 0.0


class ThresholdResult(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True):
    """A limit on a distribution of the run, judged."""

    name: str
    sentence: str
    outcome: Outcome
    value: float = 0.0
    limit: float = 0.0
    unit: str = "s"


class RunSummary(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True):
    """A run as a whole; `run.json`. Written when it begins, and again whenever a scenario ends.

    Attributes:
        started: Wall time in UTC, ISO 8601; everything else counts from there.
        finished: Whether it came to its end; a run that was killed shows False.
        outcomes: Number of scenarios by outcome.
        delivery: From the answer to the event, of the deliveries that were promised a time; early ones count as 0.
        delivery_early: How many of those came before the answer.
        delivery_from_request: The same deliveries, from the request's first byte to the event.
        insecure: Whether no TLS certificate was checked.
        stopped_because: Why the run had to stop, if it had to.
        laws: How many there are, and what became of them.
        findings: What was found beside the scenarios' own claims.
        coverage: What was exercised of the target's catalogue, laws and roles; known when the run is over.
        access: The access matrix as a whole, if it was played.
        warnings: Sentences that every report shows.
        exit_code: As the command ended; None while it runs.
    """

    id: str
    version: str
    target: str
    base_url: str
    profile: str
    seed: str
    started: str
    scenarios: int
    folder: str = ""
    finished: bool = False
    duration_s: float = 0.0
    outcomes: dict[str, int] = {}
    calls: int = 0
    emits: int = 0
    events: int = 0
    users: int = 0
    absences_proven: int = 0
    absences_waited: int = 0
    api: Figures = Figures()
    delivery: Figures = Figures()
    delivery_early: int = 0
    delivery_from_request: Figures = Figures()
    api_limit_s: float | None = None
    delivery_limit_s: float | None = None
    own_lag: Figures = Figures()
    target_wait_known: bool = False
    thresholds: tuple[ThresholdResult, ...] = ()
    laws: str = "none declared"
    findings: tuple[FindingResult, ...] = ()
    coverage: Coverage = Coverage()
    access: AccessSummary | None = None
    options: dict[str, str] = {}
    insecure: bool = False
    stopped_because: Trouble | None = None
    interrupted: bool = False
    warnings: tuple[str, ...] = ()
    leftovers: tuple[str, ...] = ()
    exit_code: int | None = None
