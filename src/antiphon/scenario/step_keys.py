"""The tables of a step's keys, one place for each kind of verb."""

from __future__ import annotations

from typing import Any

from antiphon.language import plain_values as plain
from antiphon.language.call_compiler import CALL_KEYS, TOKEN_KEY, matcher, value
from antiphon.language.keys import ANYTHING, Key, Place, Reading, kept
from antiphon.language.matcher import Claim, Matcher, compile_claim
from antiphon.language.nodes import Node, Scalar
from antiphon.language.route import METHODS
from antiphon.scenario.hearing import read_within
from antiphon.scenario.refusals import read_refusal
from antiphon.scenario.statuses import read_statuses
from antiphon.scenario.step_model import Pace

USER_WORDS = (
    *("emit", "send", "login", "refresh", "logout", "connect", "disconnect", "reconnect"),
    *("connected", "closed", "join", "leave", "upload"),
)
SOCKET_WORDS = ("emit", "send", "connect", "disconnect", "reconnect", "connected", "closed", "join", "leave")
USER_VERBS = (*METHODS, *USER_WORDS)
LATER_USER_VERBS: tuple[str, ...] = ()
BLOCK_VERBS = ("hear", "watch", "parallel", "repeat", "until", "probe", "target", "assert", "pause", "use")
LATER_BLOCK_VERBS = ("fault",)

MOST_ROUNDS = 100_000
_SHORTEST_PACE_S = 0.001


def claim(node: Node, reading: Reading) -> Claim:
    """Return a claim: a map of addresses and matchers."""
    return compile_claim(node, reading.problems, body="response")


def _refused(node: Node, reading: Reading) -> bool | None:
    if isinstance(node, Scalar) and node.value is False:
        reading.problems.mistake("`refused: false` claims nothing", node.source, "leave it out")
        return None
    return True


def _ack(node: Node, reading: Reading) -> Matcher | None:
    if isinstance(node, Scalar) and node.value == "none":
        return None
    return matcher(node, reading)


def _pace(node: Node, reading: Reading) -> Pace | None:
    """Return `10ms`, or `none`: back to back."""
    if isinstance(node, Scalar) and node.value == "none":
        return Pace(period_s=None)
    period_s = _PERIOD(node, reading)
    return Pace(period_s=period_s) if period_s is not None else None


_PERIOD = plain.duration(low_s=_SHORTEST_PACE_S)
PACE_PARSER = plain.Parser({"anyOf": [{"const": "none"}, _PERIOD.takes]}, _pace)


# Common to all steps.
NAME = Key("name", ("text",), plain.text, "the step's own name")
IF = Key("if", ("map",), claim, "a claim; where it does not hold the step is skipped")
SAVE = kept("save", ("map",), "values kept for later steps")
APPEND = kept("append", ("map",), "values added to a list")
HEAR = kept("hear", ("map",), "what each user hears because of it")
WITHIN = Key("within", ("text", "number"), read_within, "the promise that its hear items have")
WAIT = Key("wait", ("text", "number"), plain.duration(), "how long its hear items are waited for")
RETRY = Key("retry", ("number",), plain.whole(0, 5), "how often it is tried again")
MUST = Key("must", ("boolean",), plain.flag, "its failure stops the scenario")
COMMON: tuple[Key[Reading, Any], ...] = (NAME, IF, SAVE, APPEND, HEAR, WITHIN, WAIT, RETRY, MUST)

# Of emits.
DATA = kept("data", ANYTHING, "the event's first argument")
ARGS = kept("args", ("list",), "all of the event's arguments")
ACK = Key("ack", ANYTHING, _ack, "what the acknowledgement must match; `none` asks for none")
REFUSED = Key("refused", ("boolean",), _refused, "the target is claimed to refuse it")

# Of raw frames.
TEXT = Key("text", ("text",), value, "a text frame's payload, or that of a ping or pong")
BYTES = Key("bytes", ("text", "list"), value, "a binary frame's payload: bytes, or a list of their numbers")
FRAME = Key("frame", ("text",), plain.one_of("kind of frame", ("ping", "pong", "close")), "ping, pong or close")
CLOSE_CODE = Key("code", ("number",), plain.whole(1000, 4999), "a close frame's code")
CLOSE_REASON = Key("reason", ("text",), value, "a close frame's reason")

# Of connections.
AUTH = Key("auth", ANYTHING, value, "what the socket is opened with, beside or in place of the profile's; or `none`")
URL = Key("url", ("text",), value, "the socket's URL in place of the profile's")
TURNED_AWAY = Key(
    "refused", ("boolean", "map"), read_refusal, "the target is claimed to refuse it: true, or {with: …, data: …}"
)
STATE_WITHIN = Key("within", ("text", "number"), plain.duration(), "how long it may take")
CODE = Key("code", ANYTHING, matcher, "what the close code must match")
REASON = Key("reason", ANYTHING, matcher, "what the reason must match")
SOCKET = Key("socket", ("text",), plain.text, "which of the user's sockets, where it has several")

