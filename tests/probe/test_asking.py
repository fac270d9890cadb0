"""What holds for both databases: values, limits, and that nothing is changed."""

from __future__ import annotations

import asyncio
import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from antiphon.language.sqltext import SqlText
from antiphon.probe.asking import MOST_ROWS, Database, QueryProblem, as_json, as_rows, plain

if TYPE_CHECKING:
    from conftest import Ask


async def test_rows_are_maps_of_plain_values(ask: Ask) -> None:
    assert await ask("SELECT id, n, price, note FROM things ORDER BY n") == [
        {"id": "a", "n": 1, "price": 1.5, "note": "it's"},
        {"id": "b", "n": 2, "price": None, "note": None},
    ]
    assert await ask("SELECT id FROM things WHERE open ORDER BY id") == [{"id": "a"}]
    assert await ask("SELECT id FROM things WHERE n = 7") == []


async def test_values_are_bound_and_never_become_sql(ask: Ask) -> None:
    assert await ask("SELECT n FROM things WHERE id = :id OR id = :id", id="a") == [{"n": 1}]
    assert await ask("SELECT n FROM things WHERE id = :id", id="a' OR '1'='1") == []
    assert await ask("SELECT id FROM things WHERE n = :n AND note IS NOT NULL", n=1) == [{"id": "a"}]
    assert await ask("SELECT id FROM things WHERE price > :price", price=1) == [{"id": "a"}]
    assert await ask("SELECT id FROM things WHERE open = :open", open=False) == [{"id": "b"}]


@pytest.mark.parametrize(
    "text",
    [
        "WITH gone AS (DELETE FROM things RETURNING id) SELECT * FROM gone",
        "SELECT nothing FROM nowhere",
        "SELECT FROM WHERE",
        "SELECT $1",
    ],
)
async def test_what_the_database_refuses_is_told_and_changes_nothing(ask: Ask, text: str) -> None:
    with pytest.raises(QueryProblem) as refused:
        await ask(text)
    assert str(refused.value).startswith(("the database refuses the query: ", "the query cannot be asked: "))
    assert await ask("SELECT count(*) AS n FROM things") == [{"n": 2}]


async def test_more_than_a_thousand_rows_are_refused_and_a_thousand_are_given(ask: Ask) -> None:
    counted = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < :most) SELECT n FROM c"
    assert len(await ask(counted, most=MOST_ROWS)) == MOST_ROWS
    with pytest.raises(QueryProblem, match="more than 1,000 rows") as refused:
        await ask(counted, most=MOST_ROWS + 1)
    assert refused.value.hint == "add a LIMIT, or count them"


async def test_a_query_without_end_is_given_up_and_the_next_is_answered(database: Database, ask: Ask) -> None:
    database._limit_s = 0.2  # type: ignore[attr-defined]
    endless = (
        "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 1000000000) SELECT max(n) AS n FROM c"
    )
    async with asyncio.timeout(60):
        with pytest.raises(QueryProblem, match="the query gave no answer within"):
            await ask(endless)
        assert await ask("SELECT 1 AS n") == [{"n": 1}]


async def test_many_may_ask_at_once(ask: Ask) -> None:
    async with asyncio.timeout(60):
        found = await asyncio.gather(*(ask("SELECT n FROM things WHERE id = :id", id="b") for _ in range(20)))
    assert found == [[{"n": 2}]] * 20


def test_two_columns_of_one_name_are_refused() -> None:
    with pytest.raises(QueryProblem, match="two columns are called `id`"):
        as_rows(["id", "id"], [(1, 2)])


def test_rows_above_eight_megabytes_are_refused() -> None:
    with pytest.raises(QueryProblem, match="more than 8 MB"):
        as_rows(["blob"], [("x" * 8_000_001,)])


def test_values_that_json_does_not_know_become_text() -> None:
    day = dt.date(2026, 1, 31)
    assert [plain(each) for each in (b"\x00\xff", day, Decimal("1.50"), [day], {"a": day})] == [
        "00ff",
        "2026-01-31",
        "1.50",
        ["2026-01-31"],
        {"a": "2026-01-31"},
    ]
    assert as_json({"n": 2**70, "f": float("nan")}) == b'{"n":"1180591620717411303424","f":"nan"}'


def test_a_statement_is_written_as_it_was_read() -> None:
    assert SqlText(("SELECT ", ""), ("n",)).text == "SELECT :n"
