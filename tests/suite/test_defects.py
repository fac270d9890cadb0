"""The planted defects name scenarios that exist, and the suite leaves no requirement of theirs uncovered."""

from __future__ import annotations

from fnmatch import fnmatch
from typing import Any

import pytest

from threadfilesharing.defects.catalogue import CATALOGUE, Defect, Kind, NotYet

IN_THE_SUITE = [defect for defect in CATALOGUE if not isinstance(defect.found_by, NotYet)]


def test_the_suite_finds_a_defect_of_every_kind_but_resources() -> None:
    assert {defect.kind for defect in IN_THE_SUITE} == set(Kind) - {Kind.RESOURCES}
    assert len(IN_THE_SUITE) >= 60


@pytest.mark.parametrize("defect", IN_THE_SUITE, ids=lambda defect: defect.name)
def test_the_scenario_that_must_find_a_defect_exists_and_covers_what_it_breaks(packaged: Any, defect: Defect) -> None:
    scenarios = {scenario.path.removeprefix("scenarios/"): scenario for scenario in packaged.suite.scenarios}
    found_by = scenarios[defect.found_by.scenario]
    assert defect.found_by.claim
    promised = set(defect.breaks) - {"FR-009"}  # promised of every delivery, proven as a distribution under load
    assert not promised or promised & set(found_by.covers)


def test_the_law_that_finds_a_defect_as_well_is_one_of_the_profile(packaged: Any) -> None:
    laws = {law.name for law in packaged.target.laws.laws}
    named = {defect.law for defect in CATALOGUE if defect.law}
    assert named
    assert named <= laws


@pytest.mark.parametrize("defect", CATALOGUE, ids=lambda defect: defect.name)
def test_every_pattern_of_what_else_may_fail_matches_a_scenario(packaged: Any, defect: Defect) -> None:
    paths = [scenario.path.removeprefix("scenarios/") for scenario in packaged.suite.scenarios]
    for pattern in defect.may_also_fail:
        assert any(fnmatch(path, pattern) for path in paths), pattern
