"""A scenario's function, played: its users are handed over, what it raises becomes what the engine knows."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Awaitable
from dataclasses import dataclass
from pathlib import Path

from antiphon.core.errors import AntiphonError, ScenarioError
from antiphon.core.source import Source
from antiphon.engine.doing import Doing
from antiphon.engine.judging import about
from antiphon.engine.play import Frame
from antiphon.engine.stops import StopPlay
from antiphon.judge.verdicts import Kind, Outcome
from antiphon.language.matcher import Claim
from antiphon.python.declaring import Declared
from antiphon.python.people import Group, User
from antiphon.python.places import place
from antiphon.python.scene import Readings, Scene, unplayed
from antiphon.scenario.step_model import AssertStep

SCENE = "scene"


@dataclass(eq=False, kw_only=True)
class ScriptBroke(ScenarioError):
    """The code of a scenario raised something by itself."""

    said: str
    source: Source | None = None

    def __str__(self) -> str:
        return f"the scenario's own code broke: {self.said}"

    @property
    def hint(self) -> str:
        """What to do next."""
        return "what may be absent is asked for with `.get(...)`, or claimed with `scene.claim`"


async def play_function(declared: Declared, frame: Frame, readings: Readings, root: Path) -> None:
    """Play a scenario's function.

    Raises:
        StopPlay: The rest of it is not run.
        AntiphonError: It cannot be played.
    """
    scene = Scene(frame, readings, root)
    given = {name: scene if name == SCENE else _somebody(scene, name) for name in declared.parameters}
    await as_steps(declared.function(**given), frame, root)
    if (task := asyncio.current_task()) is not None and task.cancelling():
        raise asyncio.CancelledError  # which the function has swallowed
    if (mistake := unplayed(scene)) is not None:
        raise mistake


async def as_steps(work: Awaitable[object], frame: Frame, root: Path) -> None:
    """Await the code of a scenario or a test; what it raises becomes what the engine knows.

    Raises:
        StopPlay: The rest of it is not run.
        AntiphonError: It cannot be played.
    """
    try:
        await work
    except (AntiphonError, StopPlay, asyncio.CancelledError):
        raise
    except AssertionError as error:
        _note_assertion(frame, error, root)
        raise StopPlay("an assertion does not hold") from error
    except Exception as error:
        source = _where(error, root)
        said = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        if any(doing.failed for doing in frame.play.doings):
            _note(frame, source, f"the scenario's own code could not go on after that: {said}", Outcome.NOT_RUN)
            raise StopPlay(said) from error
        raise ScriptBroke(said=said, source=source) from error


def _somebody(scene: Scene, name: str) -> User | Group:
    several = isinstance(scene.frame.names.lookup(name), list | tuple)
    return Group(scene, name) if several else User(scene, name)


def _note_assertion(frame: Frame, error: AssertionError, root: Path) -> None:
    source = _where(error, root)
    said = str(error) or source.text.strip()
    _note(frame, source, f"the assertion does not hold: {said}", Outcome.FAILED)


def _note(frame: Frame, source: Source, sentence: str, outcome: Outcome) -> None:
    """Add a step that is no more than a verdict."""
    play = frame.play
    now_s = play.setting.clock.now_s()
    number = str(sum(1 for doing in play.doings if doing.block is None) + 1)
    step = AssertStep(number=number, label=source.text.strip(), source=source, claim=Claim((), source))
    doing = Doing(step=step, number=number, began_s=now_s, ended_s=now_s)
    doing.verdicts.append(about(doing).verdict(outcome, Kind.CLAIM, "the assertion holds", sentence, source=source))
    play.doings.append(doing)


def _where(error: BaseException, root: Path) -> Source:
    """Return the last line of the suite's own code that an error passed."""
    found = None
    for frame in traceback.extract_tb(error.__traceback__):
        if Path(frame.filename).resolve().is_relative_to(root.resolve()):
            found = frame
    if found is None:
        return Source("<python>", 1, 1)
    return place(found.filename, found.lineno or 1, (found.colno or 0) + 1, root)
