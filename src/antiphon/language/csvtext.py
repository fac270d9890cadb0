"""CSV files as RFC 4180 has them: columns named by the first line, every value a text, each row with its place."""

from __future__ import annotations

import io
import re

from msgspec import Struct

from antiphon.core.errors import Problems
from antiphon.core.source import Source
from antiphon.core.text import shortened, visible

MOST_ROWS = 1_000
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_LINE_END = re.compile(r"\r\n|\n|\r")


class CsvRow(Struct, frozen=True):
    """One row.

    Attributes:
        values: By the names of the columns, in their order.
        source: The line on which it begins.
    """

    values: dict[str, str]
    source: Source


def read_csv(text: str, path: str, problems: Problems) -> tuple[CsvRow, ...]:
    """Return the rows of a CSV file; none, and the problems noted, if it cannot be used. Empty lines are left out.

    Args:
        text: The file's contents.
        path: As its author would name it; every place carries it.
        problems: Collects what is wrong.
    """
    return _Reader(text.removeprefix("\ufeff"), path, problems).rows()


class _Reader:
    def __init__(self, text: str, path: str, problems: Problems) -> None:
        self.text = text
        self.path = path
        self.problems = problems
        self.lines = _LINE_END.split(text)
        self.found = len(problems)

    def rows(self) -> tuple[CsvRow, ...]:
        records = self._records()
        if not records:
            if len(self.problems) == self.found:
                hint = "the first line names the columns, and each one below it is a row"
                self.problems.mistake("the file is empty", self._at(1), hint)
            return ()
        (first, header), *rest = records
        self._columns(header, first)
        for line, cells in rest:
            if len(cells) != len(header):
                told = f"{len(cells)} value{'s' if len(cells) != 1 else ''} in a row, and {len(header)} columns"
                hint = "a value that is empty keeps its comma"
                if len(cells) > len(header):
                    hint = f'a value that holds a comma stands in quotes: "{visible(cells[-1][:20])}, and more"'
                self.problems.mistake(told, self._at(line), hint)
        if not rest:
            self.problems.mistake("columns, and no row below them", self._at(first), "write a line for each row")
        if len(rest) > MOST_ROWS:
            self.problems.mistake(f"more than {MOST_ROWS:,} rows", self._at(rest[MOST_ROWS][0]), "play fewer of them")
        if len(self.problems) > self.found:
            return ()
        return tuple(CsvRow(dict(zip(header, cells, strict=True)), self._at(line)) for line, cells in rest)

    def _records(self) -> list[tuple[int, list[str]]]:
        """Return each record with the line on which it begins; nothing after the first that cannot be read."""
        import csv  # few suites have such files, and a run's start waits for every import

        reader = csv.reader(io.StringIO(self.text, newline=""), strict=True)
        records: list[tuple[int, list[str]]] = []
        begins = 1
        try:
            for cells in reader:
                if cells:
                    records.append((begins, cells))
                begins = reader.line_num + 1
        except csv.Error as error:
            hint = 'a value with commas, quotes or line breaks stands in quotes, its own quotes doubled: "a ""b"""'
            self.problems.mistake(f"not CSV: {visible(str(error))}", self._at(begins), hint)
            return []
        return records

    def _columns(self, header: list[str], line: int) -> None:
        seen: set[str] = set()
        for name in header:
            if _NAME.fullmatch(name) is None:
                shown = shortened(visible(name), limit=40)
                hint = "letters, digits, `_` and `-`; it begins with a letter"
                if len(header) == 1 and ";" in name:
                    hint = "columns are separated by commas"
                self.problems.mistake(f"`{shown}` cannot name a column", self._at(line), hint)
            elif name in seen:
                self.problems.mistake(f"two columns are called `{name}`", self._at(line), "rename one of them")
            seen.add(name)

    def _at(self, line: int) -> Source:
        return Source(self.path, line, 1, self.lines[line - 1] if line <= len(self.lines) else "")
