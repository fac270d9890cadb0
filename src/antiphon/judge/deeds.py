"""What may have caused events: calls, emits and connections of a history, read as laws and memberships read them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import IntEnum
from urllib.parse import parse_qsl

import msgspec
import orjson

from antiphon.history.entries import Call, Connection, Emit, Event
from antiphon.history.heard import parsed_args
from antiphon.judge.answers import is_negative
from antiphon.judge.envelope import FIRST_ERROR_STATUS, opened
from antiphon.judge.people import Hearer, Person
from antiphon.language.jsontext import text_of
from antiphon.language.refusals import EvaluationRefused
from antiphon.language.route import path_values
from antiphon.language.scope import MISSING, NO_NAMES, Scope
from antiphon.target.http_model import Envelope
from antiphon.target.laws.causes import CallCause, Cause, ConnectionCause, EmitCause, HeardCause
from antiphon.target.socket_model import AnswerRule

FIRST_UNKNOWN_STATUS = 500


class Outcome(IntEnum):
    """What became of a deed."""

    DONE = 0
    REFUSED = 1
    UNKNOWN = 2


class Deed(msgspec.Struct, eq=False, kw_only=True):
    """Something that may have caused events.

    Attributes:
        what: In one line: `POST /messages/send`, `emit join_room`, `connect`.
        seq: Its entry.
        play: In which play.
        from_s: From when on something that it caused may be heard.
        sent_s: When it was sent: who was in a room from then on must hear of it.
        answered_s: From when on it certainly has had them; of one without an answer, when nobody waited any longer.
        scope: What addresses see.
        keys: Under what causes name it.
        user: Who did it, as the play names them.
        person: The same; None for nobody.
        hearer: The connection that it was done on, or that it is about.
        status: Of a call; None if no complete answer came.
        outcome: Of an emit.
        only: Whether it is the first or the last of its user's connections.
        judged: Whether laws judge it; recipes and clean-up only feed what is known.
        by_time: Whether only a time that went by answered it.
        revokes: Whether it takes somebody out of a room.
        uncertain: Whether it may not have come to pass at all.
        owes: How many obligations look things up in its scope, and all else that does.
    """

    what: str
    seq: int
    play: str
    from_s: float
    sent_s: float
    answered_s: float
    scope: Scope
    keys: tuple[str, ...]
    user: str = ""
    person: Person | None = None
    hearer: Hearer | None = None
    status: int | None = None
    outcome: Outcome = Outcome.DONE
    only: frozenset[str] = frozenset()
    judged: bool = True
    by_time: bool = False
    revokes: bool = False
    uncertain: bool = False
    owes: int = 0

    def let_go(self) -> None:
        """Let go of what the entry held, if nobody else will ask for it: that is most of what a deed weighs."""
        self.owes -= 1
        if self.owes == 0:
            self.scope = NO_NAMES


def cause_key(cause: Cause) -> str:
    """Return under what a cause finds its deeds."""
    match cause:
        case CallCause():
            path = cause.operation.path
            prefix = f"{cause.service}:" if cause.service and not path.startswith(f"{cause.service}:") else ""
            return f"{cause.operation.method} {prefix}{path}"
        case EmitCause():
            return f"emit {named_on(cause.service, cause.name)}"
        case ConnectionCause():
            return cause.what
        case HeardCause():
            return f"heard {cause.name}"
        case _:
            return cause_key(cause.cause)


def named_on(service: str, name: str) -> str:
    """Return an event's name as laws know it: one on the socket of a service is named with it."""
    return f"{service}:{name}" if service else name


def outcome_of(cause: Cause, deed: Deed) -> Outcome | None:
    """Return what became of a deed as a cause sees it; None where it is not what the cause names."""
    match cause:
        case CallCause():
            return Outcome.UNKNOWN if deed.uncertain else _outcome_of_call(cause, deed.status)
        case EmitCause():
            if cause.outcome == "sent":
                return Outcome.DONE
            if cause.outcome == "ok" or deed.outcome is Outcome.UNKNOWN:
                return deed.outcome
            return Outcome.DONE if deed.outcome is Outcome.REFUSED else Outcome.REFUSED
        case ConnectionCause():
            return None if cause.only and cause.only not in deed.only else Outcome.DONE
        case _:
            return Outcome.UNKNOWN if deed.uncertain else Outcome.DONE


def _outcome_of_call(cause: CallCause, status: int | None) -> Outcome:
    if status is not None and cause.statuses.accepts(status):
        return Outcome.DONE
    return Outcome.UNKNOWN if status is None or status >= FIRST_UNKNOWN_STATUS else Outcome.REFUSED


class LazyNames:
    """A scope whose values are made when they are first asked for."""

    __slots__ = ("_found", "_make", "_outer")

    def __init__(self, make: Callable[[str], object], outer: Scope | None = None) -> None:
        self._make = make
        self._found: dict[str, object] = {}
        self._outer = outer

    def lookup(self, name: str) -> object:
        """Return the value of `name`, or `MISSING`."""
        try:
            return self._found[name]
        except KeyError:
            found = self._make(name)
            if found is MISSING and self._outer is not None:
                return self._outer.lookup(name)
            self._found[name] = found
            return found


