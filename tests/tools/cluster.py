"""A PostgreSQL of one's own: made in a temporary folder, on a free port, gone afterwards.

Debian keeps the server's programs off the path, and `initdb` refuses root, so both are looked after here.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

LONGEST_S = 60
ELSEWHERE = Path("/usr/lib/postgresql")
ADMIN = "tester"
_FASTER = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off", "max_connections=200")


def program(name: str) -> str | None:
    """Return where a program is, on the path or where Debian puts PostgreSQL's."""
    found = shutil.which(name)
    return found or next((str(each) for each in sorted(ELSEWHERE.glob(f"*/bin/{name}"), reverse=True)), None)


@dataclass
class Cluster:
    """A server that is up; schemas are made in it by name."""

    folder: Path
    port: int
    password: str
    _made: set[str] = field(default_factory=set)

    def database(self, name: str) -> str:
        """Return the URL of a schema of one's own, made with its role when its name comes for the first time.

        A role finds the schema that has its name. Databases would do as well, but each is 300 files.
        """
        if name not in self._made:
            self.sql(f"CREATE ROLE {name} LOGIN PASSWORD '{self.password}'; CREATE SCHEMA AUTHORIZATION {name}")
            self._made.add(name)
        return f"postgresql://{name}:{self.password}@127.0.0.1:{self.port}/postgres"

    def sql(self, statement: str) -> str:
        """Execute SQL as the cluster's owner, and return what psql prints."""
        where = ("--host", "127.0.0.1", "--port", str(self.port), "--username", ADMIN, "--dbname", "postgres")
        done = subprocess.run(
            [str(program("psql")), *where, "--no-psqlrc", "--quiet", "--tuples-only", "--command", statement],
            env={**os.environ, "PGPASSWORD": self.password},
            capture_output=True,
            text=True,
            timeout=LONGEST_S,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@contextmanager
def running_cluster() -> Iterator[Cluster]:
    """Make a cluster, start it, and leave nothing of it behind."""
    with tempfile.TemporaryDirectory(prefix="antiphon-pg-") as made:
        folder = Path(made)
        password = secrets.token_hex(16)
        (folder / "password").write_text(password)
        as_user = _another_user(folder)
        data = str(folder / "data")
        _do(
            [
                *("initdb", "--pgdata", data, "--username", ADMIN, "--pwfile", str(folder / "password")),
                *("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"),
            ],
            as_user,
        )
        port = _free_port()
        settings = (f"port={port}", "listen_addresses=127.0.0.1", f"unix_socket_directories={folder}", *_FASTER)
        options = " ".join(f"-c {each}" for each in settings)
        log = str(folder / "log")
        _do(["pg_ctl", "--pgdata", data, "--wait", "--log", log, "--options", options, "start"], as_user)
        try:
            yield Cluster(folder, port, password)
        finally:
            _do(["pg_ctl", "--pgdata", data, "--wait", "--mode", "immediate", "stop"], as_user)


def _another_user(folder: Path) -> str | None:
    if os.geteuid() != 0:
        return None
    names = {each.pw_name for each in pwd.getpwall()}
    name = "postgres" if "postgres" in names else "nobody"
    shutil.chown(folder, name)
    shutil.chown(folder / "password", name)
    return name


def _do(words: list[str], as_user: str | None) -> None:
    own = {} if as_user is None else {"user": as_user, "group": pwd.getpwnam(as_user).pw_gid, "extra_groups": ()}
    done = subprocess.run(
        [str(program(words[0])), *words[1:]],
        stdin=subprocess.DEVNULL,
        # The server inherits these: a pipe would be open for as long as it runs.
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=LONGEST_S,
        check=False,
        cwd="/",
        **own,
    )
    assert done.returncode == 0, f"{' '.join(words)} ended with {done.returncode}"


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])
