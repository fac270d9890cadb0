"""Fuzz one target, or all, each in a process of its own.

    python -m fuzz all --seconds 600          each codec and loader for ten minutes
    python -m fuzz socketio --seconds 60
    python -m fuzz --list

Seconds are of the process's own CPU time, so that a busy machine shortens nothing.
An input that breaks a target is kept in `--found DIR` (here: `fuzz-found/`), told, and the end is exit 1. What was
covered is known from a corpus that grows; `--corpus DIR` keeps it for the next time. Needs `pip install atheris`.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import psutil

from fuzz.targets import TARGETS

_MOST_MB = 2_048
_LONGEST_INPUT_S = 20
_ENDING_S = 120
_LOOK_EVERY_S = 0.5


def main() -> int:
    """Fuzz what was asked for; return 0 if nothing broke."""
    parser = argparse.ArgumentParser(
        prog="python -m fuzz", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("targets", nargs="*", metavar="TARGET", help="by name, or `all`")
    parser.add_argument("--seconds", type=int, default=60, help="of CPU time, for each target")
    parser.add_argument("--list", action="store_true", help="name the targets and what must hold")
    parser.add_argument("--corpus", type=Path, help="where the inputs that reached something new are kept")
    parser.add_argument("--found", type=Path, default=Path("fuzz-found"), help="where inputs that break are kept")
    given = parser.parse_args()
    if given.list or not given.targets:
        for target in TARGETS.values():
            print(f"{target.name:<10} {target.says}")
        return 0
    names = list(TARGETS) if given.targets == ["all"] else given.targets
    unknown = [name for name in names if name not in TARGETS]
    if unknown:
        parser.error(f"unknown target {unknown[0]!r}; there are {', '.join(TARGETS)}")
    given.found.mkdir(parents=True, exist_ok=True)
    print("target      seconds    inputs   per second   peak MB   outcome")
    outcomes = [_fuzzed(name, given.seconds, given.corpus, given.found) for name in names]
    if not any(given.found.iterdir()):
        given.found.rmdir()
    return 0 if all(outcomes) else 1


def _fuzzed(name: str, seconds: int, corpus: Path | None, found: Path) -> bool:
    with tempfile.TemporaryDirectory() as fresh:
        folder = corpus / name if corpus is not None else Path(fresh)
        folder.mkdir(parents=True, exist_ok=True)
        for number, seed in enumerate(TARGETS[name].seeds()):
            (folder / f"seed-{number:03}").write_bytes(seed)
        command = [
            sys.executable,
            "-m",
            "fuzz.child",
            name,
            str(seconds),
            str(folder),
            f"-artifact_prefix={found}/{name}-",
        ]
        command += [f"-max_len={TARGETS[name].longest}", f"-rss_limit_mb={_MOST_MB}", f"-timeout={_LONGEST_INPUT_S}"]
        command += ["-print_final_stats=1", "-verbosity=0"]
        with tempfile.TemporaryFile("w+") as output:
            with subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT) as process:
                if not _ended(process, seconds):
                    print(f"{name:<10} {seconds:>8} {'':>32}   does not end")
                    return False
            output.seek(0)
            told = output.read()
    counts = {key: int(value) for key, value in re.findall(r"stat::(\w+):\s+(\d+)", told)}
    tried, peak = counts.get("number_of_executed_units", 0), counts.get("peak_rss_mb", 0)
    outcome = "nothing broke" if process.returncode == 0 and tried else f"broken (exit {process.returncode})"
    print(f"{name:<10} {seconds:>8} {tried:>9,} {tried // max(seconds, 1):>12,} {peak:>9}   {outcome}", flush=True)
    if process.returncode or not tried:
        print("\n".join(told.splitlines()[-40:]))
    return process.returncode == 0 and tried > 0


def _ended(process: subprocess.Popen[bytes], seconds: int) -> bool:
    """Wait until the process ends by itself; kill it, and return False, if it uses far more CPU time than it may."""
    seen = psutil.Process(process.pid)
    while process.poll() is None:
        used = seen.cpu_times()
        if used.user + used.system > seconds + _ENDING_S:
            process.kill()
            return False
        with suppress(subprocess.TimeoutExpired):
            process.wait(_LOOK_EVERY_S)
    return True


if __name__ == "__main__":
    sys.exit(main())
