"""What holds for every test, and the PostgreSQL that many share."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from typing import Any

import pytest

pytest_plugins = ("tests.tools.gathering", "tests.tools.needs", "tests.tools.workers")


@pytest.fixture(scope="session")
def cluster() -> Iterator[Any]:
    """Give a PostgreSQL that all tests share; each makes a schema of its own in it."""
    from tests.tools.cluster import running_cluster

    with running_cluster() as running:
        yield running


def pytest_configure() -> None:
    """Let Ctrl-C be tried: what a shell starts in the background ignores it, and so would all that tests start."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
