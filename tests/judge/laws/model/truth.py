"""What truly happened in a made-up world: who was where, what was caused, what was delivered because of what.

Times are milliseconds. What may be so or not is a pair of bits: `IN`, `OUT`, or both.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.judge.laws.model.shapes import Shape

IN, OUT = 1, 2
EITHER = IN | OUT
SETTLE, WAIT = 200.0, 2_000.0
_JUST_AFTER = 0.001


def both(one: int, other: int) -> int:
    """Return whether two things are so together."""
    return (one & other & IN) | ((one | other) & OUT)


def either(one: int, other: int) -> int:
    """Return whether one of two things is so."""
    return ((one | other) & IN) | (one & other & OUT)


def opposite(one: int) -> int:
    """Return whether something is not so."""
    return (IN if one & OUT else 0) | (OUT if one & IN else 0)


@dataclass(slots=True)
class Line:
    """The states of one thing over time: it begins `OUT`; changes never overlap.

    Attributes:
        changes: From when, until when, whether it was answered, to which state; in order of time.
    """

    changes: list[tuple[float, float, bool, int]] = field(default_factory=list)

    def add(self, from_ms: float, to_ms: float, state: int, *, answered: bool = True) -> None:
        self.changes.append((from_ms, to_ms, answered, state))
        self.changes.sort()

    def at(self, moment: float) -> int:
        """Return what may be so at a moment."""
        now = OUT
        for from_ms, to_ms, answered, state in self.changes:
            if from_ms > moment:
                break
            now = state if answered and to_ms < moment else now | state
        return now

    def points(self, from_ms: float, to_ms: float) -> list[float]:
        """Return the moments between two at which something may change."""
        return [
            point
            for change in self.changes
            for point in (change[0], change[1], change[1] + _JUST_AFTER)
            if from_ms < point < to_ms
        ]


@dataclass(slots=True)
class Deed:
    """Something that a user did.

    Attributes:
        line: `POST /messages` or `emit typing`.
        answered: When its answer came, or it was given up.
        outcome: `done`, `refused` or `unknown`.
        sender: The emitting connection; empty for a call.
    """

    number: int
    line: str
    user: str
    sent: float
    answered: float
    outcome: str
    room: str = ""
    text: str = ""
    target: str = ""
    items: tuple[str, ...] = ()
    sender: str = ""
    path: str = ""
    status: int | None = None
    outsider: bool = False
    wrong: bool = False

    @property
    def id(self) -> str:
        return f"m{self.number}"


@dataclass(slots=True)
class Owing:
    """What one deed owes by one law: to whom, the terms say."""

    shape: Shape
    deed: Deed
    text: str

    @property
    def deadline(self) -> float:
        return self.deed.answered + (SETTLE if self.shape.within is None else self.shape.within)

    @property
    def lost_at(self) -> float:
        return self.deed.answered + max(WAIT, 2 * (self.shape.within or 0))


@dataclass(slots=True)
class Copy:
    """One event as somebody heard it.

    Attributes:
        owing: Why the server sent it; None for what it made up.
        altered: Which of its fields says something else.
    """

    conn: str
    at: float
    owing: Owing | None
    altered: str = ""
    event: str = ""
    room: str = ""

    def again(self, at: float) -> Copy:
        """Return the same, heard at another moment."""
        return Copy(self.conn, at, self.owing, self.altered, self.event, self.room)


@dataclass(slots=True)
class Tale:
    """A whole history, as only the server and the model know it."""

    shapes: list[Shape]
    users: list[str]
    conns: list[str]
    joins: bool
    shared: bool
    team: dict[str, str] = field(default_factory=dict)
    grants: dict[tuple[str, str], Line] = field(default_factory=dict)
    joined: dict[tuple[str, str], Line] = field(default_factory=dict)
    opened: dict[str, Line] = field(default_factory=dict)
    guests: frozenset[str] = frozenset()
    logged_in: dict[str, Line] = field(default_factory=dict)
    unsure: dict[tuple[str, str], float] = field(default_factory=dict)
    deeds: list[Deed] = field(default_factory=list)
    changes: list[Deed] = field(default_factory=list)
    owings: list[Owing] = field(default_factory=list)
    copies: list[Copy] = field(default_factory=list)
    tick_ms: float = 0

    def lines(self, conn: str, room: str) -> list[Line]:
        """Return all that decides whether a connection is in a room."""
        user = conn.partition(".")[0]
        found = [self.opened[conn], self.logged_in[user]]
        if room:
            found += [self.grants[user, room]]
            if room in self.team:
                found += [self.grants[user, self.team[room]]]
            if self.joins and room in self.team:
                found += [self.joined[conn, room]]
        return found

    def granted(self, conn: str, room: str, moment: float) -> int:
        """Return whether a connection's user may be in a room."""
        user = conn.partition(".")[0]
        found = both(self.grants[user, room].at(moment), self.logged_in[user].at(moment))
        return both(found, self.grants[user, self.team[room]].at(moment)) if room in self.team else found

    def inside(self, conn: str, room: str, moment: float) -> int:
        """Return whether a connection is in a room, and may be."""
        found = both(self.granted(conn, room, moment), self.opened[conn].at(moment))
        if self.joins and room in self.team:
            found = both(found, self.joined[conn, room].at(moment))
        return found

    def standing(self, owing: Owing, conn: str, moment: float) -> tuple[int, int]:
        """Return whether a connection may hear what is owed, and whether it is where it must."""
        shape, deed = owing.shape, owing.deed
        user = conn.partition(".")[0]
        if deed.outsider and shape.by:
            return OUT, OUT
        granted = inside = OUT
        is_open = self.opened[conn].at(moment)
        for term in shape.terms:
            if term in ("room", "team"):
                room = deed.room if term == "room" else self.team[deed.room]
                granted = either(granted, self.granted(conn, room, moment))
                inside = either(inside, self.inside(conn, room, moment))
            elif (
                term == "everyone"
                or (term == "guests" and user in self.guests)
                or (term == "caller" and user == deed.user)
                or (term == "target" and user == deed.target)
                or (term == "others" and user == deed.user and conn != deed.sender)
            ):
                granted, inside = IN, either(inside, is_open)
        for term in shape.but:
            if (term == "caller" and user == deed.user) or (term == "target" and user == deed.target):
                granted = inside = OUT
        if deed.sender and (
            (shape.echo == "others" and conn == deed.sender) or (shape.echo == "none" and user == deed.user)
        ):
            granted = inside = OUT
        session = self.logged_in[user].at(moment)
        return both(granted, session), both(inside, session)

    def points(self, owing: Owing, conn: str, from_ms: float, to_ms: float) -> list[float]:
        """Return the moments that decide over a span."""
        room = owing.deed.room if {"room", "team"} & set(owing.shape.terms) else ""
        found = [point for line in self.lines(conn, room) for point in line.points(from_ms, to_ms)]
        if "team" in owing.shape.terms:
            found += [point for line in self.lines(conn, self.team[room]) for point in line.points(from_ms, to_ms)]
        return sorted([from_ms, *found, to_ms])

    def must(self, owing: Owing, conn: str) -> bool:
        """Return whether a connection was inside for certain from the cause's sending to the deadline."""
        deed = owing.deed
        return deed.outcome == "done" and all(
            self.standing(owing, conn, point)[1] == IN for point in self.points(owing, conn, deed.sent, owing.deadline)
        )

    def forbidden(self, owing: Owing, conn: str, at: float) -> bool:
        """Return whether hearing it then is a leak: never granted since it was sent, or no longer for too long.

        Whoever came back since it was sent may have missed it, and may be told for as long as others wait for it.
        """
        sent = owing.deed.sent
        allowed = [point for point in self.points(owing, conn, sent, at) if self.standing(owing, conn, point)[0] & IN]
        if not allowed:
            return True
        return at > allowed[-1] + SETTLE and not self.missed(owing, conn, at)

    def missed(self, owing: Owing, conn: str, at: float) -> bool:
        """Return whether a connection came back since the cause was sent, and not long ago."""
        sent = owing.deed.sent
        back = [to_ms for _, to_ms, _, state in self.opened[conn].changes if state == IN and sent < to_ms <= at]
        return bool(back) and at <= back[-1] + owing.lost_at - owing.deed.answered

    def raced(self, owing: Owing, conn: str, at: float) -> bool:
        """Return whether a leave was answered between a cause's sending and its answer, and this came soon after."""
        points = self.points(owing, conn, owing.deed.sent, at)
        allowed = [point for point in points if self.standing(owing, conn, point)[0] & IN]
        return bool(allowed) and at <= owing.deed.answered + SETTLE

    def is_open(self, conn: str, moment: float) -> bool:
        """Return whether a connection is open for certain."""
        return self.opened[conn].at(moment) == IN
