"""All mutants of a run: in an order that can be broken off anywhere, and with what it says when it was."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from antiphon.run.mutate.campaign import Campaign, Progress, campaign
from antiphon.run.mutate.model import Fate, Mutant, Operator, Place
from antiphon.run.mutate.sampling import evenly
from antiphon.ticking.real import SeededDice

if TYPE_CHECKING:
    from conftest import Bench, Kept

TO_BOB = 'to: "{{ bob.id }}"'
TWO = f"""
- alice: POST /do
  body: {{status: 201, answer: {{id: 7}}, events: [{{{TO_BOB}, event: news, data: {{n: 1, colour: red}}}}]}}
  save: {{thing: payload}}
- alice: POST /do
  body: {{answer: {{of: "{{{{ thing.id }}}}"}}}}
"""


async def judged(kept: Kept, *, stop_after: int | None = None, left_s: float | None = None) -> Campaign:
    """Judge the mutants of a play, none of which is played."""
    clock, stop = kept.play.setting.clock, asyncio.Event()

    def progress(state: Progress) -> None:
        if state.judged == stop_after:
            stop.set()

    return await campaign(
        {kept.play.scenario.id: kept.play},
        kept.trial,
        None,
        dice=SeededDice("seed"),
        clock=clock,
        until_s=clock.now_s() + left_s if left_s is not None else None,
        stop=stop,
        progress=progress,
    )


async def test_all_are_judged_where_nothing_ends_it(bench: Bench) -> None:
    kept = await bench.keep(TWO)
    found = await judged(kept)
    assert (found.ended, len(found.outcomes)) == ("", found.planned)
    assert found.planned >= 15
    assert found.score == found.count(Fate.CAUGHT) / (found.planned - found.count(Fate.EQUIVALENT))


async def test_what_was_judged_before_an_interruption_is_kept_and_called_so(bench: Bench) -> None:
    kept = await bench.keep(TWO)
    found = await judged(kept, stop_after=5)
    assert (found.ended, len(found.outcomes)) == ("interrupted", 5)


async def test_a_budget_that_is_used_up_ends_it(bench: Bench) -> None:
    kept = await bench.keep(TWO)
    found = await judged(kept, left_s=0.0)
    assert (found.ended, len(found.outcomes)) == ("budget", 0)
    assert found.score is None


@pytest.mark.parametrize("count", [10, 50, 110])
def test_every_beginning_has_of_each_operator_as_large_a_part(count: int) -> None:
    sizes = {Operator.ALTER: 200, Operator.DROP: 20}
    mutants = [
        Mutant(scenario="s", operator=operator, subject="e", place=Place.HEARD, seq=number)
        for operator, size in sizes.items()
        for number in range(size)
    ]
    order = evenly(mutants, SeededDice("seed"))
    assert sorted(one.seq for one in order) == sorted(one.seq for one in mutants)
    begun = Counter(one.operator for one in order[:count])
    for operator, size in sizes.items():
        assert abs(begun[operator] - count * size / len(mutants)) <= 1
    assert [one.seq for one in order if one.operator == Operator.ALTER] != list(range(200))
    assert evenly(mutants, SeededDice("seed")) == order
