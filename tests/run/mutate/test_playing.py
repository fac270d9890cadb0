"""Mutants that are played: through a tap, with less patience, and without keeping anything of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from antiphon.engine.setting import Setting
from antiphon.engine.tap import Tap
from antiphon.run.mutate.campaign import mutants_of
from antiphon.run.mutate.model import Fate, Mutant, Operator, Outcome, Place
from antiphon.run.mutate.playing import Stage, patience_of
from antiphon.ticking.real import SeededDice

if TYPE_CHECKING:
    from conftest import Bench, Kept

TO_BOB = 'to: "{{ bob.id }}"'
NEWS = f"{{{TO_BOB}, event: news, data: {{n: 1}}}}"
USED = """
- alice: POST /do
  body: {status: 201, answer: {id: 7}}
  save: {thing: payload}
- alice: POST /do
  body: {answer: {of: "{{ thing.id }}"}}
  EXPECT
"""
TRIED_ANEW = f"""
- alice: POST /do
  body: {{events: [{NEWS}]}}
  hear: {{bob: [{{news: {{n: 1}}, wait: 3s}}]}}
  retry: 1
"""


async def played(kept: Kept, mutants: Sequence[Mutant], *, most_s: float = 0.5) -> list[Outcome]:
    """Play mutants of a play that was kept, with its own means."""
    setting = kept.play.setting
    setting.lag.start()
    try:
        stage = Stage(setting, kept.trial, most_s=most_s)
        return [await stage.outcome(kept.play, mutant) for mutant in mutants]
    finally:
        setting.lag.stop()


def mutant_of(kept: Kept, operator: Operator, field: str = "") -> Mutant:
    """Return the mutant of an operator and a field."""
    mutants = mutants_of([kept.play], kept.play.setting.target, SeededDice("seed"))
    return next(one for one in mutants if (one.operator, one.field) == (operator, field))


@pytest.mark.parametrize(
    ("expect", "fate"), [("expect: {of: 7}", Fate.CAUGHT), ('expect: {of: "#integer"}', Fate.SURVIVED)]
)
async def test_what_a_later_step_uses_is_falsified_on_its_way(bench: Bench, expect: str, fate: Fate) -> None:
    kept = await bench.keep(USED.replace("EXPECT", expect))
    [outcome] = await played(kept, [mutant_of(kept, Operator.ALTER, "data.id")])
    assert (outcome.fate, outcome.played) == (fate, True)


async def test_a_tap_through_which_all_passes_changes_nothing(bench: Bench) -> None:
    with_events = USED.replace("EXPECT", "expect: {of: 7}") + TRIED_ANEW
    kept = await bench.keep(with_events)
    bench.stage.changes["tap"] = Tap()
    again = await bench.keep(with_events)
    said = [[(one.outcome, one.claim) for one in each.seen.played.verdicts] for each in (kept, again)]
    assert said[0] == said[1]
    assert [type(one) for one in kept.play.entries] == [type(one) for one in again.play.entries]


async def test_what_is_tried_anew_is_played_and_forgiven_as_the_scenario_says(bench: Bench) -> None:
    kept = await bench.keep(TRIED_ANEW)
    dropped = mutant_of(kept, Operator.DROP)
    assert kept.trial.of(kept.play, dropped).sentence == "the step is tried again until it holds"
    [outcome] = await played(kept, [dropped])
    assert outcome.fate is Fate.SURVIVED


async def test_a_catch_that_only_the_shortened_wait_made_is_none(bench: Bench) -> None:
    kept = await bench.keep(TRIED_ANEW.replace("  retry: 1\n", ""))
    later = replace(mutant_of(kept, Operator.DELAY), by_s=0.4)
    heard, lost = await played(kept, [later, mutant_of(kept, Operator.DROP)], most_s=0.1)
    assert heard.fate is Fate.SURVIVED
    assert (lost.fate, lost.sentence) == (Fate.CAUGHT, "bob did not hear news")


async def test_what_does_not_come_about_again_is_undecided(bench: Bench) -> None:
    kept = await bench.keep(TRIED_ANEW)
    drop = mutant_of(kept, Operator.DROP)
    other = replace(drop, exactly=("nowhere",), field="nowhere", operator=Operator.ALTER)
    [outcome] = await played(kept, [other])
    assert outcome.fate is Fate.UNDECIDED
    assert outcome.sentence == "what it falsifies did not come about again when it was played"


@pytest.mark.parametrize(
    ("operator", "other", "heard"),
    [
        (Operator.DROP, "", []),
        (Operator.DOUBLE, "", ["bob news", "bob news"]),
        (Operator.DELIVER, "carol", ["bob news", "carol news"]),
    ],
)
async def test_an_operator_does_on_the_way_what_it_does_in_the_record(
    bench: Bench, operator: Operator, other: str, heard: list[str]
) -> None:
    kept = await bench.keep(TRIED_ANEW)
    entries: list[str] = []
    mutant = replace(mutant_of(kept, Operator.DROP), operator=operator, other=other, place=Place.HEARD)

    class Listening(Stage):
        def _judged(self, *args: object) -> Outcome:  # type: ignore[override]  # looks at what was heard in passing
            found = args[-1]
            assert isinstance(found, list)
            entries.extend(f"{one.connection} {one.name}" for one in found if getattr(one, "name", "") == "news")
            return Outcome(mutant=mutant, fate=Fate.SURVIVED)

    setting: Setting = kept.play.setting
    setting.lag.start()
    try:
        await Listening(setting, kept.trial, most_s=0.05).outcome(kept.play, mutant)
    finally:
        setting.lag.stop()
    tried_again = ["bob news"] if operator is Operator.DROP else []
    assert entries == [*heard, *tried_again]


async def test_patience_is_half_a_second_at_least(bench: Bench) -> None:
    kept = await bench.keep(TRIED_ANEW)
    assert patience_of([kept.play]) == 0.5
