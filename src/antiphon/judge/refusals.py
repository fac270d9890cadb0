"""Whether a connection was turned away as its step claims: in which way, and with what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from antiphon.core.text import listed
from antiphon.judge.answers import About
from antiphon.judge.envelope import problem_text
from antiphon.judge.verdicts import Kind, Outcome, Verdict
from antiphon.language.difference import shown
from antiphon.language.matcher import Matcher
from antiphon.language.scope import MISSING, Scope
from antiphon.scenario.claim_model import Refusal


class TurnedAway(Protocol):
    """How the target turned a connection away."""

    @property
    def by(self) -> str:
        """`connect_error`, `dropped`, `http` or `event`."""
        ...

    @property
    def detail(self) -> str:
        """What happened, as a sentence part."""
        ...

    @property
    def event(self) -> str:
        """The event that refused it."""
        ...

    @property
    def data(self) -> object:
        """What came with it."""
        ...

    @property
    def status(self) -> int | None:
        """The HTTP status that came in place of an upgrade."""
        ...

    @property
    def code(self) -> int | None:
        """The code of the close frame that dropped it."""
        ...


def refusal_verdict(
    about: About, claimed: Refusal, came: TurnedAway, scope: Scope, *, verb: str = "connect", ways: Sequence[str] = ()
) -> Verdict:
    """Return the verdict of a `connect` or `reconnect` that was to be refused, and was.

    Args:
        about: Whose step this is.
        claimed: How it was to be refused.
        came: How it was.
        scope: What the matcher's templates see.
        verb: As the step has it.
        ways: How the profile says that the target refuses; none are named: in any way.
    """
    who = f"{about.user or 'somebody'}'s {verb}"
    way = came.event if came.by == "event" else came.by
    claim = f"{who} is refused" + (f" with {claimed.by}" if claimed.by else "")
    sentence = f"{who} was refused ({_why(came, way)})"
    details = (came.detail,) if came.detail and came.detail not in sentence else ()
    if claimed.by and claimed.by != way:
        told = f"{sentence}, not with {claimed.by}"
        return about.verdict(Outcome.FAILED, Kind.REFUSED, claim, told, details=details, source=claimed.source)
    if not claimed.by and ways and way not in ways:
        hint = "add it to `socket.refused` of the profile if that is how this target refuses"
        told = f"{sentence}, and the profile says that the target refuses with {listed(ways)}"
        return about.verdict(Outcome.FAILED, Kind.REFUSED, claim, told, details=details, hint=hint)
    if claimed.data is not None:
        return data_verdict(about, claimed.data, told_by(came), scope, name=who, held=sentence)
    return about.verdict(Outcome.HELD, Kind.REFUSED, claim, sentence, details=details)


def data_verdict(about: About, matcher: Matcher, data: object, scope: Scope, *, name: str, held: str = "") -> Verdict:
    """Return the verdict of what came with a refusal."""
    claim = f"{name} is refused with {matcher.text}"
    differences = matcher.differences(data, scope)
    if not differences:
        return about.verdict(Outcome.HELD, Kind.REFUSED, claim, held or claim.replace(" is ", " was ", 1))
    came = "nothing came with it" if data is MISSING else f"refused with {shown(data)}"
    sentence = f"{name} was refused, and what came with it {differences[0]}"
    return about.verdict(Outcome.FAILED, Kind.REFUSED, claim, sentence, details=(came,), source=matcher.source)


def told_by(came: TurnedAway) -> object:
    """Return what a matcher sees of a refusal.

    Of `connect_error` its payload, of an event its first argument; of `http` the status and body, of a drop the close
    frame's code and reason.
    """
    match came.by:
        case "http":
            return _known({"status": came.status, "body": came.data})
        case "dropped":
            return _known({"code": came.code, "reason": came.data})
        case _:
            return MISSING if came.data is None else came.data


def _known(parts: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in parts.items() if value not in (None, "")}


def _why(came: TurnedAway, way: str) -> str:
    said = problem_text(came.data) or (shown(came.data) if came.data not in (None, "", {}) else "")
    said = said or ("" if came.by == "event" else came.detail)
    return f"{way}: {said}" if said else way
