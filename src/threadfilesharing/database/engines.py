"""Connections to the database: one that writes and a few that read, for SQLite and for PostgreSQL.

The application is the only writer of its database, and what it remembers of people and tokens is true only as long as
nobody else writes. A second process on the same SQLite file has the same data folder; on PostgreSQL, where the folder
says nothing, the writer holds an advisory lock for as long as it is connected.
"""

from functools import partial
from typing import Any

from sqlalchemy import URL, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from threadfilesharing.database.onetrip import connect

ONE_WRITER = 0x7466_7331
"""The first key of the advisory lock, the second is the schema; PostgreSQL keeps such locks apart by database."""
LOCK_WAIT_S = 5
"""As long as a connection of a killed server may take to be noticed."""
POOL_WAIT_S = 10
READERS_OF_A_FILE = 4
READERS_OF_A_SERVER = 8
"""More than one Python process can keep busy; PostgreSQL's own limit is 100 by default."""

_LOCK_NOT_AVAILABLE = "55P03"
_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+asyncpg",
    "postgres": "postgresql+asyncpg",
}


class DatabaseProblem(Exception):
    """The database cannot be used."""


def database_url(text: str) -> URL:
    """Return a database's URL with the driver that is used here.

    Raises:
        DatabaseProblem: It is no URL, or names a database that is not spoken here.
    """
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise DatabaseProblem("DATABASE_URL is no URL, such as postgresql://user:password@host/name") from None
    driver = _DRIVERS.get(url.drivername.partition("+")[0])
    if driver is None:
        raise DatabaseProblem(f"`{url.drivername}` is not spoken: SQLite and PostgreSQL are")
    return url.set(drivername=driver)


def make_engines(text: str, *, loose: bool) -> tuple[AsyncEngine, AsyncEngine]:
    """Return the engine that writes and the one that reads.

    Args:
        text: The database's URL.
        loose: Do not wait for the disk at each commit.

    Raises:
        DatabaseProblem: The URL cannot be used.
    """
    url = database_url(text)
    if url.get_backend_name() == "sqlite":
        return _sqlite(url, size=1, loose=loose), _sqlite(url, size=READERS_OF_A_FILE, loose=loose)
    try:
        return _writer(url, loose=loose), _reader(url)
    except ModuleNotFoundError:
        raise DatabaseProblem("PostgreSQL needs asyncpg: pip install 'antiphon[demo]'") from None


def in_one_line(error: BaseException) -> str:
    """Return what a database or its driver says of a problem, in one line and without the URL."""
    told = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    if getattr(told, "sqlstate", None) == _LOCK_NOT_AVAILABLE:
        return "another ThreadFileSharing serves from it"
    text = str(told).strip() or type(told).__name__
    return text.splitlines()[0].rpartition(">: ")[2]


UNUSABLE = (SQLAlchemyError, OSError)
"""What is raised by a database that cannot be reached, or refuses."""


def _sqlite(url: URL, *, size: int, loose: bool) -> AsyncEngine:
    engine = create_async_engine(
        url,
        pool_size=size,
        max_overflow=0,
        # A query leaves nothing behind to roll back here: SQLite begins a transaction at the first change.
        pool_reset_on_return=None,
        async_creator=partial(connect, url.database or ":memory:", in_place=loose),
    )
    synchronous = "OFF" if loose else "NORMAL"

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute(f"PRAGMA synchronous={synchronous}")
        cursor.execute("PRAGMA busy_timeout=10000")
        cursor.execute("PRAGMA secure_delete=ON")
        cursor.close()

    return engine


def _writer(url: URL, *, loose: bool) -> AsyncEngine:
    server_settings = {"application_name": "threadfilesharing writer", "jit": "off"}
    if loose:
        server_settings["synchronous_commit"] = "off"
    engine = create_async_engine(
        url,
        pool_size=1,
        max_overflow=0,
        # Each change ends with a commit or a rollback of its own.
        pool_reset_on_return=None,
        connect_args={"server_settings": server_settings, "timeout": POOL_WAIT_S},
    )

    @event.listens_for(engine.sync_engine, "connect")
    def be_the_only_one(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        cursor.execute(f"SET lock_timeout = '{LOCK_WAIT_S}s'")
        cursor.execute(f"SELECT pg_advisory_lock({ONE_WRITER}, hashtext(current_schema()))")
        cursor.execute("SET lock_timeout = 0")
        cursor.close()
        # Settings that a transaction makes are gone when it is rolled back.
        connection.commit()

    return engine


def _reader(url: URL) -> AsyncEngine:
    return create_async_engine(
        url,
        pool_size=READERS_OF_A_SERVER,
        max_overflow=0,
        pool_timeout=POOL_WAIT_S,
        # One trip for each query in place of three: each sees what is committed when it begins, as in SQLite.
        isolation_level="AUTOCOMMIT",
        pool_reset_on_return=None,
        connect_args={
            "server_settings": {
                "application_name": "threadfilesharing reader",
                "default_transaction_read_only": "on",
                "jit": "off",
            },
            "timeout": POOL_WAIT_S,
        },
    )
