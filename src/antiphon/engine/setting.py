"""What all plays of a run share: the target, the network, time, chance, the history, and how strict to be."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

from msgspec import Struct, field

from antiphon.core.clock import Clock, Dice
from antiphon.core.redaction import Redactor
from antiphon.data.supply import Fixtures
from antiphon.engine.accounts import AccountDesk
from antiphon.engine.directing import Director
from antiphon.engine.lawful import Lawful
from antiphon.engine.notices import Notices
from antiphon.engine.outage import Outage
from antiphon.engine.pacer import Pacer
from antiphon.engine.pool import Pool
from antiphon.engine.recorder import Recorder
from antiphon.engine.tap import Patience, Tap
from antiphon.engine.traces import Traces
from antiphon.net.allow import AllowList
from antiphon.net.ways import DIRECT, Ways
from antiphon.probe.asking import Database
from antiphon.target.model import Target
from antiphon.watch.lag import LagWatch
from antiphon.watch.target import TargetWatch


class Setting(Struct, frozen=True, kw_only=True):
    """The parameters of the engine.

    Attributes:
        dice: The run's; every scenario and user has children of them.
        run_id: Part of every name that is made.
        seed: Printed with every result.
        started: The wall time at which the run's clock was zero.
        environment: The variables that the profile lists under `env`, and those of its token secrets.
        read_file: Gives the bytes of a file of the suite; refuses what lies outside.
        pacer: Keeps the target's budget of calls.
        traces: Makes the ids by which the target's log can be searched.
        ways: How connections leave: through which proxy, and whom TLS trusts.
        inputs: Values for the scenarios' inputs.
        scenario_timeout_s: For scenarios that name none.
        keep_data: Whether clean-up is switched off.
        strict_absence: Whether absences that were only waited for are void.
        stepping: Whether rounds of light steps are played by the stepper; else step by step, like all others.
        database: The target's own, to be looked into; None where its URL is not known.
        pool: The run's fixtures, of which users, messages and files are drawn first.
        use_fixtures: Whether they are drawn from at all.
        generate: Whether more is made when they are used up.
        director: Whoever may hold up a play between its steps.
        outage: Stops and starts the target; None where that is not allowed, or the profile has no commands for it.
        notices: What plays noticed that every report must say.
        accounts: Leases the profile's given accounts.
        people: Those whom scenarios leave to later ones.
        lawful: What laws ask of the engine; None where there are none.
        tap: What entries pass on their way into a history that is falsified; None where the truth is told.
        patience: For how long it is waited for what is to be heard.
        keeps_asked: Whether each play keeps what it asked of its history, for whoever asks another one.
    """

    target: Target
    clock: Clock
    dice: Dice
    allow: AllowList
    recorder: Recorder
    redactor: Redactor
    lag: LagWatch
    target_watch: TargetWatch
    run_id: str
    seed: str
    started: dt.datetime
    read_file: Callable[[str], bytes]
    environment: Mapping[str, str] = field(default_factory=dict)
    ways: Ways = DIRECT
    traces: Traces = field(default_factory=Traces)
    pacer: Pacer = field(default_factory=Pacer)
    inputs: Mapping[str, object] = field(default_factory=dict)
    scenario_timeout_s: float = 60.0
    keep_data: bool = False
    strict_absence: bool = False
    stepping: bool = True
    database: Database | None = None
    pool: Fixtures = field(default_factory=lambda: Fixtures((), (), ()))
    use_fixtures: bool = True
    generate: bool = True
    outage: Outage | None = None
    director: Director | None = None
    notices: Notices = field(default_factory=Notices)
    accounts: AccountDesk = field(default_factory=AccountDesk)
    people: Pool = field(default_factory=Pool)
    lawful: Lawful | None = None
    keeps_asked: bool = False
    tap: Tap | None = None
    patience: Patience = field(default_factory=Patience)

    def wall_time(self) -> dt.datetime:
        """Return the time of day in UTC, counted on from the run's start."""
        return self.started + dt.timedelta(seconds=self.clock.now_s())
