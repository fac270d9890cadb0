"""Who plays each work, by which command, and how it is made ready."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
PEERS = HERE / "peers"


@dataclass(frozen=True, slots=True)
class Size:
    """How much work is played.

    Attributes:
        users: How many at once.
        rounds: How much each does.
        period_s: From one round to the next; 0: as soon as the last is answered.
        each: How many pieces of work a round makes of one user.
    """

    users: int
    rounds: int
    period_s: float = 0.0
    each: int = 1

    @property
    def count(self) -> int:
        """How much all do together."""
        return self.users * self.rounds * self.each


@dataclass(frozen=True, slots=True)
class Home:
    """Where the peers are installed, outside of the repository's tree.

    Attributes:
        path: The folder: a virtual environment, Node's packages, compiled Python.
    """

    path: Path

    @property
    def programs(self) -> Path:
        """Return where pip puts programs."""
        return self.path / "venv" / "bin"

    @property
    def node_modules(self) -> Path:
        """Return where npm puts packages."""
        return self.path / "node" / "node_modules"

    def environment(self, port: int, size: Size) -> dict[str, str]:
        """Return the variables of a peer: Python's compiled files kept, as of an installed package."""
        kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        return {
            **kept,
            "PYTHONPYCACHEPREFIX": str(self.path / "compiled"),
            "NODE_PATH": str(self.node_modules),
            "ARTILLERY_DISABLE_TELEMETRY": "true",
            "K6_NO_USAGE_REPORT": "true",
            "API_RESPONSE_THRESHOLD": "60s",  # how fast the target answers is not what is measured
            "PORT": str(port),
            "USERS": str(size.users),
            "ROUNDS": str(size.rounds),
            "PERIOD_S": f"{size.period_s:g}",
        }


@dataclass(frozen=True, slots=True)
class Peer:
    """One who plays a work.

    Attributes:
        name: As the table names it.
        command: With `{port}`, `{users}`, `{rounds}`, `{period_s}`, `{seconds}`, `{venv}`, `{node}` and `{run}`.
        version: A command that prints its version.
        share: Which part of the work it plays, where the whole would take too long; the cost is told for each.
        note: What one must know to read its figure.
        folder: Which of the files below `works/` it plays, with its size written into it.
    """

    name: str
    command: Sequence[str]
    version: Sequence[str]
    share: float = 1.0
    note: str = ""
    folder: str = ""

    def missing(self, home: Home) -> str:
        """Return which program it lacks; empty if none."""
        program = self.argv(home, 0, Size(1, 1), Path())[0]
        return "" if shutil.which(program) else program

    def size(self, whole: Size) -> Size:
        """Return how much of the work it plays."""
        return Size(whole.users, max(int(whole.rounds * self.share), 1), whole.period_s, whole.each)

    def argv(self, home: Home, port: int, size: Size, run: Path) -> list[str]:
        """Return its command line."""
        return [
            part.format(
                port=port,
                users=size.users,
                rounds=size.rounds,
                period_s=size.period_s,
                seconds=int(size.rounds * size.period_s) or 10,
                venv=home.programs,
                node=home.node_modules / ".bin",
                run=run,
                peers=PEERS,
                python=sys.executable,
                own=Path(sys.executable).parent,
            )
            for part in self.command
        ]


def _python(name: str, *arguments: str, venv: bool = True) -> tuple[str, ...]:
    return ("{venv}/python" if venv else "{python}", f"{{peers}}/{name}", *arguments)


def _pip(package: str) -> tuple[str, ...]:
    return ("{venv}/python", "-c", f"import importlib.metadata as m; print(m.version({package!r}))")


def _own(package: str) -> tuple[str, ...]:
    return ("{python}", "-c", f"import importlib.metadata as m; print(m.version({package!r}))")


