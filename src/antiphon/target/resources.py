"""Readers of a profile's `resources`, `cleanup` and `upload`: what calls make, and how it is removed again."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from antiphon.core.errors import UnknownName
from antiphon.core.source import NOWHERE, Source
from antiphon.language import plain_values as plain
from antiphon.language.address import Address, address_of
from antiphon.language.call import BodyKind, CallSpec
from antiphon.language.call_compiler import ANSWER_KEYS, REQUEST_KEYS
from antiphon.language.keys import Fields, Key, Place, Reading, fits, kept
from antiphon.language.nodes import Mapping, Node, Scalar
from antiphon.language.route import Operation, parse_operation
from antiphon.target.calls import CALL, UPLOAD_CALL, read_call
from antiphon.target.model import ResourceRule, UploadProfile
from antiphon.target.reading import ANSWER_ROOTS, MADE_ROOTS, SELF_ROOTS, ProfileReading

_ARROW = re.compile(r"\s*->\s*")
_CLASS = re.compile(r"([1-5])xx", re.IGNORECASE)
_GONE = 404
_NO_KEY = Address("", NOWHERE)
_EVENT_ROOTS = frozenset({"event", "args"})


def _statuses(node: Node, reading: Reading) -> tuple[int, ...]:
    found = (plain.whole(100, 599)(item, reading) for item in plain.items_of(node))
    return tuple(dict.fromkeys(status for status in found if status is not None))


FROM = kept("from", ("text", "list"), "METHOD /path -> STATUS, or heard EVENT", required=True)
KEY = kept("key", ("text",), "where the new one's key is in the answer", required=True)
RESOURCE = Place[Reading]("a resource", (FROM, KEY))
CLEAN = Key("clean", ("number", "list"), _statuses, "statuses that mean it is gone")
GONE = kept("gone", ("map", "text"), "the call that tells that it is gone")
CLEANUP = Place[Reading]("a clean-up", (CALL, CLEAN, GONE, *REQUEST_KEYS))
GONE_CALL = Place[Reading]("`gone`", (CALL, *REQUEST_KEYS, *ANSWER_KEYS))

START = kept("start", ("map", "text"), "the call that begins an upload", required=True)
CHUNK = kept("chunk", ("map", "text"), "the call that sends a chunk", required=True)
FINISH = kept("finish", ("map", "text"), "the call that ends it", required=True)
RECEIVED = kept("received", ("map", "text"), "the call that tells which chunks are there")
CHUNK_SIZE = Key("chunk_size", ("text", "number"), plain.size, "a chunk's size where the start's answer does not say")
UPLOAD = Place[Reading]("`upload`", (START, CHUNK, FINISH, RECEIVED, CHUNK_SIZE))


class _Cleanup(Struct, frozen=True):
    call: CallSpec
    clean: tuple[int, ...]
    gone: CallSpec | None
    read_back: CallSpec | None


def read_resources(resources: Node | None, cleanup: Node | None, reading: ProfileReading) -> tuple[ResourceRule, ...]:
    """Return the rules that say what calls make, each with the call that removes it."""
    named = plain.map_of(resources).keys() if resources is not None else ()
    cleanups = _cleanups(cleanup, named, reading) if cleanup is not None else {}
    rules: list[ResourceRule] = []
    for entry in plain.map_of(resources) if resources is not None else ():
        if not fits(entry.value, ("map",), f"the resource `{entry.name}`", reading.problems):
            continue
        fields = RESOURCE.read(plain.map_of(entry.value), reading, reading.problems)
        made_by = fields.get(FROM)
        made = [_made_by(item, reading) for item in plain.items_of(made_by)] if made_by is not None else []
        causes = [cause for cause in made if cause is not None]
        key = _key(fields, causes, reading)
        removed = cleanups.get(entry.name)
        rules += [
            replace(
                cause,
                name=entry.name,
                key=key,
                source=entry.key.source,
                cleanup=removed.call if removed is not None else None,
                clean=removed.clean if removed is not None else (_GONE,),
                gone=removed.gone if removed is not None else None,
                read_back=removed.read_back if removed is not None else None,
            )
            for cause in causes
            if key is not None
        ]
    return tuple(rules)


def _key(fields: Fields, causes: Sequence[ResourceRule], reading: ProfileReading) -> Address | None:
    node = fields.get(KEY)
    if node is None:
        return None
    told = {bool(cause.event) for cause in causes}
    if len(told) > 1:
        hint = "name two resources: the key of an answer and that of an event stand in different places"
        reading.problems.mistake("a resource is made by calls or told by events", fields.at(FROM), hint)
    is_told = told == {True}
    address = address_of(node, reading.problems, body="event" if is_told else "body")
    reading.check_addresses((address,), _EVENT_ROOTS if is_told else ANSWER_ROOTS)
    return address


def _made_by(node: Node, reading: ProfileReading) -> ResourceRule | None:
    """Return the cause that `POST /things -> 201` or `heard thing_made` is: a rule that lacks all else."""
    problems = reading.problems
    if not fits(node, ("text",), "`from`", problems) or not isinstance(node, Scalar):
        return None
    text = str(node.value).strip()
    word, _, event = text.partition(" ")
    if word == "heard":
        service, event = reading.vocabulary.event_in(event.strip())
        words = reading.vocabulary.on(service)
        if not words.knows_event(event):
            problems.add(UnknownName(kind="event", name=event, source=node.source, known=sorted(words.events_heard)))
        return ResourceRule(
            name="",
            method="",
            template="",
            statuses=(),
            key=_NO_KEY,
            source=node.source,
            event=event,
            service=service,
        )
    if word == "emit":
        problems.mistake(f"`{text[:80]}`: an emit makes nothing that is known", node.source, "write heard EVENT")
        return None
    line, *statuses = _ARROW.split(text)
    operation = parse_operation(line, node.source, problems)
    if operation is None:
        return None
    _known_operation(operation, node.source, reading)
    found = _status_of(statuses[0]) if len(statuses) == 1 else tuple(range(200, 300)) if not statuses else None
    if found is None:
        problems.mistake(f"`{text[:80]}` is no call with a status", node.source, "write POST /things -> 201")
        return None
    return ResourceRule(
        name="", method=operation.method, template=operation.path, statuses=found, key=_NO_KEY, source=node.source
    )


def _known_operation(operation: Operation, source: Source, reading: ProfileReading) -> None:
    known = reading.vocabulary.operations
    if known and operation not in known:
        names = [str(one) for one in known]
        reading.problems.add(UnknownName(kind="operation", name=str(operation), source=source, known=names))


def _status_of(text: str) -> tuple[int, ...] | None:
    if found := _CLASS.fullmatch(text):
        return tuple(range(int(found[1]) * 100, int(found[1]) * 100 + 100))
    return (int(text),) if text.isdecimal() and len(text) == 3 and 100 <= int(text) <= 599 else None


def _cleanups(node: Node, named: tuple[str, ...], reading: ProfileReading) -> dict[str, _Cleanup]:
    found = {}
    allowed = MADE_ROOTS | {"key", "self"}
    for entry in plain.map_of(node):
        if entry.name not in named:
            known = sorted(named)
            reading.problems.add(UnknownName(kind="resource", name=entry.name, source=entry.key.source, known=known))
        clean: tuple[int, ...] | None = None
        gone: CallSpec | None = None
        value = entry.value
        if isinstance(value, Mapping):
            aside = Reading()  # `read_call` tells what is wrong with the same map
            fields = CLEANUP.read(value, aside, aside.problems)
            clean, asked = fields.get(CLEAN), fields.get(GONE)
            gone = read_call(asked, GONE_CALL, allowed, reading) if asked is not None else None
        call = read_call(value, CLEANUP, allowed, reading)
        if call is not None:
            found[entry.name] = _Cleanup(call, clean or (_GONE,), gone, _read_back(call, reading))
    return found


def _read_back(removal: CallSpec, reading: ProfileReading) -> CallSpec | None:
    """Return the GET of what a DELETE removes, where the catalogue has one."""
    if removal.method != "DELETE" or Operation("GET", removal.template) not in reading.vocabulary.operations:
        return None
    return replace(removal, method="GET", body=None, body_kind=BodyKind.NONE)


def read_upload(node: Node, reading: ProfileReading) -> UploadProfile | None:
    """Return the calls of an upload; None where one that is needed is missing or wrong."""
    fields = UPLOAD.read(plain.map_of(node), reading, reading.problems)
    file_roots = SELF_ROOTS | {"file", "with", "upload"}
    start = _upload_call(START, fields, file_roots - {"upload"}, reading)
    chunk = _upload_call(CHUNK, fields, file_roots | {"chunk"}, reading)
    finish = _upload_call(FINISH, fields, file_roots, reading)
    received = _upload_call(RECEIVED, fields, file_roots, reading)
    if start is None or chunk is None or finish is None:
        return None
    return UploadProfile(
        start=start,
        chunk=chunk,
        finish=finish,
        source=node.source,
        received=received,
        chunk_bytes=fields.get(CHUNK_SIZE),
    )


def _upload_call(
    key: Key[object, Node], fields: Fields, allowed: frozenset[str], reading: ProfileReading
) -> CallSpec | None:
    node = fields.get(key)
    return read_call(node, UPLOAD_CALL, allowed, reading, saves_into="upload") if node is not None else None
