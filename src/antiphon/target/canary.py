"""Reader of a fence's `canary`: the call that causes an event on purpose, and how that event is told."""

from __future__ import annotations

from antiphon.core.errors import UnknownName
from antiphon.language import plain_values as plain
from antiphon.language.address import address_of
from antiphon.language.call import CallSpec
from antiphon.language.call_compiler import REQUEST_KEYS, STATUS
from antiphon.language.keys import Key, Place, Reading, kept
from antiphon.language.nodes import Node
from antiphon.target.calls import CALL, read_call
from antiphon.target.reading import SELF_ROOTS, ProfileReading
from antiphon.target.socket_model import Canary

STEP = kept("call", ("map", "text"), "the call that causes the event; it carries {{ canary }}", required=True)
EVENT = Key("event", ("text",), plain.text, "the event's name", required=True)
MATCH = kept("match", ("text",), "where the event has what {{ canary }} was", required=True)
CANARY = Place[Reading]("`canary`", (STEP, EVENT, MATCH))
CANARY_CALL = Place[Reading]("a canary's call", (CALL, *REQUEST_KEYS, STATUS))


def read_canary(node: Node, reading: ProfileReading) -> Canary | None:
    """Return what a canary is; None where something of it is missing or wrong."""
    fields = CANARY.read(plain.map_of(node), reading, reading.problems)
    step, event, match = fields.get(STEP), fields.get(EVENT), fields.get(MATCH)
    if event is not None and not reading.vocabulary.knows_event(event):
        known = sorted(reading.vocabulary.events_heard)
        reading.problems.add(UnknownName(kind="event", name=event, source=fields.at(EVENT), known=known))
    address = address_of(match, reading.problems, body="event") if match is not None else None
    if address is not None:
        reading.check_addresses((address,), frozenset({"event", "args"}))
    call = read_call(step, CANARY_CALL, SELF_ROOTS | {"canary"}, reading) if step is not None else None
    if call is None or event is None or address is None:
        return None
    if not _carries_the_value(call):
        hint = 'write body: {text: "{{ canary }}"}, and where the event has it: match: event.text'
        reading.problems.mistake("nothing of the canary's call is `{{ canary }}`", fields.at(STEP), hint)
    return Canary(call=call, event=event, match=address, source=node.source)


def _carries_the_value(call: CallSpec) -> bool:
    values = (call.body, call.query, call.headers)
    return "canary" in call.path.roots or any(value is not None and "canary" in value.roots for value in values)
