"""Whose status changed while a socket was away.

Statuses are not kept in the outbox; what a returning socket missed of them is worked out from two marks: when each
user's status last changed, and when the socket that returns was last seen.
"""

from collections import deque
from dataclasses import dataclass

from threadfilesharing.live.sessions import Session

REMEMBERED = 8


@dataclass(frozen=True, slots=True)
class _Absence:
    written: int
    last_event_id: int
    mark: int


class Presence:
    """The marks, in the life of this process."""

    def __init__(self) -> None:
        self._mark = 0
        self._changed: dict[str, int] = {}
        self._absences: dict[str, deque[_Absence]] = {}

    def status_changed(self, user_id: str) -> None:
        """Note that a user's status changed just now."""
        self._mark += 1
        self._changed[user_id] = self._mark

    def hold(self, session: Session) -> None:
        """Note that a socket is told nothing from now on."""
        session.expired = True
        session.held_mark = self._mark

    def left(self, session: Session, *, last_event_id: int) -> None:
        """Note that a socket is gone, and how far it had come."""
        absences = self._absences.setdefault(session.user_id, deque(maxlen=REMEMBERED))
        mark = session.held_mark if session.expired else self._mark
        absences.append(_Absence(session.written, last_event_id, mark))

    def forget(self, user_id: str) -> None:
        """Forget a user who was removed."""
        self._changed.pop(user_id, None)
        self._absences.pop(user_id, None)

    def missed_by(self, user_id: str, last_event_id: int) -> int | None:
        """Return the mark after which this user's returning socket has missed statuses, if it can be known."""
        for absence in reversed(self._absences.get(user_id, ())):
            if absence.written <= last_event_id <= absence.last_event_id:
                return absence.mark
        return None

    def changed_after(self, user_id: str, mark: int) -> bool:
        """Return whether a user's status changed after a mark."""
        return self._changed.get(user_id, 0) > mark
