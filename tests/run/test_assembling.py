"""Results made from plays: outcomes, steps, users, and why something could not be played to its end."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from antiphon.core.redaction import Redactor
from antiphon.engine.doing import Doing
from antiphon.engine.play import Play
from antiphon.engine.players import Company
from antiphon.engine.plays import Played
from antiphon.engine.recorder import Recorder
from antiphon.engine.setting import Setting
from antiphon.engine.stops import PlayProblem, TargetGone
from antiphon.judge.verdicts import Kind, Outcome, PlayOutcome, Verdict
from antiphon.language.vocabulary import Vocabulary
from antiphon.net.allow import AllowList
from antiphon.run.assembling import result_of, stops_the_run, trouble_of, unplayed
from antiphon.run.results import ScenarioResult
from antiphon.scenario.compiler import SuiteFile, compile_suite
from antiphon.target.loader import load_target
from antiphon.testing.steady_lag import SteadyLag
from antiphon.ticking.real import RealClock, SeededDice
from antiphon.watch.target import TargetWatch

TEXT = """\
scenario: a title
description: what it is about
covers: [FR-001]
tags: [quick]
users: {alice: {}}
steps:
  - alice: GET /a
    name: first
  - alice: GET /b
"""
SCENARIO = compile_suite([SuiteFile("scenarios/a.yaml", TEXT)], Vocabulary()).scenarios[0]


def make_play(*, keep_data: bool = False) -> Play:
    clock = RealClock()
    target, _ = load_target("target: t\nbase_url: http://127.0.0.1:1\n", "target.yaml", environment={})
    assert target is not None
    setting = Setting(
        target=target,
        clock=clock,
        dice=SeededDice("5eed"),
        allow=AllowList(),
        recorder=Recorder(),
        redactor=Redactor(b"k" * 16),
        lag=SteadyLag(clock),
        target_watch=TargetWatch(None, clock),
        run_id="run",
        seed="5eed",
        started=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
        read_file=lambda _: b"",
        keep_data=keep_data,
    )
    return Play(setting=setting, scenario=SCENARIO, name=SCENARIO.id)


def done(play: Play, *outcomes: Outcome, index: int = 0, **fields: Any) -> Doing:
    """Let a step have been played with these outcomes."""
    step = SCENARIO.steps[index]
    doing = Doing(step=step, number=step.number, began_s=1.0, ended_s=2.0, **fields)
    doing.verdicts.extend(Verdict(outcome=outcome, kind=Kind.STATUS, claim="a claim") for outcome in outcomes)
    play.doings.append(doing)
    return doing


def result(
    play: Play, *, earlier: tuple[Verdict, ...] = (), plays: tuple[str, ...] = ("a",), **fields: Any
) -> ScenarioResult:
    return result_of(SCENARIO, Played(play=play, began_s=1.0, ended_s=4.0, **fields), plays=plays, earlier=earlier)


def test_a_result_says_what_the_scenario_says_of_itself_and_how_long_it_took() -> None:
    found = result(make_play())
    assert (found.id, found.title, found.path, found.line) == ("a", "a title", "scenarios/a.yaml", 1)
    assert (found.covers, found.tags, found.description) == (("FR-001",), ("quick",), "what it is about")
    assert (found.began_s, found.duration_s, found.outcome) == (1.0, 3.0, PlayOutcome.PASSED)


@pytest.mark.parametrize(
    ("outcomes", "fields", "expected"),
    [
        ([Outcome.HELD], {}, PlayOutcome.PASSED),
        ([Outcome.HELD, Outcome.VOID], {}, PlayOutcome.VOID),
        ([Outcome.VOID, Outcome.FAILED], {}, PlayOutcome.FAILED),
        ([Outcome.HELD], {"timed_out": True}, PlayOutcome.TIMEOUT),
        ([Outcome.HELD], {"cancelled": True}, PlayOutcome.CANCELLED),
        ([Outcome.HELD], {"problem": PlayProblem(sentence="no")}, PlayOutcome.ERROR),
        ([Outcome.HELD], {"plays": ("a", "a#2")}, PlayOutcome.FLAKY),
        ([Outcome.FAILED], {"plays": ("a", "a#2")}, PlayOutcome.FAILED),
    ],
)
def test_the_outcome_is_the_worst_that_happened(
    outcomes: list[Outcome], fields: dict[str, Any], expected: PlayOutcome
) -> None:
    play = make_play()
    done(play, *outcomes)
    assert result(play, **fields).outcome is expected


def test_what_held_only_after_a_step_was_tried_again_is_flaky_and_keeps_what_failed_first() -> None:
    play = make_play()
    done(play, Outcome.HELD)
    play.retried = True
    of_play = Verdict(outcome=Outcome.FAILED, kind=Kind.STATUS, claim="of an attempt before")
    of_step = Verdict(outcome=Outcome.FAILED, kind=Kind.STATUS, claim="of a step tried again")
    play.earlier.append(of_step)
    found = result(play, earlier=(of_play,))
    assert (found.outcome, found.earlier, found.failures) == (PlayOutcome.FLAKY, (of_play, of_step), ())


@pytest.mark.parametrize(
    ("outcomes", "fields", "expected"),
    [
        ([], {}, Outcome.HELD),
        ([Outcome.NOT_RUN, Outcome.HELD], {}, Outcome.HELD),
        ([Outcome.HELD, Outcome.NOT_RUN, Outcome.VOID], {}, Outcome.VOID),
        ([Outcome.VOID, Outcome.FAILED], {}, Outcome.FAILED),
        ([], {"skipped": True}, Outcome.NOT_RUN),
    ],
)
def test_a_step_s_outcome_is_the_worst_of_its_verdicts(
    outcomes: list[Outcome], fields: dict[str, Any], expected: Outcome
) -> None:
    play = make_play()
    done(play, *outcomes, **fields)
    assert result(play).steps[0].outcome is expected


def test_a_block_did_not_hold_where_a_step_inside_of_it_did_not() -> None:
    play = make_play()
    for number, outcome in (("1", Outcome.HELD), ("1.1", Outcome.VOID), ("1.2.1", Outcome.FAILED), ("2", Outcome.HELD)):
        done(play, outcome).number = number
    assert [(step.number, step.outcome) for step in result(play).steps[:4]] == [
        ("1", Outcome.FAILED),
        ("1.1", Outcome.VOID),
        ("1.2.1", Outcome.FAILED),
        ("2", Outcome.HELD),
    ]


def test_steps_that_were_not_begun_are_listed_as_not_run() -> None:
    play = make_play()
    done(play, Outcome.HELD)
    first, second = result(play).steps
    assert (first.number, first.name, first.outcome, first.began_s, first.ended_s) == ("1", "first", Outcome.HELD, 1, 2)
    assert (second.number, second.outcome, second.note) == ("2", Outcome.NOT_RUN, "not run")


def test_the_step_in_which_the_time_ran_out_has_failed_and_a_verdict_says_so() -> None:
    play = make_play()
    done(play, Outcome.HELD)
    done(play, index=1)
    play.waits_for("bob: waiting for news", 0.0, 5.0)
    found = result(play, timed_out=True)
    assert [step.outcome for step in found.steps] == [Outcome.HELD, Outcome.FAILED]
    assert (found.verdicts[-1].kind, found.verdicts[-1].step) == (Kind.TIMEOUT, "2")
    assert found.trouble is not None
    assert found.trouble.sentence == ("the scenario's time ran out in step 2 (alice: GET /b), bob: waiting for news")
    assert found.trouble.source == SCENARIO.steps[1].source


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"timed_out": True}, "the scenario's time ran out while its users were made"),
        ({"cancelled": True}, "interrupted while its users were made"),
    ],
)
def test_what_ended_before_the_first_step_says_so(fields: dict[str, Any], sentence: str) -> None:
    found = result(make_play(), **fields)
    assert found.trouble is not None
    assert found.trouble.sentence == sentence


def test_a_problem_is_told_with_its_place_its_hint_and_what_the_target_said() -> None:
    problem = PlayProblem(sentence="no", source=SCENARIO.source, advice="do this", details=("it said so",))
    told = trouble_of(problem)
    assert (told.sentence, told.source, told.hint, told.details) == ("no", SCENARIO.source, "do this", ("it said so",))
    assert result(make_play(), problem=problem).trouble == told


def test_only_a_target_that_is_gone_stops_the_run() -> None:
    play = make_play()
    assert stops_the_run(Played(play=play, began_s=0, problem=TargetGone(sentence="gone")))
    assert not stops_the_run(Played(play=play, began_s=0, problem=PlayProblem(sentence="no")))
    assert not stops_the_run(Played(play=play, began_s=0))


def test_users_are_told_without_their_secrets() -> None:
    play = make_play()
    facts: dict[str, object] = {
        "id": 7,
        "email": "a@b",
        "name": "Al",
        "password": "hidden it is",
        "token": "hidden too",
    }
    company = Company(name="c", label="the company")
    play.players["alice"] = play.player("alice", None, role="MEMBER", company=company, facts=facts)
    device = play.player("phone", None, role="MEMBER", company=company, facts=facts)
    device.person = play.players["alice"]
    play.players["phone"] = device
    alice, phone = result(play).users
    assert (alice.id, alice.role, alice.email, alice.full_name, alice.company) == (
        *("7", "MEMBER", "a@b", "Al", "the company"),
    )
    assert (alice.device_of, phone.device_of) == ("", "alice")
    assert "hidden" not in repr((alice, phone))


@pytest.mark.parametrize("outcome", [PlayOutcome.SKIPPED, PlayOutcome.NOT_RUN])
def test_a_scenario_that_was_not_played_lists_its_steps_and_why(outcome: PlayOutcome) -> None:
    found = unplayed(SCENARIO, outcome, "it needs a feature", began_s=3.0)
    assert (found.outcome, found.began_s, found.plays, found.verdicts) == (outcome, 3.0, (), ())
    assert [step.outcome for step in found.steps] == [Outcome.NOT_RUN, Outcome.NOT_RUN]
    assert found.trouble is not None
    assert found.trouble.sentence == "it needs a feature"
