"""Why a play or a run ends before its last step; raised inside the engine, never beyond it."""

from __future__ import annotations

from dataclasses import dataclass

from antiphon.core.errors import AntiphonError, EnvironmentProblem
from antiphon.core.source import Source


class StopPlay(Exception):
    """The rest of this play is not run; the verdict that says why is already noted."""


@dataclass(eq=False, kw_only=True)
class Stopped(EnvironmentProblem):
    """What whoever runs Antiphon can mend, in the words of whoever met it.

    Attributes:
        sentence: What happened.
        source: The line of the profile or scenario that it hangs on.
        note: What stands beside that place (`base_url (API_BASE_URL is not set)`).
        advice: What to do next; may be empty.
        details: What the target said.
    """

    sentence: str
    source: Source | None = None
    note: str = ""
    advice: str = ""
    details: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.sentence

    @property
    def hint(self) -> str | None:
        """What to do next."""
        return self.advice or None


class PlayProblem(Stopped):
    """The scenario cannot be played: a recipe, login or first connect went otherwise than the profile says."""


class TargetGone(Stopped):
    """The target's health no longer answers: the run stops."""


class Unreachable(Stopped):
    """The target does not answer its health calls."""


def first_problem(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """Return which problem of several tasks is told: a target that is gone, another one that is known, or our own."""
    found = list(group.exceptions)
    known = [error for error in found if isinstance(error, AntiphonError)]
    gone = [error for error in known if isinstance(error, TargetGone)]
    return (*gone, *known, *found)[0]
