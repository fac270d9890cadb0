"""Who may be in a room, and which connection is: a profile's `membership`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

import msgspec

from antiphon.core.source import NOWHERE, Source
from antiphon.language.address import Address
from antiphon.language.matcher import Claim
from antiphon.target.laws.audiences import Term
from antiphon.target.laws.causes import Cause

_NONE: Mapping[str, Address] = MappingProxyType({})


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One way in which users come into rooms or leave them.

    Attributes:
        by: What causes it.
        condition: Over the cause's scope; the change comes about only where it holds.
        room: Where the room's id is; None with `rooms`.
        rooms: The facts that a room must have (`{private: true}`), or an empty map for every room, later ones
            included; None with `room`.
        who: Whom it concerns (`caller`, `everyone`, an address, an audience's term); for a join always the connection
            that caused it.
        facts: What is known of the room from then on (`private`, and by the name of the outer kind its outer room).
            What is left out of a cause's scope (the address gives nothing) is not known.
        partly: Whether those concerned may hear and never must.
        as_: Where the name of this one join is found, if a connection may be in a room several times.
    """

    by: Cause
    condition: Claim | None = None
    room: Address | None = None
    rooms: Mapping[str, object] | None = None
    who: tuple[Term | Address, ...] = ()
    facts: Mapping[str, Address] = _NONE
    partly: bool = False
    as_: Address | None = None
    source: Source = NOWHERE


class RoomKind(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of room.

    Attributes:
        inside: The kind of the outer room; who loses that loses this. Empty for none.
        granted: By what a user may be in it.
        revoked: By what not any more.
        by_grant: Whether the server joins a user's connections itself, with the grant.
        joined: By what a connection is in it.
        left: By what that connection is not any more.
        rejoined: By what a connection that left is in it again.
        after_reconnect: Whether a user's joins are there again after a reconnection.
    """

    name: str
    inside: str = ""
    granted: tuple[Change, ...] = ()
    revoked: tuple[Change, ...] = ()
    by_grant: bool = False
    joined: tuple[Change, ...] = ()
    left: tuple[Change, ...] = ()
    rejoined: tuple[Change, ...] = ()
    after_reconnect: Literal["restored", "lost"] = "lost"
    source: Source = NOWHERE


class SessionEnd(msgspec.Struct, frozen=True, kw_only=True):
    """What ends a session, or makes it live again.

    Attributes:
        by: The cause; None with `token_expired`.
        token_expired: That its token's life is over.
        condition: Over the cause's scope.
        who: Whose; for `granted` the connection that caused it.
    """

    by: Cause | None = None
    token_expired: bool = False
    condition: Claim | None = None
    who: tuple[Term | Address, ...] = ()
    source: Source = NOWHERE


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """What ends a connection's right to hear or cause anything, and what revives it.

    Attributes:
        of: Whether each connection has a session of its own, or a user has one.
        revoked: What ends it.
        granted: What revives it on the same connection.
    """

    of: Literal["connection", "user"] = "connection"
    revoked: tuple[SessionEnd, ...] = ()
    granted: tuple[SessionEnd, ...] = ()


class Membership(msgspec.Struct, frozen=True, kw_only=True):
    """All of it.

    Attributes:
        rooms: By the name of their kind.
        session: None where nothing is said of it.
    """

    rooms: Mapping[str, RoomKind] = MappingProxyType({})
    session: Session | None = None
