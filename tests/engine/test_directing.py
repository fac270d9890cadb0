"""A play that is held up between its steps: its own time stands still meanwhile."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from antiphon.engine.doing import Doing
from antiphon.engine.play import Play
from antiphon.engine.play_time import PlayTime
from antiphon.scenario.step_model import Step
from antiphon.testing.virtual_time import run_virtually

if TYPE_CHECKING:
    from conftest import Stage


class Slow:
    """A director who looks at a step for ten seconds, and lets a number of steps be played."""

    def __init__(self, *, looks_s: float = 0.0, most: int = 99) -> None:
        self.looks_s = looks_s
        self.most = most
        self.seen: list[str] = []

    def why_not(self, step: Step) -> str:
        return "enough" if len(self.seen) >= self.most else ""

    async def ended(self, doing: Doing) -> None:
        self.seen.append(doing.number)
        await asyncio.sleep(self.looks_s)


async def looked_at(then_s: float) -> None:
    """Hold up a play of one second for ten, and go on for so long."""
    play = Play.__new__(Play)
    play.director = Slow(looks_s=10.0)
    doing: Any = Doing(step=None, number="1", began_s=0.0)  # type: ignore[arg-type]  # nobody looks at the step
    play.time = PlayTime()
    async with asyncio.timeout(1.0) as limit:
        with play.time.limited_by(limit):
            await play.stand_still(doing)
            await asyncio.sleep(then_s)


def test_the_scenarios_time_stands_still_while_somebody_looks_and_then_goes_on() -> None:
    run_virtually(looked_at(0.9))
    with pytest.raises(TimeoutError):
        run_virtually(looked_at(1.1))


async def test_who_has_seen_enough_ends_the_steps_and_clean_up_runs(stage: Stage) -> None:
    director = Slow(most=2)
    stage.changes["director"] = director
    seen = await stage.play(
        "users: {alice: {connect: false}}\nsteps:\n  - alice: POST /things\n    body: {}\n"
        "  - alice: GET /echo/2\n  - alice: GET /echo/3\ncleanup:\n  - alice: GET /echo/end\n"
    )
    assert seen.outcome == "passed"
    assert seen.played.stopped == "enough"
    assert (seen.steps, director.seen) == (["1", "2"], ["1", "2"])
    # The second DELETE asks whether the first one did what it said.
    assert [call.split()[1] for call in seen.calls("cleanup")] == ["DELETE", "DELETE"]
    assert stage.target.requests[-3].path == "/echo/end"
