from __future__ import annotations

import msgspec

from antiphon.judge.verdicts import PlayOutcome
from antiphon.report.requirements import requirement_rows


def test_a_requirement_is_as_good_as_its_worst_scenario(run) -> None:
    rows = {row.name: row for row in requirement_rows(run.results)}
    assert rows["FR-002"].outcome is PlayOutcome.FAILED
    assert (rows["FR-002"].passed, len(rows["FR-002"].scenarios)) == (1, 5)
    assert rows["FR-001"].outcome is PlayOutcome.FLAKY
    assert rows["FR-013"].outcome is PlayOutcome.PASSED


def test_every_outcome_has_its_rank(run) -> None:
    for result in run.results:
        assert requirement_rows([result])[0].outcome is result.outcome


def test_requirements_stand_in_the_order_of_their_numbers(run) -> None:
    result = msgspec.structs.replace(run.results[0], covers=("FR-10", "FR-2", "NFR-1", "FR-2", "²"))
    assert [row.name for row in requirement_rows([result])] == ["FR-2", "FR-10", "NFR-1", "²"]
