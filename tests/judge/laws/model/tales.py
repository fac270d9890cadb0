"""Random histories of random worlds, and what an honest server delivers in them."""

from __future__ import annotations

from random import Random

from tests.judge.laws.model.shapes import SHAPES
from tests.judge.laws.model.truth import EITHER, IN, OUT, Copy, Deed, Line, Owing, Tale

_END = 1_100.0


def tale_of(dice: Random) -> Tale:
    """Return a history in which everything is lawful."""
    tale = _world(dice)
    _connections(tale, dice)
    _sessions(tale, dice)
    _memberships(tale, dice)
    if tale.joins:
        _joins(tale, dice)
    _deeds(tale, dice)
    for deed in tale.deeds:
        for shape in tale.shapes:
            if shape.line == deed.line:
                tale.owings += [Owing(shape, deed, text) for text in (deed.items if shape.each else (deed.text,))]
    _deliver(tale, dice)
    return tale


def _world(dice: Random) -> Tale:
    users = ["alice", "bob", "carol", "dora"][: dice.randint(2, 4)]
    conns = users + [f"{user}.phone" for user in users if dice.random() < 0.35]
    lines = dice.sample(sorted({shape.line for shape in SHAPES}), dice.randint(2, 4))
    shapes = [shape for shape in SHAPES if shape.line in lines]
    tale = Tale(shapes, users, conns, joins=dice.random() < 0.4, shared=dice.random() < 0.15)
    tale.tick_ms = dice.choice([0.0, 0.0, 70.0, 400.0, 1_500.0])
    tale.guests = frozenset(user for user in users if dice.random() < 0.3)
    tale.team = {"r1": "t1", "r2": dice.choice(["t1", "t2"])}
    tale.grants = {(user, room): Line() for user in users for room in ("t1", "t2", "r1", "r2")}
    for at, room in enumerate(("t1", "t2", "r1", "r2")):
        team = tale.team.get(room)
        inner = [user for user in users[1:] if dice.random() < 0.7]
        members = tuple(user for user in inner if team is None or tale.grants[user, team].changes)
        sent = 1.0 + 2 * at
        line, path = ("POST /rooms", team) if team else ("POST /teams", "")
        made = Deed(0, line, "alice", sent, sent + 1, "done", room=room, items=members, path=path or "", status=201)
        tale.changes.append(made)
        for user in ("alice", *members):
            tale.grants[user, room].add(sent, sent + 1, IN)
    return tale


def _connections(tale: Tale, dice: Random) -> None:
    for conn in tale.conns:
        line = tale.opened[conn] = Line()
        begins = 0.0 if dice.random() < 0.9 else dice.uniform(20, 600)
        line.add(begins, begins + 0.5, IN)
        while dice.random() < 0.2:
            closed = line.changes[-1][1] + dice.uniform(30, 700)
            line.add(closed, closed, OUT)
            if dice.random() < 0.8:
                again = closed + dice.uniform(5, 200)
                line.add(again, again + dice.uniform(1, 30), IN)


def _sessions(tale: Tale, dice: Random) -> None:
    """Have some log out who do not connect again."""
    for user in tale.users:
        line = tale.logged_in[user] = Line()
        line.add(-2, -1, IN)
        if user == "alice" or dice.random() > 0.12:
            continue
        opened = [one[1] for conn in tale.conns if conn.partition(".")[0] == user for one in tale.opened[conn].changes]
        sent = max(opened) + dice.uniform(20, 700)
        outcome = dice.choice(["done", "done", "done", "unknown", "refused"])
        status = {"done": 204, "refused": 403}.get(outcome, dice.choice([None, 500]))
        answered = sent + dice.choice([dice.uniform(1, 10), dice.uniform(10, 150)])
        tale.changes.append(Deed(0, "POST /logout", user, sent, answered, outcome, status=status))
        if outcome != "refused":
            line.add(sent, answered, OUT, answered=outcome == "done")


def _acts(tale: Tale, user: str, until: float) -> bool:
    """Return whether a user has logged in for certain until then."""
    return all(change[0] > until for change in tale.logged_in[user].changes[1:])


