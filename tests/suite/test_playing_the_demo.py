"""The packaged suite, played by the command against the application: whole, and with each planted defect on.

What a busy machine makes void is neither a pass nor a finding: a void claim is played again, by itself, and
must then fail or be void once more; that it ever passes is what these tests exclude.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest

from threadfilesharing.defects.catalogue import CATALOGUE, Defect

DEADLINE_S = 220
TRIES = 4
AT_ONCE = ("--parallel", "8")


@dataclass(frozen=True)
class Ran:
    """A demo that was played, and what it left."""

    code: int
    out: str
    err: str
    results: dict[str, Any]
    folder: Path

    def outcome(self, path: str) -> str:
        """Return how a scenario came out, by its file."""
        return str(self.results[path]["outcome"])

    def failures(self, path: str) -> Iterator[str]:
        """Give what failed in a scenario: each sentence with its details."""
        for verdict in self.results[path].get("verdicts", ()):
            if verdict["outcome"] == "failed":
                yield "\n".join((verdict["sentence"], *verdict.get("details", ())))

    def unsound(self) -> dict[str, str]:
        """Return every scenario that neither passed nor was void, with its outcome."""
        outcomes = {path: str(result["outcome"]) for path, result in self.results.items()}
        return {path: outcome for path, outcome in outcomes.items() if outcome not in ("passed", "void")}


def demo(folder: Path, *words: str) -> Ran:
    """Play the demo in a folder, as a process of its own."""
    folder.mkdir(parents=True)
    done = subprocess.run(
        [sys.executable, "-c", "from antiphon.cli.main import main; main()", "demo", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
        check=False,
    )
    runs = folder / ".antiphon" / "runs"
    run = next(runs.iterdir()) if runs.is_dir() else None
    assert run is not None, done.stdout + done.stderr
    lines = (run / "results.jsonl").read_text().splitlines()
    results = {result["path"].removeprefix("scenarios/"): result for result in map(json.loads, lines)}
    return Ran(done.returncode, done.stdout, done.stderr, results, run)


@pytest.mark.parametrize("words", [(), AT_ONCE], ids=["in order", "eight at once"])
def test_the_whole_suite_holds(tmp_path: Path, packaged: Any, words: tuple[str, ...]) -> None:
    ran = demo(tmp_path / "demo", *words)
    assert ran.unsound() == {}, ran.out
    assert (ran.code, ran.err) == (0, "")
    assert len(ran.results) == len(packaged.suite.scenarios) >= 60
    reports = {"report.html", "report.json", "report.md", "junit.xml"}
    assert reports <= {path.name for path in ran.folder.iterdir()}
    assert "left at the target" not in ran.out


@pytest.mark.parametrize("defect", CATALOGUE, ids=lambda defect: defect.name)
def test_a_planted_defect_is_found_where_its_entry_says_and_breaks_nothing_else(tmp_path: Path, defect: Defect) -> None:
    found_by = defect.found_by
    ran = demo(tmp_path / "demo", "--defect", defect.name, *AT_ONCE)
    outside = {
        path: outcome
        for path, outcome in ran.unsound().items()
        if path != found_by.scenario and not any(fnmatch(path, pattern) for pattern in defect.may_also_fail)
    }
    assert outside == {}, ran.out
    assert "error" not in ran.unsound().values(), ran.out
    tries = 1
    while ran.outcome(found_by.scenario) == "void" and tries < TRIES:
        name = found_by.scenario.removesuffix(".yaml")
        ran = demo(tmp_path / f"demo-{tries}", "--defect", defect.name, "--only", name)
        tries += 1
    assert ran.outcome(found_by.scenario) == "failed", ran.out
    assert any(found_by.claim in failure for failure in ran.failures(found_by.scenario)), ran.out
    assert ran.code == 1
    # The first failure that is printed tells in one sentence what was wrong, and where it was claimed.
    first = ran.out.partition("\nfailed: ")[2].splitlines()
    assert first[0]
    assert first[1].lstrip().startswith("--> ")
