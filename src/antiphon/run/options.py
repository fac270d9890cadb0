"""How a run is to be played, as the command line asked for it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct, field


class RunOptions(Struct, frozen=True, kw_only=True):
    """How a run is played.

    Attributes:
        parallel: How many scenarios at once.
        retries: For scenarios that name none.
        scenario_timeout_s: For scenarios that name none.
        seed: Decides every choice.
        fail_fast: Begin no further scenario once one has failed.
        allow_void: Whether void verdicts leave the exit code at 0.
        fail_on_flaky: Whether a pass after a retry counts as failed.
        strict_absence: Whether an absence that was only waited for is void.
        insecure: Whether no TLS certificate is checked.
        allow_commands: Whether the profile's commands may stop and start the target.
        keep_data: Whether clean-up is switched off.
        also_allowed: Hosts that the command confirmed.
        inputs: Values for the scenarios' inputs.
        use_fixtures: Whether made users, messages and files come from the run's fixtures first.
        generate: Whether more are made when those are used up.
        api_limit_s: For the average answer.
        delivery_limit_s: For the average delivery.
        coverage_min: Which share of each part must be covered, from 0 to 1; under the empty name of every other part.
        process_id: The target's process, where the command itself started it.
        report_folder: Where reports are written besides the run's folder.
        told: What the summary says about all this.
        warnings: Sentences that the summary shows, known before the run begins.
    """

    seed: str
    parallel: int = 1
    retries: int = 0
    scenario_timeout_s: float = 60.0
    fail_fast: bool = False
    allow_void: bool = False
    fail_on_flaky: bool = False
    strict_absence: bool = False
    insecure: bool = False
    allow_commands: bool = False
    keep_data: bool = False
    also_allowed: tuple[str, ...] = ()
    inputs: Mapping[str, object] = field(default_factory=dict)
    use_fixtures: bool = True
    generate: bool = True
    api_limit_s: float = 0.5
    delivery_limit_s: float = 0.1
    coverage_min: Mapping[str, float] = field(default_factory=dict)
    process_id: int | None = None
    report_folder: Path | None = None
    told: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
