"""The JSON Schema of what the maps of laws and memberships hold, by the tables that read them."""

from __future__ import annotations

from typing import Any

from antiphon.language.keys import Key
from antiphon.language.shapes import Schema, Shape, Shapes, claim, each, either, kinds, listed, matcher, of, text
from antiphon.target.laws import known_section as known
from antiphon.target.laws import law_keys as law
from antiphon.target.laws import membership_section as rooms
from antiphon.target.laws import session_section as session

_CAUSE = text(r"^\s*(\d.* after |emit |heard |(connect|disconnect|reconnect|refused)\b|[A-Z]+ +\S)")
_ADDRESSES: Shape = each(text())


def membership(shapes: Shapes) -> Schema:
    """Return the kinds of rooms, beside `session`."""
    return {
        "type": "object",
        "properties": {session.SESSION_NAME: shapes.place(session.SESSION)},
        "additionalProperties": shapes.place(rooms.ROOM),
    }


def inside() -> list[tuple[Key[Any, Any], Shape]]:
    """Return what the values of keys hold that are maps or texts of a form of their own."""
    return [*_of_rooms(), *_of_laws()]


def _of_rooms() -> list[tuple[Key[Any, Any], Shape]]:
    return [
        (rooms.GRANTED, _one_or_more(of(rooms.GRANT))),
        (rooms.REVOKED, _one_or_more(of(rooms.REVOCATION))),
        (rooms.JOINED, either(_by_grant, _one_or_more(of(rooms.JOIN)))),
        (rooms.LEFT, _one_or_more(of(rooms.LEAVE))),
        (rooms.REJOINED, _one_or_more(of(rooms.JOIN))),
        (rooms.BY, _CAUSE),
        (rooms.IF, claim),
        (rooms.ROOMS, each(kinds("text", "number", "boolean"))),
        (rooms.WHO, _one_or_more(text())),
        (rooms.FACTS, _ADDRESSES),
        (session.REVOKED, _one_or_more(of(session.END))),
        (session.GRANTED, _one_or_more(of(session.REVIVAL))),
        (session.BY, _CAUSE),
        (session.IF, claim),
        (session.WHO, _one_or_more(text())),
    ]


def _of_laws() -> list[tuple[Key[Any, Any], Shape]]:
    owed = either(text(), listed(text()), each(of(law.OWED), empty=True))
    forbidden = either(text(), listed(text()), each(either(matcher, kinds("empty"))))
    status = either(text(r"^[1-5]xx$"), kinds("number"))
    return [
        (law.WHEN, _one_or_more(_CAUSE)),
        (law.IF, claim),
        (law.THEN, either(of(law.SERIES_KEYS), of(law.CHOICE), owed)),
        (law.AGREE, _ADDRESSES),
        (law.ORDER, of(law.ORDER_KEYS)),
        (law.ANSWER, claim),
        (law.NEVER, of(law.NEVER_KEYS)),
        (law.ANY_OF, either(listed(text()), each(of(law.OWED), empty=True))),
        (law.ANY_EVENT, either(of(law.OWED), kinds("empty"))),
        (law.STARTS, claim),
        (law.ENDS, claim),
        (law.NEVER_CALL, of(law.NEVER_CALL_KEYS)),
        (law.NEVER_EVENT, forbidden),
        (law.NEVER_ACK, matcher),
        (law.CALL_OPERATION, text(r"^\s*[A-Z]+ +\S")),
        (law.CALL_STATUS, _one_or_more(status)),
        (law.CALL_BODY, matcher),
        (known.UNTIL, text(r"^\d{4}-\d{2}-\d{2}$")),
    ]


def _by_grant(_shapes: Shapes) -> Schema:
    return {"const": rooms.BY_GRANT}


def _one_or_more(shape: Shape) -> Shape:
    return either(shape, listed(shape))
