"""The one writer, and the readers beside it.

Every change runs in `Store.write`, one at a time: its rows and its events are committed together, and what it does to
the sockets is performed before the next change may begin. So the order of commits, of event numbers and of deliveries
is one and the same, and no two writers could lock each other out.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import orjson
from sqlalchemy import Connection, Executable, Row, bindparam, insert, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from threadfilesharing.database.engines import UNUSABLE, DatabaseProblem, in_one_line, make_engines
from threadfilesharing.database.tables import companies, metadata, outbox
from threadfilesharing.live.acts import Act, Tell
from threadfilesharing.moment import iso

AnyRow = Row[*tuple[Any, ...]]
"""A row of any columns, read by name or by place."""

Perform = Callable[[str, Sequence[Act]], None]
Values = Mapping[str, Any]

# Statements of the hot path are built once: building one takes SQLAlchemy as long as SQLite takes to execute it.
_COUNT_EVENT = (
    update(companies)
    .where(companies.c.id == bindparam("company"))
    .values(last_event_id=companies.c.last_event_id + 1)
    .returning(companies.c.last_event_id)
)
_POST = insert(outbox)
_ONE = text("select 1")


class Work:
    """One change under way: its connection, and what it will say once it is committed."""

    def __init__(self, connection: AsyncConnection, company_id: str | None) -> None:
        self._connection = connection
        self.company_id = company_id
        self.at = iso()
        self.acts: list[Act] = []
        self.after: list[Callable[[], None]] = []
        self._letters: list[dict[str, Any]] = []

    async def run(self, statement: Executable, values: Values | None = None) -> int:
        """Execute a statement and return how many rows it touched."""
        result = await self._connection.execute(statement, values)
        return int(getattr(result, "rowcount", 0))

    async def run_many(self, statement: Executable, rows: Sequence[dict[str, Any]]) -> None:
        """Execute a statement once for each row."""
        if rows:
            await self._connection.execute(statement, rows)

    async def run_each(self, statements: Sequence[Executable], values: Values) -> None:
        """Execute statements that share their values, one after the other."""

        def execute(connection: Connection) -> None:
            for statement in statements:
                connection.execute(statement, values)

        await self._connection.run_sync(execute)

    async def all(self, statement: Executable, values: Values | None = None) -> Sequence[AnyRow]:
        """Return all rows of a query, as this change sees them."""
        return (await self._connection.execute(statement, values)).all()

    async def first(self, statement: Executable, values: Values | None = None) -> AnyRow | None:
        """Return the first row of a query, as this change sees it."""
        return (await self._connection.execute(statement, values)).first()

    async def next_event(self) -> int:
        """Return the number of the next lasting event of this change's company."""
        counted = await self.first(_COUNT_EVENT, {"company": self.company_id})
        assert counted is not None, "a change belongs to a company that exists"  # noqa: S101 - an invariant
        return int(counted[0])

    def tell(self, name: str, rooms: Sequence[str], data: dict[str, Any], event_id: int) -> None:
        """Write a lasting event into the outbox and deliver it after the commit."""
        letter = {**data, "eventId": event_id, "timestamp": self.at}
        self.acts.append(Tell(name=name, rooms=tuple(rooms), data=letter, event_id=event_id))
        self._letters.append(
            {
                "company_id": self.company_id,
                "event_id": event_id,
                "name": name,
                "rooms": orjson.dumps(list(rooms)).decode(),
                "data": orjson.dumps(letter).decode(),
                "created_at": self.at,
            }
        )

    async def lasting(self, name: str, rooms: Sequence[str], data: dict[str, Any]) -> int:
        """Number a lasting event, write it, and deliver it after the commit."""
        event_id = await self.next_event()
        self.tell(name, rooms, data, event_id)
        return event_id

    def ephemeral(self, name: str, rooms: Sequence[str], data: dict[str, Any]) -> None:
        """Deliver an event after the commit, without keeping it."""
        self.acts.append(Tell(name=name, rooms=tuple(rooms), data={**data, "timestamp": self.at}))

    async def write_letters(self) -> None:
        """Put this change's lasting events into the outbox; its last deed before the commit."""
        await self.run_many(_POST, self._letters)


class Store:
    """The database behind one lock for writing."""

    def __init__(self, url: str, perform: Perform, *, loose: bool = False) -> None:
        self._perform = perform
        self._lock = asyncio.Lock()
        self._writer, self._reader = make_engines(url, loose=loose)

    async def open(self) -> None:
        """Make the tables that are not there yet.

        Raises:
            DatabaseProblem: The database cannot be reached or refuses, or another process writes to it.
        """
        try:
            async with self._writer.begin() as connection:
                await connection.run_sync(metadata.create_all)
        except UNUSABLE as error:
            await self.close()
            raise DatabaseProblem(in_one_line(error)) from None

    async def close(self) -> None:
        """Let go of every connection."""
        await self._writer.dispose()
        await self._reader.dispose()

    @asynccontextmanager
    async def write(self, company_id: str | None) -> AsyncIterator[Work]:
        """Make one change: commit it, then perform its acts, or leave no trace of it.

        Args:
            company_id: Whose events the change may cause; empty for a change that causes none, or whose company the
                change itself makes and sets on the `Work`.
        """
        async with self._lock, self._writer.connect() as connection:
            work = Work(connection, company_id)
            try:
                yield work
                await work.write_letters()
                await connection.commit()
            except BaseException:
                await connection.rollback()
                raise
            for remember in work.after:
                remember()
            if work.company_id is not None:
                self._perform(work.company_id, work.acts)

    @asynccontextmanager
    async def still(self) -> AsyncIterator[None]:
        """Hold back every change, so that what is read inside is the state after all that was told."""
        async with self._lock:
            yield

    async def all(self, statement: Executable, values: Values | None = None) -> Sequence[AnyRow]:
        """Return all rows of a query over what is committed."""
        async with self._reader.connect() as connection:
            return (await connection.execute(statement, values)).all()

    async def answers(self) -> bool:
        """Return whether the database answers."""
        try:
            return await self.first(_ONE) is not None
        except UNUSABLE:
            return False

    async def first(self, statement: Executable, values: Values | None = None) -> AnyRow | None:
        """Return the first row of a query over what is committed."""
        async with self._reader.connect() as connection:
            return (await connection.execute(statement, values)).first()
