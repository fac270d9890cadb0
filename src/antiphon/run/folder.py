"""A run's folder: `run.json`, `results.jsonl` and `history`, appended as things finish: a kill loses nothing."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from antiphon.core.errors import UsageError
from antiphon.core.redaction import Redactor
from antiphon.core.text import listed
from antiphon.history.entries import AnyEntry
from antiphon.history.record import LeavesOut, decode, encode, header
from antiphon.history.redaction import redacted_all
from antiphon.history.stream import Contents, contents_of, in_order
from antiphon.run.results import RunSummary, ScenarioResult

KEPT_RUNS = 20
RUN = "run.json"
RESULTS = "results.jsonl"
HISTORY = "history"
INTEGRATION = "integration.jsonl"
_MOST_TOLD = 1000
_RUNS = Path(".antiphon") / "runs"


class NoSuchRun(UsageError):
    """A run was asked for that is not in the folder."""

    def __init__(self, run_id: str, known: Sequence[str]) -> None:
        super().__init__(run_id)
        self.run_id = run_id
        self.known = tuple(known)

    def __str__(self) -> str:
        if len([name for name in self.known if self.run_id and name.startswith(self.run_id)]) > 1:
            return f"several runs begin with `{self.run_id}`"
        return f"there is no run `{self.run_id}` here" if self.known else "there is no run here"

    @property
    def hint(self) -> str:
        """What to do next."""
        meant = [name for name in self.known if self.run_id and name.startswith(self.run_id)]
        if meant:
            return f"say which: {listed(meant)}"
        return f"the last runs: {', '.join(self.known[:5])}" if self.known else "play one: `antiphon run`"


@dataclass(eq=False, kw_only=True)
class CannotKeep(UsageError):
    """The folder for a run cannot be made here."""

    folder: Path
    why: str

    def __str__(self) -> str:
        return f"the run's folder cannot be made: {self.folder}: {self.why}"

    @property
    def hint(self) -> str:
        """What to do next."""
        return "run where you may write: what a run finds is kept below the current folder"


@dataclass(eq=False, kw_only=True)
class UnreadableRun(UsageError):
    """A run's folder holds something else than a run."""

    path: Path
    why: str

    def __str__(self) -> str:
        return f"{self.path} cannot be read: {self.why}"

    @property
    def hint(self) -> str:
        """What to do next."""
        return "was it written by another version, or changed by hand?"


class RunFolder:
    """The folder of one run that is under way."""

    def __init__(self, path: Path, redactor: Redactor) -> None:
        self.path = path
        self._redactor = redactor
        path.mkdir(parents=True)
        self._results = (path / RESULTS).open("wb")
        # Held until the end, whatever it is: other runs let go of old folders, and must not take one that is written.
        fcntl.flock(self._results, fcntl.LOCK_EX)
        self._history = (path / HISTORY).open("wb")
        self._history.write(header())
        self._integration: BinaryIO | None = None
        self._told: list[bytes] = []

    @classmethod
    def made(cls, here: Path, run_id: str, redactor: Redactor) -> RunFolder:
        """Return the folder of a new run below `here`, and let go of the oldest runs.

        Raises:
            CannotKeep: It cannot be made.
        """
        runs = here / _RUNS
        try:
            runs.mkdir(parents=True, exist_ok=True)
            ignore = here / ".antiphon" / ".gitignore"
            if not ignore.exists():
                ignore.write_text("*\n")
            made = cls(runs / run_id, redactor)
            finished = [path for path in runs.iterdir() if path.is_dir() and not _is_written(path)]
        except OSError as error:
            raise CannotKeep(folder=runs / run_id, why=(error.strerror or str(error)).lower()) from None
        for old in sorted(finished, key=_age)[: -(KEPT_RUNS - 1)]:
            shutil.rmtree(old, ignore_errors=True)
        return made

    def write_summary(self, summary: RunSummary) -> None:
        """Replace `run.json`, as a whole or not at all."""
        data = msgspec.json.format(self._redactor.data(msgspec.json.encode(summary)), indent=2)
        part = self.path / f"{RUN}.part"
        part.write_bytes(data + b"\n")
        part.replace(self.path / RUN)

    def add(self, result: ScenarioResult, entries: Sequence[AnyEntry]) -> None:
        """Append a finished scenario and its history: whatever becomes of this process, they are kept.

        Flushed to the system, not to the disk: `fsync` took 10 to 25 ms a scenario on a busy machine, for which the
        loop stood still that takes the stamps; and what it saves is lost only where the machine itself falls.
        """
        self.add_entries(entries)
        self._results.write(self._redactor.data(msgspec.json.encode(result)) + b"\n")
        self._results.flush()
        self._write_integration()

    def add_entries(self, entries: Sequence[AnyEntry]) -> None:
        """Append entries to the history."""
        if entries:
            self._history.write(encode(redacted_all(entries, self._redactor)))
            self._history.flush()

    def add_integration(self, entity: Mapping[str, Any]) -> None:
        """Append an event of integration, written with the next result; a later line of its id takes its place."""
        self._told.append(msgspec.json.encode(entity))
        if len(self._told) >= _MOST_TOLD:
            self._write_integration()

    def _write_integration(self) -> None:
        if not self._told:
            return
        if self._integration is None:
            self._integration = (self.path / INTEGRATION).open("wb")
        self._integration.write(self._redactor.data(b"\n".join((*self._told, b""))))  # at once: each look costs
        self._integration.flush()
        self._told.clear()

    def close(self) -> None:
        """Close the files."""
        self._write_integration()
        if self._integration is not None:
            self._integration.close()
        self._history.close()
        self._results.close()


