"""How long the threads of a process had to wait for a processor, as Linux counts it.

`/proc/PID/task/TID/schedstat` holds three numbers: nanoseconds on a processor, nanoseconds spent
runnable in a run queue, time slices (kernel, Documentation/scheduler/sched-stats.rst).
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable

_LINE_BYTES = 96
_LISTED_EVERY = 16

ReadWaited = Callable[[], float | None]


def waited_s(line: bytes) -> float | None:
    """Return the second number of a schedstat line in seconds; None if it is none."""
    numbers = line.split()
    if len(numbers) < 2 or not numbers[1].isdigit():
        return None
    return int(numbers[1]) / 1e9


class OwnThread:
    """The run-queue waits of the thread that opens it: the one that runs the loop and takes the stamps."""

    def __init__(self, path: str = "/proc/thread-self/schedstat") -> None:
        try:
            self._file: int | None = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            self._file = None

    def read(self) -> float | None:
        """Return the seconds waited since the thread began; None where the system does not tell."""
        if self._file is None:
            return None
        try:
            return waited_s(os.pread(self._file, _LINE_BYTES, 0))
        except OSError:
            return None

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


class ProcessThreads:
    """The run-queue waits of all threads of a process, added up; what ended threads waited is kept."""

    def __init__(self, pid: int, root: str = "/proc") -> None:
        self._folder = f"{root}/{pid}/task"
        self._threads: list[str] = []
        self._links = -1
        self._read_times = 0
        self._files: dict[str, int] = {}
        self._lines: dict[str, bytes] = {}
        self._last: dict[str, float] = {}
        self._total_s = 0.0

    def read(self) -> float | None:
        """Return how much the waits have grown since the first reading; None if the process cannot be read.

        A thread is counted from when it is first seen, from zero: all that it waited, it waited since then.
        """
        try:
            threads = self._listed()
        except OSError:
            self.close()
            return None
        first = not self._last
        for thread in threads:
            line = self._read_thread(thread)
            if line is None or line == self._lines.get(thread):  # as of most threads, most of the time
                continue
            self._lines[thread] = line
            waited = waited_s(line)
            if waited is None:
                continue
            before = self._last.get(thread, waited if first else 0.0)
            self._total_s += max(waited - before, 0.0)
            self._last[thread] = waited
        if len(self._last) > len(threads):
            self._forget(set(self._last).difference(threads))
        return self._total_s if self._last else None

    def close(self) -> None:
        """Close all files."""
        self._forget(set(self._files))

    def _listed(self) -> list[str]:
        """Return the threads; the folder is read anew when its number of links says that there are more or fewer.

        One may have begun as another ended, so that it is read every so often all the same. Reading it each 10 ms was
        half of what a sample cost.
        """
        links = os.stat(self._folder).st_nlink  # noqa: PTH116 - each 10 ms; Path costs four times as much
        if links != self._links or not self._read_times % _LISTED_EVERY:
            self._links = links
            self._threads = os.listdir(self._folder)  # noqa: PTH208 - as above
        self._read_times += 1
        return self._threads

    def _read_thread(self, thread: str) -> bytes | None:
        try:
            file = self._files.get(thread)
            if file is None:
                file = os.open(f"{self._folder}/{thread}/schedstat", os.O_RDONLY | os.O_CLOEXEC)
                self._files[thread] = file
            return os.pread(file, _LINE_BYTES, 0)
        except OSError:  # the thread has ended since the folder was read
            self._links = -1
            return None

    def _forget(self, threads: set[str]) -> None:
        for thread in threads:
            self._last.pop(thread, None)
            self._lines.pop(thread, None)
            file = self._files.pop(thread, None)
            if file is not None:
                with contextlib.suppress(OSError):
                    os.close(file)
