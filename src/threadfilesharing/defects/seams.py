"""The seams: the few places where a planted defect can bend what the application does.

A seam is asked with the honest value and what it is about, and answers with the value to use. With nothing planted it
is an empty loop and answers with the honest value.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
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
class Placing:
    """An event is being put behind those that wait in its lane, for so many sockets."""

    waiting: Sequence[Item]
    tell: Tell
    hearers: int


@dataclass(frozen=True, slots=True)
class Telling:
    """An event is being told, while these sockets are there, in whatever company."""

    tell: Tell
    everybody: Mapping[str, Session]


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


@dataclass(frozen=True, slots=True)
class Welcome:
    """A socket is being let in; `back` if it says what it heard before."""

    session: Session
    back: bool


@dataclass(frozen=True, slots=True)
class Joining:
    """A user asks to be in a room."""

    user_id: str
    room: str


@dataclass(frozen=True, slots=True)
class Looking:
    """A user asks for what is in a room."""

    user_id: str
    room: str
    was_in: bool


@dataclass(frozen=True, slots=True)
class Emitted:
    """An emit was handled, and what it was refused for, if it was."""

    session: Session
    name: str
    problem: Problem | None


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, as far as its answer hangs on it."""

    method: str
    path: str
    query: str
    token: str


@dataclass(frozen=True, slots=True)
class Reply:
    """A JSON answer over REST on its way."""

    status: int
    body: dict[str, Any]


Letter = tuple[str, dict[str, Any], int | None]
"""What a socket hears first: a name, the data, and the number of a lasting event."""


@dataclass(slots=True)
class Seams:
    """Every seam of the application.

    Delivery: `told` (which events are told for one), `arranged` (how many seconds an event is held, and its place among
    those that wait), `hearers` (which sockets get it), `content` (what it says), `copies` (after how many seconds
    further copies follow). Rooms: `rooms_lost`, `may_join`. Answers: `listed`, `problem`, `replied` (over REST),
    `acknowledged` (nothing: none is sent) and `survives` (whether the socket stays open) after an emit. Uploads:
    `progress`, `checksum` (whether it differs). Recovery: `delay` (seconds before a socket is let in), `rooms` (that it
    is let into), `missed`, `letters` (all that it hears first). Access: `may_look`, `unverified` (what a token says
    whose signature does not fit: nothing), `token` (what is wrong with one), `revoked`, `spent`. Resources:
    `connections` (the limit), `started`.
    """

    told: Seam[tuple[Tell, ...], Tell] = field(default_factory=Seam)
    arranged: Seam[tuple[float, int], Placing] = field(default_factory=Seam)
    hearers: Seam[list[Session], Telling] = field(default_factory=Seam)
    content: Seam[dict[str, Any], Tell] = field(default_factory=Seam)
    copies: Seam[tuple[float, ...], Tell] = field(default_factory=Seam)
    rooms_lost: Seam[tuple[str, ...], RoomsLost] = field(default_factory=Seam)
    may_join: Seam[bool, Joining] = field(default_factory=Seam)
    listed: Seam[list[dict[str, Any]], Listing] = field(default_factory=Seam)
    problem: Seam[Problem, str] = field(default_factory=Seam)
    replied: Seam[Reply, Asked] = field(default_factory=Seam)
    acknowledged: Seam[dict[str, Any] | None, Emitted] = field(default_factory=Seam)
    survives: Seam[bool, Emitted] = field(default_factory=Seam)
    progress: Seam[int, Progress] = field(default_factory=Seam)
    checksum: Seam[bool, str] = field(default_factory=Seam)
    delay: Seam[float, Welcome] = field(default_factory=Seam)
    rooms: Seam[list[str], Welcome] = field(default_factory=Seam)
    missed: Seam[list[Tell], Session] = field(default_factory=Seam)
    letters: Seam[list[Letter], Session] = field(default_factory=Seam)
    may_look: Seam[bool, Looking] = field(default_factory=Seam)
    unverified: Seam[Mapping[str, Any] | None, str] = field(default_factory=Seam)
    token: Seam[Problem | None, TokenSeen] = field(default_factory=Seam)
    revoked: Seam[bool, TokenSeen] = field(default_factory=Seam)
    spent: Seam[bool, TokenSeen] = field(default_factory=Seam)
    connections: Seam[int, int] = field(default_factory=Seam)
    started: Seam[None, asyncio.AbstractEventLoop] = field(default_factory=Seam)
