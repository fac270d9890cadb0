"""What a database is asked and what it answers, whichever it is."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import orjson

from antiphon.core.errors import EnvironmentProblem
from antiphon.core.source import Source
from antiphon.language.sqltext import SqlText

MOST_ROWS = 1_000
LARGEST_ANSWER_BYTES = 8_000_000
LONGEST_S = 5.0
_LARGEST = 2**63 - 1


@dataclass(eq=False, kw_only=True)
class CannotProbe(EnvironmentProblem):
    """The database cannot be asked at all."""

    sentence: str
    advice: str = ""
    source: Source | None = None

    def __str__(self) -> str:
        return self.sentence

    @property
    def hint(self) -> str | None:
        """What to do next."""
        return self.advice or None


class QueryProblem(Exception):
    """The database answered this query with something else than rows that can be judged."""

    def __init__(self, sentence: str, hint: str = "") -> None:
        """Say what happened, and what to do next."""
        super().__init__(sentence)
        self.hint = hint


class Database(Protocol):
    """A database that can be asked."""

    async def rows(self, sql: SqlText, values: Mapping[str, object]) -> list[dict[str, object]]:
        """Return the rows of a query, each a map of its columns, as JSON knows values.

        Raises:
            CannotProbe: It cannot be reached, or refuses the one who asks.
            QueryProblem: It refuses the query, took too long, or gave more than may be kept.
        """
        ...

    def close(self) -> None:
        """Let go of every connection."""
        ...


def as_rows(columns: Sequence[str], found: Sequence[Sequence[object]]) -> list[dict[str, object]]:
    """Return rows as maps.

    Raises:
        QueryProblem: There are too many, they are too large, or two columns have one name.
    """
    if len(found) > MOST_ROWS:
        raise QueryProblem(f"the query gives more than {MOST_ROWS:,} rows", "add a LIMIT, or count them")
    twice = next((name for index, name in enumerate(columns) if name in columns[:index]), None)
    if twice is not None:
        raise QueryProblem(f"two columns are called `{twice}`", "name one of them otherwise: ... AS another_name")
    rows = [dict(zip(columns, map(plain, row), strict=True)) for row in found]
    if len(as_json(rows)) > LARGEST_ANSWER_BYTES:
        raise QueryProblem(f"the rows have more than {LARGEST_ANSWER_BYTES // 1_000_000} MB", "ask for fewer columns")
    return rows


def as_json(value: object) -> bytes:
    """Return a value as JSON."""
    return orjson.dumps(plain(value))


def plain(value: Any) -> object:
    """Return a value as JSON knows it: bytes in hexadecimal, times as ISO 8601, what is no number there as text."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value if -_LARGEST <= value <= _LARGEST else str(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, Mapping):
        return {str(name): plain(each) for name, each in value.items()}
    iso = getattr(value, "isoformat", None)
    return iso() if callable(iso) else str(value)