def _memberships(tale: Tale, dice: Random) -> None:
    busy = dict.fromkeys(tale.users, 20.0)
    dead: set[str] = set()
    doubtful: set[str] = set()
    for _ in range(dice.choice([0, 0, 1, 1, 2, 3, 4])):
        user = dice.choice(tale.users[1:])
        what = dice.choice(["grant", "grant", "revoke", "revoke", "leave team", "enter team", "delete"])
        room = dice.choice(["r1", "r2"])
        team = tale.team[room]
        sent = busy[user] + dice.uniform(1, 350)
        if what == "delete":
            sent = max(busy.values()) + dice.uniform(1, 350)
        answered = sent + dice.choice([dice.uniform(1, 10), dice.uniform(10, 150)])
        outcome = dice.choice(["done"] * 8 + ["unknown", "refused"])
        if room in dead or (what == "grant" and tale.grants[user, team].at(sent) != IN):
            continue
        if outcome == "refused" and user in doubtful:
            continue
        place, state = (room, OUT) if what in ("revoke", "delete") else (team, OUT)
        if what in ("grant", "enter team"):
            place, state = (room if what == "grant" else team), IN
        line = {"grant": "POST /rooms/:id/members/:user", "revoke": "DELETE /rooms/:id/members/:user"}.get(what, "")
        line = line or {"enter team": "POST", "leave team": "DELETE"}.get(what, "") + " /teams/:id/members/:user"
        path = line.partition(" ")[2].replace(":id", place).replace(":user", f"u-{user}")
        if what == "delete":
            line, path = "DELETE /rooms/:id", f"/rooms/{room}"
            dead.add(room)
        status = {"done": 201 if state == IN else 204, "refused": 403}.get(outcome, dice.choice([None, 500]))
        tale.changes.append(Deed(0, line, "alice", sent, answered, outcome, room=place, path=path, status=status))
        for one in tale.users if what == "delete" else [user]:
            busy[one] = answered + 1
            if outcome == "unknown":
                doubtful.add(one)
            if outcome != "refused":
                _changed(tale, one, place, sent, answered, state, answered_at_all=outcome == "done")


def _changed(
    tale: Tale, user: str, place: str, sent: float, answered: float, state: int, *, answered_at_all: bool
) -> None:
    inner = [room for room, team in tale.team.items() if team == place] if state == OUT else []
    for room in [place, *inner]:
        tale.grants[user, room].add(sent, answered, state, answered=answered_at_all)
        if state == OUT:
            for conn in tale.conns:
                if conn.partition(".")[0] == user:
                    tale.unsure.setdefault((conn, room), sent)


def _joins(tale: Tale, dice: Random) -> None:
    for conn in tale.conns:
        for room in tale.team:
            line = tale.joined[conn, room] = Line()
            wanted = [(10.0 + dice.random(), True)] if dice.random() < 0.85 else []
            at = 30.0
            while dice.random() < 0.25:
                at += dice.uniform(10, 400)
                wanted.append((at, dice.random() < 0.6))
                at += 100
            closings = [one[0] for one in tale.opened[conn].changes if one[3] == OUT]
            wanted += [(closed + 250, True) for closed in closings if dice.random() < 0.6]
            until = 0.0
            for sent, comes in sorted(wanted):
                answered = sent + dice.choice([dice.uniform(0.2, 5), dice.uniform(5, 90)])
                if (
                    sent < until
                    or not _acts(tale, conn.partition(".")[0], answered + 1)
                    or any(sent - 1 < closed < answered + 1 for closed in closings)
                ):
                    continue
                if not (tale.is_open(conn, sent) and tale.is_open(conn, answered)):
                    continue
                until = answered + 1
                may = {tale.granted(conn, room, point) for point in (sent, answered)}
                outcome = "done" if not comes or may == {IN} else "refused"
                if may == {EITHER} and dice.random() < 0.5:
                    outcome = "done"
                name = "emit join" if comes else "emit leave"
                user = conn.partition(".")[0]
                tale.changes.append(Deed(0, name, user, sent, answered, outcome, room=room, sender=conn))
                if outcome == "done":
                    line.add(sent, answered, IN if comes else OUT)
            for closed in closings:
                line.add(closed, closed, OUT)


