"""The people whom Antiphon plays, and their connections, as a history tells of them."""

from __future__ import annotations

import orjson

from antiphon.history.entries import Connection, User
from antiphon.judge.membership.timeline import IN, NEVER_S, OUT, Change, Timeline


class Hearer:
    """One connection of a person: a socket's name in one play, with all of its epochs.

    Attributes:
        name: The socket's name.
        play: Whose it is.
        user: Its owner, as that play names them.
        person: Who hears on it.
        open: When it was open.
        session: When it had a right to hear and to cause.
        epoch: The newest connection of that name.
        heard_s: When it last gave a sign of life.
        opened_s: When it was last opened.
        changed: How often `open` and `session` changed.
        service: Whose socket it is; empty: the target's own.
        missed: Whether it was away for longer than what it missed is kept.
    """

    __slots__ = (
        "changed",
        "epoch",
        "heard_s",
        "missed",
        "name",
        "open",
        "opened_s",
        "person",
        "play",
        "service",
        "session",
        "user",
    )

    def __init__(self, name: str, play: str, user: str, person: Person) -> None:
        self.name = name
        self.user = user
        self.play = play
        self.person = person
        self.open = Timeline(OUT)
        self.session = Timeline(IN)
        self.epoch = 0
        self.heard_s = NEVER_S
        self.opened_s = NEVER_S
        self.changed = 0
        self.service = ""
        self.missed = False

    def __repr__(self) -> str:
        return f"Hearer({self.name!r})"

    def alive(self, from_s: float, to_s: float) -> int:
        """Return whether it was open with a live session all the time (`IN`), never (`OUT`), or perhaps (a mask)."""
        opened, session = self.open.mask(from_s, to_s), self.session.mask(from_s, to_s)
        if opened == IN == session:
            return IN
        return OUT if OUT in (opened, session) else IN | OUT

    def opened_before(self, at_s: float) -> float:
        """Return when it had been opened last before a moment; before all time if it had not."""
        return max((one.to_s for one in self.open.changes if one.state == IN and one.to_s <= at_s), default=NEVER_S)

    @property
    def is_open(self) -> bool:
        """Whether the last that is known of it is that it was opened."""
        changes = self.open.changes
        return bool(changes) and changes[-1].state == IN


class Person:
    """Somebody whom Antiphon plays.

    Attributes:
        name: As the first play that names them does.
        id: At the target; empty while unknown.
        facts: What addresses under `caller` see.
        hearers: Their connections.
    """

    __slots__ = ("facts", "hearers", "id", "name")

    def __init__(self, name: str) -> None:
        self.name = name
        self.id = ""
        self.facts: dict[str, object] = {"name": name}
        self.hearers: dict[tuple[str, str], Hearer] = {}

    def __repr__(self) -> str:
        return f"Person({self.name!r})"


class People:
    """All of them, found by the names that entries use, and by their ids at the target.

    Attributes:
        by_id: By their ids.
        hearers: Their connections, by play and name.
        plays: The same, by play, then by name.
    """

    def __init__(self) -> None:
        self.by_id: dict[str, Person] = {}
        self.hearers: dict[tuple[str, str], Hearer] = {}
        self.plays: dict[str, dict[str, Hearer]] = {}
        self._by_name: dict[tuple[str, str], Person] = {}

    def person(self, play: str, name: str) -> Person | None:
        """Return who is called so in a play; None for nobody."""
        if not name:
            return None
        found = self._by_name.get((play, name))
        if found is None:
            found = self._by_name[play, name] = Person(name)
        return found

    def named(self, play: str, name: str) -> Person | None:
        """Return who is called so in a play, if anything was told of them."""
        return self._by_name.get((play, name))

    def hearer(self, play: str, user: str, connection: str) -> Hearer:
        """Return the connection of that name."""
        found = self.hearers.get((play, connection))
        if found is None:
            person = self.person(play, user) or Person(user)
            found = self.hearers[play, connection] = Hearer(connection, play, user, person)
            self.plays.setdefault(play, {})[connection] = found
            person.hearers[play, connection] = found
        return found

    def note_user(self, entry: User) -> Person | None:
        """Take in what an entry tells of a user; returns who it is."""
        person = self.person(entry.play, entry.user)
        if person is None:
            return None
        if entry.id and entry.id != person.id:
            person = self._identified(entry, person)
        facts = person.facts
        if entry.role:
            facts["role"] = entry.role
        if entry.company:
            facts["company"] = entry.company
        if entry.facts:
            facts.update(orjson.loads(entry.facts))
        return person

    def _identified(self, entry: User, person: Person) -> Person:
        known = self.by_id.get(entry.id)
        if known is not None:  # the same person under another name, or in another play
            self._by_name[entry.play, entry.user] = known
            for key, hearer in person.hearers.items():
                hearer.person = known
                known.hearers[key] = hearer
            return known
        if person.id:  # the name means somebody else from now on
            person = self._by_name[entry.play, entry.user] = Person(entry.user)
        person.id = entry.id
        person.facts["id"] = entry.id
        self.by_id[entry.id] = person
        return person

    def forget_play(self, play: str) -> list[Hearer]:
        """Forget the names and connections of a play that is over; returns the connections."""
        known = self.plays.pop(play, {})
        gone = list(known.values())
        known.clear()  # whoever has it at hand finds nobody in it any more
        for hearer in gone:
            del self.hearers[play, hearer.name]
            hearer.person.hearers.pop((play, hearer.name), None)
        for key in [key for key in self._by_name if key[0] == play]:
            del self._by_name[key]
        return gone


def note_connection(hearer: Hearer, entry: Connection, keep_s: float) -> bool:
    """Take in what an entry tells of a connection; returns whether it was opened or closed."""
    hearer.service = entry.service
    match entry.what:
        case "connected" | "recovered":
            from_s = min(entry.at_s if entry.started_s is None else entry.started_s, entry.at_s)
            hearer.open.add(Change(IN, from_s, entry.at_s, seq=entry.seq), keep_s)
            hearer.epoch = max(hearer.epoch + 1, entry.epoch)
            hearer.opened_s = entry.at_s
        case "closed":
            # A network that broke told nobody when: since the last sign of life anything may have been lost.
            silent = entry.by == "network" or entry.how == "ping timeout"
            from_s = min(max(hearer.heard_s, hearer.opened_s), entry.at_s) if silent else entry.at_s
            hearer.open.add(Change(OUT, from_s, entry.at_s, seq=entry.seq), keep_s)
        case _:
            return False
    hearer.changed += 1
    return True
