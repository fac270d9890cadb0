"""A loaded suite as a job that can be run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from antiphon import __version__
from antiphon.cli.loading import Loaded, readable_environment
from antiphon.core.clock import Clock
from antiphon.core.errors import FilesRefused, Mistake
from antiphon.engine.directing import Director
from antiphon.history.entries import AnyEntry
from antiphon.judge.contracts.contract import contract_of
from antiphon.judge.coverage.plan import LACKING, CoveragePlan, lacking, plan_of
from antiphon.net.allow import AllowList
from antiphon.run.access.reader import AccessReader
from antiphon.run.environment import override_note
from antiphon.run.job import Job
from antiphon.run.options import RunOptions
from antiphon.run.ways import ways_of
from antiphon.scenario.model import Scenario
from antiphon.target.contracts.reading import with_contracts
from antiphon.target.coverage_model import Part
from antiphon.target.model import Target
from antiphon.ticking.real import RealClock, new_key, new_run_id, wall_time


def new_job(
    loaded: Loaded,
    scenarios: Sequence[Scenario],
    options: RunOptions,
    *,
    listener: Callable[[AnyEntry], None] | None = None,
    director: Director | None = None,
    access: AccessReader | None = None,
) -> Job:
    """Return a run of these scenarios, with an id, a key and a clock of its own.

    Raises:
        CannotFetch: A contract document that is at the target cannot be read there.
        FilesRefused: One cannot be used.
    """
    variables = loaded.variables
    clock = RealClock()
    target = with_fetched(loaded, options, clock)
    contract = contract_of(target)
    coverage, problems = plan_of(target, contract)
    if problems:
        raise FilesRefused(problems=problems)
    _check_least(coverage, options, access)
    own = [scenario for scenario in scenarios if access is None or not access.knows(scenario)]
    return Job(
        target=target,
        scenarios=scenarios,
        options=options,
        environment=readable_environment(loaded),
        read_file=loaded.folder.read,
        profile_folder=loaded.folder.profile.parent,
        here=Path.cwd(),
        run_id=new_run_id(),
        version=__version__,
        started=wall_time(),
        key=new_key(),
        clock=clock,
        contract=contract,
        coverage=coverage,
        whole=len(own) == len(loaded.suite.scenarios) and "until" not in options.told,
        access=access,
        listener=listener,
        director=director,
        base_url_note=override_note("base_url", "API_BASE_URL", variables.base_url),
        socket_url_note=override_note("socket.url", "WEBSOCKET_URL", variables.socket_url),
        database_url=_database_url(loaded),
    )


def _check_least(coverage: CoveragePlan, options: RunOptions, access: AccessReader | None) -> None:
    known = {key.part for key in coverage.cells} | ({Part.ACCESS} if access is not None else set())
    for part in options.coverage_min:
        if (sentence := lacking(part, known)) is not None:
            raise Mistake(sentence=f"--coverage-min asks for {sentence}", advice=LACKING)


def with_fetched(loaded: Loaded, options: RunOptions, clock: Clock) -> Target:
    """Return the profile with the contract documents, too, that only the target can give."""
    target = loaded.target
    if not any(place.url(target.base_url) for place in target.contract_places):
        return target
    from antiphon.run.contract_fetching import fetching  # most profiles name files, or no document at all

    folder = loaded.folder.profile.parent
    ways = ways_of(target, folder, readable_environment(loaded), insecure=options.insecure)
    allow = AllowList((*target.allow, *options.also_allowed))
    found, problems = with_contracts(target, loaded.folder.read, fetching(allow, ways, clock))
    if problems:
        raise FilesRefused(problems=problems)
    return found


def _database_url(loaded: Loaded) -> str:
    database = loaded.target.database
    return loaded.environment.get(database.url_env, "") if database is not None else ""
