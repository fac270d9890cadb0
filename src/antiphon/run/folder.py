"""A run's folder: `run.json`, `results.jsonl` and `history`, appended as things finish: a kill loses nothing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

import msgspec

from antiphon.core.errors import UsageError
from antiphon.core.redaction import Redactor
from antiphon.history.entries import AnyEntry
from antiphon.history.record import decode, encode, header
from antiphon.history.redaction import redacted_all
from antiphon.run.results import RunSummary, ScenarioResult

KEPT_RUNS = 20
RUN = "run.json"
RESULTS = "results.jsonl"
HISTORY = "history"
_RUNS = Path(".antiphon") / "runs"


class NoSuchRun(UsageError):
    """A run was asked for that is not in the folder."""

    def __init__(self, run_id: str, known: Sequence[str]) -> None:
        super().__init__(run_id)
        self.run_id = run_id
        self.known = tuple(known)

    def __str__(self) -> str:
        return f"there is no run `{self.run_id}` here" if self.run_id else "there is no run here"

    @property
    def hint(self) -> str:
        """What to do next."""
        return f"the last runs: {', '.join(self.known[:5])}" if self.known else "play one: `antiphon run`"


class RunFolder:
    """The folder of one run that is under way."""

    def __init__(self, path: Path, redactor: Redactor) -> None:
        self.path = path
        self._redactor = redactor
        path.mkdir(parents=True, exist_ok=True)
        self._history = (path / HISTORY).open("wb")
        self._history.write(header())
        self._results = (path / RESULTS).open("wb")

    @classmethod
    def made(cls, here: Path, run_id: str, redactor: Redactor) -> RunFolder:
        """Return the folder of a new run below `here`, and let go of the oldest runs."""
        runs = here / _RUNS
        runs.mkdir(parents=True, exist_ok=True)
        ignore = here / ".antiphon" / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n")
        for old in sorted((path for path in runs.iterdir() if path.is_dir()), key=_age)[: -(KEPT_RUNS - 1)]:
            shutil.rmtree(old, ignore_errors=True)
        return cls(runs / run_id, redactor)

    def write_summary(self, summary: RunSummary) -> None:
        """Replace `run.json`, as a whole or not at all."""
        data = msgspec.json.format(self._redactor.data(msgspec.json.encode(summary)), indent=2)
        part = self.path / f"{RUN}.part"
        part.write_bytes(data + b"\n")
        part.replace(self.path / RUN)

    def add(self, result: ScenarioResult, entries: Sequence[AnyEntry]) -> None:
        """Append a finished scenario and its history, and see to it that they are on the disk."""
        self.add_entries(entries)
        self._results.write(self._redactor.data(msgspec.json.encode(result)) + b"\n")
        self._results.flush()
        os.fsync(self._results.fileno())

    def add_entries(self, entries: Sequence[AnyEntry]) -> None:
        """Append entries to the history."""
        if entries:
            self._history.write(encode(redacted_all(entries, self._redactor)))
            self._history.flush()

    def close(self) -> None:
        """Close the files."""
        self._history.close()
        self._results.close()


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
        """Return `run.json`."""
        return msgspec.json.decode((self.path / RUN).read_bytes(), type=RunSummary)

    def results(self) -> tuple[ScenarioResult, ...]:
        """Return every finished scenario; a last line that was cut off by a kill is left out."""
        found = []
        for line in (self.path / RESULTS).read_bytes().splitlines():
            try:
                found.append(msgspec.json.decode(line, type=ScenarioResult))
            except msgspec.DecodeError:
                break
        return tuple(found)

    def entries(self) -> tuple[AnyEntry, ...]:
        """Return the history as far as it was written."""
        entries, _ = decode((self.path / HISTORY).read_bytes())
        return tuple(entries)


def _age(path: Path) -> float:
    try:
        return (path / RESULTS).stat().st_mtime if (path / RESULTS).exists() else path.stat().st_mtime
    except OSError:
        return 0.0
