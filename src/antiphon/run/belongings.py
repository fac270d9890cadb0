"""What belongs to the target besides its channels: its process, the commands that stop and start it, its database."""

from __future__ import annotations

from urllib.parse import urlsplit

from antiphon.core.clock import Clock
from antiphon.core.errors import AntiphonError
from antiphon.core.redaction import Redactor
from antiphon.engine.outage import Outage
from antiphon.net.allow import AllowList
from antiphon.probe.asking import Database
from antiphon.probe.opening import open_database, secrets_of
from antiphon.run.job import Job
from antiphon.watch.process import find_process


def database_of(job: Job, allow: AllowList, redactor: Redactor) -> Database | None:
    """Open the database that may be probed, if the profile names one and its URL is given.

    Raises:
        CannotProbe: The URL names none that can be asked.
    """
    if job.target.database is None or not job.database_url:
        return None
    for secret in secrets_of(job.database_url):
        redactor.register(secret, job.target.database.url_env)
    return open_database(job.database_url, allow, job.clock)


def outage_of(job: Job, clock: Clock) -> Outage | None:
    """Return what stops and starts the target, if the profile says how and the user allows it."""
    process = job.target.process
    if process is None or process.stop is None or process.start is None or not job.options.allow_commands:
        return None
    return Outage(stop_words=process.stop, start_words=process.start, folder=job.profile_folder, clock=clock)


def process_of(job: Job) -> int | None:
    """Return the target's process, if it is one of this machine's and can be found."""
    if job.options.process_id is not None:
        return job.options.process_id
    process = job.target.process
    try:
        if process is not None:
            return find_process(pid=process.pid, port=process.port, name=process.name)
        return find_process(port=_loopback_port(job.target.base_url))
    except (AntiphonError, ValueError, OSError):
        return None


def _loopback_port(base_url: str) -> int | None:
    parts = urlsplit(base_url)
    if parts.hostname not in ("127.0.0.1", "localhost", "::1"):
        return None
    return parts.port or (443 if parts.scheme == "https" else 80)
