"""What a call led to on the other channel, one for each event that it owed: derived from what was judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final

import msgspec

from antiphon.judge.deeds import Deed, Outcome, as_text, value_at
from antiphon.judge.laws.obligations import Obligation
from antiphon.judge.membership.members import Members
from antiphon.language.scope import MISSING, Scope
from antiphon.target.model import ResourceRule

_DOUBT: Final = "whether the call was done is not known"


class IntegrationState(StrEnum):
    """How far an event of integration is."""

    PROCESSED = "PROCESSED"  # all who must have heard it did
    FAILED = "FAILED"  # late, lost, wrong
    RETRYING = "RETRYING"  # it failed, and its scenario was tried again
    ERROR = "ERROR"  # what became of the cause is not known


class IntegrationEvent(msgspec.Struct, kw_only=True, frozen=True):
    """A call whose effect was told over the socket.

    Attributes:
        id: The play, the cause's entry and the event's name.
        play: In which play.
        cause_seq: The call's entry.
        event_type: The event's name.
        cause: The operation.
        user_id: Whose call it was.
        resource_id: What the call made or changed; empty where nothing says so.
        resource_type: Its kind, as the profile names it, or as the path does.
        event_data: What was told, as JSON; empty if nothing was heard.
        at_s: When the call was sent.
        state: What became of it.
        heard: By how many connections it was heard.
        processing_s: From the call's sending to the last who heard it; None if nobody did.
        retry_count: How often its scenario had been tried before.
        error: What was wrong; empty if nothing was.
    """

    id: str
    play: str
    cause_seq: int
    event_type: str
    cause: str
    user_id: str
    resource_id: str
    resource_type: str
    event_data: bytes
    at_s: float
    state: IntegrationState
    heard: int
    processing_s: float | None
    retry_count: int
    error: str = ""


def integration_event(
    obligation: Obligation,
    members: Members,
    resources: Mapping[str, Sequence[ResourceRule]],
) -> IntegrationEvent | None:
    """Return what a call led to; None where there was nothing to tell on the other channel.

    Args:
        obligation: What the call owed; it was judged, and holds what was heard.
        members: Who is in which room.
        resources: What calls make, by operation.
    """
    deed, promise, heard, message = obligation.deed, obligation.promise, obligation.heard, obligation.message
    if promise.forbids or not deed.what.startswith(_METHODS) or (obligation.either is not None and not heard):
        return None
    outcome = obligation.now(members)
    if outcome is Outcome.REFUSED:
        return None
    unknown = outcome is Outcome.UNKNOWN
    kind, resource = _resource(deed, obligation.scope, resources)
    return IntegrationEvent(
        id=f"{deed.play}:{deed.seq}:{promise.owed.event}",
        play=deed.play,
        cause_seq=deed.seq,
        event_type=promise.owed.event,
        cause=deed.what,
        user_id=deed.person.id if deed.person is not None else "",
        resource_id=resource,
        resource_type=kind,
        event_data=message.raw if heard and message is not None else b"",
        at_s=deed.sent_s,
        state=IntegrationState.ERROR if unknown else IntegrationState.PROCESSED,
        heard=len(heard),
        processing_s=max(max(one.at_s for one in heard) - deed.sent_s, 0.0) if heard else None,
        retry_count=_attempt(deed.play) - 1,
        error=_DOUBT if unknown else "",
    )


_METHODS: Final = ("GET ", "POST ", "PUT ", "PATCH ", "DELETE ", "HEAD ", "OPTIONS ")


def _resource(deed: Deed, scope: Scope, resources: Mapping[str, Sequence[ResourceRule]]) -> tuple[str, str]:
    """Return the kind and the id of what a call made, or of what its path names last."""
    for rule in resources.get(deed.what, ()):
        key = as_text(value_at(rule.key.get, scope))
        if key is not None:
            return rule.name, key
    segments = deed.what.partition(" ")[2].split("/")
    at = max((place for place, segment in enumerate(segments) if segment.startswith(":")), default=0)
    path = scope.lookup("path") if at else MISSING
    found = as_text(path.get(segments[at][1:], MISSING)) if isinstance(path, Mapping) else None
    return (segments[at - 1], found) if found is not None else ("", "")


def _attempt(play: str) -> int:
    number = play.rpartition("#")[2]
    return int(number) if number.isdecimal() else 1
