"""The checker of laws agrees with a slow model that knows what truly happened, on thousands of made-up histories."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from tests.judge.laws.model import seeds
from tests.judge.laws.model.asking import asked, compared, differences
from tests.judge.laws.model.changes import CHANGES, change
from tests.judge.laws.model.tales import tale_of
from tests.judge.laws.model.telling import told
from tests.judge.laws.model.truth import EITHER, IN, OUT, Line
from tests.judge.laws.model.verdicts import verdict_of

_BATCH = 50


def agree(seed: int) -> None:
    one = compared(seed)
    assert not one.differences, "\n".join(told(seed))


@settings(max_examples=32, deadline=None, derandomize=True, database=None, phases=[Phase.generate])
@given(st.integers(0, 2**40))
def test_checker_and_model_find_the_same(seed: int) -> None:
    for one in range(seed, seed + _BATCH):
        agree(one)


@pytest.mark.parametrize("seed", seeds.kept())
def test_checker_and_model_find_the_same_where_they_once_differed(seed: int) -> None:
    agree(seed)


def test_few_cases_are_left_open_and_all_changes_and_kinds_occur() -> None:
    played = [compared(seed) for seed in range(400)]
    assert not [line for one in played if one.differences for line in told(one.seed)]
    assert sum(bool(one.open) for one in played) < len(played) * 0.06
    assert {one.changed for one in played} == {"", *CHANGES}
    found = Counter(kind for one in played for kind in one.kinds)
    assert set(found) >= {
        "late", "lost", "doubled", "reordered", "disagreeing", "leaked", "ghost", "unexplained", "wrong answer",
    }  # fmt: skip


def test_an_honest_history_is_faultless_in_the_models_eyes() -> None:
    verdicts = [verdict_of(tale_of(Random(seed))) for seed in range(200)]
    assert not [fault for verdict in verdicts for fault in verdict.found]
    assert sum(bool(verdict.open) for verdict in verdicts) < 4


def test_a_checker_that_finds_nothing_or_too_much_differs_from_the_model() -> None:
    differ = 0
    for seed in range(40):
        dice = Random(seed)
        tale = tale_of(dice)
        honest = verdict_of(tale)
        change(tale, dice)
        verdict = verdict_of(tale)
        findings, deeds = asked(tale)
        if verdict.found and not verdict.open:
            differ += 1
            assert differences(verdict, [], deeds)
            assert differences(honest, findings, deeds)
    assert differ > 10


def test_a_change_without_an_answer_is_under_way_until_the_next_that_has_one() -> None:
    line = Line()
    line.add(10, 20, IN)
    line.add(30, 40, OUT, answered=False)
    line.add(50, 60, OUT)
    moments = {5: OUT, 15: EITHER, 25: IN, 35: EITHER, 45: EITHER, 55: EITHER, 65: OUT}
    assert {moment: line.at(moment) for moment in moments} == moments
