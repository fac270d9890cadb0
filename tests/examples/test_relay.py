"""The relay: its scenarios only act, and its laws find what is wrong."""

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

from antiphon.history.entries import Mark, Tick
from antiphon.history.record import decode
from antiphon.judge.laws.checker import LawChecker
from antiphon.target.loader import load_target
from antiphon.target.model import Target

RELAY = Path(__file__).resolve().parents[2] / "examples" / "relay"
DEADLINE_S = 100


def _relay(defect: str) -> AbstractContextManager[str]:
    return running([sys.executable, str(RELAY / "relay.py")], RELAY_DEFECT=defect)


def _profile() -> Target:
    target, problems = load_target((RELAY / "target.yaml").read_text(), "target.yaml", environment={})
    assert not problems
    assert target is not None
    return target


def _found(here: Path) -> set[str]:
    """Return the kinds of what the laws find in the history of the run that was played here."""
    target = _profile()
    assert target.channel is not None
    judge = LawChecker(
        target.laws,
        target.membership,
        settle_s=target.settle_s,
        resources=target.resources,
        identity=target.channel.socket.identity,
    )
    entries, damage = decode(next(here.glob(".antiphon/runs/*/history")).read_bytes())
    assert damage is None
    found = []
    for entry in sorted(entries, key=lambda one: one.seq):
        found += judge.feed(entry)
        if isinstance(entry, Mark) and (entry.what, entry.edge) == ("play", "ended"):
            found += judge.feed(Tick(at_s=entry.at_s))
    found += judge.finish()
    assert all(one.tally.judged for one in judge.summary() if one.law != "no 5xx")
    return {one.kind.value for one in found}


def _played(here: Path, url: str, *words: str) -> subprocess.CompletedProcess[str]:
    shutil.copytree(RELAY, here, ignore=shutil.ignore_patterns(".antiphon", "__pycache__"))
    return subprocess.run(
        [sys.executable, "-c", "from antiphon.cli.main import main; main()", "run", *words],
        cwd=here,
        env={**os.environ, "NO_COLOR": "1", "API_BASE_URL": url, "WEBSOCKET_URL": url},
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
        check=False,
    )


def test_its_scenarios_only_act() -> None:
    for path in (RELAY / "scenarios").glob("*.yaml"):
        assert not re.findall(r"^ +(?:- )?(hear|expect\w*|watch|assert|ack):", path.read_text(), re.MULTILINE)


def test_every_event_is_owed_by_a_law() -> None:
    target = _profile()
    owed = {one.event for law in target.laws.laws if law.to is not None for one in law.then}
    assert owed == set(target.vocabulary.events_heard)


def test_it_is_as_small_as_its_description_says() -> None:
    assert len((RELAY / "relay.py").read_text().splitlines()) <= 200


def test_every_mistake_that_can_be_planted_is_described() -> None:
    told = set(re.findall(r"^\| `([\w ]+)`:", (RELAY / "README.md").read_text(), re.MULTILINE))
    assert len(told) == 12
    planted = re.findall(r'defect [!=]= \(?"([\w ]+)"(?: if leave else "(\w+)")?', (RELAY / "relay.py").read_text())
    assert {name for names in planted for name in names if name} == told


def test_as_it_is_it_keeps_its_laws(tmp_path: Path) -> None:
    with _relay("") as url:
        done = _played(tmp_path / "here", url)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 passed  0 failed  0 void" in done.stdout
    assert _found(tmp_path / "here") == set()


@pytest.mark.parametrize(
    ("defect", "kinds"),
    [
        ("double", {"doubled"}),
        ("leak", {"leaked"}),
        ("twist", {"disagreeing"}),
        ("let in", {"wrong answer", "ghost"}),
    ],
)
def test_a_planted_mistake_is_found_by_its_laws(tmp_path: Path, defect: str, kinds: set[str]) -> None:
    with _relay(defect) as url:
        done = _played(tmp_path / "here", url)
    assert "3 passed  0 failed" in done.stdout, done.stdout + done.stderr
    assert _found(tmp_path / "here") == kinds


def test_what_the_documentation_shows_of_a_run_is_what_a_run_says(tmp_path: Path) -> None:
    page = (RELAY.parents[1] / "docs" / "how-to" / "laws-and-contracts.md").read_text()
    shown = re.search(r"```text\n(.+?)```", page, re.DOTALL)
    assert shown is not None
    with _relay("leak") as url:
        done = _played(tmp_path / "here", url)
    said = done.stdout.replace("dan heard", "cem heard")  # neither may; who is told of is who hears it first
    assert [line for line in shown[1].splitlines() if line not in said] == []
    assert done.returncode == 1


def test_its_access_matrix_holds_and_finds_who_is_let_in_all_the_same(tmp_path: Path) -> None:
    with _relay("") as url:
        held = _played(tmp_path / "held", url, "--access", "--only", "access")
    assert held.returncode in (0, 4), held.stdout + held.stderr
    assert "differ" not in held.stdout
    with _relay("ghost") as url:
        found = _played(tmp_path / "found", url, "--access", "--only", "access/refusals")
    assert found.returncode == 1
    assert "owner heard message" in found.stdout
