"""PostgreSQL: each query is a transaction that may only read, on a connection to an address that is allowed."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import json
from collections.abc import Callable, Mapping
from typing import Any, Literal
from urllib.parse import SplitResult, parse_qsl, unquote

from antiphon.core.durations import duration_text
from antiphon.core.text import visible
from antiphon.language.sqltext import SqlText
from antiphon.net.allow import AllowList
from antiphon.net.errors import NotAllowed
from antiphon.probe.asking import LONGEST_S, MOST_ROWS, CannotProbe, QueryProblem, as_rows

DEFAULT_PORT = 5432
_CONNECT_S = 5.0
_Tls = Literal["disable", "allow", "prefer", "require"]
_TLS_BY_SSLMODE: dict[str, _Tls] = {"disable": "disable", "allow": "allow", "prefer": "prefer", "require": "require"}


def _number(text: str) -> int | float:
    return int(text) if text.lstrip("-").isdigit() else float(text)


def _time(text: str) -> str:
    # 2026-01-31 12:00:00.5+00 becomes 2026-01-31T12:00:00.500000+00:00; infinity, and what is before Christ, stay.
    try:
        return dt.datetime.fromisoformat(text).isoformat()
    except ValueError:
        return text


def _unchanged(text: str) -> str:
    return text


_READ: dict[str, Callable[[str], object]] = {
    **dict.fromkeys(("int2", "int4", "int8", "oid"), int),
    **dict.fromkeys(("float4", "float8"), float),
    **dict.fromkeys(("json", "jsonb"), json.loads),
    **dict.fromkeys(("timestamp", "timestamptz"), _time),
    **dict.fromkeys(
        ("uuid", "date", "time", "timetz", "interval", "inet", "cidr", "macaddr", "bytea", "money"), _unchanged
    ),
    "numeric": _number,
    "bool": lambda text: text == "t",
}
"""Types that travel as text, in both directions: a scenario knows texts, numbers and truths, not a driver's types."""


class PostgresqlDatabase:
    """A server; one connection is opened at the first query, and kept."""

    def __init__(self, url: SplitResult, allow: AllowList, *, limit_s: float = LONGEST_S) -> None:
        """Take where it is and which addresses are allowed; nothing is connected yet."""
        self._url = url
        self._allow = allow
        self._limit_s = limit_s
        self._connection: Any = None
        self._asking = asyncio.Lock()

    @property
    def _place(self) -> str:
        return f"{self._url.hostname or 'localhost'}:{self._url.port or DEFAULT_PORT}"

    async def rows(self, sql: SqlText, values: Mapping[str, object]) -> list[dict[str, object]]:
        """Return the rows of a query.

        Raises:
            CannotProbe: It cannot be reached, is not allowed, or refuses who asks.
            QueryProblem: It refuses the query, took too long, or gave too much.
        """
        import asyncpg

        async with self._asking:
            connection = await self._connected()
            try:
                async with asyncio.timeout(self._limit_s * 2):
                    return await self._ask(connection, sql, values)
            except asyncpg.QueryCanceledError:
                raise QueryProblem(f"the query gave no answer within {duration_text(self._limit_s)}") from None
            except asyncpg.PostgresError as error:
                raise QueryProblem(f"the database refuses the query: {visible(str(error))}", error.hint or "") from None
            except asyncpg.InterfaceError as error:
                raise QueryProblem(f"the query cannot be asked: {visible(str(error))}") from None
            except (OSError, TimeoutError) as error:
                self.close()
                why = visible(str(error)) or "it fell silent"
                raise CannotProbe(sentence=f"the database at {self._place} was lost: {why}") from None

    async def _ask(self, connection: Any, sql: SqlText, values: Mapping[str, object]) -> list[dict[str, object]]:
        names = list(dict.fromkeys(sql.names))
        text = sql.written(lambda name: f"${names.index(name) + 1}")
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            statement = await connection.prepare(text)
            columns = [attribute.name for attribute in statement.get_attributes()]
            kinds = [parameter.name for parameter in statement.get_parameters()]
            if len(kinds) != len(names):
                raise QueryProblem("the query cannot be asked: it has places that are no `:name`")
            bound = [_bound(values[name], kind) for name, kind in zip(names, kinds, strict=True)]
            cursor = await statement.cursor(*bound)
            found = await cursor.fetch(MOST_ROWS + 1)
        return as_rows(columns, [tuple(row) for row in found])

    async def _connected(self) -> Any:
        if self._connection is not None and not self._connection.is_closed():
            return self._connection
        import asyncpg

        host, port = self._url.hostname or "localhost", self._url.port or DEFAULT_PORT
        more = dict(parse_qsl(self._url.query))
        try:
            address, _ = await self._allow.resolve(host, port)
            connection = await asyncpg.connect(
                host=address,
                port=port,
                user=unquote(self._url.username) if self._url.username else None,
                password=unquote(self._url.password) if self._url.password else None,
                database=unquote(self._url.path.lstrip("/")) or None,
                ssl=_TLS_BY_SSLMODE[more.get("sslmode", "prefer")],
                timeout=_CONNECT_S,
                command_timeout=self._limit_s * 2,
                server_settings={
                    "application_name": "antiphon probe",
                    "default_transaction_read_only": "on",
                    "statement_timeout": str(int(self._limit_s * 1000)),
                    "timezone": "UTC",
                },
            )
            for name, read in _READ.items():
                await connection.set_type_codec(
                    name, schema="pg_catalog", encoder=_written, decoder=read, format="text"
                )
        except NotAllowed as error:
            raise CannotProbe(sentence=str(error), advice=error.hint or "") from None
        except KeyError:
            modes = ", ".join(_TLS_BY_SSLMODE)
            raise CannotProbe(sentence="the database's `sslmode` is not known here", advice=f"known: {modes}") from None
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            why = visible(str(error)) or "no answer"
            raise CannotProbe(
                sentence=f"the database at {self._place} cannot be asked: {why}",
                advice="look at the variable that holds its URL",
            ) from None
        self._connection = connection
        return connection

    def close(self) -> None:
        """Close the connection."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(RuntimeError):  # its loop is closed, and the connection with it
                connection.terminate()


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else json.dumps(value)


def _bound(value: object, kind: str) -> object:
    """Return a value as the driver takes it: what is compared with a text is a text."""
    if value is None or kind in _READ:
        return value
    if kind in ("text", "varchar", "bpchar", "name", "unknown") and not isinstance(value, str):
        return _written(value)
    return value
