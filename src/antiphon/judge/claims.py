"""Claims about what is known, and about a user's connection: `assert`, `until`, `save`, `connect`, `closed`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from antiphon.core.source import Source
from antiphon.judge.answers import About
from antiphon.judge.envelope import problem_text
from antiphon.judge.timing import Measured, Timing, doubt, judge_limit, limit_text
from antiphon.judge.verdicts import Kind, Outcome, Verdict
from antiphon.language.difference import ClaimDifference, shown
from antiphon.language.matcher import Matcher
from antiphon.language.scope import MISSING, Scope

REFUSALS = frozenset({"connect_error", "http", "dropped", "event"})
"""The ways in which a target refuses a connection; not to be reached, or silent, is none of them."""


def claim_verdict(differences: Sequence[ClaimDifference], about: About, *, claim: str = "the claim holds") -> Verdict:
    """Return the verdict of an `assert`, or of an `until` whose wait is over."""
    if not differences:
        return about.verdict(Outcome.HELD, Kind.CLAIM, claim, claim)
    first, *rest = differences
    details = [f"and it {found}" for found in rest]
    return about.verdict(Outcome.FAILED, Kind.CLAIM, claim, f"the claim {first}", details=details, source=first.source)


def missing_verdict(name: str, address: str, about: About, *, source: Source) -> Verdict:
    """Return the verdict that a `save` found nothing to keep."""
    claim = f"there is a value at {address}"
    sentence = f"nothing to save as `{name}`: there is no `{address}`"
    return about.verdict(Outcome.FAILED, Kind.MISSING, claim, sentence, source=source)


def connect_verdict(
    about: About,
    *,
    verb: str = "connect",
    refused: bool = False,
    refused_by: str | None = None,
    detail: str = "",
    data: object = None,
    within_s: float | None = None,
    took: Measured | None = None,
) -> Verdict:
    """Return the verdict of a `connect` or `reconnect`.

    Args:
        about: Whose step this is.
        verb: As the step has it.
        refused: Whether the step claims that the target refuses it; how it did is judged by `judge.refusals`.
        refused_by: What kept the connection from coming up; None if it is up.
        detail: What happened, as a sentence part.
        data: What came with a refusal.
        within_s: How long it may take until the connection is ready.
        took: How long it took.
    """
    who = about.user or "somebody"
    said = problem_text(data) or (shown(data) if data not in (None, "", {}) else "")
    why = f"{refused_by}: {said or detail}" if refused_by and (said or detail) else refused_by or ""
    details = (detail,) if detail and detail not in why else ()
    if refused:
        claim = f"{who}'s {verb} is refused"
        if refused_by is None:
            sentence = f"{who}'s {verb} was accepted, though it was to be refused"
            return about.verdict(Outcome.FAILED, Kind.NOT_REFUSED, claim, sentence)
        sentence = f"{who}'s {verb} was not refused: the target did not answer it ({why})"
        return about.verdict(Outcome.FAILED, Kind.NOT_REFUSED, claim, sentence, details=details)
    limit = f" within {limit_text(within_s)}" if within_s is not None else ""
    claim = f"{who} is connected{limit}"
    if refused_by is not None:
        word = "refused" if refused_by in REFUSALS else "not answered"
        return about.verdict(Outcome.FAILED, Kind.REFUSED, claim, f"{who}'s {verb} was {word} ({why})", details=details)
    return _in_time(about, claim, f"{who} was connected", within_s, took)


def _in_time(about: About, claim: str, held: str, within_s: float | None, took: Measured | None) -> Verdict:
    if within_s is None or took is None:
        return about.verdict(Outcome.HELD, Kind.STATE, claim, held)
    after = f"{held} after {limit_text(max(took.measured_s, 0.0))}"
    match judge_limit(took, within_s):
        case Timing.HOLDS:
            return about.verdict(Outcome.HELD, Kind.STATE, claim, after)
        case Timing.LATE:
            sentence = f"{after}, not within {limit_text(within_s)}"
            return about.verdict(Outcome.FAILED, Kind.LATE, claim, sentence)
        case Timing.VOID:
            sentence = f"cannot tell whether {claim}"
            return about.verdict(Outcome.VOID, Kind.LATE, claim, sentence, details=(doubt(took, within_s),))


def session_verdict(
    about: About, verb: str, *, refused: bool, status: int | None, problem: object = MISSING
) -> Verdict:
    """Return the verdict of a `login`, `refresh` or `logout` that the target was to refuse."""
    claim = f"{about.user}'s {verb} is refused"
    if refused:
        said = problem_text(problem)
        because = f": {shown(said)}" if said else ""
        return about.verdict(
            Outcome.HELD, Kind.REFUSED, claim, f"{about.user}'s {verb} was refused with {status}{because}"
        )
    answered = f"answered {status}" if status is not None else "not answered"
    sentence = f"{about.user}'s {verb} was {answered}, though it was to be refused"
    return about.verdict(Outcome.FAILED, Kind.NOT_REFUSED, claim, sentence)


def state_verdict(
    about: About,
    verb: Literal["connected", "closed"],
    *,
    state: Literal["same", "replaced", "closed", "never"],
    closed: Mapping[str, object] | None = None,
    code: Matcher | None = None,
    reason: Matcher | None = None,
    scope: Scope,
    within_s: float | None = None,
    took: Measured | None = None,
) -> Verdict:
    """Return the verdict of `connected` (the same connection as before) or `closed`.

    Args:
        about: Whose step this is.
        verb: As the step has it.
        state: What the connection is, by the time the claim was awaited.
        closed: How it ended: `by`, `how`, `code`, `reason`; None if it is open.
        code: What the close code must match.
        reason: What the reason must match.
        scope: What the matchers' templates see.
        within_s: How long the state was awaited.
        took: How long it took.
    """
    who = about.user or "somebody"
    ended = dict(closed or {})
    claim = f"{who} is {verb}"
    if verb == "connected":
        if state == "same":
            return _in_time(about, claim, f"{who} was connected", within_s, took)
        was = {"replaced": "connected anew", "closed": f"closed{_how(ended)}", "never": "never connected"}[state]
        sentence = f"{who}'s connection was {was}, not the same as before"
        return about.verdict(Outcome.FAILED, Kind.STATE, claim, sentence)
    if state in ("same", "replaced"):
        waited = f" within {limit_text(within_s)}" if within_s is not None else ""
        return about.verdict(Outcome.FAILED, Kind.STATE, claim, f"{who}'s connection was not closed{waited}")
    if state == "never":
        return about.verdict(Outcome.FAILED, Kind.STATE, claim, f"{who} was never connected, so nothing was closed")
    held = f"{who}'s connection was closed{_how(ended)}" if state == "closed" else f"{who} was never connected"
    for name, matcher in (("code", code), ("reason", reason)):
        if matcher is None:
            continue
        value = ended.get(name)
        differences = matcher.differences(MISSING if value in (None, "") else value, scope)
        if differences:
            sentence = f"{held}, its {name} {differences[0]}"
            return about.verdict(Outcome.FAILED, Kind.STATE, claim, sentence, source=matcher.source)
    return _in_time(about, claim, held, within_s, took)


def _how(ended: Mapping[str, object]) -> str:
    parts = [
        f"by {_by(ended['by'])}" if ended.get("by") else "",
        f"with code {ended['code']}" if ended.get("code") else "",
    ]
    reason = f" ({shown(ended['reason'])})" if ended.get("reason") else ""
    said = " ".join(part for part in parts if part)
    return (f" {said}" if said else "") + reason


def _by(who: object) -> str:
    return {"target": "the target", "us": "the scenario", "network": "the network"}.get(str(who), str(who))
