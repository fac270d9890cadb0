"""SQLite: the file is opened to be read, and nothing but reading is allowed on it."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from antiphon.core.clock import Clock
from antiphon.core.durations import duration_text
from antiphon.core.text import visible
from antiphon.language.sqltext import SqlText
from antiphon.probe.asking import LONGEST_S, MOST_ROWS, CannotProbe, QueryProblem, as_rows

_ALLOWED = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE})
_STEPS_BETWEEN_LOOKS = 10_000


class SqliteDatabase:
    """A file, opened anew for each query: between queries nothing of it is held."""

    def __init__(self, path: str, clock: Clock, *, limit_s: float = LONGEST_S) -> None:
        """Take the file's path; it is not opened yet."""
        self._path = path
        self._clock = clock
        self._limit_s = limit_s

    async def rows(self, sql: SqlText, values: Mapping[str, object]) -> list[dict[str, object]]:
        """Return the rows of a query.

        Raises:
            CannotProbe: The file is not there, or is no database.
            QueryProblem: It refuses the query, took too long, or gave too much.
        """
        return await asyncio.to_thread(self._ask, sql, dict(values))

    def close(self) -> None:
        """Hold nothing, which is always so."""

    def _ask(self, sql: SqlText, values: dict[str, object]) -> list[dict[str, object]]:
        if not Path(self._path).is_file():
            raise CannotProbe(sentence=f"there is no database file {self._path}", advice="is the URL right?")
        deadline_s = self._clock.now_s() + self._limit_s
        connection = sqlite3.connect(
            f"file:{quote(str(Path(self._path).absolute()))}?mode=ro", uri=True, timeout=self._limit_s
        )
        try:
            connection.execute("PRAGMA query_only = ON")
            connection.set_progress_handler(lambda: self._clock.now_s() > deadline_s, _STEPS_BETWEEN_LOOKS)
            connection.set_authorizer(lambda action, *_: _verdict(action))
            cursor = connection.execute(sql.text, values)
            columns = [str(column[0]) for column in cursor.description or ()]
            return as_rows(columns, cursor.fetchmany(MOST_ROWS + 1))
        except sqlite3.OperationalError as error:
            if "interrupted" in str(error):
                raise QueryProblem(f"the query gave no answer within {duration_text(self._limit_s)}") from None
            raise QueryProblem(f"the database refuses the query: {visible(str(error))}") from None
        except sqlite3.DatabaseError as error:
            if "not a database" in str(error):
                raise CannotProbe(sentence=f"{self._path} is no SQLite database") from None
            raise QueryProblem(f"the database refuses the query: {visible(str(error))}") from None
        except (sqlite3.Error, sqlite3.Warning, OverflowError, ValueError) as error:
            raise QueryProblem(f"the query cannot be asked: {visible(str(error))}") from None
        finally:
            connection.close()


def _verdict(action: int) -> int:
    return sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY
