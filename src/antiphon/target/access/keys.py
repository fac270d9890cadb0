"""The keys of a profile's `access`: its own, those of a row, of a room, and of what reads back."""

from __future__ import annotations

from antiphon.language import plain_values as plain
from antiphon.language.call_compiler import BODY, FORM, HEADERS, MULTIPART, QUERY, RAW
from antiphon.language.keys import ANYTHING, Key, Place, Reading, kept
from antiphon.language.nodes import Node
from antiphon.target.access.model import ID_KINDS, TOKEN_KINDS

ACTORS = kept("actors", ("map",), "who acts, by name, with the keys of a scenario's users", required=True)
WITH = kept("with", ("list",), "steps played before a cell, and anew for each that changes something")
ROWS = kept("rows", ("map",), "operations, and how each actor is answered")
ROOMS = kept("rooms", ("map",), "emits, and who may do them: all others must be refused")
PUBLIC = kept("public", ("list", "text"), "operations that need no token")
TOKENS = kept("tokens", ("map",), "kinds of tokens, and how all that is not public answers them")
IDS = kept("ids", ("map",), "kinds of ids in a path, and how they are answered")
ACCESS = Place[Reading]("`access`", (ACTORS, WITH, ROWS, ROOMS, PUBLIC, TOKENS, IDS))

_WORDS = {
    "none": "how a call without a token is answered",
    "garbage": "how a token is answered that never was one",
    "foreign_key": "how a token is answered that another key has signed",
    "alg_none": "how a token is answered that says of itself that it needs no signature",
    "expired": "how an expired token is answered",
    "refresh": "how a refresh token is answered where an access token belongs",
    "logged_out": "how a token is answered whose user has logged out",
    "spent": "how a refresh token is answered that was used before, by all calls and by the profile's `refresh`",
    "unknown": "how an id is answered that nothing has",
    "malformed": "how an id is answered that is none",
    "deleted": "how the id of something is answered that was deleted",
}


def _kind(name: str) -> Key[object, Node]:
    return kept(name, ("number", "text", "list"), _WORDS[name])


TOKEN_KEYS = tuple(_kind(name) for name in TOKEN_KINDS)
TOKEN_STATUSES = Place[Reading]("`tokens`", TOKEN_KEYS)
ID_KEYS = tuple(_kind(name) for name in ID_KINDS)
ID_STATUSES = Place[Reading]("`ids`", ID_KEYS)
ROW_ID_KEYS = tuple(kept(name, ("number", "text", "list"), f"{_WORDS[name]}; none leaves it out") for name in ID_KINDS)
ROW_IDS = Place[Reading]("`ids` of a row", ROW_ID_KEYS)

READ = kept("read", ("text", "map", "list"), "calls that tell whether something was changed; none leaves them out")
ROW_WITH = kept("with", ("list",), "steps that only this needs, played behind those of all")
ROW_ID_STATUSES = kept("ids", ("map",), "how ids are answered here, where that is otherwise")
REQUEST = (BODY, FORM, MULTIPART, RAW, QUERY, HEADERS)
ROW = Place[Reading]("a row of `access`", (*REQUEST, READ, ROW_WITH, ROW_ID_STATUSES))

READ_CALL = kept("call", ("text",), "GET /path", required=True)
READ_BY = Key("by", ("text",), plain.text, "who reads; without it the first actor who may do what the row says")
READ_KEYS = Place[Reading]("`read`", (READ_CALL, READ_BY, QUERY, HEADERS))

DATA = kept("data", ANYTHING, "what is sent along")
ARGS = kept("args", ("list",), "all that is sent along, where it is more than one value")
MAY = Key("may", ("list", "text"), plain.texts, "who may do it; all others must be refused", required=True)
THEN = kept("then", ("map",), "a step of which those who were refused must hear nothing")
ROOM = Place[Reading]("a room of `access`", (DATA, ARGS, MAY, THEN, ROW_WITH))
