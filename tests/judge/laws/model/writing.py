"""Writes a made-up history down as the engine would: entries in the order of their writing, with stamps, and ticks."""

from __future__ import annotations

import orjson
from tests.judge.laws.model.shapes import Shape
from tests.judge.laws.model.truth import IN, Copy, Deed, Tale

from antiphon.history.entries import AnyEntry, Call, Connection, Emit, Event, Tick, User

_HEADERS = (("content-type", "application/json"),)


def written(tale: Tale) -> tuple[list[AnyEntry], dict[int, int]]:
    """Return the entries, numbered, and which deed each number of a cause is."""
    rows: list[tuple[float, AnyEntry, int]] = []
    for user in tale.users:
        role = "GUEST" if user in tale.guests else "MEMBER"
        made = User(at_s=0.0, play="p", user=user, what="made", id=f"u-{user}", role=role)
        rows.append((0.0, made, 0))
    for conn, line in tale.opened.items():
        epoch = 0
        for from_ms, to_ms, _, state in line.changes:
            epoch += state == IN
            rows.append((to_ms, _link(conn, epoch, from_ms, to_ms, comes=state == IN), 0))
    for deed in (*tale.changes, *tale.deeds):
        entry = _emit(tale, deed) if deed.sender else _call(tale, deed)
        rows.append((deed.answered, entry, deed.number))
    rows += [(copy.at, _event(tale, copy), 0) for copy in tale.copies]
    if tale.tick_ms:
        last = max(row[0] for row in rows)
        moments = [tale.tick_ms * n for n in range(1, int((last + 3_000) / tale.tick_ms) + 1)]
        rows += [(moment, Tick(at_s=moment / 1000, in_flight=_in_flight(tale, moment)), 0) for moment in moments]
    rows.sort(key=lambda row: row[0])
    deeds = {}
    for seq, (_, entry, number) in enumerate(rows, start=1):
        entry.seq = seq
        if number:
            deeds[seq] = number
    return [entry for _, entry, _ in rows], deeds


def _in_flight(tale: Tale, moment: float) -> tuple[tuple[str, float], ...]:
    since: dict[str, float] = {}
    for deed in (*tale.changes, *tale.deeds):
        if deed.sent < moment <= deed.answered:
            since[deed.line] = min(deed.sent / 1000, since.get(deed.line, deed.sent))
    return tuple(since.items())


def _epoch(tale: Tale, conn: str, moment: float) -> int:
    return sum(state == IN and to_ms <= moment for _, to_ms, _, state in tale.opened[conn].changes)


def _link(conn: str, epoch: int, from_ms: float, to_ms: float, *, comes: bool) -> Connection:
    user = conn.partition(".")[0]
    if comes:
        return Connection(
            at_s=to_ms / 1000,
            started_s=from_ms / 1000,
            play="p",
            user=user,
            connection=conn,
            epoch=epoch,
            what="connected",
        )
    return Connection(
        at_s=to_ms / 1000, play="p", user=user, connection=conn, epoch=epoch, what="closed", by="us", how="close frame"
    )


def _asked(tale: Tale, deed: Deed) -> dict[str, object]:
    if deed.line == "POST /teams":
        return {"members": [f"u-{user}" for user in deed.items]}
    if deed.line == "POST /rooms":
        return {"members": [f"u-{user}" for user in deed.items], "team": deed.path}
    asked: dict[str, object] = {"text": deed.text, "target": f"u-{deed.target}"}
    if deed.room:
        asked["room"] = deed.room
        asked["team"] = tale.team.get(deed.room, "")
    if deed.items:
        asked["items"] = list(deed.items)
    return asked


def _call(tale: Tale, deed: Deed) -> Call:
    method, _, template = deed.line.partition(" ")
    made = deed.line in ("POST /teams", "POST /rooms")
    path = deed.path if deed.path.startswith("/") else template
    payload: dict[str, object] = {"id": deed.room if made else deed.id} if deed.outcome == "done" else {"error": "no"}
    return Call(
        at_s=deed.answered / 1000,
        sent_s=deed.sent / 1000,
        play="p",
        user=deed.user,
        method=method,
        template=template,
        url=f"http://target{path}",
        request_headers=_HEADERS,
        request_body=orjson.dumps(_asked(tale, deed)),
        status=deed.status,
        response_headers=_HEADERS if deed.status is not None else (),
        response_body=orjson.dumps(payload) if deed.status is not None else b"",
        failure="" if deed.status is not None else "cut",
    )


def _emit(tale: Tale, deed: Deed) -> Emit:
    acked = deed.outcome != "unknown"
    return Emit(
        at_s=deed.sent / 1000,
        sent_s=deed.sent / 1000,
        play="p",
        user=deed.user,
        connection=deed.sender,
        epoch=_epoch(tale, deed.sender, deed.sent),
        name=deed.line.removeprefix("emit "),
        args=orjson.dumps([_asked(tale, deed)]),
        acknowledged_s=deed.answered / 1000 if acked else None,
        ack=orjson.dumps([{"ok": deed.outcome == "done"}]) if acked else None,
        ack_wanted=True,
    )


def _event(tale: Tale, copy: Copy) -> Event:
    name, data = copy.event, _told(copy)
    if copy.owing is not None:
        name = copy.owing.shape.event
    return Event(
        at_s=copy.at / 1000,
        play="p",
        user=copy.conn.partition(".")[0],
        connection=copy.conn,
        epoch=_epoch(tale, copy.conn, copy.at),
        name=name,
        args=orjson.dumps([data]),
    )


def _told(copy: Copy) -> dict[str, object]:
    if copy.owing is None:
        data: dict[str, object] = {"id": "x1", "text": "strange", "from": "u-nobody"}
        return {**data, "room": copy.room} if copy.room else data
    deed, shape = copy.owing.deed, copy.owing.shape
    data = {"text": copy.owing.text, "from": f"u-{deed.user}"}
    if _has_room(shape):
        data["room"] = deed.room
    if shape.told_by_id:
        data["id"] = deed.id if deed.outcome == "done" else f"x{deed.number}"
    if copy.altered:
        data[copy.altered] = "altered"
    return data


def _has_room(shape: Shape) -> bool:
    return "room" in shape.terms or "team" in shape.terms
