"""One change of what was delivered: a fault that a server may have, or nothing that matters."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from tests.judge.laws.model.tales import ordered
from tests.judge.laws.model.truth import IN, OUT, Copy, Tale


def change(tale: Tale, dice: Random) -> str:
    """Change one thing; returns what, or nothing where nothing could be."""
    for name in dice.sample(sorted(CHANGES), 6):
        if CHANGES[name](tale, dice):
            return name
    return ""


def _pick(tale: Tale, dice: Random) -> Copy | None:
    return dice.choice(tale.copies) if tale.copies else None


def _hear(tale: Tale, copy: Copy) -> bool:
    """Add a copy, where its connection is open for certain."""
    if copy.at < 30 or not tale.is_open(copy.conn, copy.at):
        return False
    tale.copies.append(copy)
    return True


def _move(tale: Tale, copy: Copy, at: float) -> bool:
    if at < 30 or not tale.is_open(copy.conn, at):
        return False
    copy.at = at
    return True


def _drop(tale: Tale, dice: Random) -> bool:
    copy = _pick(tale, dice)
    if copy is not None:
        tale.copies = [one for one in tale.copies if one is not copy]
    return copy is not None


def _double(tale: Tale, dice: Random) -> bool:
    copy = _pick(tale, dice)
    if copy is None:
        return False
    return _hear(tale, copy.again(copy.at + dice.choice([dice.uniform(0.1, 20), dice.uniform(20, 900)])))


def _delay(tale: Tale, dice: Random) -> bool:
    copy = _pick(tale, dice)
    if copy is None or copy.owing is None:
        return False
    return _move(tale, copy, copy.owing.deadline + dice.choice([dice.uniform(1, 30), dice.uniform(30, 1_200)]))


def _lose(tale: Tale, dice: Random) -> bool:
    copy = _pick(tale, dice)
    if copy is None or copy.owing is None:
        return False
    return _move(tale, copy, copy.owing.lost_at + dice.uniform(5, 600))


def _hasten(tale: Tale, dice: Random) -> bool:
    copy = _pick(tale, dice)
    if copy is None or copy.owing is None:
        return False
    return _move(tale, copy, dice.uniform(copy.owing.deed.sent + 0.1, copy.owing.deadline - 1))


def _foretell(tale: Tale, dice: Random) -> bool:
    copy = _pick(tale, dice)
    return copy is not None and copy.owing is not None and _move(tale, copy, copy.owing.deed.sent - dice.uniform(1, 30))


def _swap(tale: Tale, dice: Random) -> bool:
    pairs = [
        (first, second)
        for first in tale.copies
        for second in tale.copies
        if first.conn == second.conn
        and first.owing is not None
        and second.owing is not None
        and ordered(first.owing, second.owing)
    ]
    if not pairs:
        return False
    first, second = dice.choice(pairs)
    assert second.owing is not None
    first.at, second.at = second.at + 0.1, max(second.owing.deed.sent + 0.1, min(first.at, second.at - 0.1))
    return first.at > second.at


def _alter(tale: Tale, dice: Random) -> bool:
    copy = _pick(tale, dice)
    if copy is None or copy.owing is None:
        return False
    copy.altered = dice.choice(["text", "from", "id"] if copy.owing.shape.told_by_id else ["text", "from"])
    return True


def _stray(tale: Tale, dice: Random) -> bool:
    owings = [one for one in tale.owings if not one.shape.silent and one.deed.outcome != "refused"]
    if not owings:
        return False
    owing = dice.choice(owings)
    late = owing.lost_at + dice.uniform(5, 600)
    at = late if dice.random() < 0.2 else dice.uniform(owing.deed.sent + 0.1, owing.deadline - 1)
    return _hear(tale, Copy(dice.choice(tale.conns), at, owing))


def _linger(tale: Tale, dice: Random) -> bool:
    """Tell somebody who has left of what was caused before."""
    chances = [
        (owing, conn, to_ms)
        for owing in tale.owings
        if owing.deed.outcome != "refused" and not owing.shape.silent
        for conn in tale.conns
        for _, to_ms, answered, state in tale.grants[conn.partition(".")[0], owing.deed.room].changes
        if answered and state == OUT and owing.deed.sent < to_ms
    ]
    if not chances:
        return False
    owing, conn, left = dice.choice(chances)
    return _hear(tale, Copy(conn, left + dice.choice([dice.uniform(1, 199), dice.uniform(201, 700)]), owing))


def _catch_up(tale: Tale, dice: Random) -> bool:
    """Tell somebody who has left, and then came back, of what was caused before."""
    chances = [
        (owing, conn, max(left, back))
        for owing in tale.owings
        if owing.deed.outcome != "refused" and not owing.shape.silent
        for conn in tale.conns
        for _, left, answered, state in tale.grants[conn.partition(".")[0], owing.deed.room].changes
        if answered and state == OUT and owing.deed.sent < left
        for _, back, _, state in tale.opened[conn].changes
        if state == IN and owing.deed.sent < back
    ]
    if not chances:
        return False
    owing, conn, since = dice.choice(chances)
    patience = owing.lost_at - owing.deed.answered
    return _hear(
        tale, Copy(conn, since + dice.choice([dice.uniform(201, 900), patience + dice.uniform(5, 400)]), owing)
    )


def _ghost(tale: Tale, dice: Random) -> bool:
    refused = [one for one in tale.owings if one.deed.outcome == "refused" and not one.shape.silent]
    if not refused:
        return False
    owing = dice.choice(refused)
    late = owing.lost_at + dice.uniform(5, 600)
    at = late if dice.random() < 0.2 else dice.uniform(owing.deed.sent + 0.1, owing.deadline - 1)
    return _hear(tale, Copy(dice.choice(tale.conns), at, owing))


def _stranger(tale: Tale, dice: Random) -> bool:
    event = dice.choice([shape for shape in tale.shapes if not shape.silent] or [None])
    if event is None:
        return False
    room = dice.choice(["", "r1", "r2"])
    return _hear(tale, Copy(dice.choice(tale.conns), dice.uniform(40, 1_500), None, event=event.event, room=room))


def _accept(tale: Tale, dice: Random) -> bool:
    wrong = [deed for deed in tale.deeds if deed.outsider]
    if not wrong:
        return False
    deed = dice.choice(wrong)
    deed.outcome, deed.status, deed.wrong = "done", 201, True
    return True


def _break_silence(tale: Tale, dice: Random) -> bool:
    silent = [one for one in tale.owings if one.shape.silent and one.deed.outcome == "done"]
    if not silent:
        return False
    owing = dice.choice(silent)
    return _hear(tale, Copy(dice.choice(tale.conns), dice.uniform(owing.deed.sent + 0.1, owing.deadline - 1), owing))


CHANGES: dict[str, Callable[[Tale, Random], bool]] = {
    "drop": _drop,
    "double": _double,
    "delay": _delay,
    "lose": _lose,
    "hasten": _hasten,
    "foretell": _foretell,
    "swap": _swap,
    "alter": _alter,
    "stray": _stray,
    "linger": _linger,
    "catch up": _catch_up,
    "ghost": _ghost,
    "stranger": _stranger,
    "accept": _accept,
    "break silence": _break_silence,
}
