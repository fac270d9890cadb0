"""What the tests of a run have gathered, brought together from all the processes that they ran in.

With workers (`make test`) no process runs more than its share of the tests. What only all of them together can tell is
told here, where the run ends: which tests were left out, and whether all came to light that a test has promised.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import pytest

#: Plain values alone, for they pass from process to process.
Fact = tuple[str | int | bool, ...]
Facts = defaultdict[str, set[Fact]]


def _none() -> Facts:
    return defaultdict(set)


@dataclass
class Gathered:
    """What was gathered in this process and, where the run ends, in all of them.

    Attributes:
        facts: What came to light, by what it is about.
        promised: What must have come to light when all tests have passed, by what it is about.
    """

    facts: Facts = field(default_factory=_none)
    promised: Facts = field(default_factory=_none)

    def join(self, facts: dict[str, set[Fact]], promised: dict[str, set[Fact]]) -> None:
        """Take in what another process has gathered."""
        for mine, theirs in ((self.facts, facts), (self.promised, promised)):
            for about, added in theirs.items():
                mine[about] |= added

    def broken(self) -> list[str]:
        """Return a line for each fact that was promised and never came to light."""
        return [
            f"{about}: {' '.join(map(str, fact))}"
            for about, promised in sorted(self.promised.items())
            for fact in sorted(promised - self.facts[about])
        ]


_GATHERED = pytest.StashKey[Gathered]()


def gathered(config: pytest.Config) -> Gathered:
    """Return what this process has gathered."""
    return config.stash.setdefault(_GATHERED, Gathered())


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take in what a worker sends home; one that died sends nothing."""
    if parcel := getattr(node, "workeroutput", {}).get("gathered"):
        gathered(node.config).join(*parcel)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Send home what was gathered; where the run ends, let broken promises fail it."""
    found = gathered(session.config)
    home = getattr(session.config, "workeroutput", None)
    if home is not None:
        home["gathered"] = (dict(found.facts), dict(found.promised))
    elif exitstatus == pytest.ExitCode.OK and found.broken():
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, exitstatus: int, config: pytest.Config) -> None:
    """Name what was promised and never seen; where a test has failed, that says nothing."""
    broken = gathered(config).broken()
    if not broken or any(terminalreporter.stats.get(how) for how in ("failed", "error")):
        return
    terminalreporter.section("failed: promised, and never seen", red=True)
    for line in broken:
        terminalreporter.line(line)
