"""What is known of a user's socket at a moment: its state through time, and the questions that are still open."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Sequence
from typing import Literal

from msgspec import Struct

from antiphon.history.heard import Heard
from antiphon.language.scope import MISSING
from antiphon.net.socket_facts import Closed, Refused

StateName = Literal["never", "open", "closed"]


class Change(Struct, frozen=True):
    """The socket's state from one moment on."""

    at_s: float
    state: StateName
    epoch: int
    closed: Closed | None = None


class Question(Struct, frozen=True, kw_only=True):
    """An event of which the target asks for an acknowledgement."""

    heard: Heard
    ack_id: int
    epoch: int


def state_at(changes: Sequence[Change], at_s: float) -> Change:
    """Return the state at a moment; the first change stands for all that was before it."""
    current = changes[0]
    for change in changes:
        if change.at_s > at_s:
            break
        current = change
    return current


def heard_since(heard: Sequence[Heard], at_s: float, frames: Sequence[Heard] = ()) -> list[Heard]:
    """Return what was heard from a moment on, and raw frames beside it, in recorded order."""
    found = list(heard[bisect_left(heard, at_s, key=_stamp) :])
    if frames:
        found += frames[bisect_left(frames, at_s, key=_stamp) :]
        found.sort(key=lambda one: one.seq)
    return found


def _stamp(heard: Heard) -> float:
    return heard.at_s


def refusal_in(heard: Sequence[Heard], refusing: Collection[str]) -> Refused | None:
    """Return the first event by which the target says that a connection is not wanted."""
    for event in heard:
        if event.name in refusing:
            data = event.data if event.data is not MISSING else None
            return Refused(at_s=event.at_s, by="event", detail=event.name, data=data, event=event.name)
    return None


def dropped(closed: Closed | None, when: str, now_s: float) -> Refused:
    """Return the refusal that the end of a connection is which had been let in."""
    detail = f"closed {when}" + (f": {closed.reason or closed.detail}" if closed else "")
    code, reason = (closed.code, closed.reason) if closed is not None else (None, "")
    return Refused(at_s=now_s, by="dropped", detail=detail, data=reason or None, code=code)
