"""The matcher of what must be as it was: nothing else, nothing more, nothing less."""

from __future__ import annotations

from antiphon.core.source import Source
from antiphon.language.checks import Test
from antiphon.language.composites import of_data
from antiphon.language.difference import Difference, shown
from antiphon.language.matcher import Matcher
from antiphon.language.parts import Part
from antiphon.language.scope import MISSING, Scope, resolved


def unchanged(name: str, source: Source, *, since: str) -> Matcher:
    """Return the matcher of a value that is the one which was saved under a name.

    Args:
        name: Under which the value was saved.
        source: Where the claim is written.
        since: What must have changed nothing, in a few words.
    """

    def bind(scope: Scope) -> Test:
        return _same_as(resolved(scope.lookup(name)))

    return Matcher(source, f"as before {since}", Part(bind=bind))


def _same_as(before: object) -> Test:
    test = of_data(before) if before is not MISSING else None

    def same(value: object) -> Difference | None:
        if test is None:
            return None if value is MISSING else Difference((), value, before)
        found = test(value)
        if found is not None:
            return found
        more = of_data(value)(before)
        if more is None:
            return None
        return Difference(more.path, more.expected, more.actual, f"{shown(more.expected)} was not there before")

    return same
