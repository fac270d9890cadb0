"""The emits behind the verbs `join` and `leave`, from what a profile says of membership."""

from __future__ import annotations

from collections.abc import Iterable

from antiphon.language import plain_values as plain
from antiphon.target.laws.causes import EmitCause
from antiphon.target.laws.membership import Change, Membership
from antiphon.target.model import RoomWords

_Emitted = tuple[EmitCause, tuple[str, ...]]


def room_words(membership: Membership) -> dict[str, RoomWords]:
    """Return, for each kind of room, the emits by which a connection joins and leaves it.

    The first of `joined` that is an emit with the id at a plain place in its data, or else of `rejoined`; likewise
    of `left`. A room that is joined otherwise has none, and the verbs say so.
    """
    found = {}
    for name, room in membership.rooms.items():
        join, join_address = _first((*room.joined, *room.rejoined))
        leave, leave_address = _first(room.left)
        found[name] = RoomWords(
            name=name,
            service=next((one.service for one in (join, leave) if one is not None), ""),
            join=join.name if join is not None else None,
            join_address=join_address,
            leave=leave.name if leave is not None else None,
            leave_address=leave_address,
            source=room.source,
        )
    return found


def _first(changes: Iterable[Change]) -> _Emitted | tuple[None, tuple[str, ...]]:
    return next((found for change in changes if (found := _emitted(change)) is not None), (None, ()))


def _emitted(change: Change) -> _Emitted | None:
    if not isinstance(change.by, EmitCause) or change.room is None:
        return None
    parts = change.room.text.split(".")
    if parts[0] != "data" or not all(plain.is_name(part) for part in parts):
        return None
    return change.by, tuple(parts[1:])
