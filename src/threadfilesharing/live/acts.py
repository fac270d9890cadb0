"""What a change does to the sockets once it is committed, as values.

A change lists its acts in their order; `live/hub.py` performs them in that order, so that the one removed hears of it
and then nothing more.
"""

from dataclasses import dataclass
from typing import Any, Literal

from threadfilesharing.problems import Code


def company_room(company_id: str) -> str:
    """Return the room that everybody of a company is in."""
    return f"company:{company_id}"


def user_room(user_id: str) -> str:
    """Return the room of all sockets of one user."""
    return f"user:{user_id}"


def chatroom_room(chatroom_id: str) -> str:
    """Return the room of a chatroom's members."""
    return f"chatroom:{chatroom_id}"


def thread_room(thread_id: str) -> str:
    """Return the room of a thread's participants."""
    return f"thread:{thread_id}"


def upload_room(session_id: str) -> str:
    """Return the room of those who asked to follow an upload."""
    return f"upload_session:{session_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tell:
    """An event on its way to everybody in any of `rooms`.

    `event_id` is empty for an ephemeral event; `skip_sid` is the one socket that does not hear it.
    """

    name: str
    rooms: tuple[str, ...]
    data: dict[str, Any]
    event_id: int | None = None
    skip_sid: str | None = None


@dataclass(frozen=True, slots=True)
class Enter:
    """Every socket of these users comes into the room."""

    user_ids: tuple[str, ...]
    room: str


@dataclass(frozen=True, slots=True)
class Exit:
    """Every socket of a user goes out of the rooms: `removed` by somebody, or `revoked` by a rule."""

    user_id: str
    rooms: tuple[str, ...]
    because: Literal["removed", "revoked"]


@dataclass(frozen=True, slots=True)
class Dissolve:
    """Nobody is in these rooms any more."""

    rooms: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HangUp:
    """Sockets are told why and closed: all of a user's, or those that one login opened."""

    user_ids: tuple[str, ...] = ()
    family_id: str | None = None
    code: Code
    message: str


Act = Tell | Enter | Exit | Dissolve | HangUp
