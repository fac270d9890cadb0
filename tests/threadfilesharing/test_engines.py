"""The connections to both kinds of database, and what is said where there is none."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError
from tests.tools.cluster import Cluster

from threadfilesharing.database import engines
from threadfilesharing.database.engines import DatabaseProblem, database_url
from threadfilesharing.database.store import Store
from threadfilesharing.database.tables import companies, outbox

COMPANY = {"id": "c", "name": "Company", "used_bytes": 0, "limit_bytes": 0, "last_event_id": 0, "created_at": "now"}


@pytest.fixture
def url(database: Callable[[str], str], tmp_path: Path) -> str:
    return database(str(tmp_path)) or f"sqlite:///{tmp_path / 'db.sqlite3'}"


@pytest.mark.parametrize(
    ("given", "driver"),
    [
        ("sqlite:///file", "sqlite+aiosqlite"),
        ("postgres://u:p@h/d", "postgresql+asyncpg"),
        ("postgresql://u:p@h/d", "postgresql+asyncpg"),
        ("postgresql+asyncpg://u:p@h/d", "postgresql+asyncpg"),
    ],
)
def test_a_url_may_leave_the_driver_out(given: str, driver: str) -> None:
    assert database_url(given).drivername == driver


@pytest.mark.parametrize(
    ("given", "says"), [("mysql://h/d", "`mysql` is not spoken"), ("nonsense", "DATABASE_URL is no URL")]
)
def test_another_database_is_refused_in_words(given: str, says: str) -> None:
    with pytest.raises(DatabaseProblem, match=says):
        database_url(given)


async def test_changes_of_many_at_once_are_numbered_and_told_in_one_order(url: str) -> None:
    told: list[int] = []
    store = Store(url, lambda _company, acts: told.extend(act.event_id for act in acts))
    await store.open()
    try:
        async with store.write(None) as work:
            await work.run(insert(companies), COMPANY)

        async def change(number: int) -> None:
            async with store.write("c") as work:
                await work.lasting("changed", ["room"], {"number": number})
                if number % 5 == 0:
                    raise ZeroDivisionError

        done = await asyncio.gather(*(change(number) for number in range(1, 51)), return_exceptions=True)
        assert sum(isinstance(each, ZeroDivisionError) for each in done) == 10
        assert told == list(range(1, 41)), "what is taken back leaves no gap and is told nobody"
        rows = await store.all(select(outbox.c.event_id).order_by(outbox.c.event_id))
        assert [row[0] for row in rows] == told
    finally:
        await store.close()


async def test_a_reader_sees_each_change_as_soon_as_it_is_made_and_may_change_nothing(url: str) -> None:
    store = Store(url, lambda *_: None)
    await store.open()
    try:
        async with store.write(None) as work:
            await work.run(insert(companies), COMPANY)
            assert await store.first(select(companies)) is None
        assert await store.first(select(companies)) is not None
        assert await store.answers()
        if url.startswith("postgresql"):
            with pytest.raises(DBAPIError, match="read-only"):
                await store.all(text("DELETE FROM companies RETURNING id"))
    finally:
        await store.close()


@pytest.mark.needs("initdb")
async def test_a_second_server_on_the_same_schema_is_refused(cluster: Cluster, monkeypatch: Any) -> None:
    monkeypatch.setattr(engines, "LOCK_WAIT_S", 0.1)
    shared, other = cluster.database("of_two_servers"), cluster.database("of_another_server")
    first, second, third = (Store(url, lambda *_: None) for url in (shared, shared, other))
    await first.open()
    try:
        with pytest.raises(DatabaseProblem, match="another ThreadFileSharing serves from it"):
            await second.open()
        await third.open()
    finally:
        await first.close()
        await third.close()
    await second.open()
    await second.close()


@pytest.mark.needs("initdb")
async def test_a_server_that_is_not_there_or_refuses_is_told_in_one_line_without_the_password(cluster: Cluster) -> None:
    wrong = cluster.database("of_nobody").replace(cluster.password, "not-the-password")
    store = Store(wrong, lambda *_: None)
    with pytest.raises(DatabaseProblem) as refused:
        await store.open()
    assert str(refused.value) == 'password authentication failed for user "of_nobody"'
    assert not await store.answers()
    store = Store("postgresql://u:secret-word@127.0.0.1:1/d", lambda *_: None)
    with pytest.raises(DatabaseProblem) as unreachable:
        await store.open()
    assert "\n" not in str(unreachable.value)
    assert "secret-word" not in str(unreachable.value)
    await store.close()
