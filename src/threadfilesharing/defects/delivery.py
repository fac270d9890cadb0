"""What defects of delivery are made of: who hears an event, how often, when, after what, and what it says."""

from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

from threadfilesharing.defects.entry import Acts, Install
from threadfilesharing.defects.seams import Placing, RoomsLost, Seams, Telling
from threadfilesharing.live.acts import Tell, chatroom_room
from threadfilesharing.live.sessions import Session

MESSAGE = "message_received"
SEVERAL = 3
SWAP_WITHIN_S = 0.06

Which = Callable[[Tell], bool]
Whom = Callable[[list[Session], Telling], list[Session]]
Data = dict[str, Any]


def named(*names: str) -> Which:
    """Return what picks events by name."""
    return lambda tell: tell.name in names


# Who hears.


def heard_by(whom: Whom, which: Which) -> Install:
    """Return a defect: such events are heard by others than they should."""

    def install(seams: Seams, acts: Acts) -> None:
        def bend(hearers: list[Session], about: Telling) -> list[Session]:
            return whom(hearers, about) if which(about.tell) and acts() else hearers

        seams.hearers.plant(bend)

    return install


def nobody(_hearers: list[Session], _about: Telling) -> list[Session]:
    """Nobody hears."""
    return []


def one_socket_each(hearers: list[Session], _about: Telling) -> list[Session]:
    """Of each user only the socket that came first hears."""
    return list({session.user_id: session for session in reversed(hearers)}.values())[::-1]


def one_socket_of_the_sender(hearers: list[Session], about: Telling) -> list[Session]:
    """Of the sender only the socket that came first hears."""
    sender = about.tell.data["sender"]["id"]
    first = next((session for session in hearers if session.user_id == sender), None)
    return [session for session in hearers if session.user_id != sender or session is first]


def all_but_the_one_concerned(hearers: list[Session], about: Telling) -> list[Session]:
    """Everybody hears but the one whom it concerns."""
    return [session for session in hearers if session.user_id != about.tell.data.get("userId")]


def _more(hearers: list[Session], others: Iterable[Session]) -> list[Session]:
    return list(dict.fromkeys((*hearers, *others)))


def everybody_there(hearers: list[Session], about: Telling) -> list[Session]:
    """Every socket hears, of whatever company."""
    return _more(hearers, about.everybody.values())


def every_colleague(hearers: list[Session], about: Telling) -> list[Session]:
    """Everybody of the company hears."""
    companies = {session.company_id for session in hearers}
    return _more(hearers, (session for session in about.everybody.values() if session.company_id in companies))


def the_chatroom(hearers: list[Session], about: Telling) -> list[Session]:
    """Everybody in the chatroom around hears."""
    room = chatroom_room(about.tell.data["chatroomId"])
    return _more(hearers, (session for session in about.everybody.values() if room in session.hearing))


def the_socket_left_out(hearers: list[Session], about: Telling) -> list[Session]:
    """The socket that must not hear hears too."""
    left_out = about.everybody.get(about.tell.skip_sid or "")
    return _more(hearers, [left_out] if left_out is not None else [])


def who_left_the_room(hearers: list[Session], about: Telling) -> list[Session]:
    """Sockets that left the room themselves hear on."""
    rooms = set(about.tell.rooms)
    return _more(hearers, (session for session in about.everybody.values() if rooms & session.muted))


def lost_to_one_member(seams: Seams, acts: Acts) -> None:
    """One member of a room of three and more never gets its messages; in each room it is always the same one."""
    victims: dict[str, str] = {}

    def bend(hearers: list[Session], about: Telling) -> list[Session]:
        tell = about.tell
        if tell.name != MESSAGE:
            return hearers
        users = {session.user_id for session in hearers}
        if len(users) < SEVERAL:
            return hearers
        victim = victims.setdefault(tell.rooms[0], max(users - {tell.data["sender"]["id"]}))
        if victim not in users or not acts():
            return hearers
        return [session for session in hearers if session.user_id != victim]

    seams.hearers.plant(bend)


def lost_in_large_rooms(above: int) -> Install:
    """Return a defect: above so many hearers the rest do not get a message."""

    def install(seams: Seams, acts: Acts) -> None:
        def bend(hearers: list[Session], about: Telling) -> list[Session]:
            large = about.tell.name == MESSAGE and len(hearers) > above
            return hearers[:above] if large and acts() else hearers

        seams.hearers.plant(bend)

    return install


def lost_every_tenth(seams: Seams, acts: Acts) -> None:
    """Every tenth message of a room reaches nobody."""
    counts: dict[str, int] = {}

    def bend(hearers: list[Session], about: Telling) -> list[Session]:
        if about.tell.name != MESSAGE:
            return hearers
        room = about.tell.rooms[0]
        counts[room] = counts.get(room, 0) + 1
        return [] if counts[room] % 10 == 0 and acts() else hearers

    seams.hearers.plant(bend)


