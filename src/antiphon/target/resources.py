"""Readers of a profile's `resources`, `cleanup` and `upload`: what calls make, and how it is removed again."""

from __future__ import annotations

import re
from dataclasses import dataclass

from antiphon.core.errors import NotYetPlayed, UnknownName
from antiphon.core.source import Source
from antiphon.language import plain_values as plain
from antiphon.language.address import Address, address_of
from antiphon.language.call import CallSpec
from antiphon.language.call_compiler import REQUEST_KEYS
from antiphon.language.keys import Fields, Key, Place, Reading, fits, kept, later
from antiphon.language.nodes import Mapping, Node, Scalar
from antiphon.language.route import Operation, parse_operation
from antiphon.target.calls import CALL, UPLOAD_CALL, read_call
from antiphon.target.model import ResourceRule, UploadProfile
from antiphon.target.reading import ANSWER_ROOTS, MADE_ROOTS, SELF_ROOTS, ProfileReading

_ARROW = re.compile(r"\s*->\s*")
_CLASS = re.compile(r"([1-5])xx", re.IGNORECASE)
_GONE = 404


def _statuses(node: Node, reading: Reading) -> tuple[int, ...]:
    found = (plain.whole(100, 599)(item, reading) for item in plain.items_of(node))
    return tuple(dict.fromkeys(status for status in found if status is not None))


FROM = kept("from", ("text", "list"), "METHOD /path -> STATUS", required=True)
KEY = kept("key", ("text",), "where the new one's key is in the answer", required=True)
RESOURCE = Place[Reading]("a resource", (FROM, KEY))
CLEAN = Key("clean", ("number", "list"), _statuses, "statuses that mean it is gone")
CLEANUP = Place[Reading]("a clean-up", (CALL, CLEAN, *REQUEST_KEYS, later("expect"), later("expect_body")))

START = kept("start", ("map", "text"), "the call that begins an upload", required=True)
CHUNK = kept("chunk", ("map", "text"), "the call that sends a chunk", required=True)
FINISH = kept("finish", ("map", "text"), "the call that ends it", required=True)
RECEIVED = kept("received", ("map", "text"), "the call that tells which chunks are there")
CHUNK_SIZE = Key("chunk_size", ("text", "number"), plain.size, "a chunk's size where the start's answer does not say")
UPLOAD = Place[Reading]("`upload`", (START, CHUNK, FINISH, RECEIVED, CHUNK_SIZE))


@dataclass(frozen=True, slots=True)
class _Cleanup:
    call: CallSpec
    clean: tuple[int, ...]


def read_resources(resources: Node | None, cleanup: Node | None, reading: ProfileReading) -> tuple[ResourceRule, ...]:
    """Return the rules that say what calls make, each with the call that removes it."""
    named = plain.map_of(resources).keys() if resources is not None else ()
    cleanups = _cleanups(cleanup, named, reading) if cleanup is not None else {}
    rules: list[ResourceRule] = []
    for entry in plain.map_of(resources) if resources is not None else ():
        if not fits(entry.value, ("map",), f"the resource `{entry.name}`", reading.problems):
            continue
        fields = RESOURCE.read(plain.map_of(entry.value), reading, reading.problems)
        key = _key(fields, reading)
        made_by = fields.get(FROM)
        removed = cleanups.get(entry.name)
        for item in plain.items_of(made_by) if made_by is not None else ():
            made = _made_by(item, reading)
            if made is None or key is None:
                continue
            rules.append(
                ResourceRule(
                    name=entry.name,
                    method=made[0].method,
                    template=made[0].path,
                    statuses=made[1],
                    key=key,
                    source=entry.key.source,
                    cleanup=removed.call if removed is not None else None,
                    clean=removed.clean if removed is not None else (_GONE,),
                )
            )
    return tuple(rules)


def _key(fields: Fields, reading: ProfileReading) -> Address | None:
    node = fields.get(KEY)
    if node is None:
        return None
    address = address_of(node, reading.problems)
    reading.check_addresses((address,), ANSWER_ROOTS)
    return address


def _made_by(node: Node, reading: ProfileReading) -> tuple[Operation, tuple[int, ...]] | None:
    """Return the operation and the statuses of `POST /things -> 201`."""
    problems = reading.problems
    if not fits(node, ("text",), "`from`", problems) or not isinstance(node, Scalar):
        return None
    text = str(node.value).strip()
    if text.partition(" ")[0] in ("heard", "emit"):
        problems.add(NotYetPlayed(word=f"from: {text}", source=node.source))
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
    return operation, found


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
        value = entry.value
        if isinstance(value, Mapping):
            aside = Reading()  # `read_call` tells what is wrong with the same map
            clean = CLEANUP.read(value, aside, aside.problems).get(CLEAN)
        call = read_call(value, CLEANUP, allowed, reading)
        if call is not None:
            found[entry.name] = _Cleanup(call, clean or (_GONE,))
    return found


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
