"""Reader of causes: `POST /messages/send -> 201`, `emit join -> ok`, `connect first`, `5s after CAUSE unless CAUSE`."""

from __future__ import annotations

import re
from typing import Literal, cast

from antiphon.core.durations import duration_s
from antiphon.core.text import did_you_mean
from antiphon.language.call import StatusSpec, statuses
from antiphon.language.keys import fits
from antiphon.language.nodes import Node, Scalar
from antiphon.language.route import METHODS, Operation, parse_operation
from antiphon.target.laws.causes import CallCause, Cause, ConnectionCause, EmitCause, HeardCause, TimeCause
from antiphon.target.laws.phrase import Phrase, phrase_of
from antiphon.target.laws.words import LawWords

_ARROW = re.compile(r"\s*->\s*")
_AFTER = re.compile(r"(\S+)\s+after\s+(\S.*)", re.DOTALL)
_UNLESS = re.compile(r"\s+unless\s+")
_LIST = re.compile(r"\[(.*)\]")
_SERVICE = re.compile(r"([A-Za-z_][A-Za-z0-9_-]*):(?=/)")
_OUTCOMES = ("ok", "refused", "sent")
_CONNECTIONS = {"connect": "first", "disconnect": "last", "reconnect": "", "refused": ""}
_LONGEST_S = 3600.0
_HINT = (
    "write METHOD /path -> STATUS, emit NAME -> ok, connect, disconnect, reconnect, refused, heard NAME, "
    "or 5s after CAUSE unless CAUSE"
)
_STATUS_HINT = "write 201, 2xx or [200, 201]"

_Counted = CallCause | EmitCause | ConnectionCause | HeardCause


def cause_at(node: Node, words: LawWords) -> Cause | None:
    """Return the cause that a node says; None where it cannot be read."""
    if not fits(node, ("text",), "a cause", words.profile.problems) or not isinstance(node, Scalar):
        return None
    return parse_cause(phrase_of(node), words)


def parse_cause(phrase: Phrase, words: LawWords) -> Cause | None:
    """Return the cause that a text says; None where it cannot be read."""
    timed = _AFTER.fullmatch(phrase.text)
    if timed is not None and phrase.text[:1].isdigit():
        return _time(phrase, timed, words)
    match phrase.first:
        case "emit":
            return _emit(phrase, words)
        case "heard":
            return _heard(phrase, words)
        case first if first in _CONNECTIONS:
            return _connection(phrase, words)
        case first if first.upper() in METHODS:
            return _call(phrase, words)
        case first:
            known = ("emit", "heard", *_CONNECTIONS, *METHODS)
            hint = did_you_mean(first, known) or _HINT
            words.mistake(f"`{phrase.text[:60]}` is no cause", phrase.source, hint)
            return None


def _call(phrase: Phrase, words: LawWords) -> CallCause | None:
    arrow = _ARROW.search(phrase.text)
    line = phrase.part(0, arrow.start() if arrow else None)
    operation = parse_operation(line.text, line.source, words.profile.problems)
    if operation is None:
        return None
    spec: StatusSpec | None = StatusSpec(written=True, source=phrase.source)
    if arrow is not None:
        spec = status_of(phrase.part(arrow.end()), words)
    if spec is None:
        return None
    service = known_operation(operation, line, words)
    _documented(operation, spec, phrase.part(arrow.end()) if arrow else line, words)
    return CallCause(operation=operation, statuses=spec, service=service, text=phrase.text, source=phrase.source)


def status_of(phrase: Phrase, words: LawWords) -> StatusSpec | None:
    """Return the statuses that `201`, `2xx` or `[200, 201]` names; None where it names none."""
    inner = _LIST.fullmatch(phrase.text)
    names = [name.strip() for name in (inner[1] if inner else phrase.text).split(",")] if phrase.text else []
    numbers = [int(name) if name.isascii() and name.isdigit() and len(name) == 3 else name for name in names]
    found = statuses(numbers, text=phrase.text) if (inner or len(names) == 1) and "any" not in names else None
    if found is None:
        sentence = f"`{phrase.text[:60]}` is no status" if phrase.text else "the arrow leads to no status"
        words.mistake(sentence, phrase.source, _STATUS_HINT)
        return None
    return StatusSpec(
        allowed=found.allowed, classes=found.classes, text=phrase.text, written=True, source=phrase.source
    )


