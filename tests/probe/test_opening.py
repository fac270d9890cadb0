"""From a URL to a database, or to the sentence that says why there is none."""

from __future__ import annotations

import pytest

from antiphon.net.allow import AllowList
from antiphon.probe.asking import CannotProbe
from antiphon.probe.opening import open_database, secrets_of
from antiphon.probe.postgresql import PostgresqlDatabase
from antiphon.probe.sqlite import SqliteDatabase
from antiphon.ticking.real import RealClock


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("sqlite:///here.db", SqliteDatabase),
        ("sqlite+aiosqlite:////tmp/there.db", SqliteDatabase),
        ("postgresql://u:p@localhost/d", PostgresqlDatabase),
        ("postgresql+asyncpg://u:p@localhost:5433/d", PostgresqlDatabase),
        ("postgres://localhost/d", PostgresqlDatabase),
    ],
)
def test_a_url_names_a_database(url: str, kind: type) -> None:
    assert isinstance(open_database(url, AllowList(()), RealClock()), kind)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("", "the database's URL is none"),
        ("here.db", "the database's URL is none"),
        ("sqlite://", "the database's URL is none"),
        ("sqlite://host/x", "the database's URL is none"),
        ("postgresql://h:port/d", "the database's URL is none"),
        ("mysql://h/d", "a database of kind `mysql` cannot be probed"),
    ],
)
def test_a_url_that_names_none_is_told_without_being_shown(url: str, says: str) -> None:
    with pytest.raises(CannotProbe) as refused:
        open_database(url, AllowList(()), RealClock())
    assert str(refused.value) == says
    assert refused.value.hint == "write sqlite:///FILE or postgresql://USER:PASSWORD@HOST:PORT/NAME"


@pytest.mark.parametrize(
    ("url", "secrets"),
    [
        ("postgresql://u:p%40ss@h/d", ("p%40ss", "p@ss")),
        ("postgresql://u:plain@h/d", ("plain",)),
        ("postgresql://h/d", ()),
        ("sqlite:///x", ()),
        ("postgresql://[broken", ("postgresql://[broken",)),
    ],
)
def test_the_password_is_kept_out_of_everything(url: str, secrets: tuple[str, ...]) -> None:
    assert secrets_of(url) == secrets
