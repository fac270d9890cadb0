"""SQLite: the file is only read, whatever a query tries."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from antiphon.language.sqltext import SqlText, read_sql
from antiphon.probe.asking import CannotProbe, QueryProblem
from antiphon.probe.sqlite import SqliteDatabase
from antiphon.ticking.real import RealClock


def sql(text: str) -> SqlText:
    read = read_sql(text)
    assert isinstance(read, SqlText)
    return read


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "target.sqlite3"


@pytest.fixture
def writer(path: Path) -> Iterator[sqlite3.Connection]:
    """The target, which has its database open and writes to it."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("CREATE TABLE t (n)")
    yield connection
    connection.close()


async def test_what_was_committed_is_seen_at_once_and_nothing_else(path: Path, writer: sqlite3.Connection) -> None:
    database = SqliteDatabase(str(path), RealClock())
    counted = sql("SELECT count(*) AS n FROM t")
    writer.execute("INSERT INTO t VALUES (1)")
    assert await database.rows(counted, {}) == [{"n": 1}]
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("INSERT INTO t VALUES (2)")
    assert await database.rows(counted, {}) == [{"n": 1}]
    writer.execute("COMMIT")
    assert await database.rows(counted, {}) == [{"n": 2}]


@pytest.mark.parametrize(
    "text",
    [
        "SELECT load_extension('x')",
        "SELECT * FROM pragma_journal_mode",
        "SELECT writefile('x', 'y')",
    ],
)
async def test_nothing_but_reading_is_allowed(path: Path, writer: sqlite3.Connection, text: str) -> None:
    with pytest.raises(QueryProblem, match="the database refuses the query"):
        await SqliteDatabase(str(path), RealClock()).rows(sql(text), {})
    assert writer.execute("PRAGMA journal_mode").fetchone() == ("wal",)


@pytest.mark.parametrize("statement", ["ATTACH ':memory:' AS other", "DELETE FROM t", "PRAGMA journal_mode = DELETE"])
async def test_a_statement_that_changes_is_refused_even_where_the_reader_of_sql_did_not_see_it(
    path: Path, writer: sqlite3.Connection, statement: str
) -> None:
    writer.execute("INSERT INTO t VALUES (1)")
    with pytest.raises(QueryProblem, match="the database refuses the query"):
        await SqliteDatabase(str(path), RealClock()).rows(SqlText((statement,), ()), {})
    assert writer.execute("SELECT count(*) FROM t").fetchone() == (1,)


async def test_a_file_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    path = tmp_path / "nowhere.sqlite3"
    with pytest.raises(CannotProbe, match="there is no database file"):
        await SqliteDatabase(str(path), RealClock()).rows(sql("SELECT 1"), {})
    assert not path.exists()


async def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    path = tmp_path / "text"
    path.write_text("no database at all, but long enough to be looked at" * 20)
    with pytest.raises(CannotProbe, match="is no SQLite database"):
        await SqliteDatabase(str(path), RealClock()).rows(sql("SELECT * FROM t"), {})


async def test_a_value_that_sqlite_does_not_know_is_told(path: Path, writer: sqlite3.Connection) -> None:
    assert writer
    with pytest.raises(QueryProblem, match="the query"):
        await SqliteDatabase(str(path), RealClock()).rows(sql("SELECT :x AS x"), {"x": {"a": 1}})
