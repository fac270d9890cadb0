"""A loaded suite as a job that can be run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from antiphon import __version__
from antiphon.cli.loading import Loaded, readable_environment
from antiphon.engine.directing import Director
from antiphon.history.entries import AnyEntry
from antiphon.run.environment import override_note
from antiphon.run.job import Job
from antiphon.run.options import RunOptions
from antiphon.scenario.model import Scenario
from antiphon.ticking.real import RealClock, new_key, new_run_id, wall_time


def new_job(
    loaded: Loaded,
    scenarios: Sequence[Scenario],
    options: RunOptions,
    *,
    listener: Callable[[AnyEntry], None] | None = None,
    director: Director | None = None,
) -> Job:
    """Return a run of these scenarios, with an id, a key and a clock of its own."""
    variables = loaded.variables
    return Job(
        target=loaded.target,
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
        clock=RealClock(),
        listener=listener,
        director=director,
        base_url_note=override_note("base_url", "API_BASE_URL", variables.base_url),
        socket_url_note=override_note("socket.url", "WEBSOCKET_URL", variables.socket_url),
        database_url=_database_url(loaded),
    )


def _database_url(loaded: Loaded) -> str:
    database = loaded.target.database
    return loaded.environment.get(database.url_env, "") if database is not None else ""
