"""One command measured: the processor time of its whole process tree, from its start to its end."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

LONGEST_S = 600.0
_COUNTED = re.compile(r"([\d,]+) (?:round trips|requests|events)\b")


@dataclass(frozen=True, slots=True)
class Cost:
    """What a command took.

    Attributes:
        cpu_s: User and system time of it and of all processes that it began and waited for.
        count: How much work it says that it has done.
        output: What it wrote, for when it says nothing.
        status: How it ended.
    """

    cpu_s: float
    count: int
    output: str
    status: int

    @property
    def each_us(self) -> float:
        """Processor time for each piece of work, in microseconds."""
        return self.cpu_s / self.count * 1e6 if self.count else float("nan")


def run(argv: Sequence[str], *, folder: Path, environment: Mapping[str, str]) -> Cost:
    """Run a command to its end."""
    read, write = os.pipe()
    process = subprocess.Popen(
        argv, cwd=folder, env=dict(environment), stdout=write, stderr=write, start_new_session=True
    )
    os.close(write)
    ending = threading.Timer(LONGEST_S, lambda: os.killpg(process.pid, signal.SIGKILL))
    ending.start()
    with os.fdopen(read, "rb") as pipe:
        output = pipe.read().decode(errors="replace")
    _, status, used = os.wait4(process.pid, 0)
    ending.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    found = _COUNTED.findall(output)
    count = int(found[-1].replace(",", "")) if found else 0
    return Cost(used.ru_utime + used.ru_stime, count, output, process.returncode)
