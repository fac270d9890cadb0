"""The applications that the documentation's examples are played against."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

import examples
from antiphon.cli.application import Application, running
from antiphon.testing.board import SECRET
from antiphon.testing.manners import Manners
from antiphon.testing.scripted_target import ScriptedTarget
from antiphon.testing.threaded import threaded
from antiphon.ticking.real import RealClock

DEADLINE_S = 100.0
_READY = re.compile(r"ready at (\S+)")


@dataclass
class Applications:
    """Starts what an example is played against, each application once."""

    stack: ExitStack
    started: dict[str, Mapping[str, str]] = field(default_factory=dict)

    def variables(self, folder: Path) -> Mapping[str, str]:
        """Return the environment variables with which an example finds its application."""
        own = folder / "application.py"
        name = str(own) if own.is_file() else _target_of(folder)
        if name not in self.started:
            self.started[name] = self._start(name, own)
        return self.started[name]

    def _start(self, name: str, own: Path) -> Mapping[str, str]:
        if own.is_file():
            return self.stack.enter_context(_program(own))
        if name == "scripted":
            return self.stack.enter_context(_scripted())
        assert name == "threadfilesharing", f"nothing plays {name}: put an application.py beside its profile"
        return _variables_of(self.stack.enter_context(running()))


@pytest.fixture(scope="session")
def applications() -> Iterator[Applications]:
    """Return what starts applications; they are stopped at the end."""
    with ExitStack() as stack:
        yield Applications(stack)


Play = Callable[[Path, list[str], Path, Mapping[str, str]], subprocess.CompletedProcess[str]]


@pytest.fixture
def play() -> Play:
    """Return what plays a copy of an example in a folder, and gives what the command said."""
    return _played


def _played(
    folder: Path, words: list[str], here: Path, variables: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    if not here.exists():
        shutil.copytree(folder, here)
        if not (here / "target.yaml").is_file():
            shutil.copy(examples.SUITE / "target.yaml", here)
            shutil.copytree(examples.SUITE / "fragments", here / "fragments", dirs_exist_ok=True)
    return subprocess.run(
        [sys.executable, "-c", "from antiphon.cli.main import main; main()", *words],
        cwd=here,
        env={**os.environ, "NO_COLOR": "1", **variables},
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
        check=False,
    )


def _target_of(folder: Path) -> str:
    found = re.search(r"^target:\s*(\S+)", examples.profile_of(folder).read_text(), re.MULTILINE)
    assert found is not None, f"{folder} has a profile without a name"
    return found[1]


def _variables_of(application: Application) -> Mapping[str, str]:
    return {
        "API_BASE_URL": f"{application.url}/api/v1",
        "WEBSOCKET_URL": application.url,
        "TFS_SECRET": application.secret,
    }


@contextmanager
def _scripted() -> Iterator[Mapping[str, str]]:
    """Run the scripted target."""
    manners = Manners(fence="event", known=("dave@example.com", "eve@example.com"))
    with threaded(ScriptedTarget(RealClock(), manners)) as target:
        yield {"API_BASE_URL": target.url, "WEBSOCKET_URL": target.url, "TARGET_SECRET": SECRET}


@contextmanager
def _program(path: Path) -> Iterator[Mapping[str, str]]:
    """Run an example's own application: it takes a free port and prints `ready at URL`, the root of its REST API."""
    process = subprocess.Popen([sys.executable, str(path)], stdout=subprocess.PIPE, text=True, cwd=path.parent)
    try:
        assert process.stdout is not None
        line = next((line for line in process.stdout if _READY.search(line)), "")
        found = _READY.search(line)
        assert found is not None, f"{path} never said `ready at URL`"
        origin = "/".join(found[1].split("/")[:3])
        yield {"API_BASE_URL": found[1], "WEBSOCKET_URL": origin}
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()
