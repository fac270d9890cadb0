"""The packaged suite, asked again of its record: without a change every claim is judged as when it was played."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvloop
from msgspec.structs import replace

from antiphon.cli.application import running, suite_folder
from antiphon.cli.asking import run_options
from antiphon.cli.jobs import new_job
from antiphon.cli.loading import load, placed
from antiphon.engine.play import Play
from antiphon.judge.findings import Finding
from antiphon.run.mutate.answers import ack_verdicts, answer_verdicts
from antiphon.run.mutate.change import NOTHING
from antiphon.run.mutate.keeping import Keeper
from antiphon.run.mutate.recorded import Recorded
from antiphon.run.mutate.rejudging import all_verdicts
from antiphon.run.results import RunSummary, ScenarioResult
from antiphon.run.runner import Run
from antiphon.scenario.model import Scenario

AT_ONCE = 4


class Nobody:
    """A watcher that looks at nothing."""

    def run_began(self, summary: RunSummary) -> None:
        """Ignore it."""

    def scenario_began(self, scenario: Scenario, play: Play) -> None:
        """Ignore it."""

    def scenario_ended(self, scenario: Scenario, result: ScenarioResult) -> None:
        """Ignore it."""

    def found(self, finding: Finding) -> None:
        """Ignore it."""


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Recorded]]:
    """Play the suite once, and keep it."""
    with running() as application:
        loaded = placed(
            load((), suite_folder() / "target.yaml"),
            {
                "API_BASE_URL": f"{application.url}/api/v1",
                "WEBSOCKET_URL": application.url,
                "TFS_SECRET": application.secret,
                "DATABASE_URL": application.told("database"),
            },
        )
        options = run_options(loaded, seed="again", parallel=AT_ONCE, process_id=application.pid)
        job = new_job(loaded, loaded.suite.scenarios, options)
        keeper = Keeper(Nobody())
        here = tmp_path_factory.mktemp("kept")

        async def played() -> None:
            await Run(replace(job, here=Path(here), kept=keeper.keep), keeper).play()

        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(played())
        yield keeper.recorded


def test_every_claim_of_every_scenario_is_judged_again_as_it_was_judged(kept: dict[str, Recorded]) -> None:
    assert len(kept) > 60
    other = []
    count = 0
    for name, play in kept.items():
        asked = (*play.asked.hears, *play.asked.ends)
        for was, (_, told) in zip(asked, all_verdicts(play, NOTHING), strict=True):
            count += 1
            if told != was.told:
                other.append((name, was.doing.number, told, was.told))
        other += [
            (name, one.doing.number, told, one.told)
            for one in play.asked.answers
            if (told := answer_verdicts(play, one, one.answer.call)) != one.told
        ]
        other += [
            (name, one.doing.number, told, one.told)
            for one in play.asked.acks
            if (told := ack_verdicts(one, one.emitted.emit)) != one.told
        ]
    assert other == []
    assert count > 500
