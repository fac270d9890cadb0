"""The chat on Node, played as its README says: green as it is, red at the right claim with a mistake in it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from tests.tools.ready import running

from antiphon.target.loader import load_target

ROOT = Path(__file__).resolve().parents[2]
CHAT = ROOT / "examples" / "node-chat"
MODULES = ROOT / ".node" / "node_modules"
DEADLINE_S = 100

pytestmark = [pytest.mark.needs("node", "npm"), pytest.mark.usefixtures("modules")]


@pytest.fixture(scope="module")
def modules() -> None:
    """Leave these tests out where Socket.IO is not installed; where everything is required they fail."""
    if not (MODULES / "socket.io").is_dir():
        leave = pytest.fail if os.environ.get("REQUIRE_ALL") == "1" else pytest.skip
        leave("Node's modules are not installed: `make node` does it")


def _chat(defect: str) -> AbstractContextManager[str]:
    return running(["node", str(CHAT / "chat.js")], CHAT_DEFECT=defect, NODE_PATH=str(MODULES))


def _played(here: Path, url: str) -> subprocess.CompletedProcess[str]:
    shutil.copytree(CHAT, here, ignore=shutil.ignore_patterns("node_modules", ".antiphon"))
    return subprocess.run(
        [sys.executable, "-c", "from antiphon.cli.main import main; main()", "run"],
        cwd=here,
        env={**os.environ, "NO_COLOR": "1", "API_BASE_URL": url, "WEBSOCKET_URL": url},
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
        check=False,
    )


def test_the_chat_s_suite_holds(tmp_path: Path) -> None:
    with _chat("") as url:
        done = _played(tmp_path / "here", url)
    assert done.returncode == 0, done.stdout + done.stderr
    scenarios = len(list((CHAT / "scenarios").glob("*.yaml")))
    assert scenarios >= 10
    assert f"{scenarios} passed  0 failed  0 void" in done.stdout


@pytest.mark.parametrize(
    ("defect", "place", "sentence"),
    [
        ("leak", "said.yaml:14:12", "cem heard said, though cem was to hear nothing"),
        ("smudge", "picture.yaml:13:13", "ben did not hear pictured"),
        ("forget", "recovered.yaml:17:14", "ben did not hear said"),
    ],
)
def test_a_planted_mistake_is_found_at_its_claim(tmp_path: Path, defect: str, place: str, sentence: str) -> None:
    with _chat(defect) as url:
        done = _played(tmp_path / "here", url)
    assert done.returncode == 1, done.stdout + done.stderr
    assert f"failed: {sentence}\n  --> scenarios/{place}\n" in done.stdout


def test_every_event_is_owed_by_a_law() -> None:
    target, problems = load_target((CHAT / "target.yaml").read_text(), "target.yaml", environment={})
    assert not problems
    assert target is not None
    owed = {one.event for law in target.laws.laws if law.to is not None for one in law.then}
    assert owed == set(target.vocabulary.events_heard)


def test_what_the_chat_runs_with_is_what_the_tests_install() -> None:
    wanted = re.search(r'"socket.io": "([^"]+)"', (CHAT / "package.json").read_text())
    installed = re.search(r'"socket.io": "([^"]+)"', (ROOT / "tests/net/sockets/interop/package.json").read_text())
    assert wanted is not None
    assert installed is not None
    assert wanted[1] == installed[1]
