"""Why a play or a run ends before its last step; raised inside the engine, never beyond it."""

from __future__ import annotations

from dataclasses import dataclass

from antiphon.core.errors import EnvironmentProblem
from antiphon.core.source import Source


class StopPlay(Exception):
    """The rest of this play is not run; the verdict that says why is already noted."""


@dataclass(eq=False, kw_only=True)
class PlayProblem(EnvironmentProblem):
    """The scenario cannot be played: a recipe, login or first connect went otherwise than the profile says."""

    sentence: str
    source: Source | None = None
    advice: str = ""
    details: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.sentence

    @property
    def hint(self) -> str | None:
        """What to do next."""
        return self.advice or None


@dataclass(eq=False, kw_only=True)
class TargetGone(EnvironmentProblem):
    """The target's health no longer answers: the run stops."""

    sentence: str
    source: Source | None = None
    advice: str = ""
    details: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.sentence

    @property
    def hint(self) -> str | None:
        """What to do next."""
        return self.advice or None