def _deeds(tale: Tale, dice: Random) -> None:
    lines = sorted({shape.line for shape in tale.shapes})
    tale.deeds = []
    for number in range(1, dice.randint(2, 7)):
        before = dice.choice(tale.deeds) if tale.deeds and dice.random() < 0.5 else None
        line = before.line if before and dice.random() < 0.7 else dice.choice(lines)
        sent = before.answered + dice.uniform(1, 40) if before else dice.uniform(50, _END)
        took = dice.choice([dice.uniform(1, 10), dice.uniform(5, 60), dice.uniform(100, 300)])
        deed = Deed(number, line, dice.choice(tale.users), sent, sent + took, "done", text=f"t{number}")
        deed.room = before.room if before and dice.random() < 0.7 else dice.choice(["r1", "r2"])
        deed.target = dice.choice(tale.users)
        chance = dice.random()
        deed.outcome = "refused" if chance < 0.1 else "unknown" if chance < 0.2 else "done"
        if line == "POST /batches":
            deed.items = tuple(f"t{number}{letter}" for letter in "abc"[: dice.randint(1, 3)])
        if line == "POST /statuses":
            deed.room = "r1"
        if line in ("POST /notes", "POST /memos") and deed.outcome == "done" and dice.random() < 0.6:
            equal = [one for one in tale.deeds if one.line == line and one.outcome == "done"]
            if equal:
                deed.text, deed.user, deed.room = equal[-1].text, equal[-1].user, equal[-1].room
        if line.startswith("emit"):
            conns = [
                conn
                for conn in tale.conns
                if all(tale.is_open(conn, point) for point in (deed.sent, deed.answered))
                and _acts(tale, conn.partition(".")[0], deed.answered + 1)
                and not tale.opened[conn].points(deed.sent, deed.answered)
            ]
            if not conns:
                continue
            deed.sender = dice.choice(conns)
            deed.user = deed.sender.partition(".")[0]
        elif not _acts(tale, deed.user, deed.answered + 1):
            deed.user = "alice"
        if line == "POST /orders":
            places = {tale.granted(deed.user, deed.room, point) for point in (deed.sent, deed.answered)}
            deed.outsider = places == {OUT}
            if places != {IN}:
                deed.outcome = "refused"
        deed.status = {"done": 201, "refused": 403}.get(deed.outcome, dice.choice([None, 500]))
        tale.deeds.append(deed)


def precedes(one: Deed, other: Deed) -> bool:
    """Return whether a deed had been answered before another was sent."""
    return one.answered < other.sent


def ordered(one: Owing, other: Owing) -> bool:
    """Return whether whoever hears both must hear them in this order."""
    if one.shape is not other.shape or not precedes(one.deed, other.deed):
        return False
    if one.shape.latest:
        return one.deed.user == other.deed.user
    return one.shape.ordered and one.deed.room == other.deed.room


def newer(tale: Tale, owing: Owing, conn: str) -> str:
    """Return whether a newer value stands for this one on a connection: `yes`, `perhaps`, or not at all."""
    others = [
        one
        for one in tale.owings
        if one is not owing
        and one.shape is owing.shape
        and one.deed.user == owing.deed.user
        and one.deed.outcome != "refused"
        and not precedes(one.deed, owing.deed)
    ]
    heard = {id(copy.owing) for copy in tale.copies if copy.conn == conn}
    if any(ordered(owing, one) and one.deed.sent < owing.deadline and id(one) in heard for one in others):
        return "yes"
    return "perhaps" if others else ""


def _deliver(tale: Tale, dice: Random) -> None:
    for conn in tale.conns:
        heard: list[Copy] = []
        for owing in sorted(tale.owings, key=lambda one: one.deed.answered):
            if owing.shape.silent or owing.deed.outcome == "refused":
                continue
            earlier = [copy.at for copy in heard if copy.owing and ordered(copy.owing, owing)]
            must = tale.must(owing, conn)
            if must and owing.shape.latest and _follows(tale, owing, conn) and dice.random() < 0.4:
                continue
            low = max([owing.deed.sent, *earlier]) + 0.1
            high = owing.deadline - 1
            if dice.random() < 0.7:
                high = min(high, max(low, owing.deed.answered) + 20)
            least = owing.shape.least if must else 0
            for _ in range(dice.randint(least, owing.shape.most)):
                moment = dice.uniform(low, high) if low < high else low
                fits = tale.is_open(conn, moment) and not tale.forbidden(owing, conn, moment)
                if must or (fits and moment < owing.deadline - 1):
                    heard.append(Copy(conn, moment, owing))
        tale.copies += heard


def _follows(tale: Tale, owing: Owing, conn: str) -> bool:
    """Return whether a value that a connection must hear was on its way while this one was due."""
    return any(
        ordered(owing, one)
        and one.deed.sent < owing.deadline
        and tale.must(one, conn)
        and not any(ordered(one, other) for other in tale.owings)
        for one in tale.owings
    )
