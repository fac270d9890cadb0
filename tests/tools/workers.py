"""How many workers `make test` starts: as many as this process may use cores at once."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

#: What a container may use of its machine: microseconds of work, or `max`, in so many microseconds.
QUOTA = Path("/sys/fs/cgroup/cpu.max")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int | None:
    """Count what the scheduler grants, where xdist would count the machine's cores."""
    if os.environ.get("PYTEST_XDIST_AUTO_NUM_WORKERS"):
        return None  # xdist reads it
    return usable_cores(len(os.sched_getaffinity(0)), QUOTA.read_text() if QUOTA.is_file() else "max 100000")


def usable_cores(granted: int, quota: str) -> int:
    """Return how many processes can work at once, of so many cores and within a quota."""
    work_us, _, period_us = quota.partition(" ")
    return granted if work_us == "max" else max(1, min(granted, int(work_us) // int(period_us)))
