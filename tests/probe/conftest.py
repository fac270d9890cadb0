"""What the tests of both databases share: the same table in each, and how one asks."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from tests.tools.cluster import Cluster

from antiphon.language.sqltext import SqlText, read_sql
from antiphon.net.allow import AllowList
from antiphon.probe.asking import Database
from antiphon.probe.opening import open_database
from antiphon.ticking.real import RealClock

TABLE = "CREATE TABLE things (id VARCHAR(36), n INTEGER, price REAL, open BOOLEAN, note TEXT)"
FILLED = "INSERT INTO things VALUES ('a', 1, 1.5, TRUE, 'it''s'), ('b', 2, NULL, FALSE, NULL)"
SCHEMA = "of_probes"

Ask = Callable[..., Awaitable[list[dict[str, object]]]]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.needs("initdb"))])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database with two things in it."""
    if request.param == "sqlite":
        path = tmp_path / "a database.sqlite3"
        with sqlite3.connect(path) as connection:
            connection.execute(TABLE)
            connection.execute(FILLED)
        connection.close()
        return f"sqlite+aiosqlite:///{path}"
    cluster: Cluster = request.getfixturevalue("cluster")
    found = cluster.database(SCHEMA)
    things = f"{SCHEMA}.things"
    made = f"{TABLE}; {FILLED}; ALTER TABLE {things} OWNER TO {SCHEMA}".replace("TABLE things", f"TABLE {things}")
    cluster.sql(f"DROP TABLE IF EXISTS {things}; " + made.replace("INTO things", f"INTO {things}"))
    return found


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    """The same database, opened."""
    opened = open_database(url, AllowList(()), RealClock())
    yield opened
    opened.close()


@pytest.fixture
def ask(database: Database) -> Ask:
    """How one asks it."""

    async def asked(text: str, **values: object) -> list[dict[str, object]]:
        sql = read_sql(text)
        assert isinstance(sql, SqlText), sql
        return await database.rows(sql, values)

    return asked
