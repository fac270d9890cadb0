"""What addresses see of a call, an emit, a connection or an event: values are made when they are first asked for.

Classes and not closures: a load makes one for each call, and a closure with what it holds is nine things to the
collector, where this is two.
"""

from __future__ import annotations

from urllib.parse import parse_qsl

import orjson

from antiphon.history.entries import Call, Connection, Emit, Event
from antiphon.history.heard import parsed_args
from antiphon.judge.envelope import FIRST_ERROR_STATUS, opened
from antiphon.judge.people import Person
from antiphon.language.route import path_values
from antiphon.language.scope import MISSING, Scope
from antiphon.target.http_model import Envelope

_UNKNOWN = object()


class _LazyNames:
    """A scope whose values are made when they are first asked for."""

    __slots__ = ("_found", "_outer", "_person")

    def __init__(self, person: Person | None, outer: Scope) -> None:
        self._found: dict[str, object] = {}
        self._person = person
        self._outer = outer

    def lookup(self, name: str) -> object:
        """Return the value of `name`, or `MISSING`."""
        found = self._found.get(name, _UNKNOWN)
        if found is _UNKNOWN:
            found = self._found[name] = self._made(name)
        return self._outer.lookup(name) if found is MISSING else found

    def _made(self, name: str) -> object:
        """Return the value of a name that all of them know."""
        if name in ("caller", "self"):
            return self._person.facts if self._person is not None else MISSING
        return MISSING


class CallNames(_LazyNames):
    """What addresses see of a call; bodies are parsed once, when one is asked for."""

    __slots__ = ("_call", "_envelope")

    def __init__(self, call: Call, person: Person | None, envelope: Envelope, outer: Scope) -> None:
        super().__init__(person, outer)
        self._call = call
        self._envelope = envelope

    def _made(self, name: str) -> object:
        call = self._call
        match name:
            case "request":
                return _request(call)
            case "payload" | "problem" | "body" | "$":
                return self._answered(name)
            case "response":
                return {"status": _status(call), "headers": _headers(call)}
            case "path":
                return _path(call)
            case "query":
                return dict(parse_qsl(call.url.partition("?")[2], keep_blank_values=True))
            case "status":
                return _status(call)
            case "headers":
                return _headers(call)
            case _:
                return super()._made(name)

    def _answered(self, name: str) -> object:
        call = self._call
        if call.status is None:
            return MISSING
        answer = opened(self._envelope, status=call.status, headers=call.response_headers, body=call.response_body)
        payload = MISSING if call.status >= FIRST_ERROR_STATUS else answer.payload
        found = {"payload": payload, "problem": answer.problem, "body": answer.body, "$": answer.body}
        self._found.update(found)
        return found[name]


def _status(call: Call) -> object:
    return call.status if call.status is not None else MISSING


def _headers(call: Call) -> dict[str, str]:
    return {key.lower(): value for key, value in call.response_headers}


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


def _path(call: Call) -> object:
    template = call.template.partition(":/")[2] if ":/" in call.template.split("/", 1)[0] + "/" else call.template
    template = template if template.startswith("/") else f"/{template}"
    count = template.rstrip("/").count("/")
    path = call.url.partition("?")[0].rstrip("/")
    segments = path.split("/")
    return path_values("/" + "/".join(segments[len(segments) - count :]) if count else "/", template)


class EmitNames(_LazyNames):
    """What addresses see of an emit."""

    __slots__ = ("_emit",)

    def __init__(self, emit: Emit, person: Person | None, outer: Scope) -> None:
        super().__init__(person, outer)
        self._emit = emit

    def _made(self, name: str) -> object:
        emit = self._emit
        match name:
            case "data" | "args" | "request":
                args = parsed_args(emit.args, emit.attachments)
                return args if name == "args" else _first(args)
            case "ack" | "payload":
                return _first(ack_of(emit)) if emit.ack is not None else MISSING
            case _:
                return super()._made(name)


def ack_of(emit: Emit) -> list[object]:
    """Return what an emit was acknowledged with; empty if with nothing."""
    return parsed_args(emit.ack, emit.ack_attachments) if emit.ack is not None else []


class ConnectionNames(_LazyNames):
    """What addresses see of a connection that came or went."""

    __slots__ = ("_entry",)

    def __init__(self, entry: Connection, person: Person | None, outer: Scope) -> None:
        super().__init__(person, outer)
        self._entry = entry

    def _made(self, name: str) -> object:
        entry = self._entry
        match name:
            case "connection":
                return {"name": entry.connection, "epoch": entry.epoch, "code": entry.code, "reason": entry.reason}
            case "refusal":
                return orjson.loads(entry.data) if entry.data else MISSING
            case _:
                return super()._made(name)


class EventNames(_LazyNames):
    """What addresses see of an event that was heard."""

    __slots__ = ("_event",)

    def __init__(self, event: Event, person: Person | None, outer: Scope) -> None:
        super().__init__(person, outer)
        self._event = event

    def _made(self, name: str) -> object:
        event = self._event
        match name:
            case "event" | "args":
                args = parsed_args(event.args, event.attachments)
                return args if name == "args" else _first(args)
            case _:
                return super()._made(name)


def _first(values: list[object]) -> object:
    return values[0] if values else MISSING
