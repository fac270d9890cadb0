"""How scenarios name who acts and hears: `crowd`, its member `crowd[3]`, `each crowd` and `any crowd`, `bob.phone`."""

from __future__ import annotations

import re
from typing import Literal

from msgspec import Struct

MOST_MEMBERS = 10_000

_MEMBER = re.compile(r"([^\W\d][\w-]*)\[\s*([0-9]{1,9})\s*\]")
_HEARERS = re.compile(r"(each|any)\s+(\S.*)")

Hearers = Literal["each", "any"]


class Member(Struct, frozen=True):
    """One user of a group: the group's name, and which one, counted from 0 as everywhere in addresses."""

    group: str
    index: int


def member_of(name: str) -> Member | None:
    """Return which member `crowd[3]` names; None of any other name."""
    found = _MEMBER.fullmatch(name)
    return Member(found[1], int(found[2])) if found is not None else None


def member_name(group: str, index: int) -> str:
    """Return what a member is called, in scenarios and in reports."""
    return f"{group}[{index}]"


def socket_name(user: str, socket: str) -> str:
    """Return what a user's socket is called, in scenarios and in reports: `bob.phone`."""
    return f"{user}.{socket}"


def group_in(name: str) -> str:
    """Return the name that a scenario defines: the group's of a member, any other name as it is."""
    member = member_of(name)
    return member.group if member is not None else name


def hearers_in(name: str) -> tuple[str, Hearers]:
    """Return whose inboxes a key of `hear` speaks of, and whether each of them must hear, or any."""
    found = _HEARERS.fullmatch(name)
    if found is None:
        return name, "each"
    return found[2].strip(), "any" if found[1] == "any" else "each"
