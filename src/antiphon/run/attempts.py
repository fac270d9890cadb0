"""The attempts at one scenario, each in a task of its own: it can be broken off without its clean-up being broken off.

A fault of Antiphon itself ends the attempt as an error that keeps what was judged before.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from antiphon.core.errors import AntiphonError
from antiphon.engine.play import Play
from antiphon.engine.plays import Played, play_scenario
from antiphon.engine.setting import Setting
from antiphon.history.entries import AnyEntry, Mark
from antiphon.judge.verdicts import PlayOutcome, Verdict
from antiphon.run.assembling import result_of, stops_the_run
from antiphon.run.fault import AntiphonFault
from antiphon.run.results import ScenarioResult, Trouble
from antiphon.scenario.model import Scenario

_FIRST_PAUSE_S = 0.2
_RETRIED = (PlayOutcome.FAILED, PlayOutcome.TIMEOUT)


class Attempts:
    """Plays scenarios until they hold, until their retries are used up, or until the run is broken off.

    Args:
        began: Called with each play as it begins.
        fault: Called with an unexpected exception; keeps its traceback, and returns it as an error.
    """

    def __init__(
        self,
        setting: Setting,
        *,
        began: Callable[[Scenario, Play], None],
        fault: Callable[[Exception], AntiphonFault],
    ) -> None:
        self._setting = setting
        self._began = began
        self._fault = fault
        self._broken_off = asyncio.Event()
        self._playing: dict[str, asyncio.Task[Played]] = {}
        self._cleaning: set[str] = set()

    def break_off(self) -> None:
        """End what is played, but for what is cleaning up already, and try nothing again."""
        self._broken_off.set()
        for name, task in self._playing.items():
            if name not in self._cleaning:
                task.cancel()

    def note(self, entry: AnyEntry) -> None:
        """Read from the history which plays are cleaning up."""
        if isinstance(entry, Mark) and entry.what == "cleanup":
            self._cleaning.add(entry.play)

    async def result(self, scenario: Scenario, retries: int) -> tuple[ScenarioResult, Trouble | None]:
        """Return what became of a scenario, and why the run must stop if the target is gone.

        Args:
            scenario: What is played.
            retries: How often it is played again after an expectation failed.
        """
        plays: list[str] = []
        earlier: list[Verdict] = []
        while True:
            name = scenario.id if not plays else f"{scenario.id}#{len(plays) + 1}"
            plays.append(name)
            played = await self._attempt(scenario, name)
            result = result_of(scenario, played, plays=plays, earlier=earlier)
            gone = stops_the_run(played)
            if gone or result.outcome not in _RETRIED or len(plays) > retries or self._broken_off.is_set():
                return result, result.trouble if gone else None
            await self._pause(name, len(plays))
            if self._broken_off.is_set():
                return result, None
            earlier.extend(result.failures)

    async def _attempt(self, scenario: Scenario, name: str) -> Played:
        begun: list[Play] = []

        def watch(play: Play) -> None:
            begun.append(play)
            self._began(scenario, play)

        task = asyncio.ensure_future(play_scenario(self._setting, scenario, name, watch=watch))
        self._playing[name] = task
        try:
            return await task
        except asyncio.CancelledError:
            if not task.cancelled():
                raise
            return self._broken(scenario, name, begun, cancelled=True)
        except Exception as error:  # noqa: BLE001 - the edge of a play: a fault of ours must not lose what is judged
            return self._broken(scenario, name, begun, problem=self._fault(error))
        finally:
            self._playing.pop(name, None)
            self._cleaning.discard(name)

    def _broken(
        self,
        scenario: Scenario,
        name: str,
        begun: Sequence[Play],
        *,
        cancelled: bool = False,
        problem: AntiphonError | None = None,
    ) -> Played:
        """Return what there is of a play that did not come back: all it did and judged, or that it never began."""
        now_s = self._setting.clock.now_s()
        play = begun[0] if begun else Play(setting=self._setting, scenario=scenario, name=name)
        if not self._setting.keep_data:
            named = " ".join(play.leftovers)
            left = [f"{made.rule.name} {made.key}" for made in reversed(play.made)]
            play.leftovers.extend(f"{thing}: not removed" for thing in left if thing not in named)
        began_s = play.started_s if begun else now_s
        return Played(play=play, began_s=began_s, ended_s=now_s, cancelled=cancelled, problem=problem)

    async def _pause(self, name: str, tried: int) -> None:
        """Wait before the next attempt: twice as long each time, half to one and a half of it by the dice."""
        setting = self._setting
        pause_s = _FIRST_PAUSE_S * 2 ** (tried - 1) * (0.5 + setting.dice.child(name).uniform())
        pausing = asyncio.ensure_future(setting.clock.sleep(pause_s))
        ending = asyncio.ensure_future(self._broken_off.wait())
        await asyncio.wait({pausing, ending}, return_when=asyncio.FIRST_COMPLETED)
        for task in (pausing, ending):
            task.cancel()
        await asyncio.gather(pausing, ending, return_exceptions=True)
