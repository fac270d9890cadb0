"""The laws of made-up worlds, twice: as values for the checker, and in the model's own plain words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
from tests.judge.laws.histories import at, change, law, session_end

from antiphon.target.laws.membership import Membership, RoomKind, Session
from antiphon.target.laws.model import Law, Order


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """One law, as the model knows it.

    Attributes:
        law: As the checker knows it.
        line: What causes it.
        terms: Who must hear: `room`, `team` (the room's outer one), `caller`, `others`, `target`,
            `guests`, `everyone`.
        but: Who must not, all the same.
        within: Milliseconds after the answer; None: nothing is promised.
        told_by_id: Whether its events have an identity.
        ordered: Whether causes in one room must be heard in their order.
        silent: Whether it owes silence.
    """

    law: Law
    line: str
    event: str
    terms: tuple[str, ...]
    but: tuple[str, ...] = ()
    within: float | None = None
    least: int = 1
    most: int = 1
    told_by_id: bool = True
    ordered: bool = False
    latest: bool = False
    per_user: bool = False
    by: bool = False
    each: bool = False
    silent: bool = False
    echo: str = "all"


_TERM = {
    "room": "members of room {}.room",
    "team": "members of team {}.team",
    "caller": "caller",
    "others": "caller's other connections",
    "target": "user {}.target",
    "guests": "users with role GUEST",
    "everyone": "everyone",
}


def _shape(
    line: str,
    event: str,
    *terms: str,
    within: int | None = None,
    times: tuple[int, int] = (1, 1),
    but: tuple[str, ...] = (),
    told_by_id: bool = True,
    ordered: bool = False,
    echo: str = "",
    **more: bool,
) -> Shape:
    is_emit = line.startswith("emit")
    side = "data" if is_emit else "request"
    to = ", ".join(_TERM[term].format(side) for term in terms)
    if but:
        to += " except " + ", ".join(_TERM[term].format(side) for term in but)
    agree = {"event.text": "item" if more.get("each") else f"{side}.text", "event.from": "caller.id"}
    if told_by_id:
        agree["event.id"] = "payload.id"
    extra: dict[str, object] = {}
    if more.get("each"):
        extra["each"] = at("request.items")
    if more.get("per_user"):
        extra["per"] = "user"
    if more.get("latest"):
        extra["latest"] = True
    if more.get("silent"):
        extra["kind"] = "none"
    if more.get("by"):
        extra["by"] = f"members of room {side}.room"
    if echo:
        extra["echo"] = echo
    known = law(
        f"{line} owes {event}",
        f"{line} -> ok" if is_emit else f"{line} -> 201",
        {event: times[0] if times[0] == times[1] else times},
        None if more.get("silent") else to,
        within=within,
        agree=agree,
        order=Order(by=at("event.room")) if ordered else None,
        **extra,  # type: ignore[arg-type]  # the law's own words
    )
    return Shape(
        known,
        line,
        event,
        terms,
        but=but,
        within=within,
        least=times[0],
        most=times[1],
        told_by_id=told_by_id,
        ordered=ordered,
        echo=(echo or "others") if is_emit else "all",
        **more,
    )


SHAPES = (
    _shape("POST /messages", "message", "room", within=100, ordered=True),
    _shape("POST /messages", "receipt", "caller", within=300),
    _shape("POST /replies", "message", "room", within=150),
    _shape("POST /notes", "note", "room", within=250, told_by_id=False),
    _shape("POST /memos", "memo", "room", told_by_id=False),
    _shape("POST /orders", "order", "room", within=100, by=True),
    _shape("POST /invites", "invited", "target", "caller", within=120),
    _shape("POST /batches", "item", "room", within=100, told_by_id=False, each=True),
    _shape("POST /statuses", "status", "room", within=150, told_by_id=False, latest=True),
    _shape("POST /news", "news", "everyone", within=200, but=("caller",)),
    _shape("POST /notices", "notice", "guests", "caller", within=100),
    _shape("POST /alarms", "alarm", "team", within=100, but=("target",)),
    _shape("POST /pushes", "push", "room", within=100, per_user=True),
    _shape("POST /bells", "bell", "room", within=300, times=(2, 2)),
    _shape("POST /rings", "ring", "room", "caller", within=300, times=(1, 3)),
    _shape("POST /silences", "noise", silent=True),
    _shape("POST /noises", "noise", "caller"),
    _shape("emit typing", "typing", "room", told_by_id=False),
    _shape("emit shout", "shout", "room", within=80, told_by_id=False, echo="all", ordered=True),
    _shape("emit hint", "hint", "room", within=80, told_by_id=False, echo="none"),
    _shape("emit draft", "draft", "others", within=100, told_by_id=False),
)

IDENTITY = {shape.event: "event.id" for shape in SHAPES if shape.told_by_id and not shape.silent}

_TEAM = RoomKind(
    name="team",
    granted=(
        change("POST /teams -> 201", room="payload.id", who="caller, request.members"),
        change("POST /teams/:id/members/:user -> 201", room="path.id", who="path.user"),
    ),
    revoked=(change("DELETE /teams/:id/members/:user -> 204", room="path.id", who="path.user"),),
    by_grant=True,
    after_reconnect="restored",
)
_ROOM = RoomKind(
    name="room",
    inside="team",
    granted=(
        change("POST /rooms -> 201", room="payload.id", who="caller, request.members", facts={"team": "request.team"}),
        change("POST /rooms/:id/members/:user -> 201", room="path.id", who="path.user"),
    ),
    revoked=(
        change("DELETE /rooms/:id/members/:user -> 204", room="path.id", who="path.user"),
        change("DELETE /rooms/:id -> 204", room="path.id", who="everyone"),
    ),
    by_grant=True,
    after_reconnect="restored",
)
_JOINED = msgspec.structs.replace(
    _ROOM,
    by_grant=False,
    joined=(change("emit join -> ok", room="data.room"),),
    left=(change("emit leave -> ok", room="data.room"),),
    after_reconnect="lost",
)


def rooms(*, joins: bool) -> Membership:
    """Return what a world's profile says of rooms."""
    kinds: Mapping[str, RoomKind] = {"team": _TEAM, "room": _JOINED if joins else _ROOM}
    ends = Session(of="connection", revoked=(session_end("POST /logout -> 204", who="caller"),))
    return Membership(rooms=kinds, session=ends)
