"""Whether the rows of a probe are as its step claims."""

from __future__ import annotations

from collections.abc import Sequence

from antiphon.judge.answers import About
from antiphon.judge.verdicts import Kind, Outcome, Verdict
from antiphon.language.difference import shown
from antiphon.language.matcher import Matcher
from antiphon.language.scope import Scope

_MOST_DIFFERENCES = 5


def rows_verdict(rows: Sequence[object], matcher: Matcher | None, scope: Scope, about: About) -> Verdict:
    """Return the verdict of the rows that a probe found."""
    if matcher is None:
        return about.verdict(Outcome.HELD, Kind.CLAIM, "the database answers", "the database answered")
    claim = f"the rows match {matcher.text}"
    differences = matcher.differences(list(rows), scope)
    if not differences:
        return about.verdict(Outcome.HELD, Kind.CLAIM, claim, "the rows are as claimed", source=matcher.source)
    first, *rest = differences
    details = [f"the list of rows {found}" for found in rest[:_MOST_DIFFERENCES]]
    details.append(f"the rows: {shown(list(rows))}")
    return about.verdict(
        Outcome.FAILED,
        Kind.CLAIM,
        claim,
        f"the probe's list of rows {first}",
        details=details,
        hint="response and event may be right, and what is kept wrong, or not yet kept: `until` asks again",
        source=matcher.source,
    )


def unanswered_verdict(sentence: str, hint: str, about: About) -> Verdict:
    """Return the verdict of a probe that got no rows."""
    return about.verdict(Outcome.FAILED, Kind.CLAIM, "the database answers", sentence, hint=hint)
