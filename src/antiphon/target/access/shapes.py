"""The JSON Schema of what the maps of `access` hold, by the tables that read them."""

from __future__ import annotations

from typing import Any

from antiphon.language.keys import Key, Place
from antiphon.language.shapes import Schema, Shape, Shapes, each, either, kinds, listed, of, text, word
from antiphon.target.access import keys

_STATUS = either(kinds("number"), text(r"^[1-5][0-9x][0-9x]$"), listed(either(kinds("number"), text())))


def inside(line: Shape) -> list[tuple[Key[Any, Any], Shape]]:
    """Return what the values of keys hold that are maps or texts of a form of their own.

    Args:
        line: A method and a path.
    """
    steps = listed(kinds("map"))
    row, room = _open(keys.ROW, _STATUS), of(keys.ROOM)
    return [
        (keys.ACTORS, each(kinds("map", "empty"))),
        (keys.WITH, steps),
        (keys.ROW_WITH, steps),
        (keys.ROWS, each(either(row, listed(row)), names=r"^\s*[A-Z]+ +\S")),
        (keys.ROOMS, each(either(room, listed(room)))),
        (keys.PUBLIC, either(line, listed(line))),
        (keys.TOKENS, of(keys.TOKEN_STATUSES)),
        (keys.IDS, of(keys.ID_STATUSES)),
        (keys.ROW_ID_STATUSES, of(keys.ROW_IDS)),
        *((key, _STATUS) for key in (*keys.TOKEN_KEYS, *keys.ID_KEYS)),
        *((key, either(word("none"), _STATUS)) for key in keys.ROW_ID_KEYS),
        (keys.READ, either(word("none"), line, of(keys.READ_KEYS), listed(either(line, of(keys.READ_KEYS))))),
        (keys.READ_CALL, line),
    ]


def _open(place: Place[Any], other: Shape) -> Shape:
    """Return a map with the keys of a place, all others being actors."""

    def make(shapes: Shapes) -> Schema:
        return {**shapes.map_of(place.keys.values()), "additionalProperties": other(shapes)}

    return make
