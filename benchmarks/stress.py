"""Plays the demo's suite again and again beside busy loops, and logs seed, outcome and duration of each run.

    python benchmarks/stress.py --times 10 --loops 2

Two endless Python loops at normal priority take the processors the whole time. A finding or an error under them would
be a false alarm; what cannot be judged is void, and counted.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

_LOOP = "while True: pass"
_LONGEST_S = 300


def main() -> int:
    """Play, log, and return 0 if there was neither a finding nor an error."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=10, help="how often in order, and how often with --parallel")
    parser.add_argument("--loops", type=int, default=2, help="how many endless loops")
    parser.add_argument("--parallel", type=int, default=8, help="how many scenarios at once in the second half")
    given = parser.parse_args()
    loops = [subprocess.Popen([sys.executable, "-c", _LOOP]) for _ in range(given.loops)]
    bad = 0
    try:
        print("mode         run  seed    exit     wall   played  own lag p99  outcomes")
        for mode, options in (("in order", []), (f"parallel {given.parallel}", ["--parallel", str(given.parallel)])):
            for number in range(1, given.times + 1):
                bad += not _run(mode, number, options)
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()
    print("no finding, no error" if not bad else f"{bad} runs with a finding or an error")
    return 1 if bad else 0


def _run(mode: str, number: int, options: list[str]) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-m", "antiphon", "demo", *options],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=_LONGEST_S,
            check=False,
        )
        took = time.monotonic() - began
        found = sorted(Path(folder).glob(".antiphon/runs/*/run.json"))
        if not found:
            print(f"{mode:<12} {number:>3}  no run: exit {done.returncode}\n{done.stdout}{done.stderr}")
            return False
        summary = json.loads(found[0].read_bytes())
        outcomes = Counter(summary["outcomes"])
        shown = ", ".join(f"{count} {outcome}" for outcome, count in sorted(outcomes.items()))
        lag_ms = summary["own_lag"].get("p99", 0) * 1000
        played_s = summary["duration_s"]
        print(
            f"{mode:<12} {number:>3}  {summary['seed']:<7} {done.returncode:>4}  {took:>6.1f}s  {played_s:>6.1f}s"
            f"  {lag_ms:>8.0f} ms  {shown}",
            flush=True,
        )
        good = set(outcomes) <= {"passed", "void"} and done.returncode == 0
        if not good:
            print(done.stdout)
        return good


if __name__ == "__main__":
    sys.exit(main())
