"""What can only be known to be wrong when a value is there: while a scenario runs."""

from __future__ import annotations

from dataclasses import dataclass

from antiphon.core.errors import ScenarioError
from antiphon.core.source import Source

LARGEST_OUTPUT = 10_000_000
"""Characters or bytes that a template may make."""


class EvaluationRefused(ScenarioError):
    """An address or template gives no value here."""


@dataclass(eq=False, kw_only=True)
class MissingValue(EvaluationRefused):
    """A template needs a value that is absent."""

    text: str
    source: Source | None = None

    def __str__(self) -> str:
        return f"`{self.text}` has no value here"

    @property
    def hint(self) -> str:
        """What to do next."""
        return "does the step that saves it come earlier? `| default(...)` gives a value where it may be absent"


@dataclass(eq=False, kw_only=True)
class ValueRefused(EvaluationRefused):
    """A value is there, and a filter, a query or JSON cannot work with it."""

    sentence: str
    source: Source | None = None
    advice: str | None = None

    def __str__(self) -> str:
        return self.sentence

    @property
    def hint(self) -> str | None:
        """What to do next."""
        return self.advice


def too_large() -> ValueRefused:
    """Return the error of an output over 10 MB."""
    return ValueRefused(sentence="the output has more than 10 MB", advice="send large data as a file")
