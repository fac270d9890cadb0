"""The attempts at a scenario: what is tried again, what breaking off and a fault of ours leave of it."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from antiphon.core.redaction import Redactor
from antiphon.engine.doing import Doing
from antiphon.engine.play import Play
from antiphon.engine.plays import Played
from antiphon.engine.recorder import Recorder
from antiphon.engine.setting import Setting
from antiphon.history.entries import Mark
from antiphon.judge.verdicts import Kind, Outcome, PlayOutcome, Verdict
from antiphon.language.vocabulary import Vocabulary
from antiphon.net.allow import AllowList
from antiphon.run import attempts
from antiphon.run.attempts import Attempts
from antiphon.run.fault import AntiphonFault, fault_of
from antiphon.scenario.compiler import SuiteFile, compile_suite
from antiphon.scenario.model import Scenario
from antiphon.target.loader import load_target
from antiphon.testing.steady_lag import SteadyLag
from antiphon.ticking.real import SeededDice
from antiphon.watch.target import TargetWatch

Deed = Callable[[Play], Awaitable[None]]


class Clock:
    """A clock that stands still, and notes for how long somebody wanted to sleep."""

    def __init__(self) -> None:
        self.slept: list[float] = []
        self.asleep = asyncio.Event()
        self.wakes = True

    def now_s(self) -> float:
        """Return the only moment there is."""
        return 1.0

    async def sleep(self, seconds: float) -> None:
        """Note how long, and go on, unless nobody is to wake."""
        self.slept.append(seconds)
        self.asleep.set()
        if not self.wakes:
            await asyncio.Event().wait()


class Stage:
    """Attempts whose plays do as the test says, one deed for each attempt."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *deeds: Deed) -> None:
        self.clock = Clock()
        self.deeds = list(deeds)
        self.faults: list[Exception] = []
        self.began: list[str] = []
        self.playing = asyncio.Event()
        target, _ = load_target("target: t\nbase_url: http://127.0.0.1:1\n", "target.yaml", environment={})
        assert target is not None
        self.setting = Setting(
            target=target,
            clock=self.clock,
            dice=SeededDice("5eed"),
            allow=AllowList(),
            recorder=Recorder(),
            redactor=Redactor(b"k" * 16),
            lag=SteadyLag(self.clock),
            target_watch=TargetWatch(None, self.clock),
            run_id="run",
            seed="5eed",
            started=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
            read_file=lambda _: b"",
        )
        files = [SuiteFile("scenarios/a.yaml", "scenario: a\nsteps: [{nobody: GET /a}]\n")]
        self.scenario: Scenario = compile_suite(files, Vocabulary()).scenarios[0]
        self.attempts = Attempts(self.setting, began=lambda _, play: self.began.append(play.name), fault=self._fault)
        monkeypatch.setattr(attempts, "play_scenario", self._play)

    def _fault(self, error: Exception) -> AntiphonFault:
        self.faults.append(error)
        return fault_of(error)

    async def _play(self, setting: Setting, scenario: Scenario, name: str, *, watch: Any) -> Played:
        play = Play(setting=setting, scenario=scenario, name=name)
        watch(play)
        self.playing.set()
        played = Played(play=play, began_s=setting.clock.now_s())
        try:
            await self.deeds.pop(0)(play)
        except asyncio.CancelledError:
            played.cancelled = True
        played.ended_s = setting.clock.now_s()
        return played

    async def outcome(self, *, retries: int = 0) -> PlayOutcome:
        result, gone = await self.attempts.result(self.scenario, retries)
        assert gone is None
        return result.outcome


async def holds(play: Play) -> None:
    del play


async def fails(play: Play) -> None:
    step = play.scenario.steps[0]
    doing = Doing(step=step, number=step.number, began_s=1.0)
    doing.verdicts.append(
        Verdict(outcome=Outcome.FAILED, kind=Kind.STATUS, claim="c", sentence="s", source=step.source, step="1")
    )
    play.doings.append(doing)


async def waits(play: Play) -> None:
    del play
    await asyncio.Event().wait()


async def falls_over(play: Play) -> None:
    raise RuntimeError(play.name)


