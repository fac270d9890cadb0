"""What a run's summary says before anything was played."""

from __future__ import annotations

from pathlib import Path

from antiphon.run.job import Job
from antiphon.run.law_reader import declared
from antiphon.run.results import RunSummary
from antiphon.run.ways import is_insecure


def begun(job: Job, folder: Path) -> RunSummary:
    """Return the summary of a run of which nothing was played yet."""
    options = job.options
    return RunSummary(
        id=job.run_id,
        version=job.version,
        target=job.target.name,
        base_url=job.target.base_url,
        profile=job.target.path,
        seed=options.seed,
        started=job.started.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        scenarios=len(job.scenarios),
        folder=relative_to(folder, job.here),
        api_limit_s=options.api_limit_s,
        delivery_limit_s=options.delivery_limit_s,
        laws=declared(job.target.laws),
        options=dict(options.told),
        insecure=is_insecure(job.target, insecure=options.insecure),
    )


def relative_to(path: Path, here: Path) -> str:
    """Return a path as a person who stands at `here` would write it."""
    return path.relative_to(here).as_posix() if path.is_relative_to(here) else path.as_posix()