class Streamed(msgspec.Struct, frozen=True, kw_only=True):
    """A history that is being read.

    Attributes:
        contents: What there is of it, and why there is no more, if it is damaged.
        entries: All of it, some at a time.
    """

    contents: Contents
    entries: Iterator[Sequence[AnyEntry]]


class StoredRun:
    """A run's folder that is read."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def found(cls, here: Path, run_id: str) -> StoredRun:
        """Return the run whose id begins so; `last` or nothing is the newest.

        Raises:
            NoSuchRun: There is none, or several begin so.
        """
        runs = here / _RUNS
        paths = sorted((path for path in runs.iterdir() if (path / RUN).is_file()), key=_age) if runs.is_dir() else []
        names = [path.name for path in reversed(paths)]
        if paths and run_id in ("", "last"):
            return cls(paths[-1])
        matching = [path for path in paths if path.name.startswith(run_id)] if run_id else []
        if len(matching) != 1:
            raise NoSuchRun(run_id, names)
        return cls(matching[0])

    def summary(self) -> RunSummary:
        """Return `run.json`.

        Raises:
            UnreadableRun: It is no summary of a run.
        """
        try:
            return msgspec.json.decode((self.path / RUN).read_bytes(), type=RunSummary)
        except (msgspec.DecodeError, OSError) as error:
            raise UnreadableRun(path=self.path / RUN, why=str(error)) from None

    def results(self) -> tuple[ScenarioResult, ...]:
        """Return every finished scenario; a last line that was cut off by a kill is left out.

        What a run learned of a scenario later, as what laws found in it, stands in a later line of its name.

        Raises:
            UnreadableRun: The file is missing.
        """
        found: dict[str, ScenarioResult] = {}
        for line in self._bytes(RESULTS).splitlines():
            try:
                result = msgspec.json.decode(line, type=ScenarioResult)
            except msgspec.DecodeError:
                break
            found[result.id] = result
        return tuple(found.values())

    def entries(self, leaves_out: LeavesOut | None = None) -> tuple[AnyEntry, ...]:
        """Return the history as far as it was written.

        Args:
            leaves_out: Whether what stands together in the file is passed over; nothing is if it is not given.

        Raises:
            UnreadableRun: The file is missing.
        """
        entries, _ = decode(self._bytes(HISTORY), leaves_out)
        return tuple(entries)

    @contextmanager
    def streamed(self) -> Iterator[Streamed]:
        """Let the history be read in the order of its entries, with as much of it in memory as overlaps.

        Raises:
            UnreadableRun: The file is missing.
        """
        try:
            file = (self.path / HISTORY).open("rb")
        except OSError as error:
            raise UnreadableRun(path=self.path / HISTORY, why=(error.strerror or str(error)).lower()) from None
        with file:

            def read(at: int, count: int) -> bytes:
                file.seek(at)
                return file.read(count)

            contents = contents_of(read)
            yield Streamed(contents=contents, entries=in_order(read, contents))

    def _bytes(self, name: str) -> bytes:
        try:
            return (self.path / name).read_bytes()
        except OSError as error:
            raise UnreadableRun(path=self.path / name, why=(error.strerror or str(error)).lower()) from None


def _is_written(path: Path) -> bool:
    """Return whether a run is writing to this folder at this moment, in this process or another."""
    try:
        with (path / RESULTS).open("rb") as results:
            fcntl.flock(results, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def _age(path: Path) -> float:
    try:
        return (path / RESULTS).stat().st_mtime if (path / RESULTS).exists() else path.stat().st_mtime
    except OSError:
        return 0.0
