"""A test that needs a program beside Python says so, and is never left out unnoticed."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.tools.gathering import gathered

_LEFT_OUT = "left out"


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line(
        "markers", "needs(*programs): the test runs these programs, on the path or where Debian puts them"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests whose programs are missing, unless everything is required."""
    if _everything_is_required():
        return
    missing = {item.nodeid: _missing(item) for item in items}
    left_out = [item for item in items if missing[item.nodeid]]
    if left_out:
        items[:] = [item for item in items if not missing[item.nodeid]]
        config.hook.pytest_deselected(items=left_out)
        gathered(config).facts[_LEFT_OUT] |= {(item.nodeid, ", ".join(missing[item.nodeid])) for item in left_out}


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Fail a test whose program is missing; only where everything is required does one come so far."""
    if missing := _missing(item):
        pytest.fail(f"needs {', '.join(missing)}, which is not on the path (REQUIRE_ALL=1)", pytrace=False)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Name what was left out, and why."""
    left_out = gathered(config).facts[_LEFT_OUT]
    if not left_out:
        return
    terminalreporter.section("left out because a program is missing")
    for name, programs in sorted(left_out):
        terminalreporter.line(f"{name} needs {programs}")
    for programs, count in sorted(Counter(programs for _, programs in left_out).items()):
        terminalreporter.line(f"{count} test{'s' if count != 1 else ''} left out: {programs} not found")


def _everything_is_required() -> bool:
    return os.environ.get("REQUIRE_ALL") == "1"


def _missing(item: pytest.Item) -> list[str]:
    needed = {program for marker in item.iter_markers("needs") for program in marker.args}
    return sorted(program for program in needed if shutil.which(program) is None and not any(_beside_the_path(program)))


def _beside_the_path(program: str) -> Iterator[Path]:
    # Debian keeps PostgreSQL's own programs here, one folder for each version.
    return Path("/usr/lib/postgresql").glob(f"*/bin/{program}")
