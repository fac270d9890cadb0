"""What happened to a hearer's connection since a step's first byte was sent, as the judge asks it."""

from __future__ import annotations

from typing import Literal

from antiphon.engine.sockets import Change, UserSocket
from antiphon.judge.fences import Link

_Ended = Literal["closed by the target", "closed by us", "cut"]


def link_of(socket: UserSocket | None, opened_s: float) -> Link:
    """Return the fate of a connection, seen from the moment at which a cause was sent."""
    if socket is None:
        return Link(opened_as="never connected")
    before = socket.state_at(opened_s)
    if before.state == "never":
        return _since_unconnected(socket, opened_s)
    if before.state == "closed":
        opened_as = _ended(before)
        later = [change for change in socket.changes if change.at_s > opened_s]
        if any(change.state == "open" for change in later):
            return Link(opened_as="open", since=_since(later), since_s=later[-1].at_s, since_reason=_reason(later[-1]))
        return Link(opened_as=opened_as, opened_reason=_reason(before))
    later = [change for change in socket.changes if change.at_s > opened_s]
    if not later:
        return Link()
    ended = later[0]
    if any(change.state == "open" for change in later[1:]):
        return Link(since="replaced", since_s=ended.at_s, since_reason=_reason(ended))
    return Link(since=_ended(ended), since_s=ended.at_s, since_reason=_reason(ended))


def _since_unconnected(socket: UserSocket, opened_s: float) -> Link:
    later = [change for change in socket.changes if change.at_s > opened_s]
    if not later:
        return Link(opened_as="never connected")
    return Link(since=_since(later), since_s=later[-1].at_s, since_reason=_reason(later[-1]))


def _since(later: list[Change]) -> Literal["", "closed by the target", "closed by us", "cut"]:
    return "" if later[-1].state == "open" else _ended(later[-1])


def _ended(change: Change) -> _Ended:
    if change.closed is not None and change.closed.how in ("protocol error", "fault"):
        return "cut"  # broken off because of what came, which is nothing that the scenario did
    if change.closed is None or change.closed.by == "us":
        return "closed by us"
    return "closed by the target" if change.closed.by == "target" else "cut"


def _reason(change: Change) -> str:
    return "" if change.closed is None else (change.closed.reason or change.closed.detail)
