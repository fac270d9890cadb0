"""Who may hold up a play between its steps: whoever wants to look, or has seen enough."""

from __future__ import annotations

from typing import Protocol

from antiphon.engine.doing import Doing
from antiphon.scenario.step_model import Step


class Director(Protocol):
    """Asked before each step of a scenario, and told of each that has ended; not while things are cleaned up."""

    def why_not(self, step: Step) -> str:
        """Return why a step, and all that follow, are not to be played; empty if they are."""
        ...

    async def ended(self, doing: Doing) -> None:
        """Look at a step that has ended, everything of it judged that can be judged by now.

        What the scenario's own time limit is stands still meanwhile.
        """
        ...
