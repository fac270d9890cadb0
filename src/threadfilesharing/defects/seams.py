"""The seams: the few places where a planted defect can bend what the application does.

A seam is asked with the honest value and what it is about, and answers with the value to use. With nothing planted it
is an empty loop and answers with the honest value.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from threadfilesharing.live.acts import Tell
from threadfilesharing.live.lanes import Item
from threadfilesharing.live.sessions import Session
from threadfilesharing.problems import Problem

Value = TypeVar("Value")
About = TypeVar("About")


class Seam(Generic[Value, About]):
    """One place, and the bends planted there."""

    __slots__ = ("_bends",)

    def __init__(self) -> None:
        self._bends: list[Callable[[Value, About], Value]] = []

    def __call__(self, value: Value, about: About) -> Value:
        """Return the value to use."""
        for bend in self._bends:
            value = bend(value, about)
        return value

    def __bool__(self) -> bool:
        return bool(self._bends)

    def plant(self, bend: Callable[[Value, About], Value]) -> None:
        """Bend this place from now on."""
        self._bends.append(bend)


@dataclass(frozen=True, slots=True)
class RoomsLost:
    """A user is being put out of rooms: removed by somebody, or because its role may not be there."""

    user_id: str
    because: str


@dataclass(frozen=True, slots=True)
class Listing:
    """A list is being answered: of what, and whether it is the first page."""

    of: str
    first_page: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """An upload's progress is being told, after so many of its chunks."""

    session_id: str
    received_chunks: int
    total_chunks: int


@dataclass(frozen=True, slots=True)
class TokenSeen:
    """A token is being looked at, on one of the two channels."""

    channel: str
    token_id: str


@dataclass(slots=True)
class Seams:
    """Every seam of the application.

    Delivery: `arranged` (how many seconds an event is held, and its place among those that wait), `hearers` (which
    sockets get it), `content` (what it says), `copies` (after how many seconds further copies follow). Rooms:
    `rooms_lost`. Answers: `listed`, `problem`. Uploads: `progress`. Recovery: `missed`. Access: `revoked`.
    """

    arranged: Seam[tuple[float, int], tuple[deque[Item], Tell]] = field(default_factory=Seam)
    hearers: Seam[list[Session], Tell] = field(default_factory=Seam)
    content: Seam[dict[str, Any], Tell] = field(default_factory=Seam)
    copies: Seam[tuple[float, ...], Tell] = field(default_factory=Seam)
    rooms_lost: Seam[tuple[str, ...], RoomsLost] = field(default_factory=Seam)
    listed: Seam[list[dict[str, Any]], Listing] = field(default_factory=Seam)
    problem: Seam[Problem, str] = field(default_factory=Seam)
    progress: Seam[int, Progress] = field(default_factory=Seam)
    missed: Seam[list[Tell], Session] = field(default_factory=Seam)
    revoked: Seam[bool, TokenSeen] = field(default_factory=Seam)
