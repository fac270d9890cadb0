"""How plays end: in time or not, broken off, with a target that is gone; and that nothing is left behind."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest
import uvloop

from antiphon.core.clock import Clock
from antiphon.engine.plays import play_scenario
from antiphon.testing.scripted_target import ScriptedTarget
from antiphon.ticking.real import RealClock

if TYPE_CHECKING:
    from conftest import Stage

SILENT = "- alice: POST /do\n  body: {silent: true}\n"


async def test_a_scenario_s_own_time_limit_ends_it(stage: Stage, target: ScriptedTarget) -> None:
    seen = await stage.play(
        "timeout: 1s\nusers: {alice: {}}\nsteps: [{alice: POST /do, body: {silent: true}}, {alice: GET /me}]\n"
    )
    assert (seen.outcome, seen.steps) == ("timeout", ["1"])


async def test_the_run_s_time_limit_ends_a_scenario_that_names_none(stage: Stage) -> None:
    stage.changes["scenario_timeout_s"] = 0.2
    seen = await stage.steps(SILENT)
    assert seen.outcome == "timeout"


@pytest.mark.parametrize(
    "steps",
    [
        SILENT,
        "- parallel:\n    - {alice: POST /do, body: {silent: true}}\n    - {bob: POST /do, body: {silent: true}}\n",
        "- until: {do: {alice: GET /count, expect: {n: none}}, every: 5ms, wait: 60s}\n",
        "- alice: GET /me\n  hear: {bob: {news: '#any'}}\n  wait: 60s\n",
        "- alice: emit do\n  data: {ack: silent}\n  wait: 60s\n",
        "- alice: closed\n  within: 60s\n",
        "- pause: 60s\n  because: it is to be interrupted\n",
    ],
)
async def test_whatever_is_waited_for_ends_with_the_time_limit_and_judges_what_was_done(
    stage: Stage, steps: str
) -> None:
    stage.changes["scenario_timeout_s"] = 0.25
    seen = await stage.steps(f"- alice: GET /me\n  status: 404\n{steps}")
    assert (seen.outcome, seen.bad[:1]) == ("timeout", ["1 failed status alice"])


async def test_a_play_that_is_cancelled_says_so_and_keeps_what_was_judged(stage: Stage, target: ScriptedTarget) -> None:
    playing = asyncio.create_task(stage.steps(f"- alice: GET /me\n  hear: {{bob: nothing}}\n{SILENT}"))
    await target.until(lambda: any(request.path == "/do" for request in target.requests))
    playing.cancel()
    seen = await playing
    assert (seen.outcome, seen.steps, seen.proofs) == ("cancelled", ["1", "2"], ["proven"])


async def test_a_target_that_dies_while_somebody_listens_is_told_as_gone(stage: Stage) -> None:
    seen = await stage.steps(
        """
        - alice: emit do
          data: {die: true}
          ack: none
          hear: {bob: [{news: "#any", wait: 60s}]}
        """
    )
    assert seen.outcome == "error"
    assert type(seen.played.problem).__name__ == "TargetGone"


async def test_a_fault_of_our_own_is_raised_and_yet_everything_is_closed(
    stage: Stage, target: ScriptedTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise KeyError("a fault of our own")

    monkeypatch.setattr("antiphon.engine.steps.drain", broken)
    with pytest.raises(KeyError):
        await stage.steps("- alice: POST /things\n- alice: GET /me\n  hear: {bob: nothing}\n")
    assert target.board.things == {}
    await everything_is_closed(target)


ENDINGS = {
    "passed": "- alice: GET /me\n  hear: {bob: nothing}\n",
    "failed": "- alice: GET /me\n  status: 500\n",
    "closed by the target": "- alice: POST /do\n  body: {disconnect: ['{{ bob.id }}'], close: ['{{ alice.id }}']}\n",
    "cut": "- alice: POST /do\n  body: {abort: ['{{ bob.id }}']}\n",
    "refused": "- bob: connect\n  token: garbage\n  refused: true\n",
    "reconnected": "- bob: reconnect\n- bob: reconnect\n",
    "at once": "- parallel: {repeat: 6}\n  steps: [{alice: POST /do, body: {barrier: 6}}]\n",
    "timeout": SILENT,
    "silent sockets": "- bob: disconnect\n- alice: POST /do\n  body: {manners: {connect: silent}}\n- bob: connect\n",
}


@pytest.mark.parametrize("ending", ENDINGS)
async def test_nothing_stays_open_after_a_play(stage: Stage, target: ScriptedTarget, ending: str) -> None:
    stage.changes["scenario_timeout_s"] = 0.5
    await stage.steps(ENDINGS[ending])
    await everything_is_closed(target)


async def test_nothing_stays_open_after_a_play_that_was_cancelled_anywhere(
    stage: Stage, target: ScriptedTarget
) -> None:
    steps = "- alice: POST /things\n- parallel: [{alice: POST /do}, {bob: emit do}]\n  hear: {bob: nothing}\n"
    for turns in range(0, 240, 12):
        playing = asyncio.create_task(stage.steps(steps))
        for _ in range(turns):
            await asyncio.sleep(0)
        playing.cancel()
        seen = await asyncio.gather(playing, return_exceptions=True)
        if turns:
            assert not isinstance(seen[0], BaseException)
            assert seen[0].outcome in ("cancelled", "passed")
            made = [call for call in seen[0].calls() if call == "alice POST /things 201"]
            assert bool(seen[0].calls("cleanup")) == bool(made)
            assert not made or (target.board.things, seen[0].leftovers) == ({}, [])
            target.board.things.clear()  # what was made and never told of
        await everything_is_closed(target)


async def everything_is_closed(target: ScriptedTarget) -> None:
    """Return once the target has seen all of our connections end."""
    try:
        await target.until(lambda: target.http_open == 0 and not target.sockets)
    except TimeoutError:
        pytest.fail(f"open: {target.http_open} HTTP connections, {len(target.sockets)} sockets")


def test_a_play_is_the_same_on_the_loop_that_runs_are_played_on(stage_of: type[Stage]) -> None:
    async def played() -> tuple[str, list[str]]:
        async with ScriptedTarget(RealClock()) as target:
            seen = await stage_of(target).steps(
                """
                - alice: POST /do
                  body: {events: [{to: "{{ bob.id }}", event: news}]}
                  hear: {bob: {news: "#any"}, alice: nothing}
                - bob: reconnect
                """
            )
            await everything_is_closed(target)
            return seen.outcome, seen.bad

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        assert runner.run(played()) == ("passed", [])


async def test_many_plays_at_once_do_not_hear_one_another(stage: Stage, target: ScriptedTarget) -> None:
    scenario, profile = stage.compiled(
        """
        users: {alice: {}, bob: {}}
        steps:
          - alice: POST /do
            body: {events: [{to: "{{ bob.id }}", event: news, data: {n: "{{ run.id }}"}}]}
            hear: {bob: [{news: "#any"}, {only: true}], alice: nothing}
        """
    )
    setting = stage.made_setting(profile)
    names = [f"play#{number}" for number in range(12)]
    played = await asyncio.gather(*(play_scenario(setting, scenario, name) for name in names))
    assert [[v.sentence for v in one.verdicts if v.outcome.value != "held"] for one in played] == [[]] * 12
    await everything_is_closed(target)
    gc.collect()


@pytest.fixture
async def busy_loop() -> AsyncIterator[None]:
    """Hold the loop up for 150 ms, again and again."""
    clock: Clock = RealClock()
    ended = False

    def hold_up() -> None:
        until_s = clock.now_s() + 0.15
        while clock.now_s() < until_s:
            pass
        if not ended:
            loop.call_later(0.01, hold_up)

    loop = asyncio.get_running_loop()
    loop.call_soon(hold_up)
    yield
    ended = True


async def test_a_loop_that_is_held_up_makes_promises_void_and_never_late(stage: Stage, busy_loop: None) -> None:
    stage.lag_s = None
    seen = await stage.steps(
        """
        - repeat: 4
          steps:
            - alice: POST /do
              body: {events: [{to: "{{ bob.id }}", event: news, after_ms: 20}]}
              hear: {bob: [{news: "#any", within: 60ms, times: 1..}]}
        """
    )
    assert [line for line in seen.bad if " failed " in line] == []
    assert seen.bad
    assert set(seen.bad) == {line for line in seen.bad if line.endswith("void late bob")}
