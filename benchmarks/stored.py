"""A million deliveries judged from a run's folder: `antiphon judge`, as a process (`python benchmarks/stored.py`).

The folder is made once, by the history's own writer, from what `benchmarks/laws.py` makes up: rooms of ten, a hundred
thousand calls, in one play or in several that overlap, each of which stands by itself in the file. Then the command
judges it, and what its whole process took is told: its start, its reading, its judging, the most memory that it had.
Budgets: 10 s of processor time, 500 MiB.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from itertools import islice
from pathlib import Path

from antiphon.core.redaction import Redactor
from antiphon.run.folder import RunFolder
from antiphon.run.results import RunSummary
from benchmarks.laws import MEMBERS, PROFILE, history

_LOT = 20_000
_BUDGET_S = 10.0
_BUDGET_MIB = 500


def make(here: Path, *, calls: int, rooms: int, per_s: float, plays: int, ticks: bool) -> None:
    """Make the folder of a run: each play's entries at its end, those of the run itself behind them, as a run does."""
    (here / "target.yaml").write_text(PROFILE)
    folder = RunFolder.made(here, "made", Redactor(b"key"))
    for play in (*(f"p{number}" for number in range(plays)), *([""] if ticks else [])):
        own = (entry for entry in history(rooms, calls, per_s, plays) if entry.play == play)
        while lot := list(islice(own, _LOT)):
            folder.add_entries(lot)
    folder.write_summary(
        RunSummary(
            id="made",
            version="0",
            target="chat",
            base_url="http://127.0.0.1:1/api",
            profile="target.yaml",
            seed="1",
            started="2026-01-01T00:00:00.000Z",
            scenarios=plays,
        )
    )
    folder.close()


def judged(here: Path) -> tuple[float, float, str]:
    """Return the processor time and the most memory (MiB) of `antiphon judge`, and what it said."""
    said = here / "said"
    with said.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "antiphon", "judge", "made", "--color", "never"],
            cwd=here,
            stdout=out,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    told = said.read_text()
    if process.returncode != 0:
        raise SystemExit(f"antiphon judge ended with {process.returncode}:\n{told}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, told


def main() -> int:
    """Make a run's folder, judge it, and print what that cost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=100_000)
    parser.add_argument("--rooms", type=int, default=100)
    parser.add_argument("--per-s", type=float, default=1_000.0, help="calls a second of the history")
    parser.add_argument("--plays", type=int, default=1, help="plays that overlap; the rooms are dealt out to them")
    parser.add_argument("--without-ticks", action="store_true", help="as a run has it that was played without laws")
    parser.add_argument("--times", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        make(
            here,
            calls=given.calls,
            rooms=given.rooms,
            per_s=given.per_s,
            plays=given.plays,
            ticks=not given.without_ticks,
        )
        size = next((here / ".antiphon" / "runs").glob("*/history")).stat().st_size
        deliveries = given.calls * MEMBERS
        print(
            f"{deliveries:,} deliveries of {given.calls:,} calls in {given.plays} plays: {size / 2**20:.0f} MiB stored"
        )
        most_s = most_mib = 0.0
        for _ in range(given.times):
            cpu_s, mib, told = judged(here)
            most_s, most_mib = max(most_s, cpu_s), max(most_mib, mib)
            print(f"judged in {cpu_s:.2f} s of CPU ({cpu_s / deliveries * 1e6:.2f} us each), {mib:.0f} MiB resident")
        print(told.strip())
    whole = given.calls >= 100_000
    return 0 if not whole or (most_s <= _BUDGET_S and most_mib <= _BUDGET_MIB) else 1


if __name__ == "__main__":
    sys.exit(main())
