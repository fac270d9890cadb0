"""The keys of laws: one table for each map that a law may hold, and which keys go with which kind of law."""

from __future__ import annotations

from collections.abc import Mapping

from antiphon.language import plain_values as plain
from antiphon.language.keys import Key, Place, Reading, kept

NAME = Key("name", ("text",), plain.text, "as people say it", required=True)
WHEN = kept("when", ("text", "list"), "the causes: METHOD /path -> STATUS, emit NAME -> ok, connect, heard NAME, …")
IF = kept("if", ("map",), "a claim over the cause; the law speaks of causes for which it holds")
BY = kept("by", ("text",), "who may cause it; the same by others nobody may hear")
THEN = kept("then", ("text", "list", "map"), "the events that are owed, or any_of, series, any_event, none")
TO = kept("to", ("text",), "who must hear them, and nobody else")
WITHIN = Key("within", ("text", "number"), plain.duration(), "how soon after the answer")
AGREE = kept("agree", ("map",), "places of the event, and of its cause, that must hold the same")
ORDER = kept("order", ("map",), "in which order its events must be heard")
AFTER_RECOVERY = Key(
    "after_recovery",
    ("text",),
    plain.one_of("after_recovery", ("owed", "open")),
    "whether what was missed while cut off is owed after coming back: owed, or open",
)
REPLAY = Key(
    "replay",
    ("text",),
    plain.one_of("replay", ("at least once",)),
    "`at least once`: what was heard before may be heard again after coming back",
)
ECHO = Key(
    "echo",
    ("text",),
    plain.one_of("echo", ("others", "all", "none")),
    "of an emit, which connections of its sender hear it: others than the emitting one, all, or none",
)
PER = Key(
    "per",
    ("text",),
    plain.one_of("per", ("connection", "user", "join")),
    "what is owed `times`: each connection, a user, or each named join",
)
LATEST = Key("latest", ("boolean",), plain.flag, "whether only the last value counts, and others may be merged into it")
EACH = kept("each", ("text",), "a list of the cause; each member of it, named `item`, is owed")
REFUSED = Key(
    "refused",
    ("text",),
    plain.one_of("refused", ("open",)),
    "`open`: what was refused may be heard of all the same",
)
ANSWER = kept("answer", ("map",), "a claim over the response")
NEVER = kept("never", ("map",), "a call, an event or an acknowledgement that nobody may ever see")
LAW = Place[Reading](
    "a law",
    (
        *(NAME, WHEN, IF, BY, THEN, TO, WITHIN, AGREE, ORDER, AFTER_RECOVERY, REPLAY, ECHO, PER, LATEST, EACH),
        *(REFUSED, ANSWER, NEVER),
    ),
)

ORDER_BY = kept("by", ("text",), "only events that are equal here are ordered among one another (`event.roomId`)")
ORDER_AS = kept("as", ("text",), "answered, sent, total, or `event.FIELD rising`")
ORDER_KEYS = Place[Reading]("`order`", (ORDER_BY, ORDER_AS))

TIMES = kept("times", ("number", "text"), "how often each hearer hears it: 2, 1..3, 2..")
OWED = Place[Reading]("an event that is owed", (TIMES,))

ANY_OF = kept("any_of", ("list", "map"), "one of these events is owed")
NONE = kept("none", ("list", "text"), "these events may not be heard")
ANY_EVENT = kept("any_event", ("map", "empty"), "an event of any name that nothing else explains")
CHOICE = Place[Reading]("`then`", (ANY_OF, NONE, ANY_EVENT))

SERIES = Key("series", ("text",), plain.text, "the name of a row's events", required=True)
SERIES_EACH = kept("each", ("text",), "what tells rows apart, under `event`")
RISES = kept("rises", ("text",), "what rises from one event of a row to the next, under `event`")
NEVER_FALLS = kept("never_falls", ("text",), "what never falls")
STARTS = kept("starts", ("map",), "a claim over the first event of a row")
ENDS = kept("ends", ("map",), "a claim that its last fulfils: at most once, and nothing of that row after it")
SERIES_OWED = Key("owed", ("boolean",), plain.flag, "whether an end must come")
STEPS = Key("steps_at_most", ("number",), plain.number(0.001, 1e9), "how much it may rise from one event to the next")
SERIES_KEYS = Place[Reading]("a series", (SERIES, SERIES_EACH, RISES, NEVER_FALLS, STARTS, ENDS, SERIES_OWED, STEPS))

NEVER_CALL = kept("call", ("map",), "a call that is answered so")
NEVER_EVENT = kept("event", ("map", "list", "text"), "events, with what their data matches")
NEVER_ACK = kept("ack", ("map", "text", "number", "boolean", "list"), "an acknowledgement that matches")
NEVER_KEYS = Place[Reading]("`never`", (NEVER_CALL, NEVER_EVENT, NEVER_ACK))

CALL_OPERATION = kept("operation", ("text",), "METHOD /path")
CALL_STATUS = kept("status", ("number", "text", "list"), "the statuses that never come: 5xx")
CALL_BODY = kept("body", ("map", "text", "list", "number", "boolean"), "what its body matches")
NEVER_CALL_KEYS = Place[Reading]("a call that never is", (CALL_OPERATION, CALL_STATUS, CALL_BODY))

_CAUSED = frozenset({"when", "if", "by", "answer", "each"})
_HEARD = _CAUSED | {"then", "to", "agree", "refused"}
_DELIVERED = _HEARD | {"within", "echo", "per", "after_recovery", "replay"}
GO_WITH: Mapping[str, frozenset[str]] = {
    "all": _DELIVERED | {"order", "latest"},
    "any_of": _DELIVERED | {"order"},
    "any_event": _DELIVERED,
    "series": (_HEARD - {"agree"}) | {"after_recovery", "replay"},
    "none": _HEARD - {"refused"},
    "answer": _CAUSED,
    "never": frozenset({"never"}),
}
"""Which keys, besides `name`, say something of a law of which kind."""