# Of uploads.
SIZE = Key("size", ("text", "number"), plain.size, "how large the made file is")
CHUNKS = Key("chunks", ("number",), plain.whole(1, 10_000), "how many chunks the made file fills")
DROP_AT = Key("drop_at", ("number",), plain.whole(0, 10_000), "it stops before this chunk")
RESUME = Key("resume", ("boolean",), plain.flag, "it goes on with the last dropped upload")
WITH = kept("with", ("map",), "further values for the profile's calls")

# Of blocks.
STEPS = kept("steps", ("list",), "the steps")
WHILE = kept("while", ("list",), "the steps that are watched", required=True)
STATUSES = Key("statuses", ("map",), read_statuses, "how many of the calls in its branches are answered with what")
SINCE = Key("since", ("text",), plain.text, "the name of a step, or `start`")
BECAUSE = Key("because", ("text",), plain.text, "why it is needed; say what it waits for", required=True)
GIVES = kept("gives", ("list", "map"), "what the fragment hands out, or under which names")
ROUNDS = kept("repeat", ("number", "text"), "how many at once")
PARALLEL_REPEAT = Place[Reading]("`parallel`", (ROUNDS,))
OVER = kept("over", ("list", "text"), "the list that the rounds run over", required=True)
AS = Key("as", ("text",), plain.name, "the name of each round's item", required=True)
PACE = Key(
    "pace", ("text", "number"), PACE_PARSER, "rounds start on time, so long after one another, or `none`: back to back"
)
REPEAT_OVER = Place[Reading]("`repeat`", (OVER, AS, PACE))
DO = kept("do", ("map",), "the step that is done each time", required=True)
CLAIM = Key("claim", ("map",), claim, "what must come to hold")
EVERY = Key("every", ("text", "number"), plain.duration(), "from the end of one try to the next")
UNTIL_WAIT = Key("wait", ("text", "number"), plain.duration(), "after that it has failed")
UNTIL = Place[Reading]("`until`", (DO, CLAIM, EVERY, UNTIL_WAIT))

_WITHOUT_WITHIN: tuple[Key[Any, Any], ...] = tuple(key for key in COMMON if key is not WITHIN)
_NO_HEAR: tuple[Key[Any, Any], ...] = (NAME, IF, SAVE, APPEND, MUST)


def _place(name: str, *keys: Key[Any, Any]) -> Place[Reading]:
    return Place(name, keys)


_CALL = _place("a call", *COMMON, *CALL_KEYS)
_SESSION: tuple[Key[Any, Any], ...] = (TOKEN_KEY, TURNED_AWAY, STATE_WITHIN, *_WITHOUT_WITHIN)
_CONNECT: tuple[Key[Any, Any], ...] = (AUTH, URL, SOCKET, *_SESSION)

PLACES: dict[str, Place[Reading]] = {
    **dict.fromkeys(METHODS, _CALL),
    "emit": _place("`emit`", *COMMON, DATA, ARGS, ACK, REFUSED, SOCKET),
    "send": _place("`send`", *COMMON, TEXT, BYTES, FRAME, CLOSE_CODE, CLOSE_REASON, SOCKET),
    "login": _place("`login`", *_SESSION),
    "refresh": _place("`refresh`", *_SESSION),
    "logout": _place("`logout`", *_SESSION),
    "connect": _place("`connect`", *_CONNECT),
    "reconnect": _place("`reconnect`", *_CONNECT),
    "disconnect": _place("`disconnect`", SOCKET, STATE_WITHIN, *_WITHOUT_WITHIN),
    "connected": _place("`connected`", SOCKET, STATE_WITHIN, *_WITHOUT_WITHIN),
    "closed": _place("`closed`", CODE, REASON, SOCKET, STATE_WITHIN, *_WITHOUT_WITHIN),
    "join": _place("`join`", *COMMON, ACK, REFUSED, SOCKET),
    "leave": _place("`leave`", *COMMON, ACK, REFUSED, SOCKET),
    "upload": _place("`upload`", *COMMON, SIZE, CHUNKS, DROP_AT, RESUME, WITH),
    "hear": _place("`hear`", NAME, IF, SAVE, APPEND, HEAR, WITHIN, WAIT, MUST, SINCE),
    "watch": _place("`watch`", NAME, IF, WITHIN, WAIT, RETRY, MUST, WHILE),
    "parallel": _place("`parallel`", *COMMON, STEPS, STATUSES),
    "repeat": _place("`repeat`", *COMMON, STEPS),
    "until": _place("`until`", *COMMON),
    "target": _place("a step of `target`", *(key for key in COMMON if key is not RETRY)),
    "probe": _place("a step of `probe`", *_NO_HEAR, RETRY),
    "assert": _place("`assert`", *_NO_HEAR),
    "pause": _place("`pause`", NAME, IF, HEAR, WITHIN, WAIT, MUST, BECAUSE),
    "use": _place("`use`", *COMMON, WITH, GIVES),
}
"""Verb → the keys that a step of it may have, the verb's own left out."""

STEP_KEYS = frozenset(
    {"by", "do", *BLOCK_VERBS, *LATER_BLOCK_VERBS, *(name for place in PLACES.values() for name in place.keys)}
    | {"text", "bytes", "frame", "during", "because", "sql", "expect"}
)
"""Every word that begins a step or stands in one: none of them can name a user."""