def call_scope(call: Call, person: Person | None, envelope: Envelope, outer: Scope) -> Scope:
    """Return what addresses see of a call; bodies are parsed once, when one is asked for."""
    cache: dict[str, object] = {}

    def make(name: str) -> object:
        match name:
            case "request":
                return _request(call)
            case "payload" | "problem" | "body" | "$":
                return _response(name, call, envelope, cache)
            case "response":
                return {
                    "status": call.status if call.status is not None else MISSING,
                    "headers": {key.lower(): value for key, value in call.response_headers},
                }
            case "path":
                return _path(call)
            case "query":
                return dict(parse_qsl(call.url.partition("?")[2], keep_blank_values=True))
            case "caller" | "self":
                return person.facts if person is not None else MISSING
            case "status":
                return call.status if call.status is not None else MISSING
            case "headers":
                return {key.lower(): value for key, value in call.response_headers}
            case _:
                return MISSING

    return LazyNames(make, outer)


def _request(call: Call) -> object:
    if not call.request_body:
        return MISSING
    try:
        return orjson.loads(call.request_body)
    except orjson.JSONDecodeError:
        pass
    kind = next((value for name, value in call.request_headers if name.lower() == "content-type"), "")
    if kind.startswith("application/x-www-form-urlencoded"):
        return dict(parse_qsl(call.request_body.decode(errors="replace"), keep_blank_values=True))
    return MISSING


def _response(name: str, call: Call, envelope: Envelope, cache: dict[str, object]) -> object:
    if call.status is None:
        return MISSING
    if "payload" not in cache:
        found = opened(envelope, status=call.status, headers=call.response_headers, body=call.response_body)
        error = call.status >= FIRST_ERROR_STATUS
        cache["payload"] = MISSING if error else found.payload
        cache["problem"] = found.problem
        cache["body"] = cache["$"] = found.body
    return cache[name]


def _path(call: Call) -> object:
    template = call.template.partition(":/")[2] if ":/" in call.template.split("/", 1)[0] + "/" else call.template
    template = template if template.startswith("/") else f"/{template}"
    count = template.rstrip("/").count("/")
    path = call.url.partition("?")[0].rstrip("/")
    segments = path.split("/")
    return path_values("/" + "/".join(segments[len(segments) - count :]) if count else "/", template)


def emit_scope(emit: Emit, person: Person | None, outer: Scope) -> Scope:
    """Return what addresses see of an emit."""

    def make(name: str) -> object:
        match name:
            case "data" | "args" | "request":
                args = parsed_args(emit.args, emit.attachments)
                return args if name == "args" else _first(args)
            case "ack" | "payload":
                return _first(ack_of(emit)) if emit.ack is not None else MISSING
            case "caller" | "self":
                return person.facts if person is not None else MISSING
            case _:
                return MISSING

    return LazyNames(make, outer)


def ack_of(emit: Emit) -> list[object]:
    """Return what an emit was acknowledged with; empty if with nothing."""
    return parsed_args(emit.ack, emit.ack_attachments) if emit.ack is not None else []


def connection_scope(entry: Connection, person: Person | None, outer: Scope) -> Scope:
    """Return what addresses see of a connection that came or went."""

    def make(name: str) -> object:
        match name:
            case "caller" | "self":
                return person.facts if person is not None else MISSING
            case "connection":
                return {"name": entry.connection, "epoch": entry.epoch, "code": entry.code, "reason": entry.reason}
            case "refusal":
                return orjson.loads(entry.data) if entry.data else MISSING
            case _:
                return MISSING

    return LazyNames(make, outer)


def event_scope(event: Event, person: Person | None, outer: Scope) -> Scope:
    """Return what addresses see of an event that was heard."""

    def make(name: str) -> object:
        match name:
            case "event" | "args":
                args = parsed_args(event.args, event.attachments)
                return args if name == "args" else _first(args)
            case "caller" | "self":
                return person.facts if person is not None else MISSING
            case _:
                return MISSING

    return LazyNames(make, outer)


def _first(values: list[object]) -> object:
    return values[0] if values else MISSING


def emit_outcome(emit: Emit, rules: Mapping[str, AnswerRule]) -> tuple[Outcome, bool]:
    """Return what became of an emit, and whether only time says so."""
    rule = rules.get(emit.name)
    if emit.acknowledged_s is not None:
        if emit.answered_by:
            refusals = rule.refused if rule is not None else ()
            refused = any(pattern.name == emit.answered_by for pattern in refusals)
            accepts = rule is not None and any(pattern.name == emit.answered_by for pattern in rule.ok)
            if refused and accepts:  # one event says both: what it carries tells which
                refused = is_negative(ack_of(emit))
        else:
            refused = is_negative(ack_of(emit))
        return (Outcome.REFUSED if refused else Outcome.DONE), False
    if rule is not None and rule.after_s is not None:
        return Outcome.DONE, True
    return Outcome.UNKNOWN, False


def value_at(get: Callable[[Scope], object], scope: Scope) -> object:
    """Return the value at an address, or `MISSING`, also where a filter cannot work with what came."""
    try:
        return get(scope)
    except EvaluationRefused:
        return MISSING


def as_text(value: object) -> str | None:
    """Return a value as ids are compared; None if there is none."""
    if type(value) is str:
        return value
    if value is MISSING or value is None:
        return None
    try:
        return text_of(value)
    except EvaluationRefused:
        return None
