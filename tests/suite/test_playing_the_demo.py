"""The packaged suite, played by the command against the application: whole, and with some planted defects on.

What a busy machine makes void is neither a pass nor a finding: a void claim is played again, by itself, and
must then fail or be void once more; that it ever passes is what these tests exclude.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.tools.defects import AT_ONCE, play
from tests.tools.demos import demo

from antiphon.judge.coverage.model import State
from antiphon.report.coverage import gaps_of
from antiphon.run.folder import StoredRun
from threadfilesharing.defects.catalogue import CATALOGUE, Defect, Kind, NotYet
from threadfilesharing.defects.registry import read_defect

IN_THE_SUITE = [defect for defect in CATALOGUE if not isinstance(defect.found_by, NotYet)]
#: One of each kind, from its middle; `make defects` plays them all.
SAMPLE = [
    members[len(members) // 2] for kind in Kind if (members := [each for each in IN_THE_SUITE if each.kind is kind])
]
#: The whole suite is played with these on.
PLAYED_WHOLE = ("lost-to-one-member", "revoked-token-accepted-over-rest")


@pytest.mark.parametrize("words", [(), AT_ONCE], ids=["in order", "eight at once"])
def test_the_whole_suite_holds(tmp_path: Path, packaged: Any, words: tuple[str, ...]) -> None:
    ran = demo(tmp_path / "demo", *words)
    assert ran.unsound() == {}, ran.out
    assert (ran.code, ran.err) == (0, "")
    assert len(ran.results) == len(packaged.suite.scenarios) >= 60
    # Each law was held against something, and nothing was found.
    laws = len(packaged.target.laws.laws)
    assert f"laws: {laws} declared, {laws} judged\n" in ran.out
    assert "warning: law" not in ran.out
    reports = {"report.html", "report.json", "report.md", "junit.xml"}
    assert reports <= {path.name for path in ran.folder.iterdir()}
    assert "left at the target" not in ran.out
    coverage = StoredRun(ran.folder).summary().coverage
    assert {part.part: gaps_of(coverage) for part in coverage.parts if part.gaps and part.is_counted} == {}
    assert [str(cell) for part in coverage.parts for cell in part.cells if cell.state is State.MISSING] == []
    assert coverage.needless == ()


@pytest.mark.parametrize("name", PLAYED_WHOLE)
def test_a_planted_defect_is_found_where_its_entry_says_and_breaks_nothing_else(name: str) -> None:
    played = play(read_defect(name).defect, whole=True)
    ran = played.ran
    assert played.outside == [], ran.out
    assert "error" not in ran.unsound().values(), ran.out
    assert played.found, played.row()
    assert ran.code == 1
    # The first failure that is printed tells in one sentence what was wrong, and where it was claimed.
    first = ran.out.partition("\nfailed: ")[2].splitlines()
    assert first[0]
    assert first[1].lstrip().startswith("--> ")


@pytest.mark.parametrize("defect", SAMPLE, ids=lambda defect: defect.name)
def test_the_scenario_that_its_entry_names_finds_a_defect(defect: Defect) -> None:
    played = play(defect, whole=False)
    assert played.found, played.row()
    assert played.by_law, played.row()
    assert played.ran.code == 1
