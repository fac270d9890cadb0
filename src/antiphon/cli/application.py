"""The reference application as a child process: started by its command, as any server would be, and stopped again.

Nothing of it is imported here. This module is light, so that the application can start while the rest is imported.
"""

from __future__ import annotations

import importlib.util
import os
import select
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from msgspec import Struct

from antiphon.cli.ending import done_at_the_end
from antiphon.cli.interrupts import held
from antiphon.core.errors import EnvironmentProblem, UsageError
from antiphon.core.text import did_you_mean
from antiphon.ticking.real import RealClock, new_key

APPLICATION = "threadfilesharing"

_NEEDED = ("fastapi", "uvicorn", "socketio", "sqlalchemy", "aiosqlite", "argon2", "PIL")
_START_S = 30.0
_STOP_S = 5.0
_REFUSED = 2  # with which the application ends where its command is wrong
_SUITE = "suite"


@dataclass(eq=False, kw_only=True)
class DemoMissing(UsageError):
    """The reference application's own libraries are not installed."""

    missing: tuple[str, ...]

    def __str__(self) -> str:
        return f"the reference application needs libraries that are not installed: {', '.join(self.missing)}"

    @property
    def hint(self) -> str:
        """What to do next."""
        return "pip install 'antiphon[demo]'"


@dataclass(eq=False, kw_only=True)
class DemoDidNotStart(EnvironmentProblem):
    """The reference application did not come up."""

    said: str

    def __str__(self) -> str:
        return f"the reference application did not start: {self.said}"


@dataclass(eq=False, kw_only=True)
class DefectRefused(UsageError):
    """The reference application has no such planted defect."""

    said: str
    known: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.said

    @property
    def hint(self) -> str:
        """What to do next."""
        name = self.said.partition("`")[2].partition("`")[0].partition("=")[0]
        nearest = did_you_mean(name, self.known)
        return nearest or "`antiphon demo --list-defects` tells of each one"


class Application(Struct, frozen=True, kw_only=True):
    """The reference application, running.

    Attributes:
        url: Its root.
        pid: Its process.
        secret: What it signs tokens with.
        settings: What it printed about itself.
    """

    url: str
    pid: int
    secret: str
    settings: str

    def told(self, name: str) -> str:
        """Return what it printed about one of its settings; empty if nothing."""
        said = (part.partition("=") for part in shlex.split(self.settings))
        return next((value for key, _, value in said if key == name), "")


def suite_folder() -> Path:
    """Return the folder of the packaged suite."""
    found = importlib.util.find_spec(APPLICATION)
    if found is None or found.submodule_search_locations is None:
        raise DemoMissing(missing=(APPLICATION,))
    return Path(found.submodule_search_locations[0]) / _SUITE


@contextmanager
def running(defects: Sequence[str] = ()) -> Iterator[Application]:
    """Run the reference application with the demo's settings on a free loopback port and an empty database.

    Raises:
        DemoDidNotStart: It ended, or said nothing, before it was ready.
    """
    with starting(defects) as child:
        yield child.ready()


class Child(Struct, frozen=True, kw_only=True):
    """The reference application's process, which may still be starting."""

    process: subprocess.Popen[bytes]
    log: Path
    secret: str

    def ready(self) -> Application:
        """Return the application once it is ready.

        Raises:
            DemoDidNotStart: It ended, or said nothing, before it was.
        """
        line = _ready_line(self.process, self.log)
        return Application(url=_url_in(line), pid=self.process.pid, secret=self.secret, settings=line)


@contextmanager
def starting(defects: Sequence[str] = ()) -> Iterator[Child]:
    """Start the reference application, and stop it in the end."""
    secret = new_key().hex()
    data = ""
    process: subprocess.Popen[bytes] | None = None
    try:
        with held():  # nothing may be made that is not known below
            data = tempfile.mkdtemp(prefix="antiphon-demo-")
            log = Path(data) / "stderr.txt"
            process = _started(defects, data, log, secret)
        with done_at_the_end(process.kill), done_at_the_end(lambda: shutil.rmtree(data, ignore_errors=True)):
            yield Child(process=process, log=log, secret=secret)
    finally:
        with held():
            if process is not None:
                _stop(process)
            if data:
                shutil.rmtree(data, ignore_errors=True)


def _started(defects: Sequence[str], data: str, log: Path, secret: str) -> subprocess.Popen[bytes]:
    command = [*application_command(), "--demo", "--port", "0", "--data", data, "--exit-with-parent"]
    for defect in defects:
        command += ["--defect", defect]
    with log.open("wb") as stderr:
        return subprocess.Popen(  # noqa: S603 - our own command, no shell
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            env={**_without_settings(os.environ), "TFS_SECRET": secret},
            # Ctrl-C is for us: the application must live until the clean-up has run.
            start_new_session=True,
        )


def _without_settings(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment without what would make the demo another application, on another database."""
    return {
        name: value for name, value in environment.items() if not name.startswith("TFS_") and name != "DATABASE_URL"
    }


def application_command() -> list[str]:
    """Return the command that starts the application."""
    return [sys.executable, "-m", APPLICATION]


def must_be_installed() -> None:
    """Return if the application can be started.

    Raises:
        DemoMissing: A library of its own is not installed.
    """
    missing = tuple(name for name in _NEEDED if importlib.util.find_spec(name) is None)
    if missing:
        raise DemoMissing(missing=missing)


def _ready_line(process: subprocess.Popen[bytes], log: Path) -> str:
    clock = RealClock()
    deadline_s = clock.now_s() + _START_S
    stdout = process.stdout
    said = b""
    while stdout is not None and (left_s := deadline_s - clock.now_s()) > 0:
        readable, _, _ = select.select([stdout], [], [], left_s)
        if not readable:
            break
        part = os.read(stdout.fileno(), 4096)
        if not part:
            break
        said += part
        for line in said.decode("utf-8", "replace").splitlines():
            if line.startswith(f"{APPLICATION} ready at "):
                return line
    errors = log.read_text(errors="replace").strip().splitlines()
    said_last = errors[-1].removeprefix(f"{APPLICATION}: ") if errors else f"it said nothing for {_START_S:.0f} s"
    if _exit_code(process) != _REFUSED:
        raise DemoDidNotStart(said=said_last)
    refused, _, known = said_last.partition("; there are: ")
    raise DefectRefused(said=refused, known=tuple(known.split(", ")))


def _exit_code(process: subprocess.Popen[bytes]) -> int | None:
    try:
        return process.wait(1)
    except subprocess.TimeoutExpired:
        return None


def _url_in(line: str) -> str:
    return line.split(" ready at ", 1)[1].split()[0]


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