def lost_while_uploading(seams: Seams, acts: Acts) -> None:
    """While an upload into a chatroom runs, nobody there gets a message."""
    running: dict[str, str] = {}

    def bend(hearers: list[Session], about: Telling) -> list[Session]:
        tell = about.tell
        if tell.name == "file_upload_progress":
            running[tell.data["sessionId"]] = tell.data["chatroomId"]
        elif tell.name in ("file_upload_completed", "file_upload_failed"):
            running.pop(tell.data["sessionId"], None)
        lost = tell.name == MESSAGE and tell.data["chatroomId"] in running.values()
        return [] if lost and acts() else hearers

    seams.hearers.plant(bend)


def leaked_after(because: str) -> Install:
    """Return a defect: whoever is put out of a chatroom goes on hearing it until its socket is closed."""

    def install(seams: Seams, acts: Acts) -> None:
        def bend(rooms: tuple[str, ...], about: RoomsLost) -> tuple[str, ...]:
            out = about.because == because and any(room.startswith("chatroom:") for room in rooms)
            return () if out and acts() else rooms

        seams.rooms_lost.plant(bend)

    return install


# How often.


def again(which: Which, *, after_s: float = 0.0) -> Install:
    """Return a defect: such events are delivered a second time."""

    def install(seams: Seams, acts: Acts) -> None:
        def bend(copies: tuple[float, ...], tell: Tell) -> tuple[float, ...]:
            return (*copies, after_s) if which(tell) and acts() else copies

        seams.copies.plant(bend)

    return install


def doubled_after_return(seams: Seams, acts: Acts) -> None:
    """A socket that came back gets every message twice."""
    returned: set[str] = set()

    def note(missed: list[Tell], session: Session) -> list[Tell]:
        returned.add(session.sid)
        return missed

    def bend(hearers: list[Session], about: Telling) -> list[Session]:
        twice = [session for session in hearers if session.sid in returned and about.tell.name == MESSAGE]
        return [*hearers, *twice] if twice and acts() else hearers

    seams.missed.plant(note)
    seams.hearers.plant(bend)


# When, and after what.


def late(which: Which, *, by_s: float, each_hearer_s: float = 0.0) -> Install:
    """Return a defect: such events are held, and hold up what comes after them."""

    def install(seams: Seams, acts: Acts) -> None:
        def bend(place: tuple[float, int], about: Placing) -> tuple[float, int]:
            if not which(about.tell) or not acts():
                return place
            return max(place[0], by_s + each_hearer_s * about.hearers), place[1]

        seams.arranged.plant(bend)

    return install


def overtaken(which: Which, by: Callable[[Tell, Tell], bool], *, within_s: float = SWAP_WITHIN_S) -> Install:
    """Return a defect: an event is held for a moment, and one that comes meanwhile goes before it.

    Args:
        which: The events that are held.
        by: Whether the held one, given first, is overtaken by another.
        within_s: How long it is held.
    """

    def install(seams: Seams, acts: Acts) -> None:
        swapped: deque[Tell] = deque(maxlen=64)

        def bend(place: tuple[float, int], about: Placing) -> tuple[float, int]:
            for position, item in enumerate(about.waiting):
                held = item.act
                if isinstance(held, Tell) and by(held, about.tell) and not any(each is held for each in swapped):
                    swapped.append(held)
                    return 0.0, position
            return (within_s, place[1]) if which(about.tell) and acts() else place

        seams.arranged.plant(bend)

    return install


def same_talk(one: Tell, other: Tell) -> bool:
    """Return whether two events are messages of one sender into one room."""
    return _same_room(one, other) and one.data["sender"]["id"] == other.data["sender"]["id"]


def answering_talk(one: Tell, other: Tell) -> bool:
    """Return whether two events are messages of two senders into one room."""
    return _same_room(one, other) and one.data["sender"]["id"] != other.data["sender"]["id"]


def _same_room(one: Tell, other: Tell) -> bool:
    return one.name == other.name == MESSAGE and one.rooms == other.rooms


def about_the_same(first: str, then: str, key: str) -> Callable[[Tell, Tell], bool]:
    """Return what tells whether two events, by their names, are about one thing."""

    def tells(one: Tell, other: Tell) -> bool:
        return one.name == first and other.name == then and one.data[key] == other.data[key]

    return tells


# What it says.


def said(change: Callable[[Data], Data], which: Which) -> Install:
    """Return a defect: such events say something else than is true."""

    def install(seams: Seams, acts: Acts) -> None:
        def bend(data: Data, tell: Tell) -> Data:
            return change(data) if which(tell) and acts() else data

        seams.content.plant(bend)

    return install


def without(key: str) -> Callable[[Data], Data]:
    """Return what leaves a field out."""
    return lambda data: {name: value for name, value in data.items() if name != key}
