"""Who is typing where; typing ends by itself."""

import asyncio

from threadfilesharing.live.acts import Tell
from threadfilesharing.live.hub import Hub
from threadfilesharing.live.sessions import Session
from threadfilesharing.services.people import Person


class Typing:
    """The timers that end typing."""

    def __init__(self, hub: Hub, ends_s: float) -> None:
        self._hub = hub
        self._ends_s = ends_s
        self._timers: dict[tuple[str, str], asyncio.TimerHandle] = {}

    def start(self, session: Session, person: Person, room: str) -> None:
        """Tell the room that somebody types, and end it later."""
        self._cancel(person, room)
        self._tell(session, person, room, is_typing=True)
        loop = asyncio.get_running_loop()
        self._timers[person.id, room] = loop.call_later(self._ends_s, self.stop, session, person, room)

    def stop(self, session: Session, person: Person, room: str) -> None:
        """Tell the room that somebody does not type any more; of one who did not type nobody is told."""
        if self._cancel(person, room):
            self._tell(session, person, room, is_typing=False)

    def _cancel(self, person: Person, room: str) -> bool:
        timer = self._timers.pop((person.id, room), None)
        if timer is None:
            return False
        timer.cancel()
        return True

    def _tell(self, session: Session, person: Person, room: str, *, is_typing: bool) -> None:
        kind, _, room_id = room.partition(":")
        data = {f"{kind}Id": room_id, "user": person.brief, "isTyping": is_typing}
        self._hub.tell_now(
            person.company_id, Tell(name="typing_indicator", rooms=(room,), data=data, skip_sid=session.sid)
        )
