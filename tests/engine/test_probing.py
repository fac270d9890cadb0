"""Probes as they are played: noted in the history, judged, saved, asked again by `until`."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from antiphon.history.entries import Probe
from antiphon.probe.sqlite import SqliteDatabase
from antiphon.ticking.real import RealClock

if TYPE_CHECKING:
    from conftest import Stage


@pytest.fixture
def probed(stage: Stage, tmp_path: Path) -> Stage:
    """A stage whose target has a database with one row in it."""
    path = tmp_path / "db.sqlite3"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE things (id, n)")
        connection.execute("INSERT INTO things VALUES ('t1', 7)")
    connection.close()
    stage.edits["env: [HOUSE]"] = "env: [HOUSE]\ndatabase: {url_env: HOUSE}"
    stage.changes["database"] = SqliteDatabase(str(path), RealClock())
    return stage


async def test_a_probe_is_noted_judged_and_its_rows_can_be_saved(probed: Stage) -> None:
    seen = await probed.steps(
        """
        - probe:
            sql: SELECT id, n FROM things WHERE id = :id
            with: {id: t1}
            expect: [{id: t1, n: 7}]
          save: {n: "rows[0].n"}
        - assert: {n: 7}
        """
    )
    assert (seen.outcome, seen.bad) == ("passed", [])
    (entry,) = [entry for entry in seen.entries if isinstance(entry, Probe)]
    assert (entry.sql, entry.step, entry.failure) == ("SELECT id, n FROM things WHERE id = :id", "1", "")
    assert (json.loads(entry.values), json.loads(entry.rows or b"")) == ({"id": "t1"}, [{"id": "t1", "n": 7}])
    assert entry.at_s >= entry.asked_s > 0


async def test_rows_that_are_not_as_claimed_fail_the_step_and_the_scenario_goes_on(probed: Stage) -> None:
    seen = await probed.steps(
        """
        - probe: {sql: SELECT n FROM things, expect: [{n: 8}]}
        - probe: {sql: SELECT n FROM things, expect: []}
        - alice: GET /me
        """
    )
    assert seen.outcome == "failed"
    assert seen.steps == ["1", "2", "3"]
    assert len(seen.bad) == 2


async def test_until_asks_until_the_row_is_there(probed: Stage) -> None:
    seen = await probed.steps(
        """
        - until:
            do: {probe: {sql: "SELECT n FROM things"}}
            claim: {"rows[0].n": 7}
        - until:
            do: {probe: {sql: "SELECT n FROM things"}}
            claim: {"rows[0].n": 8}
            every: 20ms
            wait: 60ms
        """
    )
    assert seen.outcome == "failed"
    assert len(seen.bad) == 1
    assert len([entry for entry in seen.entries if isinstance(entry, Probe)]) > 2


async def test_a_query_that_is_refused_fails_its_step_with_what_the_database_said(probed: Stage) -> None:
    seen = await probed.steps("- probe: {sql: SELECT n FROM nowhere}")
    assert seen.outcome == "failed"
    (entry,) = [entry for entry in seen.entries if isinstance(entry, Probe)]
    assert entry.rows is None
    assert entry.failure == "the database refuses the query: no such table: nowhere"


async def test_where_there_is_no_database_the_scenario_is_an_error_that_names_the_variable(probed: Stage) -> None:
    probed.changes["database"] = None
    seen = await probed.steps("- probe: {sql: SELECT 1}")
    assert seen.outcome == "error"
    assert seen.problem == "there is no database to probe: HOUSE is not set"
    assert seen.played.problem is not None
    assert seen.played.problem.hint == "set HOUSE; `needs: [database]` skips the scenario where it is not set"
