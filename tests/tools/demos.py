"""The demo, played by the command as a process of its own, and what it left."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DEADLINE_S = 220


@dataclass(frozen=True)
class Ran:
    """A demo that was played."""

    code: int
    out: str
    err: str
    results: dict[str, Any]
    folder: Path
    findings: list[dict[str, Any]]

    def outcome(self, path: str) -> str:
        """Return how a scenario came out, by its file."""
        return str(self.results[path]["outcome"]) if path in self.results else "not played"

    def failures(self, path: str) -> Iterator[str]:
        """Give what failed in a scenario: each sentence with its details."""
        for verdict in self.results.get(path, {}).get("verdicts", ()):
            if verdict["outcome"] == "failed":
                yield "\n".join((verdict["sentence"], *verdict.get("details", ())))

    def found(self, path: str) -> Iterator[str]:
        """Return what laws and contracts found in a scenario: each with its kind, by what, its sentence and details."""
        for one in self.findings:
            if path.removesuffix(".yaml") in one["scenarios"]:
                yield "\n".join((f"{one['kind']} · {one['by']} · {one['sentence']}", *one["details"]))

    def unsound(self) -> dict[str, str]:
        """Return every scenario that neither passed nor was void, with its outcome."""
        outcomes = {path: str(result["outcome"]) for path, result in self.results.items()}
        return {path: outcome for path, outcome in outcomes.items() if outcome not in ("passed", "void", "skipped")}


def demo(folder: Path, *words: str, deadline_s: float = DEADLINE_S) -> Ran:
    """Play the demo in a folder."""
    folder.mkdir(parents=True)
    done = subprocess.run(
        [sys.executable, "-c", "from antiphon.cli.main import main; main()", "demo", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=deadline_s,
        check=False,
    )
    runs = folder / ".antiphon" / "runs"
    run = next(runs.iterdir()) if runs.is_dir() else None
    assert run is not None, done.stdout + done.stderr
    lines = (run / "results.jsonl").read_text().splitlines()
    results = {result["path"].removeprefix("scenarios/"): result for result in map(json.loads, lines)}
    found = json.loads((run / "report.json").read_text())["run"]["findings"]
    return Ran(done.returncode, done.stdout, done.stderr, results, run, found)
