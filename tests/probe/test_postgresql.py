"""PostgreSQL: types as scenarios know them, a transaction that may only read, and only where it is allowed."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

import pytest
from tests.tools.cluster import Cluster

from antiphon.language.sqltext import SqlText, read_sql
from antiphon.net.allow import AllowList
from antiphon.probe.asking import CannotProbe, Database, QueryProblem
from antiphon.probe.opening import open_database
from antiphon.ticking.real import RealClock

pytestmark = pytest.mark.needs("initdb")


def sql(text: str) -> SqlText:
    read = read_sql(text)
    assert isinstance(read, SqlText)
    return read


@pytest.fixture
async def database(cluster: Cluster) -> AsyncIterator[Database]:
    opened = open_database(cluster.database("of_types"), AllowList(()), RealClock())
    yield opened
    opened.close()


async def test_types_that_json_lacks_are_texts_in_both_directions(database: Database) -> None:
    text = """
        SELECT :id::uuid AS id, :at::timestamptz AS at, :day::date AS day, :sum::numeric AS sum, :n::bigint AS n,
               :data::jsonb AS data, :yes::boolean AS yes, :raw::bytea AS raw, ARRAY[1, 2] AS list, 'x'::name AS name,
               :half::float8 AS half
    """
    values: dict[str, object] = {
        "id": "00000000-0000-4000-8000-000000000000",
        "at": "2026-01-31T12:00:00.5Z",
        "day": "2026-01-31",
        "sum": 12.5,
        "n": 2**40,
        "data": '{"a": [1]}',
        "yes": True,
        "raw": "\\x00ff",
        "half": 0.5,
    }
    assert await database.rows(sql(text), values) == [
        {
            "id": "00000000-0000-4000-8000-000000000000",
            "at": "2026-01-31T12:00:00.500000+00:00",
            "day": "2026-01-31",
            "sum": 12.5,
            "n": 2**40,
            "data": {"a": [1]},
            "yes": True,
            "raw": "\\x00ff",
            "list": [1, 2],
            "name": "x",
            "half": 0.5,
        }
    ]


@pytest.mark.parametrize(
    "text",
    [
        "SELECT set_config('transaction_read_only', 'off', true)",
        "SELECT nextval('pg_catalog.pg_class_oid_seq')",
        "SELECT pg_read_file('/etc/passwd')",
        "SELECT :n::uuid",
    ],
)
async def test_a_query_that_would_do_more_than_read_is_refused(database: Database, text: str) -> None:
    with pytest.raises(QueryProblem, match=r"the database refuses the query: |the query cannot be asked: "):
        await database.rows(sql(text), {"n": "no uuid"} if ":n" in text else {})
    assert await database.rows(sql("SELECT current_setting('transaction_read_only') AS only"), {}) == [{"only": "on"}]


async def test_two_statements_are_refused_by_the_server_too(database: Database) -> None:
    with pytest.raises(QueryProblem, match="multiple commands"):
        await database.rows(SqlText(("SELECT 1; SELECT 2",), ()), {})


async def test_a_connection_that_the_server_ended_is_told_and_the_next_query_makes_another(
    cluster: Cluster, database: Database
) -> None:
    pid = sql("SELECT pg_backend_pid() AS pid")
    before = await database.rows(pid, {})
    cluster.sql(f"SELECT pg_terminate_backend({before[0]['pid']})")
    with contextlib.suppress(CannotProbe, QueryProblem):
        # Whether it is missed before or while it is asked hangs on when its end is seen.
        await database.rows(pid, {})
    assert await database.rows(pid, {}) != before


async def test_a_wrong_password_is_told_without_the_password(cluster: Cluster) -> None:
    url = cluster.database("of_types").replace(cluster.password, "not-the-password")
    with pytest.raises(CannotProbe) as refused:
        await open_database(url, AllowList(()), RealClock()).rows(sql("SELECT 1"), {})
    assert str(refused.value) == (
        f'the database at 127.0.0.1:{cluster.port} cannot be asked: password authentication failed for user "of_types"'
    )


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("postgresql://u:p@192.0.2.1/d", "192.0.2.1"),
        ("postgresql://u:p@169.254.169.254/d", "link-local"),
        ("postgresql://u:p@127.0.0.1:1/d", "cannot be asked"),
        ("postgresql://u:p@127.0.0.1/d?sslmode=verify-most", "sslmode"),
    ],
)
async def test_a_host_that_is_not_allowed_or_not_there_is_not_asked(url: str, says: str) -> None:
    with pytest.raises(CannotProbe, match=says):
        await open_database(url, AllowList(()), RealClock()).rows(sql("SELECT 1"), {})
