"""What would catch a survivor: an expectation beside the step, or a line of a law."""

from __future__ import annotations

import json
import re

import orjson
from msgspec import Struct

from antiphon.history.entries import AnyEntry, Call, Event
from antiphon.history.heard import parsed_args
from antiphon.language.scope import MISSING
from antiphon.run.mutate.fields import found, leaves
from antiphon.run.mutate.model import Mutant, Operator
from antiphon.run.mutate.recorded import Recorded

_PLAIN_KEY = re.compile(r"[A-Za-z_][\w-]*")
_LONGEST = 40


class Advice(Struct, frozen=True):
    """What would catch a mutant.

    Attributes:
        expectation: A line for the step; empty where none helps.
        law: A line for a law of the profile; likewise.
    """

    expectation: str = ""
    law: str = ""


def advice(play: Recorded, mutant: Mutant) -> Advice:
    """Return what would catch a mutant that nothing caught."""
    who, event = mutant.connection, mutant.subject
    entry = play.entry(mutant.seq)
    match mutant.operator:
        case Operator.DROP if isinstance(entry, Event):
            return Advice(f'hear: {{{who}: {{{event}: "#any"}}}}', _owed(event))
        case Operator.DROP:
            return Advice('ack: "#any"')
        case Operator.DOUBLE:
            return Advice(f'hear: {{{who}: [{{{event}: "#any", times: 1}}]}}', f"then: {{{event}: {{times: 1}}}}")
        case Operator.DELAY:
            return Advice(f'hear: {{{who}: [{{{event}: "#any", within: 100ms}}]}}', f"then: {event}   # within: 100ms")
        case Operator.DELIVER:
            return Advice(f"hear: {{{mutant.other}: nothing}}", _owed(event))
        case Operator.SWAP:
            behind = play.entry(mutant.other_seq)
            name = behind.name if isinstance(behind, Event) else ""
            line = f'hear: {{{who}: [{{in_order: [{{{event}: "#any"}}, {{{name}: "#any"}}]}}]}}'
            return Advice(line, "order: {as: answered}")
        case Operator.STATUS:
            return Advice(f"status: {entry.status}" if isinstance(entry, Call) else "")
        case _:
            return _of_field(play, mutant, entry)


def _owed(event: str) -> str:
    return f"then: {event}   # with `when` and `to`: who must hear it, and nobody else"


def _of_field(play: Recorded, mutant: Mutant, entry: AnyEntry) -> Advice:
    if mutant.operator is Operator.REPEAT:
        return Advice('expect: {…: "{{ … }}"}   # what this answer says, and the earlier one did not')
    value = _value(entry, mutant)
    claim = _nested(mutant, _claimed(value))
    if isinstance(entry, Event):
        law = ""
        if mutant.operator is Operator.ALTER or "[]" not in mutant.field:
            law = _agreement(play, mutant, entry, value)
        return Advice(f"hear: {{{mutant.connection}: {{{mutant.subject}: {claim}}}}}", law)
    if isinstance(entry, Call):
        return Advice(f"expect_body: {claim}")
    return Advice(f"ack: {claim}")


def _value(entry: AnyEntry, mutant: Mutant) -> object:
    try:
        return found(data_of(entry), mutant.exactly)
    except KeyError:
        return MISSING


def data_of(entry: AnyEntry) -> object:
    """Return what an event, an answer or an acknowledgement carries."""
    match entry:
        case Event():
            args = parsed_args(entry.args, entry.attachments)
            return args[0] if args else MISSING
        case Call():
            return orjson.loads(entry.response_body)
        case _:
            args = parsed_args(getattr(entry, "ack", None) or b"[]")
            return args[0] if args else MISSING


def _claimed(value: object) -> str:
    """Return a matcher that only this value fits, where it is short and says nothing of a run of its own."""
    match value:
        case bool() | int() | float():
            return json.dumps(value)
        case str() if len(value) <= _LONGEST and value.isascii() and value.isalpha():
            return value
        case None:
            return '"#null"'
        case list():
            return f'{{"#length": {len(value)}}}'
        case _:
            return '"{{ … }}"'


def _nested(mutant: Mutant, claim: str) -> str:
    for part in reversed(mutant.exactly):
        if isinstance(part, int):
            claim = f'{{"#contains": {claim}}}'
        else:
            claim = f"{{{part if _PLAIN_KEY.fullmatch(part) else json.dumps(part)}: {claim}}}"
    return claim


def _agreement(play: Recorded, mutant: Mutant, event: Event, value: object) -> str:
    """Return `agree: {event.x: payload.y}` for a field of the cause that holds the same."""
    if not isinstance(value, str | int | float) or isinstance(value, bool) or "[]" in mutant.field:
        return ""
    causes = [
        asked
        for asked in play.asked.answers
        if (sent_s := asked.answer.call.sent_s) is not None and sent_s <= event.at_s <= asked.answer.call.at_s + 1.0
    ]
    for asked in reversed(causes):
        for root in ("payload", "request"):
            data = asked.answer.facts.get(root, MISSING)
            for name, path in leaves(data) if isinstance(data, dict) else ():
                if "[]" not in name and found(data, path) == value:
                    return f"agree: {{event.{mutant.field}: {root}.{name}}}"
    return ""
