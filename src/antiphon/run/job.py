"""A run as it is asked for and as it is handed back: what is played, with what means, who is told, what came of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from msgspec import Struct, field

from antiphon.core.clock import Clock
from antiphon.core.redaction import Redactor
from antiphon.engine.directing import Director
from antiphon.engine.play import Play
from antiphon.engine.setting import Setting
from antiphon.history.entries import AnyEntry
from antiphon.judge.contracts.contract import Contract
from antiphon.judge.coverage.plan import CoveragePlan
from antiphon.judge.findings import Finding
from antiphon.run.access.reader import AccessReader
from antiphon.run.options import RunOptions
from antiphon.run.results import RunSummary, ScenarioResult
from antiphon.scenario.model import Scenario
from antiphon.target.model import Target


class Watcher(Protocol):
    """Whoever wants to be told how the run goes."""

    def run_began(self, summary: RunSummary) -> None:
        """The run begins; the target has not been touched yet."""
        ...

    def scenario_began(self, scenario: Scenario, play: Play) -> None:
        """A play of a scenario begins; `play` can be asked what it is doing."""
        ...

    def scenario_ended(self, scenario: Scenario, result: ScenarioResult) -> None:
        """A scenario has its result."""
        ...

    def found(self, finding: Finding) -> None:
        """Something of the target was found to be wrong, beside the scenarios' own claims."""
        ...


Afterwards = Callable[[Setting], Awaitable[None]]
Kept = Callable[[Scenario, ScenarioResult, Sequence[AnyEntry]], None]


class Job(Struct, frozen=True, kw_only=True):
    """What is played, and with what means.

    Attributes:
        environment: The variables that the profile's templates may read.
        read_file: Gives the bytes of a file of the suite.
        profile_folder: Where the profile stands: the files that it names are relative to it.
        here: Below which the run's folder is made.
        version: Of Antiphon.
        started: The wall time, read once.
        key: For the keyed hashes of redacted secrets.
        listener: Told of each entry of the history as it is written, without its secrets.
        director: Whoever may hold up a play between its steps.
        base_url_note: Whether a variable stands in place of the profile's `base_url`, for whoever cannot reach it.
        socket_url_note: The same of `socket.url`.
        contract: What the target promises of its answers and events; None if nothing.
        coverage: What there is to be covered.
        whole: Whether all scenarios of the suite are played, every step of them.
        access: The access matrix, if it is played; its plays are among the scenarios.
        database_url: What the profile's `database.url_env` says; empty where it says nothing.
        kept: Told of each scenario that has its result, with its entries as they were, secrets included; then plays
            keep what they asked, too, for whoever asks another history.
        afterwards: What is done with the run's means when all is played, and belongs to no result of it.
    """

    target: Target
    scenarios: Sequence[Scenario]
    options: RunOptions
    environment: Mapping[str, str]
    read_file: Callable[[str], bytes]
    profile_folder: Path
    here: Path
    run_id: str
    version: str
    started: dt.datetime
    key: bytes
    clock: Clock
    listener: Callable[[AnyEntry], None] | None = None
    director: Director | None = None
    base_url_note: str = ""
    socket_url_note: str = ""
    database_url: str = ""
    contract: Contract | None = None
    coverage: CoveragePlan = field(default_factory=CoveragePlan)
    whole: bool = True
    kept: Kept | None = None
    access: AccessReader | None = None
    afterwards: Afterwards | None = None


class Finished(Struct, frozen=True, kw_only=True):
    """A run that is over; everything of it is on the disk."""

    summary: RunSummary
    results: tuple[ScenarioResult, ...]
    folder: Path
    redactor: Redactor
