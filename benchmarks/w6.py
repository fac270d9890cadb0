"""W6: the reference suite against an application that is already running, from process start to written report.

    python benchmarks/w6.py --times 5

In order and with `--parallel 8`, alternating; medians. Budgets: 10 s in order, 5 s in parallel, the command line's
start included. A run with a failure or an error is no measurement, and ends this with 1; void verdicts (a busy machine)
are counted beside the time.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_LONGEST_S = 300
_MODES = {"in order": ([], 10.0), "--parallel 8": (["--parallel", "8"], 5.0)}


@dataclass(frozen=True, slots=True)
class _Run:
    wall_s: float
    cpu_s: float
    played_s: float
    passed: int
    void: int


def main() -> int:
    """Measure, print one line for each mode, and return 0 if every run passed whole."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=5, help="how often each mode is played")
    times = parser.parse_args().times
    runs: dict[str, list[_Run]] = {mode: [] for mode in _MODES}
    with tempfile.TemporaryDirectory() as folder, _application(Path(folder)) as suite:
        _played(suite, [])  # warms what is cached
        for _ in range(times):
            for mode, (options, _) in _MODES.items():
                runs[mode].append(_played(suite, options))
    print(f"W6 on Python {platform.python_version()}, {os.cpu_count()} cores, median of {times} runs")
    print("mode           scenarios   wall s   (each run)                      budget   play s   own CPU s   void")
    for mode, (_, budget_s) in _MODES.items():
        wall_s = [run.wall_s for run in runs[mode]]
        each = " ".join(f"{one:.2f}" for one in wall_s)
        played_s, cpu_s = (statistics.median(getattr(run, key) for run in runs[mode]) for key in ("played_s", "cpu_s"))
        print(
            f"{mode:<14} {runs[mode][0].passed + runs[mode][0].void:>9} {statistics.median(wall_s):>8.2f}   {each:<30} "
            f"{budget_s:>7.0f} {played_s:>8.2f} {cpu_s:>11.2f} {sum(run.void for run in runs[mode]):>6}"
        )
    return 0


@contextmanager
def _application(folder: Path) -> Iterator[Path]:
    """Write the suite into a folder and start the application on a free port; yield where the suite is."""
    suite = folder / "suite"
    subprocess.run([sys.executable, "-m", "antiphon", "demo", "--eject", suite], check=True, capture_output=True)
    secret = (suite / ".env").read_text().strip().removeprefix("TFS_SECRET=")
    command = [sys.executable, "-m", "threadfilesharing", "--demo", "--port", "0", "--data", str(folder / "data")]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env={**os.environ, "TFS_SECRET": secret}
    ) as application:
        try:
            ready = application.stdout.readline() if application.stdout else ""
            url = ready.split(" ready at ", 1)[1].split()[0]
            with (suite / ".env").open("a") as variables:
                variables.write(f"API_BASE_URL={url}/api/v1\nWEBSOCKET_URL={url}\n")
            yield suite
        finally:
            application.terminate()


def _played(suite: Path, options: list[str]) -> _Run:
    # As after an installation: Python's compiled files are kept.
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began_s = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "antiphon", "run", "--allow-void", *options],
        cwd=suite,
        env={**kept, "PYTHONPYCACHEPREFIX": str(suite.parent / "compiled")},
        capture_output=True,
        text=True,
        timeout=_LONGEST_S,
        check=False,
    )
    wall_s = time.monotonic() - began_s
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        sys.exit(f"a run ended with {done.returncode}: nothing is measured\n{done.stdout}{done.stderr}")
    newest = max(suite.glob(".antiphon/runs/*/run.json"), key=lambda path: path.stat().st_mtime_ns)
    said = json.loads(newest.read_text())
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return _Run(wall_s, cpu_s, said["duration_s"], said["outcomes"]["passed"], said["outcomes"].get("void", 0))


if __name__ == "__main__":
    sys.exit(main())
