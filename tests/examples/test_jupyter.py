"""The suite of examples/jupyter against a Jupyter Server of its own."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

SUITE = Path(__file__).resolve().parents[2] / "examples" / "jupyter"
TOKEN = "a-token-that-all-of-them-share"
DEADLINE_S = 240.0

pytestmark = pytest.mark.timeout(300)


@dataclass(frozen=True)
class Server:
    """A Jupyter Server, and a folder with a copy of the suite."""

    url: str
    here: Path

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Return what `antiphon run` says."""
        return subprocess.run(
            [sys.executable, "-c", "from antiphon.cli.main import main; main()", "run", *words],
            cwd=self.here,
            env={**os.environ, "NO_COLOR": "1", "API_BASE_URL": self.url, "JUPYTER_TOKEN": TOKEN},
            capture_output=True,
            text=True,
            timeout=DEADLINE_S,
            check=False,
        )


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("jupyter")
    shutil.copytree(SUITE, folder / "suite", ignore=shutil.ignore_patterns(".antiphon"))
    with _running(folder) as url:
        yield Server(url, folder / "suite")


@contextmanager
def _running(folder: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (folder / "notebooks").mkdir()
    own = {f"JUPYTER_{name}_DIR": str(folder / name.lower()) for name in ("CONFIG", "DATA", "RUNTIME")}
    words = ["--no-browser", "--allow-root", f"--port={port}", "--ServerApp.port_retries=0"]
    process = subprocess.Popen(
        [sys.executable, "-m", "jupyter_server", *words, f"--ServerApp.root_dir={folder / 'notebooks'}"],
        env={**os.environ, **own, "HOME": str(folder), "IPYTHONDIR": str(folder / "ipython"), "JUPYTER_TOKEN": TOKEN},
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    said: list[str] = []
    try:
        for line in process.stderr:
            said.append(line)
            if "is running at" in line:
                break
        assert process.poll() is None, "".join(said)
        reader = threading.Thread(target=said.extend, args=(process.stderr,))  # so that it can go on speaking
        reader.start()
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    reader.join(10)
    process.stderr.close()


def test_the_suite_holds(server: Server) -> None:
    done = server.run()
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^10 passed  0 failed  0 void", done.stdout, re.MULTILINE), done.stdout
    assert re.search(r"absences: (\d+) proven, 0 waited", done.stdout), done.stdout


@pytest.mark.parametrize(
    ("scenario", "right", "wrong", "told"),
    [
        ("execution/everybody-hears", r'text: "hello\n"', r'text: "hallo\n"', 'is not "hallo'),
        (
            "execution/silent",
            "- no execute_input",
            "- no stream",
            "grace heard stream, though grace was not to hear it",
        ),
        (
            "access/wrong-token",
            "{with: http, data: {status: 403}}",
            "{with: http, data: {status: 401}}",
            "403 is not 401",
        ),
    ],
)
def test_a_wrong_claim_fails_at_its_line(server: Server, scenario: str, right: str, wrong: str, told: str) -> None:
    path = server.here / "scenarios" / f"{scenario}.yaml"
    text = path.read_text()
    assert right in text
    path.write_text(text.replace(right, wrong, 1))
    line = text[: text.index(right)].count("\n") + 1
    try:
        done = server.run("--only", scenario)
    finally:
        path.write_text(text)
    assert done.returncode == 1, done.stdout + done.stderr
    assert f"scenarios/{scenario}.yaml:{line}:" in done.stdout
    assert told in done.stdout