_SIZE = ("{port}", "{users}", "{rounds}")
_PACED = (*_SIZE, "{period_s}")
_LOCUST = ("--headless", "--only-summary", "-u", "{users}", "-r", "{users}", "--loglevel", "ERROR")
_ANTIPHON = ("{own}/antiphon", "run")
_K6 = ("{venv}/k6", "run", "--quiet")

W1 = (
    Peer("bare picows loop", _python("bare_w1.py", *_PACED, venv=False), _own("picows"), note="nothing else at all"),
    Peer("Antiphon", _ANTIPHON, _own("antiphon"), folder="w1", note="history, verdicts and reports written"),
    Peer("k6", (*_K6, "{peers}/k6_w1.js"), ("{venv}/k6", "version"), note="frames written by hand"),
    Peer(
        "Node's socket.io-client",
        ("node", "{peers}/node_w1.js", *_PACED),
        ("node", "-p", "require('socket.io-client/package.json').version"),
    ),
    Peer("python-socketio", _python("python_socketio_w1.py", *_PACED), _pip("python-socketio")),
    Peer(
        "Locust",
        ("{venv}/locust", "-f", "{peers}/locust_w1.py", *_LOCUST),
        _pip("locust"),
        note="with python-socketio's client",
    ),
    Peer(
        "Artillery",
        ("{node}/artillery", "run", "{run}/echo.yaml"),
        ("{node}/artillery", "version"),
        folder="artillery_w1",
        note="waits for each acknowledgement, then thinks 50 ms",
    ),
)

W2 = (
    Peer(
        "bare httptools loop", _python("bare_w2.py", *_SIZE, venv=False), _own("httptools"), note="nothing else at all"
    ),
    Peer("Antiphon", _ANTIPHON, _own("antiphon"), folder="w2", note="history, verdicts and reports written"),
    Peer("k6", (*_K6, "{peers}/k6_w2.js"), ("{venv}/k6", "version"), share=0.5),
    Peer(
        "wrk",
        ("wrk", "-t1", "-c{users}", "-d{seconds}s", "-s", "{peers}/wrk_w2.lua", "http://127.0.0.1:{port}"),
        ("sh", "-c", "wrk -v | head -1"),
        note="answers are not looked into",
    ),
    Peer("pyreqwest", _python("clients_w2.py", "pyreqwest", *_SIZE), _pip("pyreqwest"), share=0.5),
    Peer("aiohttp", _python("clients_w2.py", "aiohttp", *_SIZE), _pip("aiohttp"), share=0.25),
    Peer("Locust FastHttpUser", ("{venv}/locust", "-f", "{peers}/locust_w2.py", *_LOCUST), _pip("locust"), share=0.25),
    Peer("niquests", _python("clients_w2.py", "niquests", *_SIZE), _pip("niquests"), share=0.05),
    Peer("httpx", _python("clients_w2.py", "httpx", *_SIZE), _pip("httpx"), share=0.02),
)

W4 = (
    Peer(
        "bare picows loop's W1",
        _python("bare_w1.py", "{port}", "100", "200", "0.05", venv=False),
        _own("picows"),
        note="a round trip: what the budgets scale with",
    ),
    Peer("Antiphon", _ANTIPHON, _own("antiphon"), folder="w4", note="every delivery judged by a law"),
    Peer("Antiphon without laws", _ANTIPHON, _own("antiphon"), folder="w4_lawless", note="the same, not judged"),
)

W5 = (
    Peer("bare picows loop", _python("bare_w5.py", *_SIZE, venv=False), _own("picows"), note="nothing else at all"),
    Peer("Antiphon", _ANTIPHON, _own("antiphon"), folder="w5", note="history, verdicts and reports written"),
    Peer(
        "Node's socket.io-client",
        ("node", "{peers}/node_w5.js", *_SIZE),
        ("node", "-p", "require('socket.io-client/package.json').version"),
    ),
    Peer(
        "Locust",
        ("{venv}/locust", "-f", "{peers}/locust_w5.py", *_LOCUST),
        _pip("locust"),
        share=0.1,
        note="with python-socketio's client",
    ),
)
