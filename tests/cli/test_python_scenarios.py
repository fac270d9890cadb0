"""Scenarios in Python beside those in YAML: chosen, listed, played and told by the same command."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Here, Small

TWO = """\
from antiphon.python import User, scenario


@scenario("it holds", tags=["quick"])
async def holds(alice: User) -> None:
    answer = await alice.get("/fine/python")
    assert answer.payload["name"] == "fine"


@scenario("it does not hold")
async def fails(alice: User) -> None:
    await alice.get("/fine/2", expect={"name": "bad"})
"""


@pytest.fixture
def mixed(here: Here, small: Small) -> Here:
    """Return a suite of YAML and Python."""
    here.suite(small.url, a=here.asks("the first", "/fine/a"), z=here.asks("the last", "/fine/z"))
    here.write("scenarios/scenario_two.py", TWO)
    here.write("scenarios/helpers.py", "raise RuntimeError('this is no file of scenarios')\n")
    return here


def test_both_kinds_are_played_by_path_and_position(mixed: Here, small: Small) -> None:
    said = mixed.antiphon("run")
    assert [path for _, path, _ in small.asked if "fine" in path] == ["/fine/a", "/fine/python", "/fine/2", "/fine/z"]
    assert said.code == 1
    assert "3 passed  1 failed" in said.out
    assert "--> scenarios/scenario_two.py:12:11\n12 |     await alice.get" in said.out


def test_a_file_and_a_filter_choose_them(mixed: Here, small: Small) -> None:
    assert mixed.antiphon("run", "scenarios/scenario_two.py", "--tag", "quick").code == 0
    assert [path for _, path, _ in small.asked if "fine" in path] == ["/fine/python"]
    assert mixed.antiphon("run", "--only", "holds").code == 0


def test_they_are_listed_and_planned_without_being_played(mixed: Here, small: Small) -> None:
    listed = mixed.antiphon("run", "--list").out
    assert "scenario_two/holds  it holds" in listed
    assert "4 scenarios" in listed
    planned = mixed.antiphon("run", "--dry-run", "--only", "holds").out
    assert "written in Python: its steps are known when they are played" in planned
    assert small.asked == []


def test_the_drawing_shows_their_steps(mixed: Here) -> None:
    run = mixed.antiphon("run", "--only", "fails").run_id
    assert "alice: GET /fine/2" in mixed.antiphon("show", run, "fails").out


def test_their_mistakes_are_told_with_those_of_yaml(mixed: Here, small: Small) -> None:
    mixed.write("scenarios/scenario_bad.py", TWO.replace("alice: User", "repeat: User"))
    mixed.write("scenarios/b.yaml", "scenario: bad\nstps: []\n")
    said = mixed.antiphon("check")
    assert said.code == 2
    assert "scenarios/scenario_bad.py:4:1" in said.err
    assert "scenarios/b.yaml:2:1" in said.err
    assert small.asked == []
