"""Defects of delivery: events that are lost, doubled, late, reordered, leaked, or say something else."""

from collections import deque
from collections.abc import Callable
from typing import Any

from threadfilesharing.defects.seams import RoomsLost, Seams
from threadfilesharing.live.acts import Tell
from threadfilesharing.live.lanes import Item
from threadfilesharing.live.sessions import Session

Acts = Callable[[], bool]
MESSAGE = "message_received"
SEVERAL = 3
LATE_S = 0.15
SWAP_WITHIN_S = 0.06


def lost_to_one_member(seams: Seams, acts: Acts) -> None:
    """One member of a room of three and more never gets its messages; in each room it is always the same one."""
    victims: dict[str, str] = {}

    def bend(hearers: list[Session], tell: Tell) -> list[Session]:
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


def doubled_at_once(seams: Seams, acts: Acts) -> None:
    """Every message is delivered twice."""

    def bend(copies: tuple[float, ...], tell: Tell) -> tuple[float, ...]:
        return (*copies, 0.0) if tell.name == MESSAGE and acts() else copies

    seams.copies.plant(bend)


def late_by_150_ms(seams: Seams, acts: Acts) -> None:
    """Messages are delivered 150 ms after they were sent, and hold up what comes after them."""

    def bend(place: tuple[float, int], about: tuple[deque[Item], Tell]) -> tuple[float, int]:
        hold_s, position = place
        return (max(hold_s, LATE_S), position) if about[1].name == MESSAGE and acts() else place

    seams.arranged.plant(bend)


def swapped_messages(seams: Seams, acts: Acts) -> None:
    """Two messages that one sender sends to one room within 60 ms arrive the other way round."""
    swapped: deque[int | None] = deque(maxlen=64)

    def bend(place: tuple[float, int], about: tuple[deque[Item], Tell]) -> tuple[float, int]:
        waiting, tell = about
        if tell.name != MESSAGE:
            return place
        for position, item in enumerate(waiting):
            if isinstance(item.act, Tell) and _same_talk(item.act, tell) and item.act.event_id not in swapped:
                swapped.append(item.act.event_id)
                return 0.0, position
        return (SWAP_WITHIN_S, place[1]) if acts() else place

    seams.arranged.plant(bend)


def _same_talk(one: Tell, other: Tell) -> bool:
    return (
        one.name == other.name == MESSAGE
        and one.rooms == other.rooms
        and one.data["sender"]["id"] == other.data["sender"]["id"]
    )


def leaked_to_removed_member(seams: Seams, acts: Acts) -> None:
    """Whoever is removed from a chatroom goes on hearing it until its socket is closed."""

    def bend(rooms: tuple[str, ...], about: RoomsLost) -> tuple[str, ...]:
        removed = about.because == "removed" and any(room.startswith("chatroom:") for room in rooms)
        return () if removed and acts() else rooms

    seams.rooms_lost.plant(bend)


def other_content_in_event(seams: Seams, acts: Acts) -> None:
    """The event has another content than the response and the list."""

    def bend(data: dict[str, Any], tell: Tell) -> dict[str, Any]:
        return {**data, "content": f"{data['content']}!"} if tell.name == MESSAGE and acts() else data

    seams.content.plant(bend)
