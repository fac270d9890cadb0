"""What may have caused events: calls, emits and connections of a history, read as laws and memberships read them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import IntEnum

import msgspec

from antiphon.history.entries import Emit
from antiphon.judge.answers import is_negative
from antiphon.judge.deed_names import ack_of
from antiphon.judge.people import Hearer, Person
from antiphon.language.jsontext import text_of
from antiphon.language.refusals import EvaluationRefused
from antiphon.language.scope import MISSING, NO_NAMES, Scope
from antiphon.target.laws.causes import CallCause, Cause, ConnectionCause, EmitCause, HeardCause
from antiphon.target.socket_model import AnswerRule

FIRST_UNKNOWN_STATUS = 500


class Outcome(IntEnum):
    """What became of a deed."""

    DONE = 0
    REFUSED = 1
    UNKNOWN = 2


class Deed(msgspec.Struct, eq=False, kw_only=True):
    """Something that may have caused events.

    Attributes:
        what: In one line: `POST /messages/send`, `emit join_room`, `connect`.
        seq: Its entry.
        play: In which play.
        from_s: From when on something that it caused may be heard.
        sent_s: When it was sent: who was in a room from then on must hear of it.
        answered_s: From when on it certainly has had them; of one without an answer, when nobody waited any longer.
        scope: What addresses see.
        keys: Under what causes name it.
        user: Who did it, as the play names them.
        person: The same; None for nobody.
        hearer: The connection that it was done on, or that it is about.
        status: Of a call; None if no complete answer came.
        outcome: Of an emit.
        only: Whether it is the first or the last of its user's connections.
        judged: Whether laws judge it; recipes and clean-up only feed what is known.
        by_time: Whether only a time that went by answered it.
        revokes: Whether it takes somebody out of a room.
        uncertain: Whether it may not have come to pass at all.
        owes: How many obligations look things up in its scope, and all else that does.
    """

    what: str
    seq: int
    play: str
    from_s: float
    sent_s: float
    answered_s: float
    scope: Scope
    keys: tuple[str, ...]
    user: str = ""
    person: Person | None = None
    hearer: Hearer | None = None
    status: int | None = None
    outcome: Outcome = Outcome.DONE
    only: frozenset[str] = frozenset()
    judged: bool = True
    by_time: bool = False
    revokes: bool = False
    uncertain: bool = False
    owes: int = 0

    def let_go(self) -> None:
        """Let go of what the entry held, if nobody else will ask for it: that is most of what a deed weighs."""
        self.owes -= 1
        if self.owes == 0:
            self.scope = NO_NAMES


def cause_key(cause: Cause) -> str:
    """Return under what a cause finds its deeds."""
    match cause:
        case CallCause():
            path = cause.operation.path
            prefix = f"{cause.service}:" if cause.service and not path.startswith(f"{cause.service}:") else ""
            return f"{cause.operation.method} {prefix}{path}"
        case EmitCause():
            return f"emit {named_on(cause.service, cause.name)}"
        case ConnectionCause():
            return cause.what
        case HeardCause():
            return f"heard {cause.name}"
        case _:
            return cause_key(cause.cause)


def named_on(service: str, name: str) -> str:
    """Return an event's name as laws know it: one on the socket of a service is named with it."""
    return f"{service}:{name}" if service else name


def outcome_of(cause: Cause, deed: Deed) -> Outcome | None:
    """Return what became of a deed as a cause sees it; None where it is not what the cause names."""
    match cause:
        case CallCause():
            return Outcome.UNKNOWN if deed.uncertain else _outcome_of_call(cause, deed.status)
        case EmitCause():
            if cause.outcome == "sent":
                return Outcome.DONE
            if cause.outcome == "ok" or deed.outcome is Outcome.UNKNOWN:
                return deed.outcome
            return Outcome.DONE if deed.outcome is Outcome.REFUSED else Outcome.REFUSED
        case ConnectionCause():
            return None if cause.only and cause.only not in deed.only else Outcome.DONE
        case _:
            return Outcome.UNKNOWN if deed.uncertain else Outcome.DONE


def _outcome_of_call(cause: CallCause, status: int | None) -> Outcome:
    if status is not None and cause.statuses.accepts(status):
        return Outcome.DONE
    return Outcome.UNKNOWN if status is None or status >= FIRST_UNKNOWN_STATUS else Outcome.REFUSED


def emit_outcome(emit: Emit, rules: Mapping[str, AnswerRule]) -> tuple[Outcome, bool]:
    """Return what became of an emit, and whether only time says so."""
    rule = rules.get(emit.name)
    if emit.acknowledged_s is not None:
        if emit.answered_by:
            refusals = rule.refused if rule is not None else ()
            refused = any(pattern.name == emit.answered_by for pattern in refusals)
            accepts = rule is not None and any(pattern.name == emit.answered_by for pattern in rule.ok)
            if refused and accepts:  # one event says both: what it carries tells which
                refused = is_negative(ack_of(emit))
        else:
            refused = is_negative(ack_of(emit))
        return (Outcome.REFUSED if refused else Outcome.DONE), False
    if rule is not None and rule.after_s is not None:
        return Outcome.DONE, True
    return Outcome.UNKNOWN, False


def value_at(get: Callable[[Scope], object], scope: Scope) -> object:
    """Return the value at an address, or `MISSING`, also where a filter cannot work with what came."""
    try:
        return get(scope)
    except EvaluationRefused:
        return MISSING


def as_text(value: object) -> str | None:
    """Return a value as ids are compared; None if there is none."""
    if type(value) is str:
        return value
    if value is MISSING or value is None:
        return None
    try:
        return text_of(value)
    except EvaluationRefused:
        return None
