"""A command line to call, in this process or as one of its own, and small targets for it to play against."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import IO, Any

import pytest

from antiphon.cli.application import Application, running
from antiphon.cli.edge import guarded
from antiphon.cli.main import app

DEADLINE_S = 100.0
_OURS = (
    "API_",
    "WEBSOCKET_",
    "TEST_",
    "CLEANUP_",
    "TFS_",
    "USE_",
    "GENERATE_",
    "CONCURRENT_",
    "CONNECTION_",
    "MEMORY_",
)

PROFILE = """\
target: small
base_url: {url}
health: [GET /health]
users:
  roles: [MEMBER]
  make:
    default:
      - call: POST /accounts
        body: {{email: "{{{{ self.email }}}}", password: "{{{{ self.password }}}}", name: "{{{{ self.name }}}}"}}
        save: {{self.id: payload.id, self.token: payload.token}}
resources:
  thing: {{from: POST /things -> 201, key: payload.id}}
cleanup:
  thing: DELETE /things/{{{{ key }}}}
"""


@dataclass(frozen=True)
class Said:
    """What a command said, and with what it ended."""

    code: int
    out: str
    err: str

    @property
    def run_id(self) -> str:
        """The run that the summary names."""
        found = re.search(r"\.antiphon/runs/(\w+)/|antiphon show ([0-9a-f]{8})\b", self.out)
        assert found is not None, self.out + self.err
        return found.group(1) or found.group(2)


@dataclass
class Here:
    """A folder with a suite, in which commands are called."""

    folder: Path
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]

    def write(self, name: str, text: str) -> Path:
        """Write a file below the folder."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def suite(self, url: str, **scenarios: str) -> None:
        """Write a profile and scenarios; `a__b` is `scenarios/a/b.yaml`."""
        self.write("target.yaml", PROFILE.format(url=url))
        for name, text in scenarios.items():
            self.write(f"scenarios/{name.replace('__', '/')}.yaml", text)

    def antiphon(self, *words: str | Path) -> Said:
        """Call the command line in this process."""
        self.monkeypatch.setattr(sys, "argv", ["antiphon", *map(str, words)])
        self.capsys.readouterr()
        before = signal.getsignal(signal.SIGTERM)
        code: object = 0
        try:
            guarded(app)
        except SystemExit as end:
            code = end.code
        finally:
            signal.signal(signal.SIGTERM, before)
        out, err = self.capsys.readouterr()
        return Said(code if isinstance(code, int) else 0 if code is None else 1, out, err)

    def started(self, *words: str | Path, **popen: Any) -> subprocess.Popen[str]:
        """Start the command line as a process of its own."""
        program = "from antiphon.cli.main import main; main()"
        return self.running(sys.executable, "-c", program, *map(str, words), **popen)

    def running(self, *command: str, **popen: Any) -> subprocess.Popen[str]:
        """Start a program in the folder."""
        return subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=self.folder, **popen
        )

    @staticmethod
    def ended(process: subprocess.Popen[str]) -> Said:
        """Wait for a process to end, and return what it said since it was last listened to."""
        with process:
            try:
                out, err = process.communicate(timeout=DEADLINE_S)
            finally:
                process.kill()
        return Said(process.returncode, out, err)

    @staticmethod
    def line_with(stream: IO[str] | None, text: str) -> str:
        """Read lines until one has this text in it, and return it."""
        assert stream is not None
        told = []
        for line in stream:
            told.append(line)
            if text in line:
                return line
        raise AssertionError(f"ended without a line with {text!r}: {''.join(told)}")

    @staticmethod
    def scenario(title: str, *lines: str) -> str:
        """Return a scenario: its title, and its other lines."""
        return "\n".join((f"scenario: {title}", *lines, ""))

    def asks(self, title: str, path: str, *head: str, status: int = 200) -> str:
        """Return a scenario of one call that nobody in particular makes."""
        return self.scenario(title, *head, "steps:", f"  - nobody: GET {path}", f"    status: {status}")

    def results(self, run_id: str) -> dict[str, dict[str, Any]]:
        """Return what a run keeps of its scenarios, by id."""
        lines = (self.folder / ".antiphon" / "runs" / run_id / "results.jsonl").read_text().splitlines()
        return {result["id"]: result for result in map(json.loads, lines)}

    def summary(self, run_id: str) -> dict[str, Any]:
        """Return what a run keeps of itself."""
        found = json.loads((self.folder / ".antiphon" / "runs" / run_id / "run.json").read_text())
        assert isinstance(found, dict)
        return found


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Here:
    """Return an empty folder, as the current one, in an environment without our variables."""
    for name in list(os.environ):
        if name.startswith(_OURS):
            monkeypatch.delenv(name)
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return Here(folder, monkeypatch, capsys)


@dataclass
class Small:
    """A small target over plain HTTP.

    Attributes:
        asked: What came, in order: method, path, body.
        accounts: The status with which accounts are made.
        hold: Answers to /slow wait for it.
    """

    url: str = ""
    asked: list[tuple[str, str, Any]] = field(default_factory=list)
    accounts: int = 201
    deletes: int = 204
    hold: threading.Event = field(default_factory=threading.Event)
    slow_asked: threading.Event = field(default_factory=threading.Event)
    counts: Counter[str] = field(default_factory=Counter)

    def asked_for(self, method: str, path: str) -> int:
        """Return how often something was asked for."""
        return sum(1 for one in self.asked if one[:2] == (method, path))

    def answer(self, method: str, path: str, body: Any) -> tuple[int, Any]:
        """Return a status and a body."""
        self.counts[f"{method} {path}"] += 1
        match method, path.split("/")[1:]:
            case "GET", ["health" | "fine", *_]:
                return 200, {"name": "fine"}
            case "GET", ["once", *_]:
                return (500 if self.counts[f"{method} {path}"] == 1 else 200), {"name": "once"}
            case "GET", ["slow"]:
                self.slow_asked.set()
                self.hold.wait(DEADLINE_S)
                return 200, {}
            case "POST", ["accounts"]:
                number = self.counts["POST /accounts"]
                return self.accounts, {"id": f"user-{number}", "token": f"token-of-user-{number}"}
            case "POST", ["things"]:
                return 201, {"id": f"thing-{self.counts['POST /things']}"}
            case "DELETE", ["things", _]:
                return self.deletes, None
            case _:
                return 404, {"message": f"no {path} here"}


@pytest.fixture
def small() -> Iterator[Small]:
    """Run a small target."""
    small = Small()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _do(self) -> None:
            text = self.rfile.read(int(self.headers.get("content-length") or 0))
            body = json.loads(text) if text else None
            small.asked.append((self.command, self.path, body))
            status, answer = small.answer(self.command, self.path, body)
            content = b"" if answer is None else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            if status != 204:
                self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def do_GET(self) -> None:
            self._do()

        def do_POST(self) -> None:
            self._do()

        def do_DELETE(self) -> None:
            self._do()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        small.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield small
        small.hold.set()
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def demo_application() -> Iterator[Application]:
    """Run the reference application once for every test that neither stops nor breaks it."""
    with running() as application:
        yield application
