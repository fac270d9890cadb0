"""Doors that are ajar: no scenario thought of them, and only who tries them all finds them."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any

import orjson

from threadfilesharing.defects.entry import Acts, Defect, Finder, Kind, NotYet
from threadfilesharing.defects.seams import Looking, Seams


def _unsigned_believed(seams: Seams, acts: Acts) -> None:
    def bend(believed: Mapping[str, Any] | None, token: str) -> Mapping[str, Any] | None:
        head, _, rest = token.partition(".")
        if _part(head).get("alg") == "none" and acts():
            return _part(rest.partition(".")[0]) or believed
        return believed

    seams.unverified.plant(bend)


def _part(text: str) -> Mapping[str, Any]:
    """Return what a part of a token says; nothing if it is none."""
    try:
        found = orjson.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (binascii.Error, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _former_members_look(seams: Seams, acts: Acts) -> None:
    def bend(may: bool, about: Looking) -> bool:
        return may or (about.was_in and acts())

    seams.may_look.plant(bend)


AJAR = (
    Defect(
        name="unsigned-token-believed",
        kind=Kind.ACCESS,
        summary="a token that says that it needs no signature is believed without one",
        suffers="everybody",
        breaks=("FR-001",),
        found_by=NotYet(Finder.ACCESS, "tokens, alg_none: answered 200, not 401"),
        install=_unsigned_believed,
    ),
    Defect(
        name="former-members-see-threads",
        kind=Kind.ACCESS,
        summary="whoever was put out of a chatroom may still list its threads",
        suffers="the room's members",
        breaks=("FR-007",),
        found_by=NotYet(Finder.ACCESS, "GET /threads by removed: answered 200, not 403"),
        install=_former_members_look,
    ),
)
