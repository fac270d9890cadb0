"""The users of a play: what is known of each, with which connections they act."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from msgspec import Struct, field

from antiphon.engine.pool import Pooled
from antiphon.engine.sockets import UserSocket
from antiphon.language.scope import MISSING, Scope, child
from antiphon.net.http import HttpClient
from antiphon.scenario.groups import member_of
from antiphon.scenario.model import UserSpec

if TYPE_CHECKING:
    from antiphon.net.cookies import Cookies


class Company(Struct, eq=False, kw_only=True):
    """The users of a scenario who belong together.

    Attributes:
        name: The company's name at the target, unique to the run.
        label: As reports name it.
        founder: Whoever the profile's `ROLE of company` means; made unseen if the scenario names none.
    """

    name: str
    label: str
    founder: Player | None = None
    members: list[Player] = field(default_factory=list)


class Session(Struct, eq=False, kw_only=True):
    """A person's session at the target; all devices of a person have the same.

    Attributes:
        token_since_s: When the token was asked for.
        cookies: Those that answers have set; None where the profile does not ask to keep any.
        lock: Held by whoever renews it.
    """

    token_since_s: float = 0.0
    cookies: Cookies | None = None
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class Player(Struct, eq=False, kw_only=True):
    """A user as Antiphon plays it.

    Attributes:
        name: As the scenario names the user.
        spec: As the scenario wrote it; None for one made unseen.
        facts: What templates see as `alice.id`, `.email`, `.token`; a device shares those of its person.
        http: The user's own HTTP session.
        socket: The user's own socket; None where the profile has none.
        upload: What the last dropped upload left, for `resume`.
        reused: Who it is of the pool; None: somebody who is made, or given.
        session: How long its token has been there, and the cookies.
    """

    name: str
    role: str
    facts: dict[str, object]
    company: Company
    http: HttpClient
    socket: UserSocket | None
    spec: UserSpec | None = None
    person: Player | None = None
    is_made: bool = False
    upload: dict[str, object] | None = None
    session: Session = field(default_factory=Session)
    reused: Pooled | None = None

    @property
    def id(self) -> str:
        """The id at the target, as text; empty before it is known."""
        found = self.facts.get("id")
        return "" if found is None else str(found)

    @property
    def secret_name(self) -> str:
        """The name that curl lines use for this user's token (`ALICE_TOKEN`)."""
        return secret_word((self.person or self).name)


class UserView(Mapping[str, object]):
    """A user as templates and addresses see it."""

    __slots__ = ("player",)

    def __init__(self, player: Player) -> None:
        self.player = player

    def __getitem__(self, key: str) -> object:
        return self.player.facts[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.player.facts)

    def __len__(self) -> int:
        return len(self.player.facts)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, UserView) and other.player.facts is self.player.facts

    def __hash__(self) -> int:
        return id(self.player.facts)

    def __str__(self) -> str:
        return self.player.name


def players_in(value: object) -> tuple[Player, ...] | None:
    """Return the players of a list of users; None of anything else."""
    if isinstance(value, list | tuple) and value and all(isinstance(one, UserView) for one in value):
        return tuple(one.player for one in value)
    return None


def user_meaning(scope: Scope, name: str) -> object:
    """Return what a name stands for where users act: a user, a list of users, or `crowd[3]`, one of such a list."""
    found = scope.lookup(name)
    if found is MISSING and (member := member_of(name)) is not None:
        return child(scope.lookup(member.group), member.index)
    return found


def secret_word(user: str) -> str:
    """Return a user's name as a variable of a shell can have it: `CROWD_3` of `crowd[3]`."""
    return "".join(letter if letter.isalnum() else "_" for letter in user).strip("_").upper()