def known_operation(operation: Operation, line: Phrase, words: LawWords) -> str:
    """Return the service that an operation is of, and note an operation or a service that there is not."""
    vocabulary = words.profile.vocabulary
    service = _SERVICE.match(operation.path)
    if service is not None and service[1] not in vocabulary.services:
        words.unknown("service", service[1], line.source, vocabulary.services)
    elif vocabulary.operations and operation not in vocabulary.operations:
        words.unknown("operation", str(operation), line.source, map(str, vocabulary.operations))
    return service[1] if service is not None else ""


def _documented(operation: Operation, wanted: StatusSpec, phrase: Phrase, words: LawWords) -> None:
    """Note statuses that the catalogue says the operation never answers."""
    known = words.profile.vocabulary.documented.get(operation)
    if known is None or known.any:
        return
    lacking = [str(status) for status in sorted(wanted.allowed) if not known.accepts(status)]
    lacking += [
        f"{digit}xx"
        for digit in sorted(wanted.classes)
        if digit not in known.classes and not any(status // 100 == digit for status in known.allowed)
    ]
    if lacking:
        sentence = f"`{operation}` is not documented to answer {', '.join(lacking)}"
        words.mistake(sentence, phrase.source, f"documented: {known.text}")


def _emit(phrase: Phrase, words: LawWords) -> EmitCause | None:
    arrow = _ARROW.search(phrase.text)
    name = phrase.part(len("emit"), arrow.start() if arrow else None)
    outcome = phrase.part(arrow.end()).text if arrow else "ok"
    if not name.text:
        words.mistake("`emit` names no event", phrase.source, "write emit NAME -> ok")
        return None
    if outcome not in _OUTCOMES:
        place = phrase.part(arrow.end() if arrow else 0)
        words.unknown("outcome of an emit", outcome, place.source, _OUTCOMES)
        return None
    service, event = words.profile.vocabulary.event_in(name.text)
    socket = words.profile.vocabulary.on(service)
    if not socket.knows_emit(event):
        words.unknown("event to emit", event, name.source, socket.events_emitted)
    return EmitCause(
        name=event,
        outcome=cast("Literal['ok', 'refused', 'sent']", outcome),
        service=service,
        text=phrase.text,
        source=phrase.source,
    )


def _heard(phrase: Phrase, words: LawWords) -> HeardCause | None:
    name = phrase.part(len("heard"))
    if not name.text:
        words.mistake("`heard` names no event", phrase.source, "write heard NAME")
        return None
    known_event(name, words)
    return HeardCause(name=name.text, text=phrase.text, source=phrase.source)


def known_event(name: Phrase, words: LawWords) -> str:
    """Return the service on whose socket an event is heard, and note an event that the target does not send there."""
    service, event = words.profile.vocabulary.event_in(name.text)
    socket = words.profile.vocabulary.on(service)
    if not socket.knows_event(event):
        words.unknown("event", event, name.source, socket.events_heard)
    return service


def _connection(phrase: Phrase, words: LawWords) -> ConnectionCause | None:
    what, rest = phrase.first, phrase.part(len(phrase.first))
    only = _CONNECTIONS[what]
    if rest.text not in ("", only):
        hint = f"write {what}, or {what} {only}" if only else f"write {what}"
        words.mistake(f"`{phrase.text[:60]}` is no cause", phrase.source, hint)
        return None
    return ConnectionCause(
        what=cast("Literal['connect', 'disconnect', 'reconnect', 'refused']", what),
        only=cast("Literal['', 'first', 'last']", rest.text),
        text=phrase.text,
        source=phrase.source,
    )


def _time(phrase: Phrase, found: re.Match[str], words: LawWords) -> TimeCause | None:
    after_s = duration_s(found[1])
    if after_s is None or not 0 < after_s <= _LONGEST_S:
        words.mistake(f"`{found[1][:40]}` is no time to wait", phrase.source, "write 500ms, 5s or 2m; at most 1h")
        return None
    rest = phrase.found(found, 2)
    split = _UNLESS.search(rest.text)
    cause = _counted(rest.part(0, split.start() if split else None), words)
    unless = _counted(rest.part(split.end()), words) if split else None
    if cause is None or (split and unless is None):
        return None
    return TimeCause(after_s=after_s, cause=cause, unless=unless, text=phrase.text, source=phrase.source)


def _counted(phrase: Phrase, words: LawWords) -> _Counted | None:
    """Return a cause that time can be counted from, or that can come in between."""
    cause = parse_cause(phrase, words)
    if isinstance(cause, TimeCause):
        words.mistake("a time after a time", phrase.source, "count it from the first cause")
        return None
    return cause