async def test_what_holds_is_played_once(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage(monkeypatch, holds)
    assert await stage.outcome(retries=5) is PlayOutcome.PASSED
    assert stage.began == ["a"]
    assert stage.clock.slept == []


async def test_what_fails_is_tried_again_under_another_name_after_ever_longer_pauses(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stage = Stage(monkeypatch, fails, fails, fails, fails)
    assert await stage.outcome(retries=3) is PlayOutcome.FAILED
    assert stage.began == ["a", "a#2", "a#3", "a#4"]
    low, high = [0.1, 0.2, 0.4], [0.3, 0.6, 1.2]
    assert all(least <= slept < most for least, slept, most in zip(low, stage.clock.slept, high, strict=True))


async def test_a_pass_after_a_failure_is_flaky_and_keeps_what_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage(monkeypatch, fails, holds)
    result, _ = await stage.attempts.result(stage.scenario, 1)
    assert result.outcome is PlayOutcome.FLAKY
    assert result.plays == ("a", "a#2")
    assert [verdict.sentence for verdict in result.earlier] == ["s"]


async def test_breaking_off_cancels_the_play_and_tries_nothing_again(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage(monkeypatch, waits)
    playing = asyncio.ensure_future(stage.outcome(retries=5))
    await stage.playing.wait()
    stage.attempts.break_off()
    assert await playing is PlayOutcome.CANCELLED
    assert stage.clock.slept == []


async def test_breaking_off_before_the_first_instruction_asks_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage(monkeypatch, waits)
    playing = asyncio.ensure_future(stage.outcome())
    await asyncio.sleep(0)
    assert stage.began == []
    stage.attempts.break_off()
    assert await playing is PlayOutcome.CANCELLED
    assert stage.began == []


async def test_breaking_off_leaves_a_clean_up_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    done = asyncio.Event()

    async def cleans_up(play: Play) -> None:
        stage.attempts.note(Mark(at_s=1.0, play=play.name, what="cleanup", edge="began"))
        await done.wait()

    stage = Stage(monkeypatch, cleans_up)
    playing = asyncio.ensure_future(stage.outcome())
    await stage.playing.wait()
    stage.attempts.break_off()
    await asyncio.sleep(0)
    done.set()
    assert await playing is PlayOutcome.PASSED


async def test_breaking_off_in_a_pause_keeps_what_the_attempt_before_it_found(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage(monkeypatch, fails)
    stage.clock.wakes = False
    playing = asyncio.ensure_future(stage.attempts.result(stage.scenario, 3))
    async with asyncio.timeout(60):
        await stage.clock.asleep.wait()
    stage.attempts.break_off()
    result, _ = await playing
    assert result.outcome is PlayOutcome.FAILED
    assert result.plays == ("a",)
    assert len(result.failures) == 1
    assert result.earlier == ()


async def test_a_fault_of_ours_makes_an_error_and_is_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage(monkeypatch, falls_over)
    result, _ = await stage.attempts.result(stage.scenario, 5)
    assert result.outcome is PlayOutcome.ERROR
    assert [str(error) for error in stage.faults] == ["a"]
    assert result.trouble is not None
    assert "a fault of Antiphon itself" in result.trouble.sentence


async def test_what_a_broken_play_had_made_and_not_removed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    class Made:
        class rule:  # noqa: N801 - the name of the field
            name = "thing"

        key = 7

    async def makes_and_falls_over(play: Play) -> None:
        play.made.append(Made())  # type: ignore[arg-type]
        await falls_over(play)

    stage = Stage(monkeypatch, makes_and_falls_over)
    result, _ = await stage.attempts.result(stage.scenario, 0)
    assert result.leftovers == ("thing 7: not removed",)


async def test_a_play_that_is_cancelled_in_its_last_words_keeps_what_it_had_judged(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def fails_and_goes(play: Play) -> None:
        await fails(play)
        raise asyncio.CancelledError

    async def raises(*args: Any, **more: Any) -> Played:
        watch = more["watch"]
        play = Play(setting=args[0], scenario=args[1], name=args[2])
        watch(play)
        await fails_and_goes(play)
        raise AssertionError

    stage = Stage(monkeypatch)
    monkeypatch.setattr(attempts, "play_scenario", raises)
    result, _ = await stage.attempts.result(stage.scenario, 0)
    assert result.outcome is PlayOutcome.CANCELLED
    assert len(result.verdicts) == 1
