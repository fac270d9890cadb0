"""The target stopped and started by commands: the state is known at every moment, or said to be unknown."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from antiphon.engine import outage as module
from antiphon.engine.outage import CommandFailed, Outage
from antiphon.ticking.real import RealClock


class Keeper:
    """A target that lives while a file is there; commands make and remove the file."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "alive"
        self.file.touch()
        self.outage = Outage(
            stop_words=(sys.executable, "-c", "import os; os.remove('alive'); print('gone')"),
            start_words=(sys.executable, "-c", "open('alive', 'w')"),
            folder=folder,
            clock=RealClock(),
        )

    async def trouble(self) -> str | None:
        """Return why it does not live."""
        return None if self.file.exists() else "nobody is there"

    async def stop_fails(self, program: str) -> str:
        """Stop it by another command, and return why that failed."""
        self.outage.stop_words = (sys.executable, "-c", program)
        with pytest.raises(CommandFailed) as failed:
            await self.outage.stop(self.trouble, by="s")
        return f"{failed.value} {failed.value.said}".replace(sys.executable, "python")

    async def start_fails(self, program: str) -> str:
        """Start it by another command, and return why that failed."""
        self.outage.start_words = (sys.executable, "-c", program)
        with pytest.raises(CommandFailed) as failed:
            await self.outage.start(self.trouble)
        return f"{failed.value} {failed.value.said}".replace(sys.executable, "python")


@pytest.fixture
def keeper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Keeper:
    for name in ("GONE_WITHIN_S", "HEALTHY_WITHIN_S"):
        monkeypatch.setattr(module, name, 0.2)
    return Keeper(tmp_path)


async def test_it_is_stopped_when_it_does_not_answer_and_started_when_it_is_healthy(keeper: Keeper) -> None:
    outage = keeper.outage
    assert (outage.state, outage.warning) == ("running", "")
    await outage.stop(keeper.trouble, by="files/restart")
    assert outage.state == "stopped"
    assert outage.warning.startswith("the target is stopped since files/restart: `")
    assert outage.warning.endswith("` starts it")
    await outage.start(keeper.trouble)
    assert (outage.state, outage.warning) == ("running", "")


async def test_a_command_that_fails_tells_what_it_said_and_leaves_the_state_unknown(keeper: Keeper) -> None:
    assert await keeper.stop_fails("print('not now\\x1b'); exit(3)") == (
        "`python -c 'print('\"'\"'not now\\x1b'\"'\"'); exit(3)'` ended with 3 not now\\x1b"
    )
    assert keeper.outage.state == "unknown"
    assert "may be stopped or half started" in keeper.outage.warning


async def test_a_target_that_still_answers_was_not_stopped(keeper: Keeper) -> None:
    assert "the target still answers 200 ms after" in await keeper.stop_fails("pass")
    assert keeper.outage.state == "running"


async def test_a_target_that_stays_away_was_not_started(keeper: Keeper) -> None:
    await keeper.outage.stop(keeper.trouble, by="s")
    assert "the target is not healthy 200 ms after" in await keeper.start_fails("pass")
    assert keeper.outage.state == "unknown"


async def test_a_program_that_is_not_there_changes_nothing(keeper: Keeper) -> None:
    keeper.outage.stop_words = ("no-such-program",)
    with pytest.raises(CommandFailed, match="`no-such-program` cannot be run: no such file or directory"):
        await keeper.outage.stop(keeper.trouble, by="s")
    assert keeper.outage.state == "running"


async def test_a_command_that_does_not_end_is_ended(keeper: Keeper, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "COMMAND_WITHIN_S", 0.3)
    said = await keeper.stop_fails("import signal; signal.pause()")
    assert "did not end within 300 ms" in said
    assert keeper.outage.state == "unknown"


async def test_who_is_broken_off_waits_until_the_command_has_ended(keeper: Keeper) -> None:
    stopping = asyncio.create_task(keeper.outage.stop(keeper.trouble, by="s"))
    await asyncio.sleep(0)  # it begins
    stopping.cancel()
    with pytest.raises(asyncio.CancelledError):
        await stopping
    assert (keeper.outage.state, keeper.file.exists()) == ("stopped", False)
    await keeper.outage.start(keeper.trouble)
    assert keeper.outage.state == "running"
