"""From the URL in a variable to the database that it names."""

from __future__ import annotations

import importlib.util
from urllib.parse import SplitResult, unquote, urlsplit

from antiphon.core.clock import Clock
from antiphon.net.allow import AllowList
from antiphon.probe.asking import CannotProbe, Database

_HINT = "write sqlite:///FILE or postgresql://USER:PASSWORD@HOST:PORT/NAME"


def open_database(url: str, allow: AllowList, clock: Clock) -> Database:
    """Return the database that a URL names; nothing is connected before the first query.

    Args:
        url: As applications know it; a driver behind the kind (`postgresql+asyncpg`) is left out of account.
        allow: The addresses that may be connected to.
        clock: For the time-out.

    Raises:
        CannotProbe: The URL names no database that can be asked.
    """
    parts = _parts(url)
    kind = parts.scheme.partition("+")[0]
    if kind == "sqlite":
        from antiphon.probe.sqlite import SqliteDatabase

        # Three slashes and a path from here, or four and one from the root, as SQLAlchemy writes them.
        return SqliteDatabase(unquote(parts.path[1:]), clock)
    if kind in ("postgresql", "postgres"):
        if importlib.util.find_spec("asyncpg") is None:
            advice = "install it: pip install 'antiphon[postgresql]'"
            raise CannotProbe(sentence="a probe of PostgreSQL needs asyncpg, which is not installed", advice=advice)
        from antiphon.probe.postgresql import PostgresqlDatabase

        return PostgresqlDatabase(parts, allow)
    raise CannotProbe(sentence=f"a database of kind `{kind[:40]}` cannot be probed", advice=_HINT)


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises for a port that is none
    except ValueError:
        raise CannotProbe(sentence="the database's URL is none", advice=_HINT) from None
    if not parts.scheme or (parts.scheme.startswith("sqlite") and (parts.netloc or len(parts.path) < 2)):
        raise CannotProbe(sentence="the database's URL is none", advice=_HINT)
    return parts


def secrets_of(url: str) -> tuple[str, ...]:
    """Return what of a URL nobody may read: the password, as it stands and decoded."""
    try:
        password = urlsplit(url).password
    except ValueError:
        return (url,)
    return tuple(dict.fromkeys((password, unquote(password)))) if password else ()
