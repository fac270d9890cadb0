"""What happened to a hearer's connection since a step's first byte was sent, as the judge asks it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from antiphon.engine.doing import Doing
from antiphon.engine.socket_states import Change
from antiphon.engine.sockets import UserSocket
from antiphon.judge.fences import Link

_Ended = Literal["closed by the target", "closed by us", "cut"]


def link_since(socket: UserSocket | None, sent: Doing | None, opened_s: float) -> Link:
    """Return the fate of a connection since a step sent its first byte; a connection that it made itself is new."""
    return link_of(socket, opened_s, made_anew=sent is not None and socket is not None and socket.name in sent.reopened)


def link_of(socket: UserSocket | None, opened_s: float, *, made_anew: bool = False) -> Link:
    """Return the fate of a connection, seen from the moment at which a cause was sent.

    Args:
        socket: Whose connections; None: there are none.
        opened_s: The moment.
        made_anew: Whether the cause is that the scenario connects this socket: what was before does not matter.
    """
    if socket is None:
        return Link(opened_as="never connected")
    before = socket.state_at(opened_s)
    later = [change for change in socket.changes if change.at_s > opened_s]
    if made_anew:
        first = next((index for index, change in enumerate(later) if change.state == "open"), None)
        if first is not None:
            before, later = later[first], later[first + 1 :]
    if before.state == "never":
        return _since_unconnected(later)
    gap = _gap((before, *later))
    is_back = any(change.state == "open" for change in later)
    if before.state == "closed":
        if not is_back:
            return Link(opened_as=_ended(before), opened_reason=_reason(before))
        if gap and later[-1].state == "open":
            return Link(since="replaced", since_s=later[0].at_s, since_reason=_reason(before), gap=gap)
        return Link(since=_since(later), since_s=later[-1].at_s, since_reason=_reason(later[-1]), gap=gap)
    if not later:
        return Link()
    ended = later[0]
    since = "replaced" if any(change.state == "open" for change in later[1:]) else _ended(ended)
    return Link(since=since, since_s=ended.at_s, since_reason=_reason(ended), gap=gap)


def _since_unconnected(later: Sequence[Change]) -> Link:
    if not later:
        return Link(opened_as="never connected")
    return Link(since=_since(later), since_s=later[-1].at_s, since_reason=_reason(later[-1]), gap=_gap(later))


def _gap(changes: Sequence[Change]) -> Literal["", "cut", "closed by us"]:
    """Return why the first time was that something could be missed before the connection was open again."""
    for index, change in enumerate(changes):
        if change.state == "closed" and any(after.state == "open" for after in changes[index + 1 :]):
            ended = _ended(change)
            if ended != "closed by the target":
                return ended
    return ""


def _since(later: Sequence[Change]) -> Literal["", "closed by the target", "closed by us", "cut"]:
    return "" if later[-1].state == "open" else _ended(later[-1])


def _ended(change: Change) -> _Ended:
    if change.closed is not None and change.closed.how in ("protocol error", "fault"):
        return "cut"  # broken off because of what came, which is nothing that the scenario did
    if change.closed is None or change.closed.by == "us":
        return "closed by us"
    return "closed by the target" if change.closed.by == "target" else "cut"


def _reason(change: Change) -> str:
    return "" if change.closed is None else (change.closed.reason or change.closed.detail)
