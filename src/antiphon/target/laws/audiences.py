"""Who is meant: `members of chatroom request.chatroomId except caller`."""

from __future__ import annotations

from typing import Literal

import msgspec

from antiphon.core.source import NOWHERE, Source
from antiphon.language.address import Address


class Term(msgspec.Struct, frozen=True, kw_only=True):
    """One term of an audience.

    Attributes:
        kind: `members`: of the room `at` of the kind `room`; `user`: whose id is `at`; `with`: users whose `field` is
            `value`; `caller`: who caused it; `others`: the caller's connections but the one that caused it;
            `colleagues`: users who share an outer room with the user `at`; `role`: members of the room with the role
            `value`; `everyone`; `nobody`.
        room: The kind of room.
        at: Where the id is found, in the cause's scope.
        field: Of the users meant by `with`.
        value: A role, or where the field's value is found (an address), or the text itself.
    """

    kind: Literal["members", "user", "with", "caller", "others", "colleagues", "role", "everyone", "nobody"]
    room: str = ""
    at: Address | None = None
    field: str = ""
    value: str | Address = ""
    text: str = ""
    source: Source = NOWHERE


class Audience(msgspec.Struct, frozen=True, kw_only=True):
    """Terms together, without those behind `except`.

    Attributes:
        terms: Who is meant.
        but: Who is not, all the same.
        when: Whether who was in when the cause was sent counts (`before`), or when it was answered (`after`); empty:
            `before` for a cause that revokes, `after` for all else.
    """

    terms: tuple[Term, ...]
    but: tuple[Term, ...] = ()
    when: Literal["", "before", "after"] = ""
    text: str = ""
    source: Source = NOWHERE
